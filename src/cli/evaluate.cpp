#include "applicant.hpp"

namespace rfs_cli {

int run_evaluate(const ApplicantOptions& options) {
  const int code = run_applicant(options, [&](rfs::Outcome& outcome) {
    return options.format == Format::json ? rfs::explain::outcome_json(outcome) + "\n" : rfs::explain::summary(outcome);
  });
  const bool decided = options.format == Format::human && code != Exit::invalid && code != Exit::failed;
  if (decided) say("the reasons: rfs explain with the same options\n");
  return code;
}

}  // namespace rfs_cli
