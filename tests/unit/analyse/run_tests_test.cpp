#include "rfs/analyse/run_tests.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using rfs::analyse::TestResult;

namespace {

/// A rule file with one of each: a choice, a keyed figure that is not on file, texts, an amount, conditions.
const std::string kHead = R"json({
  "rfs": 1, "rules": "t", "currency": "USD",
  "facts": {
    "kind": { "type": "choice", "of": ["a", "b"] },
    "asked": { "type": "money", "max": "900.00" },
    "called": { "type": "text" },
    "staffed": { "type": "bool", "title": "Staffed" }
  },
  "parameters": {
    "cap": { "type": "money", "by": ["kind"], "max": "500.00", "values": [{ "from": "1900-01-01", "value": { "a": "100.00", "b": null } }] }
  },
  "definitions": {
    "third": "cap[kind] / 3",
    "share": "30%",
    "due": "@'2020-02-01' + 3 days",
    "word": "if asked > 5 USD then 'big' else 'small'",
    "greeting": "called",
    "enough": { "value": "asked <= cap[kind]", "title": "Enough on file" }
  },
  "decisions": { "grant": { "eligible": "staffed and enough", "amount": "min(asked, cap[kind])", "round": "down to 0.01 USD" } },
  "tests": [)json";

std::string file_with(const std::string& tests) { return kHead + tests + "]}"; }

const std::string kFacts = R"({ "kind": "a", "asked": "50.00", "staffed": true, "called": "hi" })";

std::string test_of(const std::string& expect, const std::string& facts = kFacts, const std::string& fix = "") {
  return R"({ "name": "n", "as_of": "2020-01-01", "facts": )" + facts + R"(, "expect": )" + expect +
         (fix.empty() ? "" : ", \"fix\": " + fix) + "}";
}

using Lines = std::vector<std::string>;

/// Lines as one text, which doctest can show.
std::string joined(const Lines& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

/// Returns what the tests complain about, one `at: message` each; a finding stops them.
std::string complaints(const std::string& tests) {
  const auto rules = rfs::parse(file_with(tests), "t.rules.json");
  Lines out;
  if (!rules) return rules.error().render();
  rfs::Diagnostics findings;
  rfs::analyse::check_tests(*rules, rules->file().tests, findings);
  for (const rfs::Diagnostic& finding : findings.all())
    out.push_back(rfs::diag::code_text(finding.code) + ": " + finding.message);
  if (findings.has_errors()) return joined(out);
  for (const TestResult& result : rfs::analyse::run_tests(*rules, rules->file().tests)) {
    for (const auto& failure : result.failures) out.push_back(failure.at + ": " + failure.message);
  }
  return joined(out);
}

}  // namespace

TEST_CASE("what is as expected passes, in every form of the outcome") {
  CHECK(
      complaints(test_of(
          R"({ "grant": { "status": "eligible", "amount": "50.00", "least": 50, "most": "50.00 USD", "met": ["staffed", "enough"],
      "unmet": [], "undetermined": [], "needed": [], "missing": [], "conditions": ["staffed", { "name": "enough", "wanted": true, "is": true }] },
      "third": "100/3", "share": "30%", "due": "2020-02-04", "word": "big", "greeting": "hi", "enough": true })")) ==
      "");
  CHECK(complaints(test_of(
            R"({ "grant": { "conditions": { "enough": true } }, "third": { "least": "100/3", "most": "100/3" } })")) ==
        "");
}

TEST_CASE("each difference is one line with what was expected and what was found") {
  CHECK(
      complaints(test_of(
          R"({ "grant": { "status": "ineligible", "amount": "50.01", "met": ["enough", "staffed"], "unmet": ["enough"],
      "needed": ["kind"], "conditions": ["staffed"] } })")) ==
      joined({"grant.status: expected ineligible, found eligible", "grant.amount: expected 50.01, found 50.00",
              "grant.met: expected [enough, staffed], found [staffed, enough]",
              "grant.unmet: expected [enough], found []", "grant.needed: expected [kind], found []",
              "grant.conditions: expected 1 conditions, found 2"}));
  CHECK(
      complaints(test_of(
          R"({ "third": "33.33", "share": "0.1%", "due": null, "word": "small", "greeting": "ho", "enough": false })")) ==
      joined({"third: expected 33.33, found 100/3", "share: expected 0.1%, found 30%",
              "due: expected unknown, found 2020-02-04", "word: expected small, found big",
              "greeting: expected \"ho\", found \"hi\"", "enough: expected false, found true"}));
  CHECK(complaints(test_of(R"({ "third": { "least": "0.00", "most": "34.00" } })")) ==
        joined({"third.least: expected 0.00, found 100/3", "third.most: expected 34.00, found 100/3"}));
}

