#include "rfs/explain/explanation.hpp"
#include "rfs/explain/tree.hpp"

#include <doctest/doctest.h>

#include <string>

#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/outcome.hpp"

namespace {

constexpr const char* kRules = R"json({
  "rfs": 1, "rules": "test/words", "version": "2", "title": "Grants", "currency": "USD", "effective": { "from": "2017-01-01" },
  "sources": { "law": { "title": "A law", "published": "2016-05-01" } },
  "facts": {
    "raised": { "type": "money", "ask": "How much have you raised?" },
    "office": { "type": "choice", "of": ["pta", "board"], "given_by": "staff" },
    "barred": { "type": "bool", "default": false, "title": "Barred", "met": "You are barred." }
  },
  "parameters": { "cost": { "type": "money", "by": ["office"], "values": [
    { "from": "2017-01-01", "source": "law", "value": { "pta": "1000.00", "board": null } } ] } },
  "definitions": { "enough": { "value": "raised >= cost[office]", "title": "Raised the cost", "unmet": "Raise {round_up(cost[office] - raised)} more." } },
  "decisions": { "grant": { "title": "Grant", "eligible": "enough and not(barred)", "amount": "cost[office]", "round": "down to 0.01 USD",
                            "unmet": "No grant." } }
})json";

struct Case {
  rfs::Rules rules;
  rfs::Facts facts{rules};
  rfs::Outcome outcome{rules};

  explicit Case(const char* given, const char* text = kRules) : rules(*rfs::parse(text, "words.rules.json")) {
    facts.read_json(given);
    rules.evaluate(facts, *rfs::Date::of(2017, 6, 24), outcome);
  }
};

}  // namespace

TEST_CASE("an explanation says what decided") {
  Case c(R"({ "raised": "999.99", "office": "pta" })");
  CHECK(rfs::explain::explanation(c.outcome) == R"(Grants (test/words, version 2)
as of 24 June 2017

Grant (grant): ineligible, $0.00
  No grant.
  because:
    no   Raise $0.01 more.  (enough)
  conditions:
    no   all of:
      no   Raise $0.01 more.  (enough)
           raised >= cost[office]
           with raised = $999.99, office = pta, cost[office] = $1,000.00
      yes  not:
        no   Barred  (barred, not wanted)

assumed, as not given:
  barred = no

figures read:
  cost[pta] = $1,000.00, from 1 January 2017  (A law, 1 May 2016)
)");
  CHECK(rfs::explain::summary(c.outcome) == "grant: ineligible, $0.00\n  unmet: Raise $0.01 more.\n");
}

TEST_CASE("an explanation says what is needed and what is not on file") {
  Case c(R"({ "office": "board", "barred": null })");
  CHECK(rfs::explain::explanation(c.outcome) == R"(Grants (test/words, version 2)
as of 24 June 2017

Grant (grant): undetermined, amount not known
  open:
    ?    Barred  (barred, not wanted)
    ?    Raised the cost  (enough)
  conditions:
    ?    all of:
      ?    Raised the cost  (enough)
           raised >= cost[office]
           with raised = ?, office = board, cost[office] = ?
      ?    not:
        ?    Barred  (barred, not wanted)
  amount:
    ?
      cost[office], rounded down to 0.01 USD
      with office = board, cost[office] = ?
  needed:
    raised  How much have you raised?
    barred  Barred
  figures not on file:
    cost[board] on 24 June 2017
)");
  CHECK(
      rfs::explain::summary(c.outcome) ==
      "grant: undetermined, amount not known\n  needed: raised, barred\n  not on file: cost[board] on 24 June 2017\n");
}

TEST_CASE("who gives a fact is said where it is not the applicant") {
  Case c("{}");
  CHECK(rfs::explain::explanation(c.outcome).find("    office  (given by staff)\n") != std::string::npos);
}

TEST_CASE("a condition that was not wanted is called so") {
  Case c(R"({ "raised": "1000.00", "office": "pta", "barred": true })");
  CHECK(rfs::explain::summary(c.outcome) == "grant: ineligible, $0.00\n  not wanted: You are barred.\n");
}

