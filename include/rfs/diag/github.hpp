#pragma once

#include <string>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"

namespace rfs::inline RFS_ABI::diag {

/// Writes one finding as a line that GitHub Actions shows beside the changed code: `::error file=…,line=…::…`.
/// The escapes are those of the runner's toolkit.
RFS_API std::string github(const Diagnostic& finding);

}  // namespace rfs::inline RFS_ABI::diag

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/diag/github.ipp"
#endif
