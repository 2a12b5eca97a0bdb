#pragma once

#include <string>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/rule/file.hpp"
#include "rfs/source/file.hpp"

namespace rfs::inline RFS_ABI::analyse {

/// One expectation that was not met.
struct Failure {
  source::Span span;    ///< the expectation, in the file of the tests
  std::string at;       ///< `funding.amount`
  std::string message;  ///< `expected 150.00, found 0.00`
  std::string instead;  ///< the JSON that would be met at `span`; empty where none would
};

/// What came of one test.
struct TestResult {
  std::string name;
  source::Span span;
  std::vector<Failure> failures;

  [[nodiscard]] bool passed() const noexcept { return failures.empty(); }
};

/// Reports expectations of names that the rules do not have (RFS705), expected values that no outcome could have
/// (RFS706), facts that the rules do not declare (RFS601) unless the test expects a refusal, and fixed values that
/// cannot be.
RFS_API void check_tests(const Rules& rules, const rule::TestSet& tests, Diagnostics& findings);

/// Runs tests that check_tests found nothing wrong with. Values compare exactly, lists in the outcome's order.
[[nodiscard]] RFS_API std::vector<TestResult> run_tests(const Rules& rules, const rule::TestSet& tests);

}  // namespace rfs::inline RFS_ABI::analyse

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/analyse/run_tests.ipp"
#endif
