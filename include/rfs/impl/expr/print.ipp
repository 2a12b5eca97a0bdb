#pragma once

#include "rfs/expr/print.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "rfs/expr/from_text.hpp"
#include "rfs/value/currency.hpp"

namespace rfs::inline RFS_ABI::expr {

namespace detail {

/// How tightly a construct holds together; the rules of the grammar from loosest to tightest.
enum class Bond : std::uint8_t { open, disjunction, conjunction, comparison, sum, product, unary, postfix, primary };

RFS_INLINE Bond bond_of(const Node& node) {
  switch (node.kind) {
    case Kind::conditional:
    case Kind::quantified:
    case Kind::loop:
      return Bond::open;
    case Kind::logical_or:
      return Bond::disjunction;
    case Kind::logical_and:
      return Bond::conjunction;
    case Kind::compare:
    case Kind::between:
    case Kind::in:
      return Bond::comparison;
    case Kind::arithmetic:
      return node.op == Op::add || node.op == Op::subtract ? Bond::sum : Bond::product;
    case Kind::negate:
      return Bond::unary;
    case Kind::member:
    case Kind::index:
    case Kind::on:
      return Bond::postfix;
    default:
      return Bond::primary;
  }
}

RFS_INLINE std::string_view sign_of(Op op) {
  switch (op) {
    case Op::add:
      return " + ";
    case Op::subtract:
      return " - ";
    case Op::multiply:
      return " * ";
    case Op::divide:
      return " / ";
    case Op::equal:
      return " = ";
    case Op::not_equal:
      return " != ";
    case Op::less:
      return " < ";
    case Op::less_equal:
      return " <= ";
    case Op::greater:
      return " > ";
    case Op::greater_equal:
      return " >= ";
    default:
      return {};
  }
}

/// Writes from a stack of what is still to write, so that long chains need no recursion.
class Printer {
 public:
  explicit Printer(const Tree& tree) : tree_(tree) {}
  std::string run();

 private:
  /// A piece of text, or a node where `text` is null. `reaches` says that an if, for, some or every
  /// at its right end is ended by what follows, and so needs no parentheses.
  struct Piece {
    const char* text = nullptr;
    std::size_t size = 0;
    NodeId node;
    Bond least = Bond::open;
    bool reaches = true;
  };

  void write(std::string_view text) { pieces_.push_back({text.data(), text.size(), {}, Bond::open, true}); }
  void write(NodeId node, Bond least, bool reaches) { pieces_.push_back({nullptr, 0, node, least, reaches}); }
  void write_items(std::span<const NodeId> items);

  void node(const Piece& piece);
  void number(const Node& n);
  void chain(NodeId id, std::string_view sign, Bond least, bool reaches);
  void tests(NodeId id, bool reaches);
  void test(NodeId id, bool reaches);
  void object(NodeId id, bool before_point);

  const Tree& tree_;
  std::vector<Piece> pieces_;  ///< of the node being written, in order
  std::vector<Piece> stack_;   ///< what follows, the next on top
  std::string out_;
};

RFS_INLINE std::string Printer::run() {
  stack_.push_back({nullptr, 0, tree_.root, Bond::open, true});
  while (!stack_.empty()) {
    const Piece piece = stack_.back();
    stack_.pop_back();
    if (piece.text != nullptr) {
      out_.append(piece.text, piece.size);
      continue;
    }
    pieces_.clear();
    node(piece);
    stack_.insert(stack_.end(), pieces_.rbegin(), pieces_.rend());
  }
  return std::move(out_);
}

RFS_INLINE void Printer::write_items(std::span<const NodeId> items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i != 0) write(", ");
    write(items[i], Bond::open, true);
  }
}

RFS_INLINE void Printer::number(const Node& n) {
  // Amounts of money with decimals show all of the currency's.
  const int minor = n.number.is_integer() ? 0 : value::minor_digits(n.text).value_or(0);
  out_ += n.number.text(static_cast<std::size_t>(minor));
  if (!n.text.empty() && n.text != "%") out_ += ' ';
  out_ += n.text;
}

RFS_INLINE void Printer::chain(NodeId id, std::string_view sign, Bond least, bool reaches) {
  const std::span<const NodeId> operands = tree_.operands(id);
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const bool last = i + 1 == operands.size();
    if (i != 0) write(sign);
    const bool bare = last && reaches && bond_of(tree_[operands[i]]) == Bond::open;
    write(operands[i], bare ? Bond::open : least, last && reaches);
  }
}

RFS_INLINE void Printer::test(NodeId id, bool reaches) {
  const Node& n = tree_[id];
  const std::span<const NodeId> operands = tree_.operands(id);
  if (n.kind == Kind::range) {
    write(n.op == Op::range_closed || n.op == Op::range_open_right ? "[" : "(");
    write(operands[0], Bond::sum, false);
    write("..");
    write(operands[1], Bond::sum, false);
    write(n.op == Op::range_closed || n.op == Op::range_open_left ? "]" : ")");
  } else if (n.op == Op::equal) {
    const bool bare = reaches && bond_of(tree_[operands[0]]) == Bond::open;
    write(operands[0], bare ? Bond::open : Bond::sum, reaches);
  } else {
    write(sign_of(n.op).substr(1));
    write(operands[0], Bond::sum, false);
  }
}

