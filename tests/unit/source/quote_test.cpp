#include "rfs/source/quote.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using rfs::source::quote;

TEST_CASE("only what JSON demands is escaped") {
  CHECK(quote("") == "\"\"");
  CHECK(quote("it's 15% / \xE2\x82\xAC\x7F") == "\"it's 15% / \xE2\x82\xAC\x7F\"");
  CHECK(quote("\"\\") == R"("\"\\")");
  CHECK(quote("\b\f\n\r\t") == R"("\b\f\n\r\t")");
  CHECK(quote(std::string_view("\0\x01\x1f ", 4)) == R"("\u0000\u0001\u001f ")");
}

TEST_CASE("bytes that are not UTF-8 do not make the result invalid") {
  CHECK(quote("a\xFF"
              "b\xC3") ==
        "\"a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD\"");
}
