#pragma once

#include <algorithm>
#include <bit>

#include "rfs/impl/batch/target.hpp"

namespace rfs::inline RFS_ABI::batch {

RFS_INLINE WordTable::WordTable(const std::vector<std::string>& words)
    : words_(words), slots_(std::bit_ceil(4 * words.size() + 2)), mask_(slots_.size() - 1) {
  constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;  // 2^64 over the golden ratio
  constexpr int kTries = 16;
  for (int i = 0; i < kTries; ++i) {
    factor_ = kGolden * static_cast<std::uint64_t>(2 * i + 1);
    if (fill()) break;
  }
}

RFS_INLINE bool WordTable::fill() {
  std::fill(slots_.begin(), slots_.end(), Slot());
  bool own = true;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    std::string readable = words_[i];
    readable.resize(std::max(readable.size(), kHalf));
    const Ends ends = ends_of({readable.data(), words_[i].size()});
    std::size_t at = slot(ends);
    for (; slots_[at & mask_].index >= 0; ++at) own = false;
    slots_[at & mask_] = {ends, static_cast<std::int32_t>(i)};
  }
  return own;
}

RFS_INLINE std::int64_t WordTable::find_further(std::string_view word, const Ends& ends) const noexcept {
  for (std::size_t at = slot(ends); slots_[at & mask_].index >= 0; ++at) {
    const Slot& slot = slots_[at & mask_];
    if (slot.ends != ends) continue;
    if (word.size() <= 2 * kHalf || words_[static_cast<std::size_t>(slot.index)] == word) return slot.index;
  }
  return -1;
}

RFS_INLINE Target::Target(std::string_view target_name, const rule::Domain& target_domain,
                          const Choices& target_choices, std::string_view target_currency)
    : name(target_name), domain(target_domain), choices(&target_choices), currency(target_currency) {
  constexpr std::int64_t kMost = std::int64_t{1} << 62;
  places = static_cast<int>(domain.places);
  switch (domain.type.kind) {
    case Kind::boolean:
      stepped = true;
      most = 1;
      break;
    case Kind::choice:
      stepped = true;
      words.emplace(choices->words(domain.type.choice));
      most = static_cast<std::int64_t>(choices->words(domain.type.choice).size()) - 1;
      break;
    case Kind::text:
      break;
    default: {
      const value::Step unit = rule::step_of(domain);
      if (!unit) break;
      step = *unit;
      const auto low = (domain.range.least / step).ceiling().to_int64();
      const auto high = (domain.range.most / step).floor().to_int64();
      stepped = low && high && *low >= -kMost && *high <= kMost;
      if (stepped) least = *low, most = *high;
    }
  }
  narrow = (domain.type.kind == Kind::boolean || domain.type.kind == Kind::choice) && most <= 255;
}

}  // namespace rfs::inline RFS_ABI::batch
