#pragma once

#include <memory>
#include <string_view>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/rule/file.hpp"
#include "rfs/typed/tree.hpp"

namespace rfs::inline RFS_ABI::typed {

/// Resolves names, types and units. Reports every mistake (3xx, 4xx) and goes on with nodes of type error, so that each
/// is reported once.
RFS_API Module from_rule(std::shared_ptr<const rule::File> file, Diagnostics& findings);

/// Writes an expression of the module as its text stands in the file.
RFS_API std::string_view text_of(const Module& module, NodeId node);

}  // namespace rfs::inline RFS_ABI::typed

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/typed/from_rule.ipp"
#endif
