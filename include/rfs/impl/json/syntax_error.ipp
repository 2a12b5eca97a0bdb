#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/impl/json/document.ipp"
#include "rfs/source/file.hpp"
#include "rfs/source/quote.hpp"

namespace rfs::inline RFS_ABI::json::detail {

/// What has been read when the reader stops; it says what may come next.
enum class State { start, object_opened, array_opened, key, value_in_object, value_in_array, done };

inline constexpr std::string_view kSpace = " \t\n\r";
inline constexpr std::string_view kDigits = "0123456789";
inline constexpr std::string_view kWordCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$";
inline constexpr std::string_view kNumberWord = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$.+-";

/// The first offset from `at` on whose byte is not one of the set; the end of the text at most.
RFS_INLINE std::size_t skip(std::string_view text, std::size_t at, std::string_view set) {
  return std::min(text.find_first_not_of(set, at), text.size());
}

RFS_INLINE source::Span span_of(std::size_t begin, std::size_t end) {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

RFS_INLINE bool is_one_of(std::string_view text, std::size_t at, std::string_view set) {
  return at < text.size() && set.find(text[at]) != std::string_view::npos;
}

/// Text of a user's in backticks, shortened where it would fill the line.
RFS_INLINE std::string in_backticks(std::string_view text) {
  constexpr std::size_t kMost = 40;
  std::size_t size = 0;
  for (std::size_t n = 0; n < kMost && size < text.size(); ++n) {
    size += std::max<std::size_t>(1, source::code_point_length(text.substr(size)));
  }
  std::string out = '`' + std::string(text.substr(0, size));
  if (size < text.size()) out += "\xE2\x80\xA6";
  return out + '`';
}

RFS_INLINE std::string code_point_text(unsigned char byte) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  return std::string("U+00") + kHex[byte >> 4U] + kHex[byte & 0xFU];
}

/// The first byte after the number of RFC 8259 that begins at `at`, or where it goes wrong.
struct NumberScan {
  std::size_t end = 0;
  bool good = false;
};

RFS_INLINE NumberScan scan_number(std::string_view text, std::size_t at) {
  if (is_one_of(text, at, "-")) ++at;
  if (!is_one_of(text, at, kDigits)) return {at, false};
  at = text[at] == '0' ? at + 1 : skip(text, at, kDigits);
  if (is_one_of(text, at, ".")) {
    ++at;
    if (!is_one_of(text, at, kDigits)) return {at, false};
    at = skip(text, at, kDigits);
  }
  if (is_one_of(text, at, "eE")) {
    ++at;
    if (is_one_of(text, at, "+-")) ++at;
    if (!is_one_of(text, at, kDigits)) return {at, false};
    at = skip(text, at, kDigits);
  }
  return {at, true};
}

/// Says in our words why JSON cannot be read on. nlohmann/json says that a text is wrong; its words
/// and places are of its own tokens, so the few bytes since the last good event are looked at here.
class SyntaxError {
 public:
  /// `last` is the end of the last good event and `open` the bracket of the innermost container.
  SyntaxError(const source::FilePtr& file, State state, std::size_t last, std::optional<source::Span> open)
      : text_(file->text), state_(state), last_(last), open_(open) {
    finding_.file = file;
    finding_.code = Code::json_syntax;
  }

  Diagnostic explain() && {
    if (!explain_glued()) explain_next();
    return std::move(finding_);
  }

 private:
  // --- what stands where something else must ---

  /// A good number or word that runs into other characters: `01`, `1_000`, `12px`, `trueish`.
  bool explain_glued() {
    const bool after_value =
        state_ == State::value_in_object || state_ == State::value_in_array || state_ == State::done;
    if (!after_value || !is_one_of(text_, last_ - 1, kWordCharacters)) return false;
    const std::size_t begin = text_.substr(0, last_).find_last_not_of(kNumberWord) + 1;  // npos + 1 is 0
    const bool number = is_one_of(text_, begin, "-0123456789");
    if (!is_one_of(text_, last_, number ? kNumberWord : kWordCharacters)) return false;
    if (!number) {
      explain_word("a value", begin);
      return true;
    }
    const std::size_t end = skip(text_, last_, kNumberWord);
    refuse("a number", in_backticks(text_.substr(begin, end - begin)), begin, end);
    const bool zero = text_[last_ - 1] == '0' && is_one_of(text_, last_, kDigits);
    finding_.help =
        zero ? "a number has no zeros in front" : "anything else than a plain number stands in double quotes";
    return true;
  }

