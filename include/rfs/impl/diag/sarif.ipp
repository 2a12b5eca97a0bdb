#pragma once

#include "rfs/diag/sarif.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include "rfs/source/quote.hpp"

namespace rfs::inline RFS_ABI::diag {

namespace detail {

/// Returns a path as a URI reference (RFC 3986); an absolute one becomes a `file:` URI.
RFS_INLINE std::string uri_of(std::string_view path) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  static constexpr std::string_view kKept = "-._~/!$&'()*+,;=@";
  std::string out = path.substr(0, 1) == "/" ? "file://" : "";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain || kKept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append(1, '%').append(1, kHex[byte >> 4U]).append(1, kHex[byte & 0xFU]);
    }
  }
  return out;
}

RFS_INLINE std::string text_member(std::string_view text) { return "{\"text\":" + source::quote(text) + '}'; }

RFS_INLINE std::string region(const source::File& file, source::Span span) {
  const source::Place begin = source::place_of(file.text, span.begin);
  const source::Place end = source::place_of(file.text, std::max(span.begin, span.end));
  return "{\"startLine\":" + std::to_string(begin.line) + ",\"startColumn\":" + std::to_string(begin.column) +
         ",\"endLine\":" + std::to_string(end.line) + ",\"endColumn\":" + std::to_string(end.column) + '}';
}

RFS_INLINE std::string artifact(std::string_view name) {
  return "\"artifactLocation\":{\"uri\":" + source::quote(uri_of(name)) + '}';
}

/// A place in a file, without the closing brace; GitHub shows nothing that has no line.
RFS_INLINE std::string location(const Diagnostic& finding, source::Span span) {
  const bool has_file = finding.file != nullptr;
  return "{\"physicalLocation\":{" + artifact(has_file ? finding.file->name : finding.path) +
         ",\"region\":" + (has_file ? region(*finding.file, span) : "{\"startLine\":1}") + '}';
}

RFS_INLINE std::string fix_member(const source::File& file, const Fix& fix) {
  std::string out = "{\"description\":" + text_member(fix.title) + ",\"artifactChanges\":[{" + artifact(file.name) +
                    ",\"replacements\":[";
  const char* separator = "";
  for (const Edit& edit : fix.edits) {
    out += separator;
    separator = ",";
    out += "{\"deletedRegion\":" + region(file, edit.span) + ",\"insertedContent\":" + text_member(edit.text) + '}';
  }
  return out + "]}]}";
}

RFS_INLINE std::string result(const Diagnostic& finding, std::size_t rule) {
  std::string out = "{\"ruleId\":" + source::quote(code_text(finding.code)) + ",\"ruleIndex\":" + std::to_string(rule) +
                    ",\"level\":" + source::quote(severity_text(finding.severity)) + ",\"message\":" +
                    text_member(finding.help.empty() ? finding.message : finding.message + "; " + finding.help);
  if (finding.file != nullptr || !finding.path.empty()) {
    out += ",\"locations\":[" + location(finding, finding.span);
    if (finding.file != nullptr && !finding.path.empty()) {
      out += ",\"logicalLocations\":[{\"fullyQualifiedName\":" + source::quote(finding.path) + "}]";
    }
    out += "}]";
  }
  if (finding.file != nullptr && !finding.labels.empty()) {
    out += ",\"relatedLocations\":[";
    const char* separator = "";
    for (const Label& label : finding.labels) {
      out += separator;
      separator = ",";
      out += location(finding, label.span) + ",\"message\":" + text_member(label.text) + '}';
    }
    out += ']';
  }
  if (finding.file != nullptr && !finding.fixes.empty()) {
    out += ",\"fixes\":[";
    const char* separator = "";
    for (const Fix& fix : finding.fixes) {
      out += separator;
      separator = ",";
      out += fix_member(*finding.file, fix);
    }
    out += ']';
  }
  if (!finding.allowed.empty()) {
    out += ",\"suppressions\":[{\"kind\":\"inSource\",\"status\":\"accepted\",\"justification\":" +
           source::quote(finding.allowed) + "}]";
  }
  return out + '}';
}

/// What a code means. A help URI would have to be absolute, and the pages travel with the source.
RFS_INLINE std::string rule(const CodeInfo& info) {
  const std::string code = code_text(info.code), page = "docs/reference/diagnostics/" + code + ".md";
  return "{\"id\":" + source::quote(code) + ",\"shortDescription\":" + text_member(info.title) +
         ",\"help\":{\"text\":" + source::quote("see " + page) +
         ",\"markdown\":" + source::quote("[" + code + "](" + page + ")") + "}}";
}

}  // namespace detail

RFS_INLINE std::string sarif(const std::vector<Diagnostic>& findings) {
  std::map<Code, std::size_t> indices;
  for (const Diagnostic& finding : findings) indices.emplace(finding.code, 0);
  std::string rules, results;
  std::size_t count = 0;
  for (const CodeInfo& info : kCodes) {
    const auto found = indices.find(info.code);
    if (found == indices.end()) continue;
    found->second = count++;
    rules += (rules.empty() ? "" : ",") + detail::rule(info);
  }
  for (const Diagnostic& finding : findings) {
    results += (results.empty() ? "" : ",\n") + detail::result(finding, indices[finding.code]);
  }
  return "{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json\","
         "\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"rfs\",\"version\":" +
         source::quote(RFS_VERSION) + ",\"rules\":[" + rules +
         "]}},\"columnKind\":\"unicodeCodePoints\",\"results\":[\n" + results + "\n]}]}\n";
}

}  // namespace rfs::inline RFS_ABI::diag
