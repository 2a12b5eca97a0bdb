#pragma once

#include <algorithm>
#include <bit>
#include <cstring>

#include "rfs/impl/batch/target.hpp"

namespace rfs::inline RFS_ABI::batch {

RFS_INLINE WordTable::WordTable(const std::vector<std::string>& words)
    : words_(words), slots_(std::bit_ceil(2 * words.size() + 2)), mask_(slots_.size() - 1) {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    const Ends ends = ends_of(words_[i]);
    std::size_t at = slot(ends);
    while (slots_[at & mask_].index >= 0) ++at;
    slots_[at & mask_] = {ends, static_cast<std::int32_t>(i)};
  }
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
