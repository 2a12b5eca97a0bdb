#pragma once

#include <algorithm>

#include "rfs/evaluate/reasons.hpp"
#include "rfs/impl/evaluate/deciding.hpp"
#include "rfs/program/read.hpp"

namespace rfs::inline RFS_ABI {

namespace evaluate::detail {

/// Returns what a place of the walk reads; unknown where a guard leaves nothing of it.
RFS_INLINE Bool3 truth(const Outcome& outcome, const program::Walk& walk) {
  if (walk.under.valid() && outcome.truth(walk.under) == Bool3::no) return Bool3::unknown;
  return outcome.truth(walk.node);
}

/// Collects the conditions that decide, in the order of their list.
RFS_INLINE std::vector<std::uint32_t> deciding(const Outcome& outcome, const program::Decision& decision, Bool3 is) {
  std::vector<Bool3> marked(decision.walk.size());
  std::vector<std::uint32_t> out;
  for_each_deciding(
      decision, is, marked.data(), [&](const program::Walk& place) { return truth(outcome, place); },
      [&](const program::Walk& place) { return outcome.truth(place.test); },
      [&](std::uint32_t condition) { out.push_back(condition); });
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// Collects the unknown conditions reached through unknown places.
RFS_INLINE std::vector<std::uint32_t> undetermined(const Outcome& outcome, const program::Decision& decision) {
  std::vector<char> marked(decision.walk.size(), 0), listed(decision.conditions.size(), 0);
  marked.back() = 1;
  for (std::size_t at = decision.walk.size(); at-- > 0;) {
    const program::Walk& place = decision.walk[at];
    if (marked[at] == 0 || truth(outcome, place) != Bool3::unknown) continue;
    if (place.kind == program::Walk::Kind::condition) {
      listed[place.condition] = 1;
      continue;
    }
    for (std::size_t i = 0; i < place.children.size(); ++i) {
      if (place.kind == program::Walk::Kind::branch) {
        const Bool3 test = outcome.truth(place.test);
        if (test == (i == 0 ? Bool3::no : Bool3::yes)) continue;
      }
      marked[place.children[i]] = 1;
    }
  }
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < listed.size(); ++i) {
    if (listed[i] != 0) out.push_back(i);
  }
  return out;
}

/// Calls `visit` for every figure that a lookup, or what reads a schedule, may find.
template <class Visit>
void for_each_read(const Outcome& outcome, program::NodeId id, Visit visit) {
  const program::Program& program = outcome.rules().program();
  const program::Node& n = program.nodes[id];
  const bool of_schedule = n.op != program::Op::parameter;
  const program::Node& lookup = of_schedule ? program.nodes[n.a] : n;
  const typed::Parameter& parameter = program.module->parameters[ParameterId(n.data)];
  std::vector<program::Reading> keys;
  for (const program::NodeId key : {lookup.a, lookup.b, lookup.c}) {
    if (key.valid()) keys.push_back(outcome.reading(key));
  }
  program::for_each_figure(program, lookup, outcome.reading(lookup.d).interval, keys, [&](const program::Found& found) {
    if (found.figure == program::kNoFigure) return;
    if (!of_schedule) return visit(found);
    program::Found one = found;
    const auto [first, end] = program::figures_met(parameter, found.figure, outcome.reading(n.b), n.op);
    for (one.figure = first; one.figure < end; ++one.figure) visit(one);
  });
}

/// Whether a node reads figures.
RFS_INLINE bool reads_figures(const program::Node& n) {
  return n.op == program::Op::parameter || n.op == program::Op::bracket || n.op == program::Op::marginal;
}

/// Steps from undecided nodes to undecided operands; of a conditional whose condition is known only into the branch
/// taken. Collects the unknown facts and the figures not on file that are reached.
RFS_INLINE void still_needed(const Outcome& outcome, std::vector<program::NodeId> open, Reasons& out) {
  using program::Op;
  const program::Program& program = outcome.rules().program();
  std::vector<char> seen(program.nodes.size(), 0), needed(program.module->facts.size(), 0);
  while (!open.empty()) {
    const program::NodeId id = open.back();
    open.pop_back();
    if (!id.valid() || seen[id.value] != 0 || outcome.known(id)) continue;
    seen[id.value] = 1;
    const program::Node& n = program.nodes[id];
    if (n.op == Op::fact) {
      const bool defaulted = outcome.given(FactId(n.data)) == program::Given::State::absent && n.a.valid();
      if (defaulted)
        open.push_back(n.a);
      else
        needed[n.data] = 1;
      continue;
    }
    if (n.op == Op::select && outcome.known(n.a)) {
      open.push_back(outcome.truth(n.a) == Bool3::yes ? n.b : n.c);
      continue;
    }
    for (const program::NodeId operand : {n.a, n.b, n.c, n.d}) open.push_back(operand);
    if (!reads_figures(n)) continue;
    const ParameterId parameter(n.data);
    const program::Node& lookup = n.op == Op::parameter ? n : program.nodes[n.a];
    // The keys of a schedule are operands of what reads it, also where they all lead to one list.
    for (const program::NodeId operand : {lookup.a, lookup.b, lookup.c, lookup.d}) open.push_back(operand);
    const value::Interval days = outcome.reading(lookup.d).interval;
    for_each_read(outcome, id, [&](const program::Found& found) {
      if (!program.module->parameters[parameter].figures[found.figure].null) return;
      std::optional<Date> date;
      if (days.known()) date = Date{static_cast<std::int32_t>(*days.least.to_int64())};
      out.missing.push_back({parameter, found.keys, date});
    });
  }
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (needed[i] != 0) out.needed.push_back(FactId(i));
  }
  std::sort(out.missing.begin(), out.missing.end());
  out.missing.erase(std::unique(out.missing.begin(), out.missing.end()), out.missing.end());
}

}  // namespace evaluate::detail

