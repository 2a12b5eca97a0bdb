#pragma once

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/value/date.hpp"

namespace rfs::inline RFS_ABI::analyse {

/// Returns the findings of the rules as they count on a day: what the file allows until an earlier day is allowed no
/// more, and each allowance that has ended is a finding of its own (RFS806). `Rules::findings` knows no day.
[[nodiscard]] RFS_API Diagnostics findings_on(const Rules& rules, Date today);

/// Returns findings as they count on a day: what a file allows until an earlier day is allowed no more.
[[nodiscard]] RFS_API Diagnostics allowed_on(const Diagnostics& findings, Date today);

}  // namespace rfs::inline RFS_ABI::analyse

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/analyse/allowances.ipp"
#endif