  void explain_next() {
    std::size_t at = skip(text_, last_, kSpace);
    switch (state_) {
      case State::start:
        return explain_value("a JSON value", at);
      case State::object_opened:
        return explain_key("a key or `}`", at);
      case State::array_opened:
        return explain_value("a value or `]`", at);
      case State::key:
        if (!is_one_of(text_, at, ":")) return explain_separator("`:`", ':', at);
        return explain_value("a value", skip(text_, at + 1, kSpace));
      case State::value_in_object:
        if (!is_one_of(text_, at, ",")) return explain_separator("`,` or `}`", ',', at);
        comma_ = at;
        return explain_key("a key", skip(text_, at + 1, kSpace));
      case State::value_in_array:
        if (!is_one_of(text_, at, ",")) return explain_separator("`,` or `]`", ',', at);
        comma_ = at;
        return explain_value("a value", skip(text_, at + 1, kSpace));
      case State::done:
        break;
    }
    explain_other("the end of the file", at);
    if (finding_.help.empty()) finding_.help = "a file holds one JSON value";
  }

  void explain_key(std::string_view expected, std::size_t at) {
    if (is_one_of(text_, at, "\"") && explain_string(at)) return;
    if (is_one_of(text_, at, kWordCharacters)) return explain_word("a key in double quotes", at);
    explain_other(expected, at);
  }

  void explain_value(std::string_view expected, std::size_t at) {
    if (is_one_of(text_, at, "\"") && explain_string(at)) return;
    if (is_one_of(text_, at, "-0123456789")) return explain_number(at);
    if (is_one_of(text_, at, kWordCharacters)) return explain_word(expected, at);
    explain_other(expected, at);
    if (is_one_of(text_, at, ".+")) finding_.help = "a number begins with a digit or with `-`";
  }

  /// A key without `:` or a value without `,`; the place is that of the next token, the repair is
  /// behind the one before.
  void explain_separator(std::string_view expected, char separator, std::size_t at) {
    explain_other(expected, at);
    const bool value_follows = is_one_of(text_, at, "\"-{[") || is_one_of(text_, at, kWordCharacters);
    if (value_follows) add_fix(std::string("insert `") + separator + '`', last_, last_, std::string(1, separator));
  }

  void explain_other(std::string_view expected, std::size_t at) {
    if (at == text_.size()) return truncate(expected);
    refuse(expected, token_text(at), at, token_end(at));
    const bool closing = is_one_of(text_, at, "}]");
    const bool own_bracket = text_[at] == (state_ == State::value_in_object ? '}' : ']');
    if (own_bracket && comma_ != std::string_view::npos) {
      finding_.help = "the last entry has no comma behind it";
      add_fix("delete `,`", comma_, comma_ + 1, "");
    } else if (closing && open_) {
      finding_.labels.push_back({*open_, "opened here"});
    } else if (text_[at] == '\'') {
      finding_.help = "JSON strings stand in double quotes";
    } else if (is_one_of(text_, at, "/#")) {
      finding_.help = "JSON has no comments";
    }
  }

  // --- what begins well and goes wrong ---

  /// A bare word: `True`, `tru`, `school_board`.
  void explain_word(std::string_view expected, std::size_t at) {
    const std::size_t end = skip(text_, at, kWordCharacters);
    const std::string_view word = text_.substr(at, end - at);
    std::string lower(word);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const bool key = expected == "a key in double quotes";
    for (const std::string_view literal : {"true", "false", "null"}) {
      if (key) break;
      if (end == text_.size() && literal.substr(0, word.size()) == word) return truncate(in_backticks(literal));
      const bool none = literal == "null" && (lower == "none" || lower == "nil" || lower == "undefined");
      if (lower != literal && !none) continue;
      refuse(expected, in_backticks(word), at, end);
      finding_.help = "JSON writes " + in_backticks(literal);
      return add_fix("replace " + in_backticks(word) + " with " + in_backticks(literal), at, end, std::string(literal));
    }
    refuse(expected, in_backticks(word), at, end);
    if (!key) finding_.help = "a text stands in double quotes";
    const std::size_t next = skip(text_, end, kSpace);
    const bool whole = next == text_.size() || is_one_of(text_, next, ",:}]");
    if (whole) add_fix("put " + in_backticks(word) + " in double quotes", at, end, source::quote(word));
  }

  /// A number that goes wrong, or a good one that the reader refuses because no double reaches it.
  void explain_number(std::size_t at) {
    const NumberScan number = scan_number(text_, at);
    if (number.good) {
      finding_.code = Code::json_number_range;
      refuse("a number within the range of a double", in_backticks(text_.substr(at, number.end - at)), at, number.end);
      finding_.help = "write it as a string";
      return;
    }
    if (number.end == text_.size()) return truncate("a digit");
    refuse("a digit", token_text(number.end), number.end, token_end(number.end));
    finding_.labels.push_back({span_of(at, number.end), "the number begins here"});
  }

