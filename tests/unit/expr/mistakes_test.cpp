#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "rfs/expr/from_text.hpp"

using namespace rfs;
using namespace rfs::expr;

namespace {

struct Row {
  std::string_view text;
  Code code;
  std::string_view at;  ///< the text under the caret; "" is the empty span at the end
  std::string_view message;
  std::string_view fixed;  ///< the text with the fix made; "" where there is none
};

std::string repaired(std::string text, const SyntaxError& error) {
  for (auto edit = error.edits.rbegin(); edit != error.edits.rend(); ++edit) {
    text.replace(edit->first.begin, edit->first.end - edit->first.begin, edit->second);
  }
  return text;
}

SyntaxError error_of(std::string_view text) {
  CAPTURE(text);
  Parsed parsed = from_text(text, Limits{});
  REQUIRE(parsed.error);
  return *parsed.error;
}

/// A fix leaves a text that parses.
void check(const Row& row) {
  CAPTURE(row.text);
  const SyntaxError error = error_of(row.text);
  CHECK(error.code == row.code);
  CHECK(row.text.substr(error.span.begin, error.span.end - error.span.begin) == row.at);
  if (row.at.empty()) CHECK(error.span.begin == row.text.size());
  CHECK(error.message == row.message);
  CHECK((error.edits.empty() ? "" : repaired(std::string(row.text), error)) == row.fixed);
  if (!row.fixed.empty()) {
    const Parsed again = from_text(row.fixed, Limits{});
    CHECK_MESSAGE(!again.error, (again.error ? again.error->message : ""));
  }
}

}  // namespace

TEST_CASE("unexpected tokens") {
  for (const Row& row : {
           Row{"a +", Code::expected_other, "", "expected a value, found the end of the expression", ""},
           Row{"a + )", Code::expected_other, ")", "expected a value, found `)`", ""},
           Row{"(a + b", Code::expected_other, "", "expected `)`, found the end of the expression", ""},
           Row{"a + b)", Code::expected_other, ")", "expected an operator or the end of the expression, found `)`", ""},
           Row{"a b", Code::expected_other, "b", "expected an operator or the end of the expression, found `b`", ""},
           Row{"f(a b)", Code::expected_other, "b", "expected `,` or `)`, found `b`", ""},
           Row{"f(a,)", Code::expected_other, ")", "expected a value, found `)`", ""},
           Row{"[1, 2", Code::expected_other, "", "expected `,` or `]`, found the end of the expression", ""},
           Row{"x[]", Code::expected_other, "]", "expected a value, found `]`", ""},
           Row{"x in [1..5", Code::expected_other, "", "expected `]` or `)`, found the end of the expression", ""},
           Row{"x in [1..5, 6]", Code::expected_other, ",", "expected `]` or `)`, found `,`", ""},
           Row{"x in 1..5", Code::expected_other, "..", "expected an operator or the end of the expression, found `..`",
               ""},
           Row{"x between 1, 5", Code::expected_other, ",", "expected `and`, found `,`", ""},
           Row{"x in ((a = b), c = d)", Code::expected_other, "=", "expected `,` or `)`, found `=`", ""},
           Row{"x in (a = b, c)", Code::expected_other, ",", "expected `)`, found `,`", ""},
           Row{"x in (if a then b else c, 1)", Code::expected_other, ",", "expected `)`, found `,`", ""},
           Row{"x in (1, if a then b else c, 1)", Code::expected_other, ",", "expected `)`, found `,`", ""},
           Row{"x in (a and b..c)", Code::expected_other, "..", "expected `)`, found `..`", ""},
           Row{"if a then b", Code::expected_other, "", "expected `else`, found the end of the expression", ""},
           Row{"if(a, b, c)", Code::expected_other, ",", "expected `)`, found `,`", ""},
           Row{"1 + if a then b else c", Code::expected_other, "if", "expected a value, found `if`", ""},
           Row{"for in in xs return 1", Code::expected_other, "in", "expected a name, found `in`", ""},
           Row{"for x in a = b..c return 1", Code::expected_other, "..", "expected `return`, found `..`", ""},
           Row{"f(to: 1, in: 2)", Code::expected_other, "in", "expected a name, found `in`", ""},
           Row{"d.days", Code::expected_other, "days", "expected the name of a member, found `days`", ""},
           Row{"a.5", Code::expected_other, "5", "expected the name of a member, found `5`", ""},
           Row{"@2017", Code::expected_other, "2017", "expected a date in quotes, found `2017`", ""},
           Row{"x not in (1, 2)", Code::expected_other, "not",
               "expected an operator or the end of the expression, found `not`", ""},
           Row{"a % b", Code::expected_other, "%", "expected an operator or the end of the expression, found `%`", ""},
           Row{"5 % 3", Code::expected_other, "3", "expected an operator or the end of the expression, found `3`", ""},
           Row{"'it\\'s'", Code::expected_other, "s", "expected an operator or the end of the expression, found `s`",
               ""},
           Row{"null", Code::expected_other, "null", "there is no null literal", ""},
           Row{"x = null", Code::expected_other, "null", "there is no null literal", ""},
           Row{"days + 1", Code::expected_other, "days", "expected a name, found `days`", ""},
           Row{"year(d)", Code::expected_other, "year", "expected a name, found `year`", ""},
           Row{"_x", Code::expected_other, "_x", "expected a name, found `_x`", ""},
           Row{"OR(a, b)", Code::expected_other, "OR", "expected a name, found `OR`", ""},
           Row{"and a", Code::expected_other, "and", "expected a value, found `and`", ""},
           Row{"a + then", Code::expected_other, "then", "expected a value, found `then`", ""},
           Row{"x = 5 5", Code::expected_other, "5", "expected an operator or the end of the expression, found `5`",
               ""},
           Row{std::string_view(), Code::empty_expression, "", "expression is empty", ""},
           Row{"a 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaéééé'", Code::expected_other,
               "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaéééé'",
               "expected an operator or the end of the expression, found `'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…`",
               ""},
       }) {
    check(row);
  }
  CHECK(error_of(" \n ").span == source::Span{0, 3});
}

