#pragma once

#include "rfs/expr/lexer.hpp"

#include <algorithm>
#include <array>

#include "rfs/expr/mistakes.hpp"

namespace rfs::inline RFS_ABI::expr {

namespace detail {

struct Spelling {
  std::string_view text;
  Lexeme kind;
};

inline constexpr auto kKeywords = std::to_array<Spelling>({
    {"and", Lexeme::and_},
    {"between", Lexeme::between},
    {"else", Lexeme::else_},
    {"every", Lexeme::every},
    {"false", Lexeme::false_},
    {"for", Lexeme::for_},
    {"if", Lexeme::if_},
    {"in", Lexeme::in},
    {"item", Lexeme::item},
    {"items", Lexeme::items},
    {"not", Lexeme::not_},
    {"on", Lexeme::on},
    {"or", Lexeme::or_},
    {"return", Lexeme::return_},
    {"satisfies", Lexeme::satisfies},
    {"some", Lexeme::some},
    {"then", Lexeme::then},
    {"true", Lexeme::true_},
});

// Longer signs stand before those they begin with.
inline constexpr auto kSigns = std::to_array<Spelling>({
    {"!=", Lexeme::not_equal}, {"<=", Lexeme::less_equal},  {">=", Lexeme::greater_equal},
    {"..", Lexeme::range},     {"+", Lexeme::plus},         {"-", Lexeme::minus},
    {"*", Lexeme::star},       {"/", Lexeme::slash},        {"=", Lexeme::equal},
    {"<", Lexeme::less},       {">", Lexeme::greater},      {"(", Lexeme::open},
    {")", Lexeme::close},      {"[", Lexeme::open_bracket}, {"]", Lexeme::close_bracket},
    {",", Lexeme::comma},      {":", Lexeme::colon},        {".", Lexeme::point},
    {"@", Lexeme::at},         {"%", Lexeme::percent},      {"!", Lexeme::bang},
});

// Largest exponent of a literal, either way.
inline constexpr std::size_t kMostExponent = 30;

RFS_INLINE bool is_digit(char c) { return c >= '0' && c <= '9'; }
RFS_INLINE bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
RFS_INLINE bool is_word_char(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
RFS_INLINE bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

RFS_INLINE source::Span span_of(std::size_t begin, std::size_t end) {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

/// Walks over a text once; `position_` is the first byte not yet in a token.
class Scanner {
 public:
  Scanner(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {}
  Lexed run();

 private:
  void number();
  void string();
  void word();
  void sign();

  [[nodiscard]] char look(std::size_t position) const { return position < text_.size() ? text_[position] : '\0'; }
  [[nodiscard]] std::size_t skip_digits(std::size_t from) const {
    while (is_digit(look(from))) ++from;
    return from;
  }
  [[nodiscard]] bool after_value() const;
  void add(Lexeme kind, std::size_t end) {
    lexed_.tokens.push_back({kind, span_of(position_, end)});
    position_ = end;
  }
  void fail(SyntaxError error) { lexed_.error = std::move(error); }
  void fail_number(std::size_t end, std::string message, std::string help, std::string fix = {});

  std::string_view text_;
  const Limits& limits_;
  std::size_t position_ = 0;
  Lexed lexed_;
};

RFS_INLINE Lexed Scanner::run() {
  for (;;) {
    while (is_blank(look(position_))) ++position_;
    if (position_ == text_.size() || lexed_.error) break;
    const char c = text_[position_];
    if (is_digit(c)) {
      number();
    } else if (is_letter(c) || c == '_') {
      word();
    } else if (c == '\'' || c == '"') {
      string();
    } else {
      sign();
    }
  }
  if (lexed_.error) lexed_.tokens.push_back({Lexeme::bad, lexed_.error->span});
  lexed_.tokens.push_back({Lexeme::end, span_of(text_.size(), text_.size())});
  return std::move(lexed_);
}

RFS_INLINE void Scanner::fail_number(std::size_t end, std::string message, std::string help, std::string fix) {
  SyntaxError error{Code::malformed_number, span_of(position_, end), std::move(message), std::move(help), {}, {}};
  if (!fix.empty()) {
    error.fix_title = "write `" + fix + "`";
    error.edits.emplace_back(error.span, std::move(fix));
  }
  fail(std::move(error));
}

RFS_INLINE void Scanner::number() {
  std::size_t end = skip_digits(position_);
  const bool has_point = look(end) == '.' && is_digit(look(end + 1));
  if (has_point) end = skip_digits(end + 1);
  const std::string digits(text_.substr(position_, std::min<std::size_t>(end - position_, 40)));

  if (look(end) == '_') {
    std::string plain = digits;
    std::size_t stop = end;
    for (; is_digit(look(stop)) || look(stop) == '_'; ++stop) {
      if (text_[stop] != '_') plain += text_[stop];
    }
    return fail_number(stop, "number with `_` inside", "digits stand together, without thousands separators",
                       plain.size() <= 60 && !is_word_char(look(stop)) ? plain : std::string());
  }
  if (look(end) == '.' && look(end + 1) != '.') {
    if (has_point) {
      while (is_digit(look(end)) || look(end) == '.') ++end;
      return fail_number(end, "number with more than one point",
                         "a number has one decimal point and no thousands separators");
    }
    return fail_number(end + 1, "expected digits after the point of a number", "write `5` or `5.0`, not `5.`",
                       is_word_char(look(end + 1)) || digits.size() == 40 ? std::string() : digits);
  }
  const std::size_t places_end = end;
  std::size_t size = end - position_ - (has_point ? 1 : 0);
  const char e = look(end);
  if (e == 'e' || e == 'E') {
    const bool has_sign = look(end + 1) == '+' || look(end + 1) == '-';
    const std::size_t first = end + 1 + (has_sign ? 1 : 0);
    if (is_digit(look(first))) {
      end = skip_digits(first);
      std::size_t value = 0;
      for (std::size_t i = first; i < end && value <= kMostExponent; ++i)
        value = value * 10 + static_cast<std::size_t>(text_[i] - '0');
      if (value > kMostExponent) return fail_number(end, "exponent beyond ±30", "exponents go from -30 to 30");
      size += value;
    } else if (has_sign || !is_word_char(look(end + 1))) {
      return fail_number(first, "expected digits after the `" + std::string(1, e) + "` of a number",
                         "an exponent is written as in `25e-3`");
    }
    if (end > places_end && look(end) == '.' && look(end + 1) != '.') {
      return fail_number(end + 1, "point after an exponent", "an exponent is a whole number");
    }
  }
  if (size > limits_.digits) {
    return fail({Code::number_too_long,
                 span_of(position_, end),
                 "number of more than " + std::to_string(limits_.digits) + " digits",
                 "",
                 "",
                 {}});
  }
  add(Lexeme::number, end);
}

RFS_INLINE void Scanner::string() {
  const char quote = text_[position_];
  for (std::size_t i = position_ + 1; i < text_.size(); ++i) {
    const char c = text_[i];
    if (c == quote) {
      if (look(i + 1) != quote) return add(Lexeme::string, i + 1);
      ++i;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      SyntaxError error = character_mistake(text_, i, Lexeme::string);
      error.help = "a string stands on one line and has no control characters";
      return fail(std::move(error));
    }
  }
  fail({Code::unterminated_string,
        span_of(position_, text_.size()),
        "string without its closing quote",
        std::string("close it with `") + quote + "`; a quote inside a string is doubled",
        "",
        {}});
}

RFS_INLINE void Scanner::word() {
  std::size_t end = position_;
  while (is_word_char(look(end))) ++end;
  add(keyword(text_.substr(position_, end - position_)), end);
}

/// A point right after these is a member's, anywhere else one with a digit is a number's.
RFS_INLINE bool Scanner::after_value() const {
  if (lexed_.tokens.empty() || lexed_.tokens.back().span.end != position_) return false;
  const Lexeme last = lexed_.tokens.back().kind;
  return last == Lexeme::word || last == Lexeme::close || last == Lexeme::close_bracket || last == Lexeme::string ||
         last == Lexeme::item || last == Lexeme::items;
}

RFS_INLINE void Scanner::sign() {
  const std::string_view rest = text_.substr(position_);
  const Lexeme previous = lexed_.tokens.empty() ? Lexeme::end : lexed_.tokens.back().kind;
  if (is_foreign_sign(text_, position_)) return fail(character_mistake(text_, position_, previous));
  if (rest[0] == '.' && is_digit(look(position_ + 1)) && !after_value()) {
    const std::size_t end = skip_digits(position_ + 1);
    const bool quotable = end - position_ < 40;
    return fail_number(end, "expected digits before the point of a number", "write `0.5`, not `.5`",
                       quotable ? "0" + std::string(rest.substr(0, end - position_)) : std::string());
  }
  for (const Spelling& s : kSigns) {
    if (rest.starts_with(s.text)) return add(s.kind, position_ + s.text.size());
  }
  fail(character_mistake(text_, position_, previous));
}

}  // namespace detail

RFS_INLINE Lexed lex(std::string_view text, const Limits& limits) { return detail::Scanner(text, limits).run(); }

RFS_INLINE Lexeme keyword(std::string_view word) {
  const auto found = std::find_if(detail::kKeywords.begin(), detail::kKeywords.end(),
                                  [&](const detail::Spelling& k) { return k.text == word; });
  return found == detail::kKeywords.end() ? Lexeme::word : found->kind;
}

RFS_INLINE std::string_view spelling(Lexeme kind) {
  for (const detail::Spelling& s : detail::kKeywords) {
    if (s.kind == kind) return s.text;
  }
  for (const detail::Spelling& s : detail::kSigns) {
    if (s.kind == kind) return s.text;
  }
  return {};
}

RFS_INLINE std::string unquote(std::string_view written) {
  const char quote = written.front();
  std::string content;
  content.reserve(written.size());
  for (std::size_t i = 1; i + 1 < written.size(); ++i) {
    content += written[i];
    if (written[i] == quote) ++i;
  }
  return content;
}

}  // namespace rfs::inline RFS_ABI::expr
