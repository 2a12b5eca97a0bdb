#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "rfs/expr/mistakes.hpp"

/// \file
/// Signs that the language does not have, by the habits that bring them.

namespace rfs::inline RFS_ABI::expr {

namespace detail {

struct Habit {
  std::string_view written;
  std::string_view ours;
};

// Longer ones stand before those they begin with.
inline constexpr auto kHabits = std::to_array<Habit>({
    {"===", "="},  {"!==", "!="}, {"==", "="},  {"<>", "!="}, {"=>", ">="}, {"=<", "<="}, {"...", ".."},
    {"&&", "and"}, {"||", "or"},  {"&", "and"}, {"|", "or"},  {"≤", "<="},  {"≥", ">="},  {"≠", "!="},
    {"×", "*"},    {"·", "*"},    {"⋅", "*"},   {"÷", "/"},   {"∕", "/"},   {"–", "-"},   {"—", "-"},
    {"−", "-"},    {"…", ".."},   {"∧", "and"}, {"∨", "or"},
});

struct Currency {
  std::string_view sign;
  std::string_view code;  ///< empty where several currencies share the sign
};

inline constexpr auto kCurrencies =
    std::to_array<Currency>({{"$", ""}, {"€", "EUR"}, {"£", "GBP"}, {"¥", ""}, {"₹", "INR"}});

/// Decodes the code point of a valid UTF-8 text; gives its length too.
RFS_INLINE std::pair<std::uint32_t, std::size_t> code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t first = byte(0);
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length > text.size()) return {first, 1};
  std::uint32_t value = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) value = (value << 6) | (byte(i) & 0x3F);
  return {value, length};
}

RFS_INLINE std::string code_point_text(std::uint32_t value) {
  std::string hex;
  for (; value != 0 || hex.size() < 4; value >>= 4) hex.insert(hex.begin(), "0123456789ABCDEF"[value & 0xF]);
  return "U+" + hex;
}

RFS_INLINE bool is_wide_blank(std::uint32_t c) {
  return c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

/// Characters that show as nothing, or turn the direction of what follows.
RFS_INLINE bool is_invisible(std::uint32_t c) {
  return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         c == 0xFEFF;
}

RFS_INLINE bool is_control(std::uint32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

RFS_INLINE SyntaxError habit_mistake(std::string_view text, source::Span span, const Habit& habit) {
  SyntaxError error{Code::unexpected_character,
                    span,
                    "expected `" + std::string(habit.ours) + "`, found `" + std::string(habit.written) + "`",
                    "write `" + std::string(habit.ours) + "`",
                    "",
                    {}};
  std::string ours(habit.ours);
  if (ours == "and" || ours == "or") {
    const auto blank = [&](std::size_t i) {
      return text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r';
    };
    if (span.begin > 0 && !blank(span.begin - 1)) ours.insert(0, " ");
    if (span.end < text.size() && !blank(span.end)) ours += " ";
  }
  error.fix_title = "replace `" + std::string(habit.written) + "` with `" + std::string(habit.ours) + "`";
  error.edits.emplace_back(span, std::move(ours));
  return error;
}

RFS_INLINE SyntaxError currency_mistake(std::string_view text, source::Span span, const Currency& currency,
                                        Lexeme previous) {
  const std::string code(currency.code);
  SyntaxError error{Code::unexpected_character,
                    span,
                    "unexpected " + excerpt(currency.sign),
                    "the currency's code follows the amount, as in `100 " + (code.empty() ? "USD" : code) + "`",
                    "",
                    {}};
  std::size_t begin = span.end;
  if (begin < text.size() && text[begin] == ' ') ++begin;
  const std::size_t end = std::min(text.find_first_not_of("0123456789.", begin), text.size());
  const bool whole = end == text.size() || (text[end] != ',' && text[end] != '_' && text[end - 1] != '.');
  if (code.empty()) return error;
  error.fix_title = "write `" + code + "` after the amount";
  if (end > begin && whole) {
    error.edits.emplace_back(source::Span{span.begin, static_cast<std::uint32_t>(begin)}, "");
    error.edits.emplace_back(source::Span{static_cast<std::uint32_t>(end), static_cast<std::uint32_t>(end)},
                             " " + code);
  } else if (previous == Lexeme::number) {
    error.edits.emplace_back(span, (text[span.begin - 1] == ' ' ? "" : " ") + code);
  } else {
    error.fix_title.clear();
  }
  return error;
}

RFS_INLINE SyntaxError curly_mistake(std::string_view text, source::Span span, std::string_view opening,
                                     bool is_double) {
  SyntaxError error{Code::unexpected_character,
                    span,
                    "unexpected " + excerpt(opening),
                    "strings take straight quotes: `'text'`",
                    "",
                    {}};
  const std::string_view closing = is_double ? "”" : "’";
  const std::size_t end = text.find(closing, span.end);
  if (end == std::string_view::npos) return error;
  const std::string_view content = text.substr(span.end, end - span.end);
  const bool has_control =
      std::any_of(content.begin(), content.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; });
  if (content.find('\'') != std::string_view::npos || has_control) return error;
  error.fix_title = "write straight quotes";
  error.edits.emplace_back(span, "'");
  error.edits.emplace_back(
      source::Span{static_cast<std::uint32_t>(end), static_cast<std::uint32_t>(end + closing.size())}, "'");
  return error;
}

/// What has no one replacement, only advice.
RFS_INLINE std::string_view advice(std::string_view rest) {
  if (rest.starts_with("**") || rest.starts_with("^")) return "there is no power operator: multiply, as in `x * x`";
  if (rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with("#"))
    return "expressions have no comments: put a `note` beside them";
  if (rest.starts_with(":=")) return "nothing is assigned; `=` compares";
  if (rest.starts_with("?")) return "a choice of two is written `if c then a else b`";
  if (rest.starts_with("`")) return "strings take single or double quotes";
  if (rest.starts_with("\\")) return "there are no escapes; a quote inside a string is doubled";
  return {};
}

}  // namespace detail