TEST_CASE("mistakes with a repair") {
  const std::string_view after = "expected an operator or the end of the expression, found ";
  for (const Row& row : {
           Row{"not x and y", Code::expected_other, "x", "expected `(`, found `x`", "not(x) and y"},
           Row{"not a = b or c", Code::expected_other, "a", "expected `(`, found `a`", "not(a = b) or c"},
           Row{"a AND b", Code::expected_other, "AND", "", "a and b"},
           Row{"a Or b", Code::expected_other, "Or", "", "a or b"},
           Row{"If a then b else c", Code::expected_other, "If", "expected a name, found `If`", "if a then b else c"},
           Row{"if a THEN b else c", Code::expected_other, "THEN", "expected `then`, found `THEN`",
               "if a then b else c"},
           Row{"if a than b else c", Code::expected_other, "than", "expected `then`, found `than`",
               "if a then b else c"},
           Row{"if a then b elseif c then d else e", Code::expected_other, "elseif", "expected `else`, found `elseif`",
               "if a then b else if c then d else e"},
           Row{"TRUE", Code::expected_other, "TRUE", "expected a name, found `TRUE`", "true"},
           Row{"Raised > 1", Code::expected_other, "Raised", "expected a name, found `Raised`", "raised > 1"},
           Row{"MIN(a, b)", Code::expected_other, "MIN", "expected a name, found `MIN`", "min(a, b)"},
           Row{"x betwen 1 and 2", Code::expected_other, "betwen", "", "x between 1 and 2"},
           Row{"a adn b", Code::expected_other, "adn", "", "a and b"},
           Row{"USD 100", Code::expected_other, "USD", "expected a name, found `USD`", "100 USD"},
           Row{"a > = b", Code::expected_other, "=", "expected a value, found `=`", "a >= b"},
           Row{"a > +5", Code::expected_other, "+", "expected a value, found `+`", "a > 5"},
           Row{"a < b < c", Code::chained_comparison, "<", "comparisons cannot be chained", "a < b and b < c"},
           Row{"x or 0 <= (a + b) <= 5 and y", Code::chained_comparison, "<=", "comparisons cannot be chained",
               "x or 0 <= (a + b) and (a + b) <= 5 and y"},
           Row{"a = b = c", Code::chained_comparison, "=", "comparisons cannot be chained", "a = b and b = c"},
           Row{"a = b in (1, 2)", Code::chained_comparison, "in",
               "expected an operator or the end of the expression, found `in`", ""},
           Row{"x in < 5 < 6", Code::chained_comparison, "<",
               "expected an operator or the end of the expression, found `<`", ""},
           Row{"x between 1 and 2 between 3 and 4", Code::chained_comparison, "between",
               "expected an operator or the end of the expression, found `between`", ""},
           Row{"p on g.date", Code::on_needs_parentheses, ".", "expected parentheses around the date after `on`",
               "p on (g.date)"},
           Row{"p on g.a.year + 1", Code::on_needs_parentheses, ".", "expected parentheses around the date after `on`",
               "(p on (g.a)).year + 1"},
           Row{"p on (g).year", Code::on_needs_parentheses, ".", "expected parentheses around the date after `on`",
               "(p on (g)).year"},
           Row{"p on g.5", Code::on_needs_parentheses, ".", "expected parentheses around the date after `on`", ""},
       }) {
    Row full = row;
    std::string message(row.message);
    if (message.empty()) message = std::string(after) + "`" + std::string(row.at) + "`";
    full.message = message;
    check(full);
  }
}

