#include "rfs/value/exact.hpp"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using rfs::Exact;

static_assert(!std::is_convertible_v<double, Exact>);
static_assert(sizeof(Exact) == 16);

namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

Exact exact(const std::string& text) {
  const auto parsed = Exact::parse(text);
  REQUIRE_MESSAGE(parsed, text);
  return *parsed;
}

/// A fraction as schools teach it, of numbers so small that nothing overflows.
struct Fraction {
  std::int64_t up;
  std::int64_t down;
};

Fraction lowest(std::int64_t up, std::int64_t down) {
  if (down < 0) {
    up = -up;
    down = -down;
  }
  const std::int64_t common = std::gcd(up, down);
  return {up / common, down / common};
}

bool same(const Exact& x, const Fraction& f) {
  return x.numerator() == std::to_string(f.up) && x.denominator() == std::to_string(f.down);
}

std::vector<Fraction> small_fractions() {
  std::vector<Fraction> all;
  for (std::int64_t up = -12; up <= 12; ++up) {
    for (std::int64_t down = 1; down <= 8; ++down) {
      if (std::gcd(up, down) == 1) all.push_back({up, down});
    }
  }
  return all;
}

/// Multiplies digit by digit, as on paper.
std::string long_multiplication(const std::string& a, const std::string& b) {
  std::vector<int> digits(a.size() + b.size(), 0);
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      const int sum = digits[i + j + 1] + (a[i] - '0') * (b[j] - '0');
      digits[i + j + 1] = sum % 10;
      digits[i + j] += sum / 10;
    }
  }
  std::string text;
  for (const int digit : digits) {
    if (!text.empty() || digit != 0) text += static_cast<char>('0' + digit);
  }
  return text.empty() ? "0" : text;
}

/// Values around the border between the small form and the large one.
std::vector<Exact> border_values() {
  const Exact most = kMost;
  const Exact least = kLeast;
  return {0,
          1,
          -1,
          most,
          least,
          most - 1,
          least + 1,
          most + 1,
          least - 1,
          1 / most,
          1 / least,
          most / 2,
          least / 2,
          most * most,
          least * least,
          most / (most - 1),
          least / most,
          most / least,
          Exact::ratio(kMost, 3),
          Exact::ratio(1, 3),
          Exact::power_of_ten(300),
          Exact::power_of_ten(-300),
          1 / (least - 1),
          Exact::ratio(kMost, kMost - 1) * Exact::ratio(kMost - 2, kMost - 3)};
}

}  // namespace

TEST_CASE("small fractions agree with school arithmetic") {
  const auto all = small_fractions();
  for (const Fraction& a : all) {
    const Exact x = Exact::ratio(a.up, a.down);
    REQUIRE(same(x, a));
    REQUIRE(same(-x, {-a.up, a.down}));
    REQUIRE(same(x.abs(), {a.up < 0 ? -a.up : a.up, a.down}));
    const std::int64_t floor = (a.up - ((a.up % a.down) + a.down) % a.down) / a.down;
    REQUIRE(x.floor() == floor);
    REQUIRE(x.ceiling() == (a.down == 1 ? floor : floor + 1));
    REQUIRE(x.is_integer() == (a.down == 1));
    REQUIRE(x.sign() == (a.up > 0) - (a.up < 0));
    for (const Fraction& b : all) {
      const Exact y = Exact::ratio(b.up, b.down);
      REQUIRE(same(x + y, lowest(a.up * b.down + b.up * a.down, a.down * b.down)));
      REQUIRE(same(x - y, lowest(a.up * b.down - b.up * a.down, a.down * b.down)));
      REQUIRE(same(x * y, lowest(a.up * b.up, a.down * b.down)));
      if (b.up != 0) REQUIRE(same(x / y, lowest(a.up * b.down, a.down * b.up)));
      REQUIRE((x <=> y) == (a.up * b.down <=> b.up * a.down));
      REQUIRE((x == y) == (a.up * b.down == b.up * a.down));
    }
  }
}

TEST_CASE("arithmetic keeps its laws across the border of 64 bits") {
  const auto all = border_values();
  for (const Exact& a : all) {
    CHECK(-(-a) == a);
    CHECK(a - a == 0);
    CHECK((a - a).is_zero());
    CHECK(a.floor() <= a);
    CHECK(a < a.floor() + 1);
    CHECK(a.ceiling() == -(-a).floor());
    CHECK(a.abs().sign() == (a.is_zero() ? 0 : 1));
    for (const Exact& b : all) {
      CHECK(a + b == b + a);
      CHECK((a + b) - b == a);
      CHECK(a - b == a + -b);
      CHECK(a * b == b * a);
      if (!b.is_zero()) {
        CHECK((a * b) / b == a);
        CHECK((a / b) * b == a);
      }
      CHECK((a < b) == ((a - b).sign() < 0));
      CHECK((a == b) == (a - b).is_zero());
      CHECK((a <=> b) == (-b <=> -a));
      for (const Exact& c : {Exact(3), Exact::ratio(-1, 7), Exact(kLeast), Exact::power_of_ten(40)}) {
        CHECK(a * (b + c) == a * b + a * c);
        CHECK((a + b) + c == a + (b + c));
      }
    }
  }
}

