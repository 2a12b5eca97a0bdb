#pragma once

#include <algorithm>
#include <bit>
#include <boost/multiprecision/cpp_int.hpp>
#include <cassert>
#include <numeric>
#include <utility>

#include "rfs/value/exact.hpp"

namespace rfs::inline RFS_ABI {

namespace value::detail {

using boost::multiprecision::cpp_int;
__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Word128;

constexpr std::uint64_t size_of(std::int64_t x) noexcept {
  return x < 0 ? 0 - static_cast<std::uint64_t>(x) : static_cast<std::uint64_t>(x);
}

constexpr std::int64_t with_sign(std::uint64_t size, bool negative) noexcept {
  return static_cast<std::int64_t>(negative ? 0 - size : size);
}

constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kLastPowerOfTen = 18;  // 10^18 fits 64 bits

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr std::int64_t small_power_of_ten(std::size_t power) noexcept {
  std::int64_t result = 1;
  for (; power > 0; --power) result *= 10;
  return result;
}

/// Returns the quotient toward minus infinity of numerator / denominator (> 0).
RFS_INLINE cpp_int floor_of(const cpp_int& numerator, const cpp_int& denominator) {
  cpp_int quotient;
  cpp_int rest;
  divide_qr(numerator, denominator, quotient, rest);
  if (rest.sign() < 0) --quotient;
  return quotient;
}

}  // namespace value::detail

struct Exact::Big {
  value::detail::cpp_int numerator;
  value::detail::cpp_int denominator;
};

/// The way of this file's functions into the parts of a number.
struct ExactAccess {
  using Big = Exact::Big;
  using cpp_int = value::detail::cpp_int;
  using Word128 = value::detail::Word128;

  static bool is_small(const Exact& x) noexcept { return x.denominator_ != 0; }
  static bool is_small(const Exact& a, const Exact& b) noexcept { return is_small(a) && is_small(b); }
  static std::int64_t numerator(const Exact& x) noexcept { return x.numerator_; }
  static std::int64_t denominator(const Exact& x) noexcept { return x.denominator_; }
  static Big* big(const Exact& x) noexcept { return reinterpret_cast<Big*>(static_cast<std::uintptr_t>(x.numerator_)); }
  static void place(Exact& x, Big value) {
    x.become(static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(new Big(std::move(value)))), 0);
  }
  static Big widened(const Exact& x) { return is_small(x) ? Big{x.numerator_, x.denominator_} : *big(x); }

  /// Returns a fraction in lowest terms where it fits the small form.
  static std::optional<Exact> small(Word128 numerator, Word128 denominator, bool negative) noexcept {
    using value::detail::kMost;
    if (numerator > Word128{kMost} + (negative ? 1 : 0) || denominator > kMost) return std::nullopt;
    return Exact(value::detail::with_sign(static_cast<std::uint64_t>(numerator), negative),
                 static_cast<std::int64_t>(denominator));
  }

  /// Returns numerator / denominator (not 0) in the one form the value has.
  static Exact normal(cpp_int numerator, cpp_int denominator) {
    if (denominator.sign() < 0) {
      numerator.backend().negate();
      denominator.backend().negate();
    }
    if (denominator != 1) {
      const cpp_int common = boost::multiprecision::gcd(numerator, denominator);
      if (common != 1) {
        numerator /= common;
        denominator /= common;
      }
    }
    const bool negative = numerator.sign() < 0;
    const cpp_int size = boost::multiprecision::abs(numerator);
    if (bits(size) <= 64 && bits(denominator) <= 64) {
      if (auto fits = small(static_cast<std::uint64_t>(size), static_cast<std::uint64_t>(denominator), negative)) {
        return *std::move(fits);
      }
    }
    Exact result;
    place(result, {std::move(numerator), std::move(denominator)});
    return result;
  }

