#pragma once

#include <optional>
#include <string>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/rule/file.hpp"
#include "rfs/source/limits.hpp"

namespace rfs::inline RFS_ABI::analyse {

/// Reads a `*.tests.json`; nothing where it cannot be read at all.
[[nodiscard]] RFS_API std::optional<rule::TestSet> read_tests(const std::string& path, const Limits& limits,
                                                              Diagnostics& findings);

/// Returns the path of the rule file that a test file names: a file of the same folder. Where there is none, RFS703.
[[nodiscard]] RFS_API std::optional<std::string> rules_beside(const std::string& path, const rule::TestSet& tests,
                                                              Diagnostics& findings);

}  // namespace rfs::inline RFS_ABI::analyse

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/analyse/test_file.ipp"
#endif
