#pragma once

#include <algorithm>
#include <bit>

#include "rfs/impl/batch/decide.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Returns the node that a column shows, where it shows one.
RFS_INLINE program::NodeId Worker::node_of(const program::Program& program, const ResultColumn& column) {
  using Shows = ResultColumn::Shows;
  switch (column.shows) {
    case Shows::amount:
    case Shows::least:
    case Shows::most:
      return program.decisions[DecisionId(column.of)].amount;
    case Shows::condition:
      return program.decisions[DecisionId(column.of)].conditions[column.conditions[0]].node;
    case Shows::definition:
      return program.definitions[DefinitionId(column.of)];
    default:
      return {};
  }
}

/// Returns the kernel of the block's day; null where the rows have several, or there is none.
RFS_INLINE Kernel* Worker::kernel(std::size_t rows) {
  std::int32_t day = 0;
  if (binding_.day) {
    day = binding_.day->days;
  } else {
    const Column& days = decoded_.columns.back();
    const auto other = [&](std::int64_t one) { return one != days.steps[0]; };
    if (rows == 0 || std::any_of(days.steps.begin(), days.steps.end(), other)) return nullptr;
    day = static_cast<std::int32_t>(days.steps[0]);
  }
  if (!kernel_ || kernel_day_ != day) {
    const RulesOn& rules = on(day);
    if (rules.bound_ == nullptr) return nullptr;
    kernel_.emplace(binding_, rules.bound_);
    kernel_day_ = day;
    factors_.clear();
    for (const ResultColumn& column : binding_.results) {
      const program::NodeId node = node_of(rules_.program(), column);
      const bool decimal = column.form == Form::decimal;
      const Exact factor =
          decimal ? rules.bound_->scaled->units[node.value] * Exact::power_of_ten(column.scale) : Exact(1);
      factors_.push_back(factor.to_int64().value_or(0));
    }
  }
  const bool whole = std::find(factors_.begin(), factors_.end(), 0) == factors_.end();
  return whole && kernel_->usable() ? &*kernel_ : nullptr;
}

/// Counts unmet conditions: how often each set occurs, then what is in it.
RFS_INLINE void Worker::count_unmet(const Kernel& kernel, const evaluate::BoundDecision& decision, std::size_t rows,
                                    const std::uint8_t* decided, DecisionCounts& counts) {
  const std::vector<std::uint64_t>& sets = kernel.bound().unmet;
  sets_.assign(sets.size(), 0);
  for (std::size_t row = 0; row < rows; ++row) sets_[kernel.unmet_at(decision, row)] += decided[row];
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (sets_[i] == 0) continue;
    for (std::uint64_t set = sets[i]; set != 0; set &= set - 1) {
      counts.unmet[static_cast<std::size_t>(std::countr_zero(set))] += sets_[i];
    }
  }
}

/// Decides rows of a block, writes their results that are not texts, and counts them. Clears `decided` of rows that are
/// left to evaluate.
RFS_INLINE void Worker::decide_lanes(Kernel& kernel, std::size_t first, std::size_t rows, std::uint8_t* decided) {
  kernel.run(decoded_, first, rows, decided);
  const evaluate::Bound& bound = kernel.bound();
  std::int64_t eligible[kLanes];
  for (const std::uint32_t decision : bound.walked) {
    // Which conditions are unmet is found by walking; an eligible applicant has none.
    kernel.read(bound.decisions[decision].eligible, rows, eligible);
    for (std::size_t row = 0; row < rows; ++row) decided[row] &= eligible[row] != 0 ? 1 : 0;
  }
  std::size_t count = 0;
  for (std::size_t row = 0; row < rows; ++row) count += decided[row];
  summary_.rows += count;
  for (std::size_t i = 0; i < bound.decisions.size(); ++i) {
    kernel.read(bound.decisions[i].eligible, rows, eligible);
    std::size_t yes = 0;
    for (std::size_t row = 0; row < rows; ++row) yes += eligible[row] != 0 && decided[row] != 0 ? 1 : 0;
    DecisionCounts& counts = summary_.decisions[i];
    counts.statuses[static_cast<std::size_t>(Status::eligible)] += yes;
    counts.statuses[static_cast<std::size_t>(Status::ineligible)] += count - yes;
    if (bound.decisions[i].unmet.table == evaluate::kNothing || yes == count) continue;
    count_unmet(kernel, bound.decisions[i], rows, decided, counts);
  }
  for (std::size_t i = 0; i < binding_.results.size(); ++i) {
    ResultData& data = (*results_)[i];
    if (!data.texts.empty()) continue;
    write_lanes(kernel, binding_.results[i], first, rows, decided, data);
  }
}

