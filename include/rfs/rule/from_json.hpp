#pragma once

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/json/document.hpp"
#include "rfs/rule/file.hpp"
#include "rfs/source/limits.hpp"

namespace rfs::inline RFS_ABI::rule {

/// Reads a rule file's structs from its JSON. Reports every mistake of shape (1xx) and syntax (2xx) and goes on; what
/// could not be read is left out or marked as an error.
RFS_API File from_json(json::Document document, const Limits& limits, Diagnostics& findings);

/// Reads a test file beside a rule file.
RFS_API TestSet tests_from_json(const json::Document& document, Diagnostics& findings);

}  // namespace rfs::inline RFS_ABI::rule

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/rule/from_json.ipp"
#endif
