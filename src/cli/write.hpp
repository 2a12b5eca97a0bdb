#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rfs_cli {

/// Replaces a file's text in one step: whoever reads it sees the old text or the new one, and a full or read-only disk
/// leaves the old one whole. Keeps its permissions, follows a link to the file, and refuses where the file no longer
/// holds `before`. Returns what went wrong.
[[nodiscard]] std::optional<std::string> replace_file(const std::string& path, std::string_view before,
                                                      std::string_view after);

/// Writes a file that is made anew, or replaced. Where it cannot be written whole, an older file stays as it was.
/// Returns what went wrong.
[[nodiscard]] std::optional<std::string> write_file(const std::string& path, std::string_view text);

/// Makes a file that must not be there yet. Returns what went wrong; then nothing is left behind.
[[nodiscard]] std::optional<std::string> create_file(const std::string& path, std::string_view text);

}  // namespace rfs_cli
