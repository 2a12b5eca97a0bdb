#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "batch_fields.hpp"
#include "batch_rows.hpp"
#include "rfs/evaluate/shelf.hpp"

namespace rfs_cli {

/// A file that decides rows.
struct BoundFile {
  rfs::Rules rules;
  Fields fields;
  std::vector<std::size_t> places;  ///< of each of its fields among those of all files
  RowsOptions options;
};

/// The files that decide rows, one or those of a shelf, and what readers read for them.
struct BoundRows {
  std::vector<BoundFile> files;
  std::optional<rfs::Shelf> shelf;  ///< where there are several: a row's day finds its file
  Fields fields;
  std::vector<std::string> decisions;  ///< the names of all files' decisions
};

/// Finds the fields and the columns of results of files, each of which decides rows of its days; of a header of CSV,
/// where one is given. Errors are those of find_fields and find_clashes.
rfs::Result<BoundRows, rfs::Diagnostics> bind_rows(const std::vector<rfs::Rules>& files,
                                                   const std::optional<rfs::Shelf>& shelf, const RowsOptions& options,
                                                   const std::vector<std::string>* header);

/// Makes what decides rows, for one thread; `bound` must stay.
std::unique_ptr<Decider> make_decider(const BoundRows& bound);

}  // namespace rfs_cli
