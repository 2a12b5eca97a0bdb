#include "rfs/expr/from_text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tree_text.hpp"

using namespace rfs;
using namespace rfs::expr;
using expr_test::broken_form;
using expr_test::dump;

namespace {

struct Row {
  std::string_view text;
  std::string_view tree;
};

void check(const Row& row) {
  CAPTURE(row.text);
  const Parsed parsed = from_text(row.text, Limits{});
  CHECK_MESSAGE(!parsed.error, (parsed.error ? parsed.error->message : ""));
  CHECK(dump(parsed.tree) == row.tree);
  CHECK(broken_form(parsed.tree, row.text.size()) == "");
}

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

Code code_of(std::string_view text, const Limits& limits = {}) {
  const Parsed parsed = from_text(text, limits);
  REQUIRE(parsed.error);
  CHECK(parsed.tree.failed());
  return parsed.error->code;
}

}  // namespace

TEST_CASE("literals") {
  for (const Row& row : {
           Row{"0", "0"},
           Row{"007", "7"},
           Row{"1.50", "1.5"},
           Row{"1e3", "1000"},
           Row{"1E+3", "1000"},
           Row{"25e-3", "0.025"},
           Row{"1e30", "1000000000000000000000000000000"},
           Row{"15%", "15:%"},
           Row{"15 %", "15:%"},
           Row{"250 USD", "250:USD"},
           Row{"250USD", "250:USD"},
           Row{"1EUR", "1:EUR"},
           Row{"1e2EUR", "100:EUR"},
           Row{"2 months", "2:months"},
           Row{"1 year", "1:year"},
           Row{"90\n days", "90:days"},
           Row{"true", "true"},
           Row{"false", "false"},
           Row{"'thorough'", "'thorough'"},
           Row{"''", "''"},
           Row{"'it''s'", "'it's'"},
           Row{"''''", "'''"},
           Row{"\"it's\"", "'it's'"},
           Row{"\"a\"\"b\"", "'a\"b'"},
           Row{"'“é” ≤'", "'“é” ≤'"},
           Row{"@'2017-04-24'", "@2017-04-24"},
           Row{"@ \"2017-04-24\"", "@2017-04-24"},
           Row{" \t\r\n raised ", "raised"},
           Row{"item", "item"},
           Row{"items", "items"},
           Row{"order_2", "order_2"},
           Row{"android", "android"},
       }) {
    check(row);
  }
}

TEST_CASE("precedence and chains") {
  for (const Row& row : {
           Row{"a + b - c", "(- (+ a b) c)"},
           Row{"a - (b - c)", "(- a (- b c))"},
           Row{"a * b / c * d", "(* (/ (* a b) c) d)"},
           Row{"a + b * c", "(+ a (* b c))"},
           Row{"(a + b) * c", "(* (+ a b) c)"},
           Row{"-a * b", "(* (neg a) b)"},
           Row{"a - -b", "(- a (neg b))"},
           Row{"--5", "(neg (neg 5))"},
           Row{"-a.b[1]", "(neg (index (.b a) 1))"},
           Row{"a = b", "(= a b)"},
           Row{"a != b", "(!= a b)"},
           Row{"a < b + 1", "(< a (+ b 1))"},
           Row{"a <= b", "(<= a b)"},
           Row{"a > b", "(> a b)"},
           Row{"a >= b", "(>= a b)"},
           Row{"(a < b) = c", "(= (< a b) c)"},
           Row{"a and b and c", "(and a b c)"},
           Row{"a or b or c or d", "(or a b c d)"},
           Row{"a or b and c or d", "(or a (and b c) d)"},
           Row{"(a and b) and c", "(and (and a b) c)"},
           Row{"a and (b or c)", "(and a (or b c))"},
           Row{"x between 1 and 2 and y", "(and (between x 1 2) y)"},
           Row{"x between a + 1 and b * 2", "(between x (+ a 1) (* b 2))"},
           Row{"as_of >= on_ballot_since + 2 months", "(>= as_of (+ on_ballot_since 2:months))"},
           Row{"not(a) or b", "(or (call not a) b)"},
           Row{"5 and x", "(and 5 x)"},
           Row{"((((a))))", "a"},
       }) {
    check(row);
  }
}

