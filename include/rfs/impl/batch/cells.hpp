#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "rfs/impl/batch/column_type.hpp"

namespace rfs::inline RFS_ABI::batch {

/// The cells of one array, checked: rows 0 to length stand in its buffers. The pointers themselves are trusted, as the
/// C data interface must.
struct Cells {
  const std::uint8_t* validity = nullptr;  ///< null: there are no nulls
  const void* values = nullptr;            ///< values, or of utf8 the offsets
  const char* bytes = nullptr;             ///< utf8
  const void* const* views = nullptr;      ///< utf8_view: the buffers that views point into
  const std::int64_t* view_sizes = nullptr;
  std::int64_t view_count = 0;
  std::int64_t text_end = 0;  ///< utf8: where the last row's text ends, and none may end behind
  std::int64_t offset = 0;    ///< of row 0
  std::int64_t length = 0;

  [[nodiscard]] bool has_value(std::int64_t row) const noexcept {
    const std::int64_t at = offset + row;
    return validity == nullptr || (validity[at / 8] >> (at % 8) & 1) != 0;
  }
  /// Returns whether rows `first` to `first + rows` all have values.
  [[nodiscard]] bool has_values(std::int64_t first, std::size_t rows) const noexcept {
    if (validity == nullptr) return true;
    const auto begin = static_cast<std::size_t>(offset + first), end = begin + rows;
    unsigned all = 0xFF;
    const std::size_t from = (begin + 7) / 8, to = end / 8;  // whole bytes
    if (from > to) {
      const unsigned wanted = ((1U << rows) - 1) << begin % 8;
      return (validity[to] & wanted) == wanted;
    }
    for (std::size_t at = from; at < to; ++at) all &= validity[at];
    if (begin % 8 != 0) all &= validity[begin / 8] | (0xFFU >> (8 - begin % 8));
    if (end % 8 != 0) all &= validity[to] | (0xFFU << end % 8);
    return (all & 0xFF) == 0xFF;
  }
  /// Reads the value of a row. Memory-mapped columns may stand at any address.
  template <class T>
  [[nodiscard]] T at(std::int64_t row) const noexcept {
    T out;
    std::memcpy(&out, static_cast<const char*>(values) + (offset + row) * static_cast<std::int64_t>(sizeof(T)),
                sizeof out);
    return out;
  }
};

/// Finds the cells of an array that is to have rows `first` to `first + rows`; returns what is wrong with it, or an
/// empty text. For a dictionary `layout` is that of the indices.
RFS_API std::string check_cells(const ArrowArray& array, Layout layout, std::int64_t first, std::int64_t rows,
                                Cells& out);

/// Reads the text of a row that is not null. Returns false where offsets or views do not point into their buffers.
[[gnu::always_inline]] inline bool read_text(const Cells& cells, Layout layout, std::int64_t row,
                                             std::string_view& out) noexcept {
  const auto between = [&](std::int64_t begin, std::int64_t end) {
    if (begin < 0 || end < begin || end > cells.text_end) return false;
    out = begin == end ? std::string_view()
                       : std::string_view(cells.bytes + begin, static_cast<std::size_t>(end - begin));
    return true;
  };
  if (layout == Layout::utf8) return between(cells.at<std::int32_t>(row), cells.at<std::int32_t>(row + 1));
  if (layout == Layout::large_utf8) return between(cells.at<std::int64_t>(row), cells.at<std::int64_t>(row + 1));
  struct View {
    std::int32_t size;
    char prefix[4];
    std::int32_t buffer, offset;
  };
  const char* const at = static_cast<const char*>(cells.values) + (cells.offset + row) * 16;
  View view;
  std::memcpy(&view, at, sizeof view);
  if (view.size < 0) return false;
  if (view.size <= 12) {
    out = {at + 4, static_cast<std::size_t>(view.size)};
    return true;
  }
  const std::int64_t end = std::int64_t{view.offset} + view.size;
  if (view.buffer < 0 || view.buffer >= cells.view_count || view.offset < 0) return false;
  if (end > cells.view_sizes[view.buffer] || cells.views[view.buffer] == nullptr) return false;
  out = {static_cast<const char*>(cells.views[view.buffer]) + view.offset, static_cast<std::size_t>(view.size)};
  return true;
}

}  // namespace rfs::inline RFS_ABI::batch
