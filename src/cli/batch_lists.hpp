#pragma once

#include <optional>
#include <vector>

#include "batch_options.hpp"
#include "rfs/batch/child_lists.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/diag/result.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/evaluate/shelf.hpp"

namespace rfs_cli {

/// Reads the files of lists whole, for rules or for the files of a shelf. Errors: a file that cannot be read, a row
/// that cannot, whatever Rules::read_lists finds.
rfs::Result<rfs::ChildLists, rfs::Diagnostics> read_list_files(const std::vector<rfs::Rules>& rules,
                                                               const std::optional<rfs::Shelf>& shelf,
                                                               const RowsOptions& options);

}  // namespace rfs_cli