  /// Returns false where the string is good, and something else is wrong.
  bool explain_string(std::size_t begin) {
    std::size_t at = begin + 1;
    while (at < text_.size() && text_[at] != '"') {
      if (static_cast<unsigned char>(text_[at]) < 0x20) {
        explain_control_character(begin, at);
        return true;
      }
      const std::size_t size = text_[at] == '\\' ? escape_size(at) : 1;
      if (size == 0) return true;
      at += size;
    }
    if (at < text_.size()) return false;
    truncate("`\"`");
    finding_.labels = {{span_of(begin, begin + 1), "the string begins here"}};
    return true;
  }

  void explain_control_character(std::size_t begin, std::size_t at) {
    finding_.code = Code::json_bad_string;
    if (is_one_of(text_, at, "\n\r")) {
      refuse("`\"`", "the end of the line", at, at);
      finding_.labels.push_back({span_of(begin, begin + 1), "the string begins here"});
      finding_.help = "a string ends on its line; a line break in it is written `\\n`";
      return;
    }
    std::string escape = source::quote(text_.substr(at, 1));
    escape = escape.substr(1, escape.size() - 2);
    refuse("an escape", "the control character " + code_point_text(static_cast<unsigned char>(text_[at])), at, at + 1);
    finding_.help = "in a string it is written " + in_backticks(escape);
    add_fix("replace it with " + in_backticks(escape), at, at + 1, escape);
  }

  /// The size of the good escape at `at`; explains a bad one and returns 0.
  std::size_t escape_size(std::size_t at) {
    if (at + 1 == text_.size()) {
      truncate("an escape");
      return 0;
    }
    if (is_one_of(text_, at + 1, "\"\\/bfnrt")) return 2;
    const unsigned unit = escaped_unit(text_.substr(at));
    const bool pair = is_high_surrogate(unit) && is_low_surrogate(escaped_unit(text_.substr(at + 6)));
    if (pair) return 12;
    if (unit <= 0xFFFF && !is_high_surrogate(unit) && !is_low_surrogate(unit)) return 6;

    finding_.code = Code::json_bad_string;
    if (unit <= 0xFFFF) {
      refuse("a pair of surrogates", in_backticks(text_.substr(at, 6)) + " alone", at, at + 6);
      finding_.help = "write the character itself";
    } else if (text_[at + 1] == 'u') {
      const std::size_t end = std::min(skip(text_, at + 2, "0123456789abcdefABCDEF"), at + 6);
      if (end == text_.size()) {
        truncate("four hexadecimal digits");
        return 0;
      }
      refuse("four hexadecimal digits after `\\u`", token_text(end), at, end);
    } else {
      const std::size_t end = at + 1 + std::max<std::size_t>(1, source::code_point_length(text_.substr(at + 1)));
      refuse("an escape", in_backticks(text_.substr(at, end - at)), at, end);
      finding_.help = "a backslash itself is written `\\\\`";
      add_fix("double the backslash", at, at, "\\");
    }
    return 0;
  }

  // --- words ---

  /// The file ends too early; the place is right after the last character that is no space.
  void truncate(std::string_view expected) {
    const std::size_t end = text_.find_last_not_of(kSpace) + 1;  // npos + 1 is 0
    finding_.code = Code::json_truncated;
    refuse(expected, "the end of the file", end, end);
    if (open_) finding_.labels.push_back({*open_, "opened here"});
  }

  void refuse(std::string_view expected, std::string_view found, std::size_t begin, std::size_t end) {
    finding_.message = "expected " + std::string(expected) + ", found " + std::string(found);
    finding_.span = span_of(begin, end);
  }

  void add_fix(std::string title, std::size_t begin, std::size_t end, std::string text) {
    finding_.fixes.push_back({std::move(title), {{span_of(begin, end), std::move(text)}}});
  }

  [[nodiscard]] std::size_t token_end(std::size_t at) const {
    if (at == text_.size()) return at;
    if (is_one_of(text_, at, kWordCharacters)) return skip(text_, at, kWordCharacters);
    return at + std::max<std::size_t>(1, source::code_point_length(text_.substr(at)));
  }

  [[nodiscard]] std::string token_text(std::size_t at) const {
    if (at == text_.size()) return "the end of the file";
    const auto byte = static_cast<unsigned char>(text_[at]);
    if (byte == '\n' || byte == '\r') return "the end of the line";
    if (byte == '"') return "a string";
    if (byte == '`') return "a backtick";
    if (byte == ' ') return "a space";
    if (byte < 0x20 || byte == 0x7F) return "the control character " + code_point_text(byte);
    if (is_one_of(text_, at, kDigits)) return "a number";
    return in_backticks(text_.substr(at, token_end(at) - at));
  }

  std::string_view text_;
  State state_;
  std::size_t last_;
  std::optional<source::Span> open_;
  std::size_t comma_ = std::string_view::npos;
  Diagnostic finding_;
};

}  // namespace rfs::inline RFS_ABI::json::detail
