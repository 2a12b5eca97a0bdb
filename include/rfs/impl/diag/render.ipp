#pragma once

#include "rfs/diag/render.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "rfs/impl/diag/snippet.ipp"
#include "rfs/source/quote.hpp"

namespace rfs::inline RFS_ABI::diag {

namespace detail {

RFS_INLINE std::string place_text(const source::File& file, std::size_t offset) {
  const source::Place place = source::place_of(file.text, offset);
  return shown(file.name) + ':' + std::to_string(place.line) + ':' + std::to_string(place.column);
}

/// The line number of the last line that a finding shows, whose width is that of the margin.
RFS_INLINE std::size_t last_line(const Diagnostic& finding) {
  std::size_t offset = finding.span.begin;
  for (const Label& label : finding.labels) offset = std::max<std::size_t>(offset, label.span.begin);
  return finding.file == nullptr ? 1 : source::place_of(finding.file->text, offset).line;
}

RFS_INLINE std::vector<Mark> marks_of(const Diagnostic& finding) {
  std::vector<Mark> marks = {{finding.span, '^', finding.label}};
  for (const Label& label : finding.labels) marks.push_back({label.span, '-', label.text});
  return marks;
}

/// Line and column of both ends of a span, as members of a JSON object; null without a file.
RFS_INLINE std::string range_json(const Diagnostic& finding, source::Span span) {
  if (finding.file == nullptr) return R"("line":null,"column":null,"end_line":null,"end_column":null)";
  const source::Place begin = source::place_of(finding.file->text, span.begin);
  const source::Place end = source::place_of(finding.file->text, std::max(span.begin, span.end));
  return "\"line\":" + std::to_string(begin.line) + ",\"column\":" + std::to_string(begin.column) +
         ",\"end_line\":" + std::to_string(end.line) + ",\"end_column\":" + std::to_string(end.column);
}

RFS_INLINE std::string fix_json(const Fix& fix) {
  std::string out = "{\"title\":" + source::quote(fix.title) + ",\"edits\":[";
  const char* separator = "";
  for (const Edit& edit : fix.edits) {
    out += std::exchange(separator, ",");
    out += "{\"begin\":" + std::to_string(edit.span.begin) + ",\"end\":" + std::to_string(edit.span.end) +
           ",\"text\":" + source::quote(edit.text) + '}';
  }
  return out + "]}";
}

}  // namespace detail

RFS_INLINE std::string render(const Diagnostic& finding, bool color) {
  const std::string_view severity_style = detail::severity_color(finding.severity);
  const std::string_view frame_style = color ? detail::kFrame : "";
  const std::size_t gutter = std::to_string(detail::last_line(finding)).size();
  const std::string margin(gutter, ' ');

  const std::string head = std::string(severity_text(finding.severity)) + '[' + code_text(finding.code) + ']';
  std::string out = detail::painted(color ? severity_style : "", head);
  out += detail::painted(color ? detail::kBold : "", ": " + detail::shown(finding.message)) + '\n';

  if (finding.file != nullptr) {
    out += margin + detail::painted(frame_style, "--> ") + detail::place_text(*finding.file, finding.span.begin);
    if (!finding.path.empty()) out += "  " + detail::shown(finding.path);
    out += '\n';
  } else if (!finding.path.empty()) {
    out += margin + detail::painted(frame_style, "--> ") + detail::shown(finding.path) + '\n';
  }

  if (finding.file != nullptr && !finding.file->text.empty()) {
    const detail::Snippet snippet(gutter, severity_style, color);
    std::vector<detail::Mark> marks = detail::marks_of(finding);
    out += snippet.margin() + '\n';
    snippet.draw(out, *finding.file, marks);
    while (!marks.empty()) {
      out += snippet.margin() + '\n';
      out += margin + detail::painted(frame_style, "::: ") +
             detail::place_text(*finding.file, marks.front().span.begin) + '\n';
      out += snippet.margin() + '\n';
      snippet.draw(out, *finding.file, marks);
    }
  }

  const std::string bullet = margin + detail::painted(frame_style, " = ");
  // A fix that says the same as the help says it with its edit.
  const bool repeated = !finding.fixes.empty() && finding.fixes.front().title == finding.help;
  if (!finding.help.empty() && !repeated) out += bullet + "help: " + detail::shown(finding.help) + '\n';
  if (finding.file != nullptr) {
    for (const Fix& fix : finding.fixes) out += bullet + "fix:  " + detail::shown(fix.title) + '\n';
  }
  if (!finding.allowed.empty()) out += bullet + "allowed: " + detail::shown(finding.allowed) + '\n';
  return out;
}

RFS_INLINE std::string render_json(const Diagnostic& finding) {
  std::string out = "{\"code\":" + source::quote(code_text(finding.code));
  out += ",\"severity\":" + source::quote(severity_text(finding.severity));
  out += ",\"message\":" + source::quote(finding.message);
  out += ",\"file\":" + (finding.file == nullptr ? "null" : source::quote(finding.file->name));
  out += ',' + detail::range_json(finding, finding.span);
  out += ",\"path\":" + source::quote(finding.path);
  out += ",\"label\":" + source::quote(finding.label);
  out += ",\"labels\":[";
  const char* separator = "";
  for (const Label& label : finding.labels) {
    out += std::exchange(separator, ",");
    out += '{' + detail::range_json(finding, label.span) + ",\"text\":" + source::quote(label.text) + '}';
  }
  out += "],\"help\":" + source::quote(finding.help);
  out += ",\"fixes\":[";
  separator = "";
  for (const Fix& fix : finding.fixes) out += std::exchange(separator, ",") + detail::fix_json(fix);
  out += ']';
  if (!finding.allowed.empty()) {
    out += ",\"allowed\":{\"reason\":" + source::quote(finding.allowed) +
           ",\"until\":" + (finding.allowed_until.empty() ? "null" : source::quote(finding.allowed_until)) + '}';
  }
  return out + '}';
}

RFS_INLINE std::string apply(const Fix& fix, std::string_view text) {
  std::vector<Edit> edits = fix.edits;
  // Stable: insertions at one place keep their order.
  std::stable_sort(edits.begin(), edits.end(),
                   [](const Edit& a, const Edit& b) { return a.span.begin < b.span.begin; });
  std::string out;
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    const std::size_t begin = std::clamp<std::size_t>(edit.span.begin, at, text.size());
    out += text.substr(at, begin - at);
    out += edit.text;
    at = std::clamp<std::size_t>(edit.span.end, begin, text.size());
  }
  out += text.substr(at);
  return out;
}

}  // namespace rfs::inline RFS_ABI::diag

namespace rfs::inline RFS_ABI {

RFS_INLINE std::string Diagnostics::render(bool color) const {
  std::string out;
  for (const Diagnostic& item : items_) {
    if (!out.empty()) out += '\n';
    out += diag::render(item, color);
  }
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note}) {
    const std::size_t more = more_[static_cast<std::size_t>(severity)];
    if (more == 0) continue;
    out += "\nand " + std::to_string(more) + " more of severity " + std::string(diag::severity_text(severity)) + '\n';
  }
  return out;
}

}  // namespace rfs::inline RFS_ABI
