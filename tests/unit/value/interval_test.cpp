#include "rfs/value/interval.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

using rfs::Bool3;
using rfs::Exact;
using rfs::MonthEnd;
using rfs::Rounding;
using rfs::value::Interval;
using rfs::value::Step;
namespace value = rfs::value;

namespace {

struct Ends {
  std::int64_t least;
  std::int64_t most;
};

std::vector<Ends> all_intervals(std::int64_t from, std::int64_t to) {
  std::vector<Ends> all;
  for (std::int64_t least = from; least <= to; ++least) {
    for (std::int64_t most = least; most <= to; ++most) all.push_back({least, most});
  }
  return all;
}

/// Collects results and tells whether an interval holds exactly what lies between the extremes of them.
class Hull {
 public:
  void see(const Exact& x) {
    if (!ends_) {
      ends_ = {x, x};
    } else {
      ends_ = {std::min(ends_->least, x), std::max(ends_->most, x)};
    }
  }
  [[nodiscard]] bool is(const Interval& found) const { return ends_ && *ends_ == found; }
  [[nodiscard]] bool within(const Interval& found) const {
    return ends_ && found.least <= ends_->least && ends_->most <= found.most;
  }

 private:
  std::optional<Interval> ends_;
};

/// Returns the hull of op over all pairs of whole numbers of two intervals, a divisor's 0 left out.
template <typename Op>
Hull pairs(const Ends& a, const Ends& b, Op op, bool divisor = false) {
  Hull hull;
  for (std::int64_t x = a.least; x <= a.most; ++x) {
    for (std::int64_t y = b.least; y <= b.most; ++y) {
      if (!divisor || y != 0) hull.see(op(Exact(x), Exact(y)));
    }
  }
  return hull;
}

template <typename Op>
Hull singles(const Ends& a, Op op) {
  Hull hull;
  for (std::int64_t x = a.least; x <= a.most; ++x) hull.see(op(x));
  return hull;
}

Interval interval(const Ends& ends) { return {ends.least, ends.most}; }

Exact modulo(const Exact& a, const Exact& b) { return a - b * (a / b).floor(); }

constexpr std::array kRoundings = {Rounding::up,        Rounding::down,  Rounding::half_up, Rounding::half_down,
                                   Rounding::half_even, Rounding::floor, Rounding::ceiling};

const std::int64_t kDay0 = value::day_number(2019, 12, 1);

/// Intervals of days of many lengths, from days around each month end of some leap and common years.
std::vector<Ends> date_intervals() {
  std::vector<Ends> all;
  for (std::int64_t first = kDay0; first < kDay0 + 820; first += value::day_of(first) < 26 ? 5 : 1) {
    for (const std::int64_t length :
         {0, 1, 2, 3, 5, 6, 7, 27, 28, 29, 30, 31, 32, 58, 59, 60, 61, 62, 90, 364, 366, 731}) {
      all.push_back({first, first + length});
    }
  }
  return all;
}

}  // namespace

TEST_CASE("arithmetic of intervals is tight") {
  for (const Ends& a : all_intervals(-4, 4)) {
    const Interval x = interval(a);
    REQUIRE(singles(a, [](std::int64_t v) { return -Exact(v); }).is(value::negate(x)));
    REQUIRE(singles(a, [](std::int64_t v) { return Exact(v).abs(); }).is(value::abs(x)));
    for (const Ends& b : all_intervals(-4, 4)) {
      const Interval y = interval(b);
      REQUIRE(pairs(a, b, [](const Exact& p, const Exact& q) { return p + q; }).is(value::add(x, y)));
      REQUIRE(pairs(a, b, [](const Exact& p, const Exact& q) { return p - q; }).is(value::subtract(x, y)));
      REQUIRE(pairs(a, b, [](const Exact& p, const Exact& q) { return p * q; }).is(value::multiply(x, y)));
      REQUIRE(pairs(a, b, [](const Exact& p, const Exact& q) { return std::min(p, q); }).is(value::min(x, y)));
      REQUIRE(pairs(a, b, [](const Exact& p, const Exact& q) { return std::max(p, q); }).is(value::max(x, y)));
      REQUIRE(value::hull(x, y) == Interval{std::min(a.least, b.least), std::max(a.most, b.most)});
    }
  }
}

TEST_CASE("quotients are tight, also around a divisor of both signs") {
  for (const Ends& a : all_intervals(-4, 4)) {
    for (const Ends& b : all_intervals(-4, 4)) {
      if (b.least == 0 || b.most == 0) continue;
      REQUIRE(pairs(
                  a, b, [](const Exact& p, const Exact& q) { return p / q; }, true)
                  .is(value::divide(interval(a), interval(b), 1)));
    }
  }
  CHECK(value::divide({1, 1}, {-1, 1}, Exact::ratio(1, 10)) == Interval{-10, 10});
}