  /// Reads a decimal of at most 18 digits without exponent: most that are ever given. Nothing where it is another.
  static std::optional<Exact> short_decimal(std::string_view text) noexcept {
    using value::detail::kLastPowerOfTen;
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    if (text.size() > kLastPowerOfTen + 1) return std::nullopt;
    std::uint64_t numerator = 0;
    std::size_t whole = 0;
    for (; whole < text.size() && value::detail::is_digit(text[whole]); ++whole) {
      numerator = numerator * 10 + static_cast<std::uint64_t>(text[whole] - '0');
    }
    if (whole == 0 || whole > kLastPowerOfTen) return std::nullopt;
    std::uint64_t denominator = 1;
    if (whole < text.size()) {
      if (text[whole] != '.' || whole + 1 == text.size()) return std::nullopt;
      for (std::size_t i = whole + 1; i < text.size(); ++i) {
        if (!value::detail::is_digit(text[i])) return std::nullopt;
        numerator = numerator * 10 + static_cast<std::uint64_t>(text[i] - '0');
        denominator *= 10;
      }
      // The denominator is made of as many fives as twos.
      for (std::size_t fives = text.size() - whole - 1; fives > 0 && numerator % 5 == 0; --fives) {
        numerator /= 5;
        denominator /= 5;
      }
      const int twos = std::min(std::countr_zero(numerator), std::countr_zero(denominator));
      numerator >>= twos;
      denominator >>= twos;
    }
    return Exact(value::detail::with_sign(numerator, negative), static_cast<std::int64_t>(denominator));
  }

  static std::size_t bits(const cpp_int& x) {
    return x.is_zero() ? 0 : static_cast<std::size_t>(boost::multiprecision::msb(boost::multiprecision::abs(x))) + 1;
  }
};

RFS_INLINE void Exact::copy_big() { ExactAccess::place(*this, *ExactAccess::big(*this)); }

RFS_INLINE void Exact::drop() noexcept { delete ExactAccess::big(*this); }

RFS_INLINE bool Exact::big_is_integer() const noexcept { return ExactAccess::big(*this)->denominator == 1; }

RFS_INLINE int Exact::big_sign() const noexcept { return ExactAccess::big(*this)->numerator.sign(); }

RFS_INLINE bool Exact::big_equal(const Exact& a, const Exact& b) noexcept {
  const Big& x = *ExactAccess::big(a);
  const Big& y = *ExactAccess::big(b);
  return x.numerator == y.numerator && x.denominator == y.denominator;
}

RFS_INLINE Exact Exact::ratio(std::int64_t numerator, std::int64_t denominator) {
  assert(denominator != 0);
  const std::uint64_t up = value::detail::size_of(numerator);
  const std::uint64_t down = value::detail::size_of(denominator);
  const std::uint64_t common = std::gcd(up, down);
  const bool negative = (numerator < 0) != (denominator < 0);
  if (auto fits = ExactAccess::small(up / common, down / common, negative)) return *std::move(fits);
  return ExactAccess::normal(numerator, denominator);
}

RFS_INLINE Exact Exact::power_of_ten(int power) {
  const auto size = static_cast<unsigned>(power < 0 ? -std::int64_t{power} : std::int64_t{power});
  Exact result;
  if (size <= value::detail::kLastPowerOfTen) {
    result = value::detail::small_power_of_ten(size);
  } else {
    result = ExactAccess::normal(boost::multiprecision::pow(value::detail::cpp_int(10), size), 1);
  }
  return power < 0 ? 1 / result : result;
}

// Sums and products in lowest terms after Knuth, The Art of Computer Programming 2, 4.5.1: the
// greatest common divisors are of 64-bit numbers although the intermediate results take 128.
RFS_INLINE Exact Exact::add_slowly(const Exact& a, const Exact& b) {
  using value::detail::Int128;
  using value::detail::Word128;
  if (ExactAccess::is_small(a, b)) {
    const auto common = static_cast<std::int64_t>(
        std::gcd(static_cast<std::uint64_t>(a.denominator_), static_cast<std::uint64_t>(b.denominator_)));
    const std::int64_t a_rest = a.denominator_ / common;
    const std::int64_t b_rest = b.denominator_ / common;
    const Int128 sum = Int128{a.numerator_} * b_rest + Int128{b.numerator_} * a_rest;
    const bool negative = sum < 0;
    const Word128 size = negative ? 0 - static_cast<Word128>(sum) : static_cast<Word128>(sum);
    const auto word = static_cast<std::uint64_t>(common);
    const std::uint64_t shared = common == 1 ? 1 : std::gcd(static_cast<std::uint64_t>(size % word), word);
    const Word128 denominator =
        Word128{static_cast<std::uint64_t>(a_rest)} * (static_cast<std::uint64_t>(b.denominator_) / shared);
    if (auto fits = ExactAccess::small(size / shared, denominator, negative)) return *std::move(fits);
  }
  const Big x = ExactAccess::widened(a);
  const Big y = ExactAccess::widened(b);
  return ExactAccess::normal(x.numerator * y.denominator + y.numerator * x.denominator, x.denominator * y.denominator);
}

