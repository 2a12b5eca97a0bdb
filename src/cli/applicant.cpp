#include "applicant.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

namespace rfs_cli {

namespace {

/// What stands on standard output where no outcome can be made: the members of an outcome that can be told.
int refuse(const rfs::Diagnostics& findings, Format format) {
  if (format == Format::json) {
    print("{\"format\":1,\"engine\":" + rfs::source::quote(RFS_VERSION) +
          ",\"errors\":" + findings_json(findings, rfs::Severity::error) + "}\n");
  } else {
    report(findings);
  }
  return finish(Exit::invalid);
}

rfs::Diagnostic no_date(const std::string& text) {
  rfs::Diagnostic finding;
  finding.code = rfs::Code::invalid_as_of;
  finding.path = "as_of";
  finding.message = "expected a date, found `" + text + "`";
  finding.help = "write it like `2017-06-24`";
  return finding;
}

/// Gives facts from options; they win over what a file gave.
void set_facts(const std::vector<std::string>& given, rfs::Facts& facts) {
  for (const std::string& one : given) {
    const std::size_t equals = one.find('=');
    const std::string name = one.substr(0, equals), value = one.substr(equals + 1);
    if (value == "null")
      facts.set_unknown(name);
    else
      facts.set(name, value);
  }
}

int exit_of(const rfs::Outcome& outcome, const ApplicantOptions& options) {
  if (outcome.refused()) return Exit::invalid;
  int code = Exit::done;
  for (std::size_t i = 0; i < outcome.rules().file().decisions.size(); ++i) {
    const rfs::Status status = outcome.status(rfs::DecisionId(i));
    const bool ineligible = status == rfs::Status::ineligible && options.fail_ineligible;
    const bool open = status == rfs::Status::undetermined && options.fail_undetermined;
    code = std::max<int>(code, open ? Exit::undetermined : ineligible ? Exit::not_passed : Exit::done);
  }
  return code;
}

}  // namespace

int run_applicant(const ApplicantOptions& options, const std::function<std::string(rfs::Outcome&)>& written) {
  if (options.rules == "-" && options.facts == "-") {
    return usage_error("the rules and the facts cannot both be read from standard input");
  }
  std::set<std::string> named;
  for (const std::string& one : options.set) {
    const std::size_t equals = one.find('=');
    if (equals == std::string::npos || equals == 0) return usage_error("--set takes name=value, found `" + one + "`");
    const std::string name = one.substr(0, equals);
    if (!named.insert(name).second) return usage_error("--set gives `" + name + "` twice");
  }
  rfs::Diagnostics unusable;
  const auto given_date = options.as_of.empty() ? today() : rfs::Date::parse(options.as_of);
  if (!given_date) unusable.add(no_date(options.as_of));
  // Which file of a shelf reads the facts depends on the day.
  if (!given_date && is_folder(options.rules)) return refuse(unusable, options.format);
  const auto rules = load_rules_on(options.rules, given_date.value_or(today()));
  if (!rules) return refuse(rules.error(), options.format);

  rfs::Facts facts(*rules);
  if (!options.facts.empty()) {
    const auto text = read_input(options.facts, {}, unusable, rfs::kFewerFacts);
    if (text) facts.read_json(*text, input_name(options.facts));
  }
  set_facts(options.set, facts);
  if (!unusable.empty()) {
    unusable.append(facts.problems());
    return refuse(unusable, options.format);
  }

  rfs::Outcome outcome(*rules);
  rules->evaluate(facts, *given_date, outcome);
  if (options.as_of.empty()) say("as of " + given_date->text() + " (today)\n");
  if (outcome.refused() && options.format == Format::human) {
    report(outcome.problems());
  } else {
    print(written(outcome));
  }
  return finish(exit_of(outcome, options));
}

}  // namespace rfs_cli
