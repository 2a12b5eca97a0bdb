#include "rfs/value/calendar.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <tuple>
#include <vector>

#include "rfs/value/date.hpp"

using rfs::MonthEnd;
namespace value = rfs::value;

namespace {

// A calendar that counts day by day from a known one, to hold the closed formulas to.
struct Day {
  std::int64_t number;
  int year, month, day, weekday;
};

int length(int year, int month) {
  if (month == 2) return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

Day next(Day d) {
  ++d.number;
  d.weekday = d.weekday % 7 + 1;
  if (++d.day > length(d.year, d.month)) {
    d.day = 1;
    if (++d.month > 12) {
      d.month = 1;
      ++d.year;
    }
  }
  return d;
}

class SlowCalendar {
 public:
  SlowCalendar(Day first, int last_year) {
    for (Day d = first; d.year <= last_year; d = next(d)) {
      days_.push_back(d);
      numbers_[{d.year, d.month, d.day}] = d.number;
    }
  }
  [[nodiscard]] const std::vector<Day>& days() const { return days_; }
  [[nodiscard]] std::int64_t add(const Day& d, int months, MonthEnd end) const {
    int year = d.year;
    int month = d.month;
    for (; months > 0; --months) month == 12 ? (month = 1, ++year) : ++month;
    for (; months < 0; ++months) month == 1 ? (month = 12, --year) : --month;
    if (d.day <= length(year, month)) return numbers_.at({year, month, d.day});
    return numbers_.at({year, month, length(year, month)}) + (end == MonthEnd::next_day ? 1 : 0);
  }

 private:
  std::vector<Day> days_;
  std::map<std::tuple<int, int, int>, std::int64_t> numbers_;
};

/// 1 January 1995 was a Sunday, 9131 days after 1 January 1970.
const SlowCalendar& slow() {
  static const SlowCalendar calendar({9131, 1995, 1, 1, 7}, 2009);
  return calendar;
}

bool in_window(const Day& d) { return d.number >= 10926 && d.number <= 12508; }  // 1999-12-01 to 2004-03-31

}  // namespace

TEST_CASE("every day of the calendar has its parts and its number") {
  Day d{rfs::kFirstDate.days, 1, 1, 1, 1};
  std::int64_t wrong = 0;
  for (; d.year <= 9999; d = next(d)) {
    const bool right = value::year_of(d.number) == d.year && value::month_of(d.number) == d.month &&
                       value::day_of(d.number) == d.day && value::weekday_of(d.number) == d.weekday &&
                       value::day_number(d.year, d.month, d.day) == d.number &&
                       value::start_of_month(d.number) == d.number - d.day + 1 &&
                       value::end_of_month(d.number) == d.number - d.day + length(d.year, d.month);
    if (!right) ++wrong;
  }
  CHECK(wrong == 0);
  CHECK(d.number == rfs::kLastDate.days + 1);
}

TEST_CASE("days before the calendar count on backward") {
  CHECK(value::day_number(0, 12, 31) == rfs::kFirstDate.days - 1);
  CHECK(value::year_of(rfs::kFirstDate.days - 1) == 0);
  CHECK(value::day_number(-400, 3, 1) == value::day_number(0, 3, 1) - 146097);
  CHECK(value::month_of(value::day_number(-401, 2, 28)) == 2);
  CHECK(value::weekday_of(-1) == 3);
}

TEST_CASE("adding months agrees with a calendar that counts day by day") {
  std::int64_t tried = 0;
  std::int64_t wrong = 0;
  for (const Day& d : slow().days()) {
    if (!in_window(d)) continue;
    for (int months = -50; months <= 50; ++months) {
      for (const MonthEnd end : {MonthEnd::clamp, MonthEnd::next_day}) {
        ++tried;
        if (value::add_months(d.number, months, end) != slow().add(d, months, end)) ++wrong;
      }
    }
  }
  CHECK(tried == 1583 * 101 * 2);
  CHECK(wrong == 0);
}

TEST_CASE("the two month ends differ where a day does not exist") {
  const auto january_31 = value::day_number(2023, 1, 31);
  CHECK(value::add_months(january_31, 1, MonthEnd::clamp) == value::day_number(2023, 2, 28));
  CHECK(value::add_months(january_31, 1, MonthEnd::next_day) == value::day_number(2023, 3, 1));
  const auto leap_day = value::day_number(2024, 2, 29);
  CHECK(value::add_months(leap_day, 12, MonthEnd::clamp) == value::day_number(2025, 2, 28));
  CHECK(value::add_months(leap_day, -12, MonthEnd::next_day) == value::day_number(2023, 3, 1));
  CHECK(value::age(leap_day, value::day_number(2025, 2, 28), MonthEnd::clamp) == 1);
  CHECK(value::age(leap_day, value::day_number(2025, 2, 28), MonthEnd::next_day) == 0);
}

TEST_CASE("months_between is the largest n with a + n months <= b") {
  // Every start near month ends of short and leap months, every end within some 40 months.
  std::int64_t wrong = 0;
  for (const MonthEnd end : {MonthEnd::clamp, MonthEnd::next_day}) {
    for (const Day& a : slow().days()) {
      if (!in_window(a) || (a.day > 2 && a.day < 27 && a.day != 15)) continue;
      int largest = 0;
      for (std::int64_t b = a.number; b <= a.number + 1250; ++b) {
        while (slow().add(a, largest + 1, end) <= b) ++largest;
        if (value::months_between(a.number, b, end) != largest) ++wrong;
        if (a.number != b && value::months_between(b, a.number, end) != -largest) ++wrong;
        if (value::age(a.number, b, end) != largest / 12) ++wrong;
        if (value::age(b, a.number, end) != -(largest / 12)) ++wrong;
      }
    }
  }
  CHECK(wrong == 0);
  CHECK(value::months_between(value::day_number(2023, 1, 31), value::day_number(2023, 2, 28), MonthEnd::clamp) == 1);
  CHECK(value::months_between(value::day_number(2023, 1, 31), value::day_number(2023, 2, 28), MonthEnd::next_day) == 0);
}

TEST_CASE("weekdays are counted after the first day and up to the last") {
  std::int64_t wrong = 0;
  const auto& days = slow().days();
  for (std::size_t from = 0; from < 15; ++from) {
    std::int64_t count = 0;
    for (std::size_t to = from + 1; to < from + 400; ++to) {
      if (days[to].weekday <= 5) ++count;
      if (value::weekdays_between(days[from].number, days[to].number) != count) ++wrong;
      if (value::weekdays_between(days[to].number, days[from].number) != 0) ++wrong;
      const std::int64_t shift = 7 * 5000;  // the same weekdays, before day 0
      if (value::weekdays_between(days[from].number - shift, days[to].number - shift) != count) ++wrong;
    }
  }
  CHECK(wrong == 0);
  CHECK(value::weekdays_between(10000, 10000) == 0);
}

TEST_CASE("the farthest numbers saturate instead of overflowing") {
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t date : {kLeast, kLeast + 1, std::int64_t{0}, kMost - 1, kMost}) {
    const int month = value::month_of(date);
    CHECK(month >= 1);
    CHECK(month <= 12);
    CHECK(value::day_of(date) >= 1);
    CHECK(value::weekday_of(date) <= 7);
    for (const std::int64_t months : {kLeast, std::int64_t{-1}, std::int64_t{1}, kMost}) {
      const std::int64_t moved = value::add_months(0, months, MonthEnd::next_day);
      CHECK((moved < 0) == (months < 0));
      CHECK(value::add_months(date, months, MonthEnd::next_day) >= value::add_months(date, kLeast, MonthEnd::next_day));
    }
    CHECK(value::start_of_month(date) <= value::end_of_month(date));
  }
  CHECK(value::months_between(kLeast, kMost, MonthEnd::clamp) > 0);
  CHECK(value::age(kMost, kLeast, MonthEnd::clamp) < 0);
  CHECK(value::weekdays_between(kLeast, kMost) == kMost);
  CHECK(value::day_number(kLeast, 1, 1) < value::day_number(kMost, 12, 31));
}