TEST_CASE("if, for, some, every") {
  for (const Row& row : {
           Row{"if a then b else c", "(if a b c)"},
           Row{"if a then b else if c then d else e", "(if a b (if c d e))"},
           Row{"if if a then b else c then d else e", "(if (if a b c) d e)"},
           Row{"if a then b else c or d", "(if a b (or c d))"},
           Row{"(if a then b else c) or d", "(or (if a b c) d)"},
           Row{"a or if c then x else y or z", "(or a (if c x (or y z)))"},
           Row{"a and if c then x else y or z", "(and a (if c x (or y z)))"},
           Row{"a or b and if c then x else y", "(or a (and b (if c x y)))"},
           Row{"a and some x in xs satisfies x > 0 or b", "(and a (some x xs (or (> x 0) b)))"},
           Row{"every g in group(xs, by: donor) satisfies g.total <= 250 USD",
               "(every g (call group xs (by: donor)) (<= (.total g) 250:USD))"},
           Row{"for i in 1..12 return i * 2", "(for i ([..] 1 12) (* i 2))"},
           Row{"for i in a+1..b return i", "(for i ([..] (+ a 1) b) i)"},
           Row{"for x in xs return for y in ys return x + y", "(for x xs (for y ys (+ x y)))"},
           Row{"for x in if a then b else c return x", "(for x (if a b c) x)"},
           Row{"for x in [1, 2] return x", "(for x (list 1 2) x)"},
           Row{"x in if c then xs else ys", "(in x (test = (if c xs ys)))"},
           Row{"f(x in if c then xs else ys, 2)", "(call f (in x (test = (if c xs ys))) 2)"},
       }) {
    check(row);
  }
}

TEST_CASE("in") {
  for (const Row& row : {
           Row{"x in (1, 2)", "(in x (test = 1) (test = 2))"},
           Row{"x in 1", "(in x (test = 1))"},
           Row{"x in (1)", "(in x (test = 1))"},
           Row{"x in ((1))", "(in x (test = 1))"},
           Row{"x in xs", "(in x (test = xs))"},
           Row{"x in [1, 2]", "(in x (test = (list 1 2)))"},
           Row{"x in []", "(in x (test = (list)))"},
           Row{"x in ([1, 2])", "(in x (test = (list 1 2)))"},
           Row{"x in ([1, 2], 3)", "(in x (test = (list 1 2)) (test = 3))"},
           Row{"x in [[1], [2]]", "(in x (test = (list (list 1) (list 2))))"},
           Row{"x in [1..5]", "(in x ([..] 1 5))"},
           Row{"x in (1..5]", "(in x ((..] 1 5))"},
           Row{"x in [1..5)", "(in x ([..) 1 5))"},
           Row{"x in (1..5)", "(in x ((..) 1 5))"},
           Row{"x in ((1..5))", "(in x ((..) 1 5))"},
           Row{"x in ((1..5], 7)", "(in x ((..] 1 5) (test = 7))"},
           Row{"x in ([1..5])", "(in x ([..] 1 5))"},
           Row{"x in ((a + 1)..b]", "(in x ((..] (+ a 1) b))"},
           Row{"x in [(a + 1) * 2..b]", "(in x ([..] (* (+ a 1) 2) b))"},
           Row{"x in ((a)..(b))", "(in x ((..) a b))"},
           Row{"x in < 5", "(in x (test < 5))"},
           Row{"x in != a + 1", "(in x (test != (+ a 1)))"},
           Row{"x in (< 5, [7..9], list)", "(in x (test < 5) ([..] 7 9) (test = list))"},
           Row{"x in (>= 5)", "(in x (test >= 5))"},
           Row{"x in (= 5, -1)", "(in x (test = 5) (test = (neg 1)))"},
           Row{"x in ((1 + 2) * 3)", "(in x (test = (* (+ 1 2) 3)))"},
           Row{"x in (1 + 2) * 3", "(in x (test = (* (+ 1 2) 3)))"},
           Row{"x in (a).b + 1", "(in x (test = (+ (.b a) 1)))"},
           Row{"x in ((1 + 2) * 3, (4))", "(in x (test = (* (+ 1 2) 3)) (test = 4))"},
           Row{"x in [1][1]", "(in x (test = (index (list 1) 1)))"},
           Row{"x in [1, 2] and y", "(and (in x (test = (list 1 2))) y)"},
           Row{"x in (1, 2) or y", "(or (in x (test = 1) (test = 2)) y)"},
           Row{"b in (x < 5)", "(in b (test = (< x 5)))"},
           Row{"b in (x and y or z)", "(in b (test = (or (and x y) z)))"},
           Row{"b in ((x and y), z)", "(in b (test = (and x y)) (test = z))"},
           Row{"x in (y in (z in (1, 2)))", "(in x (test = (in y (test = (in z (test = 1) (test = 2))))))"},
           Row{"x in (if c then a else b)", "(in x (test = (if c a b)))"},
           Row{"x in (1, if c then a else b)", "(in x (test = 1) (test = (if c a b)))"},
           Row{"plan in ('draft', 'thorough')", "(in plan (test = 'draft') (test = 'thorough'))"},
       }) {
    check(row);
  }
}