TEST_CASE("the ends of 64 bits") {
  CHECK((Exact(kMost) + 1).text() == "9223372036854775808");
  CHECK((Exact(kLeast) - 1).text() == "-9223372036854775809");
  CHECK((-Exact(kLeast)).text() == "9223372036854775808");
  CHECK((Exact(kLeast) * -1).text() == "9223372036854775808");
  CHECK((Exact(kLeast) / -1).text() == "9223372036854775808");
  CHECK(Exact(kLeast).abs().text() == "9223372036854775808");
  CHECK(Exact(kLeast).text() == "-9223372036854775808");
  CHECK(Exact::ratio(kLeast, kLeast) == 1);
  CHECK(Exact::ratio(1, kLeast).text() == (1 / Exact(kLeast)).text());
  CHECK(Exact::ratio(1, kLeast).denominator() == "9223372036854775808");
  CHECK(Exact::ratio(kLeast, -1).numerator() == "9223372036854775808");
  CHECK(Exact::ratio(kLeast, 2).to_int64() == kLeast / 2);
  CHECK(Exact::ratio(kLeast, 3).floor() == kLeast / 3 - 1);
  // What comes back within the border is small again.
  CHECK((Exact(kMost) + 1 - 1).to_int64() == kMost);
  CHECK((-(-Exact(kLeast))).to_int64() == kLeast);
  CHECK((Exact(kMost) * kMost / kMost).to_int64() == kMost);
  CHECK_FALSE((Exact(kMost) + 1).to_int64());
  CHECK_FALSE(Exact::ratio(1, 2).to_int64());
}

TEST_CASE("big products agree with multiplication on paper") {
  std::string digits = "7";
  for (int length = 1; length <= 310; ++length) {
    digits += static_cast<char>('0' + (length * 7 + length / 9) % 10);
    if (length % 3 != 0) continue;
    const Exact x = exact(digits);
    const std::string square = long_multiplication(digits, digits);
    REQUIRE((x * x).text() == square);
    REQUIRE(exact(square) == x * x);
    REQUIRE(exact(square) / x == x);
  }
  Exact power = 10;
  std::string zeros = "0";
  for (int doublings = 0; doublings < 9; ++doublings) {
    power = power * power;
    zeros += zeros;
    REQUIRE(power.text() == '1' + zeros);
    REQUIRE((power + 1) * (power - 1) == power * power - 1);
  }
}

TEST_CASE("gcd divides both and is the greatest to do so") {
  CHECK(rfs::gcd(0, 0) == 0);
  CHECK(rfs::gcd(0, -6) == 6);
  CHECK(rfs::gcd(Exact::ratio(1, 2), Exact::ratio(1, 3)) == Exact::ratio(1, 6));
  CHECK(rfs::gcd(kLeast, 0).text() == "9223372036854775808");
  const auto all = small_fractions();
  for (const Fraction& a : all) {
    for (const Fraction& b : all) {
      const Exact x = Exact::ratio(a.up, a.down);
      const Exact y = Exact::ratio(b.up, b.down);
      const Exact common = gcd(x, y);
      if (common.is_zero()) {
        REQUIRE((x.is_zero() && y.is_zero()));
        continue;
      }
      REQUIRE(common.sign() == 1);
      REQUIRE((x / common).is_integer());
      REQUIRE((y / common).is_integer());
      // The quotients share no divisor more.
      REQUIRE(std::gcd(*(x / common).to_int64(), *(y / common).to_int64()) == 1);
    }
  }
  CHECK(rfs::gcd(Exact::power_of_ten(40), Exact::power_of_ten(30) * 3) == Exact::power_of_ten(30));
}

TEST_CASE("decimal texts") {
  CHECK(exact("-12.50") == Exact::ratio(-25, 2));
  CHECK(exact("1e6") == 1'000'000);
  CHECK(exact("25E-3") == Exact::ratio(1, 40));
  CHECK(exact("1.5e+2") == 150);
  CHECK(exact("-0") == 0);
  CHECK(exact("0e1000") == 0);
  CHECK(exact("007") == 7);
  CHECK(exact("9223372036854775807") == kMost);
  CHECK(exact("-9223372036854775808") == kLeast);
  CHECK(exact("1e1000") == Exact::power_of_ten(1000));
  CHECK(exact("1e-1000") * Exact::power_of_ten(1000) == 1);
  CHECK(exact("1000000000000000000000e-21") == 1);
  for (const char* text : {"",    "-",   ".",     "1.",       ".5",      "+1",
                           "1e",  "1e+", "1e-",   "1e1001",   "1e-1001", "1e99999999999999999999",
                           " 1",  "1 ",  "1,000", "0x1",      "1e5e5",   "1..2",
                           "--1", "1-",  "e5",    "infinity", "nan",     "1e 5"}) {
    CAPTURE(text);
    CHECK_FALSE(Exact::parse(text));
  }
  CHECK_FALSE(Exact::parse(std::string_view("1\0", 2)));
}

