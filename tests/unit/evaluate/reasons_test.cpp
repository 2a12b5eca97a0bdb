#include "rfs/evaluate/reasons.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/explain/text.hpp"

namespace {

using namespace rfs;

constexpr const char* kRules = R"json({
  "rfs": 1, "rules": "test/reasons", "currency": "USD", "effective": { "from": "2020-01-01" },
  "facts": { "income": { "type": "money" }, "region": { "type": "choice", "of": ["north", "south"] } },
  "parameters": { "tax": { "type": "schedule", "of": "money", "gives": "percent", "by": ["region"], "values": [
    { "from": "2020-01-01", "value": {
      "north": [{ "from": "0.00", "value": "10%" }, { "from": "100.00", "value": "20%" }, { "from": "500.00", "value": "40%" }],
      "south": [{ "from": "0.00", "value": "5%" }, { "from": "200.00", "value": null }] } } ] } },
  "decisions": { "due": { "eligible": "income > 0.00 USD", "amount": "marginal(tax[region], income)", "round": "none" } }
})json";

struct Case {
  Rules rules = *parse(kRules, "reasons.rules.json");
  Facts facts{rules};
  Outcome outcome{rules};

  explicit Case(const char* given) {
    facts.read_json(given);
    rules.evaluate(facts, *Date::of(2024, 6, 1), outcome);
    REQUIRE_MESSAGE(!outcome.refused(), outcome.problems().render());
  }
  [[nodiscard]] std::vector<std::string> read() const {
    std::vector<std::string> out;
    for (const FigureRead& figure : figures_read(outcome)) out.push_back(explain::figure_text(rules, figure));
    return out;
  }
};

}  // namespace

TEST_CASE("the figures of a schedule that had a part were read, each with where its bracket begins") {
  using Texts = std::vector<std::string>;
  CHECK(Case(R"({ "income": "100.00", "region": "north" })").read() == Texts{"tax[north] from 0.00"});
  CHECK(Case(R"({ "income": "100.01", "region": "north" })").read() ==
        Texts{"tax[north] from 0.00", "tax[north] from 100.00"});
  CHECK(Case(R"({ "income": "100.01" })").read().empty());
  CHECK(Case(R"({ "region": "north" })").read().empty());
}

TEST_CASE("a figure of a schedule is missing where the argument has a part in its bracket") {
  const auto missing = [](const char* given) { return reasons(Case(given).outcome, DecisionId(0)).missing; };
  CHECK(missing(R"({ "income": "200.00", "region": "south" })").empty());
  const auto found = missing(R"({ "income": "200.01", "region": "south" })");
  REQUIRE(found.size() == 1);
  CHECK(found[0] == Missing{ParameterId(0), {1}, Date::of(2024, 6, 1)});
  CHECK(missing(R"({ "income": "200.01" })") == found);
  CHECK(missing(R"({ "income": "200.01", "region": "north" })").empty());
}

TEST_CASE("the key and the argument of a schedule are needed") {
  CHECK(reasons(Case(R"({ "income": "200.01" })").outcome, DecisionId(0)).needed == std::vector{FactId(1)});
  CHECK(reasons(Case(R"({ "region": "north" })").outcome, DecisionId(0)).needed == std::vector{FactId(0)});
}

TEST_CASE("what is read on a date is listed with the date, whichever way an applicant is evaluated") {
  const Rules rules = *parse(R"json({
    "rfs": 1, "rules": "test/on", "currency": "USD", "effective": { "from": "2020-01-01", "until": "2025-01-01" },
    "facts": { "hired": { "type": "date" }, "region": { "type": "choice", "of": ["north", "south"] } },
    "parameters": { "cap": { "type": "money", "by": ["region"], "values": [
      { "from": "2020-01-01", "value": { "north": "1.00", "south": "2.00" } },
      { "from": "2022-01-01", "value": { "north": "3.00", "south": null } }] } },
    "definitions": { "today": "cap[region]", "at_hiring": "cap[region] on hired", "earlier": "today on hired" },
    "decisions": { "due": { "eligible": "at_hiring <= 2 USD", "amount": "earlier", "round": "none" } }
  })json",
                             "on.rules.json");
  using Texts = std::vector<std::string>;
  const auto texts = [&](const char* given, bool bound, std::vector<Missing>* missing = nullptr) {
    Facts facts(rules);
    facts.read_json(given);
    Outcome outcome(rules);
    const Date day = *Date::of(2024, 6, 1);
    if (bound)
      rules.on(day).evaluate(facts, outcome);
    else
      rules.evaluate(facts, day, outcome);
    REQUIRE_FALSE(outcome.refused());
    if (missing != nullptr) *missing = reasons(outcome, DecisionId(0)).missing;
    Texts out;
    for (const FigureRead& figure : figures_read(outcome)) {
      if (rules.module().parameters[figure.parameter].figures[figure.figure].null) continue;
      out.push_back(explain::figure_text(rules, figure) + (figure.on ? " on " + figure.on->text() : ""));
    }
    return out;
  };
  for (const bool bound : {false, true}) {
    CAPTURE(bound);
    std::vector<Missing> missing;
    CHECK(texts(R"({ "hired": "2021-12-31", "region": "north" })", bound, &missing) ==
          Texts{"cap[north] on 2021-12-31", "cap[north]"});
    CHECK(missing.empty());
    CHECK(texts(R"({ "hired": "2022-01-01", "region": "north" })", bound) ==
          Texts{"cap[north]", "cap[north] on 2022-01-01"});
    CHECK(texts(R"({ "hired": "2022-01-01", "region": "south" })", bound, &missing).empty());
    CHECK(missing == std::vector<Missing>{{ParameterId(0), {1}, Date::of(2022, 1, 1)}});
    CHECK(texts(R"({ "hired": "2025-01-01", "region": "north" })", bound, &missing) == Texts{"cap[north]"});
    CHECK(missing == std::vector<Missing>{{ParameterId(0), {0}, Date::of(2025, 1, 1)}});
    CHECK(texts(R"({ "hired": "2019-12-31", "region": "north" })", bound, &missing) == Texts{"cap[north]"});
    CHECK(missing == std::vector<Missing>{{ParameterId(0), {0}, Date::of(2019, 12, 31)}});
    CHECK(texts(R"({ "region": "north" })", bound, &missing) == Texts{"cap[north]"});
    CHECK(missing == std::vector<Missing>{{ParameterId(0), {0}, std::nullopt}});
  }
}
