#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI::value {

// Texts are UTF-8, and their letters are its code points: an accent that stands behind its letter counts by itself.

/// Counts the letters of a text.
[[nodiscard]] RFS_API std::int64_t length(std::string_view text) noexcept;

/// Returns the text with each letter as its capital (simple case mapping: ß, which has none of one letter, stays). The
/// result has as many letters, and takes at most half as many bytes more.
[[nodiscard]] RFS_API std::string upper(std::string_view text);
/// Returns the text with each letter as its small one; as many letters, and at most half as many bytes more.
[[nodiscard]] RFS_API std::string lower(std::string_view text);

/// Whether a text has a part, in time that grows with their sizes only.
[[nodiscard]] RFS_API bool contains(std::string_view text, std::string_view part);

/// Returns up to `count` letters from number `start`, counted from 1; what lies outside the text is not there.
[[nodiscard]] RFS_API std::string_view substring(std::string_view text, std::int64_t start,
                                                 std::int64_t count) noexcept;

}  // namespace rfs::inline RFS_ABI::value

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/value/unicode.ipp"
#endif
