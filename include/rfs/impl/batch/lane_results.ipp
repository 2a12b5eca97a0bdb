#pragma once

#include <algorithm>
#include <bit>
#include <cstring>

#include "rfs/impl/batch/decide.hpp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

/// Packs bytes that are 0 or 1 as bits, the first as the lowest of a byte, and fills up the last byte with zeros.
RFS_INLINE void pack(const std::uint8_t* flags, std::size_t rows, std::uint8_t* bits) noexcept {
  std::size_t row = 0;
  for (; row + 8 <= rows; row += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, flags + row, sizeof eight);
    if constexpr (std::endian::native == std::endian::little) {
      bits[row / 8] = static_cast<std::uint8_t>((eight * 0x0102040810204080) >> 56);
    } else {
      bits[row / 8] = static_cast<std::uint8_t>((eight * 0x8040201008040201) >> 56);
    }
  }
  if (row == rows) return;
  unsigned rest = 0;
  for (std::size_t i = row; i < rows; ++i) rest |= static_cast<unsigned>(flags[i]) << i % 8;
  bits[row / 8] = static_cast<std::uint8_t>(rest);
}

}  // namespace detail

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

/// Prepares what is the same on every day of the rules.
RFS_INLINE void Worker::prepare(const evaluate::Bound& bound) {
  if (readings_) return;
  for (const ResultColumn& column : binding_.results) {
    const program::NodeId node = node_of(rules_.program(), column);
    const bool decimal = column.form == Form::decimal;
    const Exact factor = decimal ? bound.scaled->units[node.value] * Exact::power_of_ten(column.scale) : Exact(1);
    factors_.push_back(factor.to_int64().value_or(0));
    const Exact limit = Exact::power_of_ten(18);
    const value::Interval range = decimal ? rules_.program().ranges[node].reading.interval : value::Interval{0, 0};
    const Exact scale = Exact::power_of_ten(column.scale);
    narrow_.push_back(range.least * scale > -limit && range.most * scale < limit ? 1 : 0);
  }
  whole_ = std::find(factors_.begin(), factors_.end(), 0) == factors_.end();
  readings_.emplace(rules_.program(), *bound.scaled, binding_);
}

/// Returns the kernel of the block's day; null where the rows have several, or there is none.
RFS_INLINE Kernel* Worker::kernel(std::size_t rows) {
  std::int32_t day = 0;
  if (binding_.day) {
    day = binding_.day->days;
  } else {
    const Column& days = decoded_.columns.back();
    if (rows == 0) return nullptr;
    day = static_cast<std::int32_t>(days.steps[0]);
    const auto other = [&](std::int64_t one) { return one != days.steps[0]; };
    if (std::any_of(days.steps.begin(), days.steps.end(), other)) {
      const auto held = std::find_if(days.steps.begin(), days.steps.end(),
                                     [&](std::int64_t one) { return one >= first_day_ && one <= last_day_; });
      if (!readings_ && held != days.steps.end()) {
        const RulesOn& rules = on(static_cast<std::int32_t>(*held));
        if (rules.bound_ != nullptr) prepare(*rules.bound_);
      }
      return nullptr;
    }
  }
  if (!kernel_ || kernel_day_ != day) {
    const RulesOn& rules = on(day);
    if (rules.bound_ == nullptr) return nullptr;
    kernel_.emplace(binding_, rules.bound_);
    kernel_day_ = day;
    prepare(*rules.bound_);
  }
  return whole_ && kernel_->usable() ? &*kernel_ : nullptr;
}

/// Counts unmet conditions: how often each set occurs, then what is in it.
RFS_INLINE void Worker::count_unmet(const Kernel& kernel, const evaluate::BoundDecision& decision, std::size_t rows,
                                    const std::uint8_t* decided, DecisionCounts& counts) {
  const std::vector<std::uint64_t>& sets = kernel.bound().unmet;
  // Four counters each: rows that follow each other often have the same set, and would wait for each other.
  constexpr std::size_t kCounters = 4;
  sets_.assign(kCounters * sets.size(), 0);
  for (std::size_t row = 0; row < rows; ++row) {
    sets_[kCounters * kernel.unmet_at(decision, row) + row % kCounters] += decided[row];
  }
  for (std::size_t i = 0; i < sets.size(); ++i) {
    std::uint64_t count = 0;
    for (std::size_t k = 0; k < kCounters; ++k) count += sets_[kCounters * i + k];
    for (std::uint64_t set = sets[i]; count != 0 && set != 0; set &= set - 1) {
      counts.unmet[static_cast<std::size_t>(std::countr_zero(set))] += count;
    }
  }
}

