#include "rfs/value/date.hpp"

#include <doctest/doctest.h>

#include <string>

using rfs::Date;

TEST_CASE("dates exist from 0001-01-01 to 9999-12-31") {
  CHECK(Date::of(1, 1, 1) == rfs::kFirstDate);
  CHECK(Date::of(9999, 12, 31) == rfs::kLastDate);
  CHECK(Date::of(1970, 1, 1) == Date{0});
  CHECK_FALSE(Date::of(0, 12, 31));
  CHECK_FALSE(Date::of(10000, 1, 1));
  CHECK_FALSE(Date::of(-2147483647 - 1, 1, 1));
  CHECK_FALSE(Date::of(2147483647, 2147483647, 2147483647));
}

TEST_CASE("days that a month does not have are none") {
  CHECK(Date::of(2024, 2, 29));
  CHECK(Date::of(2000, 2, 29));
  CHECK_FALSE(Date::of(2023, 2, 29));
  CHECK_FALSE(Date::of(1900, 2, 29));
  CHECK_FALSE(Date::of(2023, 2, 30));
  CHECK_FALSE(Date::of(2023, 4, 31));
  CHECK_FALSE(Date::of(2023, 13, 1));
  CHECK_FALSE(Date::of(2023, 0, 1));
  CHECK_FALSE(Date::of(2023, 1, 0));
  CHECK_FALSE(Date::of(2023, 12, 32));
}

TEST_CASE("parts, order and text") {
  const Date date = *Date::of(2017, 4, 24);
  CHECK(date.year() == 2017);
  CHECK(date.month() == 4);
  CHECK(date.day() == 24);
  CHECK(date.weekday() == 1);
  CHECK(date.text() == "2017-04-24");
  CHECK(rfs::kFirstDate.text() == "0001-01-01");
  CHECK(date < *Date::of(2017, 4, 25));
}

TEST_CASE("text is read back, and nothing else is read") {
  for (std::int32_t days = rfs::kFirstDate.days; days <= rfs::kLastDate.days; days += 997) {
    REQUIRE(Date::parse(Date{days}.text()) == Date{days});
  }
  for (const char* text : {"", "2017-4-24", "2017-04-24 ", " 2017-04-24", "2017/04/24", "20170424", "2017-04-24T00:00",
                           "17-04-24", "2017-02-29", "2017-13-01", "0000-01-01", "-017-04-24", "+2017-04-2",
                           "2017-0a-24", "2017-04-2 ", "12017-04-24", "２017-04-4"}) {
    CAPTURE(text);
    CHECK_FALSE(Date::parse(text));
  }
}
