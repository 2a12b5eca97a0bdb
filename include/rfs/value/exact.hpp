#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI {

/// An exact rational number of any size. Small ones (numerator and denominator in 64 bits) live in
/// place and allocate nothing; larger ones live on the heap. Always in lowest terms, denominator
/// positive, and small wherever it fits, so that equal values have equal parts.
class Exact {
 public:
  constexpr Exact() noexcept = default;
  constexpr Exact(std::int64_t whole) noexcept : numerator_(whole) {}  // NOLINT: a whole number is exact
  template <typename Float>
  requires std::is_floating_point_v<Float> Exact(Float)
  = delete;  ///< a binary float is never read as a number
  Exact(const Exact& other) : numerator_(other.numerator_), denominator_(other.denominator_) {
    if (denominator_ == 0) [[unlikely]]
      copy_big();
  }
  constexpr Exact(Exact&& other) noexcept : numerator_(other.numerator_), denominator_(other.denominator_) {
    other.become(0, 1);
  }
  Exact& operator=(const Exact& other) {
    if (this == &other) return *this;
    return *this = Exact(other);
  }
  constexpr Exact& operator=(Exact&& other) noexcept {
    if (this == &other) return *this;
    if (denominator_ == 0) [[unlikely]]
      drop();
    become(other.numerator_, other.denominator_);
    other.become(0, 1);
    return *this;
  }
  constexpr ~Exact() {
    if (denominator_ == 0) [[unlikely]]
      drop();
  }

  /// Returns numerator / denominator; the denominator must not be 0.
  RFS_API static Exact ratio(std::int64_t numerator, std::int64_t denominator);
  /// Returns 10 to the power (negative powers too).
  RFS_API static Exact power_of_ten(int power);
  /// Reads `-12.50`, `1e6`, `25E-3`: optional minus, digits, optional point and digits, optional exponent (with an
  /// optional sign) up to ±1,000. Nothing else: no leading plus, no blanks, no lone point, at most 2,000 characters,
  /// 1,000 digits between the zeros at either end, and 1,000 decimals.
  RFS_API static std::optional<Exact> parse(std::string_view decimal);

  [[nodiscard]] constexpr bool is_zero() const noexcept { return numerator_ == 0; }  // no object is at address 0
  [[nodiscard]] bool is_integer() const noexcept {
    return denominator_ == 1 || (denominator_ == 0 && big_is_integer());
  }
  /// Returns -1, 0 or 1.
  [[nodiscard]] int sign() const noexcept {
    return denominator_ == 0 ? big_sign() : static_cast<int>(numerator_ > 0) - static_cast<int>(numerator_ < 0);
  }

  friend Exact operator+(const Exact& a, const Exact& b) {
    std::int64_t sum = 0;
    if (whole(a, b) && !__builtin_add_overflow(a.numerator_, b.numerator_, &sum)) [[likely]]
      return sum;
    return add_slowly(a, b);
  }
  friend Exact operator-(const Exact& a, const Exact& b) {
    std::int64_t difference = 0;
    if (whole(a, b) && !__builtin_sub_overflow(a.numerator_, b.numerator_, &difference)) [[likely]]
      return difference;
    return add_slowly(a, -b);
  }
  friend Exact operator*(const Exact& a, const Exact& b) {
    std::int64_t product = 0;
    if (whole(a, b) && !__builtin_mul_overflow(a.numerator_, b.numerator_, &product)) [[likely]]
      return product;
    return multiply_slowly(a, b);
  }
  RFS_API friend Exact operator/(const Exact& a, const Exact& b);  ///< b must not be 0
  friend Exact operator-(const Exact& a) {
    if (a.denominator_ != 0 && a.numerator_ != std::numeric_limits<std::int64_t>::min()) [[likely]] {
      return Exact(-a.numerator_, a.denominator_);
    }
    return negate_slowly(a);
  }
  friend bool operator==(const Exact& a, const Exact& b) noexcept {
    if (a.denominator_ != b.denominator_) return false;
    return a.numerator_ == b.numerator_ || (a.denominator_ == 0 && big_equal(a, b));
  }
  friend std::strong_ordering operator<=>(const Exact& a, const Exact& b) noexcept {
    if (a.denominator_ == b.denominator_ && a.denominator_ != 0) [[likely]]
      return a.numerator_ <=> b.numerator_;
    return compare_slowly(a, b);
  }

  [[nodiscard]] RFS_API Exact floor() const;    ///< greatest whole number not above
  [[nodiscard]] RFS_API Exact ceiling() const;  ///< least whole number not below
  [[nodiscard]] Exact abs() const { return sign() < 0 ? -*this : *this; }

  /// Returns the whole number where it fits 64 bits.
  [[nodiscard]] std::optional<std::int64_t> to_int64() const noexcept {
    if (denominator_ == 1) return numerator_;
    return std::nullopt;
  }
  [[nodiscard]] RFS_API std::string numerator() const;    ///< decimal digits, with a minus where negative
  [[nodiscard]] RFS_API std::string denominator() const;  ///< decimal digits

  /// Returns how many bits the numerator's size (0 for 0) and the denominator take: bounds for products and sums.
  [[nodiscard]] RFS_API std::size_t numerator_bits() const noexcept;
  [[nodiscard]] RFS_API std::size_t denominator_bits() const noexcept;

  /// Returns how many decimals the value has (0 for whole numbers), or nothing where they never end.
  [[nodiscard]] RFS_API std::optional<std::size_t> decimals() const;
  /// Writes the value: `12.5`, with at least `places` decimals (`12.50`), or `1/3` where its decimals never end.
  [[nodiscard]] RFS_API std::string text(std::size_t places = 0) const;

 private:
  struct Big;
  friend struct ExactAccess;

  constexpr Exact(std::int64_t numerator, std::int64_t denominator) noexcept
      : numerator_(numerator), denominator_(denominator) {}
  constexpr void become(std::int64_t numerator, std::int64_t denominator) noexcept {
    numerator_ = numerator;
    denominator_ = denominator;
  }
  static constexpr bool whole(const Exact& a, const Exact& b) noexcept {
    return a.denominator_ == 1 && b.denominator_ == 1;
  }

  // What the inline operators above leave: fractions, results past 64 bits, values on the heap.
  RFS_API static Exact add_slowly(const Exact& a, const Exact& b);
  RFS_API static Exact multiply_slowly(const Exact& a, const Exact& b);
  RFS_API static Exact negate_slowly(const Exact& a);
  RFS_API static bool big_equal(const Exact& a, const Exact& b) noexcept;
  RFS_API static std::strong_ordering compare_slowly(const Exact& a, const Exact& b) noexcept;
  [[nodiscard]] RFS_API bool big_is_integer() const noexcept;
  [[nodiscard]] RFS_API int big_sign() const noexcept;
  RFS_API void copy_big();
  RFS_API void drop() noexcept;

  // denominator_ == 0 marks a value on the heap, whose address numerator_ holds.
  std::int64_t numerator_ = 0;
  std::int64_t denominator_ = 1;
};

/// Returns the greatest g >= 0 of which both are whole multiples; gcd(0, x) = |x|.
RFS_API Exact gcd(const Exact& a, const Exact& b);

}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/value/exact.ipp"
#endif
