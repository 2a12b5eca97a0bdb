#include "rfs/impl/batch/group_index.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <unordered_map>
#include <vector>

#include "rfs/batch/batch.hpp"

namespace {

using namespace rfs;

/// Finds keys for one applicant, and compares with a map what they are numbered.
void find_all(batch::GroupIndex& index, const std::vector<std::int64_t>& keys, std::uint64_t distinct) {
  index.begin(keys.size(), distinct);
  const std::size_t before = index.size();
  std::vector<std::uint8_t> there(keys.size());
  for (std::size_t i = 0; i < there.size(); ++i) there[i] = i % 7 != 3;
  std::vector<std::uint32_t> found(keys.size());
  for (std::size_t row = 0; row < keys.size(); row += 100) {
    const std::size_t rows = std::min<std::size_t>(100, keys.size() - row);
    index.find(keys.data() + row, there.data() + row, rows, found.data() + row);
  }
  std::unordered_map<std::int64_t, std::uint32_t> numbers;
  bool same = true;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto fresh = static_cast<std::uint32_t>(before + numbers.size());
    const std::uint32_t right =
        there[i] == 0 ? batch::GroupIndex::kNone : numbers.emplace(keys[i], fresh).first->second;
    same = same && found[i] == right;
  }
  CHECK(same);
  REQUIRE(index.size() == before + numbers.size());
  for (const auto& [key, number] : numbers) same = same && index.keys()[number] == key;
  CHECK(same);
}

}  // namespace

TEST_SUITE("batch: groups of lists") {
  TEST_CASE("numbers of keys, however many they are and wherever they lie") {
    constexpr std::uint64_t kAnywhere = std::numeric_limits<std::uint64_t>::max();
    std::mt19937_64 random(1);
    batch::GroupIndex index;
    for (int round = 0; round < 3; ++round) {
      index.clear();
      CHECK(index.size() == 0);
      // Few and many groups in turn: slots that one applicant left must say nothing to the next.
      for (const std::size_t count : {3U, 600U, 0U, 40'000U, 1U, 511U, 512U, 513U, 5'000U, 20U}) {
        std::vector<std::int64_t> keys, in_a_row, narrow;
        for (std::size_t i = 0; i < 3 * count; ++i) {
          keys.push_back(static_cast<std::int64_t>(random() % (count + 1) * 0x100000001) - 7);
          narrow.push_back(static_cast<std::int64_t>(random() % (count + 1) * 0x10001) - 7);
          in_a_row.push_back(static_cast<std::int64_t>(random() % 4'096) - 2'000);
        }
        find_all(index, keys, kAnywhere);
        find_all(index, narrow, std::uint64_t{1} << 32);
        find_all(index, in_a_row, 4'096);
        find_all(index, in_a_row, kAnywhere);
      }
    }
  }
}
