#pragma once

#include <algorithm>

#include "rfs/program/read.hpp"

namespace rfs::inline RFS_ABI::program::detail {

/// How many items of an aggregate's list may be there, given what is known of how many there are and of each.
RFS_INLINE value::Interval items_there(const Program& program, const Node& n, Bool3 presence) {
  const Aggregate& aggregate = program.aggregates[n.data];
  const Scope& scope = program.scopes[aggregate.scope];
  const auto least = static_cast<std::int64_t>(scope.least_count), most = static_cast<std::int64_t>(scope.most_count);
  const Op op = program.nodes[n.b].op;
  // A group has at least one member, though none that is certain.
  const bool whole_group = scope.kind == Scope::Kind::members && op == Op::present;
  return {presence == Bool3::yes || whole_group ? least : 0, presence == Bool3::no ? 0 : most};
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
      out.interval = {1, static_cast<std::int64_t>(scope.most_count)};
      return out;
    case Op::unlike:
      if (readings[n.b].truth == Bool3::no) out.truth = Bool3::no;
      return out;
    default:
      break;
  }
  const Reading& value = readings[n.a];
  const value::Interval count = items_there(program, n, readings[n.b].truth);
  switch (n.op) {
    case Op::sum_of:
      out.interval = value::multiply(count, value.interval);
      return out;
    case Op::count_of:
      out.interval = count;
      return out;
    case Op::count_unlike:
      out.interval = {std::min<Exact>(count.least, 1), count.most};
      return out;
    case Op::some_of:
      if (value.truth == Bool3::no || readings[n.b].truth == Bool3::no || count.most.is_zero())
        out.truth = Bool3::no;
      else if (value.truth == Bool3::yes && count.least.sign() > 0)
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

}  // namespace rfs::inline RFS_ABI::program::detail
