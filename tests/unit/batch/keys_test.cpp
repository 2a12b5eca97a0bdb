#include "rfs/impl/batch/keys.hpp"

#include <doctest/doctest.h>

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

}  // namespace
