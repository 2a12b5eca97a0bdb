#pragma once

#include <functional>
#include <string>

#include "output.hpp"
#include "verbs.hpp"

namespace rfs_cli {

/// Evaluates one applicant for `evaluate` and `explain`; `words` writes the outcome for people. Returns the exit code.
int run_applicant(const ApplicantOptions& options, const std::function<std::string(rfs::Outcome&)>& words);

}  // namespace rfs_cli
