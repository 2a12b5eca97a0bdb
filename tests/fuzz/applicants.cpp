#include "applicants.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/explain/outcome_json.hpp"
#include "rfs/explain/tree.hpp"
#include "rfs/rule/given.hpp"
#include "target.hpp"

namespace rfs::fuzz {

namespace {

/// How the facts of an applicant are chosen.
enum class Choice { nothing, unknown, least, most, middle, mixed };

Value value_of(const Rules& rules, const rule::Domain& domain, Choice choice) {
  Value value;
  if (domain.type.kind == Kind::text) {
    value.text = choice == Choice::least ? "" : choice == Choice::most ? std::string(4'096, 'z') : "a";
    return value;
  }
  value::Interval range = domain.range;
  if (domain.type.kind == Kind::boolean) range = {0, 1};
  if (domain.type.kind == Kind::choice) {
    range = {0, static_cast<std::int64_t>(rules.module().choices.words(domain.type.choice).size()) - 1};
  }
  value.number = choice == Choice::most ? range.most : range.least;
  if (choice == Choice::middle) {
    const auto step = rule::step_of(domain);
    const Exact half = (range.least + range.most) / Exact(2);
    value.number = value::round(half, step ? *step : Exact(1), Rounding::down);
    if (value.number < range.least || value.number > range.most) value.number = range.least;
  }
  return value;
}

/// A list of no items, or of some alike, of which one has cells that are open.
program::GivenList list_of(const Rules& rules, const rule::ListDomain& list, Choice choice) {
  using State = program::Given::State;
  constexpr std::size_t kItems = 3;
  const std::size_t count = choice == Choice::least ? 0 : std::min(list.max_items, kItems);
  program::GivenList out{count, list.fields.size(), {}};
  for (std::size_t item = 0; item < count; ++item) {
    for (const auto& field : list.fields) {
      const bool open = choice == Choice::middle && item == 1;
      out.cells.push_back({open ? State::unknown : State::known, value_of(rules, field.domain, choice), nullptr});
    }
  }
  return out;
}

void give(const Rules& rules, Facts& facts, Choice choice) {
  facts.clear();
  for (std::size_t i = 0; i < rules.file().facts.size(); ++i) {
    const rule::Fact& fact = rules.file().facts[i];
    Choice one = choice;
    if (choice == Choice::mixed) one = static_cast<Choice>(i % 5);
    if (one == Choice::nothing) continue;
    if (one == Choice::unknown) {
      facts.set_unknown(fact.name.text);
      continue;
    }
    const rule::Domain& domain = rules.module().facts[FactId(i)].domain;
    if (domain.list) {
      facts.set_list(FactId(i), list_of(rules, *domain.list, one));
      continue;
    }
    facts.set(fact.name.text,
              rule::plain(value_of(rules, domain, one), domain.type, rules.module().choices, rules.file().currency));
  }
}

void hold_to_promises(Outcome& outcome) {
  const Rules& rules = outcome.rules();
  require(!outcome.refused(), "facts inside their declarations are not refused");
  for (std::size_t i = 0; i < rules.file().decisions.size(); ++i) {
    const DecisionId id(i);
    const Status status = outcome.status(id);
    require(status != Status::refused, "each decision of an accepted applicant gets a status");
    const Reasons why = reasons(outcome, id);
    require(status != Status::undetermined || !why.needed.empty() || !why.missing.empty(),
            "what is undetermined says what it needs");
    const auto amount = outcome.amount(id);
    require(amount.has_value() == rules.program().decisions[id].amount.valid(),
            "an amount is told where one is granted");
    if (!amount) continue;
    require(amount->least <= amount->most && Exact(0) <= amount->least, "the bounds of an amount are in order");
    require(status != Status::ineligible || (amount->known() && amount->least.is_zero()), "the ineligible get nothing");
  }
  require_json(explain::outcome_json(outcome));
  const explain::Explanation explanation = explain::explain(outcome);
  require(!explanation.text().empty() && !explanation.markdown().empty(), "an outcome can be explained");
  require_json(explanation.json());
}

}  // namespace

void decide_applicants(const Rules& rules) {
  Facts facts(rules);
  Outcome outcome(rules);
  const value::Interval days = rules.program().effective;
  const auto day = [](const Exact& number) { return Date{static_cast<std::int32_t>(number.to_int64().value_or(0))}; };
  for (const Choice choice :
       {Choice::nothing, Choice::unknown, Choice::least, Choice::most, Choice::middle, Choice::mixed}) {
    give(rules, facts, choice);
    require(facts.problems().empty(), "what the declarations allow is taken");
    for (const Exact& end : {days.least, days.most}) {
      rules.evaluate(facts, day(end), outcome);
      hold_to_promises(outcome);
    }
  }
}

}  // namespace rfs::fuzz
