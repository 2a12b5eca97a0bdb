#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "rfs/batch/arrow.hpp"
#include "rfs/batch/options.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/diag/result.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/impl/batch/decoder.hpp"
#include "rfs/impl/batch/results.hpp"

namespace rfs::inline RFS_ABI::batch {

/// A column that is read.
struct BoundColumn {
  std::size_t child = 0;  ///< in the table
  FactId fact;            ///< invalid: the day of evaluation
  Decoder decoder;
};

/// A table's columns and the facts they stand for.
struct Binding {
  std::vector<BoundColumn> columns;  ///< of facts in file order; a column of days is the last
  std::size_t facts = 0;             ///< how many the rules have
  std::optional<Date> day;           ///< of all; nothing where a column has it
  std::vector<FactId> unknown;       ///< facts unknown on purpose
  std::vector<ResultColumn> results;
  Diagnostics notes;
};

/// Finds each fact's column and how to read it. Errors: misspelt facts and columns, missing columns, types that cannot
/// be read, names that clash.
RFS_API Result<Binding, Diagnostics> bind_columns(const Rules& rules, const BatchOptions& options,
                                                  const ArrowSchema& schema);

}  // namespace rfs::inline RFS_ABI::batch
