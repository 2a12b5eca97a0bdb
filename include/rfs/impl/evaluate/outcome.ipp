#pragma once

#include <algorithm>
#include <bit>

#include "rfs/evaluate/outcome.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/impl/evaluate/known_values.ipp"
#include "rfs/impl/evaluate/list_readings.ipp"
#include "rfs/impl/evaluate/scaled_values.ipp"
#include "rfs/program/read.hpp"

namespace rfs::inline RFS_ABI {

RFS_INLINE std::string_view status_text(Status status) noexcept {
  switch (status) {
    case Status::eligible:
      return "eligible";
    case Status::ineligible:
      return "ineligible";
    case Status::undetermined:
      return "undetermined";
    case Status::refused:
      break;
  }
  return "refused";
}

RFS_INLINE std::size_t ConditionSet::size() const noexcept {
  std::size_t count = 0;
  for (const std::uint64_t bits : bits_) count += static_cast<std::size_t>(std::popcount(bits));
  return count;
}

RFS_INLINE Outcome::Outcome(const Rules& rules) : rules_(rules) {
  std::size_t longest = 0, words = 0;
  for (const program::Decision& decision : rules_.program().decisions) {
    unmet_begin_.push_back(static_cast<std::uint32_t>(words));
    words += decision.conditions.size() / 64 + 1;
    longest = std::max(longest, decision.walk.size());
  }
  unmet_begin_.push_back(static_cast<std::uint32_t>(words));
  unmet_.resize(words);
  marks_.resize(longest);
}

/// Keeps what was given, so that reasons and texts do not depend on facts that may be filled anew. Texts are rare, and
/// an empty one is not assigned again.
RFS_INLINE void Outcome::keep(const Facts& facts) {
  const std::span<const program::Given> from = facts.given();
  given_.resize(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    given_[i].state = from[i].state;
    if (from[i].state != program::Given::State::known) continue;
    given_[i].list = from[i].list;
    given_[i].value.number = from[i].value.number;
    if (!from[i].value.text.empty() || !given_[i].value.text.empty()) given_[i].value.text = from[i].value.text;
  }
}

RFS_INLINE std::vector<program::Given> Outcome::given() const {
  std::vector<program::Given> out = given_;
  if (form_ != Form::scaled) return out;
  const program::FactWords words{rules_.file().facts.size()};
  out.resize(words.facts);
  for (std::size_t i = 0; i < words.facts; ++i) {
    out[i].state = given(FactId(i));
    const Exact& unit = rules_.scaled().fact_units[i];
    if (!unit.is_zero()) out[i].value = {Exact(slots_[words.value(i)]) * unit, {}};
  }
  return out;
}

RFS_INLINE program::Given::State Outcome::given(FactId fact) const noexcept {
  if (form_ != Form::scaled) return given_[fact.value].state;
  const program::FactWords words{rules_.file().facts.size()};
  const auto has = [&](std::size_t word) { return (slots_[word] >> fact.value % 64 & 1) != 0; };
  if (has(words.known(fact.value))) return program::Given::State::known;
  return has(words.not_unknown(fact.value)) ? program::Given::State::absent : program::Given::State::unknown;
}

[[gnu::noinline]] RFS_INLINE void Outcome::bind(const std::shared_ptr<const evaluate::Bound>& bound) {
  bound_ = bound;
  slots_ = bound_->slots;
}

RFS_INLINE Status Outcome::read_status(DecisionId id) const noexcept {
  if (refused() || id.value >= rules_.program().decisions.size()) return Status::refused;
  switch (truth(rules_.program().decisions[id].eligible)) {
    case Bool3::yes:
      return Status::eligible;
    case Bool3::no:
      return Status::ineligible;
    case Bool3::unknown:
      break;
  }
  return Status::undetermined;
}

RFS_INLINE std::optional<value::Interval> Outcome::amount(DecisionId id) const {
  if (refused() || id.value >= rules_.program().decisions.size()) return std::nullopt;
  const program::NodeId amount = rules_.program().decisions[id].amount;
  if (!amount.valid()) return std::nullopt;
  return reading(amount).interval;
}

RFS_INLINE std::optional<Exact> DecisionView::exact_least() const {
  const auto bounds = outcome_->amount(id_);
  return bounds ? std::optional<Exact>(bounds->least) : std::nullopt;
}

RFS_INLINE std::optional<Exact> DecisionView::exact_most() const {
  const auto bounds = outcome_->amount(id_);
  return bounds ? std::optional<Exact>(bounds->most) : std::nullopt;
}

RFS_INLINE std::optional<Money> Outcome::read_money(DecisionId id, Bounds bounds) const {
  if (refused() || id.value >= rules_.program().decisions.size()) return std::nullopt;
  const program::NodeId node = rules_.program().decisions[id].amount;
  if (!node.valid() || rules_.program().nodes[node].kind != Kind::money) return std::nullopt;
  const value::Interval found = reading(node).interval;
  if (bounds == Bounds::known && !found.known()) return std::nullopt;
  return Money::of(bounds == Bounds::most ? found.most : found.least, rules_.file().currency);
}

RFS_INLINE ConditionSet Outcome::read_unmet(DecisionId id) const noexcept {
  if (refused() || id.value >= rules_.program().decisions.size()) return ConditionSet({});
  const std::uint32_t begin = unmet_begin_[id.value];
  return ConditionSet({unmet_.data() + begin, unmet_begin_[id.value + 1] - begin});
}

RFS_INLINE Bool3 Outcome::truth(program::NodeId id) const noexcept {
  switch (form_) {
    case Form::scaled:
      return to_bool3(at(bound_->places[id.value]) != 0);
    case Form::exact:
      return to_bool3(!values_[id].is_zero());
    case Form::refused:
    case Form::bounds:
      break;
  }
  return readings_[id].truth;
}

RFS_INLINE program::Reading Outcome::reading(program::NodeId id) const {
  if (form_ == Form::bounds) return readings_[id];
  program::Reading out;
  const Kind kind = rules_.program().nodes[id].kind;
  if (kind == Kind::text) {
    out.text = texts_[id];
    return out;
  }
  const Exact value =
      form_ == Form::exact ? values_[id] : Exact(at(bound_->places[id.value])) * rules_.scaled().units[id.value];
  if (kind == Kind::boolean) {
    out.truth = to_bool3(!value.is_zero());
  } else if (kind == Kind::choice) {
    out.words.insert(static_cast<std::size_t>(*value.to_int64()));
  } else {
    out.interval = {value, value};
  }
  return out;
}

RFS_INLINE program::Reading Outcome::reading(DefinitionId id) const {
  return reading(rules_.program().definitions[id]);
}

RFS_INLINE std::vector<ListItem> Outcome::items(DefinitionId id) const {
  std::vector<ListItem> out;
  const program::Program& program = rules_.program();
  const auto found = program.definition_lists.find(id.value);
  if (refused() || found == program.definition_lists.end()) return out;
  const program::ListNodes& list = found->second;
  const program::Inputs inputs{{as_of_.days, as_of_.days}, given_};
  Table<program::NodeId, program::Reading> readings = readings_;  // items pass through the places of their nodes
  evaluate::detail::ListReadings lists(program, inputs, readings);
  lists.for_each_item(list.scope, list.body, [&](const auto& row) {
    const Bool3 there = readings[list.presence].truth;
    if (there == Bool3::no) return true;
    ListItem item{there == Bool3::yes, row.count, {}};
    for (const program::NodeId field : list.fields)
      item.fields.push_back(field.valid() ? readings[field] : program::Reading());
    out.push_back(std::move(item));
    return true;
  });
  return out;
}

RFS_INLINE bool Outcome::known(program::NodeId id) const {
  return form_ != Form::bounds || readings_[id].known(rules_.program().nodes[id].kind);
}

RFS_INLINE Bool3 Outcome::truth(DecisionId id, std::size_t condition) const {
  const program::Condition& line = rules_.program().decisions[id].conditions[condition];
  if (line.under.valid() && truth(line.under) == Bool3::no) return Bool3::unknown;
  return truth(line.node);
}

RFS_INLINE void Outcome::readings(std::size_t from, std::size_t to) {
  const program::Program& program = rules_.program();
  const program::Inputs inputs{{as_of_.days, as_of_.days}, given_};
  readings_.resize(program.nodes.size());
  if (program.scopes.size() > 1) {
    evaluate::detail::ListReadings lists(program, inputs, readings_);
    for (std::size_t i = from; i < to; ++i) {
      if (program.nodes[program::NodeId(i)].scope == program::kApplicant) lists.evaluate(program::NodeId(i));
    }
    return;
  }
  for (std::size_t i = from; i < to; ++i) {
    readings_[program::NodeId(i)] = program::read(program, program::NodeId(i), readings_, inputs);
  }
}

RFS_INLINE void Outcome::read_texts() {
  const std::size_t all = rules_.program().nodes.size();
  if (refused() || (read_ == all && form_ != Form::scaled)) return;
  // What was counted in units is computed again, exactly: there only what decides was computed.
  const bool scaled = form_ == Form::scaled;
  const std::size_t from = scaled ? 0 : read_;
  if (scaled) given_ = given();
  if (form_ == Form::bounds) {
    readings(read_, all);
  } else if (rules_.program().scopes.size() == 1 && known_values(from, all)) {
    form_ = Form::exact;
  } else {
    form_ = Form::bounds;  // a text reads a figure that is not on file
    readings(0, all);
  }
  read_ = all;
  if (scaled) find_unmet();
}

}  // namespace rfs::inline RFS_ABI
