#pragma once

#include <string>
#include <string_view>

#include "rfs/diag/diagnostic.hpp"

namespace rfs::fuzz {

/// Feeds one input to the part of the library that the target is about, and holds the answer to what is promised of it.
/// Returns whether the input was accepted: a target that never gets that far tests only how files are refused.
/// Each target defines it.
bool accepts(std::string_view input);

/// Ends the process with a message where a promise is broken.
void require(bool held, std::string_view promise);

/// Writes findings in every form there is, and makes each fix that is offered.
void read_findings(const Diagnostics& findings, std::string_view text);

/// Fails where a text of ours is not JSON.
void require_json(const std::string& text);

}  // namespace rfs::fuzz
