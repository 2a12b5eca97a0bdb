#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI {

/// A civil date of the proleptic Gregorian calendar, as days since 1970-01-01. No zone, no time.
struct Date {
  std::int32_t days = 0;

  friend constexpr auto operator<=>(Date, Date) noexcept = default;

  /// Returns the date of year (1 to 9999), month and day, or nothing where there is none.
  RFS_API static std::optional<Date> of(int year, int month, int day) noexcept;
  /// Reads `2017-04-24`, and nothing else.
  RFS_API static std::optional<Date> parse(std::string_view text) noexcept;

  [[nodiscard]] RFS_API int year() const noexcept;
  [[nodiscard]] RFS_API int month() const noexcept;    ///< 1 to 12
  [[nodiscard]] RFS_API int day() const noexcept;      ///< 1 to 31
  [[nodiscard]] RFS_API int weekday() const noexcept;  ///< Monday = 1 to Sunday = 7
  [[nodiscard]] RFS_API std::string text() const;      ///< `2017-04-24`
};

/// 0001-01-01 and 9999-12-31: the ends of the calendar.
inline constexpr Date kFirstDate{-719162};
inline constexpr Date kLastDate{2932896};

}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/value/date.ipp"
#endif
