#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rfs/batch/options.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/impl/batch/columns.hpp"
#include "rfs/impl/batch/decoder.hpp"
#include "rfs/program/reading.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Returns whether a file declares a fact, or the field of a list that is named like `gifts.amount`.
bool declares_fact(const rule::File& file, std::string_view name);

/// What the options `columns` and `unknown` say of fields of lists, which they write `gifts.amount`.
class FieldOptions {
 public:
  /// Finds the lists and fields that are named; misspelt ones are errors.
  FieldOptions(const Rules& rules, const BatchOptions& options, Diagnostics& findings);

  /// Returns the column that an option gives for a field, or null.
  [[nodiscard]] const std::string* column(FactId fact, std::size_t field) const noexcept;
  [[nodiscard]] bool is_unknown(FactId fact, std::size_t field) const noexcept;

  /// Returns whether an option names a field of a list, and no fact.
  static bool names_field(std::string_view name) noexcept { return name.find('.') != std::string_view::npos; }

 private:
  using Field = std::pair<std::uint32_t, std::size_t>;  ///< a fact and its field

  std::vector<std::pair<Field, const std::string*>> columns_;
  std::vector<Field> unknown_;
};

/// How items of a list are read of a table's columns: the list's own, or those of records.
struct ItemColumns {
  struct Field {
    std::size_t child = 0;  ///< in the table
    std::size_t field = 0;  ///< of the list
    Decoder decoder;
  };
  FactId fact;
  std::string name;                ///< of the list
  std::vector<std::string> names;  ///< of its fields; empty where items are no records
  std::size_t most = 0;            ///< items
  std::vector<Field> fields;
  std::vector<std::size_t> unknown;  ///< fields unknown on purpose

  [[nodiscard]] std::size_t width() const noexcept { return names.size(); }
  /// Returns `gifts[3].amount`, items counted from 0 and named from 1.
  [[nodiscard]] std::string cell_name(std::size_t item, std::size_t field) const;
};

/// Columns that may hold fields, by name.
struct NamedColumn {
  std::string_view name;
  const ArrowSchema* schema = nullptr;
};

/// Finds the columns of a list's fields; `items` is that of items which are no records. Errors: missing columns, types
/// that cannot be read. Marks the columns that are read.
ItemColumns bind_items(const Rules& rules, const BatchOptions& options, const FieldOptions& named, FactId fact,
                       NotANumber nan, const std::vector<NamedColumn>& columns, std::string_view items,
                       std::vector<bool>& read, Diagnostics& findings);

/// Says that a column cannot be read for a target, and the cast that helps.
Diagnostic type_refusal(const ColumnType& type, const Target& target, std::string_view column);

/// An error that has no place in a file.
Diagnostic column_error(Code code, std::string path, std::string message, std::string help);

/// Reads the cells of rows of items; `out` has a column for each field that is bound, and problems by row.
void read_items(const ItemColumns& columns, std::int64_t first, std::size_t rows, Decoded& out);

/// An applicant's list on its way into facts.
struct ListBeing {
  struct Problem {
    std::string name;  ///< of the cell, or of the list
    rule::Problem what;
  };
  program::GivenList list;
  std::vector<Problem> problems;
  std::size_t assumed = 0;  ///< floats that were taken for the nearest step

  /// Begins a list of so many items, all absent. Returns false where these are too many: the problem is kept.
  bool begin(const ItemColumns& columns, std::size_t count);
  /// Puts in what a row of cells, Decoded or KeptCells, says of an item.
  template <class Cells>
  void put(const ItemColumns& columns, const Cells& cells, std::size_t row, std::size_t item);
  /// Puts in an item of which nothing is known.
  void put_unknown(std::size_t item);
};

}  // namespace rfs::inline RFS_ABI::batch
