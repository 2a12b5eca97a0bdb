#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rfs/diag/diagnostic.hpp"
#include "rfs/diag/result.hpp"

namespace rfs_cli {

/// Reads the names of columns, the first row without its line break.
rfs::Result<std::vector<std::string>, rfs::Diagnostic> read_csv_header(std::string_view row);

}  // namespace rfs_cli