RFS_INLINE bool is_foreign_sign(std::string_view text, std::size_t position) {
  const std::string_view rest = text.substr(position);
  constexpr std::array<std::string_view, 9> kForeign{"==", "!==", "<>", "=>", "=<", "**", "//", "/*", ":="};
  return rest.starts_with("...") ||
         std::any_of(kForeign.begin(), kForeign.end(), [&](std::string_view s) { return rest.starts_with(s); });
}

RFS_INLINE SyntaxError character_mistake(std::string_view text, std::size_t position, Lexeme previous) {
  const std::string_view rest = text.substr(position);
  const auto span_of_length = [&](std::size_t length) {
    return source::Span{static_cast<std::uint32_t>(position), static_cast<std::uint32_t>(position + length)};
  };
  for (const detail::Habit& habit : detail::kHabits) {
    if (rest.starts_with(habit.written))
      return detail::habit_mistake(text, span_of_length(habit.written.size()), habit);
  }
  for (const detail::Currency& currency : detail::kCurrencies) {
    if (rest.starts_with(currency.sign))
      return detail::currency_mistake(text, span_of_length(currency.sign.size()), currency, previous);
  }
  for (const std::string_view opening : {"“", "”", "„", "‘", "’", "‚"}) {
    const bool is_double = opening == "“" || opening == "”" || opening == "„";
    if (rest.starts_with(opening))
      return detail::curly_mistake(text, span_of_length(opening.size()), opening, is_double);
  }
  const auto [value, length] = detail::code_point(rest);
  SyntaxError error{Code::unexpected_character, span_of_length(length), "", "", "", {}};
  if (detail::is_wide_blank(value)) {
    error.message = "unexpected blank " + detail::code_point_text(value);
    error.help = "write a plain blank";
    error.fix_title = "write a plain blank";
    error.edits.emplace_back(error.span, " ");
  } else if (detail::is_invisible(value)) {
    error.message = "unexpected invisible character " + detail::code_point_text(value);
    error.fix_title = "leave it out";
    error.edits.emplace_back(error.span, "");
  } else if (detail::is_control(value)) {
    error.message = "unexpected control character " + detail::code_point_text(value);
  } else {
    const std::string_view advice = detail::advice(rest);
    const bool pair =
        rest.starts_with("**") || rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with(":=");
    if (pair) error.span.end = error.span.begin + 2;
    error.message = "unexpected " + excerpt(rest.substr(0, pair ? 2 : length));
    error.help = value > 0x7F
                     ? std::string_view("outside strings only ASCII is used; names have letters a to z, digits and `_`")
                     : advice;
  }
  return error;
}

}  // namespace rfs::inline RFS_ABI::expr
