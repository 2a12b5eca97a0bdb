#include "batch_table.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

namespace rfs_cli {

namespace {

constexpr std::size_t kInside = 12;  // bytes of text that a view holds itself

template <class Struct>
void keep(Struct* what) {
  what->release = nullptr;
}

}  // namespace

TextTable::TextTable(const Fields& fields, std::vector<std::size_t> columns) {
  for (const std::size_t field : columns) {
    columns_.emplace_back();
    columns_.back().field = field;
    columns_.back().name = fields.all[field].column;
  }
}

void TextTable::begin(std::string_view chunk) {
  chunk_ = chunk;
  joined_.clear();
  rows_ = 0;
  for (Column& column : columns_) {
    column.views.clear();
    column.valid.clear();
    column.nulls = 0;
  }
}

void TextTable::add(std::span<const Cell> cells) {
  static_assert(sizeof(View) == 16, "Arrow's own layout");
  for (Column& column : columns_) {
    if (rows_ % 8 == 0) column.valid.push_back(0);
    const Cell& cell = cells[column.field];
    View& view = column.views.emplace_back();
    if (cell.is == Cell::Is::absent || cell.is == Cell::Is::null) {
      ++column.nulls;
      continue;
    }
    column.valid.back() = static_cast<std::uint8_t>(column.valid.back() | 1U << rows_ % 8);
    const std::string_view text = cell.text;
    view.size = static_cast<std::int32_t>(text.size());
    if (text.size() <= kInside) {
      std::memcpy(reinterpret_cast<char*>(&view) + offsetof(View, begin), text.data(), text.size());
      continue;
    }
    std::memcpy(view.begin, text.data(), sizeof view.begin);
    const std::less_equal<const char*> not_behind;
    if (not_behind(chunk_.data(), text.data()) &&
        not_behind(text.data() + text.size(), chunk_.data() + chunk_.size())) {
      view.offset = static_cast<std::int32_t>(text.data() - chunk_.data());
    } else {
      view.buffer = 1;
      view.offset = static_cast<std::int32_t>(joined_.size());
      joined_ += text;
    }
  }
  ++rows_;
}

void TextTable::lend(ArrowSchema& out) {
  schemas_.clear();
  for (Column& column : columns_) {
    column.schema = {};
    column.schema.format = "vu";
    column.schema.name = column.name.c_str();
    column.schema.flags = ARROW_FLAG_NULLABLE;
    column.schema.release = keep<ArrowSchema>;
    schemas_.push_back(&column.schema);
  }
  out = {};
  out.format = "+s";
  out.name = "";
  out.n_children = static_cast<std::int64_t>(schemas_.size());
  out.children = schemas_.data();
  out.release = keep<ArrowSchema>;
}

void TextTable::lend(ArrowArray& out) {
  sizes_[0] = static_cast<std::int64_t>(chunk_.size());
  sizes_[1] = static_cast<std::int64_t>(joined_.size());
  arrays_.clear();
  for (Column& column : columns_) {
    column.buffers[0] = column.nulls == 0 ? nullptr : column.valid.data();
    column.buffers[1] = column.views.data();
    column.buffers[2] = chunk_.data();
    column.buffers[3] = joined_.data();
    column.buffers[4] = sizes_;
    column.array = {};
    column.array.length = static_cast<std::int64_t>(rows_);
    column.array.null_count = column.nulls;
    column.array.n_buffers = 5;
    column.array.buffers = column.buffers;
    column.array.release = keep<ArrowArray>;
    arrays_.push_back(&column.array);
  }
  out = {};
  out.length = static_cast<std::int64_t>(rows_);
  out.n_buffers = 1;
  out.buffers = no_buffers_;
  out.n_children = static_cast<std::int64_t>(arrays_.size());
  out.children = arrays_.data();
  out.release = keep<ArrowArray>;
}

}  // namespace rfs_cli
