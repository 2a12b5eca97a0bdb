#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rfs/config.hpp"
#include "rfs/value/exact.hpp"

namespace rfs::inline RFS_ABI {

/// An amount of money that can be paid: whole units of a power of ten of one currency. Amounts
/// that cannot be written so (thirds) are Exact.
class Money {
 public:
  constexpr Money() noexcept = default;

  /// Returns an amount that is not yet in a currency: units(15000) is 150.00 where it comes to be
  /// in USD, and 15000 where it comes to be in JPY.
  [[nodiscard]] static constexpr Money units(std::int64_t minor_units) noexcept {
    Money money;
    money.units_ = minor_units;
    return money;
  }
  /// Returns the amount in an ISO 4217 currency, with its minor digits or as many more decimals as
  /// the amount has; nothing where the currency is none, or the units do not fit 64 bits.
  [[nodiscard]] RFS_API static std::optional<Money> of(const Exact& amount, std::string_view currency);

  /// Returns an amount without a currency as minor units of this one, an amount in this currency
  /// as it is, and nothing for one in another, or where the code is no currency.
  [[nodiscard]] RFS_API std::optional<Money> in(std::string_view currency) const noexcept;

  /// Returns another number of units of the same currency.
  [[nodiscard]] constexpr Money with_units(std::int64_t units) const noexcept {
    Money money = *this;
    money.units_ = units;
    return money;
  }

  [[nodiscard]] constexpr std::int64_t units() const noexcept { return units_; }
  /// Returns how many decimals the units have: 2 where they are cents.
  [[nodiscard]] constexpr int places() const noexcept { return places_; }
  /// Returns the code of the currency; empty where there is none yet.
  [[nodiscard]] constexpr std::string_view currency() const noexcept {
    return code_[0] == '\0' ? std::string_view() : std::string_view(code_, 3);
  }
  /// Returns the amount: 150 for 15000 cents. Without a currency, the minor units themselves.
  [[nodiscard]] RFS_API Exact exact() const;
  /// Writes the amount as facts take it: `150.00 USD`.
  [[nodiscard]] RFS_API std::string text() const;

  /// Amounts in two currencies are neither equal nor ordered.
  RFS_API friend bool operator==(const Money& a, const Money& b);
  RFS_API friend std::partial_ordering operator<=>(const Money& a, const Money& b);

 private:
  std::int64_t units_ = 0;
  char code_[3] = {};
  std::int8_t places_ = 0;
};

}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/value/money.ipp"
#endif
