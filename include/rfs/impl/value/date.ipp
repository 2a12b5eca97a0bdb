#pragma once

#include "rfs/impl/value/calendar.ipp"
#include "rfs/value/calendar.hpp"
#include "rfs/value/date.hpp"

namespace rfs::inline RFS_ABI {

namespace value::detail {

/// Reads the digits of text from begin to end (which are digits, or nothing is returned).
RFS_INLINE std::optional<int> read_field(std::string_view text, std::size_t begin, std::size_t end) noexcept {
  int field = 0;
  for (std::size_t i = begin; i < end; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    field = field * 10 + (text[i] - '0');
  }
  return field;
}

RFS_INLINE void write_field(std::string& text, std::size_t end, int field) noexcept {
  for (; field > 0; field /= 10) text[--end] = static_cast<char>('0' + field % 10);
}

}  // namespace value::detail

RFS_INLINE std::optional<Date> Date::of(int year, int month, int day) noexcept {
  if (year < 1 || year > 9999 || month < 1 || month > 12) return std::nullopt;
  if (day < 1 || day > value::detail::days_in_month(year, month)) return std::nullopt;
  return Date{static_cast<std::int32_t>(value::day_number(year, month, day))};
}

RFS_INLINE std::optional<Date> Date::parse(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = value::detail::read_field(text, 0, 4);
  const auto month = value::detail::read_field(text, 5, 7);
  const auto day = value::detail::read_field(text, 8, 10);
  if (!year || !month || !day) return std::nullopt;
  return of(*year, *month, *day);
}

RFS_INLINE int Date::year() const noexcept { return static_cast<int>(value::year_of(days)); }

RFS_INLINE int Date::month() const noexcept { return value::month_of(days); }

RFS_INLINE int Date::day() const noexcept { return value::day_of(days); }

RFS_INLINE int Date::weekday() const noexcept { return value::weekday_of(days); }

RFS_INLINE std::string Date::text() const {
  // Any number of days can be put into a date; outside of the calendar its year has more digits, or a sign.
  const bool outside = year() < 0 || year() > 9999;
  std::string text = "0000-00-00";
  if (outside) {
    text = std::to_string(year()) + "-00-00";
    value::detail::write_field(text, text.size() - 3, month());
    value::detail::write_field(text, text.size(), day());
    return text;
  }
  value::detail::write_field(text, 4, year());
  value::detail::write_field(text, 7, month());
  value::detail::write_field(text, 10, day());
  return text;
}

}  // namespace rfs::inline RFS_ABI
