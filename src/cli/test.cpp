#include <unistd.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "files.hpp"
#include "output.hpp"
#include "pattern.hpp"
#include "rfs/analyse/junit.hpp"
#include "rfs/analyse/run_tests.hpp"
#include "rfs/analyse/test_file.hpp"
#include "rfs/source/quote.hpp"
#include "verbs.hpp"
#include "write.hpp"

namespace rfs_cli {

namespace {

using Loaded = rfs::Result<rfs::Rules, rfs::Diagnostics>;

/// The tests of one file and what came of them.
struct Run : rfs::analyse::Suite {
  std::size_t passed = 0, failed = 0;
};

/// Rule files, each read once; with findings for the first run that asks for it.
class RuleFiles {
 public:
  const Loaded& get(const std::string& path, rfs::Diagnostics& findings) {
    const auto known = loaded_.find(path);
    if (known != loaded_.end()) return known->second;
    const Loaded& rules = loaded_.emplace(path, rfs::load(path)).first->second;
    if (!rules) findings.append(rules.error());
    return rules;
  }

  /// The file has changed.
  void forget(const std::string& path) { loaded_.erase(path); }

 private:
  std::map<std::string, Loaded> loaded_;
};

/// Runs tests that there is nothing wrong with; with a pattern those whose names it finds.
void run(const rfs::Rules& rules, rfs::rule::TestSet tests, const std::optional<Pattern>& pattern, Run& out) {
  rfs::analyse::check_tests(rules, tests, out.findings);
  if (out.findings.has_errors()) return;
  if (pattern) {
    std::erase_if(tests.tests, [&](const rfs::rule::Test& test) { return !pattern->found_in(test.name); });
  }
  out.source = tests.document.file;
  out.results = rfs::analyse::run_tests(rules, tests);
  for (const auto& result : out.results) ++(result.passed() ? out.passed : out.failed);
}

/// Returns whether the tests could be run.
bool run_file(RuleFiles& rule_files, const std::optional<Pattern>& pattern, Run& out) {
  if (!is_test_file(out.file)) {
    const Loaded& rules = rule_files.get(out.file, out.findings);
    if (!rules) return false;
    run(*rules, rules->file().tests, pattern, out);
    return !out.findings.has_errors();
  }
  const auto tests = rfs::analyse::read_tests(out.file, {}, out.findings);
  if (!tests) return false;
  const auto path = rfs::analyse::rules_beside(out.file, *tests, out.findings);
  if (!path || out.findings.has_errors()) return false;
  const Loaded& rules = rule_files.get(*path, out.findings);
  if (!rules) return false;
  run(*rules, *tests, pattern, out);
  return !out.findings.has_errors();
}

/// Finds places that come one after another without counting the lines from the first again.
class Places {
 public:
  explicit Places(const Run& file) : file_(file.source) {}

  rfs::source::Place at(std::size_t offset) {
    const std::string_view text = std::string_view(file_->text).substr(offset_);
    const auto step = rfs::source::place_of(text, offset - offset_);
    place_ = step.line == 1 ? rfs::source::Place{place_.line, place_.column + step.column - 1}
                            : rfs::source::Place{place_.line + step.line - 1, step.column};
    offset_ = offset;
    return place_;
  }

