#include "rfs/value/rounding.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using rfs::Exact;
using rfs::Rounding;
namespace value = rfs::value;

namespace {

constexpr std::array kModes = {Rounding::up,        Rounding::down,  Rounding::half_up, Rounding::half_down,
                               Rounding::half_even, Rounding::floor, Rounding::ceiling};

Exact decimal(const char* text) {
  const auto read = Exact::parse(text);
  REQUIRE_MESSAGE(read, text);
  return *read;
}

struct Row {
  const char* x;
  std::array<const char*, 7> rounded;  // in the order of kModes
};

// up down half_up half_down half_even floor ceiling
constexpr Row kToOne[] = {
    {"0", {"0", "0", "0", "0", "0", "0", "0"}},
    {"2", {"2", "2", "2", "2", "2", "2", "2"}},
    {"-2", {"-2", "-2", "-2", "-2", "-2", "-2", "-2"}},
    {"0.1", {"1", "0", "0", "0", "0", "0", "1"}},
    {"-0.1", {"-1", "0", "0", "0", "0", "-1", "0"}},
    {"0.5", {"1", "0", "1", "0", "0", "0", "1"}},
    {"-0.5", {"-1", "0", "-1", "0", "0", "-1", "0"}},
    {"1.5", {"2", "1", "2", "1", "2", "1", "2"}},
    {"-1.5", {"-2", "-1", "-2", "-1", "-2", "-2", "-1"}},
    {"2.5", {"3", "2", "3", "2", "2", "2", "3"}},
    {"-2.5", {"-3", "-2", "-3", "-2", "-2", "-3", "-2"}},
    {"2.51", {"3", "2", "3", "3", "3", "2", "3"}},
    {"-2.51", {"-3", "-2", "-3", "-3", "-3", "-3", "-2"}},
    {"2.49", {"3", "2", "2", "2", "2", "2", "3"}},
    {"-2.49", {"-3", "-2", "-2", "-2", "-2", "-3", "-2"}},
    {"1e30", {"1e30", "1e30", "1e30", "1e30", "1e30", "1e30", "1e30"}},
    {"1000000000000000000000000000000.5",
     {"1000000000000000000000000000001", "1e30", "1000000000000000000000000000001", "1e30", "1e30", "1e30",
      "1000000000000000000000000000001"}},
};

constexpr Row kToFive[] = {
    {"2.5", {"5", "0", "5", "0", "0", "0", "5"}},       {"-2.5", {"-5", "0", "-5", "0", "0", "-5", "0"}},
    {"7.5", {"10", "5", "10", "5", "10", "5", "10"}},   {"-7.5", {"-10", "-5", "-10", "-5", "-10", "-10", "-5"}},
    {"12", {"15", "10", "10", "10", "10", "10", "15"}}, {"-13", {"-15", "-10", "-15", "-15", "-15", "-15", "-10"}},
};

constexpr Row kToCent[] = {
    {"0.005", {"0.01", "0", "0.01", "0", "0", "0", "0.01"}},
    {"-0.015", {"-0.02", "-0.01", "-0.02", "-0.01", "-0.02", "-0.02", "-0.01"}},
    {"150.254999", {"150.26", "150.25", "150.25", "150.25", "150.25", "150.25", "150.26"}},
    {"-150.251", {"-150.26", "-150.25", "-150.25", "-150.25", "-150.25", "-150.26", "-150.25"}},
};

template <std::size_t Size>
void check_table(const Row (&rows)[Size], const Exact& step) {
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kModes.size(); ++i) {
      CAPTURE(row.x);
      CAPTURE(value::rounding_text(kModes[i]));
      CHECK(value::round(decimal(row.x), step, kModes[i]).text() == decimal(row.rounded[i]).text());
    }
  }
}

}  // namespace

TEST_CASE("rounding to a step, in each mode") {
  check_table(kToOne, 1);
  check_table(kToFive, 5);
  check_table(kToCent, Exact::ratio(1, 100));
}

TEST_CASE("rounding to thirds") {
  const Exact third = Exact::ratio(1, 3);
  const Exact sixth = Exact::ratio(1, 6);  // a tie between 0 and 1/3
  CHECK(value::round(sixth, third, Rounding::half_up) == third);
  CHECK(value::round(-sixth, third, Rounding::half_up) == -third);
  CHECK(value::round(sixth, third, Rounding::half_down) == 0);
  CHECK(value::round(sixth * 3, third, Rounding::half_even) == third * 2);
  CHECK(value::round(Exact::ratio(2, 3), third, Rounding::up) == Exact::ratio(2, 3));
  CHECK(value::round(decimal("0.7"), third, Rounding::up) == 1);
  CHECK(value::round(decimal("-0.7"), third, Rounding::floor) == -1);
  CHECK(value::round(decimal("-0.7"), third, Rounding::ceiling) == Exact::ratio(-2, 3));
}

TEST_CASE("rounding has the properties that define it") {
  const Exact steps[] = {1, Exact::ratio(1, 100), 5, Exact::ratio(1, 3)};
  for (const Exact& step : steps) {
    for (std::int64_t i = -700; i <= 700; ++i) {
      const Exact x = Exact::ratio(i, 7) * step / 4;
      const Exact floor = value::round(x, step, Rounding::floor);
      const Exact ceiling = value::round(x, step, Rounding::ceiling);
      REQUIRE((floor / step).is_integer());
      REQUIRE(floor <= x);
      REQUIRE(x < floor + step);
      REQUIRE(ceiling == (floor == x ? x : floor + step));
      REQUIRE(value::round(x, step, Rounding::up) == (i < 0 ? floor : ceiling));
      REQUIRE(value::round(x, step, Rounding::down) == (i < 0 ? ceiling : floor));
      for (const Rounding mode : {Rounding::half_up, Rounding::half_down, Rounding::half_even}) {
        const Exact rounded = value::round(x, step, mode);
        REQUIRE((rounded == floor || rounded == ceiling));
        REQUIRE((rounded - x).abs() * 2 <= step);
        REQUIRE(value::round(-x, step, mode) == -rounded);
      }
    }
  }
}

TEST_CASE("modes have words") {
  for (const Rounding mode : kModes) CHECK(value::parse_rounding(value::rounding_text(mode)) == mode);
  CHECK(value::rounding_text(Rounding::half_even) == "half_even");
  CHECK_FALSE(value::parse_rounding("nearest"));
  CHECK_FALSE(value::parse_rounding("Up"));
  CHECK_FALSE(value::parse_rounding(""));
}