RFS_INLINE void Outcome::find_unmet() {
  for (std::size_t i = 0; i < rules_.program().decisions.size(); ++i) find_unmet(DecisionId(i));
}

RFS_INLINE void Outcome::find_unmet(DecisionId id) {
  std::fill(unmet_.begin() + unmet_begin_[id.value], unmet_.begin() + unmet_begin_[id.value + 1], 0);
  const program::Decision& decision = rules_.program().decisions[id];
  if (truth(decision.eligible) != Bool3::no) return;
  std::uint64_t* const set = unmet_.data() + unmet_begin_[id.value];
  evaluate::detail::for_each_deciding(
      decision, Bool3::no, marks_.data(),
      [&](const program::Walk& place) { return evaluate::detail::truth(*this, place); },
      [&](const program::Walk& place) { return truth(place.test); },
      [&](std::uint32_t condition) { set[condition / 64] |= std::uint64_t{1} << condition % 64; });
}

RFS_INLINE Reasons reasons(const Outcome& outcome, DecisionId id) {
  Reasons out;
  if (outcome.refused()) return out;
  const program::Decision& decision = outcome.rules().program().decisions[id];
  const Status status = outcome.status(id);
  if (status == Status::eligible) out.met = evaluate::detail::deciding(outcome, decision, Bool3::yes);
  if (status == Status::ineligible) out.unmet = evaluate::detail::deciding(outcome, decision, Bool3::no);
  if (status == Status::undetermined) out.undetermined = evaluate::detail::undetermined(outcome, decision);
  std::vector<program::NodeId> open{decision.eligible};
  if (status != Status::ineligible && decision.granted.valid()) open.push_back(decision.granted);
  evaluate::detail::still_needed(outcome, std::move(open), out);
  return out;
}

RFS_INLINE std::vector<FigureRead> figures_read(const Outcome& outcome) {
  std::vector<FigureRead> out;
  if (outcome.refused()) return out;
  const program::Program& program = outcome.rules().program();
  for (std::size_t i = 0; i < program.deciding; ++i) {
    const program::NodeId id(i);
    const program::Node& n = program.nodes[id];
    if (!evaluate::detail::reads_figures(n)) continue;
    const bool of_schedule = n.op != program::Op::parameter;
    const program::Node& lookup = of_schedule ? program.nodes[n.a] : n;
    bool known = outcome.known(lookup.d) && (!of_schedule || outcome.known(n.b));
    for (const program::NodeId key : {lookup.a, lookup.b, lookup.c})
      known = known && (!key.valid() || outcome.known(key));
    if (!known) continue;
    std::optional<Date> on;
    if (lookup.on) on = Date{static_cast<std::int32_t>(*outcome.reading(lookup.d).interval.least.to_int64())};
    evaluate::detail::for_each_read(outcome, id, [&](const program::Found& found) {
      out.push_back({ParameterId(n.data), found.keys, found.figure, found.period, on});
    });
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

RFS_INLINE std::vector<FactId> assumed(const Outcome& outcome) {
  std::vector<FactId> out;
  if (outcome.refused()) return out;
  const auto& facts = outcome.rules().module().facts;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const typed::Fact& fact = facts[FactId(i)];
    const bool has_default = fact.default_value.has_value() || fact.default_root.valid();
    if (has_default && outcome.given(FactId(i)) == program::Given::State::absent) out.push_back(FactId(i));
  }
  return out;
}

}  // namespace rfs::inline RFS_ABI
