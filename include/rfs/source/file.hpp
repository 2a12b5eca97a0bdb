#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI::source {

/// Half-open range of byte offsets into a text.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  friend constexpr bool operator==(Span, Span) noexcept = default;
};

/// A place as people count: both from 1, columns in code points.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;

  friend constexpr bool operator==(Place, Place) noexcept = default;
};

/// A named text. Diagnostics keep the file they speak of alive.
struct File {
  std::string name;
  std::string text;
};

using FilePtr = std::shared_ptr<const File>;

/// Counts the line and column of a byte offset; an offset past the end is the end.
RFS_API Place place_of(std::string_view text, std::size_t offset);

/// Returns the line (without its end) that holds the byte offset.
RFS_API std::string_view line_of(std::string_view text, std::size_t offset);

/// Returns how many bytes the code point at the beginning of the text takes; 0 where the text is empty
/// or does not begin with UTF-8 (overlong forms, surrogates and values past U+10FFFF are not).
RFS_API std::size_t code_point_length(std::string_view text);

/// Returns the offset of the first byte that is not UTF-8, or npos.
RFS_API std::size_t find_invalid_utf8(std::string_view text);

/// Counts code points of a valid UTF-8 text.
RFS_API std::size_t count_code_points(std::string_view text);

}  // namespace rfs::inline RFS_ABI::source

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/source/file.ipp"
#endif