/// Decides rows of a block by the kernel, writes their results that are not texts, and counts them. Marks those that
/// are left to others; returns whether none are.
RFS_INLINE bool Worker::decide_lanes(Kernel& kernel, std::size_t first, std::size_t rows, By* by) {
  std::uint8_t decided[kLanes];
  for (std::size_t row = 0; row < rows; ++row) decided[row] = by[row] == By::kernel ? 1 : 0;
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
  for (std::size_t row = 0; count < rows && row < rows; ++row) {
    if (decided[row] == 0 && by[row] == By::kernel) by[row] = By::nothing;
  }
  if (count == 0) {  // the kernel stopped where no row was left: its slots hold nothing
    for (std::size_t i = 0; i < binding_.results.size(); ++i) {
      clear_results(binding_.results[i].form, begin_ + first, rows, (*results_)[i]);
    }
    return false;
  }
  summary_.rows += count;
  for (std::size_t i = 0; i < bound.decisions.size(); ++i) {
    kernel.read(bound.decisions[i].eligible, rows, eligible);
    Loop loop;
    loop.kind = Loop::Kind::count;
    loop.rows = rows;
    loop.a = eligible;
    loop.marks = decided;
    const auto yes = static_cast<std::size_t>(run_loop(loop));
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
  return count == rows;
}

/// Writes a column of results that are no texts.
RFS_INLINE void Worker::write_lanes(const Kernel& kernel, const ResultColumn& column, std::size_t first,
                                    std::size_t rows, const std::uint8_t* decided, ResultData& data) const {
  using Shows = ResultColumn::Shows;
  const evaluate::Bound& bound = kernel.bound();
  const std::size_t begin = begin_ + first;
  std::int64_t values[kLanes];
  std::uint8_t shown[kLanes];
  std::copy_n(decided, rows, shown);
  if (column.shows == Shows::status) {
    kernel.read(bound.decisions[column.of].eligible, rows, values);
  } else if (column.shows == Shows::unmet_condition) {
    const evaluate::BoundDecision& decision = bound.decisions[column.of];
    const bool tabulated = decision.unmet.table != evaluate::kNothing;
    std::uint64_t set = 0;
    if (tabulated) {  // then there are at most 64 conditions
      for (const std::uint32_t c : column.conditions) set |= std::uint64_t{1} << c;
    }
    for (std::size_t row = 0; row < rows; ++row) {
      values[row] = tabulated && (kernel.read_unmet(decision, row) & set) != 0 ? 1 : 0;
    }
  } else if (column.shows == Shows::condition) {
    // The first of the conditions of the name that is in reach.
    std::fill_n(shown, rows, 0);
    for (const std::uint32_t c : column.conditions) {
      const program::Condition& line = rules_.program().decisions[DecisionId(column.of)].conditions[c];
      std::int64_t truth[kLanes], under[kLanes];
      kernel.read(bound.places[line.node.value], rows, truth);
      std::fill_n(under, rows, 1);
      if (line.under.valid()) kernel.read(bound.places[line.under.value], rows, under);
      for (std::size_t row = 0; row < rows; ++row) {
        if (shown[row] == 0) values[row] = truth[row];
        shown[row] |= decided[row] & (under[row] != 0 ? 1 : 0);
      }
    }
  } else {
    kernel.read(bound.places[node_of(rules_.program(), column).value], rows, values);
  }
  detail::pack(shown, rows, data.valid.as<std::uint8_t>() + begin / 8);
  Loop loop;
  loop.rows = rows;
  loop.a = values;
  switch (column.form) {
    case Form::status:
      loop.kind = Loop::Kind::statuses;
      loop.to = data.values.as<std::int8_t>() + begin;
      run_loop(loop);
      break;
    case Form::boolean:
      for (std::size_t row = 0; row < rows; ++row) shown[row] = decided[row] & (values[row] != 0 ? 1 : 0);
      detail::pack(shown, rows, data.values.as<std::uint8_t>() + begin / 8);
      break;
    case Form::word:
    case Form::day:
      for (std::size_t row = 0; row < rows; ++row) {
        data.values.as<std::int32_t>()[begin + row] = static_cast<std::int32_t>(values[row]);
      }
      break;
    case Form::decimal: {
      const std::size_t index = static_cast<std::size_t>(&column - binding_.results.data());
      Int128* const to = data.values.as<Int128>() + begin;
      if (narrow_[index] == 0) {
        for (std::size_t row = 0; row < rows; ++row) to[row] = Int128{values[row]} * factors_[index];
        break;
      }
      loop.kind = Loop::Kind::decimals;
      loop.factor = factors_[index];
      loop.to = to;
      run_loop(loop);
      break;
    }
    case Form::text:
    case Form::list:
      break;
  }
}

/// Writes a set of unmet conditions.
RFS_INLINE void Worker::write_names(const ResultColumn& column, std::size_t row, std::uint64_t unmet,
                                    ResultData& data) {
  const auto& conditions = rules_.program().decisions[DecisionId(column.of)].conditions;
  names_.clear();
  for (; unmet != 0; unmet &= unmet - 1) {
    names_.push_back(conditions[static_cast<std::size_t>(std::countr_zero(unmet))].name);
  }
  write_set(column, row, names_, data);
}

/// Writes what a column of texts or lists has of a row that a kernel decided.
RFS_INLINE void Worker::write_lane_text(const Kernel& kernel, const ResultColumn& column, std::size_t lane,
                                        std::size_t row, ResultData& data) {
  using Shows = ResultColumn::Shows;
  const evaluate::Bound& bound = kernel.bound();
  if (column.shows == Shows::unmet) {
    const evaluate::BoundDecision& decision = bound.decisions[column.of];
    write_names(column, row, decision.unmet.table == evaluate::kNothing ? 0 : kernel.read_unmet(decision, lane), data);
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
      texts.end(rows);
      continue;
    }
    for (std::size_t k = 0; k < rows; ++k) write_lane_text(kernel, column, lane + k, row + k, data);
  }
}

}  // namespace rfs::inline RFS_ABI::batch
