#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batch_rows.hpp"
#include "rfs/batch/arrow.hpp"

namespace rfs_cli {

/// Cells of rows as a table of text columns, which it lends through the Arrow C interfaces (utf8_view).
class TextTable {
 public:
  /// Has a column for each of these fields.
  TextTable(const Fields& fields, std::vector<std::size_t> columns);

  /// Empties it; texts that stand in `chunk` will not be copied, and must stay until the next begin().
  void begin(std::string_view chunk);
  void add(std::span<const Cell> cells);
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }

  /// Lends the names of the columns, and the rows added. What is lent belongs to the table.
  void lend(ArrowSchema& out);
  void lend(ArrowArray& out);

 private:
  /// A text as Arrow's utf8_view has it.
  struct View {
    std::int32_t size = 0;
    char begin[4] = {};       ///< of a text of at most 12 bytes all, over the rest of the view
    std::int32_t buffer = 0;  ///< 0: the chunk, 1: joined_
    std::int32_t offset = 0;
  };
  struct Column {
    std::size_t field = 0;
    std::string name;
    std::vector<View> views;
    std::vector<std::uint8_t> valid;  ///< a bit a row
    std::int64_t nulls = 0;
    const void* buffers[5] = {};
    ArrowSchema schema{};
    ArrowArray array{};
  };

  std::vector<Column> columns_;
  std::string_view chunk_;
  std::string joined_;  ///< texts that do not stand in the chunk
  std::size_t rows_ = 0;
  std::int64_t sizes_[2] = {};  ///< of the chunk and of joined_
  std::vector<ArrowSchema*> schemas_;
  std::vector<ArrowArray*> arrays_;
  const void* no_buffers_[1] = {nullptr};
};

}  // namespace rfs_cli
