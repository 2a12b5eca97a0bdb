#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/source/file.hpp"
#include "rfs/source/id.hpp"
#include "rfs/value/exact.hpp"

namespace rfs::inline RFS_ABI::expr {

struct NodeTag;
using NodeId = Id<NodeTag>;

/// Kinds of syntax. The comment gives the operands and what `text`, `number` or `op` hold.
enum class Kind : std::uint8_t {
  error,        ///< a mistake, already reported
  number,       ///< number: the value; text: the unit as written (`%`, `days`, `USD`) or empty
  string,       ///< text: the content
  date,         ///< text: the content of @'…', proven to be a date
  boolean,      ///< number: 0 or 1
  name,         ///< text
  call,         ///< text: the function; operands: the arguments
  argument,     ///< text: the argument's name; operand: its value (only around named arguments)
  member,       ///< text: the name after the point; operand: the object
  index,        ///< operands: the object, then the keys (a filter has one)
  on,           ///< operands: the value, the date
  list,         ///< operands: the items
  negate,       ///< operand
  arithmetic,   ///< op: add … divide; operands: left, right
  compare,      ///< op: equal … greater_equal; operands: left, right
  between,      ///< operands: the value, least, most
  in,           ///< operands: the value, then tests (kinds test and range)
  test,         ///< op: equal … greater_equal; operand. A bare `sum` in a test list is op equal
  range,        ///< op: range_closed …; operands: least, most
  logical_and,  ///< operands, two or more, flattened from left to right
  logical_or,   ///< operands, two or more
  conditional,  ///< operands: if, then, else
  quantified,   ///< op: some or every; text: the variable; operands: the list, the condition
  loop,         ///< text: the variable; operands: the list (or a range), the result
  input,        ///< what a cell of a decision table tests; it stands before the cell, in no text
};

enum class Op : std::uint8_t {
  none,
  add,
  subtract,
  multiply,
  divide,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  range_closed,
  range_open,
  range_open_left,
  range_open_right,  // [a..b], (a..b), (a..b], [a..b)
  some,
  every,
};

struct Node {
  Kind kind = Kind::error;
  Op op = Op::none;
  source::Span span;        ///< in the expression's text, the whole construct
  source::Span mark;        ///< what a message points at: the operator, the name, the member after its point
  std::uint32_t first = 0;  ///< operands are Tree::operands[first, first + count)
  std::uint32_t count = 0;
  Exact number;
  std::string text;
};

/// One expression, in post-order: operands stand before their node, and the nodes of a subtree
/// stand together, so passes are loops. Chains of `+` or `and` may be as long as the text; only
/// nesting is limited.
struct Tree {
  Table<NodeId, Node> nodes;
  std::vector<NodeId> operand_pool;
  NodeId root;

  [[nodiscard]] const Node& operator[](NodeId id) const noexcept { return nodes[id]; }
  [[nodiscard]] std::span<const NodeId> operands(NodeId id) const noexcept {
    const Node& n = nodes[id];
    return {operand_pool.data() + n.first, n.count};
  }
  [[nodiscard]] bool failed() const noexcept { return !root.valid() || nodes[root].kind == Kind::error; }
};

}  // namespace rfs::inline RFS_ABI::expr
