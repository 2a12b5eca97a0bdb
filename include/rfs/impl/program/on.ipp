#pragma once

#include <algorithm>
#include <unordered_set>

#include "rfs/impl/program/lowerer.hpp"

namespace rfs::inline RFS_ABI::program::detail {

/// Definitions `on` a date: what they read that follows from `as_of` is lowered again with the node of the date in its
/// place, each unit once for each date. Units are lowered in the module's order, so chains of them cost no stack; only
/// an `on` inside what is read `on` a date does, and of those few may be nested.
inline constexpr std::size_t kMostNestedDays = 32;

/// Numbers the units: read_on, then facts, definitions, decisions.
RFS_INLINE std::uint32_t Lowerer::number(typed::Unit unit) const {
  const std::size_t facts = module_.facts.size(), definitions = module_.definitions.size();
  std::size_t before = 0;
  switch (unit.kind) {
    case typed::Unit::Kind::read_on:
      break;
    case typed::Unit::Kind::default_value:
      before = 1;
      break;
    case typed::Unit::Kind::definition:
      before = 1 + facts;
      break;
    case typed::Unit::Kind::decision:
      before = 1 + facts + definitions;
      break;
  }
  return static_cast<std::uint32_t>(before + unit.index);
}

/// Finds which units follow from `as_of`, and by reading which others.
RFS_INLINE void Lowerer::find_reads() {
  using Kind = typed::Unit::Kind;
  const std::size_t count = 1 + module_.facts.size() + module_.definitions.size() + module_.decisions.size();
  units_.resize(count);
  turns_.resize(count);
  reads_.resize(count);
  by_day_.assign(count, 0);
  by_day_[0] = module_.read_on.valid() ? 0 : 1;
  for (std::size_t turn = 0; turn < module_.order.size(); ++turn) {
    const typed::Unit unit = module_.order[turn];
    const std::uint32_t at = number(unit);
    units_[at] = unit;
    turns_[at] = static_cast<std::uint32_t>(turn);
    const auto read = [&](typed::Unit other) {
      const std::uint32_t found = number(other);
      if (by_day_[found] == 0) return;
      by_day_[at] = 1;
      if (found != 0) reads_[at].push_back(found);
    };
    const auto scan = [&](typed::NodeId root) {
      if (!root.valid()) return;
      for (std::uint32_t i = module_[root].begin.value; i <= root.value; ++i) {
        const typed::Node& n = module_[typed::NodeId(i)];
        switch (n.op) {
          case typed::Op::as_of:
            by_day_[at] = 1;
            break;
          case typed::Op::parameter:
          case typed::Op::bracket:
          case typed::Op::marginal:
            if (!module_.date(typed::NodeId(i)).valid()) read({Kind::read_on, 0});
            break;
          case typed::Op::fact:
            read({Kind::default_value, n.data});
            break;
          case typed::Op::definition:
            read({Kind::definition, n.data});
            break;
          case typed::Op::eligible:
          case typed::Op::amount:
            read({Kind::decision, n.data});
            break;
          default:
            break;
        }
      }
    };
    switch (unit.kind) {
      case Kind::read_on:
        scan(module_.read_on);
        break;
      case Kind::default_value:
        scan(module_.facts[FactId(unit.index)].default_root);
        for (const typed::Field& field : module_.facts[FactId(unit.index)].fields) scan(field.default_root);
        break;
      case Kind::definition:
        if (!module_.definitions[DefinitionId(unit.index)].fixed)
          scan(module_.definitions[DefinitionId(unit.index)].root);
        break;
      case Kind::decision:
        scan(module_.decisions[DecisionId(unit.index)].eligible);
        scan(module_.decisions[DecisionId(unit.index)].amount);
        break;
    }
  }
}

/// What is read of a unit on the day at work.
RFS_INLINE Lowerer::OnDay Lowerer::read_unit(typed::Unit::Kind kind, std::uint32_t index) const {
  if (!here()) {
    const auto found = on_.find({number({kind, index}), day_.as_of.value});
    if (found != on_.end()) return found->second;
  }
  switch (kind) {
    case typed::Unit::Kind::read_on:
      return {out_.read_on, {}};
    case typed::Unit::Kind::default_value:
      return {defaults_[index], {}};
    case typed::Unit::Kind::definition:
      return {out_.definitions[DefinitionId(index)], {}};
    case typed::Unit::Kind::decision:
      return {out_.decisions[DecisionId(index)].eligible, out_.decisions[DecisionId(index)].amount};
  }
  return {};
}

/// Whether a unit was refused already, or is defined by itself: it is not looked at again.
RFS_INLINE bool Lowerer::refused(typed::Unit unit) const {
  const auto good = [&](NodeId id) { return id.valid() && !builder_.poisoned(id); };
  switch (unit.kind) {
    case typed::Unit::Kind::read_on:
      return !good(out_.read_on);
    case typed::Unit::Kind::default_value:
      return !good(defaults_[unit.index]);
    case typed::Unit::Kind::definition:
      return !good(out_.definitions[DefinitionId(unit.index)]);
    case typed::Unit::Kind::decision: {
      const Decision& decision = out_.decisions[DecisionId(unit.index)];
      return !good(decision.eligible) || (decision.granted.valid() && !good(decision.granted));
    }
  }
  return true;
}

/// Returns a unit and those it reads that follow from `as_of` and are not lowered yet for the day at work, in order.
RFS_INLINE std::vector<std::uint32_t> Lowerer::read_by(std::uint32_t unit) const {
  std::vector<std::uint32_t> out{unit};
  std::unordered_set<std::uint32_t> seen{unit};
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (const std::uint32_t read : reads_[out[i]]) {
      if (!on_.contains({read, day_.as_of.value}) && seen.insert(read).second) out.push_back(read);
    }
  }
  std::sort(out.begin(), out.end(), [&](std::uint32_t a, std::uint32_t b) { return turns_[a] < turns_[b]; });
  return out;
}

