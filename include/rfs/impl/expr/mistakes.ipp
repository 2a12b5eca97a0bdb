#pragma once

#include "rfs/expr/mistakes.hpp"

#include <algorithm>

#include "rfs/diag/suggest.hpp"
#include "rfs/expr/from_text.hpp"

namespace rfs::inline RFS_ABI::expr {

namespace detail {

// Longest piece of the user's text that a message repeats, in bytes.
inline constexpr std::size_t kExcerpt = 40;

RFS_INLINE std::string lower_case(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

RFS_INLINE std::string upper_case(std::string_view word) {
  std::string upper(word);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

RFS_INLINE void replace(SyntaxError& error, source::Span span, std::string text) {
  error.fix_title = "replace with `" + text + "`";
  error.edits.emplace_back(span, std::move(text));
}

/// Suggests the candidate nearest to the word, in words and as the fix.
RFS_INLINE bool suggest(SyntaxError& error, source::Span span, std::string_view word,
                        const std::vector<std::string_view>& candidates) {
  const std::string nearest = diag::nearest(word, candidates);
  if (nearest.empty()) return false;
  error.help = "did you mean `" + nearest + "`?";
  replace(error, span, nearest);
  return true;
}

RFS_INLINE bool opens_expression(Lexeme kind) {
  return kind == Lexeme::if_ || kind == Lexeme::for_ || kind == Lexeme::some || kind == Lexeme::every;
}

RFS_INLINE bool is_keyword_kind(Lexeme kind) { return kind >= Lexeme::and_ && kind <= Lexeme::true_; }

RFS_INLINE bool is_number_chars(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace detail

RFS_INLINE std::string excerpt(std::string_view written) {
  if (written.size() <= detail::kExcerpt) return "`" + std::string(written) + "`";
  std::size_t end = detail::kExcerpt;
  while (end > 0 && (static_cast<unsigned char>(written[end]) & 0xC0) == 0x80) --end;
  return "`" + std::string(written.substr(0, end)) + "…`";
}

RFS_INLINE SyntaxError expected(const TokenView& view, std::size_t index, const std::string& what) {
  const bool at_end = view.kind(index) == Lexeme::end;
  return {Code::expected_other,
          view.tokens[index].span,
          "expected " + what + ", found " + (at_end ? "the end of the expression" : excerpt(view.written(index))),
          "",
          "",
          {}};
}

RFS_INLINE SyntaxError operand_mistake(const TokenView& view, std::size_t index) {
  SyntaxError error = expected(view, index, "a value");
  const Lexeme kind = view.kind(index);
  const Lexeme previous = index == 0 ? Lexeme::end : view.kind(index - 1);
  const source::Span span = view.tokens[index].span;
  if (kind == Lexeme::word) return name_mistake(view, index, "a name");
  if (kind == Lexeme::equal && (previous == Lexeme::less || previous == Lexeme::greater)) {
    const std::string sign(previous == Lexeme::less ? "<=" : ">=");
    error.help = "`" + sign + "` is written without a blank";
    detail::replace(error, {view.tokens[index - 1].span.begin, span.end}, sign);
  } else if (kind == Lexeme::plus) {
    error.help = "a value has no sign `+`";
    error.fix_title = "leave out the `+`";
    error.edits.emplace_back(span, "");
  } else if (kind == Lexeme::and_ || kind == Lexeme::or_) {
    const std::string word(view.written(index));
    error.help = "`" + word + "` stands between its operands: `a " + word + " b`";
  } else if (detail::opens_expression(kind)) {
    error.help = "put the `" + std::string(view.written(index)) + "` in parentheses";
  } else if (detail::is_keyword_kind(kind)) {
    error.help = "`" + std::string(view.written(index)) + "` is a keyword and cannot be a name";
  }
  return error;
}

RFS_INLINE SyntaxError operator_mistake(const TokenView& view, std::size_t index, const std::string& what) {
  SyntaxError error = expected(view, index, what);
  const Lexeme kind = view.kind(index);
  const std::size_t before = index == 0 ? 0 : index - 1;
  const Lexeme previous = index == 0 ? Lexeme::end : view.kind(before);
  const source::Span span = view.tokens[index].span;
  if (kind == Lexeme::word) {
    const std::string_view word = view.written(index);
    const std::string lower = detail::lower_case(word);
    if (previous == Lexeme::string && view.written(before).size() > 2 &&
        view.written(before)[view.written(before).size() - 2] == '\\') {
      error.help = "a quote inside a string is doubled, not escaped";
    } else if (lower == "is" || lower == "equals") {
      error.help = "`=` compares: write `a = b`";
    } else if (lower == "elseif" || lower == "elif") {
      error.help = "write `else if`";
      detail::replace(error, span, "else if");
    } else if (is_keyword(lower)) {
      error.help = "keywords are written in lower case";
      detail::replace(error, span, lower);
    } else {
      std::vector<std::string_view> candidates{"and", "or", "between", "in", "on"};
      for (const std::string_view word_here : {"then", "else", "satisfies", "return"}) {
        if (what.find("`" + std::string(word_here) + "`") != std::string::npos)
          candidates.insert(candidates.begin(), word_here);
      }
      detail::suggest(error, span, lower, candidates);
    }
  } else if (kind == Lexeme::percent) {
    error.help = "`%` follows a number; the rest of a division is `modulo(a, b)`";
  } else if (kind == Lexeme::number && view.tokens[index].span.begin > 0 && previous == Lexeme::percent) {
    error.help = "`%` is a percentage; the rest of a division is `modulo(a, b)`";
  } else if (kind == Lexeme::not_ && view.kind(index + 1) == Lexeme::in) {
    error.help = "write `not(x in …)`";
  } else if (kind == Lexeme::range) {
    error.help = "a range stands in brackets after `in`, as in `x in [1..12]`";
  } else if (kind == Lexeme::comma && previous == Lexeme::number && view.kind(index + 1) == Lexeme::number &&
             view.written(before).size() <= 3 && detail::is_number_chars(view.written(index + 1)) &&
             std::min(view.written(index + 1).find('.'), view.written(index + 1).size()) == 3 &&
             view.tokens[before].span.end == span.begin && view.tokens[index + 1].span.begin == span.end) {
    error.code = Code::malformed_number;
    error.help = "numbers have no thousands separators";
    error.fix_title = "leave out the separator";
    error.edits.emplace_back(span, "");
  } else if (kind == Lexeme::close || kind == Lexeme::close_bracket) {
    const std::string written(view.written(index));
    error.help = "this `" + written + "` closes nothing that is open here";
  } else if (detail::opens_expression(kind)) {
    error.help = "an operator is missing before `" + std::string(view.written(index)) + "`";
  }
  return error;
}

RFS_INLINE SyntaxError name_mistake(const TokenView& view, std::size_t index, const std::string& what) {
  SyntaxError error = expected(view, index, what);
  const source::Span span = view.tokens[index].span;
  const std::string word(view.written(index));
  const std::string lower = detail::lower_case(word);
  const bool called = view.kind(index + 1) == Lexeme::open;
  if (detail::is_keyword_kind(view.kind(index))) {
    error.help = "`" + word + "` is a keyword and cannot be a name";
  } else if (view.kind(index) != Lexeme::word) {
    return error;
  } else if (lower == "null") {
    error.message = "there is no null literal";
    error.help =
        "a fact that is not given is unknown by itself; what does not apply is a value: a bool, a word or a default";
  } else if (called && (lower == "year" || lower == "month" || lower == "day")) {
    error.help = "write `d." + lower + "` for the " + lower + " of a date";
  } else if (is_unit_word(word) && view.kind(index + 1) == Lexeme::number) {
    error.help = "a unit follows its number: `" + std::string(view.written(index + 1).substr(0, detail::kExcerpt)) +
                 " " + word + "`";
    error.fix_title = "write the unit after the number";
    const source::Span number = view.tokens[index + 1].span;
    error.edits.emplace_back(source::Span{span.begin, number.begin}, "");
    error.edits.emplace_back(source::Span{number.end, number.end}, " " + word);
  } else if (is_unit_word(word)) {
    error.help = "`" + word + "` is a unit and cannot be a name; a unit follows its number";
  } else if (called && (lower == "and" || lower == "or")) {
    error.help = "`" + lower + "` stands between its operands: `a " + lower + " b`";
  } else if (is_keyword(lower)) {
    error.help = "keywords are written in lower case";
    detail::replace(error, span, lower);
  } else if (is_name(lower)) {
    error.help = "names are written in lower case";
    detail::replace(error, span, lower);
  } else {
    error.help = "a name begins with a letter and has letters a to z, digits and `_`";
  }
  return error;
}

RFS_INLINE SyntaxError unit_mistake(const TokenView& view, std::size_t index) {
  const std::string_view word = view.written(index);
  const source::Span span = view.tokens[index].span;
  const std::string lower = detail::lower_case(word);
  const std::string upper = detail::upper_case(word);
  SyntaxError error{Code::unknown_unit, span, "unknown unit " + excerpt(word), "", "", {}};
  if (is_keyword(lower)) {
    error.help = "keywords are written in lower case";
    detail::replace(error, span, lower);
  } else if (is_unit_word(upper) || is_unit_word(lower)) {
    const std::string meant = is_unit_word(upper) ? upper : lower;
    error.help = "did you mean `" + meant + "`?";
    detail::replace(error, span, meant);
  } else if (lower == "percent" || lower == "pct") {
    error.help = "a percentage is written with `%`";
    detail::replace(error, span, "%");
  } else if (lower == "week" || lower == "weeks") {
    error.help = "a week is `7 days`";
  } else if (!detail::suggest(error, span, lower, {"days", "months", "years", "day", "month", "year"})) {
    error.help = "units are `%`, `days`, `months`, `years` and currencies such as `USD`";
    if (is_name(word)) error.help += "; to multiply, write `*`";
  }
  return error;
}

RFS_INLINE std::size_t grouped_digits(const TokenView& view, std::size_t index) {
  const std::string_view first = view.written(index);
  if (first.size() > 3 || !detail::is_number_chars(first) || first.find('.') != std::string_view::npos) return 0;
  std::size_t count = 1;
  while (view.kind(index + count) == Lexeme::number) {
    const std::string_view group = view.written(index + count);
    if (!detail::is_number_chars(group) || std::min(group.find('.'), group.size()) != 3) return 0;
    ++count;
    if (group.size() > 3) break;  // the decimals
  }
  return count > 1 && view.kind(index + count) != Lexeme::number ? count : 0;
}

RFS_INLINE SyntaxError grouping_mistake(const TokenView& view, std::size_t index, std::size_t count) {
  SyntaxError error{
      Code::malformed_number,      {view.tokens[index].span.begin, view.tokens[index + count - 1].span.end},
      "number with blanks inside", "digits stand together, without thousands separators",
      "leave out the blanks",      {}};
  for (std::size_t i = index + 1; i < index + count; ++i) {
    error.edits.emplace_back(source::Span{view.tokens[i - 1].span.end, view.tokens[i].span.begin}, "");
  }
  return error;
}

}  // namespace rfs::inline RFS_ABI::expr
