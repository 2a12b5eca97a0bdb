#pragma once

#include <algorithm>
#include <limits>

#include "rfs/value/calendar.hpp"

namespace rfs::inline RFS_ABI::value {

namespace detail {

// The count of days begins anew each 1 March of a year divisible by 400: then the leap day is the
// last day of its year, of its four years, of its century and of the 400 years.
constexpr std::int64_t kDaysOf400Years = 146'097;
constexpr std::int64_t kEpoch = 719'468;  // days from 0000-03-01 to 1970-01-01
// Farther years have no 64-bit day number, farther months no such year; both saturate.
constexpr std::int64_t kLastYear = 25'000'000'000'000'000;
constexpr std::int64_t kLastMonth = 1'000'000'000'000'000'000;

struct Civil {
  std::int64_t year;
  int month;
  int day;
};

constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) noexcept { return a / b - (a % b < 0 ? 1 : 0); }
constexpr std::int64_t floor_modulo(std::int64_t a, std::int64_t b) noexcept { return a % b + (a % b < 0 ? b : 0); }

constexpr bool is_leap(std::int64_t year) noexcept { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr int days_in_month(std::int64_t year, int month) noexcept {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/// Returns the days from 1 March to the first of a month, counted from March = 0: 31, 30, 31, 30, 31 in turns.
constexpr int days_before(int month_from_march) noexcept { return (153 * month_from_march + 2) / 5; }

constexpr std::int64_t to_days(std::int64_t year, int month, int day) noexcept {
  year = std::clamp(year, -kLastYear, kLastYear);
  const bool late = month > 2;
  const std::int64_t march_year = late ? year : year - 1;
  const std::int64_t era = floor_divide(march_year, 400);
  const auto year_of_era = static_cast<unsigned>(march_year - era * 400);
  const auto day_of_year = static_cast<unsigned>(days_before(late ? month - 3 : month + 9) + day - 1);
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysOf400Years + static_cast<std::int64_t>(day_of_era) - kEpoch;
}

constexpr Civil to_civil(std::int64_t date) noexcept {
  // kEpoch is split into eras and days, because date + kEpoch may not fit.
  std::int64_t era = floor_divide(date, kDaysOf400Years);
  std::int64_t rest = floor_modulo(date, kDaysOf400Years) + kEpoch % kDaysOf400Years;
  era += kEpoch / kDaysOf400Years;
  if (rest >= kDaysOf400Years) {
    rest -= kDaysOf400Years;
    ++era;
  }
  const auto day_of_era = static_cast<unsigned>(rest);
  // Taking the leap days passed so far away leaves years of 365 days.
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year = day_of_era - (year_of_era * 365 + year_of_era / 4 - year_of_era / 100);
  const unsigned month_from_march = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year) - days_before(static_cast<int>(month_from_march)) + 1;
  const int month = static_cast<int>(month_from_march) + (month_from_march < 10 ? 3 : -9);
  return {era * 400 + static_cast<std::int64_t>(year_of_era) + (month <= 2 ? 1 : 0), month, day};
}

/// Counts months from January of year 0.
constexpr std::int64_t month_number(const Civil& civil) noexcept { return civil.year * 12 + civil.month - 1; }

constexpr std::int64_t day_in_month(std::int64_t month_number, int day, MonthEnd end) noexcept {
  const std::int64_t year = floor_divide(month_number, 12);
  const int month = static_cast<int>(floor_modulo(month_number, 12)) + 1;
  const int last = days_in_month(year, month);
  if (day <= last) return to_days(year, month, day);
  return to_days(year, month, last) + (end == MonthEnd::next_day ? 1 : 0);
}

/// Counts the days from Monday to Friday after some Sunday long ago, up to and with a date.
constexpr std::int64_t weekdays_up_to(std::int64_t date) noexcept {
  std::int64_t week = floor_divide(date, 7);
  std::int64_t from_monday = floor_modulo(date, 7) + 3;  // day 0 was a Thursday
  if (from_monday >= 7) {
    from_monday -= 7;
    ++week;
  }
  return week * 5 + std::min<std::int64_t>(from_monday + 1, 5);
}

}  // namespace detail

RFS_INLINE std::int64_t add_months(std::int64_t date, std::int64_t months, MonthEnd end) noexcept {
  const detail::Civil civil = detail::to_civil(date);
  const std::int64_t added = std::clamp(months, -detail::kLastMonth, detail::kLastMonth);
  return detail::day_in_month(detail::month_number(civil) + added, civil.day, end);
}

RFS_INLINE std::int64_t months_between(std::int64_t a, std::int64_t b, MonthEnd end) noexcept {
  if (b < a) return -months_between(b, a, end);
  // a + months lies in b's month or, under next_day, on the first of the next: one too many at most.
  const detail::Civil from = detail::to_civil(a);
  const std::int64_t to_month = detail::month_number(detail::to_civil(b));
  const std::int64_t months = to_month - detail::month_number(from);
  return detail::day_in_month(to_month, from.day, end) <= b ? months : months - 1;
}

RFS_INLINE std::int64_t age(std::int64_t born, std::int64_t at, MonthEnd end) noexcept {
  return months_between(born, at, end) / 12;
}

RFS_INLINE std::int64_t weekdays_between(std::int64_t a, std::int64_t b) noexcept {
  if (b <= a) return 0;
  std::int64_t count = 0;
  if (__builtin_sub_overflow(detail::weekdays_up_to(b), detail::weekdays_up_to(a), &count)) {
    return std::numeric_limits<std::int64_t>::max();
  }
  return count;
}

RFS_INLINE std::int64_t start_of_month(std::int64_t date) noexcept {
  const detail::Civil civil = detail::to_civil(date);
  return detail::to_days(civil.year, civil.month, 1);
}

RFS_INLINE std::int64_t end_of_month(std::int64_t date) noexcept {
  const detail::Civil civil = detail::to_civil(date);
  return detail::to_days(civil.year, civil.month, detail::days_in_month(civil.year, civil.month));
}

RFS_INLINE std::int64_t year_of(std::int64_t date) noexcept { return detail::to_civil(date).year; }

RFS_INLINE int month_of(std::int64_t date) noexcept { return detail::to_civil(date).month; }

RFS_INLINE int day_of(std::int64_t date) noexcept { return detail::to_civil(date).day; }

RFS_INLINE int weekday_of(std::int64_t date) noexcept {
  const auto from_thursday = static_cast<int>(detail::floor_modulo(date, 7));
  return (from_thursday + 3) % 7 + 1;
}

RFS_INLINE std::int64_t day_number(std::int64_t year, int month, int day) noexcept {
  return detail::to_days(year, month, day);
}

}  // namespace rfs::inline RFS_ABI::value
