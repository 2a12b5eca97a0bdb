#include "rfs/rule/floats.hpp"

#include <doctest/doctest.h>

#include <string_view>

using namespace rfs;

namespace {

rule::Domain domain(Type type, std::size_t places) {
  rule::Domain out = rule::default_domain(type, "USD");
  out.places = places;
  return out;
}

const rule::Domain kMoney = domain({Kind::money, Flavour::plain, {}}, 2);
const rule::Domain kWhole = domain({Kind::number, Flavour::integer, {}}, 0);
const rule::Domain kTruth = domain({Kind::boolean, Flavour::plain, {}}, 0);

bool is_itself(std::string_view shortest, const rule::Domain& of, Floats floats = Floats::exact) {
  const rule::FloatReading reading = rule::read_float(shortest, of, floats);
  return !reading.problem && !reading.nearest;
}

}  // namespace

TEST_SUITE("floats") {
  TEST_CASE("a float of at most 15 digits and the fact's decimals is itself") {
    for (const char* shortest : {"0", "-0", "150.1", "1e+15", "123456789012345", "0.25", "-1"}) {
      CAPTURE(shortest);
      CHECK(is_itself(shortest, kMoney));
      CHECK(is_itself(shortest, kMoney, Floats::nearest));
    }
    CHECK(is_itself("3", kWhole));
    // What a bool is given is refused where it is read.
    CHECK(is_itself("0.5", kTruth));
  }

  TEST_CASE("another is refused, and the repair is the caller's to name") {
    const rule::FloatReading fine = rule::read_float("0.005", kMoney, Floats::exact);
    REQUIRE(fine.problem);
    CHECK(fine.problem->code == Code::fact_places);
    CHECK(fine.problem->message == "expected at most 2 decimals, found `0.005`");
    CHECK(fine.problem->help.empty());
    const rule::FloatReading sum = rule::read_float("0.30000000000000004", kMoney, Floats::exact);
    REQUIRE(sum.problem);
    CHECK(sum.problem->message == "expected at most 15 digits, found `0.30000000000000004`");
    CHECK(rule::read_float("2.5", kWhole, Floats::exact).problem);
  }

  TEST_CASE("nearest takes a step within a millionth of it, half to even") {
    const rule::FloatReading sum = rule::read_float("0.30000000000000004", kMoney, Floats::nearest);
    CHECK_FALSE(sum.problem);
    CHECK(sum.nearest == Exact::parse("0.3"));
    // A millionth of a cent to the cent, and past it.
    CHECK(rule::read_float("1.00000001", kMoney, Floats::nearest).nearest == Exact(1));
    CHECK_FALSE(rule::read_float("1.00000001", kMoney, Floats::nearest).problem);
    const rule::FloatReading past = rule::read_float("1.00000001001", kMoney, Floats::nearest);
    REQUIRE(past.problem);
    CHECK(past.problem->message == "expected a float within a millionth of 0.01, found `1.00000001001`");
    CHECK_FALSE(past.problem->help.empty());
  }
}
