#pragma once

#include <memory>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/program/program.hpp"
#include "rfs/source/limits.hpp"
#include "rfs/typed/tree.hpp"

namespace rfs::inline RFS_ABI::program {

/// Lowers a module to a flat program: definitions once, comparisons and guards explicit, equal nodes shared, constants
/// folded. Proves ranges, steps and digits on the way and reports what they refuse (5xx) and what lint says (8xx).
/// What earlier rooms refused is passed over in silence, the rest is checked all the same; the program is valid only
/// where nothing was refused.
RFS_API Program from_typed(std::shared_ptr<const typed::Module> module, const Limits& limits, Diagnostics& findings);

}  // namespace rfs::inline RFS_ABI::program

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/program/from_typed.ipp"
#endif
