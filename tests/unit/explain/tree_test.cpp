#include "rfs/explain/tree.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/outcome.hpp"

namespace {

using rfs::explain::Explanation;
using rfs::explain::Place;

struct Case {
  rfs::Rules rules;
  rfs::Facts facts{rules};
  rfs::Outcome outcome{rules};

  Case(const std::string& text, const char* given) : rules(*rfs::parse(text, "tree.rules.json")) {
    facts.read_json(given);
    rules.evaluate(facts, *rfs::Date::of(2017, 6, 24), outcome);
  }
  [[nodiscard]] Explanation explained(std::string_view language = {}) {
    return rfs::explain::explain(outcome, language);
  }
};

constexpr const char* kTree = R"json({
  "rfs": 1, "rules": "test/tree", "currency": "USD", "effective": { "from": "2017-01-01" },
  "facts": { "a": { "type": "bool" }, "b": { "type": "bool" }, "x": { "type": "money" },
             "size": { "type": "choice", "of": ["small", "large"] } },
  "parameters": { "cost": { "type": "money", "by": ["size"], "values": [{ "from": "2017-01-01", "value": { "small": "1.00", "large": "2.00" } }] } },
  "definitions": { "enough": { "value": "x >= cost[size] and x < cost['large']", "title": { "en": "Enough", "es": "Bastante" } } },
  "decisions": { "d": { "eligible": "if a then enough or b else at_least(2, [not(b), enough, x = 5 USD])", "amount": "x / 3", "round": "none" },
                 "e": { "eligible": "d.eligible and d.amount > 0.10 USD" } }
})json";

/// Every part of a place stands in the list.
void check_parts(const Explanation& explanation) {
  for (const auto& decision : explanation.decisions) {
    for (const Place& place : decision.places) {
      for (const std::size_t part : place.parts) CHECK(part < decision.places.size());
    }
  }
}

}  // namespace

TEST_CASE("the tree of conditions stands with its root first") {
  Case c(kTree, R"({ "a": true, "b": false, "x": "1.50", "size": "small" })");
  const Explanation why = c.explained();
  REQUIRE(why.decisions.size() == 2);
  const auto& places = why.decisions[0].places;
  REQUIRE(places.size() == 9);
  CHECK(places[0].kind == Place::Kind::branch);
  CHECK(places[0].is == rfs::Bool3::yes);
  CHECK(places[0].test == "a");
  CHECK(places[0].test_is == rfs::Bool3::yes);
  REQUIRE(places[0].parts.size() == 2);
  const Place& any = places[places[0].parts[0]];
  CHECK(any.kind == Place::Kind::any);
  CHECK(places[any.parts[0]].name == "enough");
  CHECK(places[any.parts[0]].decides);
  CHECK(places[any.parts[1]].name == "b");
  CHECK_FALSE(places[any.parts[1]].decides);
  const Place& some = places[places[0].parts[1]];
  CHECK(some.kind == Place::Kind::at_least);
  CHECK(some.count == "2");
  CHECK(some.parts.size() == 3);
  check_parts(why);
}

TEST_CASE("a condition is told with its source and what the names in it read") {
  Case c(kTree, R"({ "a": true, "x": "1.50", "size": "small" })");
  const Explanation why = c.explained();
  const auto& places = why.decisions[0].places;
  const Place& enough = places[places[places[0].parts[0]].parts[0]];
  CHECK(enough.source == "x >= cost[size] and x < cost['large']");
  REQUIRE(enough.values.size() == 4);
  CHECK(enough.values[0].name == "x");
  CHECK(enough.values[0].value == "$1.50");
  CHECK(enough.values[1].name == "size");
  CHECK(enough.values[2].name == "cost[size]");
  CHECK(enough.values[2].value == "$1.00");
  CHECK(enough.values[3].name == "cost['large']");
  CHECK(enough.values[3].value == "$2.00");
  REQUIRE(why.decisions[1].places.size() == 3);
  CHECK(why.decisions[1].places[2].values[0].name == "d.amount");
  CHECK(why.decisions[1].places[2].values[0].value == "$0.50");
}

TEST_CASE("what is unknown is a question mark or its bounds") {
  Case c(kTree, "{}");
  const Explanation why = c.explained();
  const auto& places = why.decisions[0].places;
  const Place& enough = places[places[places[0].parts[0]].parts[0]];
  REQUIRE(enough.values.size() == 4);
  CHECK(enough.values[0].value == "?");
  CHECK(enough.values[2].value == "$1.00 to $2.00");
  CHECK(why.decisions[0].needed.size() == 4);
}

TEST_CASE("texts are in the language asked for") {
  Case c(kTree, "{}");
  CHECK(c.explained("es").text().find("Bastante  (enough)") != std::string::npos);
  CHECK(c.explained("fr").text().find("Enough  (enough)") != std::string::npos);
  CHECK(rfs::explain::speaks(c.rules, "es"));
  CHECK_FALSE(rfs::explain::speaks(c.rules, "fr"));
}

