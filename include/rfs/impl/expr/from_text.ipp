#pragma once

#include "rfs/expr/from_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "rfs/expr/lexer.hpp"
#include "rfs/expr/parser.hpp"
#include "rfs/impl/expr/cell.ipp"
#include "rfs/impl/expr/foreign_signs.ipp"
#include "rfs/impl/expr/in_tests.ipp"
#include "rfs/impl/expr/lexer.ipp"
#include "rfs/impl/expr/mistakes.ipp"
#include "rfs/impl/expr/parser.ipp"
#include "rfs/impl/expr/parser_repairs.ipp"
#include "rfs/impl/expr/primary.ipp"
#include "rfs/source/file.hpp"
#include "rfs/value/currency.hpp"

namespace rfs::inline RFS_ABI::expr {

namespace detail {

inline constexpr std::array<std::string_view, 6> kDurationUnits{"day", "days", "month", "months", "year", "years"};

// Kept out of names although it is no keyword: whoever writes it means the literal.
inline constexpr std::string_view kNoName = "null";

// Spans have 32 bits, whatever the limits say.
inline constexpr std::size_t kMostBytes = std::numeric_limits<std::uint32_t>::max() - 1;

/// Returns what keeps a text from being split into tokens.
RFS_INLINE std::optional<SyntaxError> unreadable(std::string_view text, const Limits& limits) {
  const std::size_t most = std::min<std::size_t>(limits.expression_bytes, kMostBytes);
  if (text.size() > most) {
    return SyntaxError{Code::expression_too_long,
                       {0, 0},
                       "expression of more than " + std::to_string(most) + " bytes",
                       "give its parts names as definitions",
                       "",
                       {}};
  }
  const std::size_t invalid = source::find_invalid_utf8(text);
  if (invalid == std::string_view::npos) return std::nullopt;
  const source::Span span{static_cast<std::uint32_t>(invalid), static_cast<std::uint32_t>(invalid + 1)};
  return SyntaxError{Code::not_utf8, span, "expression is not UTF-8", "", "", {}};
}

RFS_INLINE Parsed refused(std::string_view text, SyntaxError error) {
  Parsed parsed;
  Node node;
  node.span = {0, static_cast<std::uint32_t>(std::min(text.size(), kMostBytes))};
  parsed.tree.root = parsed.tree.nodes.push(std::move(node));
  parsed.error = std::move(error);
  return parsed;
}

}  // namespace detail

RFS_INLINE Parsed from_text(std::string_view text, const Limits& limits) {
  if (auto error = detail::unreadable(text, limits)) return detail::refused(text, std::move(*error));
  Parsed parsed = Parser(text, limits).run();
  return parsed.error ? detail::refused(text, std::move(*parsed.error)) : std::move(parsed);
}

RFS_INLINE Parsed cell_from_text(std::string_view text, const Limits& limits) {
  if (auto error = detail::unreadable(text, limits)) return detail::refused(text, std::move(*error));
  Parsed parsed = Parser(text, limits).run_cell();
  return parsed.error ? detail::refused(text, std::move(*parsed.error)) : std::move(parsed);
}

RFS_INLINE bool is_keyword(std::string_view word) { return keyword(word) != Lexeme::word; }

RFS_INLINE bool is_unit_word(std::string_view word) {
  const auto& words = detail::kDurationUnits;
  return std::find(words.begin(), words.end(), word) != words.end() || value::minor_digits(word).has_value();
}

RFS_INLINE bool is_name(std::string_view word) {
  if (word.empty() || word[0] < 'a' || word[0] > 'z') return false;
  const bool plain = std::all_of(word.begin(), word.end(),
                                 [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
  return plain && word != detail::kNoName && !is_keyword(word) && !is_unit_word(word);
}

RFS_INLINE std::vector<std::string_view> reserved_words() {
  std::vector<std::string_view> out{detail::kNoName};
  for (const auto& keyword : detail::kKeywords) out.push_back(keyword.text);
  out.insert(out.end(), detail::kDurationUnits.begin(), detail::kDurationUnits.end());
  std::sort(out.begin(), out.end());
  return out;
}

RFS_INLINE std::string_view grammar() {
  return R"(expr     := 'if' expr 'then' expr 'else' expr
          | ('some'|'every') name 'in' expr 'satisfies' expr
          | 'for' name 'in' (expr | sum '..' sum) 'return' expr
          | or
or       := and ('or' and)*              the last operand of or, and, in may be an if, for, some or every,
and      := compare ('and' compare)*     which then reaches as far right as it can
compare  := sum ( ('='|'!='|'<'|'<='|'>'|'>=') sum | 'between' sum 'and' sum | 'in' tests )?
tests    := test | '(' test (',' test)* ')'
test     := range | ('='|'!='|'<'|'<='|'>'|'>=') sum | sum        a list operand asks for membership
range    := ('['|'(') sum '..' sum (']'|')')
sum      := product (('+'|'-') product)*
product  := unary (('*'|'/') unary)*
unary    := '-' unary | postfix
postfix  := primary ( '.' (name | 'year' | 'month' | 'day') | '[' expr (',' expr)* ']' | 'on' primary )*
primary  := number unit? | string | '@' string | 'true' | 'false' | name | call | '(' expr ')' | '[' (expr (',' expr)*)? ']'
unit     := '%' | 'day' | 'days' | 'month' | 'months' | 'year' | 'years' | ISO 4217 code
call     := name '(' (argument (',' argument)*)? ')'      argument := (name ':')? expr
)";
}

}  // namespace rfs::inline RFS_ABI::expr
