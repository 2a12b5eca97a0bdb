#pragma once

#include <algorithm>
#include <cstring>
#include <limits>

#include "rfs/impl/batch/folds.ipp"
#include "rfs/impl/batch/group_index.ipp"
#include "rfs/impl/batch/list_kernel.hpp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

/// So many items are at work at a time: what is made of their groups should stay near.
inline constexpr std::int64_t kItemsAtWork = std::int64_t{1} << 18;

}  // namespace detail

RFS_INLINE ListKernel::ListKernel(std::shared_ptr<const ListPlan> plan, std::int64_t day, const std::vector<Has>& given,
                                  const std::unordered_map<std::uint32_t, std::vector<Has>>& fields)
    : plan_(std::move(plan)) {
  for (const Stage& stage : plan_->stages) {
    Bound made;
    made.stage = &stage;
    made.fact = stage.fact;
    made.first = stage.table == program::kApplicant || stage.table == stage.list;
    made.bound = evaluate::bind(stage.program, stage.scaled, day);
    std::vector<Has> has;
    for (const StageInput& input : stage.inputs) {
      Has there = Has::steps;
      if (input.from == StageInput::From::fact) there = given[input.index];
      if (input.from == StageInput::From::field) {
        const auto of = fields.find(stage.fact);
        there = of != fields.end() ? of->second[input.index] : Has::other;
      }
      usable_ = usable_ && there != Has::other;
      has.push_back(there);
    }
    made.kernel = std::make_unique<Kernel>(has, made.bound);
    made.seen.resize(stage.accumulations.size());
    for (const Grouping& grouping : stage.groupings) made.distinct.push_back(distinct_keys(stage, grouping));
    usable_ = usable_ && made.kernel->usable() && (stage.table == program::kApplicant || fields.contains(stage.fact));
    stages_.push_back(std::move(made));
  }
}

RFS_INLINE const std::vector<std::int64_t>& ListKernel::made(std::size_t aggregate) const {
  return applicants_.at(plan_->aggregates[aggregate].value).values;
}

/// Returns how many keys there are between the least and the most.
RFS_INLINE std::uint64_t ListKernel::distinct_keys(const Stage& stage, const Grouping& grouping) {
  const program::NodeId key = stage.program.definitions[DefinitionId(grouping.key)];
  const program::Node& node = stage.program.nodes[key];
  if (node.kind == Kind::boolean) return 2;
  if (node.kind != Kind::number && node.kind != Kind::date) return std::numeric_limits<std::uint64_t>::max();
  const value::Interval& range = stage.program.ranges[key].reading.interval;
  const auto wide = ((range.most - range.least) / stage.scaled.units[key.value]).floor().to_int64();
  return wide && *wide >= 0 ? static_cast<std::uint64_t>(*wide) + 1 : std::numeric_limits<std::uint64_t>::max();
}

RFS_INLINE ListKernel::Made& ListKernel::made_of(const Accumulation& accumulation) {
  if (accumulation.into == program::kApplicant) return applicants_[accumulation.node.value];
  return groups_[accumulation.into.value].made[accumulation.node.value];
}

RFS_INLINE void ListKernel::run(const std::vector<const Column*>& facts,
                                const std::unordered_map<std::uint32_t, ListRows>& lists, std::size_t rows,
                                std::uint8_t* decided) {
  corrupt_.clear();
  for (Bound& at : stages_) {
    for (const Accumulation& accumulation : at.stage->accumulations) {
      if (accumulation.into != program::kApplicant) continue;
      Made& made = applicants_[accumulation.node.value];
      made.values.assign(rows, 0);
      made.any.assign(rows, 0);
    }
  }
  for (std::size_t i = 0; i < stages_.size() && corrupt_.empty(); ++i) {
    Bound& at = stages_[i];
    if (at.stage->table == program::kApplicant) {
      run_applicants(at, facts, rows, decided);
      continue;
    }
    if (at.stage->table != at.stage->list) continue;  // run with the list that it is made of
    run_items(i, facts, lists.at(at.fact), rows, decided);
  }
}

