#include "rfs/source/file.hpp"

#include <doctest/doctest.h>

#include <string>

namespace source = rfs::source;
using source::Place;

TEST_CASE("places count lines and code points from 1") {
  const std::string text =
      "ab\n\xC3\xA9\xE2\x82\xAC"
      "x\r\nlast";
  CHECK(source::place_of(text, 0) == Place{1, 1});
  CHECK(source::place_of(text, 2) == Place{1, 3});
  CHECK(source::place_of(text, 3) == Place{2, 1});
  CHECK(source::place_of(text, 5) == Place{2, 2});
  CHECK(source::place_of(text, 8) == Place{2, 3});
  CHECK(source::place_of(text, 11) == Place{3, 1});
  CHECK(source::place_of(text, text.size()) == Place{3, 5});
  CHECK(source::place_of(text, 1000) == Place{3, 5});
  CHECK(source::place_of("", 7) == Place{1, 1});
  CHECK(source::place_of("a\n", 2) == Place{2, 1});
}

TEST_CASE("a line is without its end") {
  const std::string text = "ab\ncd\r\n\nend\r";
  CHECK(source::line_of(text, 0) == "ab");
  CHECK(source::line_of(text, 2) == "ab");
  CHECK(source::line_of(text, 3) == "cd");
  CHECK(source::line_of(text, 6) == "cd");
  CHECK(source::line_of(text, 7) == "");
  CHECK(source::line_of(text, 8) == "end\r");
  CHECK(source::line_of(text, 99) == "end\r");
  CHECK(source::line_of("", 3) == "");
}

TEST_CASE("UTF-8 is found to be wrong at its first wrong byte") {
  constexpr auto kNone = std::string_view::npos;
  CHECK(source::find_invalid_utf8("") == kNone);
  CHECK(source::find_invalid_utf8(std::string_view("plain text of more than eight bytes\0", 36)) == kNone);
  // The ends of each range of Unicode's table 3-7.
  for (const std::string good :
       {"\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xE0\xBF\xBF", "\xE1\x80\x80", "\xEC\xBF\xBF", "\xED\x80\x80",
        "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF1\x80\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    CAPTURE(good);
    CHECK(source::find_invalid_utf8(good) == kNone);
    CHECK(source::code_point_length(good) == good.size());
    // Cut short it is wrong from its beginning.
    CHECK(source::find_invalid_utf8("1234567890" + good.substr(0, good.size() - 1)) == 10);
    CHECK(source::find_invalid_utf8(good.substr(0, good.size() - 1) + "x") == 0);
  }
  for (const std::string bad :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
        "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",
        "\xC2"
        "a",
        "\xE1\x80"
        "a",
        "\xF1\x80\x80"
        "a"}) {
    CAPTURE(bad);
    CHECK(source::find_invalid_utf8(bad) == 0);
    CHECK(source::find_invalid_utf8("\xC3\xA9"
                                    "12345678" +
                                    bad) == 10);
    CHECK(source::code_point_length(bad) == 0);
  }
}

TEST_CASE("code points are counted, not bytes") {
  CHECK(source::count_code_points("") == 0);
  CHECK(source::count_code_points("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x97\xB3") == 4);
}
