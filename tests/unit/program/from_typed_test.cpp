#include <doctest/doctest.h>

#include <string>

#include "rfs/evaluate/rules.hpp"

using namespace rfs;

namespace {

/// What is said of a text that shows an amount, and at what of the file it points besides.
std::string said_of(const std::string& amount) {
  const std::string text = R"({ "rfs": 1, "rules": "t/t", "currency": "USD", "facts": {
      "raised": { "type": "money", "min": 0, "max": 900 }, "begun": { "type": "date" } },
    "parameters": {
      "goal": { "type": "money", "values": [{ "from": "1900-01-01", "value": "300.00" },
                                            { "from": "2020-01-01", "value": null }] },
      "fee": { "type": "money", "values": [{ "from": "1900-01-01", "value": "3.00" }] },
      "late": { "type": "money", "values": [{ "from": "2020-01-01", "value": "3.00" }] },
      "rates": { "type": "schedule", "of": "money", "gives": "percent", "values": [
        { "from": "1900-01-01", "value": [{ "from": "0.00", "value": "10%" }] }, { "from": "2020-01-01", "value": [{ "from": "0.00", "value": null }] }] } },
    "definitions": { "enough": { "value": "raised >= 5 USD", "unmet": "Raise {)" +
                           amount + R"(}." } }, "decisions": { "grant": { "eligible": "enough" } } })";
  const auto rules = parse(text, "t.rules.json");
  const Diagnostics& findings = rules ? rules->findings() : rules.error();
  for (const Diagnostic& one : findings.all()) {
    if (one.severity != Severity::error) continue;
    CHECK_MESSAGE(one.code == Code::text_too_fine, one.message);
    std::string out = one.message;
    for (const diag::Label& label : one.labels)
      out += " " + text.substr(label.span.begin, label.span.end - label.span.begin);
    return out;
  }
  return "";
}

}  // namespace

TEST_CASE("a text that shows too fine an amount names the figure that makes it so") {
  const std::string fine = "this amount may be finer than the minor unit";
  CHECK(said_of("raised - fee") == "");
  CHECK(said_of("raised / 3 - fee") == fine);
  CHECK(said_of("goal") == fine + ": a figure of `goal` is `null` \"goal\"");
  CHECK(said_of("raised + max(fee, min(goal, raised) - fee)") == fine + ": a figure of `goal` is `null` \"goal\"");
  CHECK(said_of("if raised > fee then fee else goal") == fine + ": a figure of `goal` is `null` \"goal\"");
  CHECK(said_of("marginal(rates, raised)") == fine + ": a figure of `rates` is `null` \"rates\"");
  CHECK(said_of("fee + late on begun") == fine + ": `late` may be read on a day without figures \"late\"");
  // Rounded, whatever it is.
  CHECK(said_of("round_up(goal / 3)") == "");
}
