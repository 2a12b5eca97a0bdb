#pragma once

#include <algorithm>
#include <bit>

#include "rfs/program/reading.hpp"

namespace rfs::inline RFS_ABI::program {

RFS_INLINE void WordSet::insert(std::size_t word) {
  if (word < 64) {
    first_ |= std::uint64_t{1} << word;
    return;
  }
  if (rest_.size() < word / 64) rest_.resize(word / 64);
  rest_[word / 64 - 1] |= std::uint64_t{1} << word % 64;
}

RFS_INLINE WordSet WordSet::all(std::size_t count) {
  WordSet out;
  for (std::size_t i = 0; i < count; ++i) out.insert(i);
  return out;
}

RFS_INLINE WordSet WordSet::of(std::size_t word) {
  WordSet out;
  out.insert(word);
  return out;
}

RFS_INLINE std::size_t WordSet::size() const noexcept {
  auto count = static_cast<std::size_t>(std::popcount(first_));
  for (const std::uint64_t bits : rest_) count += static_cast<std::size_t>(std::popcount(bits));
  return count;
}

RFS_INLINE std::size_t WordSet::front() const noexcept {
  if (first_ != 0) return static_cast<std::size_t>(std::countr_zero(first_));
  std::size_t i = 0;
  while (rest_[i] == 0) ++i;
  return (i + 1) * 64 + static_cast<std::size_t>(std::countr_zero(rest_[i]));
}

RFS_INLINE void WordSet::trim() {
  while (!rest_.empty() && rest_.back() == 0) rest_.pop_back();
}

RFS_INLINE WordSet WordSet::united(const WordSet& other) const {
  WordSet out = *this;
  out.first_ |= other.first_;
  if (out.rest_.size() < other.rest_.size()) out.rest_.resize(other.rest_.size());
  for (std::size_t i = 0; i < other.rest_.size(); ++i) out.rest_[i] |= other.rest_[i];
  return out;
}

RFS_INLINE WordSet WordSet::intersected(const WordSet& other) const {
  WordSet out = *this;
  out.first_ &= other.first_;
  out.rest_.resize(std::min(rest_.size(), other.rest_.size()));
  for (std::size_t i = 0; i < out.rest_.size(); ++i) out.rest_[i] &= other.rest_[i];
  out.trim();
  return out;
}

RFS_INLINE WordSet WordSet::without(const WordSet& other) const {
  WordSet out = *this;
  out.first_ &= ~other.first_;
  for (std::size_t i = 0; i < std::min(rest_.size(), other.rest_.size()); ++i) out.rest_[i] &= ~other.rest_[i];
  out.trim();
  return out;
}

RFS_INLINE bool Reading::known(Kind kind) const noexcept {
  switch (kind) {
    case Kind::boolean:
      return truth != Bool3::unknown;
    case Kind::choice:
      return words.size() == 1;
    case Kind::text:
      return text != nullptr;
    case Kind::error:
    case Kind::list:
    case Kind::record:
      return false;
    default:
      return interval.known();
  }
}

}  // namespace rfs::inline RFS_ABI::program
