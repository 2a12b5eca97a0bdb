#pragma once

#include <string>
#include <string_view>

#include "rfs/config.hpp"
#include "rfs/source/limits.hpp"

namespace rfs::inline RFS_ABI::expr {

/// Writes an expression with canonical blanks: one around operators and keywords, none inside brackets. Tokens stay as
/// they are written (`250.00 USD`), and so do line breaks and how far their lines are indented. A text that is no
/// expression comes back as it is. The result has the same tree, and is its own layout.
RFS_API std::string layout(std::string_view text, const Limits& limits);

/// The same for a cell of a decision table.
RFS_API std::string layout_cell(std::string_view text, const Limits& limits);

}  // namespace rfs::inline RFS_ABI::expr

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/expr/layout.ipp"
#endif
