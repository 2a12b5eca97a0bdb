#pragma once

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include "rfs/evaluate/reasons.hpp"
#include "rfs/impl/evaluate/deciding.hpp"
#include "rfs/impl/evaluate/list_readings.hpp"
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
template <class ReadingOf, class Visit>
void for_each_read(const program::Program& program, ReadingOf reading_of, program::NodeId id, Visit visit) {
  const program::Node& n = program.nodes[id];
  const bool of_schedule = n.op != program::Op::parameter;
  const program::Node& lookup = of_schedule ? program.nodes[n.a] : n;
  const typed::Parameter& parameter = program.module->parameters[ParameterId(n.data)];
  std::vector<program::Reading> keys;
  for (const program::NodeId key : {lookup.a, lookup.b, lookup.c}) {
    if (key.valid()) keys.push_back(reading_of(key));
  }
  program::for_each_figure(program, lookup, reading_of(lookup.d).interval, keys, [&](const program::Found& found) {
    if (found.figure == program::kNoFigure) return;
    if (!of_schedule) return visit(found);
    program::Found one = found;
    const auto [first, end] = program::figures_met(parameter, found.figure, reading_of(n.b), n.op);
    for (one.figure = first; one.figure < end; ++one.figure) visit(one);
  });
}

/// Whether a node reads figures.
RFS_INLINE bool reads_figures(const program::Node& n) {
  return n.op == program::Op::parameter || n.op == program::Op::bracket || n.op == program::Op::marginal;
}

/// Steps from undecided nodes to undecided operands; of a conditional whose condition is known only into the branch
/// taken. Collects the unknown facts and the figures not on file that are reached, inside lists item by item.
class StillNeeded {
 public:
  StillNeeded(const Outcome& outcome, Reasons& out)
      : outcome_(outcome),
        program_(outcome.rules().program()),
        out_(out),
        given_(outcome.given()),
        inputs_{{outcome.as_of().days, outcome.as_of().days}, given_},
        seen_(program_.nodes.size(), 0),
        needed_(program_.module->facts.size(), 0) {
    if (program_.scopes.size() == 1) return;
    readings_.resize(program_.nodes.size());
    for (std::size_t i = 0; i < program_.deciding; ++i) {
      const program::NodeId id(i);
      if (program_.nodes[id].scope == program::kApplicant) readings_[id] = outcome.reading(id);
    }
    lists_.emplace(program_, inputs_, readings_);
  }

  void find(std::vector<program::NodeId> open) {
    walk(std::move(open), program::kApplicant);
    for (std::size_t i = 0; i < needed_.size(); ++i) {
      if (needed_[i] != 0) out_.needed.push_back(FactId(i));
    }
    const auto each_once = [](auto& items) {
      std::sort(items.begin(), items.end());
      items.erase(std::unique(items.begin(), items.end()), items.end());
    };
    each_once(out_.missing);
    each_once(out_.needed_cells);
  }

 private:
  using Nodes = std::vector<program::NodeId>;

  [[nodiscard]] program::Reading reading(program::NodeId id) const {
    return lists_ ? readings_[id] : outcome_.reading(id);
  }
  [[nodiscard]] bool known(program::NodeId id) const {
    return lists_ ? readings_[id].known(program_.nodes[id].kind) : outcome_.known(id);
  }
  [[nodiscard]] Bool3 truth(program::NodeId id) const { return lists_ ? readings_[id].truth : outcome_.truth(id); }

  /// Walks the nodes of one scope, for the item at work there; returns those further out that it leads to.
  Nodes walk(Nodes open, program::ScopeId scope) {
    using program::Op;
    Nodes further_out;
    std::unordered_set<std::uint32_t> seen;
    while (!open.empty()) {
      const program::NodeId id = open.back();
      open.pop_back();
      if (!id.valid()) continue;
      const program::Node& n = program_.nodes[id];
      if (n.scope != scope) {
        further_out.push_back(id);
        continue;
      }
      if (known(id)) continue;
      if (scope == program::kApplicant ? std::exchange(seen_[id.value], 1) != 0 : !seen.insert(id.value).second)
        continue;
      const auto go_on = [&](const Nodes& more) { open.insert(open.end(), more.begin(), more.end()); };
      if (n.op == Op::fact) {
        const bool defaulted = outcome_.given(FactId(n.data)) == program::Given::State::absent && n.a.valid();
        if (defaulted)
          open.push_back(n.a);
        else
          needed_[n.data] = 1;
      } else if (n.op == Op::present) {
        const program::Scope& list = program_.scopes[n.scope];
        if (list.kind == program::Scope::Kind::fact) needed_[list.data] = 1;
      } else if (n.op == Op::item) {
        if (const auto given_default = cell(n)) open.push_back(*given_default);
      } else if (n.op == Op::select && known(n.a)) {
        open.push_back(truth(n.a) == Bool3::yes ? n.b : n.c);
      } else if (n.op == Op::listed) {
        open.push_back(program_.operands[n.data][lists_->at_work(n.scope).index]);
      } else if (n.op == Op::member) {
        go_on(source(n));
      } else if (program::is_aggregate(n.op)) {
        go_on(items(id));
      } else {
        for (const program::NodeId operand : {n.a, n.b, n.c, n.d}) open.push_back(operand);
        if (reads_figures(n)) figures(id, open);
      }
    }
    return further_out;
  }

