// Expressions: as syntax, and as a definition of a rule file with a fact of each type.
#include <string>

#include "applicants.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/expr/from_text.hpp"
#include "rfs/expr/layout.hpp"
#include "rfs/expr/print.hpp"
#include "rfs/source/quote.hpp"
#include "target.hpp"

namespace rfs::fuzz {

namespace {

constexpr const char* kBefore = R"json({ "rfs": 1, "rules": "fuzz/expression", "currency": "USD", "month_end": "clamp",
  "effective": { "from": "2016-02-29", "until": "2020-03-01" },
  "facts": {
    "b": { "type": "bool" }, "x": { "type": "integer", "min": -5, "max": 5 }, "n": { "type": "number" },
    "p": { "type": "percent" }, "y": { "type": "money" }, "d": { "type": "date" }, "m": { "type": "months" },
    "s": { "type": "days" }, "c": { "type": "choice", "of": ["one", "two", "three"] }, "t": { "type": "text" }
  },
  "parameters": {
    "rate": { "type": "percent", "values": [{ "from": "2016-01-01", "value": "15%" }, { "from": "2018-01-01", "value": null }] },
    "cost": { "type": "money", "by": ["c"], "values": [{ "from": "2016-01-01",
              "value": { "one": "1.00", "two": null, "*": "3.00" } }] }
  },
  "definitions": { "half": "y / 2", "late": "d > @'2017-01-01'",
    "read": "(b or x > n) and p < rate and y > cost[c] and (d + m + s > as_of or t = 'x')", "result": )json";
constexpr const char* kAfter = " }, \"decisions\": { \"grant\": { \"eligible\": ";

void check_syntax(std::string_view input) {
  const expr::Parsed parsed = expr::from_text(input, {});
  require(parsed.tree.failed() == parsed.error.has_value(), "a tree, or the first mistake");
  if (parsed.error) {
    const expr::SyntaxError& error = *parsed.error;
    require(error.span.begin <= error.span.end && error.span.end <= input.size(), "a mistake stands in its text");
    for (const auto& [span, text] : error.edits) {
      require(span.begin <= span.end && span.end <= input.size(), "a fix edits the text");
    }
    return;
  }
  const std::string laid_out = expr::layout(input, {});
  const expr::Parsed same = expr::from_text(laid_out, {});
  require(!same.error && expr::print(same.tree) == expr::print(parsed.tree), "a layout is the same expression");
  require(expr::layout(laid_out, {}) == laid_out, "a layout is its own");
  const std::string canonical = expr::print(parsed.tree);
  const expr::Parsed again = expr::from_text(canonical, {});
  require(!again.error, "the canonical text is an expression");
  require(expr::print(again.tree) == canonical, "the canonical text is its own");
}

}  // namespace

bool accepts(std::string_view input) {
  check_syntax(input);
  const std::string quoted = source::quote(input);
  std::string text = kBefore + quoted + " } }";
  const auto defined = parse(text, "fuzz.rules.json");
  read_findings(defined ? defined->findings() : defined.error(), text);
  if (!defined) return false;
  decide_applicants(*defined);
  if (defined->module().definitions[DefinitionId(2)].type.kind != Kind::boolean) return true;
  // A condition: then also what decides, and what is needed.
  text = kBefore + quoted + kAfter + quoted + ", \"amount\": \"half\", \"round\": \"down to 0.01 USD\" } } }";
  const auto decided = parse(text, "fuzz.rules.json");
  read_findings(decided ? decided->findings() : decided.error(), text);
  if (decided) decide_applicants(*decided);
  return true;
}

}  // namespace rfs::fuzz
