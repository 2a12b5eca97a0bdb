#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "rfs/impl/batch/columns.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Rows that one worker decides at a time, at most kBlock.
struct Block {
  std::size_t first = 0;  ///< row of the table
  std::size_t rows = 0;
  std::size_t at = 0;      ///< the first one's row in the results
  std::size_t number = 0;  ///< among the blocks of the results
};

/// Blocks of a part of a table, in order.
struct Blocks {
  std::vector<Block> all;
  std::size_t threads = 1;  ///< that they are worth
};

/// A block ends with so many items of lists, which are worth a thread.
inline constexpr std::size_t kBlockItems = std::size_t{1} << 15;

/// Returns how many items the lists of `rows` rows from `first` on have.
using ItemsOf = std::function<std::size_t(std::size_t first, std::size_t rows)>;

/// Cuts rows from row `first` of a table on into blocks; `items_of` is empty where there are no lists. Blocks begin at
/// multiples of 8, so that no two share a byte of a bitmap of the results.
RFS_API Blocks cut_blocks(std::size_t first, std::size_t rows, const ItemsOf& items_of);

}  // namespace rfs::inline RFS_ABI::batch
