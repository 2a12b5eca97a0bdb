#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/impl/batch/item_columns.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Rows of items that were read of a column of lists, and stay until others are.
struct ItemWindow {
  std::int64_t begin = 0, end = 0;  ///< items of the array
  Decoded cells;
};

/// A column of the applicants' table that holds a list: of Arrow's lists, or of text as JSON. begin() for each batch,
/// then the others, from any number of threads.
class ListColumn {
 public:
  /// How the lists of a column stand in their array.
  enum class Form : std::uint8_t { null, list, large_list, fixed, text };

  /// Returns how a column holds lists; nothing where it holds none that can be read.
  static std::optional<Form> form_of(const ArrowSchema& schema);
  /// Binds the items of a column of Arrow's lists, or takes up one of another form. Errors are those of bind_items.
  /// Names of an item's columns that no field is named like are added to `ignored`.
  ListColumn(Form form, const ArrowSchema& schema, const Rules& rules, const BatchOptions& options,
             const FieldOptions& named, FactId fact, std::vector<std::string>& ignored, Diagnostics& findings);

  /// Takes up an array that is to have rows `first` to `first + rows`. Returns what breaks Arrow's rules, or an empty
  /// text.
  std::string begin(const ArrowArray& array, std::int64_t first, std::int64_t rows);

  [[nodiscard]] FactId fact() const noexcept { return items_.fact; }
  [[nodiscard]] Form form() const noexcept { return form_; }
  [[nodiscard]] bool has_value(std::int64_t row) const noexcept { return form_ != Form::null && cells_.has_value(row); }
  /// Reads the text of a row that is not null; returns false where it does not lie in its buffer.
  [[nodiscard]] bool text(std::int64_t row, std::string_view& out) const noexcept {
    return read_text(cells_, type_.layout, row, out);
  }
  /// Reads the items of a row that is not null, of the rows up to `end`: lists that follow each other are read at once.
  /// What breaks Arrow's rules is in window.cells.corrupt.
  void read(std::int64_t row, std::int64_t end, ItemWindow& window, ListBeing& out) const;

  [[nodiscard]] const ItemColumns& items() const noexcept { return items_; }
  /// Returns whether lists can be had as items one after the other.
  [[nodiscard]] bool in_a_row() const noexcept {
    return form_ != Form::null && form_ != Form::text && (of_records_ || !items_.fields.empty());
  }
  /// Returns the first item of a row; of the row behind the last, the end of all.
  [[nodiscard]] std::int64_t item(std::int64_t row) const noexcept;
  /// The same of `rows` rows from `first` on.
  void items(std::int64_t first, std::size_t rows, std::int64_t* out) const noexcept;
  /// Returns whether rows `first` to `first + rows` all have values.
  [[nodiscard]] bool has_values(std::int64_t first, std::size_t rows) const noexcept {
    return form_ != Form::null && cells_.has_values(first, rows);
  }
  /// Reads items; those that are null are kept as problems.
  void read_in_a_row(std::int64_t first, std::size_t count, Decoded& out) const;

 private:
  [[nodiscard]] std::string check_items(const ArrowArray& items, std::int64_t rows);

  Form form_;
  ColumnType type_;
  std::int64_t fixed_ = 0;     ///< Form::fixed: items of each list
  bool of_records_ = false;    ///< the array's items are a struct
  std::int64_t children_ = 0;  ///< of its struct
  ItemColumns items_;
  Cells cells_;       ///< of the lists; as values their offsets
  Cells item_cells_;  ///< whether items are null
};

}  // namespace rfs::inline RFS_ABI::batch
