#pragma once

#include <algorithm>
#include <bit>
#include <utility>

#include "rfs/impl/batch/group_index.hpp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

inline std::uint64_t mixed(std::uint64_t x) noexcept {
  x *= 0x9E3779B97F4A7C15;
  return x ^ x >> 32;
}

}  // namespace detail

RFS_INLINE void GroupIndex::clear() {
  constexpr std::uint32_t kMost = 0x7FFFFFFF;  // then numbers begin again
  end();
  base_ += static_cast<std::uint32_t>(keys_.size());
  if (base_ > kMost) {
    base_ = 0;
    std::fill(slots_.begin(), slots_.end(), Slot());
    std::fill(spare_.begin(), spare_.end(), Slot());
  }
  keys_.clear();
  first_ = 0;
}

/// Keeps what an applicant came to.
RFS_INLINE void GroupIndex::end() {
  if (most_ == 0) return;
  most_before_ = std::exchange(most_, 0);
  had_before_ = keys_.size() - first_;
}

RFS_INLINE void GroupIndex::begin(std::size_t most, std::uint64_t distinct) {
  constexpr std::uint64_t kInARow = 4096;  // keys whose slots stay in the first cache
  constexpr std::uint64_t kFirst = 512;    // groups to expect where nothing is known of them
  end();
  most_ = most;
  first_ = static_cast<std::uint32_t>(keys_.size());
  if (distinct <= kInARow) {
    bits_ = Bits::place;
    return set_size(std::bit_ceil(static_cast<std::size_t>(distinct) + 1));
  }
  bits_ = distinct <= std::uint64_t{1} << 32 ? Bits::key : Bits::hash;
  // The next applicant is likely to have as many groups of its items as the one before.
  const std::uint64_t likely = most_before_ == 0 ? kFirst : most_ * had_before_ / most_before_ * 9 / 8;
  set_size(std::bit_ceil(2 * std::clamp<std::uint64_t>(likely, 8, std::max<std::uint64_t>(most_, 8))));
}

/// Goes on with so many slots, a power of two.
RFS_INLINE void GroupIndex::set_size(std::size_t size) {
  if (slots_.size() < size) slots_ = std::vector<Slot>(size);
  mask_ = size - 1;
  shift_ = 64 - std::countr_zero(size);
  full_ = first_ + (bits_ == Bits::place ? size - 1 : size / 2);
}

template <GroupIndex::Bits kind>
std::uint32_t GroupIndex::bits_of(std::int64_t key) const noexcept {
  const auto bits = static_cast<std::uint64_t>(key);
  return static_cast<std::uint32_t>(kind == Bits::hash ? detail::mixed(bits) >> 32 : bits);
}

template <GroupIndex::Bits kind>
std::size_t GroupIndex::place(std::uint32_t bits) const noexcept {
  if constexpr (kind == Bits::place) return bits & mask_;
  // By its first bits, so that slots that stand together do so when there are more of them.
  return static_cast<std::size_t>(detail::mixed(bits) * 0xD6E8FEB86659FD93 >> shift_);
}

/// Takes twice the slots. Those that are taken go into them in their order, which caches are made for.
RFS_INLINE void GroupIndex::grow() {
  constexpr std::size_t kAtOnce = 256;
  const std::size_t before = mask_ + 1, size = 2 * before;
  const std::uint32_t taken = base_ + first_;
  if (spare_.size() < size) spare_ = std::vector<Slot>(size);
  slots_.swap(spare_);
  set_size(size);
  base_ += static_cast<std::uint32_t>(keys_.size());  // what the slots say is of before
  const auto moved = static_cast<std::uint32_t>(keys_.size());
  for (std::size_t begin = 0; begin < before; begin += kAtOnce) {
    Slot found[kAtOnce];
    std::size_t count = 0;
    for (std::size_t i = begin; i < std::min(before, begin + kAtOnce); ++i) {
      found[count] = spare_[i];
      count += spare_[i].number > taken ? 1 : 0;
    }
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t at = place<Bits::key>(found[i].bits);
      while (slots_[at].number > base_ + first_) at = (at + 1) & mask_;
      slots_[at] = {found[i].bits, found[i].number + moved};
    }
  }
}

/// Numbers a key that has no group.
template <GroupIndex::Bits kind>
std::uint32_t GroupIndex::add(std::int64_t key, std::uint32_t bits) {
  if (keys_.size() == full_) grow();
  std::size_t at = place<kind>(bits);
  while (slots_[at].number > base_ + first_) at = (at + 1) & mask_;
  keys_.push_back(key);
  slots_[at] = {bits, base_ + static_cast<std::uint32_t>(keys_.size())};
  return static_cast<std::uint32_t>(keys_.size() - 1);
}

template <GroupIndex::Bits kind>
void GroupIndex::find_all(const std::int64_t* keys, const std::uint8_t* there, std::size_t rows,
                          std::uint32_t* numbers) {
  constexpr std::size_t kAhead = 24;  // rows, while what they look at is fetched
  for (std::size_t row = 0; row < rows; ++row) {
    if (kind != Bits::place && row + kAhead < rows)
      __builtin_prefetch(slots_.data() + place<kind>(bits_of<kind>(keys[row + kAhead])));
    numbers[row] = kNone;
    if (there[row] == 0) continue;
    const std::uint32_t bits = bits_of<kind>(keys[row]);
    for (std::size_t at = place<kind>(bits);; at = (at + 1) & mask_) {
      const Slot slot = slots_[at];
      if (slot.number <= base_ + first_) {  // of nobody, or of an applicant before
        numbers[row] = add<kind>(keys[row], bits);
        break;
      }
      const std::uint32_t number = slot.number - base_ - 1;
      if (slot.bits != bits || (kind == Bits::hash && keys_[number] != keys[row])) continue;
      numbers[row] = number;
      break;
    }
  }
}

RFS_INLINE void GroupIndex::find(const std::int64_t* keys, const std::uint8_t* there, std::size_t rows,
                                 std::uint32_t* numbers) {
  switch (bits_) {
    case Bits::place:
      return find_all<Bits::place>(keys, there, rows, numbers);
    case Bits::key:
      return find_all<Bits::key>(keys, there, rows, numbers);
    case Bits::hash:
      return find_all<Bits::hash>(keys, there, rows, numbers);
  }
}

RFS_INLINE void PairSet::clear() {
  ++stamp_;
  count_ = 0;
  if (stamp_ != 0 && !entries_.empty()) return;
  entries_.assign(64, {});
  stamp_ = 1;
}

RFS_INLINE void PairSet::grow() {
  const std::vector<Entry> before = std::exchange(entries_, std::vector<Entry>(entries_.size() * 2));
  count_ = 0;
  for (const Entry& entry : before) {
    if (entry.stamp == stamp_) insert(entry.to, entry.value);
  }
}

RFS_INLINE bool PairSet::insert(std::uint32_t to, std::int64_t value) {
  if (2 * count_ >= entries_.size()) grow();
  const std::size_t mask = entries_.size() - 1;
  std::size_t at = detail::mixed(detail::mixed(static_cast<std::uint64_t>(value)) + to) & mask;
  for (;; at = (at + 1) & mask) {
    Entry& entry = entries_[at];
    if (entry.stamp != stamp_) {
      entry = {value, to, stamp_};
      ++count_;
      return true;
    }
    if (entry.to == to && entry.value == value) return false;
  }
}

}  // namespace rfs::inline RFS_ABI::batch