TEST_CASE("a branch that was not taken does not count") {
  Case c(kTree, R"({ "a": true, "b": true })");
  const std::string text = c.explained().text();
  CHECK(text.find("then yes  any of:") != std::string::npos);
  CHECK(text.find("else -    at least 2 of:") != std::string::npos);
  CHECK(c.explained().markdown().find("- else **-** at least `2` of:") != std::string::npos);
}

TEST_CASE("what a stranger wrote cannot become markup") {
  constexpr const char* kNamed =
      R"json({ "rfs": 1, "rules": "t/t", "title": "- <b>T</b>", "facts": { "name": { "type": "text" } },
    "definitions": { "known": { "value": "name = 'x``y'", "title": "Known", "unmet": "{name}" } },
    "decisions": { "d": { "eligible": "known", "title": "1. [D](x)", "unmet": "# no &amp; _no_" } } })json";
  Case c(kNamed, "{ \"name\": \"<script>|*a*\\n`b`\\\\ \\u001b[2J\" }");
  const std::string markdown = c.explained().markdown();
  CHECK(markdown == R"(# \- \<b\>T\</b\>

`t/t`, as of 24 June 2017

## 1\. \[D\](x): ineligible

\# no \&amp; \_no\_

Because:

- **no** \<script\>\|\*a\* \`b\`\\  \[2J (`known`)

### Conditions

- **no** \<script\>\|\*a\* \`b\`\\  \[2J (`known`)  
  ``` name = 'x``y' ```  
  with `name` = \<script\>\|\*a\* \`b\`\\  \[2J
)");
}

TEST_CASE("what would become a link, a formula or a block of code is escaped") {
  constexpr const char* kNamed = R"json({ "rfs": 1, "rules": "t/t", "facts": { "a": { "type": "bool" } },
    "decisions": { "d": { "eligible": "a", "title": "    At $5.50, e.g. 1.50. See https://x.org, www.x1.de/a or a@x.org: $n$" } } })json";
  Case c(kNamed, "{}");
  CHECK(c.explained().markdown().find("\n## At $5.50, e\\.g. 1.50. See https:\\//x\\.org, www\\.x1\\.de/a or "
                                      "a\\@x\\.org: \\$n\\$: undetermined\n") != std::string::npos);
}

TEST_CASE("rules explain facts") {
  Case c(kTree, R"({ "a": true, "b": false, "x": "1.50", "size": "small" })");
  const Explanation why = c.rules.explain(c.facts, c.outcome.as_of(), "es");
  CHECK(why.text() == c.explained("es").text());
  CHECK(why.markdown() == c.explained("es").markdown());
  CHECK(why.json() == c.explained("es").json());
  CHECK(why.text() != c.rules.explain(c.facts, c.outcome.as_of()).text());
  CHECK(why.text() != c.rules.explain(c.facts, *rfs::Date::of(2018, 1, 1), "es").text());
}

TEST_CASE("figures are told with the day from which they hold and their sources") {
  constexpr const char* kSources = R"json({ "rfs": 1, "rules": "t/t", "currency": "USD",
    "sources": { "act": { "title": "The act", "published": "2016-02-29" }, "board": { "title": "The board" } },
    "facts": { "x": { "type": "money" } },
    "parameters": { "most": { "type": "money", "values": [{ "from": "1900-01-01", "value": "1250.00", "source": ["act", "board"] }] } },
    "decisions": { "d": { "eligible": "x <= most" } } })json";
  Case c(kSources, R"({ "x": "1" })");
  const Explanation why = c.explained();
  REQUIRE(why.figures.size() == 1);
  CHECK(why.figures[0].value == "$1,250.00");
  CHECK(why.figures[0].from == "1 January 1900");
  CHECK(why.figures[0].sources == std::vector<std::string>{"The act, 29 February 2016", "The board"});
  CHECK(why.text().find("most = $1,250.00, from 1 January 1900  (The act, 29 February 2016; The board)") !=
        std::string::npos);
}

TEST_CASE("what is read on a date is told with the date") {
  Case c(R"json({ "rfs": 1, "rules": "t/t", "currency": "USD",
    "facts": { "hired": { "type": "date" }, "x": { "type": "money" } },
    "parameters": { "most": { "type": "money", "values": [{ "from": "1900-01-01", "value": "5.00" }, { "from": "2016-01-01", "value": "7.00" }] } },
    "definitions": { "allowed": "most + as_of.year * 1 USD",
                     "low": { "value": "x <= most on hired and x <= allowed on hired and x <= most", "title": "Low" } },
    "decisions": { "d": { "eligible": "low" } } })json",
         R"({ "x": "6.00", "hired": "2015-12-31" })");
  const Explanation why = c.explained();
  REQUIRE(why.decisions[0].places.size() == 1);
  std::vector<std::string> values;
  for (const auto& value : why.decisions[0].places[0].values) values.push_back(value.name + " = " + value.value);
  CHECK(values == std::vector<std::string>{"x = $6.00", "hired = 31 December 2015", "most on hired = $5.00",
                                           "allowed on hired = $2,020.00", "most = $7.00"});
  CHECK(why.text().find("most on 31 December 2015 = $5.00, from 1 January 1900") != std::string::npos);
  CHECK(why.text().find("most = $7.00, from 1 January 2016") != std::string::npos);
}

TEST_CASE("the JSON form holds the same tree") {
  Case c(kTree, R"({ "a": false, "b": true, "x": "5.00", "size": "small" })");
  const std::string json = c.explained().json();
  CHECK(json.find(
            R"("as_of":"24 June 2017","decisions":[{"name":"d","title":null,"status":"ineligible","amount":"$0.00")") !=
        std::string::npos);
  CHECK(json.find(R"({"kind":"if","is":false,"test":"a","test_is":false,"parts":[1,)") != std::string::npos);
  CHECK(json.find(R"("count":"2","parts":[)") != std::string::npos);
  CHECK(json.find(R"("values":[{"name":"x","value":"$5.00"}])") != std::string::npos);
}

TEST_CASE("a refused applicant is told why in every form") {
  Case c(kTree, R"({ "x": "<1>" })");
  CHECK(c.explained().decisions.empty());
  CHECK(c.explained().text().find("RFS602") != std::string::npos);
  CHECK(c.explained().markdown().find("- RFS602 `x`: ") != std::string::npos);
  CHECK(c.explained().json().find(R"("decisions":[],)") != std::string::npos);
  CHECK(c.explained().json().find(R"("errors":[{"code":"RFS602")") != std::string::npos);
}

TEST_CASE("definitions that share parts sixty levels deep are told once" * doctest::test_suite("hostile")) {
  std::string definitions = R"("d0": "a and b")";
  for (int i = 1; i <= 60; ++i) {
    const std::string before = "d" + std::to_string(i - 1);
    definitions += ", \"d" + std::to_string(i) + "\": \"" + before + (i % 2 == 0 ? " and " : " or ") + before + '"';
  }
  Case c(
      R"({ "rfs": 1, "rules": "t/t", "facts": { "a": { "type": "bool" }, "b": { "type": "bool" } }, "definitions": {)" +
          definitions + R"(}, "decisions": { "d": { "eligible": "d60" } } })",
      R"({ "a": true, "b": true })");
  const Explanation why = c.explained();
  CHECK(why.decisions[0].places.size() == 63);
  CHECK(why.text().size() < 10'000);
  CHECK(why.text().find(" as above\n") != std::string::npos);
  CHECK(why.text().find(" …\n") != std::string::npos);
  CHECK(why.markdown().size() < 10'000);
  CHECK(why.json().size() < 10'000);
  check_parts(why);
}

TEST_CASE("a long condition is cut short" * doctest::test_suite("hostile")) {
  std::string sum = "x", facts = R"("x": { "type": "integer" })";
  for (int i = 0; i < 500; ++i) {
    const std::string name = "fact_" + std::to_string(i);
    facts += ", \"" + name + "\": { \"type\": \"integer\" }";
    sum += " + " + name;
  }
  Case c(R"({ "rfs": 1, "rules": "t/t", "facts": {)" + facts + R"(}, "definitions": { "c": { "value": ")" + sum +
             R"( > 5", "title": "C" } }, "decisions": { "d": { "eligible": "c" } } })",
         "{}");
  const Explanation why = c.explained();
  const Place& place = why.decisions[0].places[0];
  CHECK(place.source.size() < 500);
  CHECK(place.values.size() == 24);
}

TEST_CASE("lookups inside of lookups are found in one pass" * doctest::test_suite("hostile")) {
  std::string nested = "c", definitions;
  for (int i = 0; i < 60; ++i) nested = "p[" + nested + "]";
  for (const char* key : {"'a'", "'b'", "p['a']", "p['b']"}) {
    definitions += ", \"d" + std::to_string(definitions.size()) + "\": \"p[" + key + "]\"";
  }
  Case c(R"({ "rfs": 1, "rules": "t/t", "facts": { "c": { "type": "choice", "of": ["a", "b"] } },
    "parameters": { "p": { "type": "choice", "of": ["a", "b"], "by": ["c"],
                           "values": [{ "from": "1900-01-01", "value": { "a": "b", "b": "a" } }] } },
    "definitions": { "k": { "value": ")" +
             nested + R"( = 'a'", "title": "K" })" + definitions + R"( }, "decisions": { "d": { "eligible": "k" } } })",
         R"({ "c": "a" })");
  const Explanation why = c.explained();
  REQUIRE(why.decisions[0].places[0].values.size() == 24);
  CHECK(why.decisions[0].places[0].values[1].name == "p[c]");
  CHECK(why.decisions[0].places[0].values[1].value == "b");
}
