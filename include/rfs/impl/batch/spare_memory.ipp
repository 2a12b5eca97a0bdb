#pragma once

#include <algorithm>
#include <new>

#include "rfs/impl/batch/spare_memory.hpp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

// Not huge pages: where all results were kept, a row took 6 to 39 ns with them and 10 ns without, since the system
// moves other pages about to make room.
constexpr std::align_val_t kBlockAlignment{64};

}  // namespace detail

RFS_INLINE SpareMemory::~SpareMemory() {
  while (count_ > 0) {
    ::operator delete(blocks_[0].begin, detail::kBlockAlignment);
    remove(0);
  }
}

RFS_INLINE SpareMemory& SpareMemory::of_process() {
#ifdef __SANITIZE_ADDRESS__
  return none();
#else
  static SpareMemory& spare = *new SpareMemory(std::size_t{22} << 20U);
  return spare;
#endif
}

RFS_INLINE SpareMemory& SpareMemory::none() {
  static SpareMemory& spare = *new SpareMemory(0);
  return spare;
}

RFS_INLINE void* SpareMemory::take(std::size_t bytes) {
  if (const std::unique_lock lock(mutex_, std::try_to_lock); lock) {
    for (std::size_t i = count_; i-- > 0;) {  // the latest is the likeliest to be in the cache
      if (blocks_[i].bytes != bytes) continue;
      void* const begin = blocks_[i].begin;
      remove(i);
      return begin;
    }
  }
  return ::operator new(bytes, detail::kBlockAlignment);
}

RFS_INLINE void SpareMemory::give(void* block, std::size_t bytes) noexcept {
  if (bytes < kLeast || bytes > most_) return ::operator delete(block, detail::kBlockAlignment);
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return ::operator delete(block, detail::kBlockAlignment);
  while (count_ == blocks_.size() || kept_ + bytes > most_) {
    ::operator delete(blocks_[0].begin, detail::kBlockAlignment);
    remove(0);
  }
  blocks_[count_++] = {block, bytes};
  kept_ += bytes;
}

RFS_INLINE std::size_t SpareMemory::kept() {
  const std::lock_guard lock(mutex_);
  return kept_;
}

RFS_INLINE void SpareMemory::remove(std::size_t index) noexcept {
  kept_ -= blocks_[index].bytes;
  std::copy(blocks_.begin() + static_cast<std::ptrdiff_t>(index) + 1,
            blocks_.begin() + static_cast<std::ptrdiff_t>(count_),
            blocks_.begin() + static_cast<std::ptrdiff_t>(index));
  --count_;
}

}  // namespace rfs::inline RFS_ABI::batch
