#pragma once

#include <algorithm>

#include "rfs/value/currency.hpp"
#include "rfs/value/money.hpp"

namespace rfs::inline RFS_ABI {

RFS_INLINE std::optional<Money> Money::of(const Exact& amount, std::string_view currency) {
  const auto minor = value::minor_digits(currency);
  const auto decimals = amount.decimals();
  constexpr std::size_t kMostPlaces = 18;  // 10^18 is the last power of ten in 64 bits
  if (!minor || !decimals || *decimals > kMostPlaces) return std::nullopt;
  const int places = std::max(*minor, static_cast<int>(*decimals));
  const auto scaled = (amount * Exact::power_of_ten(places)).to_int64();
  if (!scaled) return std::nullopt;
  Money money = units(*scaled);
  currency.copy(money.code_, sizeof money.code_);
  money.places_ = static_cast<std::int8_t>(places);
  return money;
}

RFS_INLINE std::optional<Money> Money::in(std::string_view code) const noexcept {
  if (!currency().empty()) return currency() == code ? std::optional<Money>(*this) : std::nullopt;
  const auto minor = value::minor_digits(code);
  if (!minor) return std::nullopt;
  Money money = *this;
  code.copy(money.code_, sizeof money.code_);
  money.places_ = static_cast<std::int8_t>(*minor);
  return money;
}

RFS_INLINE Exact Money::exact() const { return places_ == 0 ? Exact(units_) : units_ * Exact::power_of_ten(-places_); }

RFS_INLINE std::string Money::text() const {
  std::string text = exact().text(static_cast<std::size_t>(places_));
  if (!currency().empty()) text.append(1, ' ').append(currency());
  return text;
}

RFS_INLINE std::partial_ordering operator<=>(const Money& a, const Money& b) {
  if (a.currency() != b.currency()) return std::partial_ordering::unordered;
  if (a.places_ == b.places_) return a.units_ <=> b.units_;
  return a.exact() <=> b.exact();
}

RFS_INLINE bool operator==(const Money& a, const Money& b) { return (a <=> b) == 0; }

}  // namespace rfs::inline RFS_ABI
