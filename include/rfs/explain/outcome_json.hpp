#pragma once

#include <string>
#include <string_view>

#include "rfs/config.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/program/reading.hpp"
#include "rfs/rule/type.hpp"

namespace rfs::inline RFS_ABI::explain {

/// Writes an outcome as one JSON object in one line, its texts in a language. It reads the texts first.
RFS_API std::string outcome_json(Outcome& outcome, std::string_view language = {});

/// Writes a reading as JSON: `true`, `"150.00"`, `{"least":…,"most":…}`, `null`. Bounds are told also where they are a
/// default range; a bool, word or text is known or null, a list tells how many items it has.
RFS_API std::string reading_json(const program::Reading& reading, const Type& type, const Rules& rules);

/// Writes the items of a definition that is a list as a JSON array: readings, of records objects of these, without
/// fields that are lists themselves; `null` where it is not known which items there are, and for a list of lists.
RFS_API std::string items_json(const Outcome& outcome, DefinitionId definition);

}  // namespace rfs::inline RFS_ABI::explain

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/explain/outcome_json.ipp"
#endif
