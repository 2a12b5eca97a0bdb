#include "rfs/evaluate/outcome.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "rfs/evaluate/reasons.hpp"

namespace {

using namespace rfs;

Rules funding() {
  auto rules = parse(R"json({ "rfs": 1, "rules": "funding", "currency": "USD", "month_end": "clamp",
    "facts": { "office": { "type": "choice", "of": ["board", "house"] }, "since": { "type": "date" },
               "raised": { "type": "money" }, "plan": { "type": "bool" } },
    "parameters": { "cost": { "type": "money", "by": ["office"], "values": [
      { "from": "1900-01-01", "value": { "board": "1000.00", "house": "50000.00" } },
      { "from": "2020-01-01", "value": { "board": "1200.00", "house": null } } ] } },
    "definitions": { "waited": "as_of >= since + 2 months", "enough": "raised >= 15% * cost[office]" },
    "decisions": { "funding": { "eligible": "waited and (enough or plan)", "amount": "15% * cost[office]",
                                "round": "down to 0.01 USD" } } })json",
                     "funding");
  REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
  return *rules;
}

void give(Facts& facts, const char* office, const char* since, const char* raised, const char* plan) {
  facts.clear();
  facts.set("office", office);
  facts.set("since", since);
  facts.set("raised", raised);
  facts.set("plan", plan);
}

}  // namespace

TEST_SUITE("outcome") {
  TEST_CASE("status, amount, bounds and unmet of complete and partial applicants") {
    const Rules rules = funding();
    const auto id = rules.decision("funding").value();
    Facts facts(rules);
    Outcome out(rules);
    give(facts, "board", "2017-04-24", "149.99", "false");
    rules.evaluate(facts, *Date::of(2017, 6, 23), out);
    CHECK(out[id].status() == Status::ineligible);
    CHECK(out[id].amount() == Money::of(0, "USD"));
    CHECK(out[id].unmet().size() == 3);
    CHECK(out[id].unmet().low_bits() == 0b111);

    give(facts, "board", "2017-04-24", "150.00", "false");
    rules.on(*Date::of(2017, 6, 24)).evaluate(facts, out);
    CHECK(out[id].status() == Status::eligible);
    CHECK(out[id].amount() == Money::of(150, "USD"));
    CHECK(out[id].unmet().empty());

    rules.evaluate(facts, *Date::of(2020, 6, 24), out);  // another day, other figures
    CHECK(out[id].status() == Status::ineligible);
    CHECK(out[id].unmet().contains(2));

    facts.set_unknown("raised");
    rules.evaluate(facts, *Date::of(2017, 6, 24), out);
    CHECK(out[id].status() == Status::undetermined);
    CHECK_FALSE(out[id].amount());
    CHECK(out[id].least() == Money::of(0, "USD"));
    CHECK(out[id].most() == Money::of(150, "USD"));
    CHECK(out[id].unmet().empty());

    give(facts, "house", "2017-04-24", "150.00", "true");  // a figure that is not on file
    rules.evaluate(facts, *Date::of(2020, 6, 24), out);
    CHECK(out[id].status() == Status::eligible);
    CHECK_FALSE(out[id].amount());
    CHECK(reasons(out, id).missing.size() == 1);
  }

  TEST_CASE("a day outside the rules is refused, and the next one is not") {
    const Rules rules = funding();
    Facts facts(rules);
    Outcome out(rules);
    give(facts, "board", "2017-04-24", "150.00", "true");
    rules.evaluate(facts, Date{kLastDate.days}, out);
    CHECK(out.refused());
    CHECK(out.problems().all().front().code == Code::as_of_range);
    rules.evaluate(facts, *Date::of(2017, 6, 24), out);
    CHECK_FALSE(out.refused());
    CHECK(out.problems().empty());
  }

  TEST_CASE("months compared with a day of the file, on a bound day") {
    const auto rules = parse(R"json({ "rfs": 1, "rules": "day", "month_end": "clamp",
      "facts": { "d": { "type": "date", "min": "2013-04-30", "max": "2030-03-01" } },
      "decisions": { "before": { "eligible": "start_of_month(d) - 1 month < @'2022-04-30'" },
                     "not_before": { "eligible": "@'2024-02-29' <= d + 1 month" } } })json",
                             "day");
    REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
    Facts facts(*rules);
    Outcome out(*rules);
    const RulesOn day = rules->on(*Date::of(2022, 5, 1));
    const auto decided = [&](const char* name, const char* date) {
      facts.set("d", date);
      day.evaluate(facts, out);
      return out[rules->decision(name).value()].status();
    };
    CHECK(decided("before", "2022-05-31") == Status::eligible);
    CHECK(decided("before", "2022-06-01") == Status::ineligible);
    CHECK(decided("not_before", "2024-01-28") == Status::ineligible);
    CHECK(decided("not_before", "2024-01-29") == Status::eligible);
    CHECK(decided("not_before", "2024-01-31") == Status::eligible);
  }

  TEST_CASE("an outcome outlives the facts it was made from") {
    const Rules rules = funding();
    Outcome out(rules);
    {
      Facts facts(rules);
      give(facts, "board", "2017-04-24", "149.99", "false");
      rules.evaluate(facts, *Date::of(2017, 6, 24), out);
    }
    CHECK(out.given().size() == 4);
    CHECK(out.given()[2].value.number == Exact::ratio(14999, 100));
    CHECK(reasons(out, rules.decision("funding").value()).unmet.size() == 2);
  }

  TEST_CASE("many threads read one Rules") {
    const Rules rules = funding();
    const auto id = rules.decision("funding").value();
    std::atomic<int> eligible{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        Facts facts(rules);
        Outcome out(rules);
        for (int i = 0; i < 500; ++i) {
          give(facts, "board", "2017-04-24", (i + t) % 2 == 0 ? "150.00" : "149.99", "false");
          rules.evaluate(facts, *Date::of(2017, 6, 24), out);
          if (out[id].status() == Status::eligible) ++eligible;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(eligible == 1000);
  }
}
