#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "rfs/impl/value/letters.hpp"
#include "rfs/value/unicode.hpp"

namespace rfs::inline RFS_ABI::value {

namespace detail {

/// Whether a byte goes on with a letter that begins before it.
RFS_INLINE bool goes_on(char byte) noexcept { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// Returns how many bytes the first `letters` letters take, at most all of them.
RFS_INLINE std::size_t bytes_of(std::string_view text, std::int64_t letters) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    if (!goes_on(text[at])) {
      if (letters <= 0) break;
      --letters;
    }
    ++at;
  }
  return at;
}

/// Reads a letter that takes these bytes.
RFS_INLINE char32_t read_letter(std::string_view bytes) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(bytes[i])); };
  if (bytes.size() == 1) return byte(0);
  char32_t letter = byte(0) & (0x7FU >> bytes.size());
  for (std::size_t i = 1; i < bytes.size(); ++i) letter = letter << 6 | (byte(i) & 0x3FU);
  return letter;
}

RFS_INLINE void write_letter(char32_t letter, std::string& out) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (letter < 0x80) return put(letter);
  if (letter < 0x800) {
    put(0xC0U | letter >> 6);
  } else {
    if (letter < 0x10000) {
      put(0xE0U | letter >> 12);
    } else {
      put(0xF0U | letter >> 18);
      put(0x80U | (letter >> 12 & 0x3FU));
    }
    put(0x80U | (letter >> 6 & 0x3FU));
  }
  put(0x80U | (letter & 0x3FU));
}

RFS_INLINE char32_t partner(char32_t letter, std::span<const Letters> table) noexcept {
  const auto found = std::lower_bound(table.begin(), table.end(), letter,
                                      [](const Letters& letters, char32_t wanted) { return letters.last < wanted; });
  if (found == table.end() || letter < found->first || (letter - found->first) % found->step != 0) return letter;
  return static_cast<char32_t>(static_cast<std::int64_t>(letter) + found->shift);
}

RFS_INLINE std::string partners(std::string_view text, std::span<const Letters> table) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t bytes = 1;
    while (bytes < text.size() && bytes < 4 && goes_on(text[bytes])) ++bytes;
    write_letter(partner(read_letter(text.substr(0, bytes)), table), out);
    text.remove_prefix(bytes);
  }
  return out;
}

}  // namespace detail

RFS_INLINE std::int64_t length(std::string_view text) noexcept {
  return std::count_if(text.begin(), text.end(), [](char byte) { return !detail::goes_on(byte); });
}

RFS_INLINE std::string upper(std::string_view text) { return detail::partners(text, detail::kUpper); }
RFS_INLINE std::string lower(std::string_view text) { return detail::partners(text, detail::kLower); }

RFS_INLINE bool contains(std::string_view text, std::string_view part) {
  // Where a comparison fails, it goes on with the longest beginning of the part that ends there, and never goes back in
  // the text: std::string_view::find does, and large texts of one letter would keep it busy for hours.
  std::vector<std::size_t> fallback(part.size() + 1, 0);
  const auto longer = [&](std::size_t matched, char next) {
    while (matched > 0 && (matched == part.size() || part[matched] != next)) matched = fallback[matched];
    return part[matched] == next ? matched + 1 : 0;
  };
  if (part.empty()) return true;
  for (std::size_t i = 1; i < part.size(); ++i) fallback[i + 1] = longer(fallback[i], part[i]);
  std::size_t matched = 0;
  for (const char next : text) {
    matched = longer(matched, next);
    if (matched == part.size()) return true;
  }
  return false;
}

RFS_INLINE std::string_view substring(std::string_view text, std::int64_t start, std::int64_t count) noexcept {
  text.remove_prefix(detail::bytes_of(text, start - 1));
  return text.substr(0, detail::bytes_of(text, count));
}

}  // namespace rfs::inline RFS_ABI::value
