#pragma once

#include <array>

#include "rfs/value/rounding.hpp"

namespace rfs::inline RFS_ABI::value {

namespace detail {

inline constexpr std::array<std::string_view, 7> kRoundingWords = {"up",        "down",  "half_up", "half_down",
                                                                   "half_even", "floor", "ceiling"};

/// Tells whether a value between two multiples goes to the upper one. `half` compares it with the
/// middle of the two; `even` tells whether the lower multiple is even.
RFS_INLINE bool goes_up(Rounding mode, bool negative, std::strong_ordering half, bool even) noexcept {
  switch (mode) {
    case Rounding::up:
      return !negative;
    case Rounding::down:
      return negative;
    case Rounding::floor:
      return false;
    case Rounding::ceiling:
      return true;
    case Rounding::half_up:
      return half > 0 || (half == 0 && !negative);
    case Rounding::half_down:
      return half > 0 || (half == 0 && negative);
    case Rounding::half_even:
      return half > 0 || (half == 0 && !even);
  }
  return false;
}

}  // namespace detail

RFS_INLINE std::optional<Rounding> parse_rounding(std::string_view word) noexcept {
  for (std::size_t i = 0; i < detail::kRoundingWords.size(); ++i) {
    if (detail::kRoundingWords[i] == word) return static_cast<Rounding>(i);
  }
  return std::nullopt;
}

RFS_INLINE std::string_view rounding_text(Rounding mode) noexcept {
  return detail::kRoundingWords[static_cast<std::size_t>(mode)];
}

RFS_INLINE Exact round(const Exact& x, const Exact& step, Rounding mode) {
  const Exact quotient = x / step;
  if (quotient.is_integer()) return x;
  const Exact below = quotient.floor();
  const auto half = (quotient - below) <=> Exact::ratio(1, 2);
  const bool even = (below / 2).is_integer();
  return (detail::goes_up(mode, x.sign() < 0, half, even) ? below + 1 : below) * step;
}

}  // namespace rfs::inline RFS_ABI::value
