#include "rfs/impl/batch/loops.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <random>
#include <vector>

#include "rfs/impl/evaluate/step.hpp"

namespace {

using namespace rfs::batch;

/// Holds a loop, in every build and at an odd address, to what is right of each number by itself and of all that can be
/// taken together.
template <class Number, class Right>
void check_taking(Loop loop, const std::vector<Number>& numbers, Right right) {
  const auto run = [&](const LoopBuild& build, const std::vector<Number>& from, std::vector<std::int64_t>& out) {
    std::vector<char> bytes(from.size() * sizeof(Number) + 1);
    std::memcpy(bytes.data() + 1, from.data(), from.size() * sizeof(Number));
    out.assign(from.size(), -77);
    loop.rows = from.size();
    loop.from = bytes.data() + 1;
    loop.out = out.data();
    return build.run(loop) != 0;
  };
  std::vector<Number> good;
  std::vector<std::int64_t> steps, out;
  for (const Number number : numbers) {
    const std::optional<std::int64_t> step = right(number);
    if (step) {
      good.push_back(number);
      steps.push_back(*step);
    }
    for (const LoopBuild& build : loop_builds()) {
      INFO(build.name, " of ", number);
      CHECK(run(build, {number}, out) == step.has_value());
      if (step) CHECK(out[0] == *step);
    }
  }
  REQUIRE(good.size() > 20);
  REQUIRE(good.size() < numbers.size());
  for (const LoopBuild& build : loop_builds()) {
    INFO(build.name);
    CHECK(run(build, good, out));
    CHECK(out == steps);
    CHECK_FALSE(run(build, numbers, out));
  }
}

/// What Decoder::find_loop makes of `ticks` a day.
Loop ticks_loop(std::int64_t ticks, std::int64_t least, std::int64_t most) {
  Loop loop;
  loop.kind = Loop::Kind::take_ticks;
  loop.second = std::countr_zero(static_cast<std::uint64_t>(ticks));
  const auto odd = static_cast<std::uint64_t>(ticks >> loop.second);
  std::uint64_t inverse = 1;
  while (odd * inverse != 1) inverse *= 2 - odd * inverse;
  loop.factor = static_cast<std::int64_t>(inverse);
  loop.least = least;
  loop.most = most;
  return loop;
}

TEST_CASE("loops: ticks are whole days, within bounds, for any number of ticks a day") {
  std::mt19937_64 random(20260);
  for (const std::int64_t ticks : {std::int64_t{86'400}, std::int64_t{86'400'000}, std::int64_t{86'400'000'000},
                                   std::int64_t{86'400'000'000'000}}) {
    const std::int64_t least = std::max<std::int64_t>(-719'162, INT64_MIN / ticks);
    const std::int64_t most = std::min<std::int64_t>(2'932'896, INT64_MAX / ticks);
    std::vector<std::int64_t> numbers = {0, 1, -1, INT64_MIN, INT64_MAX, INT64_MIN / ticks * ticks, ticks / 2};
    for (const std::int64_t day : {least, most, least - 1, most + 1, std::int64_t{1}, std::int64_t{-1}}) {
      // Beyond 64 bits the product is another number, which the loop is given as it is.
      const auto product =
          static_cast<std::int64_t>(static_cast<std::uint64_t>(day) * static_cast<std::uint64_t>(ticks));
      for (const std::int64_t off : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, ticks / 2, ticks / 3}) {
        numbers.push_back(
            static_cast<std::int64_t>(static_cast<std::uint64_t>(product) + static_cast<std::uint64_t>(off)));
      }
    }
    for (int i = 0; i < 2000; ++i) {
      const auto any = static_cast<std::int64_t>(random());
      numbers.push_back(any);
      numbers.push_back((least + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most - least + 1))) *
                        ticks);
      numbers.push_back(any / ticks * ticks);
      numbers.push_back(any % 1000 * (ticks / 128));
    }
    check_taking(ticks_loop(ticks, least, most), numbers, [&](std::int64_t x) -> std::optional<std::int64_t> {
      const std::int64_t day = x / ticks;
      if (day * ticks != x || day < least || day > most) return std::nullopt;
      return day;
    });
  }
}

