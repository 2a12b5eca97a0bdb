#include "rfs/value/text.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using rfs::Exact;
namespace value = rfs::value;

TEST_CASE("given numbers are read exactly, with their decimals") {
  const auto read = value::read_decimal("-12.50");
  REQUIRE(read);
  CHECK(read->value == Exact::ratio(-25, 2));
  CHECK(read->places == 1);
  CHECK(value::read_decimal("1000.00")->places == 0);
  CHECK(value::read_decimal("0.10")->value == Exact::ratio(1, 10));
  CHECK(value::read_decimal("1.25e1")->places == 1);
  CHECK(value::read_decimal("1e-6")->places == 6);
  CHECK(value::read_decimal("1.5E+3")->value == 1500);
  CHECK(value::read_decimal("-0")->value == 0);
  for (const char* text : {"",     " 1",    "1 ",  "1,000", "$1",  "+1",     "1.",  ".5",    "1e",    "--1",
                           "0x10", "1_000", "1/3", "NaN",   "inf", "1e1001", "15%", "1.2.3", "1e5.0", "١"}) {
    CAPTURE(text);
    CHECK_FALSE(value::read_decimal(text));
  }
}

TEST_CASE("percentages need their sign") {
  CHECK(value::read_percent("15%")->value == Exact::ratio(15, 100));
  CHECK(value::read_percent("15%")->places == 0);
  CHECK(value::read_percent("12.50%")->value == Exact::ratio(1, 8));
  CHECK(value::read_percent("12.50%")->places == 1);
  CHECK(value::read_percent("-3%")->value == Exact::ratio(-3, 100));
  CHECK(value::read_percent("0.0765%")->places == 4);
  for (const char* text : {"", "%", "15", "0.15", "15 %", "15%%", " 15%", "15% ", "a%"}) {
    CAPTURE(text);
    CHECK_FALSE(value::read_percent(text));
  }
}

TEST_CASE("durations are read from words and from ISO 8601") {
  CHECK(value::read_months("2 months") == 2);
  CHECK(value::read_months("1 month") == 1);
  CHECK(value::read_months("1 year") == 12);
  CHECK(value::read_months("3 years") == 36);
  CHECK(value::read_months("P2M") == 2);
  CHECK(value::read_months("P1Y") == 12);
  CHECK(value::read_months("P1Y6M") == 18);
  CHECK(value::read_months("-3 months") == -3);
  CHECK(value::read_months("0 months") == 0);
  CHECK(value::read_days("90 days") == 90);
  CHECK(value::read_days("1 day") == 1);
  CHECK(value::read_days("P90D") == 90);
  for (const char* text : {"",
                           "P",
                           "2",
                           "months",
                           "2months",
                           "2  months",
                           " 2 months",
                           "2 months ",
                           "2.5 months",
                           "two months",
                           "2 monthss",
                           "2 Months",
                           "P2",
                           "PM",
                           "P6M1Y",
                           "P1M1M",
                           "P1D",
                           "P1W",
                           "p2m",
                           "P-2M",
                           "+2 months",
                           "90 days",
                           "2 months and 1 day",
                           "1 year 2 months",
                           "9999999999999999 months",
                           "99999999999999999999999999 years"}) {
    CAPTURE(text);
    CHECK_FALSE(value::read_months(text));
  }
  for (const char* text :
       {"", "P", "90", "90days", "90 day ", "P90", "P90M", "P1D1D", "90.0 days", "2 months", "1 year", "days"}) {
    CAPTURE(text);
    CHECK_FALSE(value::read_days(text));
  }
  CHECK(value::read_months("999999999999999 years") == 999'999'999'999'999 * 12);
  CHECK_FALSE(value::read_months(std::string(100'000, '9') + " months"));
  CHECK_FALSE(value::read_decimal(std::string(100'000, '9')));
}

TEST_CASE("plain forms are read back") {
  for (const std::int64_t count : {-14, -1, 0, 1, 2, 12, 14, 1200}) {
    CHECK(value::read_months(value::plain_months(count)) == count);
    CHECK(value::read_days(value::plain_days(count)) == count);
  }
  CHECK(value::plain_months(14) == "14 months");
  CHECK(value::plain_months(1) == "1 month");
  CHECK(value::plain_days(90) == "90 days");
  CHECK(value::plain_days(1) == "1 day");
  CHECK(value::plain_percent(Exact::ratio(15, 100)) == "15%");
  CHECK(value::plain_percent(Exact::ratio(1, 8)) == "12.5%");
  CHECK(value::plain_percent(Exact::ratio(-3, 100)) == "-3%");
  CHECK(value::plain_percent(Exact::ratio(1, 3)) == "1/3");
  CHECK(value::plain_percent(2) == "200%");
}

TEST_CASE("numbers and money as people write them") {
  CHECK(value::spoken_number(Exact::ratio(12505, 10)) == "1,250.5");
  CHECK(value::spoken_number(Exact::ratio(1, 3)) == "1/3");
  CHECK(value::spoken_number(999) == "999");
  CHECK(value::spoken_number(-999) == "-999");
  CHECK(value::spoken_number(1000) == "1,000");
  CHECK(value::spoken_number(-123456) == "-123,456");
  CHECK(value::spoken_number(1234567, 2) == "1,234,567.00");
  CHECK(value::spoken_number(Exact::ratio(123456789, 100000)) == "1,234.56789");
  CHECK(value::spoken_number(Exact::power_of_ten(21)) == "1,000,000,000,000,000,000,000");
  CHECK(value::spoken_money(1250, "USD") == "$1,250.00");
  CHECK(value::spoken_money(-5, "USD") == "-$5.00");
  CHECK(value::spoken_money(12, "CHF") == "CHF 12.00");
  CHECK(value::spoken_money(-12, "CHF") == "-CHF 12.00");
  CHECK(value::spoken_money(1500, "JPY") == "¥1,500");
  CHECK(value::spoken_money(Exact::ratio(1, 8), "USD") == "$0.125");
  CHECK(value::spoken_money(Exact::ratio(1, 2), "KWD") == "KWD 0.500");
}

TEST_CASE("dates and durations as people write them") {
  CHECK(value::spoken_date(*rfs::Date::of(2017, 6, 24)) == "24 June 2017");
  CHECK(value::spoken_date(*rfs::Date::of(1999, 12, 1)) == "1 December 1999");
  CHECK(value::spoken_date(*rfs::Date::of(1, 1, 1)) == "1 January 1");
  CHECK(value::spoken_months(1) == "one month");
  CHECK(value::spoken_months(2) == "two months");
  CHECK(value::spoken_months(9) == "nine months");
  CHECK(value::spoken_months(10) == "10 months");
  CHECK(value::spoken_months(12) == "one year");
  CHECK(value::spoken_months(18) == "18 months");
  CHECK(value::spoken_months(24) == "two years");
  CHECK(value::spoken_months(144) == "12 years");
  CHECK(value::spoken_months(0) == "0 months");
  CHECK(value::spoken_months(-2) == "minus two months");
  CHECK(value::spoken_months(-24) == "minus two years");
  CHECK(value::spoken_days(1) == "one day");
  CHECK(value::spoken_days(90) == "90 days");
  CHECK(value::spoken_days(73050) == "73,050 days");
  CHECK(value::spoken_days(-10) == "-10 days");
  CHECK(value::spoken_days(std::numeric_limits<std::int64_t>::min()) == "-9,223,372,036,854,775,808 days");
}