namespace value::detail {

/// Returns (a / b) * (c / d) of parts in lowest terms where it fits the small form.
RFS_INLINE std::optional<Exact> small_product(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d,
                                              bool negative) noexcept {
  const std::uint64_t first = d == 1 ? 1 : std::gcd(a, d);
  const std::uint64_t second = b == 1 ? 1 : std::gcd(c, b);
  return ExactAccess::small(Word128{a / first} * (c / second), Word128{b / second} * (d / first), negative);
}

}  // namespace value::detail

RFS_INLINE Exact Exact::multiply_slowly(const Exact& a, const Exact& b) {
  using value::detail::size_of;
  if (ExactAccess::is_small(a, b)) {
    auto fits = value::detail::small_product(size_of(a.numerator_), size_of(a.denominator_), size_of(b.numerator_),
                                             size_of(b.denominator_), (a.numerator_ < 0) != (b.numerator_ < 0));
    if (fits) return *std::move(fits);
  }
  const Big x = ExactAccess::widened(a);
  const Big y = ExactAccess::widened(b);
  return ExactAccess::normal(x.numerator * y.numerator, x.denominator * y.denominator);
}

RFS_INLINE Exact operator/(const Exact& a, const Exact& b) {
  assert(!b.is_zero());
  if (ExactAccess::is_small(a, b)) {
    using value::detail::size_of;
    auto fits = value::detail::small_product(size_of(a.numerator_), size_of(a.denominator_), size_of(b.denominator_),
                                             size_of(b.numerator_), (a.numerator_ < 0) != (b.numerator_ < 0));
    if (fits) return *std::move(fits);
  }
  const ExactAccess::Big x = ExactAccess::widened(a);
  const ExactAccess::Big y = ExactAccess::widened(b);
  return ExactAccess::normal(x.numerator * y.denominator, x.denominator * y.numerator);
}

RFS_INLINE Exact Exact::negate_slowly(const Exact& a) {
  Big x = ExactAccess::widened(a);
  return ExactAccess::normal(-x.numerator, std::move(x.denominator));
}

