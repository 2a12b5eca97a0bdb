// Whole rule files: what is accepted decides every applicant that its declarations allow; the layout of a file is read
// as the same file.
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "applicants.hpp"
#include "rfs/analyse/run_tests.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/json/from_source.hpp"
#include "rfs/rule/keys.hpp"
#include "rfs/rule/layout.hpp"
#include "target.hpp"

namespace rfs::fuzz {

namespace {

std::optional<std::string> layout(std::string_view text) {
  Diagnostics findings;
  const auto file = std::make_shared<const source::File>(source::File{"fuzz.rules.json", std::string(text)});
  const auto document = json::from_source(file, {}, findings);
  if (!document || findings.has_errors()) return std::nullopt;
  return rule::layout(*document, rule::keys::file, {});
}

std::multiset<Code> codes(const Diagnostics& findings) {
  std::multiset<Code> out;
  for (const Diagnostic& finding : findings.all()) out.insert(finding.code);
  return out;
}

void check_layout(std::string_view input, const Diagnostics& findings) {
  const auto laid_out = layout(input);
  if (!laid_out) return;
  require(layout(*laid_out) == laid_out, "a layout is its own");
  const auto rules = parse(*laid_out, "fuzz.rules.json");
  require(codes(rules ? rules->findings() : rules.error()) == codes(findings), "in a layout the same is found");
}

}  // namespace

bool accepts(std::string_view input) {
  const auto rules = parse(input, "fuzz.rules.json");
  read_findings(rules ? rules->findings() : rules.error(), input);
  check_layout(input, rules ? rules->findings() : rules.error());
  if (!rules) {
    require(rules.error().has_errors(), "what is refused has a reason");
    return false;
  }
  decide_applicants(*rules);
  const rule::TestSet& tests = rules->file().tests;
  Diagnostics findings;
  analyse::check_tests(*rules, tests, findings);
  read_findings(findings, input);
  if (findings.has_errors()) return true;
  const auto results = analyse::run_tests(*rules, tests);
  require(results.size() == tests.tests.size(), "every test is run");
  return true;
}

}  // namespace rfs::fuzz
