#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "files.hpp"
#include "output.hpp"
#include "rfs/analyse/run_tests.hpp"
#include "rfs/analyse/test_file.hpp"
#include "rfs/source/quote.hpp"
#include "verbs.hpp"

namespace rfs_cli {

namespace {

using Loaded = rfs::Result<rfs::Rules, rfs::Diagnostics>;

/// The tests of one file and what came of them.
struct Run {
  std::string file;
  rfs::source::FilePtr source;
  rfs::Diagnostics findings;
  std::vector<rfs::analyse::TestResult> results;
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

 private:
  std::map<std::string, Loaded> loaded_;
};

/// Runs tests that there is nothing wrong with.
void run(const rfs::Rules& rules, const rfs::rule::TestSet& tests, Run& out) {
  rfs::analyse::check_tests(rules, tests, out.findings);
  if (out.findings.has_errors()) return;
  out.source = tests.document.file;
  out.results = rfs::analyse::run_tests(rules, tests);
  for (const auto& result : out.results) ++(result.passed() ? out.passed : out.failed);
}

/// Returns whether the tests could be run.
bool run_file(RuleFiles& rule_files, Run& out) {
  if (!is_test_file(out.file)) {
    const Loaded& rules = rule_files.get(out.file, out.findings);
    if (!rules) return false;
    run(*rules, rules->file().tests, out);
    return !out.findings.has_errors();
  }
  const auto tests = rfs::analyse::read_tests(out.file, {}, out.findings);
  if (!tests) return false;
  const auto path = rfs::analyse::rules_beside(out.file, *tests, out.findings);
  if (!path || out.findings.has_errors()) return false;
  const Loaded& rules = rule_files.get(*path, out.findings);
  if (!rules) return false;
  run(*rules, *tests, out);
  return !out.findings.has_errors();
}

/// A line as it is safe to show on a terminal: the names in it are a stranger's.
std::string on_one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return text;
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

std::string words(const Run& file, bool could_run) {
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
  if (!could_run) return out + file.file + ": not run\n";
  if (file.results.empty()) return out;
  return out + file.file + ": " + std::to_string(file.passed) + " passed, " + std::to_string(file.failed) + " failed\n";
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

/// Each file given, and after a rule file the tests beside it.
std::vector<std::string> with_tests_beside(const std::vector<std::string>& files) {
  std::vector<std::string> out;
  std::set<std::string> seen;
  const auto take = [&](const std::string& path) {
    if (seen.insert(path).second) out.push_back(path);
  };
  for (const std::string& file : files) {
    take(file);
    if (is_test_file(file)) continue;
    for (const std::string& tests : tests_beside(file)) take(tests);
  }
  return out;
}

void show_progress(std::size_t at, std::size_t of, const std::string& file) {
  if (of < 2 || isatty(STDERR_FILENO) == 0) return;
  say(at == of ? "\r\x1b[K" : "\r\x1b[K" + std::to_string(at + 1) + "/" + std::to_string(of) + " " + on_one_line(file));
}

}  // namespace

int run_test(const TestOptions& options) {
  rfs::Diagnostics paths;
  const std::vector<std::string> files = with_tests_beside(files_in(options.paths, paths));
  const bool human = options.format == Format::human;
  bool invalid = paths.has_errors();
  std::size_t passed = 0, failed = 0;
  if (human)
    report(paths);
  else
    print("{\"format\":1,\"findings\":" + findings_json(paths) + ",\"files\":[");
  RuleFiles rule_files;
  for (std::size_t i = 0; i < files.size(); ++i) {
    show_progress(i, files.size(), files[i]);
    Run file;
    file.file = files[i];
    const bool could_run = run_file(rule_files, file);
    invalid = invalid || !could_run;
    passed += file.passed;
    failed += file.failed;
    show_progress(files.size(), files.size(), {});
    if (human) {
      if (!file.findings.empty()) report(file.findings);
      print(words(file, could_run));
    } else {
      print((i == 0 ? "" : ",") + json_text(file));
    }
  }
  if (human)
    print(std::to_string(passed) + " passed, " + std::to_string(failed) + " failed\n");
  else
    print("],\"passed\":" + std::to_string(passed) + ",\"failed\":" + std::to_string(failed) + "}\n");
  return finish(invalid ? Exit::invalid : failed != 0 ? Exit::not_passed : Exit::done);
}

}  // namespace rfs_cli
