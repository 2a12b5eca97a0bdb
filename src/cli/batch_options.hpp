#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rfs/batch/options.hpp"

namespace rfs_cli {

/// How rows of applicants are written: objects of JSON, one a line, or CSV.
enum class RowFormat { ndjson, csv };

/// A list whose items are rows of a file of their own.
struct ListFile {
  std::string fact, file, key;
  RowFormat from = RowFormat::ndjson;
};

/// How rows are read and what is written of them.
struct RowsOptions {
  std::string as_of;
  std::vector<std::pair<std::string, std::string>> map;  ///< fact, column
  std::vector<std::string> unknown;
  std::string key;  ///< the column of the applicants' keys
  std::vector<ListFile> files;
  std::optional<rfs::ChildLists> lists;  ///< what was read of them
  rfs::Orphans orphans = rfs::Orphans::refuse;
  RowFormat from = RowFormat::ndjson, to = RowFormat::ndjson;
  bool outcome = false;  ///< whole outcomes, as `evaluate` writes them
  rfs::BatchOutput output;
  std::vector<std::string> columns;  ///< of results, where several files write them together; `error` is the last
};

}  // namespace rfs_cli
