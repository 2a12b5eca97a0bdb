#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "arrow_columns.hpp"

namespace rfs::batch_tests {

/// A column of lists to make: `items` has the cells of all items, one row's behind the other's.
struct TestList {
  std::string name;
  std::string format;                   ///< `+l`, `+L` or `+w:2`
  std::vector<TestColumn> items;        ///< fields; where items are no records, one
  bool records = true;                  ///< whether the items are a struct
  std::vector<std::size_t> counts;      ///< of each row; a null's too
  std::vector<bool> nulls;              ///< of rows
  std::vector<bool> null_items;         ///< records alone
  std::int64_t before = 0, inside = 0;  ///< rows before the first, and slots before the struct's first: offsets
};

/// A table: columns and columns of lists.
struct TestTable {
  std::vector<TestColumn> columns;
  std::vector<TestList> lists;
};

inline void make_schema(const TestList& list, ArrowSchema& out) {
  std::vector<ArrowSchema> item(1), fields(list.items.size());
  for (std::size_t i = 0; i < fields.size(); ++i) make_schema(list.items[i], fields[i]);
  if (list.records) {
    batch::export_schema("+s", "item", ARROW_FLAG_NULLABLE, std::move(fields), nullptr, item[0]);
  } else {
    item[0] = fields[0];
  }
  batch::export_schema(list.format, list.name, ARROW_FLAG_NULLABLE, std::move(item), nullptr, out);
}

inline batch::Buffer bitmap_of(const std::vector<bool>& nulls, std::size_t before, std::size_t first,
                               std::size_t last) {
  batch::Buffer out((before + last - first) / 8 + 1);
  for (std::size_t i = first; i < last; ++i) {
    const std::size_t at = before + i - first;
    if (nulls.empty() || !nulls[i])
      out.as<std::uint8_t>()[at / 8] = static_cast<std::uint8_t>(out.as<std::uint8_t>()[at / 8] | 1U << at % 8);
  }
  return out;
}

/// Makes the array of a list's rows from `first` to `last`.
inline void make_array(const TestList& list, std::size_t first, std::size_t last, ArrowArray& out) {
  std::size_t begin = 0, end = 0;
  for (std::size_t i = 0; i < last; ++i) (i < first ? begin : end) += list.counts[i];
  end += begin;
  const auto before = static_cast<std::size_t>(list.before), inside = static_cast<std::size_t>(list.inside);
  std::vector<ArrowArray> item(1), fields(list.items.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    // A struct's own offset counts in its columns too.
    TestColumn column = list.items[i];
    if (list.records) {
      column.cells.erase(column.cells.begin() + static_cast<std::ptrdiff_t>(end), column.cells.end());
      column.cells.erase(column.cells.begin(), column.cells.begin() + static_cast<std::ptrdiff_t>(begin));
      column.cells.insert(column.cells.begin(), inside, CellText());
      make_array(column, 0, column.cells.size(), fields[i]);
    } else {
      make_array(column, begin, end, fields[i]);
    }
  }
  if (list.records) {
    std::vector<batch::Buffer> valid(1);
    valid[0] = bitmap_of(list.null_items, inside, begin, end);
    batch::export_array(static_cast<std::int64_t>(end - begin), -1, std::move(valid), std::move(fields), nullptr,
                        item[0]);
    item[0].offset = list.inside;
  } else {
    item[0] = fields[0];
  }
  std::vector<batch::Buffer> buffers(1);
  buffers[0] = bitmap_of(list.nulls, before, first, last);
  const auto offsets = [&](auto zero) {
    std::vector<decltype(zero)> all(before, zero);
    all.push_back(zero);
    for (std::size_t i = first; i < last; ++i) all.push_back(all.back() + static_cast<decltype(zero)>(list.counts[i]));
    buffers.push_back(buffer_of(all));
  };
  if (list.format == "+l") offsets(std::int32_t{0});
  if (list.format == "+L") offsets(std::int64_t{0});
  batch::export_array(static_cast<std::int64_t>(last - first), -1, std::move(buffers), std::move(item), nullptr, out);
  out.offset = list.before;
}

/// Makes a stream of tables, in batches of these sizes.
inline ArrowArrayStream make_stream(TestTable table, std::vector<std::size_t> batches) {
  struct State {
    TestTable table;
    std::vector<std::size_t> batches;
    std::size_t at = 0, row = 0;
  };
  ArrowArrayStream out{};
  out.private_data = new State{std::move(table), std::move(batches), 0, 0};
  out.get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
    const TestTable& from = static_cast<State*>(self->private_data)->table;
    std::vector<ArrowSchema> children(from.columns.size() + from.lists.size());
    for (std::size_t i = 0; i < from.columns.size(); ++i) make_schema(from.columns[i], children[i]);
    for (std::size_t i = 0; i < from.lists.size(); ++i) make_schema(from.lists[i], children[from.columns.size() + i]);
    batch::export_schema("+s", "", 0, std::move(children), nullptr, *schema);
    return 0;
  };
  out.get_next = [](ArrowArrayStream* self, ArrowArray* array) {
    auto& state = *static_cast<State*>(self->private_data);
    *array = {};
    if (state.at == state.batches.size()) return 0;
    const std::size_t first = state.row, last = first + state.batches[state.at++];
    state.row = last;
    const TestTable& from = state.table;
    std::vector<ArrowArray> children(from.columns.size() + from.lists.size());
    for (std::size_t i = 0; i < from.columns.size(); ++i) make_array(from.columns[i], first, last, children[i]);
    for (std::size_t i = 0; i < from.lists.size(); ++i)
      make_array(from.lists[i], first, last, children[from.columns.size() + i]);
    batch::export_array(static_cast<std::int64_t>(last - first), 0, std::vector<batch::Buffer>(1), std::move(children),
                        nullptr, *array);
    return 0;
  };
  out.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  out.release = [](ArrowArrayStream* self) {
    delete static_cast<State*>(self->private_data);
    self->release = nullptr;
  };
  return out;
}

}  // namespace rfs::batch_tests
