#pragma once

#include "batch_options.hpp"
#include "rfs/batch/child_lists.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/diag/result.hpp"
#include "rfs/evaluate/rules.hpp"

namespace rfs_cli {

/// Reads the files of lists whole. Errors: a file that cannot be read, a row that cannot, whatever Rules::read_lists
/// finds.
rfs::Result<rfs::ChildLists, rfs::Diagnostics> read_list_files(const rfs::Rules& rules, const RowsOptions& options);

}  // namespace rfs_cli
