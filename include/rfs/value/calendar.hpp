#pragma once

#include <cstdint>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI {

/// Which day `date + months` gives where the day of the month does not exist: the last of the
/// month (31 January + 1 month = 28 or 29 February) or the first of the next (1 March).
enum class MonthEnd : std::uint8_t { clamp, next_day };

namespace value {

// Dates here are day numbers as in Date::days, and may lie outside the calendar by any number of
// years that fits 64 bits: the checker, not the arithmetic, keeps results inside 0001-9999.

RFS_API std::int64_t add_months(std::int64_t date, std::int64_t months, MonthEnd end) noexcept;
/// Returns the largest n with a + n months <= b; for b < a, minus months_between(b, a).
RFS_API std::int64_t months_between(std::int64_t a, std::int64_t b, MonthEnd end) noexcept;
/// Returns whole years, each of 12 months, the same way.
RFS_API std::int64_t age(std::int64_t born, std::int64_t at, MonthEnd end) noexcept;
/// Counts days d with a < d <= b from Monday to Friday; 0 for b <= a.
RFS_API std::int64_t weekdays_between(std::int64_t a, std::int64_t b) noexcept;
RFS_API std::int64_t start_of_month(std::int64_t date) noexcept;
RFS_API std::int64_t end_of_month(std::int64_t date) noexcept;
RFS_API std::int64_t year_of(std::int64_t date) noexcept;
RFS_API int month_of(std::int64_t date) noexcept;
RFS_API int day_of(std::int64_t date) noexcept;
RFS_API int weekday_of(std::int64_t date) noexcept;
/// Returns the day number of a civil date; year may be any, month 1 to 12, day 1 to 31.
RFS_API std::int64_t day_number(std::int64_t year, int month, int day) noexcept;

}  // namespace value
}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/value/calendar.ipp"
#endif
