#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "rfs/impl/batch/decide.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Decides blocks of applicants, one thread's share, with a worker for each file that decides rows.
class Team {
 public:
  Team(const std::vector<Rules>& files, const Bound& bound);

  /// Decides the applicants of a block. Returns what breaks Arrow's rules, or an empty text.
  std::string decide(const Block& block, std::vector<ResultData>& results);

  /// Returns what the rows of a file came to so far.
  [[nodiscard]] const BatchSummary& summary(std::size_t file) const noexcept { return workers_[file].summary(); }
  [[nodiscard]] std::uint64_t decided(By by) const noexcept;

 private:
  std::string find_files(std::size_t first, std::size_t rows);
  void write_missing(std::size_t file, std::size_t rows, std::size_t block, std::vector<ResultData>& results) const;
  std::string decide_mixed(const Block& block, std::vector<ResultData>& results);

  const Bound& bound_;
  std::deque<Worker> workers_;                     ///< one a file
  std::vector<std::vector<std::size_t>> missing_;  ///< for each file, the columns that it does not write
  std::vector<Date> begins_, ends_;                ///< of each file, the first and last day
  Decoded days_;
  std::vector<std::size_t> files_;  ///< for each row of the block, the file that decides it
  std::vector<bool> own_;
};

}  // namespace rfs::inline RFS_ABI::batch
