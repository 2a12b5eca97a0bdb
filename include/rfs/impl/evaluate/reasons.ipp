#pragma once

#include <algorithm>

#include "rfs/evaluate/reasons.hpp"
#include "rfs/program/read.hpp"

namespace rfs::inline RFS_ABI {

namespace evaluate::detail {

/// Returns what a place of the walk reads; unknown where a guard leaves nothing of it.
RFS_INLINE Bool3 truth(const Outcome& outcome, const program::Walk& walk) {
  if (walk.under.valid() && outcome.reading(walk.under).truth == Bool3::no) return Bool3::unknown;
  return outcome.reading(walk.node).truth;
}

/// Marks the children of a place that explain its being what it is.
RFS_INLINE void mark_deciding(const Outcome& outcome, const std::vector<program::Walk>& walk, std::size_t at, Bool3 is,
                              std::vector<Bool3>& marked) {
  using Kind = program::Walk::Kind;
  const program::Walk& place = walk[at];
  const auto mark = [&](std::uint32_t child, Bool3 as) { marked[child] = as; };
  const auto mark_where = [&](Bool3 wanted) {
    // A place settled by a part that cannot be reached has no operand that explains it: then all are shown that do not
    // speak against it.
    const bool explained = std::any_of(place.children.begin(), place.children.end(),
                                       [&](std::uint32_t child) { return truth(outcome, walk[child]) == wanted; });
    for (const std::uint32_t child : place.children) {
      const Bool3 found = truth(outcome, walk[child]);
      if (explained ? found == wanted : found != not3(wanted)) mark(child, wanted);
    }
  };
  switch (place.kind) {
    case Kind::condition:
      break;
    case Kind::conjunction:
    case Kind::disjunction:
    case Kind::at_least:
      mark_where(is);
      break;
    case Kind::negation:
      mark(place.children[0], not3(is));
      break;
    case Kind::branch: {
      const Bool3 test = outcome.reading(place.test).truth;
      if (test != Bool3::no) mark(place.children[0], is);
      if (test != Bool3::yes) mark(place.children[1], is);
      break;
    }
  }
}

/// Collects the conditions that decide, from the root down; children stand before their parents.
RFS_INLINE std::vector<std::uint32_t> deciding(const Outcome& outcome, const program::Decision& decision, Bool3 is) {
  std::vector<Bool3> marked(decision.walk.size(), Bool3::unknown);
  std::vector<char> listed(decision.conditions.size(), 0);
  marked.back() = is;
  for (std::size_t at = decision.walk.size(); at-- > 0;) {
    if (marked[at] == Bool3::unknown) continue;
    if (decision.walk[at].kind == program::Walk::Kind::condition) listed[decision.walk[at].condition] = 1;
    mark_deciding(outcome, decision.walk, at, marked[at], marked);
  }
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < listed.size(); ++i) {
    if (listed[i] != 0) out.push_back(i);
  }
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
        const Bool3 test = outcome.reading(place.test).truth;
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
      const bool defaulted = outcome.given()[n.data].state == program::Given::State::absent && n.a.valid();
      if (defaulted)
        open.push_back(n.a);
      else
        needed[n.data] = 1;
      continue;
    }
    if (n.op == Op::select && outcome.known(n.a)) {
      open.push_back(outcome.reading(n.a).truth == Bool3::yes ? n.b : n.c);
      continue;
    }
    for (const program::NodeId operand : {n.a, n.b, n.c, n.d}) open.push_back(operand);
    if (n.op != Op::parameter) continue;
    const ParameterId parameter(n.data);
    std::vector<program::Reading> keys;
    for (const program::NodeId key : {n.a, n.b, n.c}) {
      if (key.valid()) keys.push_back(outcome.reading(key));
    }
    const value::Interval days = outcome.reading(n.d).interval;
    const typed::Parameter& figures = program.module->parameters[parameter];
    program::for_each_figure(figures, days, keys, [&](const program::Found& found) {
      if (found.figure == program::kNoFigure || !figures.figures[found.figure].null) return;
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
    if (n.op != program::Op::parameter || !outcome.known(n.d)) continue;
    bool known_keys = true;
    std::vector<program::Reading> keys;
    for (const program::NodeId key : {n.a, n.b, n.c}) {
      if (!key.valid()) continue;
      known_keys = known_keys && outcome.known(key);
      keys.push_back(outcome.reading(key));
    }
    if (!known_keys) continue;
    program::for_each_figure(program.module->parameters[ParameterId(n.data)], outcome.reading(n.d).interval, keys,
                             [&](const program::Found& found) {
                               if (found.figure != program::kNoFigure)
                                 out.push_back({ParameterId(n.data), found.keys, found.figure, found.period});
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
    if (has_default && outcome.given()[i].state == program::Given::State::absent) out.push_back(FactId(i));
  }
  return out;
}

}  // namespace rfs::inline RFS_ABI
