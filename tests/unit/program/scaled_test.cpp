#include "rfs/program/scaled.hpp"

#include <doctest/doctest.h>

#include <string>

#include "rfs/rfs.hpp"

namespace {

using namespace rfs;

/// Returns whether a definition over an amount `x` can be computed in 64 bits.
bool is_scaled(const std::string& expression) {
  const auto rules = parse(R"json({ "rfs": 1, "rules": "scaled", "currency": "USD", "facts": {
    "x": { "type": "money", "min": "-1000000.00", "max": "1000000.00" }, "all": { "type": "bool" } },
    "definitions": { "y": ")json" +
                               expression + R"json(" }, "decisions": { "go": { "eligible": "y >= 10 USD" } } })json",
                           "scaled");
  REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
  return program::scale(rules->program()).possible;
}

}  // namespace

TEST_SUITE("program") {
  TEST_CASE("a zero stands beside amounts of any unit") {
    CHECK(is_scaled("max(0 USD, round_down(x, to: 5 USD))"));
    CHECK(is_scaled("if all then round_down(x, to: 5 USD) else 0 USD"));
    CHECK(is_scaled("if all then round_down(x, to: 5 USD) + 0 USD else 2 USD - 2 USD"));
  }
}
