#include "rfs/expr/print.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rfs/expr/from_text.hpp"
#include "tree_text.hpp"

using namespace rfs;
using namespace rfs::expr;
using expr_test::broken_form;
using expr_test::dump;
using expr_test::same;
using rfs::expr::Kind;  // not rfs::Kind, where both are declared

namespace {

/// Makes random trees in the form that the parser gives them.
class Maker {
 public:
  explicit Maker(std::uint32_t seed) : random_(seed) {}

  Tree make(int size) {
    tree_ = {};
    tree_.root = any(size);
    return std::move(tree_);
  }

 private:
  std::size_t pick(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  template <std::size_t N>
  std::string_view word(const std::array<std::string_view, N>& from) {
    return from[pick(N)];
  }
  std::string_view name() { return word(std::array<std::string_view, 5>{"a", "b1", "raised", "race_cost", "android"}); }

  NodeId emit(Kind kind, const std::vector<NodeId>& operands, std::string_view text = {}, Op op = Op::none,
              Exact number = {}) {
    Node n;
    n.kind = kind;
    n.op = op;
    n.text = text;
    n.number = std::move(number);
    n.first = static_cast<std::uint32_t>(tree_.operand_pool.size());
    n.count = static_cast<std::uint32_t>(operands.size());
    tree_.operand_pool.insert(tree_.operand_pool.end(), operands.begin(), operands.end());
    return tree_.nodes.push(std::move(n));
  }
  std::vector<NodeId> several(std::size_t count, int size) {
    std::vector<NodeId> made;
    for (std::size_t i = 0; i < count; ++i) made.push_back(any(size / static_cast<int>(count)));
    return made;
  }
  NodeId leaf() {
    switch (pick(6)) {
      case 0:
        return emit(Kind::number, {}, word(std::array<std::string_view, 7>{"", "", "%", "USD", "days", "month", "JPY"}),
                    Op::none,
                    Exact::ratio(static_cast<std::int64_t>(pick(100'000)), std::array{1, 10, 1000, 8}[pick(4)]));
      case 1:
        return emit(Kind::string, {}, word(std::array<std::string_view, 5>{"", "it's", "''", "\"x\"", "é ≤ and (1)"}));
      case 2:
        return emit(Kind::date, {}, word(std::array<std::string_view, 2>{"2017-04-24", "0001-01-01"}));
      case 3:
        return emit(Kind::boolean, {}, {}, Op::none, Exact(static_cast<std::int64_t>(pick(2))));
      case 4:
        return emit(Kind::name, {}, word(std::array<std::string_view, 2>{"item", "items"}));
      default:
        return emit(Kind::name, {}, name());
    }
  }
  Op comparison() {
    return std::array{Op::equal, Op::not_equal, Op::less, Op::less_equal, Op::greater, Op::greater_equal}[pick(6)];
  }
  NodeId range(int size, bool closed) {
    const auto ends = several(2, size);
    return emit(Kind::range, ends, {},
                closed
                    ? Op::range_closed
                    : std::array{Op::range_closed, Op::range_open, Op::range_open_left, Op::range_open_right}[pick(4)]);
  }
  NodeId any(int size) {
    if (size <= 0) return leaf();
    const int rest = size - 1;
    switch (pick(17)) {
      case 0: {
        std::vector<NodeId> arguments;
        const std::size_t count = pick(3);
        for (std::size_t i = 0; i < count; ++i) {
          const NodeId value = any(rest / 2);
          arguments.push_back(pick(2) == 0 ? value : emit(Kind::argument, {value}, name()));
        }
        return emit(Kind::call, arguments, pick(4) == 0 ? "not" : name());
      }
      case 1:
        return emit(Kind::member, several(1, rest),
                    word(std::array<std::string_view, 4>{"amount", "year", "day", "items"}));
      case 2:
        return emit(Kind::index, several(2 + pick(2), rest));
      case 3:
        return emit(Kind::on, several(2, rest));
      case 4:
        return emit(Kind::list, several(pick(4), rest));
      case 5:
        return emit(Kind::negate, several(1, rest));
      case 6:
      case 7:
        return emit(Kind::arithmetic, several(2, rest), {},
                    std::array{Op::add, Op::subtract, Op::multiply, Op::divide}[pick(4)]);
      case 8:
        return emit(Kind::compare, several(2, rest), {}, comparison());
      case 9:
        return emit(Kind::between, several(3, rest));
      case 10:
      case 11: {
        std::vector<NodeId> operands{any(rest / 3)};
        const std::size_t count = 1 + pick(3);
        for (std::size_t i = 0; i < count; ++i) {
          const int part = rest / 3;
          operands.push_back(pick(3) == 0
                                 ? range(part, false)
                                 : emit(Kind::test, several(1, part), {}, pick(2) == 0 ? Op::equal : comparison()));
        }
        return emit(Kind::in, operands);
      }
      case 12:
        return emit(Kind::logical_and, several(2 + pick(3), rest));
      case 13:
        return emit(Kind::logical_or, several(2 + pick(3), rest));
      case 14:
        return emit(Kind::conditional, several(3, rest));
      case 15:
        return emit(Kind::quantified, several(2, rest), name(), pick(2) == 0 ? Op::some : Op::every);
      default: {
        const NodeId list = pick(2) == 0 ? range(rest / 2, true) : any(rest / 2);
        const NodeId result = any(rest / 2);
        return emit(Kind::loop, {list, result}, name());
      }
    }
  }

  std::mt19937 random_;
  Tree tree_;
};

}  // namespace

TEST_CASE("canonical text") {
  struct Row {
    std::string_view text;
    std::string_view printed;
  };
  for (const Row& row : {
           Row{"a+b*c", "a + b * c"},
           Row{"(a+b)*c", "(a + b) * c"},
           Row{"(a*b)+c", "a * b + c"},
           Row{"a-(b-c)", "a - (b - c)"},
           Row{"(a-b)-c", "a - b - c"},
           Row{"a/(b*c)", "a / (b * c)"},
           Row{"- ( - a )", "--a"},
           Row{"-(a+b)", "-(a + b)"},
           Row{"(-a).b", "(-a).b"},
           Row{"( a and b ) or c", "a and b or c"},
           Row{"a and (b or c)", "a and (b or c)"},
           Row{"(a and b) and c", "(a and b) and c"},
           Row{"(a) and (b=c)", "a and b = c"},
           Row{"(a=b)=c", "(a = b) = c"},
           Row{"a or (if b then c else d)", "a or if b then c else d"},
           Row{"(a or (if b then c else d)) and e", "(a or if b then c else d) and e"},
           Row{"a and (if b then c else d) or e", "a and (if b then c else d) or e"},
           Row{"(if a then b else c) or d", "(if a then b else c) or d"},
           Row{"if (if a then b else c) then (d) else (if e then f else g)",
               "if if a then b else c then d else if e then f else g"},
           Row{"x = (if a then b else c)", "x = (if a then b else c)"},
           Row{"x in ( 1 ,<5,[ 1 .. 2 ) )", "x in (1, < 5, [1..2))"},
           Row{"x in (1)", "x in 1"},
           Row{"x in (= 1)", "x in 1"},
           Row{"x in ((1+2)*3)", "x in (1 + 2) * 3"},
           Row{"x in (a and b)", "x in (a and b)"},
           Row{"x in (if a then b else c)", "x in if a then b else c"},
           Row{"x in ((if a then b else c), 1)", "x in ((if a then b else c), 1)"},
           Row{"f( a,to:b )", "f(a, to: b)"},
           Row{"(5).year", "(5).year"},
           Row{"(p on d).year", "(p on d).year"},
           Row{"p on (d)", "p on d"},
           Row{"p on (g.date)", "p on (g.date)"},
           Row{"\"it's\"", "'it''s'"},
           Row{"@\"2017-04-24\"", "@'2017-04-24'"},
           Row{"15 %", "15%"},
           Row{"2months", "2 months"},
           Row{"0.5 USD", "0.50 USD"},
           Row{"250.00 USD", "250 USD"},
           Row{"0.125 USD", "0.125 USD"},
           Row{"1e3", "1000"},
           Row{"for i in ( 1 )..12 return (i)", "for i in 1..12 return i"},
           Row{"some x in (xs) satisfies (a or b)", "some x in xs satisfies a or b"},
           Row{"x between (1+2) and (a or b)", "x between 1 + 2 and (a or b)"},
       }) {
    CAPTURE(row.text);
    const Parsed parsed = from_text(row.text, Limits{});
    REQUIRE(!parsed.error);
    CHECK(print(parsed.tree) == row.printed);
  }
  CHECK(print(from_text("a +", Limits{}).tree) == "");
}

TEST_CASE("a printed tree parses to itself") {
  const std::uint32_t seed = 20170424;
  MESSAGE("seed ", seed);
  Maker maker(seed);
  std::array<std::size_t, 32> kinds{};
  for (int i = 0; i < 20'000; ++i) {
    const Tree tree = maker.make(i % 60);
    for (const Node& n : tree.nodes) ++kinds[static_cast<std::size_t>(n.kind)];
    const std::string text = print(tree);
    const Parsed again = from_text(text, Limits{});
    CAPTURE(i);
    CAPTURE(text);
    REQUIRE_MESSAGE(!again.error, (again.error ? again.error->message : ""));
    REQUIRE_MESSAGE(same(tree, again.tree), dump(tree));
    REQUIRE(broken_form(again.tree, text.size()) == "");
    REQUIRE(print(again.tree) == text);
  }
  for (std::size_t kind = static_cast<std::size_t>(Kind::number); kind <= static_cast<std::size_t>(Kind::loop);
       ++kind) {
    CAPTURE(kind);
    CHECK(kinds[kind] >= 500);
  }
}

TEST_CASE("parentheses are the fewest") {
  // Taking out any matching pair of a printed text changes the tree or breaks it. Left aside are pairs
  // before `.` and `[`, which print() writes after numbers and `on` although a blank would do.
  Maker maker(7);
  for (int i = 0; i < 2'000; ++i) {
    const Tree tree = maker.make(i % 25);
    const std::string text = print(tree);
    for (std::size_t open = 0; open < text.size(); ++open) {
      if (text[open] == '\'') {
        do ++open;
        while (open < text.size() && text[open] != '\'');
        continue;
      }
      if (text[open] != '(') continue;
      std::size_t close = open;
      bool quoted = false;
      for (int depth = 0; close < text.size(); ++close) {
        if (text[close] == '\'') quoted = !quoted;
        if (quoted) continue;
        if (text[close] == '(' || text[close] == '[') ++depth;
        if (text[close] == ')' || text[close] == ']') --depth;
        if (depth == 0) break;
      }
      if (close + 1 < text.size() && (text[close + 1] == '.' || text[close + 1] == '[')) continue;
      std::string less = text;
      less[open] = ' ';
      less[close] = ' ';
      const Parsed parsed = from_text(less, Limits{});
      CAPTURE(text);
      CAPTURE(less);
      CHECK((parsed.error || !same(parsed.tree, tree)));
    }
  }
}

TEST_CASE("long chains are printed without recursion") {
  std::string text = "a";
  for (int i = 0; i < 40'000; ++i) text += i % 2 == 0 ? " + b" : " - c";
  const Parsed parsed = from_text(text, Limits{});
  REQUIRE(!parsed.error);
  CHECK(print(parsed.tree) == text);
}
