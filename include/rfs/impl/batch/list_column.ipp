#pragma once

#include <algorithm>
#include <charconv>

#include "rfs/impl/batch/item_columns.ipp"
#include "rfs/impl/batch/list_column.hpp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {
/// Reads how many items each list of `+w:3` has.
RFS_INLINE std::optional<std::int64_t> fixed_size(std::string_view format) {
  if (format.substr(0, 3) != "+w:") return std::nullopt;
  std::int64_t size = 0;
  const char* const end = format.data() + format.size();
  const auto read = std::from_chars(format.data() + 3, end, size);
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();  // Arrow's own
  return read.ec == std::errc() && read.ptr == end && size >= 0 && size <= kMost ? std::optional(size) : std::nullopt;
}

/// Returns whether none of the offsets of so many rows is less than the one before.
template <class Offset>
bool rise(const Cells& offsets, std::int64_t rows) noexcept {
  bool falls = false;
  for (std::int64_t row = 0; row < rows; ++row) falls |= offsets.at<Offset>(row + 1) < offsets.at<Offset>(row);
  return !falls;
}
}  // namespace detail

RFS_INLINE std::optional<ListColumn::Form> ListColumn::form_of(const ArrowSchema& schema) {
  const std::string_view format = schema.format == nullptr ? "" : schema.format;
  if (schema.dictionary != nullptr) return std::nullopt;
  if (format == "n") return Form::null;
  if (format == "u" || format == "U" || format == "vu") return Form::text;
  if (schema.n_children != 1 || schema.children == nullptr) return std::nullopt;
  if (format == "+l") return Form::list;
  if (format == "+L") return Form::large_list;
  if (detail::fixed_size(format)) return Form::fixed;
  return std::nullopt;
}

RFS_INLINE ListColumn::ListColumn(Form form, const ArrowSchema& schema, const Rules& rules, const BatchOptions& options,
                                  const FieldOptions& named, FactId fact, std::vector<std::string>& ignored,
                                  Diagnostics& findings)
    : form_(form), type_(column_type(schema)) {
  items_.fact = fact;
  items_.name = rules.file().facts[fact.value].name.text;
  if (form == Form::null || form == Form::text) return;
  if (form == Form::fixed) fixed_ = *detail::fixed_size(schema.format);
  const ArrowSchema& item = *schema.children[0];
  const std::string_view format = item.format == nullptr ? "" : item.format;
  of_records_ = format == "+s";
  const bool records = !rules.file().facts[fact.value].fields.empty();
  if (format == "n") {  // lists without items, or of items of which nothing is known, may have no other type
    items_.names.resize(rules.module().facts[fact].domain.list->fields.size());
    items_.most = rules.module().facts[fact].domain.list->max_items;
    return;
  }
  if (of_records_ != records) {
    const ColumnType type = column_type(item);
    findings.add(
        column_error(Code::column_type, items_.name,
                     std::string("expected lists of ") + (records ? "records" : "values") + " for " +
                         detail::quoted(items_.name) + ", found lists of " + type.text,
                     records ? "make each item a struct of the fields" : "take the one field out of its struct"));
    return;
  }
  std::vector<NamedColumn> columns;
  children_ = of_records_ ? item.n_children : 0;
  for (std::int64_t i = 0; i < children_; ++i) {
    const char* const name = item.children[i]->name;
    columns.push_back({name == nullptr ? "" : name, item.children[i]});
    for (std::size_t before = 0; before < static_cast<std::size_t>(i); ++before) {
      if (columns[before].name != columns.back().name) continue;
      findings.add(
          column_error(Code::column_name, items_.name,
                       "two columns are named " + detail::quoted(items_.name + "." + std::string(columns.back().name)),
                       "rename one of them"));
      break;
    }
  }
  if (!of_records_) columns.push_back({"", &item});
  std::vector<bool> read(columns.size());
  items_ = bind_items(rules, options, named, fact, options.nan, columns, "", read, findings);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!read[i]) ignored.push_back(items_.name + "." + std::string(columns[i].name));
  }
}

RFS_INLINE void ListColumn::read_in_a_row(std::int64_t first, std::size_t count, Decoded& out) const {
  read_items(items_, first, count, out);
  if (item_cells_.has_values(first, count)) return;
  for (std::size_t i = 0; i < count; ++i) {
    if (!item_cells_.has_value(first + static_cast<std::int64_t>(i))) out.problems.push_back({i, 0, {}});
  }
}

