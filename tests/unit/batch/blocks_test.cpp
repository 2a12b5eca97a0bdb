#include "rfs/impl/batch/blocks.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <functional>
#include <vector>

namespace {

using namespace rfs::batch;

std::vector<std::size_t> sizes(const Blocks& blocks, std::size_t first, std::size_t rows) {
  std::vector<std::size_t> out;
  std::size_t at = 0;
  for (const Block& block : blocks.all) {
    CHECK(block.number == out.size());
    CHECK(block.at == at);
    CHECK(block.at % 8 == 0);
    CHECK(block.first == first + at);
    at += block.rows;
    out.push_back(block.rows);
  }
  CHECK(at == rows);
  return out;
}

}  // namespace

TEST_SUITE("batch: blocks") {
  /// What a function says of each row, for some rows.
  template <class Items>
  ItemsOf of_each(Items items) {
    return [items](std::size_t first, std::size_t rows) {
      std::size_t sum = 0;
      for (std::size_t row = first; row < first + rows; ++row) sum += items(row);
      return sum;
    };
  }

  TEST_CASE("rows without lists") {
    const auto cut = [](std::size_t rows) { return cut_blocks(7, rows, nullptr); };
    CHECK(sizes(cut(0), 7, 0).empty());
    CHECK(sizes(cut(5), 7, 5) == std::vector<std::size_t>{5});
    CHECK(sizes(cut(2 * kBlock + 1), 7, 2 * kBlock + 1) == std::vector<std::size_t>{kBlock, kBlock, 1});
    CHECK(cut(0).threads == 1);
    CHECK(cut(kBlock).threads == 1);
    CHECK(cut(2 * kBlock).threads == 2);
    CHECK(cut(8 * kBlock).threads == 5);
  }

  TEST_CASE("applicants with long lists are shared, those with short ones stand in whole blocks") {
    // One has half of all items, and 299 have the others.
    const auto skewed = [](std::size_t row) { return row == 100 ? 299 * kBlockItems / 20 : kBlockItems / 20; };
    const Blocks shared = cut_blocks(100, 300, of_each(skewed));
    const std::vector<std::size_t> cut = sizes(shared, 100, 300);
    CHECK(cut.front() == 8);
    CHECK(cut[1] == 24);
    CHECK(cut.size() == 14);
    CHECK(shared.threads == 14);

    const Blocks few = cut_blocks(0, kBlock + 3, of_each([](std::size_t) { return std::size_t{3}; }));
    CHECK(sizes(few, 0, kBlock + 3) == std::vector<std::size_t>{kBlock, 3});
    CHECK(few.threads == 1);
    CHECK(cut_blocks(0, 8, of_each([](std::size_t) { return 10 * kBlockItems; })).threads == 1);
    CHECK(sizes(cut_blocks(0, 20, of_each([](std::size_t) { return kBlockItems; })), 0, 20) ==
          std::vector<std::size_t>{8, 8, 4});
  }
}
