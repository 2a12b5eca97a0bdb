#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "rfs/rule/given.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Applicants are decided by blocks of at most so many rows.
inline constexpr std::size_t kBlock = 4096;

/// A large table of applicants is decided in parts, each a batch of results: by one thread of so many rows, a multiple
/// of kBlock, by several of twice as many, or of fewer, where their texts, which are held twice while they are put
/// together, take more than so many bytes.
inline constexpr std::size_t kPart = 256 * 1024, kMostTexts = std::size_t{8} << 20;

/// Bytes that lanes of rows may take of the second cache, and at most of memory, for each thread.
inline constexpr std::size_t kCachedLanes = std::size_t{1} << 20, kMostLanes = std::size_t{4} << 20;

/// Returns how many rows to run at a time so that their lanes, of so many bytes a row, stay within a size: a multiple
/// of 64, at most a block, and so many at least that a loop is worth its call.
constexpr std::size_t rows_within(std::size_t size, std::size_t bytes_a_row) noexcept {
  constexpr std::size_t kLeast = 256;
  return std::clamp(size / std::max<std::size_t>(bytes_a_row, 1) / 64 * 64, kLeast, kBlock);
}

/// What a cell says of its fact; `refused` cells have a CellProblem.
enum class Cell : std::uint8_t { known, unknown, refused };

/// A cell that cannot be read.
struct CellProblem {
  std::size_t row = 0;     ///< in the block
  std::size_t column = 0;  ///< of Decoded::columns
  rule::Problem problem;
};

/// One fact of a block of applicants.
struct Column {
  /// Values in steps of the fact's domain; where not known, some value of it all the same. They are read at `lanes` or
  /// `bytes`, here or in the array where it holds the same.
  std::vector<std::int64_t> steps;
  std::vector<std::uint8_t> narrow;
  const std::int64_t* lanes = nullptr;
  const std::uint8_t* bytes = nullptr;  ///< instead of lanes, of a narrow target
  std::vector<Value> values;            ///< instead of steps, of texts and of what does not fit 64 bits
  std::vector<Cell> cells;              ///< where not complete
  bool complete = false;                ///< every cell is known
  std::vector<std::size_t> assumed;     ///< rows whose float was taken for the nearest step

  [[nodiscard]] std::int64_t step(std::size_t row) const noexcept { return bytes != nullptr ? bytes[row] : lanes[row]; }
  [[nodiscard]] Cell cell(std::size_t row) const noexcept { return complete ? Cell::known : cells[row]; }
};

/// What was read of a block of applicants: a column for each that is bound, and why cells were refused.
struct Decoded {
  std::vector<Column> columns;
  std::vector<CellProblem> problems;  ///< by column, each by row
  std::string corrupt;                ///< not empty: an array breaks Arrow's own rules; nothing else counts
};

}  // namespace rfs::inline RFS_ABI::batch
