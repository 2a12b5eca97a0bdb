#include "rfs/value/unicode.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace value = rfs::value;

TEST_CASE("letters are counted, whatever their bytes") {
  CHECK(value::length("") == 0);
  CHECK(value::length("abc") == 3);
  CHECK(value::length("aé日😀") == 4);
  CHECK(value::length("e\u0301") == 2);  // an accent behind its letter
  CHECK(value::length(std::string("a\0b", 3)) == 3);
}

TEST_CASE("one letter becomes one letter, in every script that has capitals") {
  CHECK(value::upper("") == "");
  CHECK(value::upper("az{@`AZ") == "AZ{@`AZ");
  CHECK(value::lower("az[@AZ") == "az[@az");
  CHECK(value::upper("åéþÿ÷") == "ÅÉÞŸ÷");
  CHECK(value::lower("ÅÉÞŸ×") == "åéþÿ×");
  CHECK(value::upper("āăž") == "ĀĂŽ");  // every second letter is the small one
  CHECK(value::upper("ĀĂŽ") == "ĀĂŽ");
  CHECK(value::lower("ĀĂŽ") == "āăž");
  CHECK(value::upper("ςσ") == "ΣΣ");
  CHECK(value::upper("ß") == "ß");
  CHECK(value::lower("ẞ") == "ß");
  CHECK(value::upper("ა") == "Ა");
  CHECK(value::upper("𐐨日😀") == "𐐀日😀");
  CHECK(value::lower("\u212A") == "k");  // from three bytes to one
}

TEST_CASE("a letter in the other case takes at most half as many bytes more") {
  std::uint32_t longest = 0;
  for (char32_t letter = 1; letter < 0x110000; ++letter) {
    if (letter == 0xD800) letter = 0xE000;
    std::string text;
    if (letter < 0x80) {
      text = {static_cast<char>(letter)};
    } else if (letter < 0x800) {
      text = {static_cast<char>(0xC0 | letter >> 6), static_cast<char>(0x80 | (letter & 0x3F))};
    } else if (letter < 0x10000) {
      text = {static_cast<char>(0xE0 | letter >> 12), static_cast<char>(0x80 | (letter >> 6 & 0x3F)),
              static_cast<char>(0x80 | (letter & 0x3F))};
    } else {
      text = {static_cast<char>(0xF0 | letter >> 18), static_cast<char>(0x80 | (letter >> 12 & 0x3F)),
              static_cast<char>(0x80 | (letter >> 6 & 0x3F)), static_cast<char>(0x80 | (letter & 0x3F))};
    }
    for (const std::string& other : {value::upper(text), value::lower(text)}) {
      if (value::length(other) != 1 || other.size() * 2 > text.size() * 3) FAIL("letter " << letter);
      if (other.size() > text.size()) ++longest;
    }
  }
  CHECK(longest > 0);
}

TEST_CASE("a part is found wherever it is, also where it begins within itself") {
  CHECK(value::contains("", ""));
  CHECK(value::contains("a", ""));
  CHECK_FALSE(value::contains("", "a"));
  CHECK_FALSE(value::contains("ab", "abc"));
  // Every text and part of up to seven letters a and b.
  const auto word = [](unsigned bits, unsigned size) {
    std::string out;
    for (unsigned i = 0; i < size; ++i) out += (bits >> i & 1U) != 0 ? 'b' : 'a';
    return out;
  };
  for (unsigned size = 0; size <= 7; ++size) {
    for (unsigned bits = 0; bits < 1U << size; ++bits) {
      const std::string text = word(bits, size);
      for (unsigned part_size = 0; part_size <= size; ++part_size) {
        for (unsigned part_bits = 0; part_bits < 1U << part_size; ++part_bits) {
          const std::string part = word(part_bits, part_size);
          if (value::contains(text, part) != (text.find(part) != std::string::npos)) FAIL(text << " has " << part);
        }
      }
    }
  }
}

TEST_CASE("parts of texts are counted in letters from 1, and nothing lies behind the end") {
  constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
  CHECK(value::substring("aé日😀z", 1, kAll) == "aé日😀z");
  CHECK(value::substring("aé日😀z", 2, 2) == "é日");
  CHECK(value::substring("aé日😀z", 4, 1) == "😀");
  CHECK(value::substring("aé日😀z", 5, kAll) == "z");
  CHECK(value::substring("aé日😀z", 6, kAll) == "");
  CHECK(value::substring("aé日😀z", kAll, kAll) == "");
  CHECK(value::substring("aé日😀z", 2, 0) == "");
  CHECK(value::substring("", 1, 1) == "");
}

TEST_CASE("bytes that are no UTF-8 do no harm") {
  for (const std::string text : {"\x80", "\xC3", "\xF0\x9F",
                                 "a\xFF"
                                 "b",
                                 "\xED\xA0\x80", "\xF7\xBF\xBF\xBF"}) {
    CHECK(value::length(text) <= static_cast<std::int64_t>(text.size()));
    CHECK(value::substring(text, 1, 1).size() <= text.size());
    CHECK(value::upper(text).size() <= 4 * text.size());
    CHECK(value::lower(text).size() <= 4 * text.size());
  }
}
