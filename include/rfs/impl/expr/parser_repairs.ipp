#pragma once

#include "rfs/expr/parser.hpp"
#include "rfs/impl/expr/parser.ipp"

/// \file
/// Mistakes whose repair needs the operand that follows: it is parsed first, and where it holds a
/// mistake of its own, that one is reported.

namespace rfs::inline RFS_ABI::expr {

namespace detail {

// Longest operand that a fix writes a second time, and longest text that a help repeats.
inline constexpr std::size_t kRepeated = 200;
inline constexpr std::size_t kShown = 40;

RFS_INLINE source::Span before(source::Span span) { return {span.begin, span.begin}; }
RFS_INLINE source::Span after(source::Span span) { return {span.end, span.end}; }

RFS_INLINE bool showable(std::string_view text) {
  return text.size() <= kShown && text.find('\n') == std::string_view::npos;
}

}  // namespace detail

/// `not x` and `!x`: the language has only `not(x)`.
RFS_INLINE Parser::Operand Parser::not_without_parentheses() {
  const Nesting nesting(*this);
  const std::size_t sign_index = cursor_;
  const Token sign = take();
  const Token start = here();
  const bool is_bang = sign.kind == Lexeme::bang;
  SyntaxError error = is_bang ? expected(view(), sign_index, "`not(…)`") : expected(view(), cursor_, "`(`");
  if (is_bang) error.code = Code::unexpected_character;
  error.help = "write `not(…)`";
  // `not a = b` negates the comparison, as in most languages; `!a = b` only `a`.
  const Operand operand = is_bang ? unary() : comparison();
  if (parsed_.error) return operand;
  error.fix_title = "write `not(…)`";
  const bool in_parentheses = parsed_.tree[operand.id].span.begin != operand.span.begin;
  if (is_bang && in_parentheses) {
    error.edits.emplace_back(sign.span, "not");
  } else {
    error.edits.emplace_back(source::Span{sign.span.begin, start.span.begin}, "not(");
    error.edits.emplace_back(detail::after(operand.span), ")");
  }
  fail(std::move(error));
  return operand;
}

/// `a < b < c`, at the second sign.
RFS_INLINE void Parser::fail_chained(const Operand& left, const Token& sign, const Operand& middle) {
  const Token second = take();
  const Operand right = sum();
  if (parsed_.error) return;
  SyntaxError error{Code::chained_comparison,
                    second.span,
                    "comparisons cannot be chained",
                    "write two comparisons joined with `and`, or `between`",
                    "",
                    {}};
  const std::string a(written(left.span));
  const std::string b(written(middle.span));
  const std::string c(written(right.span));
  if (detail::showable(a) && detail::showable(b) && detail::showable(c)) {
    const std::string both = a + " " + std::string(written(sign.span)) + " " + b + " and " + b + " " +
                             std::string(written(second.span)) + " " + c;
    const auto rises = [](Lexeme kind) { return kind == Lexeme::less || kind == Lexeme::less_equal; };
    const auto falls = [](Lexeme kind) { return kind == Lexeme::greater || kind == Lexeme::greater_equal; };
    error.help = "write `" + both + "`";
    if (rises(sign.kind) && rises(second.kind))
      error.help += ", or `" + b + " between " + a + " and " + c + "` where both ends count";
    if (falls(sign.kind) && falls(second.kind))
      error.help += ", or `" + b + " between " + c + " and " + a + "` where both ends count";
  }
  if (b.size() <= detail::kRepeated) {
    error.fix_title = "compare twice, joined with `and`";
    error.edits.emplace_back(detail::after(middle.span), " and " + b);
  }
  fail(std::move(error));
}

/// `p on g.date`, at the point. A part of a date is no date: `p on d.year` is meant as `(p on d).year`.
RFS_INLINE void Parser::fail_on(source::Span left, source::Span primary) {
  SyntaxError error{Code::on_needs_parentheses,
                    here().span,
                    "expected parentheses around the date after `on`",
                    "write `p on (g.date)` for the date of `g`, or `(p on g).name` for a member of the result",
                    "",
                    {}};
  source::Span date = primary, before_part = primary;
  bool is_part = false;
  while (at(Lexeme::point) &&
         (tokens_[cursor_ + 1].kind == Lexeme::word || tokens_[cursor_ + 1].kind == Lexeme::items)) {
    before_part = date;
    take();
    const source::Span name = take().span;
    is_part =
        written(name) == "year" || written(name) == "month" || written(name) == "day" || written(name) == "weekday";
    date.end = name.end;
  }
  const source::Span inner = is_part ? before_part : date;
  const source::Span value{left.begin, inner.end};
  const bool has_member = inner.end != primary.end;
  if (is_part) {
    error.fix_title = "put what is read on the date in parentheses";
    error.edits.emplace_back(detail::before(value), "(");
  }
  if (has_member) {
    if (!is_part) error.fix_title = "put the date in parentheses";
    error.edits.emplace_back(detail::before(inner), "(");
    error.edits.emplace_back(detail::after(inner), ")");
  }
  if (is_part) error.edits.emplace_back(detail::after(value), ")");
  const std::string member(written({inner.end, date.end}));
  if (has_member && !is_part && detail::showable(written(date)))
    error.help = "write `on (" + std::string(written(date)) + ")`";
  if (!has_member && is_part && detail::showable(written(value)))
    error.help = "write `(" + std::string(written(value)) + ")" + member + "`";
  fail(std::move(error));
}

}  // namespace rfs::inline RFS_ABI::expr