  /// Notes a cell that is needed; returns its default where it has that instead.
  std::optional<program::NodeId> cell(const program::Node& n) {
    const FactId fact(program_.scopes[n.scope].data);
    const std::uint32_t item = lists_->at_work(n.scope).index;
    const bool in_list = item != ListReadings::Row::kNone;
    const bool absent = in_list && given_[fact.value].list->at(item, n.data).state == program::Given::State::absent;
    if (absent && n.a.valid()) return n.a;
    needed_[fact.value] = 1;
    if (!in_list) return std::nullopt;
    out_.needed_cells.push_back({fact, item, n.data});
    return std::nullopt;
  }

  /// Walks on in the list that an item was taken from.
  Nodes source(const program::Node& n) {
    const std::uint32_t part = lists_->at_work(n.scope).part;
    const program::Body& body = program_.bodies[program_.operand_bodies[n.data][part]];
    ListReadings::Kept kept = lists_->keep(n.scope, body);
    lists_->reach(n.scope, body);
    Nodes open{program_.operands[n.data][part]};
    for (std::size_t level = body.levels.size(); level-- > 0;) open = walk(std::move(open), body.levels[level].scope);
    lists_->give_back(std::move(kept));
    return open;
  }

  /// Walks the items of the list that an aggregate goes over.
  Nodes items(program::NodeId id) {
    using program::Op;
    const program::Node& n = program_.nodes[id];
    Nodes out;
    const auto take = [&](Nodes more) { out.insert(out.end(), more.begin(), more.end()); };
    const auto list = [&](program::ScopeId scope, program::BodyId body, program::NodeId value, program::NodeId there) {
      take(which(scope));
      std::unordered_set<std::uint32_t> asked;
      take(before(scope, program_.bodies[body].levels[0].nodes, asked));
      lists_->for_each_item(scope, body, [&](const ListReadings::Row&) {
        Nodes open{there};
        if (truth(there) != Bool3::no) open.push_back(value);
        take(walk(std::move(open), scope));
        return true;
      });
    };
    const program::Aggregate& over = program_.aggregates[n.data];
    list(over.scope, program_.aggregate_bodies[0].at(id.value), n.a, n.b);
    if (n.op == Op::equal_lists) {
      list(over.second, program_.aggregate_bodies[1].at(id.value), n.c, n.d);
    } else {
      take({n.c, n.d});
    }
    return out;
  }

  /// Whether a list that another is made of counts: of an `if` the branch that may be taken.
  [[nodiscard]] bool is_taken(const program::Scope& of, std::size_t part) const {
    if (of.kind != program::Scope::Kind::joined || !of.presence.valid()) return true;
    return truth(of.presence) != (part == 0 ? Bool3::no : Bool3::yes);
  }

  /// Walks the items before, where what is asked of an item is told from them: also where that of the item is told.
  Nodes before(program::ScopeId scope, const Nodes& nodes, std::unordered_set<std::uint32_t>& asked) {
    using program::Op;
    Nodes out;
    const auto take = [&](Nodes more) { out.insert(out.end(), more.begin(), more.end()); };
    for (const program::NodeId id : nodes) {
      const program::Node& n = program_.nodes[id];
      if (n.op == Op::unlike || n.op == Op::position) {
        if (!asked.insert(id.value).second) continue;
        lists_->for_each_item(scope, program_.aggregate_bodies[0].at(id.value), [&](const ListReadings::Row&) {
          Nodes open{n.b};
          if (truth(n.b) != Bool3::no) open.push_back(n.a);
          take(walk(std::move(open), scope));
          return true;
        });
      } else if (n.op == Op::member && program_.scopes[scope].kind != program::Scope::Kind::members) {
        if (!asked.insert(id.value).second) continue;
        const program::Scope& of = program_.scopes[scope];
        for (std::size_t part = 0; part < of.parts.size(); ++part) {
          if (!is_taken(of, part)) continue;
          const program::Body& source = program_.bodies[program_.operand_bodies[n.data][part]];
          if (of.kind != program::Scope::Kind::flattened) {
            take(before(of.parts[part], source.levels[0].nodes, asked));
            continue;
          }
          take(before(of.of, source.levels[0].nodes, asked));
          lists_->for_each_item(of.of, of.body, [&](const ListReadings::Row&) {
            if (truth(of.presence) == Bool3::no) return true;
            std::unordered_set<std::uint32_t> asked_here;
            take(walk(before(of.parts[0], source.levels[1].nodes, asked_here), of.of));
            return true;
          });
        }
      }
    }
    return out;
  }