/// Writes a column of results that are no texts.
RFS_INLINE void Worker::write_lanes(const Kernel& kernel, const ResultColumn& column, std::size_t first,
                                    std::size_t rows, const std::uint8_t* decided, ResultData& data) const {
  using Shows = ResultColumn::Shows;
  const evaluate::Bound& bound = kernel.bound();
  const std::size_t begin = begin_ + first;
  std::int64_t values[kLanes], under[kLanes];
  std::fill_n(under, rows, 1);
  if (column.shows == Shows::status) {
    kernel.read(bound.decisions[column.of].eligible, rows, values);
  } else if (column.shows == Shows::unmet_condition) {
    const evaluate::BoundDecision& decision = bound.decisions[column.of];
    const bool tabulated = decision.unmet.table != evaluate::kNothing;
    for (std::size_t row = 0; row < rows; ++row) {
      values[row] =
          tabulated ? static_cast<std::int64_t>(kernel.read_unmet(decision, row) >> column.conditions[0] & 1) : 0;
    }
  } else {
    kernel.read(bound.places[node_of(rules_.program(), column).value], rows, values);
    if (column.shows == Shows::condition) {
      const program::NodeId node =
          rules_.program().decisions[DecisionId(column.of)].conditions[column.conditions[0]].under;
      if (node.valid()) kernel.read(bound.places[node.value], rows, under);
    }
  }
  std::uint8_t* const valid = data.valid.as<std::uint8_t>() + begin / 8;
  for (std::size_t row = 0; row < rows; ++row) {
    valid[row / 8] |= static_cast<std::uint8_t>((decided[row] & (under[row] != 0 ? 1 : 0)) << row % 8);
  }
  switch (column.form) {
    case Form::status:
      for (std::size_t row = 0; row < rows; ++row) {
        const Status status = values[row] != 0 ? Status::eligible : Status::ineligible;
        data.values.as<std::int8_t>()[begin + row] = static_cast<std::int8_t>(status);
      }
      break;
    case Form::boolean: {
      std::uint8_t* const bits = data.values.as<std::uint8_t>() + begin / 8;
      for (std::size_t row = 0; row < rows; ++row) {
        bits[row / 8] |= static_cast<std::uint8_t>((decided[row] & (values[row] != 0 ? 1 : 0)) << row % 8);
      }
      break;
    }
    case Form::word:
    case Form::day:
      for (std::size_t row = 0; row < rows; ++row) {
        data.values.as<std::int32_t>()[begin + row] = static_cast<std::int32_t>(values[row]);
      }
      break;
    case Form::decimal: {
      const Int128 factor = factors_[static_cast<std::size_t>(&column - binding_.results.data())];
      for (std::size_t row = 0; row < rows; ++row) data.values.as<Int128>()[begin + row] = values[row] * factor;
      break;
    }
    case Form::text:
    case Form::list:
      break;
  }
}

/// Writes what a column of texts or lists has of a row that a kernel decided.
RFS_INLINE void Worker::write_lane_text(const Kernel& kernel, const ResultColumn& column, std::size_t lane,
                                        std::size_t row, ResultData& data) {
  using Shows = ResultColumn::Shows;
  const evaluate::Bound& bound = kernel.bound();
  if (column.shows == Shows::unmet) {
    const evaluate::BoundDecision& decision = bound.decisions[column.of];
    std::uint64_t set = decision.unmet.table == evaluate::kNothing ? 0 : kernel.read_unmet(decision, lane);
    const auto& conditions = rules_.program().decisions[DecisionId(column.of)].conditions;
    names_.clear();
    for (; set != 0; set &= set - 1) {
      names_.push_back(conditions[static_cast<std::size_t>(std::countr_zero(set))].name);
    }
    write_set(column, row, names_, data);
  } else if (column.shows == Shows::needed) {
    data.set_valid(row);  // where all is known, nothing is
  } else {
    const program::NodeId node = node_of(rules_.program(), column);
    const Exact value = Exact(kernel.read_one(bound.places[node.value], lane)) * bound.scaled->units[node.value];
    data.texts[block_].bytes += rule::plain({value, {}}, column.type, rules_.module().choices, rules_.file().currency);
    data.set_valid(row);
  }
  end_text(column, data.texts[block_]);
}

/// Writes the columns of texts and lists of rows that a kernel decided.
RFS_INLINE void Worker::write_lane_texts(const Kernel& kernel, std::size_t lane, std::size_t rows, std::size_t row) {
  for (std::size_t i = 0; i < binding_.results.size(); ++i) {
    const ResultColumn& column = binding_.results[i];
    ResultData& data = (*results_)[i];
    if (data.texts.empty()) continue;
    if (column.shows == ResultColumn::Shows::error) {
      Texts& texts = data.texts[block_];
      texts.ends.insert(texts.ends.end(), rows, texts.bytes.size());
      continue;
    }
    for (std::size_t k = 0; k < rows; ++k) write_lane_text(kernel, column, lane + k, row + k, data);
  }
}

}  // namespace rfs::inline RFS_ABI::batch
