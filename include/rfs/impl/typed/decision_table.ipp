#pragma once

#include <algorithm>

#include "rfs/impl/typed/typer.hpp"

namespace rfs::inline RFS_ABI::typed::detail {

/// Types a decision table: what its cells test, and that its results are what it gives.
RFS_INLINE NodeId Typer::table(DefinitionId id) {
  const rule::DecisionTable& from = *file_.definitions[id.value].table;
  DecisionTable out;
  out.definition = id;
  bool good = from.hit.has_value() && from.gives.kind != Kind::error && !from.inputs.empty() && !from.rows.empty();
  if (from.hit) out.hit = *from.hit;
  const bool has_results = out.hit != rule::Hit::collect_count;
  const auto part = [&](rule::ExpressionId expression) {
    if (!expression.valid()) {
      good = false;  // reported where it was read
      return NodeId();
    }
    const NodeId root = type(expression);
    good = good && out_.nodes[root].type.kind != Kind::error;
    return root;
  };
  const auto result = [&](rule::ExpressionId expression) {
    const NodeId root = part(expression);
    if (root.valid() && from.gives.kind != Kind::error)
      good = has_type(expression, root, from.gives, "a table gives values of one type, which `gives` names") && good;
    return root;
  };
  for (const rule::ExpressionId input : from.inputs) out.inputs.push_back(part(input));
  for (const rule::DecisionTable::Row& row : from.rows) {
    DecisionTable::Row made;
    good = good && row.cells.size() == from.inputs.size();
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (!row.cells[i].valid() || !out.inputs[i].valid()) {
        good = false;
        continue;
      }
      const NodeId root = cell(row.cells[i], out.inputs[i]);
      good = good && out_.nodes[root].type.kind != Kind::error;
      made.cells.push_back(root == out.inputs[i] ? NodeId() : root);
    }
    if (has_results) made.result = result(row.result);
    out.rows.push_back(std::move(made));
  }
  if (from.otherwise.valid()) out.otherwise = result(from.otherwise);
  if (good) return emit_table(from, std::move(out));
  Node made;
  made.begin = NodeId(out_.nodes.size());
  made.expression = from.place;
  return out_.nodes.push(made);
}

/// Returns whether a cell holds, or the input itself where any value will do.
RFS_INLINE NodeId Typer::cell(rule::ExpressionId id, NodeId input) {
  cell_input_ = input;
  const std::size_t first = out_.nodes.size();
  const NodeId root = type(id);
  for (std::size_t i = first; i < out_.nodes.size(); ++i) {
    const Node& n = out_.nodes[NodeId(i)];
    const bool varies =
        n.op == Op::fact || n.op == Op::definition || n.op == Op::eligible || n.op == Op::amount || n.op == Op::as_of;
    if (!varies) continue;
    error_at(Code::constant_needed, id, n.span, "a cell compares with values and parameters only",
             "compare the two in an input, like `a > b`, whose cells are `true` and `false`");
    return fail(tree_->root);
  }
  return root;
}

/// Emits the node of a table whose parts are good.
RFS_INLINE NodeId Typer::emit_table(const rule::DecisionTable& from, DecisionTable table) {
  Node made;
  made.op = Op::table;
  made.type = from.gives;
  made.expression = from.place;
  made.span = made.mark = {0, static_cast<std::uint32_t>(file_.expressions[from.place].text.size())};
  made.begin = NodeId(out_.nodes.size());
  made.first = static_cast<std::uint32_t>(out_.operand_pool.size());
  const auto add = [&](NodeId operand) {
    if (!operand.valid()) return;
    made.begin = std::min(made.begin, out_.nodes[operand].begin);
    out_.operand_pool.push_back(operand);
  };
  for (const NodeId input : table.inputs) add(input);
  for (const DecisionTable::Row& row : table.rows) {
    for (const NodeId cell : row.cells) add(cell);
    add(row.result);
  }
  add(table.otherwise);
  made.count = static_cast<std::uint32_t>(out_.operand_pool.size()) - made.first;
  made.data = static_cast<std::uint32_t>(out_.tables.size());
  out_.tables.push_back(std::move(table));
  return out_.nodes.push(made);
}

}  // namespace rfs::inline RFS_ABI::typed::detail
