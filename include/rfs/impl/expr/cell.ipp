#pragma once

#include <utility>

#include "rfs/expr/parser.hpp"
#include "rfs/impl/expr/in_tests.ipp"
#include "rfs/impl/expr/parser.ipp"

namespace rfs::inline RFS_ABI::expr {

/// Parses a cell of a decision table.
RFS_INLINE Parsed Parser::run_cell() {
  if (tokens_.size() == 1) {
    fail({Code::empty_expression,
          {0, static_cast<std::uint32_t>(text_.size())},
          "cell is empty",
          "write `-` where any value will do",
          "",
          {}});
    return std::move(parsed_);
  }
  const NodeId input = emit(detail::make_node(Kind::input, {0, 0}, {0, 0}), {}).id;
  if (at(Lexeme::minus) && tokens_.size() == 2) {
    parsed_.tree.root = input;
    return std::move(parsed_);
  }
  const bool is_negated = at(Lexeme::not_) && tokens_[cursor_ + 1].kind == Lexeme::open;
  const Token start = here();
  if (is_negated) {
    take();
    take();
  }
  Operand whole = cell_tests(input);
  if (is_negated) {
    const Token close = expect(Lexeme::close, "`,` or `)`");
    Node node = detail::make_node(Kind::call, detail::join(start.span, close.span), start.span);
    node.text = written(start.span);
    whole = emit(std::move(node), {whole.id});
  }
  if (!at(Lexeme::end)) fail_operator(is_negated ? "the end of the cell" : "`,` or the end of the cell");
  parsed_.tree.root = whole.id;
  return std::move(parsed_);
}

/// Tests with `,` between them; parentheses may stand around them all.
RFS_INLINE Parser::Operand Parser::cell_tests(NodeId input) {
  const std::size_t first = pending_.size();
  pending_.push_back(input);
  source::Span span = tests();
  while (at(Lexeme::comma)) {
    take();
    const Operand next = test();
    pending_.push_back(next.id);
    span.end = next.span.end;
  }
  return emit_pending(detail::make_node(Kind::in, span, span), first);
}

}  // namespace rfs::inline RFS_ABI::expr