/// Computes what later stages need of applicants.
RFS_INLINE void ListKernel::run_applicants(Bound& at, const std::vector<const Column*>& facts, std::size_t rows,
                                           std::uint8_t* decided) {
  const Stage& stage = *at.stage;
  in_.columns.assign(stage.inputs.size(), {});
  for (std::size_t i = 0; i < stage.inputs.size(); ++i) {
    Column& column = in_.columns[i];
    column.complete = true;
    const StageInput& input = stage.inputs[i];
    if (input.from == StageInput::From::node) {
      column.lanes = applicants_.at(input.index).values.data();
      continue;
    }
    const Column* const from = facts[input.index];
    if (from == nullptr) continue;
    column.complete = from->complete;
    column.cells = from->cells;
    if (from->bytes == nullptr) {
      column.lanes = from->lanes;
      continue;
    }
    column.steps.assign(from->bytes, from->bytes + rows);
    column.lanes = column.steps.data();
  }
  for (const program::NodeId id : stage.outputs) applicants_[id.value].values.resize(rows);
  const std::size_t most = at.kernel->rows();
  room_.resize(most);
  for (std::size_t begin = 0; begin < rows; begin += most) {
    const std::size_t count = std::min(most, rows - begin);
    at.kernel->run(in_, begin, count, decided + begin);
    for (std::size_t i = 0; i < stage.outputs.size(); ++i) {
      const evaluate::Place place = at.bound->places[stage.program.definitions[DefinitionId(i)].value];
      const std::int64_t* const values = at.kernel->read(place, count, room_.data());
      std::copy_n(values, count,
                  applicants_[stage.outputs[i].value].values.begin() + static_cast<std::ptrdiff_t>(begin));
    }
  }
}

/// Runs a list's stages, some applicants at a time: over its items, then over their groups.
RFS_INLINE void ListKernel::run_items(std::size_t first, const std::vector<const Column*>& facts, const ListRows& list,
                                      std::size_t rows, std::uint8_t* decided) {
  const Stage& stage = *stages_[first].stage;
  if (list.known != nullptr) {
    for (std::size_t i = 0; i < rows; ++i) decided[i] &= list.known[i];
  }
  for (std::size_t begin = 0; begin < rows;) {
    std::size_t end = begin + 1;
    while (end < rows && list.offsets[end + 1] - list.offsets[begin] <= detail::kItemsAtWork) ++end;
    for (std::size_t i = first; i < stages_.size() && stages_[i].stage->round == stage.round && corrupt_.empty(); ++i) {
      Bound& at = stages_[i];
      if (at.stage->list != stage.list) continue;
      run_rows(at, facts, at.first ? &list : nullptr, begin, end, decided);
    }
    begin = end;
  }
}

