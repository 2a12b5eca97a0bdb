#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/evaluate/bound.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Aggregates of the rows of applicants, those of one after those of the one before, some rows at a time. Nothing
/// branches on where short lists end, which no machine foresees.
class Folds {
 public:
  /// Takes up `rows` rows, at least one, from row `first` of all on. Applicant i has rows offsets[i] - offsets[0] to
  /// offsets[i + 1] - offsets[0]. Those that begin with 0 begin anew, others go on where the last ones ended.
  void begin(const std::int64_t* offsets, std::size_t applicants, std::size_t first, std::size_t rows);

  /// Returns whose each row is.
  [[nodiscard]] const std::uint32_t* applicants() const noexcept { return applicant_.data(); }

  /// Add to what is made of each applicant what there is in these rows; `there` says which rows count, null: all do.
  /// Sums are modulo 2^64.
  void sum(const std::int64_t* values, const std::uint8_t* there, std::int64_t* out);
  void count(const std::uint8_t* there, std::int64_t* out);
  void some(const std::uint8_t* truths, const std::uint8_t* there, std::int64_t* out);
  /// The least or the most; `any` says whether some row of an applicant counted, else what is made stays as it is.
  void extreme(const std::int64_t* values, const std::uint8_t* there, bool most, std::int64_t* out, std::uint8_t* any);

 private:
  /// Room for a column that is computed, and for the one that it is computed of.
  template <class Lane>
  using Rooms = std::array<std::vector<Lane>, 2>;

  template <class Lane>
  const Lane* scan(evaluate::Op op, const Lane* from, Rooms<Lane>& rooms);
  const std::int64_t* counted(const std::int64_t* values, const std::uint8_t* there, std::int64_t otherwise);
  template <class Visit>
  void each_applicant(Visit visit) const;
  template <class Item>
  void add_long(Item item, std::int64_t* out) const;
  [[nodiscard]] bool scans_bytes() const noexcept;
  [[nodiscard]] bool scans_wide() const noexcept;

  std::size_t rows_ = 0, longest_ = 0;
  std::size_t first_ = 0, last_ = 0;      ///< whose the first row is, and the last
  std::vector<std::uint32_t> applicant_;  ///< of each row, and some more
  std::vector<std::uint8_t> place_;       ///< of each row among those of its applicant, at most 255, and some more
  std::vector<std::uint32_t> ends_;       ///< of the rows of each applicant from first_ to last_
  Rooms<std::int64_t> wide_;
  Rooms<std::uint8_t> bytes_;
};

}  // namespace rfs::inline RFS_ABI::batch
