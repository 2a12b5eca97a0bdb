#include "rfs/evaluate/bound.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "rfs/evaluate/outcome.hpp"
#include "rfs/evaluate/reasons.hpp"

namespace {

using namespace rfs;

const Date kDay = *Date::of(2024, 5, 31);

Rules parsed(const std::string& text) {
  auto rules = parse(text, "bound");
  REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
  return *rules;
}

std::size_t count(const evaluate::Bound& bound, evaluate::Op op) {
  std::size_t out = 0;
  for (const evaluate::Instruction& n : bound.code) out += n.op == op ? 1 : 0;
  return out;
}

std::vector<std::uint32_t> listed(const Outcome& out, DecisionId id) {
  std::vector<std::uint32_t> conditions;
  for (std::uint32_t i = 0; i < out.rules().program().decisions[id].conditions.size(); ++i) {
    if (out[id].unmet().contains(i)) conditions.push_back(i);
  }
  return conditions;
}

/// Holds what bound code says of an applicant to what the program that it was made from says, node by node as asked.
void same(const Rules& rules, const Facts& facts) {
  Outcome plain(rules), bound(rules);
  rules.evaluate(facts, kDay, plain);  // the first of a day: not bound
  rules.on(kDay).evaluate(facts, bound);
  for (std::size_t i = 0; i < rules.module().definitions.size(); ++i) {
    const program::Reading x = plain.reading(DefinitionId(i)), y = bound.reading(DefinitionId(i));
    CHECK(x.interval == y.interval);
    CHECK(x.truth == y.truth);
    CHECK(x.words == y.words);
  }
  for (std::size_t i = 0; i < rules.module().decisions.size(); ++i) {
    const DecisionId id(i);
    CHECK(plain[id].status() == bound[id].status());
    CHECK(plain[id].least() == bound[id].least());
    CHECK(plain[id].most() == bound[id].most());
    CHECK(plain[id].amount() == bound[id].amount());
    CHECK(plain.amount(id) == bound.amount(id));
    CHECK(listed(plain, id) == listed(bound, id));
    CHECK(reasons(plain, id).unmet == reasons(bound, id).unmet);
    CHECK(reasons(plain, id).met == reasons(bound, id).met);
    CHECK(reasons(plain, id).needed == reasons(bound, id).needed);
  }
  const auto given = plain.given(), kept = bound.given();
  REQUIRE(given.size() == kept.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    CHECK(given[i].state == kept[i].state);
    CHECK(given[i].state == bound.given(FactId(i)));
    if (given[i].state == program::Given::State::known) CHECK(given[i].value == kept[i].value);
  }
}

}  // namespace

