#include "verbs.hpp"

#include <pybind11/stl.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "calculation.hpp"
#include "diagnostics.hpp"
#include "files.hpp"
#include "rfs/analyse/allowances.hpp"
#include "rfs/analyse/run_tests.hpp"
#include "rfs/analyse/test_file.hpp"
#include "rules.hpp"
#include "shelves.hpp"

namespace rfs_python {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// The tests of one file, and the text that their places are in.
struct Tests {
  rfs::Rules rules;
  rfs::rule::TestSet set;
};

/// Reads the tests of a rule file or of a test file; what keeps them from running is added to the findings.
std::optional<Tests> read_tests(const std::string& path, rfs::Diagnostics& findings) {
  std::optional<rfs::rule::TestSet> beside;
  std::optional<std::string> rules_path = path;
  if (rfs_cli::is_test_file(path)) {
    beside = rfs::analyse::read_tests(path, {}, findings);
    rules_path = beside ? rfs::analyse::rules_beside(path, *beside, findings) : std::nullopt;
  }
  if (!rules_path) return std::nullopt;
  const auto rules = rfs::load(*rules_path);
  if (!rules) {
    findings.append(rules.error());
    return std::nullopt;
  }
  if (!beside) beside = rules->file().tests;
  rfs::analyse::check_tests(*rules, *beside, findings);
  return Tests{*rules, *std::move(beside)};
}

/// Returns all that is to be said of rule files and test files, on a day.
py::list check(const std::vector<std::string>& paths, const std::string& today) {
  rfs::Diagnostics all;
  {
    const py::gil_scoped_release released;
    std::map<std::string, rfs::Rules> rules;
    for (const std::string& path : rfs_cli::files_in(paths, all)) {
      rfs::Diagnostics findings;
      const auto tests = read_tests(path, findings);
      if (tests && !rfs_cli::is_test_file(path)) {
        rules.emplace(path, tests->rules);
        findings.append(rfs::analyse::findings_on(tests->rules, *rfs::Date::parse(today)));
      }
      findings.sort();
      all.append(findings);
    }
    all.append(rfs_cli::shelf_findings(rules, *rfs::Date::parse(today)));
  }
  return to_python(all);
}

py::object place(const rfs::rule::TestSet& tests, rfs::source::Span span) {
  const rfs::source::Place at = rfs::source::place_of(tests.document.file->text, span.begin);
  return py::make_tuple(at.line, at.column);
}

/// Returns what came of the tests in and beside files: (file, name, place, failures), a failure (at, message, place).
py::list test(const std::vector<std::string>& paths) {
  rfs::Diagnostics findings;
  std::vector<std::pair<std::string, Tests>> files;
  std::vector<std::vector<rfs::analyse::TestResult>> results;
  {
    const py::gil_scoped_release released;
    for (const std::string& path : rfs_cli::with_tests_beside(rfs_cli::files_in(paths, findings))) {
      if (auto tests = read_tests(path, findings)) files.emplace_back(path, *std::move(tests));
    }
    for (std::size_t i = 0; i < files.size() && !findings.has_errors(); ++i) {
      results.push_back(rfs::analyse::run_tests(files[i].second.rules, files[i].second.set));
    }
  }
  if (findings.has_errors()) raise(findings);
  py::list out;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const rfs::rule::TestSet& tests = files[i].second.set;
    for (const rfs::analyse::TestResult& result : results[i]) {
      py::list failures;
      for (const rfs::analyse::Failure& failure : result.failures) {
        failures.append(py::make_tuple(failure.at, failure.message, place(tests, failure.span)));
      }
      out.append(py::make_tuple(files[i].first, result.name, place(tests, result.span), failures));
    }
  }
  return out;
}

/// Computes an expression: (type, value, words), the first two as JSON. Raises RuleError for what cannot be computed,
/// and ValueError where the expression reads a day that is not given.
py::tuple calc(const std::string& expression, const RulesObject* rules, const Pairs& facts, const Pairs& given,
               const Pairs& let, const std::string& month_end, const std::string& currency, const std::string& as_of) {
  rfs_cli::Request request;
  request.expression = expression;
  request.facts = facts;
  request.given = given;
  request.let = let;
  request.month_end = month_end;
  request.currency = currency;
  request.as_of = as_of;
  const auto answer = [&] {
    const py::gil_scoped_release released;
    const rfs_cli::Calculator calculator =
        rules == nullptr ? rfs_cli::Calculator() : rfs_cli::Calculator(rules->rules());
    return calculator.calculate(request);
  }();
  if (!answer) {
    rfs::Diagnostics findings;
    for (const rfs_cli::Refusal& refusal : answer.error()) {
      rfs::Diagnostic finding = refusal.finding;
      if (finding.path.empty() && finding.file == nullptr) finding.path = refusal.at;
      findings.add(std::move(finding));
    }
    raise(findings);
  }
  if (answer->today)
    throw py::value_error("the expression reads as_of: give the day, as_of=datetime.date(2017, 6, 24)");
  return py::make_tuple(answer->type, answer->value, answer->spoken);
}

}  // namespace

void bind_verbs(py::module_& module) {
  module.def("check", check, "Return the findings on paths, on a day.");
  module.def("test", test, "Run the tests in and beside paths.");
  module.def("calc", calc, py::arg("expression"), py::arg("rules").none(true), py::arg("facts"), py::arg("given"),
             py::arg("let"), py::arg("month_end"), py::arg("currency"), py::arg("as_of"), "Compute an expression.");
}

}  // namespace rfs_python
