#pragma once

#include <string>
#include <vector>

#include "rfs/analyse/run_tests.hpp"
#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"

namespace rfs::inline RFS_ABI::analyse {

/// The tests of one file, for a report.
struct Suite {
  std::string file;
  source::FilePtr source;           ///< the file's text; null where it was not run
  std::vector<TestResult> results;  ///< in the order of the file
  Diagnostics findings;             ///< where it has errors the tests were not run
};

/// Writes what came of tests as JUnit XML: a suite a file, a test case a test; a file that could not be run is a suite
/// with one error. No times and no host, so that the same run gives the same report.
[[nodiscard]] RFS_API std::string junit(const std::vector<Suite>& suites);

}  // namespace rfs::inline RFS_ABI::analyse

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/analyse/junit.ipp"
#endif