/// Runs one stage over all rows of some applicants.
RFS_INLINE void ListKernel::run_rows(Bound& at, const std::vector<const Column*>& facts, const ListRows* list,
                                     std::size_t begin_applicant, std::size_t end_applicant, std::uint8_t* decided) {
  const Stage& stage = *at.stage;
  const std::size_t applicants = end_applicant - begin_applicant;
  const Groups* const table = list == nullptr ? &groups_.at(stage.table.value) : nullptr;
  const std::int64_t* const offsets = list != nullptr ? list->offsets + begin_applicant : table->begin.data();
  const auto begin_of = [&](std::size_t applicant) {
    return static_cast<std::size_t>(offsets[applicant] - offsets[0]);
  };
  const std::size_t rows = begin_of(applicants);
  for (const Grouping& grouping : stage.groupings) {
    Groups& groups = groups_[grouping.groups.value];
    groups.index.clear();
    groups.begin.assign(1, 0);
    for (const Accumulation& accumulation : stage.accumulations) {
      if (accumulation.into != grouping.groups) continue;
      groups.made[accumulation.node.value].values.clear();
      groups.made[accumulation.node.value].any.clear();
    }
  }
  for (PairSet& seen : at.seen) seen.clear();
  const std::size_t most = at.kernel->rows();
  in_.columns.assign(stage.inputs.size(), {});
  gathered_.resize(std::max(gathered_.size(), stage.inputs.size()));
  room_.resize(most * stage.outputs.size());
  byte_room_.resize(most * stage.outputs.size());
  values_.resize(stage.outputs.size());
  truths_.resize(stage.outputs.size());
  for (std::size_t begin = 0; begin < rows; begin += most) {
    const std::size_t count = std::min(most, rows - begin);
    folds_.begin(offsets, applicants, begin, count);
    const std::uint32_t* const of = folds_.applicants();
    if (list != nullptr) {
      list->read(list->offsets[begin_applicant] + static_cast<std::int64_t>(begin), count, items_);
      if (!items_.corrupt.empty()) {
        corrupt_ = items_.corrupt;
        return;
      }
      // What is refused, or taken for the nearest step, is said row by row.
      for (const CellProblem& problem : items_.problems) decided[begin_applicant + of[problem.row]] = 0;
      for (const Column& column : items_.columns) {
        for (const std::size_t row : column.assumed) decided[begin_applicant + of[row]] = 0;
      }
    }
    for (std::size_t i = 0; i < stage.inputs.size(); ++i) {
      const StageInput& input = stage.inputs[i];
      Column& column = in_.columns[i];
      column.complete = true;
      const auto gather = [&](const auto* from) {
        std::vector<std::int64_t>& lanes = gathered_[i];
        lanes.resize(count);
        for (std::size_t row = 0; row < count; ++row)
          lanes[row] = static_cast<std::int64_t>(from[begin_applicant + of[row]]);
        column.lanes = lanes.data();
      };
      switch (input.from) {
        case StageInput::From::field: {
          if (list->columns[input.index] >= items_.columns.size()) break;
          const Column& field = items_.columns[list->columns[input.index]];
          column.complete = field.complete;
          if (!field.complete) column.cells = field.cells;
          column.bytes = field.bytes;
          column.lanes = field.lanes;
          break;
        }
        case StageInput::From::fact: {
          const Column* const fact = facts[input.index];
          if (fact == nullptr) break;
          if (fact->bytes != nullptr)
            gather(fact->bytes);
          else
            gather(fact->lanes);
          // Where it is not known, the applicant is not decided here.
          for (std::size_t row = 0; row < count && !fact->complete; ++row) {
            if (fact->cells[begin_applicant + of[row]] != Cell::known) decided[begin_applicant + of[row]] = 0;
          }
          break;
        }
        case StageInput::From::node:
          gather(applicants_.at(input.index).values.data());
          break;
        case StageInput::From::key:
          column.lanes = table->index.keys().data() + begin;
          break;
        case StageInput::From::of_group:
          column.lanes = table->made.at(input.index).values.data() + begin;
          break;
      }
    }
    row_decided_.assign(count, 1);
    at.kernel->run(in_, 0, count, row_decided_.data());
    if (std::memchr(row_decided_.data(), 0, count) != nullptr) {
      for (std::size_t row = 0; row < count; ++row) decided[begin_applicant + of[row]] &= row_decided_[row];
    }
    for (std::size_t i = 0; i < stage.outputs.size(); ++i) {
      const program::NodeId node = stage.program.definitions[DefinitionId(i)];
      const evaluate::Place place = at.bound->places[node.value];
      if (stage.program.nodes[node].kind == Kind::boolean) {
        truths_[i] = at.kernel->read_bytes(place, count, byte_room_.data() + i * most);
        values_[i] = nullptr;
      } else {
        values_[i] = at.kernel->read(place, count, room_.data() + i * most);
      }
    }
    for (std::size_t i = 0; i < stage.groupings.size(); ++i) {
      const Grouping& grouping = stage.groupings[i];
      Groups& groups = groups_[grouping.groups.value];
      std::vector<std::uint32_t>& numbers = numbers_[grouping.groups.value];
      numbers.resize(count);
      const std::uint8_t* const there = truths_[grouping.there];
      const std::int64_t* keys = values_[grouping.key];
      if (keys == nullptr) {
        std::int64_t* const wide = room_.data() + grouping.key * most;
        std::copy_n(truths_[grouping.key], count, wide);
        keys = wide;
      }
      for (std::size_t row = 0; row < count;) {
        while (groups.begin.size() <= of[row] + 1) {  // the next applicant begins
          const std::size_t next = groups.begin.size() - 1;
          groups.begin.back() = static_cast<std::int64_t>(groups.index.size());
          groups.begin.push_back(groups.begin.back());
          groups.index.begin(begin_of(next + 1) - begin_of(next), at.distinct[i]);
        }
        const std::size_t end = std::min(count, begin_of(of[row] + 1) - begin);
        groups.index.find(keys + row, there + row, end - row, numbers.data() + row);
        row = end;
      }
    }
    for (std::size_t i = 0; i < stage.accumulations.size(); ++i) {
      const Accumulation& accumulation = stage.accumulations[i];
      Made& made = made_of(accumulation);
      if (accumulation.into == program::kApplicant) {
        if (!fold(at, accumulation, made, begin_applicant)) accumulate(at, i, made, begin_applicant, of, count);
        continue;
      }
      const std::size_t size = groups_[accumulation.into.value].index.size();
      made.values.resize(size, 0);
      made.any.resize(size, 0);
      accumulate(at, i, made, 0, numbers_[accumulation.into.value].data(), count);
    }
  }
  for (std::size_t i = 0; i < stage.accumulations.size(); ++i) {
    const Accumulation& accumulation = stage.accumulations[i];
    if (!accumulation.otherwise) continue;
    Made& made = made_of(accumulation);
    const bool of_applicants = accumulation.into == program::kApplicant;
    const std::size_t first = of_applicants ? begin_applicant : 0,
                      end = of_applicants ? end_applicant : made.any.size();
    for (std::size_t to = first; to < end; ++to) {
      if (made.any[to] == 0) made.values[to] = *accumulation.otherwise;
    }
  }
  for (const Grouping& grouping : stage.groupings) {
    Groups& groups = groups_[grouping.groups.value];
    groups.begin.back() = static_cast<std::int64_t>(groups.index.size());
    groups.begin.resize(applicants + 1, groups.begin.back());  // those behind the last item have none
  }
}

