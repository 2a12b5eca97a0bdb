#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rfs/rfs.hpp"

namespace rfs_cli {

/// Writes data to standard output. Where nobody reads it any more the process ends quietly with code 0; where it cannot
/// be written (a full disk) it ends with a message and code 1.
void print(std::string_view text);

/// Writes words to standard error.
void say(std::string_view text);

/// Returns a line as it is safe to show on a terminal: the names in it may be a stranger's.
std::string on_one_line(std::string text);

/// Returns `1 file`, `2 files`.
std::string counted(std::size_t n, const std::string& what);

/// Says `rfs: …` and returns the exit code of a usage error.
int usage_error(const std::string& message);

/// Writes what is buffered; a verb's last step. Returns the code, unless print() would end the process.
int finish(int code);

/// Returns whether standard error (standard output) takes colour: a terminal, and NO_COLOR is not set.
bool color_on_stderr();
bool color_on_stdout();

/// Writes findings at least as severe as `least` to standard error, for people.
void report(const rfs::Diagnostics& findings, rfs::Severity least = rfs::Severity::error);

/// Returns the findings at least as severe as `least` as a JSON array.
std::string findings_json(const rfs::Diagnostics& findings, rfs::Severity least = rfs::Severity::note);

/// Reads a file, or standard input where the path is `-`. What cannot be read, or is too large, is a finding;
/// `if_too_large` says how what it holds is made smaller.
std::optional<std::string> read_input(const std::string& path, const rfs::Limits& limits, rfs::Diagnostics& findings,
                                      std::string_view if_too_large = "split it into several files");

/// The name of an input in findings: the path, or `<stdin>`.
std::string input_name(const std::string& path);

/// Reads and checks a rule file, or standard input.
rfs::Result<rfs::Rules, rfs::Diagnostics> load_rules(const std::string& path);

/// Returns whether a path leads to a folder, which is a shelf.
bool is_folder(const std::string& path);

/// The same of the file in force on a day, where the path is a folder: a shelf.
rfs::Result<rfs::Rules, rfs::Diagnostics> load_rules_on(const std::string& path, rfs::Date as_of);

/// Returns today's date where this machine stands.
rfs::Date today();

}  // namespace rfs_cli
