#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rfs/impl/batch/arrow_export.hpp"
#include "rfs/impl/batch/columns.hpp"
#include "rfs/impl/batch/target.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Where rows go that are put in another order: their numbers there, or kNowhere.
struct Places {
  static constexpr std::uint32_t kNowhere = 0xFFFFFFFF;
  std::vector<std::uint32_t> of;  ///< of each row
  std::size_t count = 0;          ///< of places, each of which one row has
};

/// One field of many rows. Steps are kept in as many bytes as the target's bounds need.
class KeptColumn {
 public:
  explicit KeptColumn(const Target& target);

  /// Makes room for so many rows more.
  void make_room(std::size_t more);
  /// Puts the cells of a block behind those that are there, `rows` of them; values are moved. There must be room.
  void append(Column& from, std::size_t rows);
  void move(const Places& places);

  [[nodiscard]] bool stepped() const noexcept { return width_ != 0; }
  [[nodiscard]] std::int64_t step(std::size_t row) const noexcept;
  [[nodiscard]] Cell cell(std::size_t row) const noexcept { return complete ? Cell::known : cells[row]; }
  /// Reads steps of rows that stand together: as bytes where the target is narrow, else into `out`.
  [[nodiscard]] bool narrow() const noexcept { return narrow_; }
  [[nodiscard]] const std::uint8_t* bytes(std::size_t first) const noexcept {
    return steps_.as<std::uint8_t>() + first;
  }
  void widen(std::size_t first, std::size_t rows, std::int64_t* out) const noexcept;

  std::vector<Value> values;  ///< instead of steps
  std::vector<Cell> cells;    ///< where not complete
  bool complete = true;
  std::vector<std::size_t> assumed;  ///< rows whose float was taken for the nearest step, in order

 private:
  template <class Do>
  auto with_width(Do what) const;

  std::int64_t least_ = 0;  ///< steps are kept less this
  std::size_t width_ = 0;   ///< bytes of a step; 0: there are values
  bool narrow_ = false;
  Buffer steps_;
  std::size_t rows_ = 0, room_ = 0;
};

/// The cells of many rows: a column for each that is bound, and why cells were refused, by row.
struct KeptCells {
  std::vector<KeptColumn> columns;
  std::vector<CellProblem> problems;

  /// Moves all columns, from so many threads.
  void move(const Places& places, std::size_t threads);
};

}  // namespace rfs::inline RFS_ABI::batch
