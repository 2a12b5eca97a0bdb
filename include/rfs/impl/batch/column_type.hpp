#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rfs/batch/arrow.hpp"
#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI::batch {

/// The layouts of Arrow that can be read.
enum class Layout : std::uint8_t {
  other,
  null,
  boolean,
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  decimal,
  float32,
  float64,
  days32,  ///< date32
  ticks,   ///< date64 and timestamps
  utf8,
  large_utf8,
  utf8_view
};

/// What a column holds, as its schema says.
struct ColumnType {
  Layout layout = Layout::other;
  bool dictionary = false;         ///< `layout` is that of the values
  Layout index = Layout::other;    ///< dictionary: the layout of the indices
  int bits = 0;                    ///< decimal: 32, 64, 128 or 256
  int scale = 0;                   ///< decimal: how many decimals; may be negative
  std::int64_t ticks_per_day = 0;  ///< ticks
  bool zoned = false;              ///< a timestamp in a zone, which `other` then is
  std::string text;                ///< as Arrow's libraries write it: `timestamp[us, UTC]`
};

/// Reads a format string and its dictionary. What is not known is `other`.
RFS_API ColumnType column_type(const ArrowSchema& schema);

}  // namespace rfs::inline RFS_ABI::batch
