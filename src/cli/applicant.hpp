#pragma once

#include <functional>
#include <string>

#include "output.hpp"
#include "verbs.hpp"

namespace rfs_cli {

/// Evaluates one applicant for `evaluate` and `explain`; `written` gives the outcome in the format asked for. Why an
/// applicant is refused is told people on standard error, and not written. Returns the exit code.
int run_applicant(const ApplicantOptions& options, const std::function<std::string(rfs::Outcome&)>& written);

}  // namespace rfs_cli
