#include "rfs/expr/layout.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace rfs;

TEST_SUITE("expr") {
  TEST_CASE("an expression has canonical blanks, and is its own layout") {
    const std::pair<const char*, const char*> cases[] = {
        {"a+b", "a + b"},
        {"  a  and(b or  not( c ))  ", "a and (b or not(c))"},
        {"- 1", "-1"},
        {"a- -b", "a - -b"},
        {"a*-b", "a * -b"},
        {"min( a ,b )", "min(a, b)"},
        {"cost [ kind ]", "cost[kind]"},
        {"15 %*x", "15% * x"},
        {"250.00   USD", "250.00 USD"},
        {"x in['a','b']", "x in ['a', 'b']"},
        {"if a then b else-c", "if a then b else -c"},
        {"as_of>=@'2017-06-24'", "as_of >= @'2017-06-24'"},
        {"'a  b'", "'a  b'"},
        {"a  and\n\n\t\t  b\r\n", "a and\n    b"},
        {"a +", "a +"},
        {"'open", "'open"},
        {"", ""},
    };
    for (const auto& [text, wanted] : cases) {
      const std::string once = expr::layout(text, {});
      CHECK(once == wanted);
      CHECK(expr::layout(once, {}) == once);
    }
  }
}
