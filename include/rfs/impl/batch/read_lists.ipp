#pragma once

#include <utility>

#include "rfs/impl/batch/children.ipp"
#include "rfs/impl/batch/decide.hpp"
#include "rfs/impl/batch/list_column.ipp"

namespace rfs::inline RFS_ABI::batch {

/// Gives the row's facts the list that was read, or keeps its problems.
RFS_INLINE void Worker::take_list(FactId fact) {
  for (const ListBeing::Problem& found : list_.problems) {
    problem(found.name, found.what.code, found.what.message, found.what.help);
  }
  summary_.assumed[fact.value] += list_.assumed;
  if (list_.problems.empty()) facts_.give_list(fact, std::move(list_.list));
}

/// Reads the list of a row in a column.
RFS_INLINE void Worker::read_list(std::int64_t row, const ListColumn& column, ItemWindow& window) {
  const FactId fact = column.fact();
  if (!column.has_value(row)) {
    if (binding_.null_lists == NullLists::unknown) return facts_.give_unknown(fact);
    return facts_.give_list(fact, {0, rules_.module().facts[fact].domain.list->fields.size(), {}});
  }
  if (column.form() == ListColumn::Form::text) {
    std::string_view text;
    if (!column.text(row, text)) corrupt_ = "a text of a column of lists does not lie in its buffer";
    const Diagnostics wrong = facts_.give_text(fact, text);
    for (const Diagnostic& finding : wrong.all()) problem("", finding.code, finding.message, finding.help);
    return;
  }
  column.read(row, static_cast<std::int64_t>(first_ + rows_), window, list_);
  if (!window.cells.corrupt.empty()) corrupt_ = window.cells.corrupt;
  take_list(fact);
}

/// Reads the lists of a row, those of columns and those of child tables, in file order.
RFS_INLINE void Worker::read_lists(std::size_t row) {
  auto column = binding_.lists.begin();
  const auto read_columns = [&](std::uint32_t before) {
    for (; column != binding_.lists.end() && column->column.fact().value < before; ++column) {
      read_list(static_cast<std::int64_t>(first_ + row), column->column,
                windows_[static_cast<std::size_t>(column - binding_.lists.begin())]);
    }
  };
  if (binding_.keys) {
    const std::uint32_t number = binding_.keys->numbers[first_ + row];
    for (const ChildList& list : *binding_.keys->lists) {
      const FactId fact = list.columns.fact;
      read_columns(fact.value);
      if (number == Children::kNoKey) {
        facts_.give_unknown(fact);
        continue;
      }
      Children::make(list, number, list_);
      take_list(fact);
    }
  }
  read_columns(FactId().value);
}

}  // namespace rfs::inline RFS_ABI::batch
