#include "applicant.hpp"

namespace rfs_cli {

int run_explain(const ApplicantOptions& options) {
  return run_applicant(options, [](rfs::Outcome& outcome) { return rfs::explain::explanation(outcome); });
}

}  // namespace rfs_cli