TEST_CASE("modulo is exact where both are known, else what its divisor allows") {
  for (const Ends& a : all_intervals(-7, 7)) {
    for (const Ends& b : all_intervals(-4, 4)) {
      if (b.least == 0 || b.most == 0) continue;
      const Interval found = value::modulo(interval(a), interval(b), 1);
      const Hull hull = pairs(a, b, modulo, true);
      REQUIRE(hull.within(found));
      if (a.least == a.most && b.least == b.most) REQUIRE(hull.is(found));
      // A dividend that takes many values leaves every remainder of the greatest divisor.
      if (a.most - a.least >= 8) REQUIRE(hull.is(found));
    }
  }
  CHECK(value::modulo({0, 10}, {3, 3}, Exact::ratio(1, 2)) == Interval{0, Exact::ratio(5, 2)});
  CHECK(value::modulo({0, 10}, {3, 3}, std::nullopt) == Interval{0, 3});
}

TEST_CASE("rounding to a known step is tight") {
  for (const Ends& a : all_intervals(-7, 7)) {
    for (const Rounding mode : kRoundings) {
      for (const Exact& step : {Exact(2), Exact(3), Exact::ratio(2, 3)}) {
        const auto rounded = [&](std::int64_t x) { return value::round(Exact::ratio(x, 2), step, mode); };
        const Interval x{Exact::ratio(a.least, 2), Exact::ratio(a.most, 2)};
        REQUIRE(singles(a, rounded).is(value::round(x, {step, step}, mode)));
      }
    }
  }
}

TEST_CASE("rounding to an unknown step holds what every step gives") {
  for (const Ends& a : all_intervals(-6, 6)) {
    for (const Rounding mode : kRoundings) {
      Hull hull;
      const Interval x{Exact::ratio(a.least, 2), Exact::ratio(a.most, 2)};
      for (std::int64_t half = a.least; half <= a.most; ++half) {
        for (std::int64_t tenth = 1; tenth <= 40; ++tenth) {
          hull.see(value::round(Exact::ratio(half, 2), Exact::ratio(tenth, 10), mode));
        }
      }
      const Interval found = value::round(x, {Exact::ratio(1, 10), 4}, mode);
      REQUIRE(hull.within(found));
      REQUIRE((x.least.sign() < 0 || found.least.sign() >= 0));
      REQUIRE((x.most.sign() > 0 || found.most.sign() <= 0));
      REQUIRE(x.least - found.least <= 4);
      REQUIRE(found.most - x.most <= 4);
    }
  }
  // Only the end that a mode moves away from x is moved.
  const Interval step{1, 4};
  CHECK(value::round({10, 20}, step, Rounding::up) == Interval{10, 24});
  CHECK(value::round({-20, -10}, step, Rounding::up) == Interval{-24, -10});
  CHECK(value::round({10, 20}, step, Rounding::down) == Interval{6, 20});
  CHECK(value::round({-20, -10}, step, Rounding::down) == Interval{-20, -6});
  CHECK(value::round({10, 20}, step, Rounding::floor) == Interval{6, 20});
  CHECK(value::round({-20, -10}, step, Rounding::ceiling) == Interval{-20, -6});
  CHECK(value::round({10, 20}, step, Rounding::half_up) == Interval{8, 22});
  CHECK(value::round({1, 20}, step, Rounding::half_even) == Interval{0, 22});
}

TEST_CASE("comparisons settle exactly when all pairs agree") {
  const auto verdict = [](const Ends& a, const Ends& b, auto op) {
    bool seen[2] = {false, false};
    for (std::int64_t x = a.least; x <= a.most; ++x) {
      for (std::int64_t y = b.least; y <= b.most; ++y) seen[op(x, y) ? 1 : 0] = true;
    }
    if (seen[0] && seen[1]) return Bool3::unknown;
    return seen[1] ? Bool3::yes : Bool3::no;
  };
  for (const Ends& a : all_intervals(-2, 3)) {
    for (const Ends& b : all_intervals(-2, 3)) {
      REQUIRE(value::less(interval(a), interval(b)) == verdict(a, b, [](auto x, auto y) { return x < y; }));
      REQUIRE(value::less_equal(interval(a), interval(b)) == verdict(a, b, [](auto x, auto y) { return x <= y; }));
      REQUIRE(value::equal(interval(a), interval(b)) == verdict(a, b, [](auto x, auto y) { return x == y; }));
    }
  }
}

