#pragma once

#include <algorithm>

#include "rfs/impl/batch/children.ipp"
#include "rfs/impl/batch/decide.hpp"
#include "rfs/impl/batch/list_column.ipp"
#include "rfs/impl/batch/list_kernel.ipp"
#include "rfs/impl/batch/list_plan.ipp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

/// Says what there is of a list's fields, and in which column.
RFS_INLINE std::vector<Has> has_fields(const ItemColumns& items, ListRows& rows) {
  std::vector<Has> out(items.width(), Has::nothing);
  rows.columns.assign(items.width(), items.fields.size());
  for (const std::size_t field : items.unknown) out[field] = Has::other;
  for (std::size_t i = 0; i < items.fields.size(); ++i) {
    const Target& target = items.fields[i].decoder.target();
    out[items.fields[i].field] = target.narrow ? Has::bytes : target.stepped ? Has::steps : Has::other;
    rows.columns[items.fields[i].field] = i;
  }
  return out;
}

/// Rows that stand together in a child table.
struct Run {
  std::size_t first = 0, count = 0;
};

/// Reads some runs of rows of a child table, `count` in all; bytes of one run are read where they stand.
RFS_INLINE void read_runs(const ChildList& list, const std::vector<Run>& runs, std::size_t count, Decoded& out) {
  out.problems.clear();
  out.corrupt.clear();
  out.columns.resize(list.cells.columns.size());
  for (std::size_t c = 0; c < out.columns.size(); ++c) {
    const KeptColumn& from = list.cells.columns[c];
    Column& column = out.columns[c];
    column.complete = from.complete;
    column.assumed.clear();
    column.bytes = nullptr;
    column.lanes = nullptr;
    if (!from.stepped()) continue;
    if (from.narrow() && runs.size() == 1) {
      column.bytes = from.bytes(runs[0].first);
    } else if (from.narrow()) {
      column.narrow.resize(count);
      auto at = column.narrow.begin();
      for (const Run& run : runs) at = std::copy_n(from.bytes(run.first), run.count, at);
      column.bytes = column.narrow.data();
    } else {
      column.steps.resize(count);
      std::int64_t* at = column.steps.data();
      for (const Run& run : runs) {
        from.widen(run.first, run.count, at);
        at += run.count;
      }
      column.lanes = column.steps.data();
    }
    if (from.complete && from.assumed.empty()) continue;
    column.cells.clear();
    for (std::size_t i = 0; const Run& run : runs) {
      const auto end = std::upper_bound(from.assumed.begin(), from.assumed.end(), run.first + run.count - 1);
      for (auto at = std::lower_bound(from.assumed.begin(), end, run.first); at != end; ++at)
        column.assumed.push_back(i + *at - run.first);
      for (std::size_t row = run.first; row < run.first + run.count; ++row, ++i) {
        if (from.complete) continue;
        column.cells.push_back(from.cells[row]);
        if (column.cells.back() == Cell::refused) out.problems.push_back({i, c, {}});
      }
    }
  }
}

}  // namespace detail

/// Returns the kernel of a day for rules with lists, whose aggregates are columns behind those that are bound; null
/// where there is none.
RFS_INLINE Kernel* Worker::list_kernel(std::int32_t day) {
  if (!planned_) plan_ = plan_lists(rules_.program());
  planned_ = true;
  if (plan_ == nullptr || day < first_day_ || day > last_day_) return nullptr;
  if (!kernel_ || kernel_day_ != day) {
    std::vector<Has> given(binding_.facts, Has::nothing);
    for (const FactId fact : binding_.unknown) given[fact.value] = Has::other;
    for (const BoundColumn& column : binding_.columns) {
      if (column.fact.valid()) given[column.fact.value] = column.decoder.target().stepped ? Has::steps : Has::other;
    }
    std::unordered_map<std::uint32_t, std::vector<Has>> fields;
    list_rows_.clear();
    bool all = true;
    for (const BoundList& list : binding_.lists) {
      all = all && list.column.in_a_row();
      fields[list.column.fact().value] = detail::has_fields(list.column.items(), list_rows_.emplace_back());
    }
    if (binding_.keys) {
      for (const ChildList& list : *binding_.keys->lists)
        fields[list.columns.fact.value] = detail::has_fields(list.columns, list_rows_.emplace_back());
    }
    // A list that nothing goes over is still to be looked at.
    for (const auto& [fact, has] : fields) {
      all = all && std::any_of(plan_->stages.begin(), plan_->stages.end(), [fact = fact](const Stage& stage) {
              return stage.table != program::kApplicant && stage.fact == fact;
            });
    }
    const auto bound = evaluate::bind(plan_->last, plan_->last_scaled, day);
    kernel_.emplace(binding_, bound);
    lists_.reset();
    if (all) lists_.emplace(plan_, day, given, fields);
    kernel_day_ = day;
    prepare(*bound);
  }
  return whole_ && kernel_->usable() && has_list_kernel() ? &*kernel_ : nullptr;
}

