#include "rfs/evaluate/facts.hpp"

#include <doctest/doctest.h>

#include "rfs/evaluate/outcome.hpp"

namespace {

using namespace rfs;

Rules typed_rules() {
  auto rules = parse(R"({ "rfs": 1, "rules": "typed", "currency": "USD", "month_end": "clamp",
    "facts": {
      "b": { "type": "bool" }, "n": { "type": "number", "places": 2 }, "i": { "type": "integer", "max": 10 },
      "p": { "type": "percent" }, "m": { "type": "money" }, "d": { "type": "date" }, "t": { "type": "months" },
      "y": { "type": "days" }, "c": { "type": "choice", "of": ["one", "two"] }, "x": { "type": "text" } },
    "decisions": { "grant": { "eligible": "b and x = 'a' and c = 'two' and d + t <= @'2024-03-31' + y and i + n > p * 2",
                              "amount": "m", "round": "down to 0.01 USD" } } })",
                     "typed");
  REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
  return *rules;
}

std::string first_code(const Facts& facts) {
  return facts.problems().empty() ? "" : diag::code_text(facts.problems().all().front().code);
}

}  // namespace

TEST_SUITE("facts") {
  TEST_CASE("typed values decide as their text forms do") {
    const Rules rules = typed_rules();
    const auto c = rules.fact<Word>("c").value();
    Facts typed(rules), text(rules);
    typed.set(rules.fact<bool>("b").value(), true);
    typed.set(rules.fact<Exact>("n").value(), Exact::ratio(5, 4));
    typed.set(rules.fact<std::int64_t>("i").value(), 3);
    typed.set(rules.fact<Exact>("p").value(), Exact::ratio(15, 100));
    typed.set(rules.fact<Money>("m").value(), Money::units(15000));
    typed.set(rules.fact<Date>("d").value(), *Date::of(2024, 1, 31));
    typed.set(rules.fact<Months>("t").value(), Months{1});
    typed.set(rules.fact<Days>("y").value(), Days{3});
    typed.set(c, rules.word(c, "two").value());
    typed.set(rules.fact<std::string_view>("x").value(), "a");
    for (const auto& [name, value] : {std::pair{"b", "true"},
                                      {"n", "1.25"},
                                      {"i", "3"},
                                      {"p", "15%"},
                                      {"m", "150.00"},
                                      {"d", "2024-01-31"},
                                      {"t", "1 month"},
                                      {"y", "3 days"},
                                      {"c", "two"},
                                      {"x", "a"}}) {
      text.set(name, value);
    }
    REQUIRE(typed.problems().empty());
    REQUIRE(text.problems().empty());
    for (std::size_t i = 0; i < typed.given().size(); ++i) CHECK(typed.given()[i].value == text.given()[i].value);
    Outcome out(rules);
    rules.evaluate(typed, *Date::of(2024, 3, 1), out);
    const auto grant = rules.decision("grant").value();
    CHECK(out[grant].status() == Status::eligible);
    CHECK(out[grant].amount() == Money::of(150, "USD"));
  }

  TEST_CASE("what a declaration does not accept is a problem, and refuses") {
    const Rules rules = typed_rules();
    Facts facts(rules);
    const auto problem = [&](auto give) {
      facts.clear();
      give();
      REQUIRE(facts.problems().all().size() == 1);
      Outcome out(rules);
      rules.evaluate(facts, *Date::of(2024, 3, 1), out);
      CHECK(out.refused());
      CHECK(out[rules.decision("grant").value()].status() == Status::refused);
      CHECK_FALSE(out[rules.decision("grant").value()].amount());
      return first_code(facts);
    };
    CHECK(problem([&] { facts.set(rules.fact<std::int64_t>("i").value(), 11); }) == "RFS603");
    CHECK(problem([&] { facts.set(rules.fact<Exact>("n").value(), Exact::ratio(1, 3)); }) == "RFS604");
    CHECK(problem([&] { facts.set(rules.fact<Money>("m").value(), *Money::of(1, "EUR")); }) == "RFS609");
    CHECK(problem([&] { facts.set(rules.fact<Money>("m").value(), Money::units(-1)); }) == "RFS603");
    CHECK(problem([&] { facts.set(rules.fact<Word>("c").value(), Word{}); }) == "RFS605");
    CHECK(problem([&] { facts.set(FactOf<bool>{}, true); }) == "RFS601");
    CHECK(problem([&] { facts.set(FactOf<Money>{}, Money::units(1)); }) == "RFS601");
    CHECK(problem([&] { facts.set("nn", "1"); }) == "RFS601");
    CHECK(problem([&] { facts.set("n", "1.234"); }) == "RFS604");
  }

  TEST_CASE("every problem is kept") {
    const Rules rules = typed_rules();
    Facts facts(rules);
    facts.read_json(R"({ "b": 1, "n": "x", "i": 3.5, "p": 15, "zz": 0 })");
    CHECK(facts.problems().all().size() == 5);
  }

  TEST_CASE("facts over the limit of a file are not told to be split") {
    const Rules rules = typed_rules();
    Facts facts(rules);
    Limits limits;
    limits.file_bytes = 10;
    facts.read_json(R"({ "b": true })", "facts", limits);
    REQUIRE(facts.problems().all().size() == 1);
    CHECK(facts.problems().all()[0].code == Code::file_too_large);
    CHECK(facts.problems().all()[0].help == kFewerFacts);
  }
}

