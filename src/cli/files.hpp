#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rfs/diag/diagnostic.hpp"

namespace rfs_cli {

/// Returns whether a file holds rules, by its name.
bool is_rule_file(std::string_view path);

/// Returns whether a file holds tests, by its name.
bool is_test_file(std::string_view path);

/// Lists the files of the paths given, each once: files as they are, folders with all `*.rules.json` and `*.tests.json`
/// in and below them, sorted. Links to folders are not followed, pipes and devices not taken. A path that is not there
/// (RFS701) and a folder without such files (RFS702) are findings.
std::vector<std::string> files_in(const std::vector<std::string>& paths, rfs::Diagnostics& findings);

/// The same for verbs that read a rule file from standard input, where `-` is a file as it is.
std::vector<std::string> files_or_stdin(const std::vector<std::string>& paths, rfs::Diagnostics& findings);

/// Returns the files, and after each rule file the test files of its folder that name it, sorted; each once.
std::vector<std::string> with_tests_beside(const std::vector<std::string>& files);

}  // namespace rfs_cli