/// Makes the aggregates of a block; rows that it leaves are for evaluate.
RFS_INLINE void Worker::run_lists(std::size_t rows, By* by) {
  decided_lists_.assign(rows, 1);
  std::vector<const Column*> facts(binding_.facts, nullptr);
  for (std::size_t i = 0; i < binding_.columns.size(); ++i) {
    if (binding_.columns[i].fact.valid()) facts[binding_.columns[i].fact.value] = &decoded_.columns[i];
  }
  std::unordered_map<std::uint32_t, ListRows> lists;
  std::vector<std::vector<std::int64_t>> offsets(list_rows_.size(), std::vector<std::int64_t>(rows + 1));
  std::size_t next = 0;
  for (const BoundList& list : binding_.lists) {
    const ListColumn& column = list.column;
    ListRows& of = list_rows_[next];
    std::vector<std::int64_t>& begins = offsets[next++];
    const auto first = static_cast<std::int64_t>(first_);
    column.items(first, rows + 1, begins.data());
    const auto most = static_cast<std::int64_t>(column.items().most);
    for (std::size_t row = 0; row < rows; ++row)
      decided_lists_[row] = begins[row + 1] - begins[row] <= most ? decided_lists_[row] : std::uint8_t{0};
    const bool all = column.has_values(first, rows);
    for (std::size_t row = 0; row < rows && !all; ++row) {
      if (!column.has_value(first + static_cast<std::int64_t>(row))) decided_lists_[row] = 0;
    }
    of.offsets = begins.data();
    of.read = [&column](std::int64_t at, std::size_t count, Decoded& out) { column.read_in_a_row(at, count, out); };
    lists[column.fact().value] = of;
  }
  std::vector<detail::Run> runs;
  for (std::size_t i = 0; binding_.keys && i < binding_.keys->lists->size(); ++i) {
    const ChildList& list = (*binding_.keys->lists)[i];
    ListRows& of = list_rows_[next];
    std::vector<std::int64_t>& begins = offsets[next++];
    const std::uint32_t* const numbers = binding_.keys->numbers.data() + first_;
    for (std::size_t row = 0; row < rows; ++row) {
      const bool none = numbers[row] == KeyTable::kNone || numbers[row] == Children::kNoKey;
      const std::size_t count = none ? 0 : list.begins[numbers[row] + 1] - list.begins[numbers[row]];
      if (numbers[row] == Children::kNoKey || count > list.columns.most) decided_lists_[row] = 0;
      begins[row + 1] = begins[row] + static_cast<std::int64_t>(count);
    }
    of.offsets = begins.data();
    of.read = [&list, &begins, &runs, numbers](std::int64_t at, std::size_t count, Decoded& out) {
      runs.clear();
      auto row = static_cast<std::size_t>(std::upper_bound(begins.begin(), begins.end(), at) - begins.begin() - 1);
      for (std::size_t item = 0; item < count; ++row) {
        const std::int64_t from = at + static_cast<std::int64_t>(item);
        const std::size_t here = std::min(count - item, static_cast<std::size_t>(begins[row + 1] - from));
        if (here == 0) continue;
        const std::size_t first = list.begins[numbers[row]] + static_cast<std::size_t>(from - begins[row]);
        item += here;
        if (!runs.empty() && runs.back().first + runs.back().count == first)
          runs.back().count += here;
        else
          runs.push_back({first, here});
      }
      detail::read_runs(list, runs, count, out);
    };
    lists[list.columns.fact.value] = of;
  }
  lists_->run(facts, lists, rows, decided_lists_.data());
  corrupt_ = lists_->corrupt();
  const std::size_t bound = binding_.columns.size();
  decoded_.columns.resize(bound + plan_->aggregates.size());
  for (std::size_t i = 0; i < plan_->aggregates.size(); ++i) {
    Column& column = decoded_.columns[bound + i];
    column.complete = true;
    column.bytes = nullptr;
    column.lanes = lists_->made(i).data();
  }
  for (std::size_t row = 0; row < rows; ++row) {
    if (decided_lists_[row] == 0) by[row] = By::evaluate;
  }
}

}  // namespace rfs::inline RFS_ABI::batch