 private:
  rfs::source::FilePtr file_;
  std::size_t offset_ = 0;
  rfs::source::Place place_;
};

std::string words(const Run& file) {
  std::string out;
  Places places(file);
  for (const auto& result : file.results) {
    if (result.passed()) continue;
    const auto place = places.at(result.span.begin);
    out += on_one_line("failed: " + result.name + "  (" + file.file + ":" + std::to_string(place.line) + ":" +
                       std::to_string(place.column) + ")") +
           "\n";
    for (const auto& failure : result.failures) {
      const auto at = Places(places).at(failure.span.begin);
      out += on_one_line("  " + std::to_string(at.line) + ":" + std::to_string(at.column) + "  " +
                         (failure.at.empty() ? "" : failure.at + ": ") + failure.message) +
             "\n";
    }
  }
  if (file.source == nullptr) return out + on_one_line(file.file) + ": not run\n";
  if (file.results.empty()) return out;
  return out + on_one_line(file.file) + ": " + std::to_string(file.passed) + " passed, " + std::to_string(file.failed) +
         " failed\n";
}

std::string place_json(rfs::source::Place place) {
  return "\"line\":" + std::to_string(place.line) + ",\"column\":" + std::to_string(place.column);
}

std::string json_text(const Run& file) {
  using rfs::source::quote;
  std::string out = "{\"file\":" + quote(file.file) + ",\"passed\":" + std::to_string(file.passed) +
                    ",\"failed\":" + std::to_string(file.failed) + ",\"findings\":" + findings_json(file.findings) +
                    ",\"tests\":[";
  Places places(file);
  for (std::size_t i = 0; i < file.results.size(); ++i) {
    const auto& result = file.results[i];
    out += (i == 0 ? "" : ",") + ("{\"name\":" + quote(result.name)) + "," + place_json(places.at(result.span.begin)) +
           ",\"passed\":" + (result.passed() ? "true" : "false") + ",\"failures\":[";
    for (std::size_t k = 0; k < result.failures.size(); ++k) {
      const auto& failure = result.failures[k];
      out += (k == 0 ? "" : ",") + ("{\"at\":" + quote(failure.at)) + ",\"message\":" + quote(failure.message) + "," +
             place_json(Places(places).at(failure.span.begin)) + "}";
    }
    out += "]}";
  }
  return out + "]}";
}

void show_progress(std::size_t at, std::size_t of, const std::string& file) {
  if (of < 2 || isatty(STDERR_FILENO) == 0) return;
  say(at == of ? "\r\x1b[K" : "\r\x1b[K" + std::to_string(at + 1) + "/" + std::to_string(of) + " " + on_one_line(file));
}

/// Writes what was found in the place of what was expected, and nothing else; says what it changed. Returns whether the
/// file was written.
bool update(const Run& file) {
  rfs::diag::Fix changes;
  std::string words;
  Places places(file);
  for (const auto& result : file.results) {
    for (const auto& failure : result.failures) {
      if (failure.instead.empty()) continue;
      changes.edits.push_back({failure.span, failure.instead});
      const auto at = places.at(failure.span.begin);
      words +=
          on_one_line("updated: " + file.file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + "  " +
                      result.name + ": " + (failure.at.empty() ? "" : failure.at + ": ") + failure.message) +
          "\n";
    }
  }
  if (changes.edits.empty()) return false;
  const std::string& text = file.source->text;
  if (const auto problem = replace_file(file.file, text, rfs::diag::apply(changes, text))) {
    usage_error(*problem);
    return false;
  }
  say(words);
  return true;
}

/// What a run of files came to.
struct Totals {
  std::size_t passed = 0, failed = 0;
  bool invalid = false, unwritten = false;
};

Run run_one(const std::string& path, const TestOptions& options, const std::optional<Pattern>& pattern,
            RuleFiles& rule_files, Totals& totals) {
  Run file;
  file.file = path;
  bool could_run = run_file(rule_files, pattern, file);
  if (options.update && file.failed != 0 && update(file)) {
    rule_files.forget(path);
    Run again;
    again.file = path;
    could_run = run_file(rule_files, pattern, again);
    file = std::move(again);
  }
  if (!could_run) file.source = nullptr;
  totals.invalid = totals.invalid || !could_run;
  totals.passed += file.passed;
  totals.failed += file.failed;
  return file;
}

int exit_of(const Totals& totals, const TestOptions& options) {
  if (totals.invalid) return Exit::invalid;
  if (totals.failed != 0) return Exit::not_passed;
  if (options.fail_on_empty && totals.passed == 0) {
    say("rfs: there is no test to run\n");
    return Exit::not_passed;
  }
  return totals.unwritten ? Exit::failed : Exit::done;
}

}  // namespace

int run_test(const TestOptions& options) {
  std::optional<Pattern> pattern;
  if (!options.run.empty()) {
    std::string problem;
    pattern = Pattern::parse(options.run, problem);
    if (!pattern) return usage_error("--run: `" + options.run + "` is no pattern: " + problem);
  }
  const char* in_ci = std::getenv("CI");
  if (options.update && in_ci != nullptr && *in_ci != '\0') {
    return usage_error("--update rewrites expectations, and is refused where CI is set");
  }
  if (is_rule_file(options.junit) || is_test_file(options.junit)) {
    return usage_error("--junit: expected a file for the report, found the rules or tests `" + options.junit + "`");
  }
  rfs::Diagnostics paths;
  const std::vector<std::string> files = with_tests_beside(files_in(options.paths, paths));
  const bool human = options.format == Format::human;
  Totals totals;
  totals.invalid = paths.has_errors();
  if (human)
    report(paths);
  else
    print("{\"format\":1,\"findings\":" + findings_json(paths) + ",\"files\":[");
  RuleFiles rule_files;
  std::vector<rfs::analyse::Suite> suites;
  for (const rfs::Diagnostic& finding : paths.all()) {
    rfs::analyse::Suite nowhere{finding.path, nullptr, {}, {}};
    nowhere.findings.add(finding);
    suites.push_back(std::move(nowhere));
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    show_progress(i, files.size(), files[i]);
    const Run file = run_one(files[i], options, pattern, rule_files, totals);
    show_progress(files.size(), files.size(), {});
    if (human) {
      if (!file.findings.empty()) report(file.findings);
      print(words(file));
    } else {
      print((i == 0 ? "" : ",") + json_text(file));
    }
    if (!options.junit.empty()) suites.push_back(file);
  }
  if (human)
    print(std::to_string(totals.passed) + " passed, " + std::to_string(totals.failed) + " failed\n");
  else
    print("],\"passed\":" + std::to_string(totals.passed) + ",\"failed\":" + std::to_string(totals.failed) + "}\n");
  if (!options.junit.empty()) {
    const auto problem = write_file(options.junit, rfs::analyse::junit(suites));
    if (problem) usage_error(*problem);
    totals.unwritten = problem.has_value();
  }
  return finish(exit_of(totals, options));
}

}  // namespace rfs_cli
