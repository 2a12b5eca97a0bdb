#include <doctest/doctest.h>

#include <string>

#include "rfs/evaluate/rules.hpp"

namespace {

/// Checks a file whose decision has this condition; returns what is wrong, and its repairs.
std::string findings(const std::string& eligible) {
  const auto rules = rfs::parse(R"json({ "rfs": 1, "rules": "demo/grant", "currency": "USD",
    "facts": { "raised": { "type": "money" }, "donors": { "type": "integer" },
               "gifts": { "type": "list", "fields": { "amount": "money", "donor": "text" } } },
    "decisions": { "grant": { "eligible": ")json" +
                                    eligible + R"json(" } } })json",
                                "grant");
  if (rules) return "";
  std::string out;
  for (const rfs::Diagnostic& finding : rules.error().all()) {
    out += finding.message;
    for (const rfs::diag::Fix& fix : finding.fixes) out += ": " + fix.title;
    out += "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("unknown names: one finding for each repair, wherever the name stands") {
  CHECK(findings("raisd > 5 USD and raisd < 9 USD") == "unknown name `raisd`: write `raised` in 2 places\n");
  CHECK(findings("count(gifts[amout > 5 USD and amout < 9 USD]) > 1") ==
        "unknown name `amout`: write `amount` in 2 places\n");
  // A fact outside of the filter, and a field in it.
  CHECK(findings("donnor > 5 and count(gifts[donnor = 'me' or donnor = 'us']) > 1") ==
        "unknown name `donnor`: write `donors`\nunknown name `donnor`: write `donor` in 2 places\n");
  // A field of what a loop goes over, which has the loop's name before it.
  CHECK(findings("every one in gifts satisfies amount > 5 USD and one.donor != 'me'") ==
        "unknown name `amount`: write `one.amount`\n");
  CHECK(findings("sum(for one in gifts return min(amount, raised)) > 5 USD") ==
        "unknown name `amount`: write `one.amount`\n");
  CHECK(findings("amout > 5 USD and count(gifts[amout > 5 USD]) > 1") ==
        "unknown name `amout`\nunknown name `amout`: write `amount`\n");
}
