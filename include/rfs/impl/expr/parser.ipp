#pragma once

#include "rfs/expr/parser.hpp"

#include <utility>

#include "rfs/expr/from_text.hpp"

namespace rfs::inline RFS_ABI::expr {

namespace detail {

RFS_INLINE Node make_node(Kind kind, source::Span span, source::Span mark, Op op = Op::none) {
  Node node;
  node.kind = kind;
  node.op = op;
  node.span = span;
  node.mark = mark;
  return node;
}

RFS_INLINE source::Span join(source::Span a, source::Span b) { return {a.begin, b.end}; }

RFS_INLINE Op comparison_op(Lexeme kind) {
  switch (kind) {
    case Lexeme::equal:
      return Op::equal;
    case Lexeme::not_equal:
      return Op::not_equal;
    case Lexeme::less:
      return Op::less;
    case Lexeme::less_equal:
      return Op::less_equal;
    case Lexeme::greater:
      return Op::greater;
    case Lexeme::greater_equal:
      return Op::greater_equal;
    default:
      return Op::none;
  }
}

// What may follow a value that stands by itself.
inline constexpr const char* kAfterValue = "an operator or the end of the expression";

}  // namespace detail

RFS_INLINE Parser::Parser(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {
  Lexed lexed = lex(text, limits);
  tokens_ = std::move(lexed.tokens);
  lexical_error_ = std::move(lexed.error);
}

RFS_INLINE Parser::Nesting::Nesting(Parser& parser) : parser_(parser) {
  if (++parser_.depth_ > parser_.limits_.expression_depth) {
    parser_.fail({Code::expression_too_deep,
                  parser_.here().span,
                  "expression nested deeper than " + std::to_string(parser_.limits_.expression_depth) + " levels",
                  "give its parts names as definitions",
                  "",
                  {}});
  }
}

RFS_INLINE Parsed Parser::run() {
  if (tokens_.size() == 1) {
    fail({Code::empty_expression, {0, static_cast<std::uint32_t>(text_.size())}, "expression is empty", "", "", {}});
    return std::move(parsed_);
  }
  const Operand whole = expression();
  if (!at(Lexeme::end)) fail_operator(detail::kAfterValue);
  parsed_.tree.root = whole.id;
  return std::move(parsed_);
}

RFS_INLINE Token Parser::take() {
  const Token token = here();
  if (token.kind != Lexeme::end) ++cursor_;
  return token;
}

RFS_INLINE Token Parser::expect(Lexeme kind, const std::string& what) {
  if (!at(kind)) fail_operator(what);
  return take();
}

RFS_INLINE void Parser::fail(SyntaxError error) {
  // A token that the lexer could not read is the mistake itself, whatever was expected in its place.
  const bool unreadable = at(Lexeme::bad) && error.span.begin >= here().span.begin;
  if (!parsed_.error) parsed_.error = unreadable ? std::move(*lexical_error_) : std::move(error);
  cursor_ = tokens_.size() - 1;
}

RFS_INLINE void Parser::fail_operator(const std::string& what) { fail(operator_mistake(view(), cursor_, what)); }

RFS_INLINE Parser::Operand Parser::emit(Node node, std::initializer_list<NodeId> operands) {
  const std::size_t first_pending = pending_.size();
  pending_.insert(pending_.end(), operands);
  return emit_pending(std::move(node), first_pending);
}

RFS_INLINE Parser::Operand Parser::emit_pending(Node node, std::size_t first_pending) {
  Tree& tree = parsed_.tree;
  const source::Span span = node.span;
  if (!parsed_.error && tree.nodes.size() >= limits_.nodes) {
    fail({Code::too_many_nodes,
          span,
          "expression of more than " + std::to_string(limits_.nodes) + " nodes",
          "give its parts names as definitions",
          "",
          {}});
  }
  NodeId id;
  if (!parsed_.error) {
    const auto first = pending_.begin() + static_cast<std::ptrdiff_t>(first_pending);
    node.first = static_cast<std::uint32_t>(tree.operand_pool.size());
    node.count = static_cast<std::uint32_t>(pending_.end() - first);
    tree.operand_pool.insert(tree.operand_pool.end(), first, pending_.end());
    id = tree.nodes.push(std::move(node));
  }
  pending_.resize(first_pending);
  return {id, span};
}

// expr

RFS_INLINE bool Parser::at_open_expression() const {
  return at(Lexeme::if_) || at(Lexeme::for_) || at(Lexeme::some) || at(Lexeme::every);
}

RFS_INLINE Parser::Operand Parser::expression() {
  return at_open_expression() ? open_expression() : expression_rest(sum());
}

RFS_INLINE Parser::Operand Parser::expression_rest(Operand sum) { return or_rest(and_rest(compare_rest(sum))); }

RFS_INLINE Parser::Operand Parser::open_expression() {
  const Nesting nesting(*this);
  Operand open = at(Lexeme::if_) ? conditional() : at(Lexeme::for_) ? loop() : quantified();
  open.is_sum = false;
  return open;
}

RFS_INLINE Parser::Operand Parser::conditional() {
  const Token start = take();
  const Operand condition = expression();
  expect(Lexeme::then, "`then`");
  const Operand yes = expression();
  expect(Lexeme::else_, "`else`");
  const Operand no = expression();
  return emit(detail::make_node(Kind::conditional, detail::join(start.span, no.span), start.span),
              {condition.id, yes.id, no.id});
}

RFS_INLINE Token Parser::variable() {
  if (!at(Lexeme::word) || !is_name(written(here().span))) fail(name_mistake(view(), cursor_, "a name"));
  return take();
}

RFS_INLINE Parser::Operand Parser::quantified() {
  const Token start = take();
  const Token name = variable();
  expect(Lexeme::in, "`in`");
  const Operand list = expression();
  expect(Lexeme::satisfies, "`satisfies`");
  const Operand condition = expression();
  Node node = detail::make_node(Kind::quantified, detail::join(start.span, condition.span), start.span,
                                start.kind == Lexeme::some ? Op::some : Op::every);
  node.text = written(name.span);
  return emit(std::move(node), {list.id, condition.id});
}

RFS_INLINE Parser::Operand Parser::loop() {
  const Token start = take();
  const Token name = variable();
  expect(Lexeme::in, "`in`");
  Operand list = expression();
  if (at(Lexeme::range)) {
    if (!list.is_sum) fail_operator("`return`");
    const Token dots = take();
    const Operand most = sum();
    list = emit(detail::make_node(Kind::range, detail::join(list.span, most.span), dots.span, Op::range_closed),
                {list.id, most.id});
  }
  expect(Lexeme::return_, "`return`");
  const Operand result = expression();
  Node node = detail::make_node(Kind::loop, detail::join(start.span, result.span), start.span);
  node.text = written(name.span);
  return emit(std::move(node), {list.id, result.id});
}

// or, and, compare

RFS_INLINE Parser::Operand Parser::or_rest(Operand left) {
  if (!at(Lexeme::or_)) return left;
  const std::size_t first = pending_.size();
  const source::Span mark = here().span;
  pending_.push_back(left.id);
  source::Span span = left.span;
  while (at(Lexeme::or_)) {
    take();
    const Operand next = at_open_expression() ? open_expression() : and_rest(comparison());
    pending_.push_back(next.id);
    span.end = next.span.end;
  }
  Operand all = emit_pending(detail::make_node(Kind::logical_or, span, mark), first);
  all.is_sum = false;
  return all;
}

RFS_INLINE Parser::Operand Parser::and_rest(Operand left) {
  if (!at(Lexeme::and_)) return left;
  const std::size_t first = pending_.size();
  const source::Span mark = here().span;
  pending_.push_back(left.id);
  source::Span span = left.span;
  while (at(Lexeme::and_)) {
    take();
    const Operand next = at_open_expression() ? open_expression() : comparison();
    pending_.push_back(next.id);
    span.end = next.span.end;
  }
  Operand all = emit_pending(detail::make_node(Kind::logical_and, span, mark), first);
  all.is_sum = false;
  return all;
}

RFS_INLINE Parser::Operand Parser::comparison() { return compare_rest(sum()); }

RFS_INLINE Parser::Operand Parser::compare_rest(Operand left) {
  Operand compared = left;
  if (at_comparison()) {
    const Token sign = take();
    const Operand right = sum();
    if (at_comparison()) fail_chained(left, sign, right);
    compared = emit(detail::make_node(Kind::compare, detail::join(left.span, right.span), sign.span,
                                      detail::comparison_op(sign.kind)),
                    {left.id, right.id});
  } else if (at(Lexeme::between)) {
    compared = between_rest(left);
  } else if (at(Lexeme::in)) {
    compared = in_rest(left);
  } else {
    return left;
  }
  compared.is_sum = false;
  if (at_comparison() || at(Lexeme::between) || at(Lexeme::in)) {
    SyntaxError error = expected(view(), cursor_, detail::kAfterValue);
    error.code = Code::chained_comparison;
    error.help = "put one comparison in parentheses, or join two with `and`";
    fail(std::move(error));
  }
  return compared;
}

RFS_INLINE Parser::Operand Parser::between_rest(Operand left) {
  const Token sign = take();
  const Operand least = sum();
  expect(Lexeme::and_, "`and`");
  const Operand most = sum();
  return emit(detail::make_node(Kind::between, detail::join(left.span, most.span), sign.span),
              {left.id, least.id, most.id});
}

// sum, product, unary

RFS_INLINE Parser::Operand Parser::sum() { return sum_rest(product_rest(unary())); }

RFS_INLINE Parser::Operand Parser::sum_rest(Operand left) {
  while (at(Lexeme::plus) || at(Lexeme::minus)) {
    const Token sign = take();
    const Operand right = product_rest(unary());
    left = emit(detail::make_node(Kind::arithmetic, detail::join(left.span, right.span), sign.span,
                                  sign.kind == Lexeme::plus ? Op::add : Op::subtract),
                {left.id, right.id});
  }
  return left;
}

RFS_INLINE Parser::Operand Parser::product_rest(Operand left) {
  while (at(Lexeme::star) || at(Lexeme::slash)) {
    const Token sign = take();
    const Operand right = unary();
    left = emit(detail::make_node(Kind::arithmetic, detail::join(left.span, right.span), sign.span,
                                  sign.kind == Lexeme::star ? Op::multiply : Op::divide),
                {left.id, right.id});
  }
  return left;
}

RFS_INLINE Parser::Operand Parser::unary() {
  if (!at(Lexeme::minus)) return postfix_rest(primary());
  const Nesting nesting(*this);
  const Token sign = take();
  const Operand operand = unary();
  return emit(detail::make_node(Kind::negate, detail::join(sign.span, operand.span), sign.span), {operand.id});
}

}  // namespace rfs::inline RFS_ABI::expr