TEST_CASE("signs of other languages") {
  for (const Row& row : {
           Row{"a == b", Code::unexpected_character, "==", "expected `=`, found `==`", "a = b"},
           Row{"a===b", Code::unexpected_character, "===", "expected `=`, found `===`", "a=b"},
           Row{"a !== b", Code::unexpected_character, "!==", "expected `!=`, found `!==`", "a != b"},
           Row{"a <> b", Code::unexpected_character, "<>", "expected `!=`, found `<>`", "a != b"},
           Row{"a => b", Code::unexpected_character, "=>", "expected `>=`, found `=>`", "a >= b"},
           Row{"a =< b", Code::unexpected_character, "=<", "expected `<=`, found `=<`", "a <= b"},
           Row{"a && b", Code::unexpected_character, "&&", "expected `and`, found `&&`", "a and b"},
           Row{"a||b", Code::unexpected_character, "||", "expected `or`, found `||`", "a or b"},
           Row{"a & b", Code::unexpected_character, "&", "expected `and`, found `&`", "a and b"},
           Row{"!a and b", Code::unexpected_character, "!", "expected `not(…)`, found `!`", "not(a) and b"},
           Row{"!(a or b)", Code::unexpected_character, "!", "expected `not(…)`, found `!`", "not(a or b)"},
           Row{"!(a).b", Code::unexpected_character, "!", "expected `not(…)`, found `!`", "not((a).b)"},
           Row{"a ≤ b", Code::unexpected_character, "≤", "expected `<=`, found `≤`", "a <= b"},
           Row{"a ≥ b", Code::unexpected_character, "≥", "expected `>=`, found `≥`", "a >= b"},
           Row{"a ≠ b", Code::unexpected_character, "≠", "expected `!=`, found `≠`", "a != b"},
           Row{"a×b", Code::unexpected_character, "×", "expected `*`, found `×`", "a*b"},
           Row{"a ÷ b", Code::unexpected_character, "÷", "expected `/`, found `÷`", "a / b"},
           Row{"a – b", Code::unexpected_character, "–", "expected `-`, found `–`", "a - b"},
           Row{"a − b", Code::unexpected_character, "−", "expected `-`, found `−`", "a - b"},
           Row{"x in [1…5]", Code::unexpected_character, "…", "expected `..`, found `…`", "x in [1..5]"},
           Row{"x in [a...b]", Code::unexpected_character, "...", "expected `..`, found `...`", "x in [a..b]"},
           Row{"x = “it”", Code::unexpected_character, "“", "unexpected `“`", "x = 'it'"},
           Row{"x = ‘it’", Code::unexpected_character, "‘", "unexpected `‘`", "x = 'it'"},
           Row{"x = “it's”", Code::unexpected_character, "“", "unexpected `“`", ""},
           Row{"x = “it", Code::unexpected_character, "“", "unexpected `“`", ""},
           Row{"$100", Code::unexpected_character, "$", "unexpected `$`", ""},
           Row{"€100 + a", Code::unexpected_character, "€", "unexpected `€`", "100 EUR + a"},
           Row{"€ 99.50", Code::unexpected_character, "€", "unexpected `€`", "99.50 EUR"},
           Row{"100€", Code::unexpected_character, "€", "unexpected `€`", "100 EUR"},
           Row{"100 £", Code::unexpected_character, "£", "unexpected `£`", "100 GBP"},
           Row{"€1,000", Code::unexpected_character, "€", "unexpected `€`", ""},
           Row{"a ** 2", Code::unexpected_character, "**", "unexpected `**`", ""},
           Row{"a^2", Code::unexpected_character, "^", "unexpected `^`", ""},
           Row{"a // b", Code::unexpected_character, "//", "unexpected `//`", ""},
           Row{"a := b", Code::unexpected_character, ":=", "unexpected `:=`", ""},
           Row{"c ? a : b", Code::unexpected_character, "?", "unexpected `?`", ""},
           Row{"a; b", Code::unexpected_character, ";", "unexpected `;`", ""},
           Row{"a\xC2\xA0+ b", Code::unexpected_character, "\xC2\xA0", "unexpected blank U+00A0", "a + b"},
           Row{"a \xE2\x80\x8B+ b", Code::unexpected_character, "\xE2\x80\x8B", "unexpected invisible character U+200B",
               "a + b"},
           Row{"é + b", Code::unexpected_character, "é", "unexpected `é`", ""},
           Row{"a \x01", Code::unexpected_character, "\x01", "unexpected control character U+0001", ""},
           Row{"'a\nb'", Code::unexpected_character, "\n", "unexpected control character U+000A", ""},
           Row{"'abc", Code::unterminated_string, "'abc", "string without its closing quote", ""},
           Row{"x = 'it's'", Code::expected_other, "s", "expected an operator or the end of the expression, found `s`",
               ""},
           Row{"@'2017-02-30'", Code::invalid_date, "'2017-02-30'", "`2017-02-30` is not a date", ""},
           Row{"@'24.04.2017'", Code::invalid_date, "'24.04.2017'", "`24.04.2017` is not a date", ""},
       }) {
    check(row);
  }
  CHECK(error_of(std::string_view("a\0b", 3)).message == "unexpected control character U+0000");
  CHECK(error_of("a\xFF").code == Code::not_utf8);
  CHECK(error_of("a\xFF").span == source::Span{1, 2});
}

