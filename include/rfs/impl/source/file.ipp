#pragma once

#include "rfs/source/file.hpp"

#include <algorithm>
#include <cstring>

namespace rfs::inline RFS_ABI::source {

RFS_INLINE std::size_t count_code_points(std::string_view text) {
  // A code point has one byte that is not a continuation byte.
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

RFS_INLINE Place place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  const std::string_view lines = before.substr(0, line_begin);
  return {1 + static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n')),
          1 + count_code_points(before.substr(line_begin))};
}

RFS_INLINE std::string_view line_of(std::string_view text, std::size_t offset) {
  const std::size_t begin = text.substr(0, offset).rfind('\n') + 1;
  std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
  const bool ended = begin + line.size() < text.size();
  if (ended && !line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

RFS_INLINE std::size_t code_point_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
  };
  const auto within = [&byte](std::size_t i, unsigned least, unsigned most) {
    return byte(i) >= least && byte(i) <= most;
  };
  // Table 3-7 of the Unicode standard: only the second byte's range depends on the first.
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return within(1, 0x80, 0xBF) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool second = within(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
    return second && within(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool second = within(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
    return second && within(2, 0x80, 0xBF) && within(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

RFS_INLINE std::size_t find_invalid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    // Most text is ASCII: eight bytes a step.
    std::uint64_t eight = 0;
    if (text.size() - at >= sizeof eight) {
      std::memcpy(&eight, text.data() + at, sizeof eight);
      if ((eight & 0x8080808080808080U) == 0) {
        at += sizeof eight;
        continue;
      }
    }
    const std::size_t length = code_point_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

}  // namespace rfs::inline RFS_ABI::source
