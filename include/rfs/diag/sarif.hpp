#pragma once

#include <string>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"

namespace rfs::inline RFS_ABI::diag {

/// Writes findings as one run of the Static Analysis Results Interchange Format (SARIF) 2.1.0: the codes found as rules
/// with the page of the reference as help, regions in code points, labels as related locations, fixes, and what is
/// allowed as suppressed. Files are named relative to where the command ran, or absolutely, as they were given.
RFS_API std::string sarif(const std::vector<Diagnostic>& findings);

}  // namespace rfs::inline RFS_ABI::diag

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/diag/sarif.ipp"
#endif
