#pragma once

#include "rfs/impl/program/lowerer.hpp"

namespace rfs::inline RFS_ABI::program::detail {

/// Lowers a decision table to what the flat program has: of the rows whose cells hold the first is selected, or all are
/// added, compared, counted. Its reading is the hull over the rows that are possible.
RFS_INLINE NodeId Lowerer::table(typed::NodeId id) {
  const typed::DecisionTable& table = module_.tables[module_[id].data];
  const Origin at = origin(id);
  std::vector<NodeId> rows;
  rows.reserve(table.rows.size());
  for (const typed::DecisionTable::Row& row : table.rows) {
    NodeId holds;
    for (const typed::NodeId cell : row.cells) {
      if (!cell.valid()) continue;
      holds =
          holds.valid() ? builder_.binary(Op::logical_and, Kind::boolean, holds, lowered_[cell], at) : lowered_[cell];
    }
    rows.push_back(holds.valid() ? holds : builder_.constant({1, {}}, Kind::boolean, 0, at));
  }
  check_table(id);
  if (here()) out_.rows.emplace(table.definition.value, rows);
  if (!rule::is_collecting(table.hit)) return first_row(id, rows);
  const NodeId collected = table.hit == rule::Hit::collect_min || table.hit == rule::Hit::collect_max
                               ? extreme_row(id, rows)
                               : sum_of_rows(id, rows);
  if (!table.otherwise.valid()) return collected;
  NodeId any = rows.front();
  for (std::size_t i = 1; i < rows.size(); ++i) any = builder_.binary(Op::logical_or, Kind::boolean, any, rows[i], at);
  return choose(id, any, collected, lowered_[table.otherwise]);
}

/// Whether a node is a bool that is the same for everyone.
RFS_INLINE bool Lowerer::is_always(NodeId node, bool truth) const {
  return out_.nodes[node].op == Op::constant && out_.constants[out_.nodes[node].data].number.is_zero() != truth;
}

/// Selects one of two results of a table.
RFS_INLINE NodeId Lowerer::choose(typed::NodeId table, NodeId condition, NodeId yes, NodeId no) {
  if (is_always(condition, true)) return yes;
  if (is_always(condition, false)) return no;
  const typed::Node& n = module_[table];
  Node made;
  made.op = Op::select;
  made.kind = n.type.kind;
  made.a = condition;
  made.b = yes;
  made.c = no;
  if (made.kind == Kind::choice) made.words = static_cast<std::uint16_t>(module_.choices.words(n.type.choice).size());
  return builder_.push(made, origin(table));
}

/// What the first row gives whose cells hold. Where every case is covered, a row counts for certain when no later one
/// is possible, so that the last row is in the reading only where it is possible itself.
RFS_INLINE NodeId Lowerer::first_row(typed::NodeId id, const std::vector<NodeId>& rows) {
  const typed::DecisionTable& table = module_.tables[module_[id].data];
  const Origin at = origin(id);
  NodeId out, later;
  if (table.otherwise.valid()) out = lowered_[table.otherwise];
  for (std::size_t i = rows.size(); i-- > 0;) {
    const NodeId result = lowered_[table.rows[i].result];
    if (!out.valid()) {
      out = result;
      later = rows[i];
      continue;
    }
    const NodeId holds = later.valid() ? builder_.binary(Op::refine_yes, Kind::boolean, rows[i], later, at) : rows[i];
    out = choose(id, holds, result, out);
    if (later.valid()) later = builder_.binary(Op::logical_or, Kind::boolean, rows[i], later, at);
  }
  return out;
}

/// The sum of what the rows give whose cells hold, or how many they are.
RFS_INLINE NodeId Lowerer::sum_of_rows(typed::NodeId id, const std::vector<NodeId>& rows) {
  const typed::DecisionTable& table = module_.tables[module_[id].data];
  const Type& type = module_[id].type;
  const NodeId none = zero(type, origin(id));
  NodeId out = none;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (table.hit == rule::Hit::collect_count) {
      out = builder_.binary(Op::add_truth, type.kind, out, rows[i], origin(id));
      continue;
    }
    const typed::NodeId result = table.rows[i].result;
    out = builder_.binary(Op::add, type.kind, out, choose(id, rows[i], lowered_[result], none), origin(result));
  }
  return out;
}

/// The least or greatest of what the rows give whose cells hold. Rows that are possible before the first certain one
/// may be the only one, so the reading is that of `min` and `max` of a list.
RFS_INLINE NodeId Lowerer::extreme_row(typed::NodeId id, const std::vector<NodeId>& rows) {
  const typed::DecisionTable& table = module_.tables[module_[id].data];
  const Type& type = module_[id].type;
  const Op op = table.hit == rule::Hit::collect_min ? Op::minimum : Op::maximum;
  NodeId out = lowered_[table.rows.front().result], any = rows.front();
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const typed::NodeId result = table.rows[i].result;
    const NodeId both = builder_.binary(op, type.kind, out, lowered_[result], origin(result));
    const NodeId taken = choose(id, any, both, lowered_[result]);
    const NodeId holds = builder_.binary(Op::refine_yes, Kind::boolean, rows[i], any, origin(id));
    out = choose(id, holds, taken, out);
    any = builder_.binary(Op::logical_or, Kind::boolean, any, rows[i], origin(id));
  }
  return out;
}

}  // namespace rfs::inline RFS_ABI::program::detail