TEST_CASE("unknown values are null or bounds") {
  const std::string facts = R"({ "kind": "b" })";
  CHECK(
      complaints(test_of(
          R"({ "grant": { "status": "undetermined", "amount": null, "least": "0.00", "most": "500.00", "needed": ["asked", "staffed"],
      "undetermined": ["staffed", "enough"], "missing": [{ "parameter": "cap", "key": ["b"], "date": "2020-01-01" }],
      "conditions": { "enough": null } }, "enough": null, "word": null, "third": null })",
          facts)) == "");
  CHECK(
      complaints(test_of(
          R"({ "grant": { "amount": "0.00", "missing": [] }, "enough": true, "word": "big", "third": { "most": "1.00" } })",
          facts)) ==
      joined({"grant.amount: expected 0.00, found 0.00 to 500.00",
              "grant.missing: expected 0 missing figures, found [cap[b]]", "enough: expected true, found unknown",
              "word: expected big, found unknown", "third.most: expected 1.00, found 500/3"}));
  CHECK(complaints(test_of(R"({ "grant": { "missing": [{ "key": ["a"], "date": "2020-01-02" }] } })", facts)) ==
        joined({"grant.missing[0].key: expected [a], found [b]",
                "grant.missing[0].date: expected 2020-01-02, found 2020-01-01"}));
}

TEST_CASE("a refusal is expected by its code, or is the one failure of a test") {
  const std::string facts = R"({ "asked": "-1.00" })";
  CHECK(complaints(test_of(R"({ "error": "RFS603" })", facts)) == "");
  CHECK(complaints(test_of(R"({ "grant": { "status": "refused" } })", facts)) == "");
  CHECK(complaints(test_of(R"({ "error": "RFS601" })", facts)) == joined({"error: expected RFS601, found [RFS603]"}));
  CHECK(complaints(test_of(R"({ "error": "RFS603" })")) == joined({"error: expected RFS603, found no error"}));
  const std::string otherwise = complaints(test_of(R"({ "grant": { "status": "eligible" }, "third": null })", facts));
  CHECK(otherwise ==
        joined({": expected an outcome, found RFS603: `asked`: expected a value from 0.00 to 900.00, found `-1.00`"}));
}

TEST_CASE("fixed definitions count for their test only") {
  CHECK(complaints(
            test_of(R"({ "third": "12.345", "grant": { "amount": "50.00" } })", kFacts, R"({ "third": "12.345" })") +
            "," + test_of(R"({ "third": "100/3" })")) == "");
  CHECK(complaints(test_of(R"({ "grant": { "status": "ineligible" } })", kFacts, R"({ "enough": false })")) == "");
  // What is wrong with a `fix` is said once, however many tests have it.
  const std::string wrong = test_of("{}", kFacts, R"({ "thrd": "1" })");
  CHECK(complaints(wrong + "," + wrong) == joined({"RFS705: `thrd` is not a definition"}));
}

TEST_CASE("expectations of what is not there are findings with the name that was meant") {
  CHECK(complaints(test_of(R"({ "thrd": "1", "asked": "50.00" })")) ==
        joined({"RFS705: `thrd` is not a decision or definition", "RFS705: `asked` is not a decision or definition"}));
  CHECK(
      complaints(test_of(
          R"({ "grant": { "met": ["enuf"], "needed": ["enough"], "missing": [{ "parameter": "cup" }], "conditions": { "x": true } } })")) ==
      joined({"RFS705: `enuf` is not a condition of `grant`", "RFS705: `enough` is not a fact",
              "RFS705: `cup` is not a parameter", "RFS705: `x` is not a condition of this decision"}));
  CHECK(complaints(test_of(R"({ "grant": { "stauts": "eligible" } })")) ==
        joined({"RFS101: unknown key `stauts` in an expected decision"}));
}

TEST_CASE("expected values that no outcome could have are findings") {
  CHECK(
      complaints(test_of(
          R"({ "grant": null, "third": "a lot", "share": 0.3, "enough": "yes", "word": "huge", "due": [], "error": "E1" })")) ==
      joined({"RFS706: expected an object with parts of a decision's outcome, found null",
              "RFS706: expected an amount of money, found `a lot`", "RFS706: expected a percentage, found `0.3`",
              "RFS706: expected true or false, found `yes`", "RFS706: expected one of its options, found `huge`",
              "RFS706: expected a value, found an array", "RFS706: expected the code of a refusal"}));
  CHECK(complaints(test_of(R"({ "grant": { "status": "eligble" }, "enough": { "least": true } })")) ==
        joined({"RFS706: expected `eligible`, `ineligible`, `undetermined` or `refused`, found `eligble`",
                "RFS706: only numbers, money, dates and durations have bounds"}));
  CHECK(complaints(test_of(R"({ "third": "1/0" })")) == joined({"RFS706: expected an amount of money, found `1/0`"}));
}

TEST_CASE("a failure points at its expectation") {
  const std::string text = file_with(test_of(R"({ "third": "33.33" })"));
  const auto rules = rfs::parse(text, "t.rules.json");
  REQUIRE(rules);
  const auto results = rfs::analyse::run_tests(*rules, rules->file().tests);
  REQUIRE(results.size() == 1);
  REQUIRE(results[0].failures.size() == 1);
  const auto span = results[0].failures[0].span;
  CHECK(text.substr(span.begin, span.end - span.begin) == "\"33.33\"");
  CHECK_FALSE(results[0].passed());
}
