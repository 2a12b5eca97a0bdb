#pragma once

#include "rfs/analyse/junit.hpp"

#include <algorithm>
#include <string_view>

#include "rfs/diag/render.hpp"
#include "rfs/source/file.hpp"

namespace rfs::inline RFS_ABI::analyse {

namespace detail {

/// Returns whether XML 1.0 may hold a character of UTF-8, which begins the text.
RFS_INLINE bool is_xml(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return first >= 0x20 || first == '\t' || first == '\n';
  return character != "\xEF\xBF\xBE" && character != "\xEF\xBF\xBF";
}

/// Escapes a text for XML; what XML cannot hold becomes U+FFFD.
RFS_INLINE std::string xml(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = source::code_point_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0 || !is_xml(character)) {
      out += "\xEF\xBF\xBD";
    } else if (character == "&") {
      out += "&amp;";
    } else if (character == "<") {
      out += "&lt;";
    } else if (character == ">") {
      out += "&gt;";
    } else if (character == "\"") {
      out += "&quot;";
    } else if (character == "\n" || character == "\t") {
      out += character == "\n" ? "&#10;" : "&#9;";  // readers of attributes would make them blanks
    } else {
      out += character;
    }
    text.remove_prefix(character.size());
  }
  return out;
}

RFS_INLINE std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + xml(value) + "\"";
}

RFS_INLINE std::string counts(std::size_t tests, std::size_t failures, std::size_t errors) {
  return attribute("tests", std::to_string(tests)) + attribute("failures", std::to_string(failures)) +
         attribute("errors", std::to_string(errors));
}

RFS_INLINE std::string place_text(const Suite& suite, std::size_t offset) {
  if (suite.source == nullptr) return suite.file;
  const source::Place place = source::place_of(suite.source->text, offset);
  return suite.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

/// One test; all its failures in one element, since readers count elements.
RFS_INLINE std::string test_case(const Suite& suite, const TestResult& result) {
  std::string out = "    <testcase" + attribute("name", result.name) + attribute("classname", suite.file);
  if (result.passed()) return out + "/>\n";
  std::string text;
  for (const Failure& failure : result.failures) {
    text += place_text(suite, failure.span.begin) + "  " + (failure.at.empty() ? "" : failure.at + ": ") +
            failure.message + "\n";
  }
  const Failure& first = result.failures.front();
  return out + ">\n      <failure" + attribute("type", "expectation") +
         attribute("message", (first.at.empty() ? "" : first.at + ": ") + first.message) + ">" + xml(text) +
         "</failure>\n    </testcase>\n";
}

RFS_INLINE std::string not_run(const Suite& suite) {
  std::string message = "the tests could not be run", type = "rules";
  for (const Diagnostic& finding : suite.findings.all()) {
    if (finding.severity != Severity::error) continue;
    message = finding.message;
    type = diag::code_text(finding.code);
    break;
  }
  return "    <testcase" + attribute("name", "rules and tests are valid") + attribute("classname", suite.file) +
         ">\n      <error" + attribute("type", type) + attribute("message", message) + ">" +
         xml(suite.findings.render()) + "</error>\n    </testcase>\n";
}

}  // namespace detail

RFS_INLINE std::string junit(const std::vector<Suite>& suites) {
  std::string body;
  std::size_t tests = 0, failures = 0, errors = 0;
  for (const Suite& suite : suites) {
    const bool was_run = !suite.findings.has_errors() && suite.source != nullptr;
    const auto failed = static_cast<std::size_t>(std::count_if(
        suite.results.begin(), suite.results.end(), [](const TestResult& result) { return !result.passed(); }));
    const std::size_t count = was_run ? suite.results.size() : 1, wrong = was_run ? 0 : 1;
    tests += count;
    failures += failed;
    errors += wrong;
    body += "  <testsuite" + detail::attribute("name", suite.file) + detail::counts(count, failed, wrong) + ">\n";
    if (!was_run) body += detail::not_run(suite);
    for (const TestResult& result : suite.results) body += detail::test_case(suite, result);
    body += "  </testsuite>\n";
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + detail::attribute("name", "rfs") +
         detail::counts(tests, failures, errors) + ">\n" + body + "</testsuites>\n";
}

}  // namespace rfs::inline RFS_ABI::analyse
