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
  if (!factors_.empty()) return;
  for (const ResultColumn& column : binding_.results) {
    const program::NodeId node = node_of(rules_.program(), column);
    const bool decimal = column.form == Form::decimal || column.form == Form::whole;
    const Exact factor = decimal ? bound.scaled->units[node.value] * Exact::power_of_ten(column.scale) : Exact(1);
    factors_.push_back(factor.to_int64().value_or(0));
    const Exact limit = Exact::power_of_ten(18);
    const value::Interval range = decimal ? rules_.program().ranges[node].reading.interval : value::Interval{0, 0};
    const Exact scale = Exact::power_of_ten(column.scale);
    narrow_.push_back(range.least * scale > -limit && range.most * scale < limit ? 1 : 0);
  }
  whole_ = std::find(factors_.begin(), factors_.end(), 0) == factors_.end();
  if (!binding_.has_lists()) readings_.emplace(rules_.program(), *bound.scaled, binding_);
}

/// Returns the kernel of the block's day; null where the rows have several, or there is none.
RFS_INLINE Kernel* Worker::kernel(std::size_t rows) {
  std::int32_t day = 0;
  if (binding_.day) {
    day = binding_.day->days;
  } else {
    const Column& given_days = days();
    if (rows == 0) return nullptr;
    day = static_cast<std::int32_t>(given_days.lanes[0]);
    const auto other = [&](std::int64_t one) { return one != given_days.lanes[0]; };
    if (std::any_of(given_days.lanes, given_days.lanes + rows, other)) {
      const auto held = std::find_if(given_days.lanes, given_days.lanes + rows,
                                     [&](std::int64_t one) { return one >= first_day_ && one <= last_day_; });
      if (!readings_ && held != given_days.lanes + rows) {
        const RulesOn& rules = on(static_cast<std::int32_t>(*held));
        if (rules.bound_ != nullptr) prepare(*rules.bound_);
      }
      return nullptr;
    }
  }
  if (binding_.has_lists()) return list_kernel(day);
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
  const std::size_t begin = decision.unmet.table, count = kernel.unmet_sets(decision);
  std::uint8_t room[kBlock];
  const std::uint8_t* const set_of = kernel.read_bytes({decision.unmet.slot, evaluate::kNothing}, rows, room);
  sets_.assign(count, 0);
  constexpr std::size_t kFew = 16;  // then all lanes are compared with each
  if (count <= kFew) {
    Loop loop;
    loop.kind = Loop::Kind::count;
    loop.rows = rows;
    loop.a = set_of;
    loop.marks = decided;
    for (std::size_t i = 0; i < count; ++i) {
      loop.entries = i;
      if (sets[begin + i] != 0) sets_[i] = static_cast<std::uint32_t>(run_loop(loop));
    }
  } else {
    for (std::size_t row = 0; row < rows; ++row) sets_[set_of[row]] += decided[row];
  }
  for (std::size_t i = 0; i < count; ++i) {
    for (std::uint64_t set = sets_[i] != 0 ? sets[begin + i] : 0; set != 0; set &= set - 1) {
      counts.unmet[static_cast<std::size_t>(std::countr_zero(set))] += sets_[i];
    }
  }
}

/// Decides rows of a block by the kernel, writes their results that are not texts, and counts them. Marks those that
/// are left to others; returns whether none are.
RFS_INLINE bool Worker::decide_lanes(Kernel& kernel, std::size_t first, std::size_t rows, By* by) {
  std::uint8_t decided[kBlock], room[kBlock];
  for (std::size_t row = 0; row < rows; ++row) decided[row] = by[row] == By::kernel ? 1 : 0;
  kernel.run(decoded_, first, rows, decided);
  const evaluate::Bound& bound = kernel.bound();
  for (const std::uint32_t decision : bound.walked) {
    // Which conditions are unmet is found by walking; an eligible applicant has none.
    const std::uint8_t* const eligible = kernel.read_bytes(bound.decisions[decision].eligible, rows, room);
    for (std::size_t row = 0; row < rows; ++row) decided[row] &= eligible[row];
  }
  std::size_t count = 0;
  for (std::size_t row = 0; row < rows; ++row) count += decided[row];
  for (std::size_t row = 0; count < rows && row < rows; ++row) {
    if (decided[row] == 0 && by[row] == By::kernel) by[row] = By::nothing;
  }
  if (count == 0) {  // the kernel stopped where no row was left: its slots hold nothing
    for (std::size_t i = 0; i < binding_.results.size(); ++i) {
      clear_results(binding_.results[i].form, begin_ + first, rows, result(i));
    }
    return false;
  }
  summary_.rows += count;
  for (std::size_t i = 0; i < bound.decisions.size(); ++i) {
    Loop loop;
    loop.kind = Loop::Kind::count;
    loop.rows = rows;
    loop.a = kernel.read_bytes(bound.decisions[i].eligible, rows, room);
    loop.entries = 1;
    loop.marks = decided;
    const auto yes = static_cast<std::size_t>(run_loop(loop));
    DecisionCounts& counts = summary_.decisions[i];
    counts.statuses[static_cast<std::size_t>(Status::eligible)] += yes;
    counts.statuses[static_cast<std::size_t>(Status::ineligible)] += count - yes;
    if (bound.decisions[i].unmet.table == evaluate::kNothing || yes == count) continue;
    count_unmet(kernel, bound.decisions[i], rows, decided, counts);
  }
  std::uint8_t valid[kBlock / 8];
  detail::pack(decided, rows, valid);
  for (std::size_t i = 0; i < binding_.results.size(); ++i) {
    ResultData& data = result(i);
    if (!data.texts.empty()) continue;
    if (binding_.results[i].form == Form::boolean) {
      write_lane_truths(kernel, binding_.results[i], begin_ + first, rows, decided, data);
      continue;
    }
    std::copy_n(valid, (rows + 7) / 8, data.valid.as<std::uint8_t>() + (begin_ + first) / 8);
    write_lanes(kernel, binding_.results[i], begin_ + first, rows, data);
  }
  return count == rows;
}

