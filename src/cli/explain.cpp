#include "applicant.hpp"

namespace rfs_cli {

namespace {

std::string written(rfs::Outcome& outcome, const ApplicantOptions& options) {
  const std::string& language = options.language;
  if (!language.empty() && !rfs::explain::speaks(outcome.rules(), language)) {
    say("rfs: no text of the rule file is in the language " + rfs::source::quote(language) +
        "; the first of each is shown\n");
  }
  const rfs::explain::Explanation explanation = rfs::explain::explain(outcome, language);
  switch (options.format) {
    case Format::json:
      return explanation.json() + "\n";
    case Format::markdown:
      return explanation.markdown();
    case Format::human:
      break;
  }
  return explanation.text();
}

}  // namespace

int run_explain(const ApplicantOptions& options) {
  return run_applicant(options, [&](rfs::Outcome& outcome) { return written(outcome, options); });
}

}  // namespace rfs_cli
