#pragma once

#include <algorithm>

#include "rfs/impl/batch/decide.ipp"
#include "rfs/impl/batch/team.hpp"

namespace rfs::inline RFS_ABI::batch {

RFS_INLINE Team::Team(const std::vector<Rules>& files, const Bound& bound) : bound_(bound) {
  days_.columns.resize(1);
  for (std::size_t i = 0; i < files.size(); ++i) {
    workers_.emplace_back(files[i], bound.files[i]);
    const value::Interval& effective = files[i].program().effective;
    begins_.push_back({static_cast<std::int32_t>(effective.least.to_int64().value_or(kFirstDate.days))});
    ends_.push_back({static_cast<std::int32_t>(effective.most.to_int64().value_or(kLastDate.days))});
    const std::vector<std::size_t>& places = bound.files[i].places;
    std::vector<std::size_t>& missing = missing_.emplace_back();
    for (std::size_t column = 0; column < bound.columns.size(); ++column) {
      if (std::find(places.begin(), places.end(), column) == places.end()) missing.push_back(column);
    }
  }
}

RFS_INLINE std::uint64_t Team::decided(By by) const noexcept {
  std::uint64_t sum = 0;
  for (const Worker& worker : workers_) sum += worker.decided(by);
  return sum;
}

/// Finds the file that holds on each row's day. Where none does the last refuses the row.
RFS_INLINE std::string Team::find_files(std::size_t first, std::size_t rows) {
  days_.problems.clear();
  days_.corrupt.clear();
  bound_.files.front().columns.back().decoder.read(static_cast<std::int64_t>(first), rows, 0, days_);
  const Column& column = days_.columns.front();
  const std::size_t last = workers_.size() - 1;
  files_.assign(rows, last);
  for (std::size_t row = 0; days_.corrupt.empty() && row < rows; ++row) {
    if (column.cell(row) != Cell::known) continue;
    const Date day{static_cast<std::int32_t>(column.step(row))};
    const auto behind = std::upper_bound(begins_.begin(), begins_.end(), day);
    if (behind == begins_.begin()) continue;
    const auto file = static_cast<std::size_t>(behind - begins_.begin()) - 1;
    if (day <= ends_[file]) files_[row] = file;
  }
  return days_.corrupt;
}

/// Writes nulls of rows whose file lacks a column.
RFS_INLINE void Team::write_missing(std::size_t file, std::size_t rows, std::size_t block,
                                    std::vector<ResultData>& results) const {
  for (const std::size_t place : missing_[file]) {
    ResultData& data = results[place];
    for (std::size_t row = 0; !data.texts.empty() && row < rows; ++row) {
      Worker::end_text(bound_.columns[place].column, data.texts[block]);
    }
  }
}

RFS_INLINE std::string Team::decide(const Block& block, std::vector<ResultData>& results) {
  if (workers_.size() == 1) return workers_.front().decide(block, results);
  if (std::string wrong = find_files(block.first, block.rows); !wrong.empty()) return wrong;
  const bool mixed = std::adjacent_find(files_.begin(), files_.end(), std::not_equal_to<>()) != files_.end();
  if (mixed) return decide_mixed(block, results);
  if (block.rows == 0) return {};
  const std::size_t file = files_.front();
  for (const std::size_t place : missing_[file]) {
    clear_results(bound_.columns[place].column.form, block.at, block.rows, results[place]);
  }
  write_missing(file, block.rows, block.number, results);
  return workers_[file].decide(block, results);
}

/// Decides rows of several files. Each worker runs its rows as lanes; what is written row by row is written in order.
RFS_INLINE std::string Team::decide_mixed(const Block& block, std::vector<ResultData>& results) {
  const std::size_t rows = block.rows;
  for (std::size_t i = 0; i < results.size(); ++i) {
    clear_results(bound_.columns[i].column.form, block.at, rows, results[i]);
  }
  std::size_t most = kBlock;
  std::vector<Worker*> involved;
  for (std::size_t file = 0; file < workers_.size(); ++file) {
    own_.assign(rows, false);
    for (std::size_t row = 0; row < rows; ++row) own_[row] = files_[row] == file;
    if (std::find(own_.begin(), own_.end(), true) == own_.end()) continue;
    std::string wrong = workers_[file].take(block, own_, results);
    if (!wrong.empty()) return wrong;
    involved.push_back(&workers_[file]);
    most = std::min(most, workers_[file].rows_at_a_time());
  }
  for (std::size_t begin = 0; begin < rows; begin += most) {
    const std::size_t count = std::min(most, rows - begin);
    for (Worker* const worker : involved) worker->run_own(begin, count);
    for (std::size_t row = begin; row < begin + count; ++row) {
      workers_[files_[row]].write_own(row);
      write_missing(files_[row], 1, block.number, results);
    }
  }
  for (Worker* const worker : involved) {
    if (std::string wrong = worker->take_corrupt(); !wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace rfs::inline RFS_ABI::batch