TEST_CASE("numbers and units") {
  for (const Row& row : {
           Row{".5", Code::malformed_number, ".5", "expected digits before the point of a number", "0.5"},
           Row{"a + .25", Code::malformed_number, ".25", "expected digits before the point of a number", "a + 0.25"},
           Row{"5.", Code::malformed_number, "5.", "expected digits after the point of a number", "5"},
           Row{"5. + a", Code::malformed_number, "5.", "expected digits after the point of a number", "5 + a"},
           Row{"5.year", Code::malformed_number, "5.", "expected digits after the point of a number", ""},
           Row{"1_000", Code::malformed_number, "1_000", "number with `_` inside", "1000"},
           Row{"1_000.50", Code::malformed_number, "1_000", "number with `_` inside", "1000.50"},
           Row{"1 000", Code::malformed_number, "1 000", "number with blanks inside", "1000"},
           Row{"12 345 678.50 USD", Code::malformed_number, "12 345 678.50", "number with blanks inside",
               "12345678.50 USD"},
           Row{"1,000", Code::malformed_number, ",", "expected an operator or the end of the expression, found `,`",
               "1000"},
           Row{"1.000.000", Code::malformed_number, "1.000.000", "number with more than one point", ""},
           Row{"1e31", Code::malformed_number, "1e31", "exponent beyond ±30", ""},
           Row{"1e-31", Code::malformed_number, "1e-31", "exponent beyond ±30", ""},
           Row{"1e99999999999999999999999", Code::malformed_number, "1e99999999999999999999999", "exponent beyond ±30",
               ""},
           Row{"1e", Code::malformed_number, "1e", "expected digits after the `e` of a number", ""},
           Row{"1e+ 5", Code::malformed_number, "1e+", "expected digits after the `e` of a number", ""},
           Row{"1e5.5", Code::malformed_number, "1e5.", "point after an exponent", ""},
           Row{"1000 usd", Code::unknown_unit, "usd", "unknown unit `usd`", "1000 USD"},
           Row{"2 Months", Code::unknown_unit, "Months", "unknown unit `Months`", "2 months"},
           Row{"2 mnths", Code::unknown_unit, "mnths", "unknown unit `mnths`", "2 months"},
           Row{"15 percent", Code::unknown_unit, "percent", "unknown unit `percent`", "15 %"},
           Row{"2 weeks", Code::unknown_unit, "weeks", "unknown unit `weeks`", ""},
           Row{"2 income", Code::unknown_unit, "income", "unknown unit `income`", ""},
           Row{"2x", Code::unknown_unit, "x", "unknown unit `x`", ""},
           Row{"100 XYZ", Code::unknown_unit, "XYZ", "unknown unit `XYZ`", ""},
           Row{"5 AND x", Code::unknown_unit, "AND", "unknown unit `AND`", "5 and x"},
       }) {
    check(row);
  }
}

