#include "rfs/impl/batch/keys.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

using rfs::batch::KeyTable;

/// A whole number as KeyColumn writes it.
std::string whole(std::int64_t number) {
  std::string out(9, number < 0 ? '-' : '+');
  std::memcpy(out.data() + 1, &number, sizeof number);
  return out;
}

TEST_CASE("key table: numbers keys of every kind in the order in which they came") {
  std::mt19937_64 random(7);
  std::vector<std::string> keys;
  for (std::int64_t i = 0; i < 3000; ++i) {
    keys.push_back(whole(i));                                    // one after the other
    keys.push_back(whole(i << 20U));                             // alike in their last bits
    keys.push_back(whole(static_cast<std::int64_t>(random())));  // of both signs
    keys.push_back(std::to_string(i % 700));
    keys.push_back("+" + std::to_string(10'000'000 + i));  // a text that looks like a whole number
    keys.push_back(std::string(static_cast<std::size_t>(i % 5), '\0'));
  }
  KeyTable table;
  CHECK(table.find(whole(0)) == KeyTable::kNone);
  CHECK(table.find("") == KeyTable::kNone);
  std::map<std::string, std::uint32_t> right;
  for (const std::string& key : keys) {
    const auto [at, fresh] = right.emplace(key, static_cast<std::uint32_t>(right.size()));
    REQUIRE(table.find(key) == (fresh ? KeyTable::kNone : at->second));
    REQUIRE(table.insert(key) == at->second);
    REQUIRE(table.size() == right.size());
  }
  for (const auto& [key, number] : right) {
    CHECK(table.find(key) == number);
    CHECK(table.key(number) == key);
  }
  for (int i = 0; i < 2000; ++i) {
    const std::string key = whole(static_cast<std::int64_t>(random()));
    CHECK(table.find(key) == (right.contains(key) ? right[key] : KeyTable::kNone));
  }
}

TEST_CASE("key table: whole numbers that are counted, in any order and beside others that are far away") {
  std::mt19937_64 random(8);
  for (const std::int64_t first : {std::int64_t{0}, std::int64_t{3'000}, std::int64_t{1'000'000'000'000}}) {
    for (const bool in_order : {true, false}) {
      std::vector<std::int64_t> numbers;
      for (std::int64_t i = 0; i < 20'000; ++i) {
        numbers.push_back(first + i);
        if (i % 7 == 0) numbers.push_back(static_cast<std::int64_t>(random() >> (i % 60)));
      }
      if (!in_order) std::shuffle(numbers.begin(), numbers.end(), random);
      KeyTable table;
      std::map<std::int64_t, std::uint32_t> right;
      bool same = true;
      for (const std::int64_t number : numbers) {
        const auto [at, fresh] = right.emplace(number, static_cast<std::uint32_t>(right.size()));
        same = same && table.find(whole(number)) == (fresh ? KeyTable::kNone : at->second);
        same = same && table.insert(whole(number)) == at->second;
      }
      CHECK(same);
      CHECK(table.size() == right.size());
      for (const auto& [number, wanted] : right)
        same = same && table.find(whole(number)) == wanted && table.key(wanted) == whole(number);
      for (std::int64_t i = 0; i < 100'000; ++i)
        same = same && (right.contains(i) || table.find(whole(i)) == KeyTable::kNone);
      CHECK(same);
    }
  }
}

}  // namespace