TEST_CASE("loops: doubles are those next to a number of so many decimals, within bounds") {
  constexpr std::int64_t kMost = 999'999'999'999'999;
  std::mt19937_64 random(20261);
  for (const int places : {0, 2, 5, 15}) {
    Loop loop;
    loop.kind = Loop::Kind::take_doubles;
    for (int i = 0; i < places; ++i) loop.factor *= 10;
    loop.least = -kMost;
    loop.most = kMost - 5;
    const auto power = static_cast<double>(loop.factor);
    std::vector<double> numbers = {0.0,    -0.0,   0.1, 0.5, 1.15,  -1.15, 1e300,
                                   -1e300, 5e-324, 2.5, 3.5, 0.005, 1e15,  -1e15};
    for (const double odd : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
      numbers.push_back(odd);
      numbers.push_back(-odd);
    }
    for (int bits = 45; bits < 62; ++bits) {
      for (const std::int64_t off : {-1, 0, 1}) {
        numbers.push_back(static_cast<double>((std::int64_t{1} << bits) - 1 + off) / power);
        numbers.push_back(static_cast<double>(-(std::int64_t{1} << bits) + off) / power);
      }
    }
    for (std::int64_t k = kMost - 8; k < kMost + 8; ++k) {
      numbers.push_back(static_cast<double>(k) / power);
      numbers.push_back(-static_cast<double>(k) / power);
    }
    for (int i = 0; i < 2000; ++i) {
      const double near = static_cast<double>(random() % 1'000'000'000'000'000) / power;
      numbers.push_back(near);
      numbers.push_back(std::nextafter(near, 1e300));
      numbers.push_back(std::nextafter(-near, 1e300));
      numbers.push_back(std::bit_cast<double>(random()));
      numbers.push_back(static_cast<double>(random() % 100'000) / 1000);
    }
    check_taking(loop, numbers, [&](double x) -> std::optional<std::int64_t> {
      const double k = std::nearbyint(x * power);
      if (!(std::abs(k) <= static_cast<double>(kMost)) || k / power != x) return std::nullopt;
      const auto step = static_cast<std::int64_t>(k);
      if (step < loop.least || step > loop.most) return std::nullopt;
      return step;
    });
  }
}

}  // namespace

TEST_CASE(
    "loops: quotients are rounded as one by one, by every way to round, and left where doubles do not have them") {
  constexpr std::int64_t kMost = std::int64_t{1} << 50;
  std::mt19937_64 random(20'262);
  std::vector<std::int64_t> a, b;
  const auto add = [&](std::int64_t x, std::int64_t y) {
    a.push_back(x);
    b.push_back(y);
  };
  for (std::int64_t y = 1; y <= 12; ++y) {
    for (std::int64_t x = -40; x <= 40; ++x) add(x, y);
    for (std::int64_t x = kMost - 30; x <= kMost; ++x) add(x, y), add(-x, y);
    for (std::int64_t x = 0; x <= 30; ++x) add(kMost - x, kMost - y), add(x - kMost, kMost - y), add(y, kMost - x);
  }
  for (int i = 0; i < 20'000; ++i) {
    const auto x = static_cast<std::int64_t>(random() >> (14 + random() % 50));
    const auto y = static_cast<std::int64_t>(random() >> (14 + random() % 50)) + 1;
    const std::int64_t near = std::min(x, x / y * y + y / 2);  // a half, or about one
    for (const std::int64_t number : {x, -x, near, -near, near - 1, 1 - near}) add(number, std::min(y, kMost));
  }
  std::vector<std::int64_t> out(a.size()), right(a.size());
  Loop loop;
  loop.kind = Loop::Kind::round;
  loop.rows = a.size();
  loop.a = a.data();
  loop.b = b.data();
  loop.out = out.data();
  for (const rfs::Rounding mode :
       {rfs::Rounding::up, rfs::Rounding::down, rfs::Rounding::half_up, rfs::Rounding::half_down,
        rfs::Rounding::half_even, rfs::Rounding::floor, rfs::Rounding::ceiling}) {
    for (std::size_t i = 0; i < a.size(); ++i) right[i] = rfs::evaluate::detail::rounded(a[i], b[i], mode);
    loop.detail = static_cast<std::uint8_t>(mode);
    for (const LoopBuild& build : loop_builds()) {
      INFO(build.name, ", ", rfs::value::rounding_text(mode));
      CHECK(build.run(loop) == 1);
      CHECK(out == right);
    }
  }
  for (const auto& [x, y] : {std::pair(kMost + 1, std::int64_t{1}), std::pair(-kMost - 1, std::int64_t{1}),
                             std::pair(std::int64_t{1}, kMost + 1)}) {
    for (std::int64_t& number : a) number = x;
    for (std::int64_t& number : b) number = y;
    for (const LoopBuild& build : loop_builds()) CHECK(build.run(loop) == 0);
  }
}
