#pragma once

#include <map>
#include <string>

#include "rfs/diag/diagnostic.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/value/date.hpp"

namespace rfs_cli {

/// Returns what is wrong between files of one `rules` name in one folder, as it counts on a day. `checked` are the
/// rules without errors, by their paths; a folder with others is left out, as what lies between files cannot be told
/// there.
rfs::Diagnostics shelf_findings(const std::map<std::string, rfs::Rules>& checked, rfs::Date today);

}  // namespace rfs_cli
