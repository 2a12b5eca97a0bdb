#include "rfs/value/chrono.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace std::chrono_literals;
using rfs::Date;

TEST_CASE("every day of the calendar is the same in std::chrono, and back") {
  int wrong = 0;
  for (int days = rfs::kFirstDate.days; days <= rfs::kLastDate.days; ++days) {
    const Date date{days};
    const std::chrono::year_month_day civil = rfs::to_year_month_day(date);
    const bool same = rfs::to_date(rfs::to_sys_days(date)) == date && rfs::to_date(civil) == date;
    // Civil fields come from two implementations; each tenth day is enough to see them part.
    const bool agree =
        days % 10 != 0 || (int{civil.year()} == date.year() && unsigned{civil.month()} == unsigned(date.month()) &&
                           unsigned{civil.day()} == unsigned(date.day()));
    wrong += static_cast<int>(!same || !agree);
  }
  CHECK(wrong == 0);
}

TEST_CASE("conversions can be used in constants") {
  static_assert(rfs::to_date(2017y / 4 / 24) == Date{17280});
  static_assert(rfs::to_year_month_day(Date{17280}) == 2017y / 4 / 24);
  static_assert(rfs::to_sys_days(Date{0}) == std::chrono::sys_days{});
  CHECK(rfs::to_date(2017y / 4 / 24)->text() == "2017-04-24");
}

TEST_CASE("days that are none, or outside the calendar, give nothing") {
  CHECK(!rfs::to_date(2017y / 2 / 30));
  CHECK(!rfs::to_date(2017y / 13 / 1));
  CHECK(!rfs::to_date(0y / 12 / 31));
  CHECK(!rfs::to_date(std::chrono::year(10000) / 1 / 1));
  CHECK(!rfs::to_date(std::chrono::sys_days(std::chrono::days(rfs::kFirstDate.days - 1))));
  CHECK(!rfs::to_date(std::chrono::sys_days(std::chrono::days(rfs::kLastDate.days + 1))));
  // A count that does not fit 32 bits is not cut down to one that does.
  CHECK(!rfs::to_date(std::chrono::sys_days(std::chrono::days((1LL << 32) + 17280))));
}
