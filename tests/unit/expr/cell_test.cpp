#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "rfs/expr/from_text.hpp"
#include "rfs/expr/layout.hpp"
#include "tree_text.hpp"

using namespace rfs;

TEST_SUITE("expr") {
  TEST_CASE("a cell is what it asks of its input") {
    const std::pair<const char*, const char*> cases[] = {
        {"-", "?"},
        {"5", "(in ? (test = 5))"},
        {"-5", "(in ? (test = (neg 5)))"},
        {"'a', 'b'", "(in ? (test = 'a') (test = 'b'))"},
        {"('a', 'b')", "(in ? (test = 'a') (test = 'b'))"},
        {"< 5, [7..9)", "(in ? (test < 5) ([..) 7 9))"},
        {"(1 + 2) * 3, 4", "(in ? (test = (* (+ 1 2) 3)) (test = 4))"},
        {"not('a', > 5)", "(call not (in ? (test = 'a') (test > 5)))"},
        {"not(true)", "(call not (in ? (test = true)))"},
    };
    for (const auto& [cell, wanted] : cases) {
      const char* const text = cell;
      const expr::Parsed parsed = expr::cell_from_text(text, {});
      CAPTURE(text);
      REQUIRE_FALSE(parsed.error);
      CHECK(expr_test::dump(parsed.tree) == wanted);
    }
  }

  TEST_CASE("what is no cell is refused where it goes wrong") {
    const std::pair<const char*, std::uint32_t> cases[] = {
        {"", 0},      {"- 5, -", 6}, {"5 6", 2}, {"< 5 and > 3", 4}, {"not(5), 6", 6},
        {"not 5", 4}, {"[1..2", 5},  {"5,", 2},  {"not(", 4},        {"== 5", 0},
    };
    for (const auto& [cell, at] : cases) {
      const char* const text = cell;
      const expr::Parsed parsed = expr::cell_from_text(text, {});
      CAPTURE(text);
      REQUIRE(parsed.error);
      CHECK(parsed.error->span.begin == at);
      CHECK(parsed.tree.failed());
    }
  }

  TEST_CASE("a cell has canonical blanks") {
    const std::pair<const char*, const char*> cases[] = {
        {"-", "-"},
        {"<5", "< 5"},
        {"not( 'a','b' )", "not('a', 'b')"},
        {"[1 .. 5)", "[1..5)"},
        {">=  5 USD", ">= 5 USD"},
        {"- 5", "-5"},
        {"< 5 and", "< 5 and"},
    };
    for (const auto& [text, wanted] : cases) {
      CHECK(expr::layout_cell(text, {}) == wanted);
      CHECK(expr::layout_cell(wanted, {}) == wanted);
    }
  }
}
