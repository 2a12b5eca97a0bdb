#pragma once

#include "rfs/source/quote.hpp"

#include <cstddef>

#include "rfs/source/file.hpp"

namespace rfs::inline RFS_ABI::source {

namespace detail {

/// Appends one ASCII character as it stands inside a JSON string.
RFS_INLINE void append_quoted(std::string& out, char c) {
  static constexpr std::string_view kShort = "\"\\\b\f\n\r\t";
  static constexpr std::string_view kLetters = "\"\\bfnrt";
  static constexpr std::string_view kHex = "0123456789abcdef";
  if (const std::size_t i = kShort.find(c); i != std::string_view::npos) {
    out += '\\';
    out += kLetters[i];
  } else if (const auto byte = static_cast<unsigned char>(c); byte < 0x20) {
    out += "\\u00";
    out += kHex[byte >> 4U];
    out += kHex[byte & 0xFU];
  } else {
    out += c;
  }
}

}  // namespace detail

RFS_INLINE std::string quote(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out += '"';
  while (!text.empty()) {
    const std::size_t length = code_point_length(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (length == 1) {
      detail::append_quoted(out, text.front());
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
  return out;
}

}  // namespace rfs::inline RFS_ABI::source