TEST_SUITE("handles") {
  TEST_CASE("what was written elsewhere keeps how it was written") {
    const Rules rules = typed_rules();
    const auto code = [&](std::size_t fact, std::string_view text, rule::Written written) {
      Facts facts(rules);
      facts.set(FactId(fact), text, written);
      return first_code(facts);
    };
    const std::size_t b = 0, m = 4;  // as the file lists them
    CHECK(code(b, "true", rule::Written::boolean).empty());
    CHECK(code(b, "true", rule::Written::string) == "RFS602");
    CHECK(code(m, "150.00", rule::Written::string).empty());
    CHECK(code(m, "150.00 USD", rule::Written::number) == "RFS602");
    CHECK(code(m, "1.234", rule::Written::number) == "RFS604");

    Facts facts(rules);
    facts.set(FactId(m), "1", rule::Written::number);
    facts.set_unknown(FactId(m));
    CHECK(facts.given()[m].state == program::Given::State::unknown);
    facts.refuse(FactId(m), {Code::unreadable_fact, "expected money, found a picture", "give a number"});
    REQUIRE(facts.problems().all().size() == 1);
    CHECK(facts.problems().all()[0].message == "`m`: expected money, found a picture");
    CHECK(facts.problems().all()[0].path == "m");
  }

  TEST_CASE("a wrong name or type is an error at start-up") {
    const Rules rules = typed_rules();
    CHECK(rules.fact<Money>("mm").error().help == "did you mean `m`?");
    CHECK(rules.fact<Date>("m").error().message == "`m` is money, which this C++ type does not hold");
    CHECK_FALSE(rules.fact<std::int64_t>("n"));
    CHECK(rules.fact<Exact>("i"));
    CHECK(rules.decision("grand").error().help == "did you mean `grant`?");
    CHECK_FALSE(rules.word(rules.fact<Word>("c").value(), "three"));
    CHECK_FALSE(rules.word(FactOf<Word>{}, "one"));
  }

  TEST_CASE("an empty handle shows nothing and does not crash") {
    const Rules rules = typed_rules();
    const Outcome fresh(rules);
    CHECK(fresh[rules.decision("grant").value()].status() == Status::refused);
    Facts facts(rules);
    Outcome out(rules);
    rules.evaluate(facts, *Date::of(2024, 3, 1), out);
    const DecisionId none;
    CHECK(out[none].status() == Status::refused);
    CHECK_FALSE(out[none].amount());
    CHECK_FALSE(out[none].exact_most());
    CHECK(out[none].unmet().empty());
  }
}
