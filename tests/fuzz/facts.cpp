// Facts: the input as the JSON text of an applicant, and its lines as facts in their text form, `raised=150.00`.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/explain/outcome_json.hpp"
#include "rfs/explain/tree.hpp"
#include "rfs/json/from_source.hpp"
#include "target.hpp"

namespace rfs::fuzz {

namespace {

constexpr const char* kRules = R"json({ "rfs": 1, "rules": "fuzz/facts", "currency": "KWD", "month_end": "next_day",
  "facts": {
    "flag":   { "type": "bool", "title": "The flag is up", "unmet": "Put the flag up." },
    "ratio":  { "type": "number", "min": "-10", "max": "10", "places": 4 },
    "count":  { "type": "integer", "min": 0, "max": 100, "default": "if flag then 1 else 2" },
    "share":  { "type": "percent", "max": "150%", "default": "10%" },
    "paid":   { "type": "money" },
    "since":  { "type": "date" },
    "term":   { "type": "months" },
    "notice": { "type": "days" },
    "kind":   { "type": "choice", "of": ["small", "large one", "x-2.b"] },
    "remark": { "type": "text" }
  },
  "definitions": {
    "paid_part": "paid * share", "ends": "since + term", "notified": "ends - notice", "served": "as_of - since",
    "per_head": "if count > 0 then paid / count else 0 KWD", "ratio_more": "ratio * 2 + count",
    "is_small": { "value": "kind = 'small'", "title": "Small", "unmet": "{kind} until {ends}, {round_up(paid_part * 2)}" },
    "remarked": { "value": "remark != ''", "title": "Remarked", "met": "They said {remark}" }
  },
  "decisions": { "grant": { "eligible": "flag and (is_small or remarked)", "amount": "paid_part", "round": "half_even to 0.001 KWD" } }
})json";

const Rules& fixed_rules() {
  static const Rules rules = *parse(kRules, "fuzz.rules.json");
  return rules;
}

/// Returns whether the applicant was taken and something is known of them.
bool decide(const Facts& facts, Outcome& outcome, std::string_view input) {
  read_findings(facts.problems(), input);
  outcome.rules().evaluate(facts, *Date::of(2024, 2, 29), outcome);
  require(outcome.refused() == !facts.problems().empty(), "who breaks the declarations is refused, and nobody else");
  require_json(explain::outcome_json(outcome));
  const explain::Explanation explanation = explain::explain(outcome);
  require(!explanation.text().empty() && !explanation.markdown().empty(), "an outcome can be explained");
  require_json(explanation.json());
  const DecisionId grant(0);
  const Reasons why = reasons(outcome, grant);
  require(outcome.status(grant) != Status::undetermined || !why.needed.empty(),
          "what is undetermined says what it needs");
  require(outcome.refused() == (outcome.status(grant) == Status::refused), "the refused have no other status");
  if (outcome.refused()) return false;
  for (const program::Given& given : facts.given()) {
    if (given.state == program::Given::State::known) return true;
  }
  return false;
}

/// Returns whether a text that was read gives the same through a document, the way of texts that are not plain.
bool same_through_document(const Facts& read, Facts& general, std::string_view text) {
  Diagnostics findings;
  auto file = std::make_shared<const source::File>(source::File{"facts", std::string(text)});
  const auto document = json::from_source(std::move(file), {}, findings);
  general.clear();
  if (document) general.read_json(*document, document->root);
  findings.append(general.problems());
  return read.problems().all().size() == findings.all().size() &&
         std::equal(read.given().begin(), read.given().end(), general.given().begin(),
                    [](const program::Given& a, const program::Given& b) {
                      return a.state == b.state && (a.state != program::Given::State::known || a.value == b.value);
                    });
}

/// Calls `use` with each line.
template <class Use>
void for_each_line(std::string_view text, Use use) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    use(text.substr(begin, end - begin));
    begin = end + 1;
  }
}

/// Gives what stands before `=` the text after it; without `=` it is unknown.
void set_named(Facts& facts, std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals != std::string_view::npos)
    facts.set(line.substr(0, equals), line.substr(equals + 1));
  else if (!line.empty())
    facts.set_unknown(line);
}

}  // namespace

bool accepts(std::string_view input) {
  static Facts facts(fixed_rules()), one(fixed_rules());
  static Outcome outcome(fixed_rules());
  facts.clear();
  facts.read_json(input);
  require(same_through_document(facts, one, input), "a text gives the same facts in both ways of reading it");
  bool taken = decide(facts, outcome, input);

  facts.clear();
  for_each_line(input, [&](std::string_view line) { set_named(facts, line); });
  taken = decide(facts, outcome, input) || taken;

  // Each line as the text of a fact in turn, left out where it is refused: so that values reach the rules.
  facts.clear();
  std::size_t turn = 0;
  for_each_line(input, [&](std::string_view line) {
    const auto& declared = fixed_rules().file().facts;
    const std::string& name = declared[turn++ % declared.size()].name.text;
    const std::string_view text = line.substr(std::min(line.find('=') + 1, line.size()));
    one.clear();
    one.set(name, text);
    if (one.problems().empty()) facts.set(name, text);
  });
  return decide(facts, outcome, input) || taken;
}

}  // namespace rfs::fuzz
