#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/expr/parsed.hpp"
#include "rfs/source/file.hpp"
#include "rfs/source/limits.hpp"

/// \file
/// Tokens of expressions. Internal to the room: other rooms read trees.

namespace rfs::inline RFS_ABI::expr {

enum class Lexeme : std::uint8_t {
  end,
  bad,  ///< what the lexer could not read; Lexed::error says why
  number,
  string,
  word,  ///< letters, digits and `_` that are no keyword: a name, a unit or a mistake
  // keywords
  and_,
  between,
  else_,
  every,
  false_,
  for_,
  if_,
  in,
  item,
  items,
  not_,
  on,
  or_,
  return_,
  satisfies,
  some,
  then,
  true_,
  // signs
  plus,
  minus,
  star,
  slash,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  open,
  close,
  open_bracket,
  close_bracket,
  comma,
  colon,
  point,
  range,
  at,
  percent,
  bang,  ///< `!`: not in the language, but the parser knows how far its operand reaches and so what to write
};

struct Token {
  Lexeme kind = Lexeme::end;
  source::Span span;
};

struct Lexed {
  std::vector<Token> tokens;         ///< the last is always `end`, an empty span at the end of the text
  std::optional<SyntaxError> error;  ///< of the token `bad`, before which all tokens are sound
};

/// Splits a text of valid UTF-8 and less than 4 GiB into tokens, up to the first that is none.
Lexed lex(std::string_view text, const Limits& limits);

/// Returns the keyword that a word is, or Lexeme::word.
Lexeme keyword(std::string_view word);

/// Returns how a keyword or sign is written; other lexemes have no one way.
std::string_view spelling(Lexeme kind);

/// Returns the content of a string token: without its quotes, doubled quotes once.
std::string unquote(std::string_view written);

}  // namespace rfs::inline RFS_ABI::expr
