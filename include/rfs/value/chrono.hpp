/// \file
/// Dates to and from std::chrono. Not part of rfs.hpp: `<chrono>` costs more to compile than all of rfs.
#pragma once

#include <chrono>
#include <optional>

#include "rfs/config.hpp"
#include "rfs/value/date.hpp"

namespace rfs::inline RFS_ABI {

/// Returns the same day as a time point of the system clock. Both count days since 1970-01-01.
[[nodiscard]] constexpr std::chrono::sys_days to_sys_days(Date date) noexcept {
  return std::chrono::sys_days(std::chrono::days(date.days));
}

/// Returns the same day as year, month and day.
[[nodiscard]] constexpr std::chrono::year_month_day to_year_month_day(Date date) noexcept {
  return std::chrono::year_month_day(to_sys_days(date));
}

/// Returns the same day, or nothing where it lies outside the years 1 to 9999.
[[nodiscard]] constexpr std::optional<Date> to_date(std::chrono::sys_days day) noexcept {
  const auto days = day.time_since_epoch().count();
  if (days < kFirstDate.days || days > kLastDate.days) return std::nullopt;
  return Date{static_cast<std::int32_t>(days)};
}

/// Returns the same day, or nothing where there is none (30 February) or it lies outside the years 1 to 9999.
[[nodiscard]] constexpr std::optional<Date> to_date(const std::chrono::year_month_day& date) noexcept {
  if (!date.ok()) return std::nullopt;
  return to_date(std::chrono::sys_days(date));
}

}  // namespace rfs::inline RFS_ABI