TEST_CASE("parts of dates are the hull over the days") {
  for (const Ends& a : date_intervals()) {
    const Interval x = interval(a);
    CAPTURE(a.least);
    CAPTURE(a.most);
    REQUIRE(singles(a, [](std::int64_t d) { return value::year_of(d); }).is(value::year(x)));
    REQUIRE(singles(a, [](std::int64_t d) { return value::month_of(d); }).is(value::month(x)));
    REQUIRE(singles(a, [](std::int64_t d) { return value::day_of(d); }).is(value::day(x)));
    REQUIRE(singles(a, [](std::int64_t d) { return value::weekday_of(d); }).is(value::weekday(x)));
    REQUIRE(singles(a, [](std::int64_t d) { return value::start_of_month(d); }).is(value::start_of_month(x)));
    REQUIRE(singles(a, [](std::int64_t d) { return value::end_of_month(d); }).is(value::end_of_month(x)));
  }
  CHECK(value::make_date({2019, 2021}, 2, 28) ==
        Interval{value::day_number(2019, 2, 28), value::day_number(2021, 2, 28)});
}

TEST_CASE("months of intervals of dates are tight") {
  const auto day = [](int month, int day_of_month) { return value::day_number(2019, month, day_of_month); };
  const std::vector<Ends> dates = {{day(1, 28), day(1, 31)}, {day(1, 31), day(1, 31)}, {day(1, 29), day(3, 2)},
                                   {day(2, 27), day(3, 1)},  {day(3, 31), day(5, 1)},  {day(1, 1), day(12, 31)}};
  for (const MonthEnd end : {MonthEnd::clamp, MonthEnd::next_day}) {
    for (const Ends& a : dates) {
      for (const Ends& months : all_intervals(-3, 3)) {
        const auto moved = [&](const Exact& d, const Exact& m) {
          return Exact(value::add_months(*d.to_int64(), *m.to_int64(), end));
        };
        const auto back = [&](const Exact& d, const Exact& m) {
          return Exact(value::add_months(*d.to_int64(), -*m.to_int64(), end));
        };
        REQUIRE(pairs(a, months, moved).is(value::add_months(interval(a), interval(months), end)));
        REQUIRE(pairs(a, months, back).is(value::subtract_months(interval(a), interval(months), end)));
      }
      for (const Ends& b : dates) {
        const auto months = [&](const Exact& x, const Exact& y) {
          return Exact(value::months_between(*x.to_int64(), *y.to_int64(), end));
        };
        const auto years = [&](const Exact& x, const Exact& y) {
          return Exact(value::age(*x.to_int64(), *y.to_int64(), end));
        };
        const auto weekdays = [&](const Exact& x, const Exact& y) {
          return Exact(value::weekdays_between(*x.to_int64(), *y.to_int64()));
        };
        REQUIRE(pairs(a, b, months).is(value::months_between(interval(a), interval(b), end)));
        REQUIRE(pairs(a, b, years).is(value::age(interval(a), interval(b), end)));
        REQUIRE(pairs(a, b, weekdays).is(value::weekdays_between(interval(a), interval(b))));
      }
    }
  }
}

TEST_CASE("the nearest multiples of a step") {
  for (const Exact& step : {Exact(1), Exact(3), Exact::ratio(2, 3)}) {
    for (std::int64_t third = -20; third <= 20; ++third) {
      const Exact x = Exact::ratio(third, 3);
      const bool on_step = (x / step).is_integer();
      const Exact next = value::next_on_step(x, step, false);
      REQUIRE((next / step).is_integer());
      REQUIRE(next >= x);
      REQUIRE(next - step < x);
      REQUIRE(value::next_on_step(x, step, true) == (on_step ? x + step : next));
      REQUIRE(value::previous_on_step(x, step, false) == -value::next_on_step(-x, step, false));
      REQUIRE(value::previous_on_step(x, step, true) == -value::next_on_step(-x, step, true));
    }
  }
  const Exact x = Exact::ratio(1, 7);
  CHECK(value::next_on_step(x, std::nullopt, true) == x);
  CHECK(value::previous_on_step(x, Exact(0), true) == x);
}

TEST_CASE("days and months past 64 bits do not crash") {
  const Interval all{-Exact::power_of_ten(30), Exact::power_of_ten(30)};
  const Interval ends{std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  for (const Interval& x : {all, ends}) {
    for (const MonthEnd end : {MonthEnd::clamp, MonthEnd::next_day}) {
      const Interval added = value::add_months(x, x, end);
      const Interval taken = value::subtract_months(x, x, end);
      CHECK(added.least < added.most);
      CHECK(taken.least < taken.most);
      CHECK(value::months_between(x, x, end).most.sign() > 0);
      CHECK(value::age(x, x, end).least.sign() < 0);
    }
    CHECK(value::weekdays_between(x, x).least == 0);
    CHECK(value::month(x) == Interval{1, 12});
    CHECK(value::day(x) == Interval{1, 31});
    CHECK(value::weekday(x) == Interval{1, 7});
    CHECK(value::year(x).least < value::year(x).most);
    CHECK(value::make_date(x, 12, 31).least < value::make_date(x, 12, 31).most);
    CHECK(value::start_of_month(x).least < value::end_of_month(x).most);
  }
}