TEST_CASE("calls, members, indexes, on") {
  for (const Row& row : {
           Row{"f()", "(call f)"},
           Row{"min(a, b)", "(call min a b)"},
           Row{"round_down(x, to: 5 USD)", "(call round_down x (to: 5:USD))"},
           Row{"date(y, 4, 24)", "(call date y 4 24)"},
           Row{"f(if a then b else c, d)", "(call f (if a b c) d)"},
           Row{"average_cost[office]", "(index average_cost office)"},
           Row{"p[region, size + 1]", "(index p region (+ size 1))"},
           Row{"contributions[amount > 50 USD].donor", "(.donor (index contributions (> amount 50:USD)))"},
           Row{"xs[item > 5][1]", "(index (index xs (> item 5)) 1)"},
           Row{"d.year", "(.year d)"},
           Row{"d.month + d.day + d.weekday", "(+ (+ (.month d) (.day d)) (.weekday d))"},
           Row{"g.items", "(.items g)"},
           Row{"other.eligible and a", "(and (.eligible other) a)"},
           Row{"f(x).y", "(.y (call f x))"},
           Row{"(5).year", "(.year 5)"},
           Row{"5 days.x", "(.x 5:days)"},
           Row{"benefit on (as_of + 1 month * i)", "(on benefit (+ as_of (* 1:month i)))"},
           Row{"p on d", "(on p d)"},
           Row{"p on d + 1", "(+ (on p d) 1)"},
           Row{"p[k] on (g.date)", "(on (index p k) (.date g))"},
           Row{"p on @'2017-04-24'", "(on p @2017-04-24)"},
           Row{"p on start_of_month(d)", "(on p (call start_of_month d))"},
           Row{"(p on d).year", "(.year (on p d))"},
           Row{"[]", "(list)"},
           Row{"[1, 'a', [b]]", "(list 1 'a' (list b))"},
           Row{"at_least(2, [a, b, c])", "(call at_least 2 (list a b c))"},
           Row{"sum(for g in group(contributions, by: donor, total: sum(amount)) return min(g.total, 250 USD))",
               "(call sum (for g (call group contributions (by: donor) (total: (call sum amount))) (call min (.total "
               "g) 250:USD)))"},
       }) {
    check(row);
  }
}

TEST_CASE("spans and marks") {
  const std::string_view text = "(a + bc) * d.year in (1, <2)";
  const Tree tree = from_text(text, Limits{}).tree;
  const auto at = [&](const source::Span s) { return text.substr(s.begin, s.end - s.begin); };
  struct Place {
    std::string_view span;
    std::string_view mark;
  };
  std::vector<Place> expected{
      {"a", "a"}, {"bc", "bc"}, {"a + bc", "+"}, {"d", "d"},  {"d.year", "year"}, {"(a + bc) * d.year", "*"},
      {"1", "1"}, {"1", "1"},   {"2", "2"},      {"<2", "<"}, {text, "in"}};
  REQUIRE(tree.nodes.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(at(tree[NodeId(i)].span) == expected[i].span);
    CHECK(at(tree[NodeId(i)].mark) == expected[i].mark);
  }
}

