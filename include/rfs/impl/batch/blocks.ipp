#pragma once

#include <algorithm>

#include "rfs/impl/batch/blocks.hpp"

namespace rfs::inline RFS_ABI::batch {

RFS_INLINE Blocks cut_blocks(std::size_t first, std::size_t rows, const ItemsOf& items_of) {
  constexpr std::size_t kRows = 2 * kBlock;  // that are worth a thread
  Blocks out;
  std::size_t sum = 0;
  for (std::size_t at = 0; at < rows; at += out.all.back().rows) {
    Block block{first + at, std::min(kBlock, rows - at), at, out.all.size()};
    if (items_of) {
      std::size_t items = 0, count = 0;
      while (count < block.rows && items < kBlockItems) {
        const std::size_t some = std::min<std::size_t>(8, block.rows - count);
        items += items_of(block.first + count, some);
        count += some;
      }
      block.rows = count;
      sum += items;
    }
    out.all.push_back(block);
  }
  out.threads = std::clamp<std::size_t>(std::max(rows / kRows, sum / kBlockItems) + 1, 1,
                                        std::max<std::size_t>(out.all.size(), 1));
  return out;
}

}  // namespace rfs::inline RFS_ABI::batch