TEST_SUITE("bound") {
  TEST_CASE("rows are found by whole numbers, whatever the step of the key") {
    const Rules rules = parsed(R"({ "rfs": 1, "rules": "keys", "currency": "USD", "effective": { "from": "2024-01-01" },
      "facts": { "n": { "type": "integer", "min": 0, "max": 4 }, "m": { "type": "integer", "min": 0, "max": 9999 } },
      "parameters": {
        "p": { "type": "money", "by": ["n"], "values": [{ "from": "2024-01-01", "value": {
          "0": "1", "1": "2", "2": "3", "5": "100", "10": "200", "*": "7" } }] },
        "q": { "type": "number", "by": ["n", "m", "n"], "values": [{ "from": "2024-01-01", "value": {
          "2": { "4": { "6": "1", "*": "2" }, "*": { "*": "3" } }, "*": { "*": { "*": "4" } } } }] } },
      "definitions": { "tabulated": "p[5 * n]", "computed": "p[5 * m]", "constant": "p[5]",
                       "several": "q[2 * n, 4 * m, 6 * n]" },
      "decisions": { "g": { "eligible": "tabulated > 50 USD", "amount": "computed", "round": "down to 0.01 USD" } } })");
    for (const char* n : {"0", "1", "2", "4"}) {
      for (const char* m : {"0", "1", "2", "5"}) {
        Facts facts(rules);
        facts.set("n", n);
        facts.set("m", m);
        same(rules, facts);
        Outcome out(rules);
        rules.on(kDay).evaluate(facts, out);
        CHECK(out.reading(DefinitionId(2)).interval.least == Exact(100));
        if (n == std::string("1")) CHECK(out.reading(DefinitionId(0)).interval.least == Exact(100));
        if (m == std::string("2")) CHECK(out.reading(DefinitionId(1)).interval.least == Exact(200));
      }
    }
  }

  TEST_CASE("what follows from the day, from words and from truths is no code") {
    const Rules rules = parsed(
        R"json({ "rfs": 1, "rules": "few", "effective": { "from": "2024-01-01" },
      "currency": "USD", "month_end": "clamp",
      "facts": { "office": { "type": "choice", "of": ["board", "house", "senate"] }, "since": { "type": "date" },
                 "raised": { "type": "money" }, "plan": { "type": "bool" }, "asked": { "type": "money" } },
      "parameters": { "cost": { "type": "money", "by": ["office"], "values": [
        { "from": "2024-01-01", "value": { "board": "1000.00", "house": "50000.00", "senate": "20000.00" } } ] },
        "open": { "type": "bool", "by": ["office"], "values": [
        { "from": "2024-01-01", "value": { "board": true, "house": false, "senate": null } } ] } },
      "definitions": { "waited": "as_of >= since + 2 months", "enough": "raised >= 15% * cost[office]" },
      "decisions": { "funding": { "eligible": "open[office] and waited and (enough or plan)",
                                  "amount": "min(asked, 15% * cost[office])",
                                  "round": "down to 0.01 USD" } } })json");
    const program::Scaled scaled = program::scale(rules.program());
    REQUIRE(scaled.possible);
    const auto bound = evaluate::bind(rules.program(), scaled, kDay.days);
    // That a figure is on file, the wait, the share, the combination of four in two steps, the least of two, the
    // amount.
    CHECK(bound->code.size() == 7);
    CHECK(count(*bound, evaluate::Op::date) == 0);
    CHECK(count(*bound, evaluate::Op::figure) == 0);
    CHECK(count(*bound, evaluate::Op::on_file) == 1);
    CHECK(bound->walked.empty());
    Facts facts(rules);
    for (const char* office : {"board", "house", "senate"}) {
      for (const char* since : {"2024-03-31", "2024-04-01"}) {
        for (const char* raised : {"149.99", "150.00", "7500.00"}) {
          for (const char* plan : {"true", "false"}) {
            facts.clear();
            for (const auto& [name, value] :
                 {std::pair{"office", office}, {"since", since}, {"raised", raised}, {"plan", plan}, {"asked", "150"}})
              facts.set(name, value);
            same(rules, facts);
          }
        }
      }
    }
    facts.set_unknown("asked");
    same(rules, facts);
  }

  TEST_CASE("defaults stand in for facts that are absent, not for those said to be unknown") {
    const Rules rules = parsed(R"json({ "rfs": 1, "rules": "defaults", "currency": "USD",
      "facts": { "a": { "type": "money", "max": "100" }, "b": { "type": "money", "default": "a * 2" },
                 "c": { "type": "bool", "default": true }, "d": { "type": "integer", "default": 7 } },
      "definitions": { "sum": "a + b", "more": "c and b > 5 USD" },
      "decisions": { "grant": { "eligible": "more and d > 6", "amount": "sum", "round": "none" } } })json");
    Facts facts(rules);
    facts.set("a", "3.00");
    same(rules, facts);
    Outcome out(rules);
    rules.on(kDay).evaluate(facts, out);
    CHECK(out[rules.decision("grant").value()].amount() == Money::of(9, "USD"));
    for (const char* name : {"b", "c", "d"}) {
      facts.set_unknown(name);
      same(rules, facts);
      facts.set(name, name[0] == 'c' ? "true" : "4");
      same(rules, facts);
    }
  }

  TEST_CASE("many conditions are walked, and more than 64 are kept") {
    for (const int conditions : {8, 9, 64, 70}) {
      std::string facts_text, eligible = "not(f0)";
      for (int i = 0; i < conditions; ++i) {
        facts_text += (i == 0 ? "" : ", ") + ("\"f" + std::to_string(i)) + R"(": { "type": "bool" })";
        if (i > 0) eligible += (i % 7 == 0 ? " and f" : " and (f") + std::to_string(i) + (i % 7 == 0 ? "" : " or f0)");
      }
      const Rules rules = parsed(R"({ "rfs": 1, "rules": "many", "facts": {)" + facts_text +
                                 R"(}, "decisions": { "all": { "eligible": ")" + eligible + R"(" } } })");
      const auto bound = [&] {
        const program::Scaled scaled = program::scale(rules.program());
        return evaluate::bind(rules.program(), scaled, kDay.days)->walked.size();
      }();
      CHECK(bound == (conditions > 8 ? 1 : 0));
      Facts facts(rules);
      for (int turn = 0; turn < 12; ++turn) {
        for (int i = 0; i < conditions; ++i)
          facts.set("f" + std::to_string(i), (i * 7 + turn * i + turn) % 5 == 0 ? "true" : "false");
        same(rules, facts);
      }
    }
  }

  TEST_CASE("choices of more options than a table has") {
    std::string options, rows;
    for (int i = 0; i < 300; ++i) {
      options += (i == 0 ? "\"w" : ", \"w") + std::to_string(i) + "\"";
      if (i != 7) rows += (rows.empty() ? "\"w" : ", \"w") + std::to_string(i) + "\": " + std::to_string(i * 3 % 11);
    }
    const Rules rules = parsed(
        R"({ "rfs": 1, "rules": "words", "effective": { "from": "2024-01-01" }, "facts": { "c": { "type": "choice", "of": [)" +
        options +
        R"(] } }, "parameters": { "p": { "type": "integer", "by": ["c"], "values": [
                               { "from": "2024-01-01", "value": {)" +
        rows + R"(, "w7": null } } ] } },
                               "definitions": { "x": "if c != 'w7' and c != 'w9' then p[c] else 5" },
                               "decisions": { "high": { "eligible": "x > 5" } } })");
    const program::Scaled scaled = program::scale(rules.program());
    REQUIRE(scaled.possible);
    const auto bound = evaluate::bind(rules.program(), scaled, kDay.days);
    CHECK(count(*bound, evaluate::Op::figure) == 1);
    CHECK(count(*bound, evaluate::Op::word) > 0);
    Facts facts(rules);
    for (const char* word : {"w0", "w2", "w7", "w8", "w9", "w299"}) {
      facts.set("c", word);
      same(rules, facts);
    }
  }

  TEST_CASE("facts that nothing decides by are kept, whatever their size") {
    const Rules rules = parsed(R"json({ "rfs": 1, "rules": "kept",
      "facts": { "b": { "type": "bool", "title": "b", "met": "{name}, {big}" }, "name": { "type": "text" },
                 "big": { "type": "number", "min": 0, "max": "1e40", "places": 0 } },
      "decisions": { "yes": { "eligible": "b" } } })json");
    Outcome out(rules);
    {
      Facts facts(rules);
      facts.set("b", "true");
      facts.set("name", "a name too long for any small buffer of a string");
      facts.set("big", "1e40");
      same(rules, facts);
      rules.on(kDay).evaluate(facts, out);
    }
    CHECK(out.given()[1].value.text == "a name too long for any small buffer of a string");
    CHECK(out.given()[2].value.number == Exact::power_of_ten(40));
    out.read_texts();
    CHECK(out[rules.decision("yes").value()].status() == Status::eligible);
    CHECK(out.given()[1].value.text == "a name too long for any small buffer of a string");
  }
}
