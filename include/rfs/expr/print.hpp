#pragma once

#include <string>

#include "rfs/config.hpp"
#include "rfs/expr/tree.hpp"

namespace rfs::inline RFS_ABI::expr {

/// Writes the canonical text of an expression: one blank around operators, single quotes, only the
/// parentheses it needs. Parsed again it gives the same tree (spans apart). A failed tree gives "".
RFS_API std::string print(const Tree& tree);

}  // namespace rfs::inline RFS_ABI::expr

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/expr/print.ipp"
#endif
