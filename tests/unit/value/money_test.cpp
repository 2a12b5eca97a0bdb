#include "rfs/value/money.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <type_traits>

using rfs::Exact;
using rfs::Money;

static_assert(sizeof(Money) == 16);
static_assert(std::is_trivially_copyable_v<Money>);
static_assert(Money::units(15000).units() == 15000);

TEST_CASE("money of an exact amount has the minor digits of its currency, or as many as it needs") {
  const auto dollars = Money::of(150, "USD");
  REQUIRE(dollars);
  CHECK(dollars->units() == 15000);
  CHECK(dollars->places() == 2);
  CHECK(dollars->currency() == "USD");
  CHECK(dollars->exact() == 150);
  CHECK(dollars->text() == "150.00 USD");
  CHECK(Money::of(150, "JPY")->text() == "150 JPY");
  CHECK(Money::of(Exact::ratio(-1, 2), "KWD")->text() == "-0.500 KWD");
  CHECK(Money::of(Exact::ratio(1, 8), "USD")->text() == "0.125 USD");
}

TEST_CASE("amounts that cannot be written in units are none") {
  CHECK_FALSE(Money::of(Exact::ratio(1, 3), "USD"));
  CHECK_FALSE(Money::of(1, "usd"));
  CHECK_FALSE(Money::of(1, ""));
  CHECK_FALSE(Money::of(Exact::power_of_ten(30), "USD"));
  CHECK_FALSE(Money::of(Exact::power_of_ten(-30), "USD"));
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  CHECK(Money::of(Exact::ratio(most, 100), "USD")->units() == most);
  CHECK(Money::of(Exact::ratio(least, 100), "USD")->units() == least);
  CHECK_FALSE(Money::of(Exact::ratio(most, 100) + Exact::ratio(1, 100), "USD"));
}

TEST_CASE("units come to be in a currency") {
  const Money units = Money::units(15000);
  CHECK(units.currency().empty());
  CHECK(units.exact() == 15000);
  CHECK(units.text() == "15000");
  CHECK(units.in("USD")->exact() == 150);
  CHECK(units.in("JPY")->exact() == 15000);
  CHECK_FALSE(units.in("XYZ"));
  CHECK(units.in("USD")->in("USD") == units.in("USD"));
  CHECK_FALSE(units.in("USD")->in("EUR"));
}

TEST_CASE("amounts are compared in one currency only") {
  const Money a = *Money::of(150, "USD");
  const Money b = *Money::of(Exact::ratio(1501, 10), "USD");
  const Money finer = *Money::of(Exact::ratio(150001, 1000), "USD");
  CHECK(a == *Money::of(150, "USD"));
  CHECK(a < b);
  CHECK(a < finer);
  CHECK(finer < b);
  const Money euros = *Money::of(150, "EUR");
  CHECK_FALSE(a == euros);
  CHECK_FALSE(a < euros);
  CHECK_FALSE(a > euros);
  CHECK(Money::units(1) < Money::units(2));
  CHECK_FALSE(Money::units(15000) == a);
}
