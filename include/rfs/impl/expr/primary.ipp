#pragma once

#include <utility>

#include "rfs/expr/from_text.hpp"
#include "rfs/expr/parser.hpp"
#include "rfs/impl/expr/parser.ipp"
#include "rfs/value/date.hpp"

/// \file
/// The parser's rules from `postfix` down.

namespace rfs::inline RFS_ABI::expr {

// postfix

RFS_INLINE Parser::Operand Parser::postfix_rest(Operand left) {
  for (;;) {
    if (at(Lexeme::point)) {
      left = member(left);
    } else if (at(Lexeme::open_bracket)) {
      const Nesting nesting(*this);
      const Token open = take();
      const std::size_t first = pending_.size();
      pending_.push_back(left.id);
      pending_.push_back(expression().id);
      while (at(Lexeme::comma)) {
        take();
        pending_.push_back(expression().id);
      }
      const Token close = expect(Lexeme::close_bracket, "`,` or `]`");
      left = emit_pending(
          detail::make_node(Kind::index, detail::join(left.span, close.span), detail::join(open.span, close.span)),
          first);
    } else if (at(Lexeme::on)) {
      left = on(left);
    } else {
      return left;
    }
  }
}

RFS_INLINE Parser::Operand Parser::member(Operand left) {
  take();
  const std::string_view name = written(here().span);
  // Groups have the field `items`; the parts of dates have the names of units.
  const bool named =
      (at(Lexeme::word) && (is_name(name) || name == "year" || name == "month" || name == "day")) || at(Lexeme::items);
  if (!named) fail(name_mistake(view(), cursor_, "the name of a member"));
  const Token token = take();
  Node node = detail::make_node(Kind::member, detail::join(left.span, token.span), token.span);
  node.text = name;
  return emit(std::move(node), {left.id});
}

RFS_INLINE Parser::Operand Parser::on(Operand left) {
  const Token sign = take();
  const Operand date = primary();
  // Both `(p on g).date` and `p on (g.date)` could be meant.
  if (at(Lexeme::point)) fail_on(left.span, date.span);
  return emit(detail::make_node(Kind::on, detail::join(left.span, date.span), sign.span), {left.id, date.id});
}

// primary

RFS_INLINE Parser::Operand Parser::primary() {
  const Token token = here();
  switch (token.kind) {
    case Lexeme::number:
      return number();
    case Lexeme::at:
      return date();
    case Lexeme::string: {
      take();
      Node node = detail::make_node(Kind::string, token.span, token.span);
      node.text = unquote(written(token.span));
      return emit(std::move(node), {});
    }
    case Lexeme::true_:
    case Lexeme::false_: {
      take();
      Node node = detail::make_node(Kind::boolean, token.span, token.span);
      node.number = Exact(token.kind == Lexeme::true_ ? 1 : 0);
      return emit(std::move(node), {});
    }
    case Lexeme::word:
      if (!is_name(written(token.span))) break;
      [[fallthrough]];
    case Lexeme::item:
    case Lexeme::items: {
      if (token.kind == Lexeme::word && tokens_[cursor_ + 1].kind == Lexeme::open) return call();
      take();
      Node node = detail::make_node(Kind::name, token.span, token.span);
      node.text = written(token.span);
      return emit(std::move(node), {});
    }
    case Lexeme::not_:
      return tokens_[cursor_ + 1].kind == Lexeme::open ? call() : not_without_parentheses();
    case Lexeme::bang:
      return not_without_parentheses();
    case Lexeme::open:
      return parenthesised();
    case Lexeme::open_bracket: {
      const Nesting nesting(*this);
      take();
      return list_rest(token, std::nullopt);
    }
    default:
      break;
  }
  fail(operand_mistake(view(), cursor_));
  return {NodeId(), token.span};
}

RFS_INLINE Parser::Operand Parser::number() {
  const std::size_t groups = grouped_digits(view(), cursor_);
  if (groups != 0) fail(grouping_mistake(view(), cursor_, groups));
  const Token token = take();
  Node node = detail::make_node(Kind::number, token.span, token.span);
  if (at(Lexeme::percent) || at(Lexeme::word)) {
    const std::string_view unit = written(here().span);
    if (at(Lexeme::word) && !is_unit_word(unit)) fail(unit_mistake(view(), cursor_));
    node.text = unit;
    node.span = node.mark = detail::join(token.span, take().span);
  }
  std::string digits(written(token.span));
  if (const std::size_t plus = digits.find('+'); plus != std::string::npos) digits.erase(plus, 1);
  if (!parsed_.error) node.number = Exact::parse(digits).value_or(Exact());
  return emit(std::move(node), {});
}

RFS_INLINE Parser::Operand Parser::date() {
  const Token sign = take();
  if (!at(Lexeme::string)) {
    SyntaxError error = expected(view(), cursor_, "a date in quotes");
    error.help = "a date is written @'2017-04-24'";
    fail(std::move(error));
  }
  const Token token = take();
  Node node = detail::make_node(Kind::date, detail::join(sign.span, token.span), detail::join(sign.span, token.span));
  if (!parsed_.error) node.text = unquote(written(token.span));
  if (!parsed_.error && !Date::parse(node.text)) {
    fail({Code::invalid_date,
          token.span,
          excerpt(node.text) + " is not a date",
          "a date is year, month and day, from 0001-01-01 to 9999-12-31: @'2017-04-24'",
          "",
          {}});
  }
  return emit(std::move(node), {});
}

RFS_INLINE Parser::Operand Parser::call() {
  const Nesting nesting(*this);
  const Token name = take();
  take();
  const std::size_t first = pending_.size();
  if (!at(Lexeme::close)) {
    pending_.push_back(argument().id);
    while (at(Lexeme::comma)) {
      take();
      pending_.push_back(argument().id);
    }
  }
  const Token close = expect(Lexeme::close, "`,` or `)`");
  Node node = detail::make_node(Kind::call, detail::join(name.span, close.span), name.span);
  node.text = written(name.span);
  return emit_pending(std::move(node), first);
}

RFS_INLINE Parser::Operand Parser::argument() {
  if (at(Lexeme::end) || tokens_[cursor_ + 1].kind != Lexeme::colon) return expression();
  const Token name = variable();
  take();
  const Operand value = expression();
  Node node = detail::make_node(Kind::argument, detail::join(name.span, value.span), name.span);
  node.text = written(name.span);
  return emit(std::move(node), {value.id});
}

RFS_INLINE Parser::Operand Parser::parenthesised() {
  const Nesting nesting(*this);
  const std::size_t start = cursor_;
  const Token open = take();
  const Operand inner = expression();
  if (at(Lexeme::comma) && start > 0 && tokens_[start - 1].kind == Lexeme::if_) {
    SyntaxError error = expected(view(), cursor_, "`)`");
    error.help = "write `if c then a else b`";
    fail(std::move(error));
  }
  const Token close = expect(Lexeme::close, "`)`");
  return {inner.id, detail::join(open.span, close.span)};
}

/// The items of a list after its bracket, or after its first item.
RFS_INLINE Parser::Operand Parser::list_rest(const Token& open, std::optional<Operand> first) {
  const std::size_t first_pending = pending_.size();
  if (first || !at(Lexeme::close_bracket)) {
    pending_.push_back(first ? first->id : expression().id);
    while (at(Lexeme::comma)) {
      take();
      pending_.push_back(expression().id);
    }
  }
  const Token close = expect(Lexeme::close_bracket, "`,` or `]`");
  const source::Span span = detail::join(open.span, close.span);
  return emit_pending(detail::make_node(Kind::list, span, span), first_pending);
}

}  // namespace rfs::inline RFS_ABI::expr