RFS_INLINE std::strong_ordering Exact::compare_slowly(const Exact& a, const Exact& b) noexcept {
  using value::detail::Int128;
  if (ExactAccess::is_small(a, b)) {
    const Int128 left = Int128{a.numerator_} * b.denominator_;
    const Int128 right = Int128{b.numerator_} * a.denominator_;
    if (left == right) return std::strong_ordering::equal;
    return left < right ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  if (a.sign() != b.sign()) return a.sign() <=> b.sign();
  const Big x = ExactAccess::widened(a);
  const Big y = ExactAccess::widened(b);
  const value::detail::cpp_int left = x.numerator * y.denominator;
  const value::detail::cpp_int right = y.numerator * x.denominator;
  return left.compare(right) <=> 0;
}

namespace value::detail {

constexpr std::size_t kMostCharacters = 2000;
constexpr std::size_t kMostDigits = 1000;
constexpr int kMostDecimals = 1000;
constexpr int kMostExponent = 1000;

/// Takes the digits that text begins with.
RFS_INLINE std::string_view take_digits(std::string_view& text) noexcept {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

/// Reads what follows the mantissa: nothing, or an exponent.
RFS_INLINE std::optional<int> read_exponent(std::string_view text) noexcept {
  if (text.empty()) return 0;
  if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
  text.remove_prefix(1);
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  const std::string_view digits = take_digits(text);
  if (digits.empty() || !text.empty()) return std::nullopt;
  int exponent = 0;
  for (const char c : digits) {
    exponent = exponent * 10 + (c - '0');
    if (exponent > kMostExponent) return std::nullopt;
  }
  return negative ? -exponent : exponent;
}

}  // namespace value::detail

RFS_INLINE std::optional<Exact> Exact::parse(std::string_view decimal) {
  using namespace value::detail;
  if (auto read = ExactAccess::short_decimal(decimal)) return read;
  if (decimal.size() > kMostCharacters) return std::nullopt;
  const bool negative = !decimal.empty() && decimal.front() == '-';
  if (negative) decimal.remove_prefix(1);
  std::string digits(take_digits(decimal));
  if (digits.empty()) return std::nullopt;
  int power = 0;
  if (!decimal.empty() && decimal.front() == '.') {
    decimal.remove_prefix(1);
    const std::string_view fraction = take_digits(decimal);
    if (fraction.empty()) return std::nullopt;
    digits += fraction;
    power = -static_cast<int>(fraction.size());
  }
  const auto exponent = read_exponent(decimal);
  if (!exponent) return std::nullopt;
  power += *exponent;

  const std::size_t last = digits.find_last_not_of('0');
  if (last == std::string::npos) return Exact();
  power += static_cast<int>(digits.size() - last - 1);
  digits.erase(last + 1);
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.size() > kMostDigits || power < -kMostDecimals) return std::nullopt;

  Exact mantissa;
  if (digits.size() <= kLastPowerOfTen) {
    std::int64_t whole = 0;
    for (const char c : digits) whole = whole * 10 + (c - '0');
    mantissa = whole;
  } else {
    mantissa = ExactAccess::normal(cpp_int(digits), 1);
  }
  if (negative) mantissa = -mantissa;
  if (power == 0) return mantissa;
  return power > 0 ? mantissa * power_of_ten(power) : mantissa / power_of_ten(-power);
}

RFS_INLINE Exact Exact::floor() const {
  if (is_integer()) return *this;
  if (ExactAccess::is_small(*this)) return numerator_ / denominator_ - (numerator_ < 0 ? 1 : 0);
  const Big& x = *ExactAccess::big(*this);
  return ExactAccess::normal(value::detail::floor_of(x.numerator, x.denominator), 1);
}

RFS_INLINE Exact Exact::ceiling() const { return is_integer() ? *this : floor() + 1; }

RFS_INLINE Exact gcd(const Exact& a, const Exact& b) {
  if (a.is_zero()) return b.abs();
  if (b.is_zero()) return a.abs();
  const auto x = ExactAccess::widened(a);
  const auto y = ExactAccess::widened(b);
  return ExactAccess::normal(boost::multiprecision::gcd(x.numerator, y.numerator),
                             boost::multiprecision::lcm(x.denominator, y.denominator));
}

RFS_INLINE std::string Exact::numerator() const {
  return ExactAccess::is_small(*this) ? std::to_string(numerator_) : ExactAccess::big(*this)->numerator.str();
}

RFS_INLINE std::string Exact::denominator() const {
  return ExactAccess::is_small(*this) ? std::to_string(denominator_) : ExactAccess::big(*this)->denominator.str();
}

RFS_INLINE std::size_t Exact::numerator_bits() const noexcept {
  if (!ExactAccess::is_small(*this)) return ExactAccess::bits(ExactAccess::big(*this)->numerator);
  return static_cast<std::size_t>(std::bit_width(value::detail::size_of(numerator_)));
}

RFS_INLINE std::size_t Exact::denominator_bits() const noexcept {
  if (!ExactAccess::is_small(*this)) return ExactAccess::bits(ExactAccess::big(*this)->denominator);
  return static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(denominator_)));
}

RFS_INLINE std::optional<std::size_t> Exact::decimals() const {
  if (is_integer()) return 0;
  // The decimals end where the denominator is made of twos and fives; the greater power counts.
  std::size_t twos = 0;
  std::size_t fives = 0;
  if (ExactAccess::is_small(*this)) {
    auto rest = static_cast<std::uint64_t>(denominator_);
    twos = static_cast<std::size_t>(std::countr_zero(rest));
    rest >>= twos;
    for (; rest % 5 == 0; rest /= 5) ++fives;
    if (rest != 1) return std::nullopt;
  } else {
    value::detail::cpp_int rest = ExactAccess::big(*this)->denominator;
    twos = boost::multiprecision::lsb(rest);
    rest >>= twos;
    constexpr std::size_t kFivesAtOnce = 27;
    constexpr std::uint64_t kTheirProduct = 7'450'580'596'923'828'125U;  // 5^27, the last in 64 bits
    for (; rest % kTheirProduct == 0; rest /= kTheirProduct) fives += kFivesAtOnce;
    for (; rest % 5 == 0; rest /= 5) ++fives;
    if (rest != 1) return std::nullopt;
  }
  return std::max(twos, fives);
}

RFS_INLINE std::string Exact::text(std::size_t places) const {
  const auto count = decimals();
  if (!count) return numerator() + '/' + denominator();
  std::string digits = (abs() * power_of_ten(static_cast<int>(*count))).numerator();
  if (digits.size() <= *count) digits.insert(0, *count + 1 - digits.size(), '0');
  if (places > *count) digits.append(places - *count, '0');
  const std::size_t shown = std::max(places, *count);
  if (shown > 0) digits.insert(digits.size() - shown, 1, '.');
  return sign() < 0 ? '-' + digits : digits;
}

}  // namespace rfs::inline RFS_ABI
