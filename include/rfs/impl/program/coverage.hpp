#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rfs/config.hpp"

/// \file
/// Boxes of a finite space, and whether they cover it: what decides about decision tables. An axis is a number of
/// pieces, a box has a set of pieces on each axis. Internal to the room.

namespace rfs::inline RFS_ABI::program::detail {

/// A set of pieces of one axis; sets of one axis have one size.
class Pieces {
 public:
  Pieces() = default;
  explicit Pieces(std::size_t count) : words_((count + 63) / 64, 0) {}

  void insert(std::size_t piece) { words_[piece / 64] |= std::uint64_t{1} << piece % 64; }
  /// Inserts the pieces from one to before another.
  void insert(std::size_t from, std::size_t to);
  [[nodiscard]] bool empty() const noexcept;
  [[nodiscard]] bool meets(const Pieces& other) const noexcept;
  /// Whether every piece is also one of the other set.
  [[nodiscard]] bool is_within(const Pieces& other) const noexcept;
  void keep(const Pieces& other) noexcept;
  void remove(const Pieces& other) noexcept;
  /// Returns the first piece; there must be one.
  [[nodiscard]] std::size_t front() const noexcept;
  /// Returns how many words of 64 pieces the set takes.
  [[nodiscard]] std::size_t words() const noexcept { return words_.size(); }

 private:
  std::vector<std::uint64_t> words_;
};

using Box = std::vector<Pieces>;
/// One piece of each axis.
using Point = std::vector<std::size_t>;

/// Returns a point that two boxes share, or nothing.
std::optional<Point> shared_point(const Box& a, const Box& b);

/// Looks for a point of a box outside other boxes. Deciding takes work, counted in words of pieces that are looked at.
class Coverage {
 public:
  explicit Coverage(std::uint64_t work) : left_(work) {}

  /// Returns such a point; nothing where there is none, or where the work is used up.
  std::optional<Point> uncovered(const Box& space, std::span<const Box> boxes);

  /// Takes work away; returns whether there was enough.
  bool take(std::uint64_t work) {
    left_ = left_ > work ? left_ - work : 0;
    return left_ != 0;
  }
  [[nodiscard]] bool exhausted() const noexcept { return left_ == 0; }

 private:
  std::optional<Point> search(Box space, std::vector<const Box*> boxes);

  std::uint64_t left_;
};

}  // namespace rfs::inline RFS_ABI::program::detail