/// Writes a column of truths; `shown` marks the rows that have one.
RFS_INLINE void Worker::write_lane_truths(const Kernel& kernel, const ResultColumn& column, std::size_t begin,
                                          std::size_t rows, const std::uint8_t* decided, ResultData& data) const {
  using Shows = ResultColumn::Shows;
  const evaluate::Bound& bound = kernel.bound();
  std::uint8_t truths[kBlock], shown[kBlock], room[kBlock];
  std::copy_n(decided, rows, shown);
  if (column.shows == Shows::unmet_condition) {
    const evaluate::BoundDecision& decision = bound.decisions[column.of];
    const bool tabulated = decision.unmet.table != evaluate::kNothing;
    std::uint64_t set = 0;
    if (tabulated) {  // then there are at most 64 conditions
      for (const std::uint32_t c : column.conditions) set |= std::uint64_t{1} << c;
    }
    for (std::size_t row = 0; row < rows; ++row) {
      truths[row] = tabulated && (kernel.read_unmet(decision, row) & set) != 0 ? 1 : 0;
    }
  } else if (column.shows == Shows::condition) {
    // The first of the conditions of the name that is in reach.
    std::fill_n(shown, rows, 0);
    std::fill_n(truths, rows, 0);
    for (const std::uint32_t c : column.conditions) {
      const program::Condition& line = rules_.program().decisions[DecisionId(column.of)].conditions[c];
      const std::uint8_t* const truth = kernel.read_bytes(bound.places[line.node.value], rows, room);
      std::uint8_t under_room[kBlock];
      const std::uint8_t* under = decided;
      if (line.under.valid()) under = kernel.read_bytes(bound.places[line.under.value], rows, under_room);
      for (std::size_t row = 0; row < rows; ++row) {
        if (shown[row] == 0) truths[row] = truth[row];
        shown[row] |= decided[row] & under[row];
      }
    }
  } else {
    const evaluate::Place place = bound.places[node_of(rules_.program(), column).value];
    std::copy_n(kernel.read_bytes(place, rows, room), rows, truths);
  }
  for (std::size_t row = 0; row < rows; ++row) truths[row] &= decided[row];
  detail::pack(shown, rows, data.valid.as<std::uint8_t>() + begin / 8);
  detail::pack(truths, rows, data.values.as<std::uint8_t>() + begin / 8);
}

/// Writes the values of a column of results that are neither texts nor truths.
RFS_INLINE void Worker::write_lanes(const Kernel& kernel, const ResultColumn& column, std::size_t begin,
                                    std::size_t rows, ResultData& data) const {
  const evaluate::Bound& bound = kernel.bound();
  Loop loop;
  loop.rows = rows;
  if (column.form == Form::status) {
    std::uint8_t room[kBlock];
    loop.kind = Loop::Kind::statuses;
    loop.a = kernel.read_bytes(bound.decisions[column.of].eligible, rows, room);
    loop.to = data.values.as<std::int8_t>() + begin;
    run_loop(loop);
    return;
  }
  std::int64_t room[kBlock];
  const std::int64_t* const values = kernel.read(bound.places[node_of(rules_.program(), column).value], rows, room);
  if (column.form == Form::word || column.form == Form::day) {
    std::int32_t* const to = data.values.as<std::int32_t>() + begin;
    for (std::size_t row = 0; row < rows; ++row) to[row] = static_cast<std::int32_t>(values[row]);
    return;
  }
  const std::size_t index = static_cast<std::size_t>(&column - binding_.results.data());
  if (column.form == Form::whole) {
    std::int64_t* const to = data.values.as<std::int64_t>() + begin;
    for (std::size_t row = 0; row < rows; ++row) to[row] = values[row] * factors_[index];
    return;
  }
  Int128* const to = data.values.as<Int128>() + begin;
  if (narrow_[index] == 0) {
    for (std::size_t row = 0; row < rows; ++row) to[row] = Int128{values[row]} * factors_[index];
    return;
  }
  loop.kind = Loop::Kind::decimals;
  loop.a = values;
  loop.factor = factors_[index];
  loop.to = to;
  run_loop(loop);
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
    ResultData& data = result(i);
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
