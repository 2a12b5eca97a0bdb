#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rfs/config.hpp"
#include "rfs/value/exact.hpp"

namespace rfs::inline RFS_ABI {

/// up and down are away from and toward zero; the halves round to the nearest multiple and differ
/// where two are equally near; floor and ceiling are toward minus and plus infinity.
enum class Rounding : std::uint8_t { up, down, half_up, half_down, half_even, floor, ceiling };

namespace value {

/// Reads `up`, `down`, `half_up`, `half_down`, `half_even`, `floor`, `ceiling`.
RFS_API std::optional<Rounding> parse_rounding(std::string_view word) noexcept;
RFS_API std::string_view rounding_text(Rounding mode) noexcept;

/// Rounds x to a whole multiple of step (> 0).
RFS_API Exact round(const Exact& x, const Exact& step, Rounding mode);

}  // namespace value
}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/value/rounding.ipp"
#endif
