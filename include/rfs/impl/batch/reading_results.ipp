#pragma once

#include "rfs/impl/batch/decide.hpp"
#include "rfs/impl/batch/readings.ipp"
#include "rfs/impl/evaluate/deciding.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Decides those of a block's rows by their readings that are still to be decided, writes their results that are not
/// texts, and counts them. `rows` at most what the lanes take.
RFS_INLINE void Worker::decide_readings(std::size_t first, std::size_t rows, By* by) {
  by_readings_.clear();
  for (std::size_t row = first; row < first + rows; ++row) {
    if (by[row] != By::nothing) continue;
    if (!binding_.day) {
      const Column& given_days = days();
      if (given_days.cell(row) != Cell::known || given_days.lanes[row] < first_day_ ||
          given_days.lanes[row] > last_day_)
        continue;
    }
    by_readings_.push_back(static_cast<std::uint16_t>(row));
  }
  if (by_readings_.empty()) return;
  std::uint8_t decided[kBlock];
  readings_->run(decoded_, by_readings_, decided);
  std::uint64_t count = 0;
  for (std::size_t lane = 0; lane < by_readings_.size(); ++lane) {
    if (decided[lane] == 0) continue;
    by[by_readings_[lane]] = By::readings;
    ++count;
  }
  summary_.rows += count;
  const auto& decisions = rules_.program().decisions;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    DecisionCounts& counts = summary_.decisions[i];
    for (std::size_t lane = 0; lane < by_readings_.size(); ++lane) {
      if (decided[lane] == 0) continue;
      const Status status = reading_status(decisions[DecisionId(i)], lane);
      ++counts.statuses[static_cast<std::size_t>(status)];
      if (status != Status::ineligible) continue;
      for (std::uint64_t set = find_unmet(decisions[DecisionId(i)], lane); set != 0; set &= set - 1) {
        ++counts.unmet[static_cast<std::size_t>(std::countr_zero(set))];
      }
    }
  }
  for (std::size_t i = 0; i < binding_.results.size(); ++i) {
    ResultData& data = result(i);
    if (!data.texts.empty()) continue;
    write_readings(i, decided, data);
  }
}

RFS_INLINE Status Worker::reading_status(const program::Decision& decision, std::size_t lane) const noexcept {
  switch (readings_->truth(decision.eligible, lane)) {
    case Bool3::yes:
      return Status::eligible;
    case Bool3::no:
      return Status::ineligible;
    case Bool3::unknown:
      break;
  }
  return Status::undetermined;
}

/// Walks an ineligible applicant's conditions.
RFS_INLINE std::uint64_t Worker::find_unmet(const program::Decision& decision, std::size_t lane) {
  std::uint64_t set = 0;
  marks_.resize(std::max(marks_.size(), decision.walk.size()));
  evaluate::detail::for_each_deciding(
      decision, Bool3::no, marks_.data(),
      [&](const program::Walk& place) {
        if (place.under.valid() && readings_->truth(place.under, lane) == Bool3::no) return Bool3::unknown;
        return readings_->truth(place.node, lane);
      },
      [&](const program::Walk& place) { return readings_->truth(place.test, lane); },
      [&](std::uint32_t condition) { set |= std::uint64_t{1} << condition; });
  return set;
}

/// Writes what a column of results that are no texts has of the rows last run.
RFS_INLINE void Worker::write_readings(std::size_t index, const std::uint8_t* decided, ResultData& data) {
  using Shows = ResultColumn::Shows;
  const ResultColumn& column = binding_.results[index];
  const program::NodeId node = node_of(rules_.program(), column);
  const auto each = [&](auto write) {
    for (std::size_t lane = 0; lane < by_readings_.size(); ++lane) {
      if (decided[lane] != 0) write(lane, begin_ + by_readings_[lane]);
    }
  };
  const auto write_truth = [&](std::size_t row, bool truth) {
    data.set_valid(row);
    if (truth) data.set_bit(row);
  };
  switch (column.shows) {
    case Shows::status: {
      const program::Decision& decision = rules_.program().decisions[DecisionId(column.of)];
      return each([&](std::size_t lane, std::size_t row) {
        data.values.as<std::int8_t>()[row] = static_cast<std::int8_t>(reading_status(decision, lane));
        data.set_valid(row);
      });
    }
    case Shows::unmet_condition: {
      const program::Decision& decision = rules_.program().decisions[DecisionId(column.of)];
      std::uint64_t shown = 0;
      for (const std::uint32_t c : column.conditions) shown |= std::uint64_t{1} << c;
      return each([&](std::size_t lane, std::size_t row) {
        const bool ineligible = reading_status(decision, lane) == Status::ineligible;
        write_truth(row, ineligible && (find_unmet(decision, lane) & shown) != 0);
      });
    }
    case Shows::condition:
      return each([&](std::size_t lane, std::size_t row) {
        for (const std::uint32_t c : column.conditions) {
          const program::Condition& line = rules_.program().decisions[DecisionId(column.of)].conditions[c];
          if (line.under.valid() && readings_->truth(line.under, lane) == Bool3::no) continue;
          const Bool3 truth = readings_->truth(line.node, lane);
          if (truth != Bool3::unknown) return write_truth(row, truth == Bool3::yes);
        }
      });
    default:
      break;
  }
  if (column.form == Form::word) {
    return each([&](std::size_t lane, std::size_t row) {
      const std::uint64_t words = readings_->words(node, lane);
      if (!detail::one_word(words)) return;
      data.values.as<std::int32_t>()[row] = std::countr_zero(words);
      data.set_valid(row);
    });
  }
  const bool most = column.shows == Shows::most, either = most || column.shows == Shows::least;
  const Int128 factor = factors_[index];
  each([&](std::size_t lane, std::size_t row) {
    const std::int64_t value = most ? readings_->most(node, lane) : readings_->least(node, lane);
    if (!either && value != readings_->most(node, lane)) return;
    if (column.form == Form::boolean) return write_truth(row, value != 0);
    data.set_valid(row);
    if (column.form == Form::decimal) {
      data.values.as<Int128>()[row] = value * factor;
    } else if (column.form == Form::whole) {
      data.values.as<std::int64_t>()[row] = value * factors_[index];
    } else {
      data.values.as<std::int32_t>()[row] = static_cast<std::int32_t>(value);
    }
  });
}

/// Writes the sets of unmet conditions of a row, and that it has no error.
RFS_INLINE void Worker::write_reading_texts(std::size_t lane, std::size_t row) {
  for (std::size_t i = 0; i < binding_.results.size(); ++i) {
    const ResultColumn& column = binding_.results[i];
    ResultData& data = result(i);
    if (data.texts.empty()) continue;
    if (column.shows == ResultColumn::Shows::unmet) {
      const program::Decision& decision = rules_.program().decisions[DecisionId(column.of)];
      const bool ineligible = reading_status(decision, lane) == Status::ineligible;
      write_names(column, row, ineligible ? find_unmet(decision, lane) : 0, data);
    }
    end_text(column, data.texts[block_]);
  }
}

}  // namespace rfs::inline RFS_ABI::batch
