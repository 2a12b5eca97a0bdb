#include "rfs/program/read.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "rfs/evaluate/rules.hpp"

namespace {

using namespace rfs;
using program::Op;

// Two lists: figures 0, 1, 2 begin at 0, 10, 30; figure 3 at 0.
constexpr const char* kRules = R"json({
  "rfs": 1, "rules": "test/read", "facts": { "x": { "type": "integer", "min": 0 } },
  "parameters": { "tier": { "type": "schedule", "of": "integer", "gives": "integer", "values": [
    { "from": "1900-01-01", "value": [{ "from": 0, "value": 1 }, { "from": 10, "value": 2 }, { "from": 30, "value": 3 }] },
    { "from": "2000-01-01", "value": [{ "from": 0, "value": 4 }] } ] } },
  "definitions": { "of": "bracket(tier, x)" }
})json";

std::pair<std::size_t, std::size_t> met(std::size_t list, int least, int most, Op op) {
  const Rules rules = *parse(kRules, "read.rules.json");
  program::Reading x;
  x.interval = {least, most};
  return program::figures_met(rules.module().parameters[ParameterId(0)], list, x, op);
}

}  // namespace

TEST_CASE("a bracket is met from its start to right before the next one's") {
  using Met = std::pair<std::size_t, std::size_t>;
  CHECK(met(0, 9, 9, Op::bracket) == Met(0, 1));
  CHECK(met(0, 10, 10, Op::bracket) == Met(1, 2));
  CHECK(met(0, 9, 10, Op::bracket) == Met(0, 2));
  CHECK(met(0, 10, 29, Op::bracket) == Met(1, 2));
  CHECK(met(0, 0, 1000, Op::bracket) == Met(0, 3));
  CHECK(met(1, 0, 1000, Op::bracket) == Met(3, 4));
}

TEST_CASE("a sum meets every bracket that begins below the most of its argument") {
  using Met = std::pair<std::size_t, std::size_t>;
  CHECK(met(0, 0, 0, Op::marginal) == Met(0, 0));
  CHECK(met(0, 10, 10, Op::marginal) == Met(0, 1));
  CHECK(met(0, 11, 11, Op::marginal) == Met(0, 2));
  CHECK(met(0, 0, 31, Op::marginal) == Met(0, 3));
  CHECK(met(1, 500, 500, Op::marginal) == Met(3, 4));
}
