#include "rfs/explain/outcome_json.hpp"

#include <doctest/doctest.h>

#include <string>

#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/outcome.hpp"

namespace {

constexpr const char* kRules = R"json({
  "rfs": 1, "rules": "test/json", "version": "2", "currency": "USD", "effective": { "from": "2017-01-01" },
  "sources": { "law": { "title": "A law" }, "news": { "title": "A paper" } },
  "facts": {
    "raised": { "type": "money" },
    "office": { "type": "choice", "of": ["pta", "board"] },
    "barred": { "type": "bool", "default": false, "title": "Barred", "met": "You are barred." },
    "count": { "type": "integer", "default": "3", "min": "1" }
  },
  "parameters": { "cost": { "type": "money", "by": ["office"], "values": [
    { "from": "2017-01-01", "source": "news", "value": { "pta": "9.00", "board": { "value": null, "source": "law" } } },
    { "from": "2018-01-01", "source": ["news", "law"], "value": { "pta": "10.00", "board": "20.00" } } ] } },
  "definitions": { "part": "raised / count", "where": "office", "enough": "raised >= cost[office]" },
  "decisions": { "grant": { "eligible": "enough and not(barred)", "amount": "cost[office]", "round": "down to 0.01 USD" },
                 "seen": { "eligible": "count > 2" } }
})json";

std::string outcome_of(const char* given, rfs::Date as_of) {
  const auto rules = rfs::parse(kRules, "json.rules.json");
  REQUIRE_MESSAGE(rules, rules.error().render());
  rfs::Facts facts(*rules);
  facts.read_json(given);
  rfs::Outcome outcome(*rules);
  rules->evaluate(facts, as_of, outcome);
  std::string json = rfs::explain::outcome_json(outcome);
  const std::size_t digest = json.find(rules->digest());
  REQUIRE(digest != std::string::npos);
  return json.replace(digest, rules->digest().size(), "DIGEST");
}

constexpr const char* kHead =
    R"({"format":1,"rules":"test/json","version":"2","digest":"DIGEST","engine":")" RFS_VERSION R"(",)";

}  // namespace

TEST_CASE("the outcome of a complete applicant") {
  const std::string json =
      outcome_of(R"({ "raised": "10", "office": "pta", "barred": false, "count": 3 })", *rfs::Date::of(2018, 1, 1));
  CHECK(
      json ==
      std::string(kHead) +
          R"("as_of":"2018-01-01","currency":"USD","facts":{"raised":"10.00","office":"pta","barred":false,"count":"3"},)"
          R"("decisions":{"grant":{"status":"eligible","amount":"10.00","least":"10.00","most":"10.00","conditions":[)"
          R"({"name":"barred","wanted":false,"is":false,"text":"Barred"},{"name":"enough","wanted":true,"is":true,"text":"enough"}],)"
          R"("met":["barred","enough"],"unmet":[],"undetermined":[],"needed":[],"missing":[]},)"
          R"("seen":{"status":"eligible","conditions":[{"name":"seen#1","wanted":true,"is":true,"text":"count > 2"}],)"
          R"("met":["seen#1"],"unmet":[],"undetermined":[],"needed":[],"missing":[]}},)"
          R"("definitions":{"part":{"type":"money","value":"10/3"},"where":{"type":"choice","value":"pta"},"enough":{"type":"bool","value":true}},)"
          R"("parameters":{"cost[pta]":{"value":"10.00","from":"2018-01-01","source":["news","law"]}},"assumed":[],"errors":[]})");
}

TEST_CASE("the outcome of an applicant of whom little is known") {
  const std::string json = outcome_of(R"({ "office": "board", "raised": null })", *rfs::Date::of(2017, 6, 24));
  CHECK(
      json ==
      std::string(kHead) +
          R"("as_of":"2017-06-24","currency":"USD","facts":{"raised":null,"office":"board"},)"
          R"("decisions":{"grant":{"status":"undetermined","amount":null,"least":"0.00","most":"999999999.99","conditions":[)"
          R"({"name":"barred","wanted":false,"is":false,"text":"Barred"},{"name":"enough","wanted":true,"is":null,"text":"enough"}],)"
          R"("met":[],"unmet":[],"undetermined":["enough"],"needed":["raised"],"missing":[{"parameter":"cost","key":["board"],"date":"2017-06-24"}]},)"
          R"("seen":{"status":"eligible","conditions":[{"name":"seen#1","wanted":true,"is":true,"text":"count > 2"}],)"
          R"("met":["seen#1"],"unmet":[],"undetermined":[],"needed":[],"missing":[]}},)"
          R"("definitions":{"part":{"type":"money","value":{"least":"0.00","most":"333333333.33"}},"where":{"type":"choice","value":"board"},"enough":{"type":"bool","value":null}},)"
          R"("parameters":{},"assumed":[{"fact":"barred","value":false},{"fact":"count","value":"3"}],"errors":[]})");
}

TEST_CASE("the outcome of a refused applicant") {
  const std::string json = outcome_of(R"({ "raised": "x", "office": "pta" })", *rfs::Date::of(2017, 6, 24));
  CHECK(json.find(R"("facts":{"office":"pta"})") != std::string::npos);
  CHECK(json.find(R"("grant":{"status":"refused","amount":null,"least":null,"most":null,"conditions":[],"met":[])") !=
        std::string::npos);
  CHECK(json.find(R"("seen":{"status":"refused","conditions":[])") != std::string::npos);
  CHECK(json.find(R"("definitions":{},"parameters":{},"assumed":[],"errors":[{"code":"RFS602")") != std::string::npos);
}

TEST_CASE("a word is known or null") {
  const std::string json = outcome_of("{}", *rfs::Date::of(2017, 6, 24));
  CHECK(json.find(R"("where":{"type":"choice","value":null})") != std::string::npos);
}
