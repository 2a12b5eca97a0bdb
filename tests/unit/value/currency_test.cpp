#include "rfs/value/currency.hpp"

#include <doctest/doctest.h>

#include <string>

namespace value = rfs::value;

TEST_CASE("minor digits after ISO 4217") {
  for (const char* code :
       {"AED", "USD", "EUR", "GBP", "CAD", "MGA", "MRU", "TWD", "XCD", "XCG", "ZAR", "ZWG", "AUD", "CHF"}) {
    CAPTURE(code);
    CHECK(value::minor_digits(code) == 2);
  }
  for (const char* code : {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
                           "VUV", "XAF", "XOF", "XPF"}) {
    CAPTURE(code);
    CHECK(value::minor_digits(code) == 0);
  }
  for (const char* code : {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}) {
    CAPTURE(code);
    CHECK(value::minor_digits(code) == 3);
  }
  CHECK(value::minor_digits("CLF") == 4);
  CHECK(value::minor_digits("UYW") == 4);
}

TEST_CASE("what is not an active currency has none") {
  for (const char* code : {"", "US", "USDD", "usd", "AAA", "ZZZ", "DEM", "XXX", "XAU", "D A", "ED ", "\xff\xff\xff"}) {
    CAPTURE(code);
    CHECK_FALSE(value::minor_digits(code));
  }
}

TEST_CASE("every code of the standard is found") {
  // A search by halves finds all codes only if each list is in order: count what it finds.
  int found = 0;
  std::string code = "AAA";
  for (code[0] = 'A'; code[0] <= 'Z'; ++code[0]) {
    for (code[1] = 'A'; code[1] <= 'Z'; ++code[1]) {
      for (code[2] = 'A'; code[2] <= 'Z'; ++code[2]) found += value::minor_digits(code) ? 1 : 0;
    }
  }
  CHECK(found == 165);
}

TEST_CASE("signs stand before amounts, codes with a blank") {
  CHECK(value::currency_prefix("USD") == "$");
  CHECK(value::currency_prefix("EUR") == "€");
  CHECK(value::currency_prefix("GBP") == "£");
  CHECK(value::currency_prefix("JPY") == "¥");
  CHECK(value::currency_prefix("INR") == "₹");
  CHECK(value::currency_prefix("CAD") == "CAD ");
  CHECK(value::currency_prefix("CHF") == "CHF ");
}
