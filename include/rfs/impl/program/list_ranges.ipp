#pragma once

#include <algorithm>

#include "rfs/program/read.hpp"

namespace rfs::inline RFS_ABI::program {

namespace detail {

/// Whether presence says of the items of a list that is made of others what these say of them.
RFS_INLINE bool is_own_presence(const Program& program, ScopeId scope, NodeId presence) {
  const Node& n = program.nodes[presence];
  return n.op == Op::member && n.scope == scope;
}

/// How many items of a list are there for certain, and how many may be, given the node that says which and its range.
RFS_INLINE value::Interval items_there(const Program& program, ScopeId scope, NodeId presence, Bool3 there) {
  const Scope& of = program.scopes[scope];
  const bool certain = there == Bool3::yes || is_own_presence(program, scope, presence);
  return {certain && there != Bool3::no ? static_cast<std::int64_t>(of.least_count) : 0,
          there == Bool3::no ? 0 : static_cast<std::int64_t>(of.most_count)};
}

/// How many different items a list has, given the node that says which are there: at least one if it has any.
RFS_INLINE value::Interval unlike_items(const Program& program, ScopeId scope, NodeId presence,
                                        const Table<NodeId, Reading>& readings) {
  const Node& n = program.nodes[presence];
  value::Interval out = n.op == Op::unlike ? unlike_items(program, scope, n.b, readings)
                                           : items_there(program, scope, presence, readings[presence].truth);
  if (is_whole_group(program, scope, presence)) out.least = 1;
  out.least = std::min<Exact>(out.least, 1);
  return out;
}

/// What is proven of a node that has to do with lists, before any list is given: language.md section 5 for as many
/// items as there can be, each with the reading of its scope.
RFS_INLINE Reading range_in_lists(const Program& program, const Node& n, const Table<NodeId, Reading>& readings) {
  const auto hull_of = [&](const std::vector<NodeId>& nodes) {
    Hull out;
    for (const NodeId node : nodes) out.add(readings[node]);
    return std::move(out).get();
  };
  Reading out;
  const Scope& scope = program.scopes[n.scope];
  switch (n.op) {
    case Op::present:
      return out;
    case Op::item: {
      const rule::Domain& list = program.module->facts[FactId(scope.data)].domain;
      return reading_of(list.list->fields[n.data].domain, program.module->choices);
    }
    case Op::number:
      out.interval = {scope.first, scope.first + static_cast<std::int64_t>(scope.most_count) - 1};
      return out;
    case Op::listed:
    case Op::member:
    case Op::key:
      return hull_of(program.operands[n.data]);
    case Op::position:
      out.interval = {1, std::max<Exact>(items_there(program, n.scope, n.b, readings[n.b].truth).most, 1)};
      return out;
    case Op::unlike:
      if (readings[n.b].truth == Bool3::no) out.truth = Bool3::no;
      return out;
    default:
      break;
  }
  const Reading& value = readings[n.a];
  const ScopeId list = program.aggregates[n.data].scope;
  const value::Interval certain = items_there(program, list, n.b, readings[n.b].truth);
  value::Interval count = certain;
  if (is_whole_group(program, list, n.b)) count = {std::max<Exact>(count.least, 1), std::max<Exact>(count.most, 1)};
  switch (n.op) {
    case Op::sum_of:
      out.interval = value::multiply(certain, value.interval);
      return out;
    case Op::count_of:
      out.interval = count;
      return out;
    case Op::count_unlike:
      out.interval = unlike_items(program, list, n.b, readings);
      return out;
    case Op::some_of:
      if (value.truth == Bool3::no || readings[n.b].truth == Bool3::no || count.most.is_zero())
        out.truth = Bool3::no;
      else if (value.truth == Bool3::yes && certain.least.sign() > 0)
        out.truth = Bool3::yes;
      return out;
    case Op::least_of:
    case Op::most_of:
    case Op::mean_of:
    case Op::first_of:
    case Op::last_of: {
      out = value;
      if (!n.c.valid() || count.least.sign() > 0) return out;
      Hull both;
      both.add(value);
      both.add(readings[n.c]);
      return std::move(both).get();
    }
    case Op::item_at:
      return value;
    case Op::weekdays_but:
      out.interval = value::weekdays_between(readings[n.c].interval, readings[n.d].interval);
      out.interval.least = std::min<Exact>(std::max<Exact>(out.interval.least - count.most, 0), out.interval.least);
      return out;
    default:  // equal_lists
      return out;
  }
}

}  // namespace detail

RFS_INLINE bool is_whole_group(const Program& program, ScopeId scope, NodeId presence) {
  const Scope& of = program.scopes[scope];
  if (of.kind == Scope::Kind::members) return program.nodes[presence].op == Op::present;
  // Reversed, or read further inside.
  if (of.parts.size() != 1 || of.kind == Scope::Kind::flattened || !detail::is_own_presence(program, scope, presence))
    return false;
  return is_whole_group(program, of.parts[0], program.operands[program.nodes[presence].data][0]);
}

}  // namespace rfs::inline RFS_ABI::program
