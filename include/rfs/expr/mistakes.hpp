#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/expr/lexer.hpp"
#include "rfs/expr/parsed.hpp"
#include "rfs/source/file.hpp"

/// \file
/// Words, help and fixes for mistakes in expressions. Internal to the room: the lexer and the
/// parser find a mistake, the functions here know the habit that it comes from.

namespace rfs::inline RFS_ABI::expr {

/// The tokens of a text, as far as they were read.
struct TokenView {
  std::string_view text;
  const std::vector<Token>& tokens;

  [[nodiscard]] std::string_view written(std::size_t index) const {
    const source::Span span = tokens[index].span;
    return text.substr(span.begin, span.end - span.begin);
  }
  [[nodiscard]] Lexeme kind(std::size_t index) const {
    return index < tokens.size() ? tokens[index].kind : Lexeme::end;
  }
};

/// Returns a piece of the user's text for a message: in backticks, cut short.
std::string excerpt(std::string_view written);

/// Returns "expected X, found Y" for the token.
SyntaxError expected(const TokenView& view, std::size_t index, const std::string& what);

/// The token stands where a value must begin.
SyntaxError operand_mistake(const TokenView& view, std::size_t index);

/// The token stands after a value and does not go on from there; `what` names what could.
SyntaxError operator_mistake(const TokenView& view, std::size_t index, const std::string& what);

/// The token stands where a name must; `what` names which ("a name", "a member").
SyntaxError name_mistake(const TokenView& view, std::size_t index, const std::string& what);

/// The word follows a number and is no unit.
SyntaxError unit_mistake(const TokenView& view, std::size_t index);

/// Returns how many tokens from here on are groups of a number with blanks as thousands separators
/// (`1 000 000`), or 0.
std::size_t grouped_digits(const TokenView& view, std::size_t index);
SyntaxError grouping_mistake(const TokenView& view, std::size_t index, std::size_t count);

/// Text at a place that the language has no sign for: `==`, `≤`, `€`, a curly quote, a control character.
SyntaxError character_mistake(std::string_view text, std::size_t position, Lexeme previous);

/// True where a habit of other languages stands here although its first character is a sign of
/// this one: `==`, `<>`, `**`, `//`.
bool is_foreign_sign(std::string_view text, std::size_t position);

}  // namespace rfs::inline RFS_ABI::expr
