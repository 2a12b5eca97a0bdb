#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "calc_request.hpp"
#include "calculation.hpp"
#include "output.hpp"
#include "rfs/diag/codes.hpp"
#include "rfs/source/quote.hpp"
#include "verbs.hpp"

namespace rfs_cli {

namespace {

std::string answer_json(const Answer& answer) {
  return "{\"type\":" + answer.type + ",\"value\":" + answer.value + "}\n";
}

/// The first mistake; the others are often its consequences.
std::string refusal_json(const Refusal& refusal) {
  using rfs::source::quote;
  return "{\"error\":{\"code\":" + quote(rfs::diag::code_text(refusal.finding.code)) +
         ",\"message\":" + quote(refusal.finding.message) + ",\"at\":" + quote(refusal.at) + "}}\n";
}

/// Reads a line of standard input, without its end; at the end of the input nothing. Of a line that is too long nothing
/// is kept.
std::optional<std::string> next_line(bool& is_too_long) {
  std::string line;
  is_too_long = false;
  for (bool is_first = true;; is_first = false) {
    const int c = std::getc(stdin);
    if (c == EOF && is_first) return std::nullopt;
    if (c == EOF || c == '\n') return line;
    if (!is_too_long) line += static_cast<char>(c);
    if (line.size() > kMostOfLine) {
      is_too_long = true;
      line = {};
    }
  }
}

int run_lines(const Calculator& calculator, const Request& options) {
  bool is_too_long = false;
  while (const auto line = next_line(is_too_long)) {
    std::vector<Refusal> refusals;
    Request request;
    if (is_too_long) {
      refusals.push_back(refusal_at("line", rfs::Code::file_too_large,
                                    "expected at most " + std::to_string(kMostOfLine) + " bytes a line, found more"));
    } else {
      request = read_request(*line, options, refusals);
    }
    if (!refusals.empty()) {
      print(refusal_json(refusals.front()));
      continue;
    }
    const auto answer = calculator.calculate(request);
    print(answer ? answer_json(*answer) : refusal_json(answer.error().front()));
  }
  return finish(Exit::done);
}

int refuse(const std::vector<Refusal>& refusals, Format format) {
  if (format == Format::json) {
    print(refusal_json(refusals.front()));
  } else {
    rfs::Diagnostics findings;
    for (const Refusal& refusal : refusals) findings.add(refusal.finding);
    report(findings);
  }
  return finish(Exit::invalid);
}

}  // namespace

int run_calc(const CalcOptions& options) {
  std::vector<Refusal> refusals;
  const Request request = read_request(options, refusals);
  Calculator calculator;
  if (!options.rules.empty()) {
    const auto rules = rfs::load(options.rules);
    if (!rules) {
      for (const rfs::Diagnostic& finding : rules.error().all()) {
        if (finding.severity == rfs::Severity::error) refusals.push_back({finding, "rules"});
      }
    } else {
      calculator = Calculator(*rules);
    }
  }
  if (!refusals.empty()) return refuse(refusals, options.format);
  if (options.ndjson) return run_lines(calculator, request);
  const auto answer = calculator.calculate(request);
  if (!answer) return refuse(answer.error(), options.format);
  if (answer->today) say("as of " + answer->today->text() + " (today)\n");
  print(options.format == Format::json ? answer_json(*answer) : answer->spoken + "\n");
  return finish(Exit::done);
}

}  // namespace rfs_cli
