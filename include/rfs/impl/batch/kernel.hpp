#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "rfs/evaluate/bound.hpp"
#include "rfs/impl/batch/binding.hpp"
#include "rfs/impl/batch/columns.hpp"

namespace rfs::inline RFS_ABI::batch {

/// So many rows are run at a time: their slots then stay in the nearest cache.
inline constexpr std::size_t kLanes = 256;

/// Runs the code that is bound to a day over blocks of applicants, instruction by instruction. Cells that are not known
/// hold some value that the fact may have, and figures that are not on file stand for others of theirs, so that what is
/// computed of them is as harmless as the ranges prove; it is not asked for.
class Kernel {
 public:
  Kernel(const Binding& binding, std::shared_ptr<const evaluate::Bound> bound);

  /// Returns whether rows whose columns are known can be run: every fact that must be known has a column.
  [[nodiscard]] bool usable() const noexcept { return usable_; }
  /// Runs at most kLanes rows from `first` on. Clears `decided` where a cell that counts is not known, or a figure is
  /// not on file.
  void run(const Decoded& block, std::size_t first, std::size_t rows, std::uint8_t* decided);
  /// Reads a place of the rows last run; `out` has room for kLanes.
  void read(evaluate::Place place, std::size_t rows, std::int64_t* out) const noexcept;

  [[nodiscard]] std::int64_t read_one(evaluate::Place place, std::size_t row) const noexcept {
    const std::int64_t value = sources_[place.slot][row];
    return place.table == evaluate::kNothing ? value : tables_[static_cast<std::size_t>(place.table + value)];
  }
  /// Returns where in Bound::unmet the set of a decision's unmet conditions is, which must be tabulated.
  [[nodiscard]] std::size_t unmet_at(const evaluate::BoundDecision& decision, std::size_t row) const noexcept {
    return static_cast<std::size_t>(decision.unmet.table + sources_[decision.unmet.slot][row]);
  }
  [[nodiscard]] std::uint64_t read_unmet(const evaluate::BoundDecision& decision, std::size_t row) const noexcept {
    return bound_->unmet[unmet_at(decision, row)];
  }
  [[nodiscard]] const evaluate::Bound& bound() const noexcept { return *bound_; }

 private:
  void fill_tables();
  bool step(const evaluate::Instruction& n, std::size_t rows, std::uint8_t* decided) noexcept;

  std::shared_ptr<const evaluate::Bound> bound_;
  bool usable_ = true;
  std::vector<std::uint32_t> facts_;          ///< of each bound column; kNothing: the day
  std::vector<char> given_;                   ///< for each fact, whether it has a column
  std::vector<std::int64_t> lanes_;           ///< of each slot; constants stand in all lanes
  std::vector<const std::int64_t*> sources_;  ///< for each slot, where its lanes are: here, or in a column
  std::vector<std::int64_t> tables_;          ///< as bound, where every entry is some value
  std::vector<std::int64_t> some_figure_;     ///< of each parameter that is looked up, a figure on file
  std::uint32_t first_value_ = 0;             ///< the slot of the first fact
};

}  // namespace rfs::inline RFS_ABI::batch