RFS_INLINE void Printer::tests(NodeId id, bool reaches) {
  const std::span<const NodeId> all = tree_.operands(id).subspan(1);
  if (all.size() == 1) return test(all[0], reaches);
  write("(");
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i != 0) write(", ");
    test(all[i], i + 1 == all.size());
  }
  write(")");
}

/// What a `.` or `[` follows. After a bare number a point would be the number's own; after `p on d` the
/// language refuses `.`, and `[` would read as if it belonged to the date.
RFS_INLINE void Printer::object(NodeId id, bool before_point) {
  const Node& n = tree_[id];
  const bool wrap = n.kind == Kind::on || (before_point && n.kind == Kind::number && n.text.empty());
  if (wrap) write("(");
  write(id, wrap ? Bond::open : Bond::postfix, true);
  if (wrap) write(")");
}

RFS_INLINE void Printer::node(const Piece& piece) {
  const NodeId id = piece.node;
  const Node& n = tree_[id];
  const std::span<const NodeId> operands = tree_.operands(id);
  const Bond bond = bond_of(n);
  const bool wrap = bond < piece.least;
  const bool reaches = wrap || piece.reaches;
  if (wrap) write("(");
  switch (n.kind) {
    case Kind::error:
      break;
    case Kind::number:
      number(n);
      break;
    case Kind::string:
    case Kind::date:
      if (n.kind == Kind::date) out_ += '@';
      out_ += '\'';
      for (const char c : n.text) out_.append(c == '\'' ? 2 : 1, c);
      out_ += '\'';
      break;
    case Kind::boolean:
      out_ += n.number.is_zero() ? "false" : "true";
      break;
    case Kind::name:
      out_ += n.text;
      break;
    case Kind::call:
      write(n.text);
      write("(");
      write_items(operands);
      write(")");
      break;
    case Kind::argument:
      write(n.text);
      write(": ");
      write(operands[0], Bond::open, true);
      break;
    case Kind::member:
      object(operands[0], true);
      write(".");
      write(n.text);
      break;
    case Kind::index:
      object(operands[0], false);
      write("[");
      write_items(operands.subspan(1));
      write("]");
      break;
    case Kind::on:
      write(operands[0], Bond::postfix, false);
      write(" on ");
      write(operands[1], Bond::primary, false);
      break;
    case Kind::list:
      write("[");
      write_items(operands);
      write("]");
      break;
    case Kind::negate:
      write("-");
      write(operands[0], Bond::unary, false);
      break;
    case Kind::arithmetic: {
      const bool is_sum = bond == Bond::sum;
      write(operands[0], bond, false);
      write(sign_of(n.op));
      write(operands[1], is_sum ? Bond::product : Bond::unary, false);
      break;
    }
    case Kind::compare:
      write(operands[0], Bond::sum, false);
      write(sign_of(n.op));
      write(operands[1], Bond::sum, false);
      break;
    case Kind::between:
      write(operands[0], Bond::sum, false);
      write(" between ");
      write(operands[1], Bond::sum, false);
      write(" and ");
      write(operands[2], Bond::sum, false);
      break;
    case Kind::in:
      write(operands[0], Bond::sum, false);
      write(" in ");
      tests(id, reaches);
      break;
    case Kind::test:
    case Kind::range:
      break;  // written by what holds them
    case Kind::logical_and:
      chain(id, " and ", Bond::comparison, reaches);
      break;
    case Kind::logical_or:
      chain(id, " or ", Bond::conjunction, reaches);
      break;
    case Kind::conditional:
      write("if ");
      write(operands[0], Bond::open, true);
      write(" then ");
      write(operands[1], Bond::open, true);
      write(" else ");
      write(operands[2], Bond::open, reaches);
      break;
    case Kind::quantified:
      write(n.op == Op::some ? "some " : "every ");
      write(n.text);
      write(" in ");
      write(operands[0], Bond::open, true);
      write(" satisfies ");
      write(operands[1], Bond::open, reaches);
      break;
    case Kind::input:
      out_ += '?';
      break;
    case Kind::loop:
      write("for ");
      write(n.text);
      write(" in ");
      if (const Node& list = tree_[operands[0]]; list.kind == Kind::range) {
        const std::span<const NodeId> ends = tree_.operands(operands[0]);
        write(ends[0], Bond::sum, false);
        write("..");
        write(ends[1], Bond::sum, false);
      } else {
        write(operands[0], Bond::open, true);
      }
      write(" return ");
      write(operands[1], Bond::open, reaches);
      break;
  }
  if (wrap) write(")");
}

}  // namespace detail

RFS_INLINE std::string print(const Tree& tree) { return tree.failed() ? std::string() : detail::Printer(tree).run(); }

}  // namespace rfs::inline RFS_ABI::expr
