#pragma once

#include "rfs/analyse/test_file.hpp"

#include <fstream>

#include "rfs/evaluate/rules.hpp"
#include "rfs/json/from_source.hpp"
#include "rfs/rule/from_json.hpp"

namespace rfs::inline RFS_ABI::analyse {

RFS_INLINE std::optional<rule::TestSet> read_tests(const std::string& path, const Limits& limits,
                                                   Diagnostics& findings) {
  auto text = read_file(path, limits, findings);
  if (!text) return std::nullopt;
  auto file = std::make_shared<const source::File>(source::File{path, std::move(*text)});
  const auto document = json::from_source(std::move(file), limits, findings);
  if (!document) return std::nullopt;
  return rule::tests_from_json(*document, findings);
}

RFS_INLINE std::optional<std::string> rules_beside(const std::string& path, const rule::TestSet& tests,
                                                   Diagnostics& findings) {
  const json::Document& document = tests.document;
  if (document[document.root].kind != json::Kind::object) return std::nullopt;  // reported by read_tests
  const json::NodeId named = document.find(document.root, "rules");
  if (!named.valid() || document[named].kind != json::Kind::string) return std::nullopt;  // likewise
  Diagnostic finding;
  finding.code = Code::tests_without_rules;
  finding.file = document.file;
  finding.span = document[named].span;
  finding.path = "rules";
  // A stranger's test file must not have other folders read.
  const bool elsewhere = tests.rules.empty() || tests.rules == "." || tests.rules == ".." ||
                         tests.rules.find_first_of(std::string_view("/\\\0", 3)) != std::string::npos;
  if (elsewhere) {
    finding.message = "expected the name of a file in the same folder, found `" + tests.rules + "`";
    finding.help = "tests stand beside their rule file";
    findings.add(std::move(finding));
    return std::nullopt;
  }
  std::string beside = path.substr(0, path.find_last_of('/') + 1) + tests.rules;
  if (std::ifstream(beside).is_open()) return beside;
  finding.message = "there is no rule file `" + tests.rules + "` beside these tests";
  finding.help = "`rules` names the file they test";
  findings.add(std::move(finding));
  return std::nullopt;
}

}  // namespace rfs::inline RFS_ABI::analyse
