#include "rfs/analyse/allowances.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace rfs;

namespace {

/// Rules with a fact that nothing reads, allowed until 2025-01-01.
Rules rules() {
  return parse(R"({ "rfs": 1, "rules": "a/b",
                    "facts": { "x": { "type": "bool" }, "idle": { "type": "bool" } },
                    "decisions": { "d": { "eligible": "x" } },
                    "allow": [{ "code": "RFS804", "at": "facts.idle", "reason": "why", "until": "2025-01-01" }] })",
               "a.rules.json")
      .value();
}

std::string open_codes(const Diagnostics& findings) {
  std::string out;
  for (const Diagnostic& finding : findings.all()) {
    if (finding.allowed.empty()) out += diag::code_text(finding.code) + " ";
  }
  return out;
}

}  // namespace

TEST_SUITE("analyse") {
  TEST_CASE("an allowance holds before its day, and from that day on it has ended") {
    CHECK(open_codes(analyse::findings_on(rules(), *Date::parse("2024-12-31"))) == "");
    CHECK(open_codes(analyse::findings_on(rules(), *Date::parse("2025-01-01"))) == "RFS804 RFS806 ");
    CHECK(open_codes(analyse::findings_on(rules(), *Date::parse("2025-01-02"))) == "RFS804 RFS806 ");
  }

  TEST_CASE("rules by themselves know no day") {
    CHECK(open_codes(rules().findings()) == "");
    CHECK(rules().findings().count(Severity::warning) == 0);
    CHECK(rules().findings().all().front().allowed == "why");
  }
}
