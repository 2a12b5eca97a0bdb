#pragma once

#include "rfs/impl/batch/cells.hpp"

namespace rfs::inline RFS_ABI::batch {

RFS_INLINE std::string check_cells(const ArrowArray& array, Layout layout, std::int64_t first, std::int64_t rows,
                                   Cells& out) {
  constexpr std::int64_t kMost = std::int64_t{1} << 48;  // times 32 bytes still fits
  if (array.length < 0 || array.offset < 0 || array.length > kMost || array.offset > kMost) {
    return "an array has a negative or impossible length or offset";
  }
  if (first < 0 || rows < 0 || first > array.length || rows > array.length - first) {
    return "an array is shorter than its table";
  }
  out = {};
  out.offset = array.offset + first;
  out.length = rows;
  if (layout == Layout::null || rows == 0) return {};
  const bool text = layout == Layout::utf8 || layout == Layout::large_utf8;
  const bool view = layout == Layout::utf8_view;
  const std::int64_t buffers = text || view ? 3 : 2;
  if (array.buffers == nullptr || array.n_buffers < buffers || (!view && array.n_buffers != buffers)) {
    return "an array has " + std::to_string(array.n_buffers) + " buffers where its type has " + std::to_string(buffers);
  }
  if (array.null_count != 0) out.validity = static_cast<const std::uint8_t*>(array.buffers[0]);
  out.values = array.buffers[1];
  if (out.values == nullptr) return "an array has no values";
  if (text) {
    out.bytes = static_cast<const char*>(array.buffers[2]);
    const bool narrow = layout == Layout::utf8;
    out.text_end = narrow ? out.at<std::int32_t>(rows) : out.at<std::int64_t>(rows);
    const bool some = out.text_end != (narrow ? out.at<std::int32_t>(0) : out.at<std::int64_t>(0));
    if (out.bytes == nullptr && some) return "an array of texts has no bytes";
  }
  if (view) {
    out.view_count = array.n_buffers - 3;
    out.views = array.buffers + 2;
    out.view_sizes = static_cast<const std::int64_t*>(array.buffers[array.n_buffers - 1]);
    if (out.view_count > 0 && out.view_sizes == nullptr)
      return "an array of texts does not say how long its buffers are";
  }
  return {};
}

}  // namespace rfs::inline RFS_ABI::batch
