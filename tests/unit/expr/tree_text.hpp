#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rfs/expr/tree.hpp"

namespace expr_test {

using rfs::expr::Kind;
using rfs::expr::Node;
using rfs::expr::NodeId;
using rfs::expr::Op;
using rfs::expr::Tree;

inline std::string op_text(Op op) {
  switch (op) {
    case Op::none:
      return "";
    case Op::add:
      return "+";
    case Op::subtract:
      return "-";
    case Op::multiply:
      return "*";
    case Op::divide:
      return "/";
    case Op::equal:
      return "=";
    case Op::not_equal:
      return "!=";
    case Op::less:
      return "<";
    case Op::less_equal:
      return "<=";
    case Op::greater:
      return ">";
    case Op::greater_equal:
      return ">=";
    case Op::range_closed:
      return "[..]";
    case Op::range_open:
      return "(..)";
    case Op::range_open_left:
      return "(..]";
    case Op::range_open_right:
      return "[..)";
    case Op::some:
      return "some";
    case Op::every:
      return "every";
  }
  return "?";
}

/// What stands before the operands in the s-expression of a node.
inline std::string head_text(const Node& n) {
  switch (n.kind) {
    case Kind::error:
      return "error";
    case Kind::number:
      return n.number.text() + (n.text.empty() ? "" : ":" + n.text);
    case Kind::string:
      return "'" + n.text + "'";
    case Kind::date:
      return "@" + n.text;
    case Kind::boolean:
      return n.number.is_zero() ? "false" : "true";
    case Kind::name:
      return n.text;
    case Kind::call:
      return "call " + n.text;
    case Kind::argument:
      return n.text + ":";
    case Kind::member:
      return "." + n.text;
    case Kind::index:
      return "index";
    case Kind::on:
      return "on";
    case Kind::list:
      return "list";
    case Kind::negate:
      return "neg";
    case Kind::arithmetic:
    case Kind::compare:
    case Kind::range:
      return op_text(n.op);
    case Kind::test:
      return "test " + op_text(n.op);
    case Kind::between:
      return "between";
    case Kind::in:
      return "in";
    case Kind::logical_and:
      return "and";
    case Kind::logical_or:
      return "or";
    case Kind::conditional:
      return "if";
    case Kind::quantified:
      return op_text(n.op) + " " + n.text;
    case Kind::loop:
      return "for " + n.text;
    case Kind::input:
      return "?";
  }
  return "error";
}

/// Writes a tree as an s-expression; for trees of moderate size.
inline std::string dump(const Tree& tree) {
  std::vector<std::string> done(tree.nodes.size());
  for (std::size_t i = 0; i < done.size(); ++i) {
    const Node& n = tree[NodeId(i)];
    const bool atom = n.kind <= Kind::name || n.kind == Kind::input;
    std::string text = head_text(n);
    for (const NodeId operand : tree.operands(NodeId(i))) text += " " + done[operand.value];
    done[i] = atom ? text : "(" + text + ")";
  }
  return tree.root.valid() ? done[tree.root.value] : "";
}

/// Returns what breaks the form of a tree, or "": operands before their node, each subtree a run that
/// ends in its root, every node in one subtree, spans inside those of the node that holds them.
inline std::string broken_form(const Tree& tree, std::size_t text_size) {
  const std::size_t count = tree.nodes.size();
  if (count == 0 || tree.root.value != count - 1) return "the root is not the last node";
  std::vector<std::size_t> first(count);
  std::size_t operand_count = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Node& n = tree[NodeId(i)];
    const std::string here = "node " + std::to_string(i) + ": ";
    if (n.span.begin >= n.span.end || n.span.end > text_size) return here + "span outside the text";
    if (n.mark.begin < n.span.begin || n.mark.end > n.span.end || n.mark.begin >= n.mark.end)
      return here + "mark outside the span";
    if (std::size_t{n.first} + n.count > tree.operand_pool.size()) return here + "operands outside the pool";
    std::size_t next = i;  // where the subtree that follows begins
    std::uint32_t end = n.span.end;
    const auto operands = tree.operands(NodeId(i));
    for (std::size_t k = operands.size(); k-- > 0;) {
      if (std::size_t{operands[k].value} + 1 != next) return here + "operand " + std::to_string(k) + " leaves a gap";
      const Node& operand = tree[operands[k]];
      if (operand.span.begin < n.span.begin || operand.span.end > end) return here + "operand outside its span";
      end = operand.span.begin;
      next = first[operands[k].value];
    }
    first[i] = next;
    operand_count += n.count;
  }
  if (first[count - 1] != 0) return "nodes outside the tree";
  if (operand_count != tree.operand_pool.size()) return "operands that no node has";
  return "";
}

/// Compares two trees apart from spans.
inline bool same(const Tree& a, const Tree& b) {
  if (a.nodes.size() != b.nodes.size() || a.root != b.root) return false;
  for (std::size_t i = 0; i < a.nodes.size(); ++i) {
    const NodeId id(i);
    const Node& x = a[id];
    const Node& y = b[id];
    const auto xs = a.operands(id);
    const auto ys = b.operands(id);
    if (x.kind != y.kind || x.op != y.op || x.text != y.text || !(x.number == y.number)) return false;
    if (!std::equal(xs.begin(), xs.end(), ys.begin(), ys.end())) return false;
  }
  return true;
}

}  // namespace expr_test
