#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "rfs/evaluate/bound.hpp"
#include "rfs/impl/batch/binding.hpp"
#include "rfs/impl/batch/columns.hpp"
#include "rfs/impl/batch/loops.hpp"

namespace rfs::inline RFS_ABI::batch {

/// What there is of a fact, or of a field: no column, one whose values are whole steps, one of a narrow target, whose
/// values may be bytes as well, or one that kernels do not read.
enum class Has : std::uint8_t { nothing, steps, bytes, other };

/// Runs the code that is bound to a day over blocks of applicants, instruction by instruction. A slot's lanes are bytes
/// where it holds truths, words or numbers of combinations up to 255, else 64-bit numbers. Cells that are not known
/// hold some value that the fact may have, and figures that are not on file stand for others of theirs, so that what is
/// computed of them is as harmless as the ranges prove; it is not asked for.
class Kernel {
 public:
  Kernel(const Binding& binding, std::shared_ptr<const evaluate::Bound> bound);
  /// The same of a stage: `given` says which of its facts there is a column of; the columns of a block are those of all
  /// facts, also of others.
  Kernel(const std::vector<Has>& given, std::shared_ptr<const evaluate::Bound> bound);

  /// Returns whether rows whose columns are known can be run: every fact that must be known has a column.
  [[nodiscard]] bool usable() const noexcept { return usable_; }
  /// How many rows a run takes at most: fewer where the code is long, whose lanes would not stay in the second
  /// cache.
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  /// Runs at most rows() rows from `first` on. Clears `decided` where a cell that counts is not known, or a figure is
  /// not on file.
  void run(const Decoded& block, std::size_t first, std::size_t rows, std::uint8_t* decided);
  /// Returns a place's values of the rows last run, here or in `room`, which is for rows().
  const std::int64_t* read(evaluate::Place place, std::size_t rows, std::int64_t* room) const noexcept;
  /// The same of a truth, or of the number of a combination.
  const std::uint8_t* read_bytes(evaluate::Place place, std::size_t rows, std::uint8_t* room) const noexcept;
  /// Returns whether a truth holds in every row.
  [[nodiscard]] bool always(evaluate::Place place) const noexcept;
  [[nodiscard]] std::int64_t read_one(evaluate::Place place, std::size_t row) const noexcept;
  /// Returns where in Bound::unmet the set of a decision's unmet conditions is, which must be tabulated.
  [[nodiscard]] std::size_t unmet_at(const evaluate::BoundDecision& decision, std::size_t row) const noexcept {
    return decision.unmet.table + static_cast<std::size_t>(read_one({decision.unmet.slot, evaluate::kNothing}, row));
  }
  /// Returns how many combinations such a decision's sets stand for.
  [[nodiscard]] std::size_t unmet_sets(const evaluate::BoundDecision& decision) const noexcept;
  [[nodiscard]] std::uint64_t read_unmet(const evaluate::BoundDecision& decision, std::size_t row) const noexcept {
    return bound_->unmet[unmet_at(decision, row)];
  }
  [[nodiscard]] const evaluate::Bound& bound() const noexcept { return *bound_; }

 private:
  /// Lanes of all rows of a block; their place may change from block to block.
  using LaneId = std::uint32_t;
  /// Where a slot's values are.
  struct Slot {
    bool constant = true;
    LaneId wide = evaluate::kNothing, narrow = evaluate::kNothing;
  };
  /// An instruction over lanes.
  struct Step {
    evaluate::Instruction n;
    bool looped = true;  ///< by run_loop
    Loop loop;
    LaneId a = 0, b = 0, c = 0, d = 0, out = 0;
  };
  /// A table of Bound::tables.
  struct Table {
    std::size_t entries = 0;
    bool narrow = false;  ///< all are bytes
  };
  /// A column that holds a fact.
  struct Source {
    std::size_t column = 0;
    std::uint32_t fact = 0;
    LaneId lanes = 0;
    bool narrow = false;
  };

  void find_tables();
  void find_facts(const Binding& binding);
  void add_source(std::size_t column, std::uint32_t fact, bool narrow);
  void require(const std::vector<FactId>& unknown);
  void compile();
  void compile_step(const evaluate::Instruction& n);
  LaneId add_lanes(bool narrow);
  LaneId add_loop(Loop::Kind kind, LaneId a, bool narrow);
  [[nodiscard]] bool is_narrow(std::uint32_t slot) const;
  LaneId wide(std::uint32_t slot);
  LaneId narrow(std::uint32_t slot);
  LaneId look_up(std::uint32_t slot, std::uint32_t table);
  void name(std::uint32_t slot, LaneId lanes);
  [[nodiscard]] bool run_step(const Step& step, std::size_t rows, std::uint8_t* decided) const noexcept;

  std::shared_ptr<const evaluate::Bound> bound_;
  bool usable_ = true;
  std::size_t rows_ = kBlock;
  std::vector<std::uint32_t> facts_;  ///< of each bound column; kNothing: the day
  std::vector<char> given_;           ///< for each fact, whether it has a column
  std::vector<Source> sources_;
  std::vector<Step> steps_;
  std::vector<Slot> slots_;
  std::vector<char> lane_narrow_;  ///< of each LaneId
  std::vector<const void*> at_;    ///< of each LaneId: in room_, or in a column
  std::vector<void*> own_;         ///< of each LaneId: in room_
  std::vector<std::int64_t> room_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, LaneId> looked_up_;
  std::vector<std::int64_t> tables_;         ///< as bound, where every entry is some value
  std::vector<std::uint8_t> narrow_tables_;  ///< the same, of those that are bytes
  std::map<std::uint32_t, Table> table_at_;  ///< by where it begins
  std::vector<std::int64_t> some_figure_;    ///< of each parameter that is looked up, a figure on file
};

}  // namespace rfs::inline RFS_ABI::batch