  /// Walks what says which items a list has.
  Nodes which(program::ScopeId scope) {
    using Kind = program::Scope::Kind;
    const program::Scope& of = program_.scopes[scope];
    Nodes out;
    const auto take = [&](Nodes more) { out.insert(out.end(), more.begin(), more.end()); };
    switch (of.kind) {
      case Kind::groups:
        take(which(of.of));
        lists_->for_each_item(of.of, of.body, [&](const ListReadings::Row&) {
          Nodes open{of.presence};
          if (truth(of.presence) != Bool3::no) open.push_back(of.key);
          take(walk(std::move(open), of.of));
          return true;
        });
        break;
      case Kind::members:
        break;  // told by the groups
      case Kind::flattened:
        take(which(of.of));
        lists_->for_each_item(of.of, of.body, [&](const ListReadings::Row&) {
          if (truth(of.presence) != Bool3::no) take(walk(which(of.parts[0]), of.of));
          return true;
        });
        break;
      case Kind::joined:
      case Kind::reversed:
        for (std::size_t part = 0; part < of.parts.size(); ++part) {
          if (is_taken(of, part)) take(which(of.parts[part]));
        }
        break;
      case Kind::applicant:
      case Kind::fact:  // told by its items, where they may be there
      case Kind::numbers:
      case Kind::listed:
        break;
    }
    return out;
  }

  /// Notes the figures that are not on file, and goes on to what they are read by.
  void figures(program::NodeId id, Nodes& open) {
    const program::Node& n = program_.nodes[id];
    const ParameterId parameter(n.data);
    const program::Node& lookup = n.op == program::Op::parameter ? n : program_.nodes[n.a];
    // The keys of a schedule are operands of what reads it, also where they all lead to one list.
    for (const program::NodeId operand : {lookup.a, lookup.b, lookup.c, lookup.d}) open.push_back(operand);
    const value::Interval days = reading(lookup.d).interval;
    for_each_read(
        program_, [&](program::NodeId node) { return reading(node); }, id,
        [&](const program::Found& found) {
          if (!program_.module->parameters[parameter].figures[found.figure].null) return;
          std::optional<Date> date;
          if (days.known()) date = Date{static_cast<std::int32_t>(*days.least.to_int64())};
          out_.missing.push_back({parameter, found.keys, date});
        });
  }

  const Outcome& outcome_;
  const program::Program& program_;
  Reasons& out_;
  std::vector<program::Given> given_;
  program::Inputs inputs_;
  std::vector<char> seen_, needed_;
  Table<program::NodeId, program::Reading> readings_;
  std::optional<ListReadings> lists_;  ///< of a program with lists
};

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
  evaluate::detail::StillNeeded(outcome, out).find(std::move(open));
  return out;
}

RFS_INLINE std::string cell_name(const Rules& rules, const Cell& cell) {
  const rule::Fact& fact = rules.file().facts[cell.fact.value];
  const std::string& field = fact.domain.list->fields[cell.field].name;
  return fact.name.text + "[" + std::to_string(cell.item + 1) + "]" + (field.empty() ? "" : "." + field);
}

RFS_INLINE std::vector<std::string> needed_names(const Rules& rules, const Reasons& reasons) {
  std::vector<std::string> out;
  auto cell = reasons.needed_cells.begin();
  for (const FactId fact : reasons.needed) {
    const std::string& name = rules.file().facts[fact.value].name.text;
    const bool whole = cell == reasons.needed_cells.end() || cell->fact != fact;
    if (whole) out.push_back(name);
    for (; cell != reasons.needed_cells.end() && cell->fact == fact; ++cell) out.push_back(cell_name(rules, *cell));
  }
  return out;
}

RFS_INLINE std::vector<FigureRead> figures_read(const Outcome& outcome) {
  std::vector<FigureRead> out;
  if (outcome.refused()) return out;
  const program::Program& program = outcome.rules().program();
  for (std::size_t i = 0; i < program.deciding; ++i) {
    const program::NodeId id(i);
    const program::Node& n = program.nodes[id];
    if (!evaluate::detail::reads_figures(n) || n.scope != program::kApplicant) continue;
    const bool of_schedule = n.op != program::Op::parameter;
    const program::Node& lookup = of_schedule ? program.nodes[n.a] : n;
    bool known = outcome.known(lookup.d) && (!of_schedule || outcome.known(n.b));
    for (const program::NodeId key : {lookup.a, lookup.b, lookup.c})
      known = known && (!key.valid() || outcome.known(key));
    if (!known) continue;
    std::optional<Date> on;
    if (lookup.on) on = Date{static_cast<std::int32_t>(*outcome.reading(lookup.d).interval.least.to_int64())};
    evaluate::detail::for_each_read(
        program, [&](program::NodeId node) { return outcome.reading(node); }, id,
        [&](const program::Found& found) {
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
