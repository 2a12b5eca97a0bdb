#pragma once

#include "rfs/analyse/run_tests.hpp"

#include <map>

#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/impl/analyse/expectations.ipp"
#include "rfs/impl/analyse/expected_items.ipp"
#include "rfs/impl/analyse/listed.ipp"

namespace rfs::inline RFS_ABI::analyse {

namespace detail {

/// The rules as each test has them: with its definitions fixed, checked once for every `fix` as written.
class FixedRules {
 public:
  FixedRules(const Rules& rules, const json::Document& document) : rules_(rules), document_(document) {}

  /// Valid until the next call; `is_new` says whether the rules were checked now.
  const Result<Rules, Diagnostics>& of(const rule::Test& test, bool& is_new) {
    is_new = false;
    if (!test.fix.valid()) return rules_;
    const source::Span span = document_[test.fix].span;
    const std::string text = document_.file->text.substr(span.begin, span.end - span.begin);
    const auto known = fixed_.find(text);
    if (known != fixed_.end()) return known->second;
    is_new = true;
    if (fixed_.size() == kMostKept) fixed_.clear();
    return fixed_.emplace(text, rules_.value().fixed({&document_, test.fix})).first->second;
  }

 private:
  static constexpr std::size_t kMostKept = 64;  // each is a whole program

  Result<Rules, Diagnostics> rules_;
  const json::Document& document_;
  std::map<std::string, Result<Rules, Diagnostics>> fixed_;
};

RFS_INLINE TestResult run_test(const Result<Rules, Diagnostics>& rules, const json::Document& document,
                               const rule::Test& test) {
  TestResult out{test.name, test.span, {}};
  if (!rules) {
    for (const Diagnostic& finding : rules.error().all()) {
      if (finding.severity == Severity::error) {
        out.failures.push_back(
            {document[test.fix].span,
             "fix",
             "expected rules that can be checked, found " + diag::code_text(finding.code) + ": " + finding.message,
             {}});
      }
    }
    return out;
  }
  Facts facts(*rules);
  facts.read_json(document, test.facts);
  Outcome outcome(*rules);
  rules->evaluate(facts, test.as_of, outcome);
  Diagnostics reported;  // by check_tests
  rule::detail::Shape shape(document, reported);
  out.failures = Expectations(*rules, shape, &outcome).walk(test);
  return out;
}

/// Reports facts that the rules do not declare (RFS601).
RFS_INLINE void check_names(const Rules& rules, rule::detail::Shape& shape, const rule::Test& test) {
  const rule::detail::Shape::Step step(shape, "facts");
  Facts facts(rules);
  facts.read_json(shape.doc, test.facts);
  for (Diagnostic finding : facts.problems().all()) {
    if (finding.code != Code::unknown_fact) continue;
    const rule::detail::Shape::Step at(shape, step_name(finding.path));
    finding.path = shape.path();
    shape.findings().add(std::move(finding));
  }
}

}  // namespace detail

RFS_INLINE void check_tests(const Rules& rules, const rule::TestSet& tests, Diagnostics& findings) {
  detail::FixedRules fixed(rules, tests.document);
  rule::detail::Shape shape(tests.document, findings);
  for (std::size_t i = 0; i < tests.tests.size(); ++i) {
    const rule::detail::Shape::Step step(shape, "tests[" + std::to_string(i) + "]");
    const rule::Test& test = tests.tests[i];
    detail::Expectations expectations(rules, shape, nullptr);
    expectations.walk(test);
    // An applicant who is to be refused may be refused for that.
    if (!expectations.expects_refusal()) detail::check_names(rules, shape, test);
    bool is_new = false;
    const Result<Rules, Diagnostics>& with = fixed.of(test, is_new);
    if (with || !is_new) continue;
    for (const Diagnostic& finding : with.error().all()) {
      if (finding.severity == Severity::error) findings.add(finding);
    }
  }
}

RFS_INLINE std::vector<TestResult> run_tests(const Rules& rules, const rule::TestSet& tests) {
  detail::FixedRules fixed(rules, tests.document);
  std::vector<TestResult> out;
  for (const rule::Test& test : tests.tests) {
    bool is_new = false;
    out.push_back(detail::run_test(fixed.of(test, is_new), tests.document, test));
  }
  return out;
}

}  // namespace rfs::inline RFS_ABI::analyse
