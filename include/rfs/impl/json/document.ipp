#pragma once

#include "rfs/json/document.hpp"

#include <algorithm>
#include <cstddef>

namespace rfs::inline RFS_ABI::json {

namespace detail {

/// How far one character of a string reaches in the file and in the decoded text.
struct Step {
  std::size_t file = 1;
  std::size_t decoded = 1;
};

/// The value of `\uXXXX` at the beginning of the text, or 0x10000 where it is not one.
RFS_INLINE unsigned escaped_unit(std::string_view text) {
  constexpr unsigned kNone = 0x10000;
  if (text.size() < 6 || text.substr(0, 2) != "\\u") return kNone;
  unsigned value = 0;
  for (const char c : text.substr(2, 4)) {
    value <<= 4U;
    if (c >= '0' && c <= '9') {
      value += static_cast<unsigned>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      value += static_cast<unsigned>(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'F') {
      value += static_cast<unsigned>(c - 'A') + 10;
    } else {
      return kNone;
    }
  }
  return value;
}

RFS_INLINE bool is_high_surrogate(unsigned unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
RFS_INLINE bool is_low_surrogate(unsigned unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

RFS_INLINE Step next_step(std::string_view rest) {
  if (rest.front() != '\\') {
    const std::size_t length = std::max<std::size_t>(1, source::code_point_length(rest));
    return {length, length};
  }
  const unsigned unit = escaped_unit(rest);
  if (unit > 0xFFFF) return {2, 1};
  if (is_high_surrogate(unit)) return {12, 4};
  if (unit < 0x80) return {6, 1};
  return {6, unit < 0x800 ? std::size_t{2} : std::size_t{3}};
}

}  // namespace detail

RFS_INLINE std::string_view kind_text(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "a boolean";
    case Kind::number:
      return "a number";
    case Kind::string:
      return "a string";
    case Kind::array:
      return "an array";
    case Kind::object:
      break;
  }
  return "an object";
}

RFS_INLINE NodeId Document::find(NodeId object, std::string_view key) const {
  const std::vector<Member>& members = nodes[object].members;
  const auto member = std::find_if(members.begin(), members.end(), [key](const Member& m) { return m.key == key; });
  return member == members.end() ? NodeId() : member->value;
}

RFS_INLINE std::uint32_t offset_in_file(std::string_view file_text, source::Span string, std::size_t decoded_offset) {
  const std::string_view inside = file_text.substr(0, string.end > string.begin ? string.end - 1 : string.begin);
  std::size_t at = std::size_t{string.begin} + 1;
  std::size_t decoded = 0;
  while (at < inside.size()) {
    // Between escapes the file has the decoded bytes; long expressions are looked up often.
    const std::size_t plain = std::min(inside.find('\\', at), inside.size()) - at;
    if (plain > decoded_offset - decoded) {
      at += decoded_offset - decoded;
      while ((static_cast<unsigned char>(inside[at]) & 0xC0U) == 0x80U) --at;
      break;
    }
    at += plain;
    decoded += plain;
    if (at == inside.size()) break;
    const detail::Step step = detail::next_step(inside.substr(at));
    if (decoded + step.decoded > decoded_offset) break;
    decoded += step.decoded;
    at += step.file;
  }
  return static_cast<std::uint32_t>(std::min(at, inside.size()));
}

}  // namespace rfs::inline RFS_ABI::json