TEST_CASE("help says what to write") {
  struct Help {
    std::string_view text;
    std::string_view help;
  };
  for (const Help& row : {
           Help{"a < b < c", "write `a < b and b < c`, or `b between a and c` where both ends count"},
           Help{"c >= b > a", "write `c >= b and b > a`, or `b between a and c` where both ends count"},
           Help{"a = b = c", "write `a = b and b = c`"},
           Help{"not x", "write `not(…)`"},
           Help{"p on g.date", "write `on (g.date)`"},
           Help{"1000 usd", "did you mean `USD`?"},
           Help{"$100", "the currency's code follows the amount, as in `100 USD`"},
           Help{"a ** 2", "there is no power operator: multiply, as in `x * x`"},
           Help{"if(a, b, c)", "write `if c then a else b`"},
           Help{"OR(a, b)", "`or` stands between its operands: `a or b`"},
           Help{"year(d)", "write `d.year` for the year of a date"},
           Help{"1 + if a then b else c", "put the `if` in parentheses"},
           Help{"f(1..5)", "a range stands in brackets after `in`, as in `x in [1..12]`"},
           Help{"x not in y", "write `not(x in …)`"},
           Help{"2 income",
                "units are `%`, `days`, `months`, `years` and currencies such as `USD`; to multiply, write `*`"},
           Help{"x is 5", "`=` compares: write `a = b`"},
       }) {
    CAPTURE(row.text);
    CHECK(error_of(row.text).help == row.help);
  }
}

TEST_CASE("the first mistake is the one reported") {
  CHECK(error_of("a b $").message == "expected an operator or the end of the expression, found `b`");
  CHECK(error_of("a $ b )").message == "unexpected `$`");
  CHECK(error_of("a < b < c $").code == Code::chained_comparison);
  CHECK(error_of("not (a").message == "expected `,` or `)`, found the end of the expression");
  CHECK(error_of("not x +").message == "expected a value, found the end of the expression");
}