TEST_CASE("short decimals are read as all others are") {
  // With an exponent a decimal is read the general way.
  std::mt19937_64 random(18);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = random() % 2 == 0 ? "-" : "";
    const std::size_t whole = 1 + random() % 20, places = random() % 20;
    const bool round = random() % 2 == 0;  // many factors of two and five
    for (std::size_t k = 0; k < whole + places; ++k) {
      if (k == whole) text += '.';
      text += round ? "00025"[random() % 5] : static_cast<char>('0' + random() % 10);
    }
    CAPTURE(text);
    const Exact read = exact(text), general = exact(text + "e0");
    REQUIRE(read.numerator() == general.numerator());
    REQUIRE(read.denominator() == general.denominator());
  }
}

TEST_CASE("long texts are bounded") {
  CHECK(exact(std::string(1000, '9')) == Exact::power_of_ten(1000) - 1);
  CHECK_FALSE(Exact::parse(std::string(1001, '9')));
  CHECK(exact('1' + std::string(1900, '0')) == Exact::power_of_ten(1900));
  CHECK(exact("0." + std::string(1900, '0')) == 0);
  CHECK_FALSE(Exact::parse(std::string(2001, '0')));
  CHECK_FALSE(Exact::parse("0.1e-1000"));
  CHECK_FALSE(Exact::parse("0." + std::string(1000, '0') + '1'));
  CHECK_FALSE(Exact::parse(std::string(10'000'000, '1')));
}

TEST_CASE("values are written as they were read") {
  for (const char* text : {"0", "1", "-1", "0.5", "-0.05", "12.5", "123456789012345678901234567890.125",
                           "-0.000000000000000000000000000001", "1000000"}) {
    CHECK(exact(text).text() == text);
  }
  CHECK(exact("12.5").text(2) == "12.50");
  CHECK(exact("12").text(2) == "12.00");
  CHECK(Exact().text(2) == "0.00");
  CHECK(exact("12.125").text(2) == "12.125");
  CHECK(exact("-0.5").text(3) == "-0.500");
  CHECK(Exact::ratio(1, 3).text(2) == "1/3");
  CHECK(Exact::ratio(-20, 7).text() == "-20/7");
}

TEST_CASE("decimals end where the denominator is of twos and fives") {
  CHECK(Exact(7).decimals() == 0);
  CHECK(Exact::ratio(1, 8).decimals() == 3);
  CHECK(Exact::ratio(1, 25).decimals() == 2);
  CHECK(Exact::ratio(3, 40).decimals() == 3);
  CHECK(Exact::power_of_ten(-300).decimals() == 300);
  CHECK((Exact::power_of_ten(-30) * 1024).decimals() == 30);
  CHECK((Exact::power_of_ten(300) + 1).decimals() == 0);
  CHECK_FALSE(Exact::ratio(1, 3).decimals());
  CHECK_FALSE(Exact::ratio(1, 15).decimals());
  CHECK_FALSE((Exact::power_of_ten(-300) / 3).decimals());
}

TEST_CASE("bits bound the parts") {
  CHECK(Exact().numerator_bits() == 0);
  CHECK(Exact().denominator_bits() == 1);
  CHECK(Exact(255).numerator_bits() == 8);
  CHECK(Exact(-256).numerator_bits() == 9);
  CHECK(Exact(kLeast).numerator_bits() == 64);
  CHECK((Exact(kMost) + 1).numerator_bits() == 64);
  CHECK((Exact(kMost) * 4).numerator_bits() == 65);
  CHECK((-Exact::power_of_ten(300)).numerator_bits() == 997);
  CHECK(Exact::power_of_ten(-300).denominator_bits() == 997);
  CHECK(Exact::ratio(1, 100).denominator_bits() == 7);
}

TEST_CASE("copies and moves keep the value and leave nothing behind") {
  const std::array<Exact, 4> values = {Exact(5), Exact::ratio(1, 3), Exact::power_of_ten(50),
                                       -Exact::power_of_ten(-50)};
  for (const Exact& from : values) {
    for (const Exact& over : values) {
      Exact copy = from;
      CHECK(copy == from);
      Exact assigned = over;
      assigned = from;
      CHECK(assigned == from);
      Exact& itself = assigned;
      assigned = itself;
      CHECK(assigned == from);
      Exact target = over;
      target = std::move(copy);
      CHECK(target == from);
      const Exact moved = std::move(target);
      CHECK(moved == from);
      target = over;  // a number that was moved from takes a new value
      CHECK(target == over);
    }
  }
}
