#pragma once

#include "rfs/expr/layout.hpp"

#include <algorithm>
#include <cstddef>

#include "rfs/expr/from_text.hpp"
#include "rfs/expr/lexer.hpp"

namespace rfs::inline RFS_ABI::expr {

namespace detail {

/// Whether a value may end with the token, so that what follows is an operator, an index or a member.
RFS_INLINE bool ends_value(Lexeme kind) {
  switch (kind) {
    case Lexeme::number:
    case Lexeme::string:
    case Lexeme::word:
    case Lexeme::percent:
    case Lexeme::true_:
    case Lexeme::false_:
    case Lexeme::item:
    case Lexeme::items:
    case Lexeme::close:
    case Lexeme::close_bracket:
      return true;
    default:
      return false;
  }
}

RFS_INLINE bool holds_next(Lexeme kind) {
  return kind == Lexeme::open || kind == Lexeme::open_bracket || kind == Lexeme::point || kind == Lexeme::at ||
         kind == Lexeme::range;
}

RFS_INLINE bool holds_previous(Lexeme kind) {
  return kind == Lexeme::close || kind == Lexeme::close_bracket || kind == Lexeme::comma || kind == Lexeme::colon ||
         kind == Lexeme::point || kind == Lexeme::percent || kind == Lexeme::range;
}

/// Whether a blank stands between two tokens of a line; `before` is the one before them.
RFS_INLINE bool is_apart(Lexeme before, Lexeme left, Lexeme right) {
  if (holds_next(left) || holds_previous(right)) return false;
  const bool is_sign = left == Lexeme::minus && !ends_value(before);
  if (is_sign) return false;
  const bool is_call = right == Lexeme::open && (left == Lexeme::word || left == Lexeme::not_);
  const bool is_index = right == Lexeme::open_bracket && ends_value(left);
  return !is_call && !is_index;
}

/// The line break and indentation between two tokens, or nothing where they stand on one line.
RFS_INLINE std::string line_break(std::string_view gap) {
  const std::size_t at = gap.rfind('\n');
  if (at == std::string_view::npos) return {};
  std::string out(gap.substr(at));
  std::replace(out.begin(), out.end(), '\t', ' ');
  out.erase(std::remove(out.begin(), out.end(), '\r'), out.end());
  return out;
}

RFS_INLINE bool same_tokens(std::string_view a, std::string_view b, const Limits& limits) {
  const Lexed left = lex(a, limits), right = lex(b, limits);
  return std::equal(left.tokens.begin(), left.tokens.end(), right.tokens.begin(), right.tokens.end(),
                    [&](const Token& x, const Token& y) {
                      return x.kind == y.kind && a.substr(x.span.begin, x.span.end - x.span.begin) ==
                                                     b.substr(y.span.begin, y.span.end - y.span.begin);
                    });
}

/// Writes a text whose tokens are sound.
RFS_INLINE std::string lay_out(std::string_view text, const Limits& limits) {
  const Lexed lexed = lex(text, limits);
  std::string out;
  Lexeme before = Lexeme::end, left = Lexeme::end;
  std::size_t end = 0;
  for (const Token& token : lexed.tokens) {
    if (token.kind == Lexeme::end) break;
    if (!out.empty()) {
      const std::string new_line = line_break(text.substr(end, token.span.begin - end));
      if (!new_line.empty())
        out += new_line;
      else if (is_apart(before, left, token.kind))
        out += ' ';
    }
    out += text.substr(token.span.begin, token.span.end - token.span.begin);
    end = token.span.end;
    before = left;
    left = token.kind;
  }
  // Where a blank keeps two tokens apart, as between `5` and `.year`, the author's blanks stay.
  return same_tokens(text, out, limits) ? out : std::string(text);
}

}  // namespace detail

RFS_INLINE std::string layout(std::string_view text, const Limits& limits) {
  return from_text(text, limits).error ? std::string(text) : detail::lay_out(text, limits);
}

RFS_INLINE std::string layout_cell(std::string_view text, const Limits& limits) {
  return cell_from_text(text, limits).error ? std::string(text) : detail::lay_out(text, limits);
}

}  // namespace rfs::inline RFS_ABI::expr
