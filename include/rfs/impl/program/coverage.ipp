#pragma once

#include <algorithm>
#include <bit>

#include "rfs/impl/program/coverage.hpp"

namespace rfs::inline RFS_ABI::program::detail {

RFS_INLINE void Pieces::insert(std::size_t from, std::size_t to) {
  for (std::size_t i = from / 64; i * 64 < to; ++i) {
    std::uint64_t mask = ~std::uint64_t{0};
    if (i == from / 64) mask <<= from % 64;
    if (to - i * 64 < 64) mask &= (std::uint64_t{1} << (to - i * 64)) - 1;
    words_[i] |= mask;
  }
}

RFS_INLINE bool Pieces::empty() const noexcept {
  return std::all_of(words_.begin(), words_.end(), [](std::uint64_t word) { return word == 0; });
}

RFS_INLINE bool Pieces::meets(const Pieces& other) const noexcept {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if ((words_[i] & other.words_[i]) != 0) return true;
  }
  return false;
}

RFS_INLINE bool Pieces::is_within(const Pieces& other) const noexcept {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if ((words_[i] & ~other.words_[i]) != 0) return false;
  }
  return true;
}

RFS_INLINE void Pieces::keep(const Pieces& other) noexcept {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
}

RFS_INLINE void Pieces::remove(const Pieces& other) noexcept {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
}

RFS_INLINE std::size_t Pieces::front() const noexcept {
  std::size_t i = 0;
  while (words_[i] == 0) ++i;
  return i * 64 + static_cast<std::size_t>(std::countr_zero(words_[i]));
}

RFS_INLINE std::optional<Point> shared_point(const Box& a, const Box& b) {
  Point out;
  for (std::size_t axis = 0; axis < a.size(); ++axis) {
    Pieces both = a[axis];
    both.keep(b[axis]);
    if (both.empty()) return std::nullopt;
    out.push_back(both.front());
  }
  return out;
}

RFS_INLINE std::optional<Point> Coverage::uncovered(const Box& space, std::span<const Box> boxes) {
  if (std::any_of(space.begin(), space.end(), [](const Pieces& axis) { return axis.empty(); })) return std::nullopt;
  std::vector<const Box*> all;
  for (const Box& box : boxes) all.push_back(&box);
  return search(space, std::move(all));
}

/// Takes boxes away from the space until none is left of either. A box that leaves something on one axis only makes the
/// space smaller; any other one leaves disjoint parts, which are searched one after the other. Each level takes at
/// least one box away.
RFS_INLINE std::optional<Point> Coverage::search(Box space, std::vector<const Box*> boxes) {
  std::uint64_t look = 0;
  for (const Pieces& axis : space) look += axis.words();
  const Box* fewest = nullptr;  // leaves something on the fewest axes
  for (bool smaller = true; smaller;) {
    smaller = false;
    fewest = nullptr;
    std::size_t least_axes = space.size() + 1;
    for (std::size_t i = 0; i < boxes.size();) {
      if (!take(look)) return std::nullopt;
      const Box& box = *boxes[i];
      std::size_t axes = 0, last = 0;
      bool meets = true;
      for (std::size_t axis = 0; axis < space.size() && meets; ++axis) {
        meets = space[axis].meets(box[axis]);
        if (space[axis].is_within(box[axis])) continue;
        axes += 1;
        last = axis;
      }
      if (meets && axes == 0) return std::nullopt;
      if (meets && axes > 1) {
        if (axes < least_axes) {
          least_axes = axes;
          fewest = &box;
        }
        ++i;
        continue;
      }
      if (meets) {
        space[last].remove(box[last]);
        smaller = true;
      }
      boxes[i] = boxes.back();
      boxes.pop_back();
    }
  }
  if (fewest == nullptr) {
    Point out;
    for (const Pieces& axis : space) out.push_back(axis.front());
    return out;
  }
  boxes.erase(std::find(boxes.begin(), boxes.end(), fewest));
  for (std::size_t axis = 0; axis < space.size(); ++axis) {
    Box part = space;
    part[axis].remove((*fewest)[axis]);
    if (!part[axis].empty()) {
      if (auto found = search(std::move(part), boxes)) return found;
      if (exhausted()) return std::nullopt;
    }
    space[axis].keep((*fewest)[axis]);
  }
  return std::nullopt;
}

}  // namespace rfs::inline RFS_ABI::program::detail
