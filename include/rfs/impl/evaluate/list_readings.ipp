#pragma once

#include <algorithm>

#include "rfs/impl/evaluate/aggregates.hpp"
#include "rfs/impl/evaluate/list_readings.hpp"

namespace rfs::inline RFS_ABI::evaluate::detail {

RFS_INLINE ListReadings::ListReadings(const program::Program& program, const program::Inputs& inputs,
                                      Table<program::NodeId, program::Reading>& readings)
    : program_(program), inputs_(inputs), readings_(readings) {
  frames_.resize(program.scopes.size());
  frames_[program::kApplicant].rows.push_back({});
}

RFS_INLINE void ListReadings::move(program::ScopeId scope, std::uint32_t row) {
  Frame& frame = frames_[scope];
  frame.current = row;
  frame.version = ++clock_;
}

RFS_INLINE void ListReadings::run(const program::Body::Level& level) {
  for (const program::NodeId id : level.nodes) evaluate(id);
}

RFS_INLINE void ListReadings::reach(program::ScopeId scope, const program::Body& body) {
  const program::Scope& of = program_.scopes[scope];
  const Row row = at_work(scope);
  if (of.kind == program::Scope::Kind::flattened) {
    move(of.of, row.outer);
    run(body.levels[0]);
    enter(of.parts[0]);
    move(of.parts[0], row.index);
    run(body.levels[1]);
    return;
  }
  const program::ScopeId source = of.kind == program::Scope::Kind::members ? of.of : of.parts[row.part];
  enter(source);
  move(source, row.index);
  run(body.levels[0]);
}

RFS_INLINE ListReadings::Kept ListReadings::keep(program::ScopeId scope, const program::Body& body) const {
  Kept out;
  if (!program_.scopes[scope].again) return out;
  out.scope = program_.scopes[scope].parts[0];
  out.current = frames_[out.scope].current;
  out.version = frames_[out.scope].version;
  for (const program::NodeId id : body.levels[0].nodes) out.readings.emplace_back(id, readings_[id]);
  return out;
}

RFS_INLINE void ListReadings::give_back(Kept kept) {
  if (!kept.scope.valid()) return;
  frames_[kept.scope].current = kept.current;
  frames_[kept.scope].version = kept.version;
  for (auto& [id, reading] : kept.readings) readings_[id] = std::move(reading);
}

/// Finds the items of a list for the item at work around it.
RFS_INLINE void ListReadings::enter(program::ScopeId scope) {
  Frame& frame = frames_[scope];
  const program::Scope& of = program_.scopes[scope];
  const std::uint64_t around = frames_[of.parent].version;
  if (frame.filled_for == around) return;
  frame.rows.clear();
  frame.columns.clear();
  fill(of, frame);
  frame.filled_for = around;
  frame.version = ++clock_;
}

RFS_INLINE void ListReadings::fill(const program::Scope& scope, Frame& frame) {
  using Kind = program::Scope::Kind;
  const auto all = [&](std::uint64_t count) {
    frame.rows.resize(count);
    for (std::uint32_t i = 0; i < count; ++i) frame.rows[i].index = i;
  };
  switch (scope.kind) {
    case Kind::applicant:
      return;
    case Kind::fact: {
      const program::Given& given = inputs_.facts[scope.data];
      const bool has_default = program_.module->facts[FactId(scope.data)].default_value.has_value();
      if (given.state == program::Given::State::known) return all(given.list->count);
      if (given.state == program::Given::State::absent && has_default) return;  // the empty list
      frame.rows.push_back({0, 0, Row::kNone, false, scope.most_count});
      return;
    }
    case Kind::numbers:
    case Kind::listed:
      return all(scope.most_count);
    case Kind::groups:
      return group(scope, frame);
    case Kind::members: {
      const Frame& groups = frames_[scope.parent];
      const Row& one = at_work(scope.parent);
      std::vector<Row> others = groups.of_any_group;
      for (Row& row : others) row.certain = false;
      if (one.index == Row::kNone) {
        frame.rows = std::move(others);
        return;
      }
      const std::vector<Row>& own = groups.groups[one.index].members;
      frame.rows.resize(own.size() + others.size());
      std::merge(own.begin(), own.end(), others.begin(), others.end(), frame.rows.begin(),
                 [](const Row& a, const Row& b) { return a.index < b.index; });
      return;
    }
    case Kind::joined:
    case Kind::reversed:
    case Kind::flattened:
      return join(scope, frame);
  }
}

RFS_INLINE void ListReadings::join(const program::Scope& scope, Frame& frame) {
  if (scope.kind == program::Scope::Kind::flattened) {
    enter(scope.of);
    for (std::uint32_t outer = 0; outer < frames_[scope.of].rows.size(); ++outer) {
      move(scope.of, outer);
      run(program_.bodies[scope.body].levels[0]);
      enter(scope.parts[0]);
      const Row around = frames_[scope.of].rows[outer];
      const Frame& inner = frames_[scope.parts[0]];
      for (std::uint32_t i = 0; i < inner.rows.size(); ++i) {
        const Row& row = inner.rows[i];
        // Several alike put their items one behind the other.
        const bool ordered = around.ordered && row.ordered && around.count == 1;
        frame.rows.push_back({0, outer, i, around.certain && row.certain, around.count * row.count, ordered});
      }
    }
    return;
  }
  for (std::uint32_t part = 0; part < scope.parts.size(); ++part) {
    enter(scope.parts[part]);
    const Frame& list = frames_[scope.parts[part]];
    for (std::uint32_t i = 0; i < list.rows.size(); ++i)
      frame.rows.push_back({part, 0, i, list.rows[i].certain, list.rows[i].count, list.rows[i].ordered});
  }
  if (scope.kind == program::Scope::Kind::reversed) std::reverse(frame.rows.begin(), frame.rows.end());
}

/// How many items with unknown keys times items of all may be looked at group by group; with more of them all groups
/// read as some that may be there, so that no applicant costs the square of a long list. Knowing more never makes it
/// more.
inline constexpr std::size_t kMostOfAnyGroup = 4'000'000;

/// Certain items form their groups. Those whose keys are not known may be in any group, and may form more: all of these
/// are alike, and are kept as one row.
RFS_INLINE void ListReadings::group(const program::Scope& scope, Frame& frame) {
  frame.groups.clear();
  frame.of_any_group.clear();
  std::unordered_map<std::string, std::uint32_t> known;
  Hull keys;
  std::uint64_t more = 0;
  const Kind kind = program_.nodes[scope.key].kind;
  enter(scope.of);
  bool ordered = true;
  for (std::uint32_t i = 0; i < frames_[scope.of].rows.size(); ++i) {
    move(scope.of, i);
    run(program_.bodies[scope.body].levels[0]);
    const Bool3 there = readings_[scope.presence].truth;
    if (there == Bool3::no) continue;
    const Row& item = frames_[scope.of].rows[i];
    const Row row{0, 0, i, there == Bool3::yes, item.count, item.ordered};
    const program::Reading& key = readings_[scope.key];
    ordered = ordered && row.ordered && row.certain;
    if (!key.known(kind)) {
      ordered = false;
      keys.add(key);
      more += row.count;
      frame.of_any_group.push_back(row);
      continue;
    }
    const auto [at, fresh] =
        known.emplace(Different::key_of(key, kind), static_cast<std::uint32_t>(frame.groups.size()));
    if (fresh) {
      frame.rows.push_back({0, 0, at->second, false, 1});
      frame.groups.push_back({key, {}});
    }
    frame.groups[at->second].members.push_back(row);
    frame.rows[at->second].certain = frame.rows[at->second].certain || row.certain;
  }
  for (Row& row : frame.rows) row.ordered = ordered;
  if (frame.of_any_group.empty()) return;
  std::size_t items = frame.of_any_group.size();
  for (const Group& one : frame.groups) items += one.members.size();
  if (frame.of_any_group.size() * items > kMostOfAnyGroup) {
    for (const Group& one : frame.groups) {
      keys.add(one.key);
      for (const Row& row : one.members) {
        more += row.count;
        frame.of_any_group.push_back(row);
      }
    }
    std::sort(frame.of_any_group.begin(), frame.of_any_group.end(),
              [](const Row& a, const Row& b) { return a.index < b.index; });
    frame.groups.clear();
    frame.rows.clear();
  }
  frame.rows.push_back({0, 0, Row::kNone, false, more, false});
  frame.groups.push_back({std::move(keys).get(), {}});
}

RFS_INLINE void ListReadings::for_each_item(program::ScopeId scope, program::BodyId body,
                                            const std::function<bool(const Row&)>& visit) {
  enter(scope);
  const program::Body& needed = program_.bodies[body];
  for (std::uint32_t i = 0; i < frames_[scope].rows.size(); ++i) {
    move(scope, i);
    run(needed.levels[0]);
    if (!visit(frames_[scope].rows[i])) return;
  }
}

RFS_INLINE program::Reading ListReadings::item(const program::Node& n) const {
  const program::Scope& scope = program_.scopes[n.scope];
  const rule::Domain& domain = program_.module->facts[FactId(scope.data)].domain.list->fields[n.data].domain;
  const Row& row = at_work(n.scope);
  if (row.index != Row::kNone) {
    const program::Given& cell = inputs_.facts[scope.data].list->at(row.index, n.data);
    if (cell.state == program::Given::State::known) return program::reading_of(cell.value, n.kind);
    if (cell.state == program::Given::State::absent && n.a.valid()) return readings_[n.a];
  }
  return program::reading_of(domain, program_.module->choices);
}

RFS_INLINE void ListReadings::evaluate(program::NodeId id) {
  using program::Op;
  const program::Node& n = program_.nodes[id];
  program::Reading out;
  switch (n.op) {
    case Op::present:
      out.truth = at_work(n.scope).certain ? Bool3::yes : Bool3::unknown;
      break;
    case Op::item:
      out = item(n);
      break;
    case Op::number: {
      const Exact number = program_.scopes[n.scope].first + static_cast<std::int64_t>(at_work(n.scope).index);
      out.interval = {number, number};
      break;
    }
    case Op::listed:
      out = readings_[program_.operands[n.data][at_work(n.scope).index]];
      break;
    case Op::member: {
      const std::uint32_t part = at_work(n.scope).part;
      const program::Body& body = program_.bodies[program_.operand_bodies[n.data][part]];
      Kept kept = keep(n.scope, body);
      reach(n.scope, body);
      out = readings_[program_.operands[n.data][part]];
      give_back(std::move(kept));
      break;
    }
    case Op::key: {
      const Row& row = at_work(n.scope);
      const Frame& frame = frames_[n.scope];
      out = row.index == Row::kNone ? frame.groups.back().key : frame.groups[row.index].key;
      break;
    }
    case Op::position:
    case Op::unlike:
      out = in_column(id);
      break;
    default:
      out = program::is_aggregate(n.op) ? aggregate(id) : program::read(program_, id, readings_, inputs_);
      break;
  }
  readings_[id] = std::move(out);
}

/// Returns what a node that looks at the items before has for the one at work.
RFS_INLINE const program::Reading& ListReadings::in_column(program::NodeId id) {
  const program::Node& n = program_.nodes[id];
  Frame& frame = frames_[n.scope];
  const std::uint32_t current = frame.current;
  const auto known = frame.columns.find(id.value);
  if (known != frame.columns.end()) return known->second[current];
  auto column = n.op == program::Op::unlike ? unlike(id) : positions(id);
  // Back to the item at work, and to what it had.
  move(n.scope, current);
  run(program_.bodies[program_.aggregate_bodies[0].at(id.value)].levels[0]);
  return frame.columns.emplace(id.value, std::move(column)).first->second[current];
}

RFS_INLINE std::vector<program::Reading> ListReadings::unlike(program::NodeId id) {
  const program::Node& n = program_.nodes[id];
  const Kind kind = program_.nodes[n.a].kind;
  std::vector<program::Reading> out;
  Seen certain_and_known(kind), all(kind);
  for_each_item(n.scope, program_.aggregate_bodies[0].at(id.value), [&](const Row& row) {
    program::Reading one;
    one.truth = readings_[n.b].truth;
    const program::Reading& x = readings_[n.a];
    const bool known = x.known(kind);
    if (one.truth != Bool3::no) {
      const bool certain = one.truth == Bool3::yes;
      if (known && certain_and_known.may_hold(x))
        one.truth = Bool3::no;
      else if (all.may_hold(x) || row.count > 1)
        one.truth = Bool3::unknown;
      all.add(x);
      if (certain && known) certain_and_known.add(x);
    }
    out.push_back(std::move(one));
    return true;
  });
  return out;
}

RFS_INLINE std::vector<program::Reading> ListReadings::positions(program::NodeId id) {
  const program::Node& n = program_.nodes[id];
  std::vector<program::Reading> out;
  Count before;
  bool ordered = true;
  for_each_item(n.scope, program_.aggregate_bodies[0].at(id.value), [&](const Row& row) {
    program::Reading one;
    one.interval = before.get(false);
    const Bool3 there = readings_[n.b].truth;
    if (there != Bool3::no) {
      ordered = ordered && row.ordered;
      before.add(there == Bool3::yes, row.count);
      one.interval.most = before.get(false).most;
    } else {
      one.interval.most = one.interval.most + 1;
    }
    one.interval.least = one.interval.least + 1;
    out.push_back(std::move(one));
    return true;
  });
  if (ordered) return out;
  for (program::Reading& one : out) one.interval = {1, before.get(true).most};
  return out;
}

RFS_INLINE program::Reading ListReadings::equal_lists(program::NodeId id) {
  const program::Node& n = program_.nodes[id];
  const program::Aggregate& over = program_.aggregates[n.data];
  const Kind kind = program_.nodes[n.a].kind;
  std::vector<program::Reading> items[2];
  Count counts[2];
  bool possible = false;
  const program::NodeId values[] = {n.a, n.c}, presences[] = {n.b, n.d};
  for (std::size_t list = 0; list < 2; ++list) {
    for_each_item(list == 0 ? over.scope : over.second, program_.aggregate_bodies[list].at(id.value),
                  [&](const Row& row) {
                    const Bool3 there = readings_[presences[list]].truth;
                    if (there == Bool3::no) return true;
                    counts[list].add(there == Bool3::yes, row.count);
                    possible = possible || there == Bool3::unknown;
                    items[list].push_back(readings_[values[list]]);
                    return true;
                  });
  }
  program::Reading out;
  const value::Interval a = counts[0].get(false), b = counts[1].get(false);
  if (a.most < b.least || b.most < a.least) {
    out.truth = Bool3::no;
  } else if (!possible) {
    out.truth = Bool3::yes;
    for (std::size_t i = 0; i < items[0].size(); ++i)
      out.truth = and3(out.truth, equal(items[0][i], items[1][i], kind));
  }
  return out;
}

RFS_INLINE program::Reading ListReadings::aggregate(program::NodeId id) {
  using program::Op;
  const program::Node& n = program_.nodes[id];
  if (n.op == Op::equal_lists) return equal_lists(id);
  const program::ScopeId scope = program_.aggregates[n.data].scope;
  const program::BodyId body = program_.aggregate_bodies[0].at(id.value);
  const Kind kind = program_.nodes[n.a].kind;
  // Calls `add` for every item that is or may be there; finds whether their order is known.
  bool ordered = true;
  const auto each = [&](const auto& add) {
    for_each_item(scope, body, [&](const Row& row) {
      const Bool3 there = readings_[n.b].truth;
      if (there == Bool3::no) return true;
      ordered = ordered && row.ordered;
      return add(readings_[n.a], there == Bool3::yes, row.count);
    });
  };
  program::Reading out;
  const auto or_else = [&](program::Reading found, bool any, bool any_certain) {
    if (any && (any_certain || !n.c.valid() || is_whole_group(n))) return found;
    if (!n.c.valid()) {  // not reached: a guard says that the list is not empty
      program::Reading some = program_.ranges[id].reading;
      some.interval.most = some.interval.least;
      if (!some.words.empty()) some.words = program::WordSet::of(some.words.front());
      return some;
    }
    if (!any) return readings_[n.c];
    Hull both;
    both.add(found);
    both.add(readings_[n.c]);
    return std::move(both).get();
  };
  switch (n.op) {
    case Op::sum_of: {
      Sum sum;
      each([&](const program::Reading& x, bool certain, std::uint64_t count) {
        sum.add(x.interval, certain, count);
        return true;
      });
      out.interval = sum.get();
      return out;
    }
    case Op::count_of: {
      Count counted;
      each([&](const program::Reading&, bool certain, std::uint64_t count) {
        counted.add(certain, count);
        return true;
      });
      out.interval = counted.get(is_whole_group(n));
      return out;
    }
    case Op::count_unlike: {
      Different different;
      each([&](const program::Reading& x, bool certain, std::uint64_t count) {
        different.add(x, kind, certain, count);
        return true;
      });
      out.interval = different.get();
      if (is_whole_group(n) && out.interval.least.is_zero()) out.interval.least = 1;
      return out;
    }
    case Op::least_of:
    case Op::most_of: {
      Extreme extreme(n.op == Op::most_of);
      bool any_certain = false;
      each([&](const program::Reading& x, bool certain, std::uint64_t) {
        any_certain = any_certain || certain;
        extreme.add(x.interval, certain);
        return true;
      });
      if (extreme.any()) out.interval = extreme.get();
      return or_else(std::move(out), extreme.any(), any_certain);
    }
    case Op::mean_of: {
      Mean mean;
      bool any_certain = false;
      each([&](const program::Reading& x, bool certain, std::uint64_t count) {
        any_certain = any_certain || certain;
        mean.add(x.interval, certain, count);
        return true;
      });
      if (mean.any()) out.interval = mean.get();
      return or_else(std::move(out), mean.any(), any_certain);
    }
    case Op::first_of:
    case Op::last_of: {
      // Up to the first that is certain; where the order is not known it may be any.
      Hull all, nearest;
      bool any_certain = false;
      each([&](const program::Reading& x, bool certain, std::uint64_t) {
        all.add(x);
        if (n.op == Op::last_of && certain) nearest = {};
        if (n.op == Op::last_of || !any_certain) nearest.add(x);
        any_certain = any_certain || certain;
        return true;
      });
      const bool any = !all.empty();
      if (any) out = std::move(ordered ? nearest : all).get();
      return or_else(std::move(out), any, any_certain);
    }
    case Op::item_at: {
      const value::Interval& index = readings_[n.c].interval;
      Hull all, there;
      Count before;
      each([&](const program::Reading& x, bool certain, std::uint64_t count) {
        const value::Interval least = before.get(false);
        before.add(certain, count);
        const value::Interval at{least.least + 1, before.get(false).most};
        all.add(x);
        if (at.least <= index.most && at.most >= index.least) there.add(x);
        return true;
      });
      Hull& found = ordered ? there : all;
      if (!found.empty()) return std::move(found).get();
      out = program_.ranges[id].reading;  // not reached
      out.interval.most = out.interval.least;
      if (!out.words.empty()) out.words = program::WordSet::of(out.words.front());
      return out;
    }
    case Op::some_of:
      out.truth = Bool3::no;
      each([&](const program::Reading& x, bool certain, std::uint64_t) {
        out.truth = or3(out.truth, and3(certain ? Bool3::yes : Bool3::unknown, x.truth));
        return out.truth != Bool3::yes;
      });
      return out;
    default: {  // weekdays_but
      Weekdays weekdays(readings_[n.c].interval, readings_[n.d].interval);
      each([&](const program::Reading& x, bool certain, std::uint64_t count) {
        weekdays.add(x.interval, certain, count);
        return true;
      });
      out.interval = weekdays.get();
      return out;
    }
  }
}

}  // namespace rfs::inline RFS_ABI::evaluate::detail
