#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rfs/diag/diagnostic.hpp"

namespace rfs_cli {

/// Returns whether a file holds tests, by its name.
bool is_test_file(std::string_view path);

/// Lists the files of the paths given, each once: files as they are, folders with all `*.rules.json` and `*.tests.json`
/// in and below them, sorted. Links to folders are not followed. A path that is not there (RFS701) and a folder without
/// such files (RFS702) are findings.
std::vector<std::string> files_in(const std::vector<std::string>& paths, rfs::Diagnostics& findings);

/// Returns the test files in a rule file's folder that name it, sorted.
std::vector<std::string> tests_beside(const std::string& rules);

}  // namespace rfs_cli