TEST_CASE("names, keywords and units") {
  for (const std::string_view word : {"a", "raised", "x2", "a_b", "weekday", "usd", "andy"}) CHECK(is_name(word));
  for (const std::string_view word : {"", "A", "2x", "_x", "a-b", "é", "and", "item", "days", "USD", "null"})
    CHECK_FALSE(is_name(word));
  for (const std::string_view word : {"and", "between", "else", "every", "false", "for", "if", "in", "item", "items",
                                      "not", "on", "or", "return", "satisfies", "some", "then", "true"}) {
    CHECK(is_keyword(word));
    CHECK_FALSE(is_name(word));
  }
  for (const std::string_view word : {"", "And", "date", "null", "sum"}) CHECK_FALSE(is_keyword(word));
  for (const std::string_view word : {"day", "days", "month", "months", "year", "years", "USD", "JPY"})
    CHECK(is_unit_word(word));
  for (const std::string_view word : {"", "week", "usd", "%", "XYZ"}) CHECK_FALSE(is_unit_word(word));
}

TEST_CASE("long chains need no depth") {
  const Limits wide{.nodes = 1'000'000};
  for (const std::string_view piece : {" + a", " * a", " and a", " or a", " - 1"}) {
    CAPTURE(piece);
    const std::string text = "a" + repeated(piece, 100'000);
    const Parsed parsed = from_text(text, wide);
    REQUIRE(!parsed.error);
    CHECK(parsed.tree.nodes.size() > 100'000);
    CHECK(broken_form(parsed.tree, text.size()) == "");
  }
  CHECK(!from_text("a" + repeated(".b", 50'000), wide).error);
  CHECK(!from_text("a" + repeated("[1]", 50'000), wide).error);
  CHECK(!from_text("a" + repeated(" on d", 50'000), wide).error);
  CHECK(!from_text("[1" + repeated(", 1", 100'000) + "]", wide).error);
  CHECK(!from_text("x in (1" + repeated(", < 1", 100'000) + ")", wide).error);
}

TEST_CASE("depth is nesting, to the limit") {
  struct Nest {
    std::string_view left;
    std::string_view right;
  };
  for (const Nest nest : {Nest{"(", ")"}, Nest{"[", "]"}, Nest{"f(", ")"}, Nest{"not(", ")"}, Nest{"-", ""},
                          Nest{"a[", "]"}, Nest{"if a then b else ", ""}, Nest{"if ", " then b else c"},
                          Nest{"for i in ", " return i"}, Nest{"some i in xs satisfies ", ""}, Nest{"x in (", ")"},
                          Nest{"x in [", "]"}, Nest{"p on (", ")"}, Nest{"f(n: ", ")"}}) {
    CAPTURE(nest.left);
    const auto nested = [&](std::size_t depth) {
      return repeated(nest.left, depth) + "z" + repeated(nest.right, depth);
    };
    CHECK(!from_text(nested(128), Limits{}).error);
    CHECK(code_of(nested(129)) == Code::expression_too_deep);
    CHECK(code_of(repeated(nest.left, 1'000'000 / nest.left.size())) == Code::expression_too_deep);
  }
  CHECK(code_of("a and" + repeated(" not", 50'000)) == Code::expression_too_deep);
  CHECK(code_of(repeated("!", 50'000)) == Code::expression_too_deep);
  CHECK(code_of("x" + repeated(" in (x", 50'000)) == Code::expression_too_deep);
}

TEST_CASE("limits of size") {
  const std::string text = "a + " + std::string(100, ' ') + "b";
  CHECK(!from_text(text, Limits{.expression_bytes = text.size()}).error);
  CHECK(code_of(text, Limits{.expression_bytes = text.size() - 1}) == Code::expression_too_long);
  CHECK(code_of(std::string((std::size_t{1} << 20) + 1, 'a')) == Code::expression_too_long);
  CHECK(!from_text("a + b", Limits{.nodes = 3}).error);
  CHECK(code_of("a + b", Limits{.nodes = 2}) == Code::too_many_nodes);
  CHECK(code_of("a" + repeated("+a", 500'000)) == Code::too_many_nodes);
  CHECK(!from_text(std::string(1'000, '9'), Limits{}).error);
  CHECK(code_of(std::string(1'001, '9')) == Code::number_too_long);
  CHECK(code_of("0." + std::string(1'000, '0')) == Code::number_too_long);
  CHECK(code_of(std::string(1'000'000, '9')) == Code::number_too_long);
  CHECK(code_of(std::string(990, '9') + "e30") == Code::number_too_long);
}
