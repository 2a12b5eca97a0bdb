#include "rfs/analyse/run_tests.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

const std::string kHead = R"json({
  "rfs": 1, "rules": "t", "currency": "USD",
  "facts": {
    "gifts": { "type": "list", "max_items": 9, "fields": {
      "donor": "text", "amount": { "type": "money", "max": "900.00" }, "resident": "bool" } }
  },
  "definitions": {
    "per_donor": "group(gifts[resident], by: donor, total: sum(amount), any_small: some x in items satisfies x.amount < 5 USD)",
    "amounts": "gifts.amount",
    "parts": "for g in gifts return [g.amount]",
    "raised": "sum(amounts)"
  },
  "decisions": { "grant": { "eligible": "raised > 1 USD and count(per_donor) + count(parts) >= 0" } },
  "tests": [{ "name": "n", "as_of": "2020-01-01", "facts": { "gifts": )json";

const std::string kKnown = R"([
  { "donor": "ann", "amount": "20.00", "resident": true }, { "donor": "bo", "amount": "30.00", "resident": false },
  { "donor": "cy", "amount": "1.00", "resident": true }, { "donor": "ann", "amount": "4.00", "resident": true }])";

/// Returns what the test complains about, a line each, and what would be right; a finding stops it.
std::string complaints(const std::string& expect, const std::string& gifts = kKnown, const std::string& fix = "{}") {
  const auto rules =
      rfs::parse(kHead + gifts + R"( }, "expect": )" + expect + R"(, "fix": )" + fix + " }] }", "t.rules.json");
  if (!rules) return rules.error().render();
  rfs::Diagnostics findings;
  rfs::analyse::check_tests(*rules, rules->file().tests, findings);
  std::string out;
  for (const rfs::Diagnostic& finding : findings.all())
    out += rfs::diag::code_text(finding.code) + " " + finding.path + ": " + finding.message +
           (finding.help.empty() ? "" : " (" + finding.help + ")") + "\n";
  if (!out.empty()) return out;
  for (const rfs::analyse::TestResult& result : rfs::analyse::run_tests(*rules, rules->file().tests)) {
    for (const rfs::analyse::Failure& failure : result.failures)
      out += failure.at + ": " + failure.message + " -> " + failure.instead + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("a list is expected by its count, or item by item") {
  CHECK(complaints(R"({ "per_donor": 2, "amounts": "4", "parts": 4 })") == "");
  CHECK(complaints(R"({ "amounts": ["20.00", 30, "1.00", "4.00"] })") == "");
  CHECK(complaints(R"({ "per_donor": [{ "donor": "ann", "total": "24.00", "any_small": true }, { "total": 1 }] })") ==
        "");
  CHECK(complaints(R"({ "per_donor": [{}, {}] })") == "");
  CHECK(complaints(R"({ "per_donor": [], "amounts": [] })", "[]") == "");
  CHECK(complaints(R"({ "amounts": ["20.00", null] })",
                   R"([{ "donor": "ann", "amount": "20.00", "resident": true }, null])") == "");
  CHECK(complaints(R"({ "amounts": [{ "least": 0, "most": "900.00" }] })", "[null]") == "");
}

TEST_CASE("what differs is told with its place, and with what would be met") {
  CHECK(complaints(R"({ "per_donor": 3 })") == "per_donor: expected 3, found 2 -> \"2\"\n");
  CHECK(complaints(R"({ "amounts": ["20.00", "30.01", "1.00", "4.00"] })") ==
        "amounts[1]: expected 30.01, found 30.00 -> \"30.00\"\n");
  CHECK(complaints(R"({ "per_donor": [{ "donor": "anna" }, { "any_small": false }] })") ==
        "per_donor[0].donor: expected \"anna\", found \"ann\" -> \"ann\"\n"
        "per_donor[1].any_small: expected false, found true -> true\n");
  CHECK(complaints(R"({ "amounts": ["20.00"] })") ==
        "amounts: expected 1 items, found 4 -> [\"20.00\", \"30.00\", \"1.00\", \"4.00\"]\n");
  CHECK(complaints(R"({ "per_donor": [] })") ==
        "per_donor: expected 0 items, found 2 -> [{ \"donor\": \"ann\", \"total\": \"24.00\", \"any_small\": true }, "
        "{ \"donor\": \"cy\", \"total\": \"1.00\", \"any_small\": true }]\n");
}

TEST_CASE("a list of which it is open what is in it has a count only") {
  const std::string open = R"([{ "donor": "ann", "amount": "20.00", "resident": null }])";
  CHECK(complaints(R"({ "per_donor": { "least": 0, "most": 1 } })", open) == "");
  CHECK(complaints(R"({ "per_donor": null })", open) == "");
  CHECK(complaints(R"({ "per_donor": [{ "donor": "ann" }] })", open) ==
        "per_donor: expected 1 items, found 0 to 1 -> { \"least\": \"0\", \"most\": \"1\" }\n");
  CHECK(complaints(R"({ "amounts": ["20.00"] })", "null") ==
        "amounts: expected 1 items, found 0 to 9 -> { \"least\": \"0\", \"most\": \"9\" }\n");
}

TEST_CASE("what no list can be is refused before the test is run") {
  CHECK(complaints(R"({ "per_donor": [{ "donr": "ann" }] })") ==
        "RFS705 tests[0].expect.per_donor[0].donr: `donr` is not a field of the record (did you mean `donor`?)\n");
  CHECK(
      complaints(R"({ "per_donor": ["ann"] })") ==
      "RFS706 tests[0].expect.per_donor[0]: expected an object with fields of a record, found a string (write it like "
      "`{ \"donor\": … }`)\n");
  CHECK(complaints(R"({ "per_donor": [{ "items": 2 }] })") ==
        "RFS706 tests[0].expect.per_donor[0].items: `items` is a list: it cannot be expected inside an item (give it a "
        "definition of its own, like a count or a sum)\n");
  CHECK(
      complaints(R"({ "amounts": ["much"] })").find("RFS706 tests[0].expect.amounts[0]: expected an amount of money") ==
      0);
  CHECK(complaints(R"({ "parts": [["20.00"]] })") ==
        "RFS706 tests[0].expect.parts: a list of lists cannot be expected item by item (expect its count: a number)\n");
  CHECK(complaints(R"({ "raised": ["20.00"] })").find("expected a value, found an array") != std::string::npos);
  CHECK(complaints(R"({ "per_donor": 2 })", kKnown, R"({ "per_donor": 2 })").find("lists cannot be fixed") !=
        std::string::npos);
}
