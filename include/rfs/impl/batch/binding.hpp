#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rfs/batch/arrow.hpp"
#include "rfs/batch/options.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/diag/result.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/evaluate/shelf.hpp"
#include "rfs/impl/batch/children.hpp"
#include "rfs/impl/batch/decoder.hpp"
#include "rfs/impl/batch/list_column.hpp"
#include "rfs/impl/batch/results.hpp"

namespace rfs::inline RFS_ABI::batch {

/// A column that is read.
struct BoundColumn {
  std::size_t child = 0;  ///< in the table
  FactId fact;            ///< invalid: the day of evaluation
  Decoder decoder;
};

/// The applicants' keys in child tables.
struct BoundKeys {
  std::size_t child = 0;  ///< in the table
  KeyColumn column;
  std::shared_ptr<Children> children;
  const std::vector<ChildList>* lists;  ///< of these, those of the rules
  Orphans orphans;
  std::vector<std::uint32_t> numbers;  ///< of a batch's rows
};

/// A column of lists.
struct BoundList {
  std::size_t child = 0;  ///< in the table
  ListColumn column;
};

/// A table's columns and the facts of one rule file that they stand for.
struct Binding {
  std::vector<BoundColumn> columns;  ///< of facts in file order; a column of days is the last
  std::size_t facts = 0;             ///< how many the rules have
  std::vector<BoundList> lists;
  std::optional<BoundKeys> keys;
  NullLists null_lists = NullLists::unknown;
  std::optional<Date> day;      ///< of all; nothing where a column has it
  std::vector<FactId> unknown;  ///< facts unknown on purpose
  std::vector<ResultColumn> results;
  std::vector<std::size_t> places;     ///< of each of these among all columns that are written
  std::vector<std::string> ignored;    ///< columns that are not read
  std::shared_ptr<const Shelf> shelf;  ///< that the file stands in; may be none

  [[nodiscard]] bool has_lists() const noexcept { return !lists.empty() || (keys && !keys->lists->empty()); }
};

/// A column that is written, of one file or of several that decide about different rows.
struct WrittenColumn {
  ResultColumn column;   ///< its name and how it is held; `of` and `conditions` are the file's
  std::size_t file = 0;  ///< a file that has it
};

/// A table's columns, bound to the files that decide about its rows, and what is written.
struct Bound {
  std::vector<Binding> files;
  std::vector<WrittenColumn> columns;
  Diagnostics notes;
};

/// Finds each fact's column and how to read it. Errors: misspelt facts and columns, missing columns, types that cannot
/// be read, names that clash.
RFS_API Result<Binding, Diagnostics> bind_columns(const Rules& rules, const BatchOptions& options,
                                                  const ArrowSchema& schema);

/// Binds the columns to the files of a shelf, each of which decides the rows of its days, which a column has. What is
/// written are the columns of all files; errors of bind_columns, and columns that two files would hold differently.
RFS_API Result<Bound, Diagnostics> bind_shelf(const Shelf& shelf, const BatchOptions& options,
                                              const ArrowSchema& schema);

/// The same of one file.
RFS_API Result<Bound, Diagnostics> bind_rules(const Rules& rules, const BatchOptions& options,
                                              const ArrowSchema& schema);

}  // namespace rfs::inline RFS_ABI::batch
