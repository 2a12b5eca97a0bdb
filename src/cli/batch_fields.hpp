#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "batch_options.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/diag/result.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/value/date.hpp"

namespace rfs_cli {

/// A column, or a member of objects, that is read.
struct Field {
  std::string column;
  std::vector<rfs::FactId> facts;  ///< that it gives
  bool day = false;                ///< it has the day of evaluation
  bool has_default = false;        ///< one of its facts has one: where it is absent is not where it is null
  bool list = false;               ///< one of its facts is a list
  bool key = false;                ///< it has the applicants' keys
  const char* unwanted = nullptr;  ///< the option that says that no row has it
};

/// Which columns stand for which facts.
struct Fields {
  std::vector<Field> all;
  std::optional<rfs::Date> day;      ///< of all rows; nothing where a column has it
  std::vector<rfs::FactId> unknown;  ///< facts unknown on purpose
  /// CSV: for each column of the header its field; nothing for one that is not read.
  std::vector<std::optional<std::size_t>> of_column;
  std::vector<std::string> ignored;  ///< CSV: columns that are not read
};

/// Finds the fields that the options and the rules ask for; in a header of CSV, where one is given. Errors: a date or
/// an option that cannot be read, misspelt facts and columns, a column that stands twice, a fact without a column.
rfs::Result<Fields, rfs::Diagnostics> find_fields(const rfs::Rules& rules, const RowsOptions& options,
                                                  const std::vector<std::string>* header);

/// A finding that has no place in a file.
rfs::Diagnostic finding_at(rfs::Code code, std::string path, std::string message, std::string help);

/// A note of columns that no fact names.
rfs::Diagnostic ignored_note(const std::vector<std::string>& names, const std::string& what);

}  // namespace rfs_cli
