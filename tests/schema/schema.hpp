#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rfs_schema {

/// Returns the JSON Schema (draft 2020-12) called `rules`, `tests`, `outcome` or `diagnostic`, from the tables by which
/// the library reads and writes; nothing for another name.
std::optional<std::string> schema(std::string_view name);

}  // namespace rfs_schema