TEST_CASE("a refused applicant is told why") {
  Case c(R"({ "raised": "1,000" })");
  const std::string text = rfs::explain::explanation(c.outcome);
  CHECK(text.find("RFS602") != std::string::npos);
  CHECK(text.find("ineligible") == std::string::npos);
  CHECK(rfs::explain::summary(c.outcome) == "grant: refused\n");
}

TEST_CASE("what a stranger gave cannot steer a terminal") {
  constexpr const char* kNamed = R"json({ "rfs": 1, "rules": "t/t", "facts": { "name": { "type": "text" } },
    "definitions": { "known": { "value": "name = 'x'", "title": "Known", "unmet": "{name} is not known" } },
    "decisions": { "d": { "eligible": "known" } } })json";
  Case c("{ \"name\": \"a\\u001b[2J\\n\\u009bb\\u00e9\" }", kNamed);
  CHECK(rfs::explain::summary(c.outcome) == "d: ineligible\n  unmet: a [2J  b\xC3\xA9 is not known\n");
}

TEST_CASE("an amount is told definition by definition, with the rows of tables") {
  constexpr const char* kTiers = R"json({ "rfs": 1, "rules": "t/t", "currency": "USD",
    "facts": { "members": { "type": "integer", "min": 0, "max": 50 }, "rural": { "type": "bool" },
               "spare": { "type": "integer", "min": 0, "max": 9 } },
    "definitions": {
      "share": { "table": { "hit": "first", "inputs": ["members", "rural"], "gives": "percent",
        "rows": [[">= 20", "-", "50%"], [">= 10", "true", "40%"]], "otherwise": "10%" } },
      "extra": { "table": { "hit": "collect sum", "inputs": ["members", "rural"], "gives": "money",
        "rows": [[">= 5", "-", "100 USD"], ["-", "true", "50 USD"]] } },
      "base": "1000 USD * share", "small": "members < 20" , "unread": "spare * 2" },
    "decisions": { "grant": { "eligible": "members >= 1",
      "amount": "base + extra + (if small then 1 USD else 0 USD)", "round": "down to 1 USD" } } })json";
  const auto amount = [&](const char* facts) {
    Case c(facts, kTiers);
    const std::string all = rfs::explain::explanation(c.outcome);
    const std::size_t begin = all.find("  amount:\n");
    return begin == std::string::npos ? "" : all.substr(begin, all.find("  needed:") - begin);
  };
  CHECK(amount(R"({ "members": 12, "rural": true })") == R"(  amount:
    share = 40%, by row 2 of its table
    base = $400.00
      1000 USD * share
      with share = 40%
    extra = $150.00, by rows 1, 2 of its table
    $551.00
      base + extra + (if small then 1 USD else 0 USD), rounded down to 1 USD
      with base = $400.00, extra = $150.00, small = yes
)");
  const std::string none = amount(R"({ "members": 1, "rural": false })");
  CHECK(none.find("share = 10%, by no row of its table\n") != std::string::npos);
  CHECK(none.find("extra = $0.00, by no row of its table\n") != std::string::npos);
  const std::string open = amount(R"({ "members": null, "rural": true })");
  CHECK(open.find("share = 10% to 50%, by rows 1, 2 of its table\n") != std::string::npos);
  CHECK(amount(R"({ "members": 0, "rural": true })") == "");

  Case c(R"({ "members": 25, "rural": true })", kTiers);
  const rfs::explain::Explanation explanation = rfs::explain::explain(c.outcome);
  CHECK(explanation.markdown().find("- `share` = **50%**, by row 1 of its table\n") != std::string::npos);
  CHECK(
      explanation.json().find(R"("steps":[{"name":"share","value":"50%","source":null,"rows":[1]},{"name":"base",)") !=
      std::string::npos);
  CHECK(explanation.json().find(R"("round":"down to 1 USD")") != std::string::npos);
}

TEST_CASE("a file without decisions is read for its definitions") {
  Case c(
      R"({ "x": "2" })",
      R"json({ "rfs": 1, "rules": "t/t", "facts": { "x": { "type": "number" } }, "definitions": { "twice": "2 * x" } })json");
  CHECK(rfs::explain::summary(c.outcome) == "twice: 4\n");
  CHECK(rfs::explain::explanation(c.outcome) == "t/t\nas of 24 June 2017\n\ntwice: 4\n");
}
