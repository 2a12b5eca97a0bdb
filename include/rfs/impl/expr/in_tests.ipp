#pragma once

#include "rfs/expr/parser.hpp"
#include "rfs/impl/expr/parser.ipp"

/// \file
/// What stands after `in`. A `(` there may open three things, told apart without reading anything twice:
/// a range `(1..5]`, where the first sum is followed by `..`; a list of tests `(1, < 5)`, where it begins
/// with a test that is no sum or a `,` follows the first; or a value in parentheses. `(1)` is the last two at once,
/// with one tree; so after its `)` a sum goes on where it can: `x in (1 + 2) * 3` tests against 9.

namespace rfs::inline RFS_ABI::expr {

RFS_INLINE Parser::Operand Parser::in_rest(Operand left) {
  const Token sign = take();
  const std::size_t first = pending_.size();
  pending_.push_back(left.id);
  const source::Span span = detail::join(left.span, tests());
  return emit_pending(detail::make_node(Kind::in, span, sign.span), first);
}

/// Leaves the tests in `pending_` and returns the text they take.
RFS_INLINE source::Span Parser::tests() {
  if (!at(Lexeme::open)) return lone_test(test());
  Operand first;
  {
    const Nesting nesting(*this);
    const Token open = take();
    if (at_comparison()) return test_list(open, comparing_test(), true);
    bool is_range = false;
    first = at_open_expression() ? open_expression() : range_or_sum(is_range);
    if (is_range) return test_list(open, first, true);
    if (first.is_sum) first = expression_rest(first);
    if (at(Lexeme::range)) return lone_test(range_rest(open, first));
    if (at(Lexeme::comma)) return test_list(open, first, false);
    const Token close = expect(Lexeme::close, "`,` or `)`");
    first = {first.id, detail::join(open.span, close.span)};
  }
  return lone_test(equal_test(sum_rest(product_rest(postfix_rest(first)))));
}

RFS_INLINE source::Span Parser::lone_test(Operand test) {
  pending_.push_back(test.id);
  return test.span;
}

/// The tests after the first, whose `(` is open.
RFS_INLINE source::Span Parser::test_list(const Token& open, Operand first, bool is_test) {
  const auto refuse_open = [&] {
    SyntaxError error = expected(view(), cursor_, "`)`");
    error.help = "a test is a value, a comparison such as `< 5` or a range; put anything else in parentheses";
    fail(std::move(error));
  };
  if (!first.is_sum) refuse_open();
  pending_.push_back((is_test ? first : equal_test(first)).id);
  while (at(Lexeme::comma)) {
    take();
    const bool reaches_right = at_open_expression();
    pending_.push_back(test().id);
    if (reaches_right && at(Lexeme::comma)) refuse_open();
  }
  return detail::join(open.span, expect(Lexeme::close, "`,` or `)`").span);
}

RFS_INLINE Parser::Operand Parser::test() {
  if (at_comparison()) return comparing_test();
  if (at_open_expression()) return equal_test(open_expression());
  bool is_range = false;
  const Operand operand = range_or_sum(is_range);
  return is_range ? operand : equal_test(operand);
}

RFS_INLINE Parser::Operand Parser::comparing_test() {
  const Token sign = take();
  const Operand operand = sum();
  return emit(
      detail::make_node(Kind::test, detail::join(sign.span, operand.span), sign.span, detail::comparison_op(sign.kind)),
      {operand.id});
}

RFS_INLINE Parser::Operand Parser::equal_test(Operand operand) {
  return emit(detail::make_node(Kind::test, operand.span, operand.span, Op::equal), {operand.id});
}

RFS_INLINE Parser::Operand Parser::range_or_sum(bool& is_range) {
  if (!at(Lexeme::open) && !at(Lexeme::open_bracket)) return sum();
  Operand first;
  {
    const Nesting nesting(*this);
    const Token open = take();
    if (open.kind == Lexeme::open_bracket && at(Lexeme::close_bracket)) {
      first = list_rest(open, std::nullopt);
    } else {
      const Operand inner = expression();
      if (at(Lexeme::range)) {
        is_range = true;
        return range_rest(open, inner);
      }
      if (open.kind == Lexeme::open_bracket) {
        first = list_rest(open, inner);
      } else {
        const Token close = expect(Lexeme::close, "`)`");
        first = {inner.id, detail::join(open.span, close.span)};
      }
    }
  }
  return sum_rest(product_rest(postfix_rest(first)));
}

RFS_INLINE Parser::Operand Parser::range_rest(const Token& open, Operand least) {
  if (!least.is_sum) {
    SyntaxError error = expected(view(), cursor_, open.kind == Lexeme::open ? "`)`" : "`,` or `]`");
    error.help = "put the first end of a range in parentheses";
    fail(std::move(error));
  }
  take();
  const Operand most = sum();
  if (!at(Lexeme::close) && !at(Lexeme::close_bracket)) fail_operator("`]` or `)`");
  const Token close = take();
  const bool open_left = open.kind == Lexeme::open;
  const bool open_right = close.kind == Lexeme::close;
  const Op op = open_left ? (open_right ? Op::range_open : Op::range_open_left)
                          : (open_right ? Op::range_open_right : Op::range_closed);
  const source::Span span = detail::join(open.span, close.span);
  return emit(detail::make_node(Kind::range, span, span, op), {least.id, most.id});
}

}  // namespace rfs::inline RFS_ABI::expr