RFS_INLINE std::int64_t ListColumn::item(std::int64_t row) const noexcept {
  if (form_ == Form::fixed) return (cells_.offset + row) * fixed_;
  return form_ == Form::list ? cells_.at<std::int32_t>(row) : cells_.at<std::int64_t>(row);
}

RFS_INLINE void ListColumn::items(std::int64_t first, std::size_t rows, std::int64_t* out) const noexcept {
  if (form_ == Form::fixed) {
    for (std::size_t i = 0; i < rows; ++i) out[i] = item(first + static_cast<std::int64_t>(i));
    return;
  }
  const bool small = form_ == Form::list;
  Loop loop;
  loop.kind = small ? Loop::Kind::take32 : Loop::Kind::take64;
  loop.rows = rows;
  loop.from = static_cast<const char*>(cells_.values) + (cells_.offset + first) * (small ? 4 : 8);
  loop.out = out;
  run_loop(loop);  // begin() has looked at them
}

RFS_INLINE std::string ListColumn::begin(const ArrowArray& array, std::int64_t first, std::int64_t rows) {
  const std::string of = "the column for `" + items_.name + "`: ";
  if (form_ == Form::null || form_ == Form::text) {
    const std::string wrong = check_cells(array, type_.layout, first, rows, cells_);
    return wrong.empty() ? wrong : of + wrong;
  }
  // Lists have the buffers of whole numbers: a bitmap and the offsets. Those of one size have no offsets.
  std::string wrong = check_cells(array, form_ == Form::fixed ? Layout::null : Layout::int64, first, rows, cells_);
  if (!wrong.empty()) return of + wrong;
  if (form_ == Form::fixed && array.null_count != 0 && array.n_buffers > 0 && array.buffers != nullptr)
    cells_.validity = static_cast<const std::uint8_t*>(array.buffers[0]);
  if (array.n_children != 1 || array.children == nullptr) return of + "an array of lists has no items";
  wrong = rows == 0 ? "" : check_items(*array.children[0], rows);
  return wrong.empty() ? wrong : of + wrong;
}

/// Checks that lists stand in their order in the array of items, and takes that up.
RFS_INLINE std::string ListColumn::check_items(const ArrowArray& items, std::int64_t rows) {
  constexpr const char* kBehind = "a list ends behind the items";
  std::string wrong = check_cells(items, Layout::null, 0, items.length, item_cells_);
  if (!wrong.empty()) return wrong;
  if (form_ == Form::fixed) {
    if (fixed_ > 0 && cells_.offset + rows > items.length / fixed_) return kBehind;
  } else {
    if (item(0) < 0) return "an array of lists has a negative offset";
    const bool rise =
        form_ == Form::list ? detail::rise<std::int32_t>(cells_, rows) : detail::rise<std::int64_t>(cells_, rows);
    if (!rise) return "lists of an array overlap";
    if (item(rows) > items.length) return kBehind;
  }
  if (items_.fields.empty() && !of_records_) return {};  // of nulls
  if (of_records_) {
    if (items.n_children != children_ || (children_ > 0 && items.children == nullptr)) {
      return "a struct has " + std::to_string(items.n_children) + " columns, not the " + std::to_string(children_) +
             " of its schema";
    }
    if (items.null_count != 0 && items.n_buffers > 0 && items.buffers != nullptr)
      item_cells_.validity = static_cast<const std::uint8_t*>(items.buffers[0]);
  }
  for (ItemColumns::Field& field : items_.fields) {
    wrong = of_records_ ? field.decoder.begin(*items.children[field.child], items.offset, items.length)
                        : field.decoder.begin(items, 0, items.length);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

RFS_INLINE void ListColumn::read(std::int64_t row, std::int64_t end, ItemWindow& window, ListBeing& out) const {
  const std::int64_t begin = item(row), behind = item(row + 1);
  const auto count = static_cast<std::size_t>(behind - begin);
  if (!out.begin(items_, count)) return;
  if (begin < window.begin || behind > window.end) {
    const std::int64_t wanted = begin + static_cast<std::int64_t>(std::max(count, kBlock));
    window.begin = begin;
    window.end = std::min(wanted, item(end));
    read_items(items_, begin, static_cast<std::size_t>(window.end - begin), window.cells);
    if (!window.cells.corrupt.empty()) return;
  }
  const bool of_nulls = items_.fields.empty() && !of_records_;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t at = begin + static_cast<std::int64_t>(i);
    if (of_nulls || !item_cells_.has_value(at)) {
      out.put_unknown(i);
    } else {
      out.put(items_, window.cells, static_cast<std::size_t>(at - window.begin), i);
    }
  }
}

}  // namespace rfs::inline RFS_ABI::batch