/// Lowers a unit, and before it what it reads, for the day at work.
RFS_INLINE void Lowerer::lower_on_day(std::uint32_t unit) {
  for (const std::uint32_t one : read_by(unit)) {
    OnDay& made = on_[{one, day_.as_of.value}];
    if (stopped_ || refused(units_[one])) {
      made = {builder_.poison({}, {}), builder_.poison({}, {})};
      continue;
    }
    const std::uint32_t index = units_[one].index;
    switch (units_[one].kind) {
      case typed::Unit::Kind::read_on:
        made.value = expression(module_.read_on);
        break;
      case typed::Unit::Kind::default_value:
        made.value = default_value(FactId(index));
        break;
      case typed::Unit::Kind::definition:
        made.value = expression(module_.definitions[DefinitionId(index)].root);
        break;
      case typed::Unit::Kind::decision: {
        Decision decided;
        decision(DecisionId(index), decided);
        made = {decided.eligible, decided.amount};
        break;
      }
    }
  }
}

/// Puts a date in the place of `as_of`.
RFS_INLINE void Lowerer::enter_day(NodeId date) {
  const auto known = days_.find(date.value);
  if (known != days_.end()) {
    day_ = known->second;
    return;
  }
  day_ = {date, date, true};
  if (by_day_[0] == 0) {
    day_ = {date, out_.read_on, false};
  } else if (module_.read_on.valid()) {
    lower_on_day(0);
    day_.read_on = on_.at({0, date.value}).value;
  }
  days_.emplace(date.value, day_);
}

/// Whether a node stands for a parameter or a definition `on` a date.
RFS_INLINE bool Lowerer::reads_on(typed::NodeId id) const {
  const typed::Op op = module_[id].op;
  return op == typed::Op::on || (op == typed::Op::parameter && module_.date(id).valid());
}

/// Lowers a definition `on` a date.
RFS_INLINE NodeId Lowerer::on(typed::NodeId id) {
  const NodeId date = lowered_[module_.operands(id)[0]];
  const DefinitionId definition(module_[id].data);
  if (builder_.poisoned(date)) return {};
  if (units_.empty()) find_reads();
  const std::uint32_t unit = number({typed::Unit::Kind::definition, definition.value});
  if (by_day_[unit] == 0 || date == today_) return out_.definitions[definition];
  const auto known = on_.find({unit, date.value});
  if (known != on_.end()) return known->second.value;
  if (!may_go_on(id)) return {};

  // What is at work stands still meanwhile.
  const Day day = day_;
  const bool was_here = here();
  const NodeId under = under_;
  const typed::NodeId top = top_;
  std::unordered_map<std::uint32_t, Guard> guards;
  std::vector<Undo> undo;
  std::vector<ShapeId> open;
  guards.swap(guards_);
  undo.swap(undo_);
  open.swap(open_);
  if (was_here) swap_tables();
  // What goes over lists there may read the date, which an item around it may have.
  const ScopeId base = std::exchange(base_, out_.nodes[date].scope);
  const std::optional<Origin> place = builder_.on(origin(id));
  ++nested_;
  enter_day(date);
  lower_on_day(unit);
  --nested_;
  builder_.on(place);
  base_ = base;
  if (was_here) swap_tables();
  guards.swap(guards_);
  undo.swap(undo_);
  open.swap(open_);
  top_ = top;
  under_ = under;
  day_ = day;
  return on_.at({unit, date.value}).value;
}

/// Whether the limits allow one day more; reports the first time where they do not.
RFS_INLINE bool Lowerer::may_go_on(typed::NodeId id) {
  const bool too_many = lowered_again_ > limits_.nodes * kGrowth;
  stopped_ = stopped_ || builder_.too_large();
  if (stopped_ || (!too_many && nested_ < kMostNestedDays)) return !stopped_;
  stopped_ = true;
  builder_.report(Code::too_many_nodes, Severity::error, origin(id),
                  too_many ? "definitions `on` dates multiply the parts of this file beyond the limit"
                           : "definitions `on` dates are nested more than " + std::to_string(kMostNestedDays) + " deep",
                  too_many
                      ? "read fewer definitions on fewer dates"
                      : "let a definition take the date from what reads it, and read fewer of them one on another");
  return false;
}

RFS_INLINE void Lowerer::swap_tables() {
  std::swap(lowered_, elsewhere_.lowered);
  std::swap(under_of_, elsewhere_.under_of);
  std::swap(tests_of_, elsewhere_.tests_of);
}

}  // namespace rfs::inline RFS_ABI::program::detail