/// Adds the rows at work to what is made of their applicants, where `first` is the first one's. Returns false where
/// what is asked is accumulated row by row.
RFS_INLINE bool ListKernel::fold(const Bound& at, const Accumulation& what, Made& made, std::size_t first) {
  using program::Op;
  const evaluate::Place counts = at.bound->places[at.stage->program.definitions[DefinitionId(what.there)].value];
  const std::uint8_t* const there = at.kernel->always(counts) ? nullptr : truths_[what.there];
  std::int64_t* const out = made.values.data() + first;
  switch (plan_->operators.at(what.node.value)) {
    case Op::sum_of:
      folds_.sum(values_[what.value], there, out);
      return true;
    case Op::count_of:
      folds_.count(there, out);
      return true;
    case Op::some_of:
      folds_.some(truths_[what.value], there, out);
      return true;
    case Op::least_of:
    case Op::most_of:
      folds_.extreme(values_[what.value], there, plan_->operators.at(what.node.value) == Op::most_of, out,
                     made.any.data() + first);
      return true;
    default:
      return false;
  }
}

/// Adds the rows at work to what is made of them: row i to the applicant or group `first` + to[i].
RFS_INLINE void ListKernel::accumulate(Bound& at, std::size_t accumulation, Made& made, std::size_t first,
                                       const std::uint32_t* to, std::size_t rows) {
  using program::Op;
  const Accumulation& what = at.stage->accumulations[accumulation];
  const std::uint8_t* const there = truths_[what.there];
  const std::int64_t* const value = values_[what.value];
  const std::uint8_t* const truth = truths_[what.value];
  std::int64_t* const out = made.values.data() + first;
  std::uint8_t* const any = made.any.data() + first;
  // Calls `add` for every item that is there.
  const auto each = [&](auto add) {
    for (std::size_t row = 0; row < rows; ++row) {
      if (there[row] != 0) add(row, to[row]);
    }
  };
  const auto of = [&](std::size_t row) { return value != nullptr ? value[row] : std::int64_t{truth[row]}; };
  switch (plan_->operators.at(what.node.value)) {
    case Op::sum_of:
      return each([&](std::size_t row, std::uint32_t k) { out[k] += value[row]; });
    case Op::count_of:
      return each([&](std::size_t, std::uint32_t k) { ++out[k]; });
    case Op::some_of:
      return each([&](std::size_t row, std::uint32_t k) { out[k] |= of(row); });
    case Op::count_unlike:
      return each(
          [&](std::size_t row, std::uint32_t k) { out[k] += at.seen[accumulation].insert(k, of(row)) ? 1 : 0; });
    case Op::least_of:
    case Op::most_of: {
      const bool most = plan_->operators.at(what.node.value) == Op::most_of;
      return each([&](std::size_t row, std::uint32_t k) {
        const std::int64_t x = value[row];
        if (any[k] == 0 || (most ? x > out[k] : x < out[k])) out[k] = x;
        any[k] = 1;
      });
    }
    case Op::first_of:
      return each([&](std::size_t row, std::uint32_t k) {
        if (any[k] == 0) out[k] = of(row);
        any[k] = 1;
      });
    default:  // last_of
      return each([&](std::size_t row, std::uint32_t k) {
        out[k] = of(row);
        any[k] = 1;
      });
  }
}

}  // namespace rfs::inline RFS_ABI::batch
