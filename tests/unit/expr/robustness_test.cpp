#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rfs/expr/from_text.hpp"
#include "rfs/expr/print.hpp"
#include "rfs/source/file.hpp"
#include "tree_text.hpp"

using namespace rfs;
using namespace rfs::expr;

namespace {

/// Checks what holds for any text: an error with a place and one clean line, or a sound tree that
/// prints to itself; edits that lie in the text and do not overlap.
std::string broken_promise(const std::string& text) {
  const Parsed parsed = from_text(text, Limits{});
  if (!parsed.error) {
    if (parsed.tree.failed()) return "no tree and no error";
    const std::string form = expr_test::broken_form(parsed.tree, text.size());
    if (!form.empty()) return form;
    const Parsed again = from_text(print(parsed.tree), Limits{});
    return !again.error && expr_test::same(parsed.tree, again.tree) ? ""
                                                                    : "printed text differs: " + print(parsed.tree);
  }
  const SyntaxError& error = *parsed.error;
  if (!parsed.tree.failed()) return "a tree and an error";
  if (error.span.begin > error.span.end || error.span.end > text.size()) return "span outside the text";
  if (error.message.empty()) return "no message";
  for (const std::string& words : {error.message, error.help, error.fix_title}) {
    for (const char c : words) {
      if ((c >= 0 && c < 0x20) || c == 0x7F) return "control character in the words: " + words;
    }
    if (source::find_invalid_utf8(words) != std::string_view::npos) return "words that are not UTF-8";
  }
  if (error.fix_title.empty() != error.edits.empty()) return "a fix without title or edits";
  std::uint32_t last = 0;
  for (const auto& [span, replacement] : error.edits) {
    if (span.begin < last || span.end < span.begin || span.end > text.size())
      return "edits out of order or of the text";
    last = span.end;
  }
  return "";
}

}  // namespace

TEST_CASE("random bytes") {
  const std::uint32_t seed = 1;
  MESSAGE("seed ", seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 50'000; ++i) {
    std::string text(random() % 24, '\0');
    const bool ascii = random() % 2 == 0;
    for (char& c : text) c = static_cast<char>(ascii ? 32 + random() % 95 : random() % 256);
    CAPTURE(text);
    REQUIRE(broken_promise(text) == "");
  }
}

TEST_CASE("token soup") {
  const std::uint32_t seed = 2;
  MESSAGE("seed ", seed);
  const std::vector<std::string_view> pieces{"a",        "b",      "raised",    "f(",    "min(",
                                             "1",        "12",     "000",       "0.5",   "1e3",
                                             "5.",       ".5",     "'x'",       "\"y\"", "@'2017-04-24'",
                                             "@",        "true",   "USD",       "usd",   "days",
                                             "%",        "+",      "-",         "*",     "/",
                                             "=",        "!=",     "<",         "<=",    ">",
                                             ">=",       "(",      ")",         "[",     "]",
                                             ",",        ":",      ".",         "..",    "and",
                                             "or",       "not",    "not(",      "in",    "between",
                                             "if",       "then",   "else",      "for",   "some",
                                             "every",    "return", "satisfies", "on",    "item",
                                             "items",    "AND",    "null",      "==",    "&&",
                                             "!",        "≤",      "€",         "“",     "’",
                                             "\xC2\xA0", "**",     "year",      "to:",   "\n",
                                             "'"};
  std::mt19937 random(seed);
  std::size_t parsed = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    const std::size_t count = 1 + random() % 12;
    for (std::size_t k = 0; k < count; ++k) {
      text += pieces[random() % pieces.size()];
      if (random() % 4 != 0) text += ' ';
    }
    CAPTURE(text);
    REQUIRE(broken_promise(text) == "");
    parsed += from_text(text, Limits{}).error ? 0 : 1;
  }
  CHECK(parsed > 500);
}

TEST_CASE("every beginning and every gap of a long expression") {
  const std::string text =
      "if some g in group(xs[amount > 50 USD], by: donor, total: sum(amount)) satisfies g.total in (< 5, [7..9), "
      "'it''s') "
      "then -min(a, 15%) * (p on (as_of + 2 months)) else for i in 1..12 return not(x between 1e-3 and "
      "@'2017-04-24'.year or b)";
  for (std::size_t i = 0; i <= text.size(); ++i) {
    CAPTURE(i);
    CHECK(broken_promise(text.substr(0, i)) == "");
    CHECK(broken_promise(text.substr(i)) == "");
    for (std::size_t k = i; k < text.size() && k < i + 20; ++k) {
      std::string gap = text;
      gap.erase(i, k - i);
      CHECK(broken_promise(gap) == "");
    }
  }
}
