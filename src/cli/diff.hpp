#pragma once

#include <string>
#include <string_view>

namespace rfs_cli {

/// Returns the difference of two texts in the unified form that `patch` takes, with three lines around each change.
/// Long stretches without a common line may be shown as one change.
std::string unified_diff(const std::string& name, std::string_view before, std::string_view after);

}  // namespace rfs_cli
