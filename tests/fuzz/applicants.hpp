#pragma once

#include "rfs/evaluate/rules.hpp"

namespace rfs::fuzz {

/// Evaluates applicants made from the declarations of accepted rules, on several days, and holds each outcome to the
/// promises of language.md: it has a status, its reasons and texts can be told, its JSON is JSON.
void decide_applicants(const Rules& rules);

}  // namespace rfs::fuzz
