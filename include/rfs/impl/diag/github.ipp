#pragma once

#include "rfs/diag/github.hpp"

#include <algorithm>
#include <string_view>

namespace rfs::inline RFS_ABI::diag {

namespace detail {

/// Escapes a message, or a property, which ends at a comma or colon too.
RFS_INLINE std::string escaped(std::string_view text, bool is_property) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (is_property && c == ':') {
      out += "%3A";
    } else if (is_property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace detail

RFS_INLINE std::string github(const Diagnostic& finding) {
  std::string out = "::";
  out += finding.severity == Severity::note ? "notice" : severity_text(finding.severity);
  out += ' ';
  if (finding.file != nullptr) {
    const source::Place begin = finding.place();
    const source::Place end = source::place_of(finding.file->text, std::max(finding.span.begin, finding.span.end));
    out += "file=" + detail::escaped(finding.file->name, true) + ",line=" + std::to_string(begin.line) +
           ",col=" + std::to_string(begin.column) + ",endLine=" + std::to_string(end.line);
    // Columns of an end on another line are refused; the end is that of the last character.
    if (end.line == begin.line) out += ",endColumn=" + std::to_string(std::max(begin.column, end.column - 1));
    out += ',';
  } else if (!finding.path.empty()) {
    out += "file=" + detail::escaped(finding.path, true) + ',';
  }
  out += "title=" + code_text(finding.code) + "::" + detail::escaped(finding.message, false);
  if (!finding.help.empty()) out += detail::escaped("\nhelp: " + finding.help, false);
  return out + '\n';
}

}  // namespace rfs::inline RFS_ABI::diag
