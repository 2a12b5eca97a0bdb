#include "rfs/explain/text.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/evaluate/reasons.hpp"

namespace {

constexpr const char* kRules = R"json({
  "rfs": 1, "rules": "test/texts", "currency": "USD", "month_end": "clamp", "effective": { "from": "2017-01-01" },
  "facts": {
    "raised": { "type": "money" },
    "asked": { "type": "money", "max": "1250.00" },
    "share": { "type": "percent" },
    "born": { "type": "date" },
    "late": { "type": "date", "min": "2017-01-01" },
    "wait": { "type": "months" },
    "office": { "type": "choice", "of": ["pta", "school_board"] },
    "ready": { "type": "bool", "title": "Ready" },
    "name": { "type": "text" }
  },
  "parameters": { "cost": { "type": "money", "by": ["office", "ready"], "values": [{ "from": "2017-01-01", "value": {
    "pta": { "true": "1.00", "false": "2.00" }, "school_board": { "*": null } } }] } },
  "definitions": {
    "enough": { "value": "raised >= 100.00 USD", "title": "{raised}", "met": "{raised} is enough", "unmet": "{100.00 USD - raised} more" },
    "words": { "value": "ready and share > 5%",
      "title": { "en": "{{{asked}|{share}|{born}|{late}|{wait}|{office}|{ready}|{name}|{min(raised, 150.00 USD)}", "es": "hola {share}" } }
  },
  "decisions": { "d": { "eligible": "enough and words and not( raised  >\n 5000.00 USD) and ready", "title": "D" },
                 "of": { "eligible": "cost[office, ready] > 0.00 USD and not(d.eligible)" } }
})json";

struct Case {
  rfs::Rules rules = *rfs::parse(kRules, "texts.rules.json");
  rfs::Facts facts{rules};
  rfs::Outcome outcome{rules};

  explicit Case(const char* given) {
    facts.read_json(given);
    rules.evaluate(facts, *rfs::Date::of(2017, 6, 24), outcome);
    outcome.read_texts();
    REQUIRE_MESSAGE(!outcome.refused(), outcome.problems().render());
  }
  [[nodiscard]] std::string condition(std::string_view name) const {
    for (std::size_t d = 0; d < 2; ++d) {
      const auto& conditions = rules.program().decisions[rfs::DecisionId(d)].conditions;
      for (std::size_t i = 0; i < conditions.size(); ++i) {
        if (conditions[i].name == name) return rfs::explain::condition_text(outcome, rfs::DecisionId(d), i);
      }
    }
    return "no such condition";
  }
  [[nodiscard]] std::string words(std::string_view language = {}) const {
    return rfs::explain::text(outcome, rules.file().definitions[1].words.title, language);
  }
};

}  // namespace

TEST_CASE("a text shows values as people write them") {
  const Case c(
      R"({ "raised": "1234.50", "asked": "1250.00", "share": "12.5%", "born": "1999-02-28", "late": "2017-06-24",
                    "wait": "18 months", "office": "pta", "ready": true, "name": "Ann {x}" })");
  CHECK(c.words() == "{$1,250.00|12.5%|28 February 1999|24 June 2017|18 months|pta|yes|Ann {x}|$150.00");
}

TEST_CASE("a text shows what is unknown as its bounds, and no end that says nothing") {
  const Case c("{}");
  CHECK(c.words() == "{$0.00 to $1,250.00|?|?|at least 1 January 2017|?|?|?|?|$0.00 to $150.00");
}

TEST_CASE("a text is in the language asked for, else in the first") {
  const Case c(R"({ "share": "7%" })");
  CHECK(c.words("es") == "hola 7%");
  CHECK(c.words("fr") == c.words());
  CHECK(rfs::explain::text(c.outcome, {}).empty());
}

TEST_CASE("bounds open below are an `at most`") {
  const Case c("{}");
  rfs::program::Reading reading;
  reading.interval = {rfs::Date::of(1900, 1, 1)->days, rfs::Date::of(2017, 6, 24)->days};
  CHECK(rfs::explain::spoken(reading, {rfs::Kind::date, {}, {}}, c.rules) == "at most 24 June 2017");
  reading.interval = {-5, 7};
  CHECK(rfs::explain::spoken(reading, {rfs::Kind::money, {}, {}}, c.rules) == "-$5.00 to $7.00");
}

TEST_CASE("a condition is told as it stands") {
  CHECK(Case(R"({ "raised": "100.00" })").condition("enough") == "$100.00 is enough");
  CHECK(Case(R"({ "raised": "99.99" })").condition("enough") == "$0.01 more");
  CHECK(Case("{}").condition("enough") == "?");
}

TEST_CASE("a condition without a text of its own falls back") {
  const Case c(R"({ "ready": true })");
  CHECK(c.condition("ready") == "Ready");
  CHECK(c.condition("d") == "D");
  CHECK(c.condition("d#1") == "raised > 5000.00 USD");
}

TEST_CASE("a lookup is written with its keys as words") {
  const Case c(R"({ "office": "school_board", "ready": false })");
  const rfs::Reasons why = rfs::reasons(c.outcome, rfs::DecisionId(1));
  REQUIRE(why.missing.size() == 1);
  CHECK(rfs::explain::lookup_text(c.rules, why.missing[0].parameter, why.missing[0].keys) ==
        "cost[school_board, false]");
  CHECK(rfs::explain::lookup_text(c.rules, rfs::ParameterId(0), {}) == "cost");
}
