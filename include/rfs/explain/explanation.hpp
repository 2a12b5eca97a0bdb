#pragma once

#include <string>
#include <string_view>

#include "rfs/config.hpp"
#include "rfs/evaluate/outcome.hpp"

namespace rfs::inline RFS_ABI::explain {

/// Explains an outcome in plain text for a terminal: of each decision its status and amount, the conditions that
/// decided it, what is needed and what is not on file, then what was assumed and the figures read with their dates and
/// sources. It reads the texts first.
RFS_API std::string explanation(Outcome& outcome, std::string_view language = {});

/// The short form, the decisions and what stands against them: `funding: eligible, $150.00`.
RFS_API std::string summary(Outcome& outcome, std::string_view language = {});

}  // namespace rfs::inline RFS_ABI::explain

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/explain/explanation.ipp"
#endif
