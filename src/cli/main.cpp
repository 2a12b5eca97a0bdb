// The only file that knows CLI11: what is on the command line becomes the options of a verb.
#include <CLI/CLI.hpp>

#include <csignal>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "output.hpp"
#include "rfs/diag/render.hpp"
#include "rfs/diag/suggest.hpp"
#include "verbs.hpp"

namespace {

using namespace rfs_cli;

/// A verb: how it looks on the command line, and what runs it.
struct Verb {
  CLI::App* app = nullptr;
  std::function<int()> run;
};

CLI::App* add_verb(CLI::App& app, const std::string& name, const std::string& does, const std::string& examples) {
  CLI::App* verb = app.add_subcommand(name, does);
  verb->footer("\n" + examples);
  return verb;
}

/// An option that takes one of some words; `does` is what the list of them follows.
template <class T>
void add_words(CLI::App* verb, const std::string& name, T& into, const std::vector<std::pair<std::string, T>>& words,
               const std::string& does, const std::string& type_name) {
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i) {
    list += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i].first;
  }
  const std::map<std::string, T> known(words.begin(), words.end());
  verb->add_option_function<std::string>(
          name, [&into, known](const std::string& word) { into = known.at(word); }, does + list)
      ->check([known, list](const std::string& word) {
        return known.contains(word) ? std::string() : "expected " + list + ", found `" + word + "`";
      })
      ->type_name(type_name);
}

void add_format(CLI::App* verb, Format& format) {
  add_words<Format>(verb, "--format", format, {{"human", Format::human}, {"json", Format::json}},
                    "how it is written (default: human): ", "FORMAT");
}

/// An option that may be given again; each takes one value, so that what follows is not swallowed.
void add_repeated(CLI::App* verb, const std::string& name, std::vector<std::string>& into, const std::string& does,
                  const std::string& type_name) {
  verb->add_option(name, into, does)->allow_extra_args(false)->type_name(type_name);
}

/// Refuses a value that a script left empty, where the default would be taken without a word.
std::string not_empty(const std::string& value) { return value.empty() ? "expected a value, found nothing" : ""; }

void add_applicant(CLI::App* verb, ApplicantOptions& options) {
  verb->add_option("rules", options.rules,
                   "the rule file, a folder of files that hold on different days, or - for "
                   "standard input")
      ->required()
      ->type_name("RULES");
  verb->add_option("--facts", options.facts, "the applicant's facts, a JSON object in a file, or - for standard input")
      ->check(not_empty)
      ->type_name("FILE");
  add_repeated(verb, "--set", options.set, "one fact; name=null says that it is unknown; wins over --facts",
               "NAME=VALUE");
  verb->add_option("--as-of", options.as_of, "the day to evaluate on, like 2017-06-24 (default: today)")
      ->check(not_empty)
      ->type_name("DATE");
  add_format(verb, options.format);
  verb->add_flag("--fail-ineligible", options.fail_ineligible, "exit with 2 if a decision is ineligible");
  verb->add_flag("--fail-undetermined", options.fail_undetermined, "exit with 4 if a decision is undetermined");
}

/// What only `explain` takes.
void add_explain(CLI::App* verb, ApplicantOptions& options) {
  verb->remove_option(verb->get_option("--format"));
  add_words<Format>(verb, "--format", options.format,
                    {{"human", Format::human}, {"json", Format::json}, {"markdown", Format::markdown}},
                    "how it is written (default: human): ", "FORMAT");
  verb->add_option("--lang", options.language, "the language of the rule file's texts, like es (default: their first)")
      ->check(not_empty)
      ->type_name("LANGUAGE");
}

/// What only `batch` takes.
void add_batch(CLI::App* verb, BatchWords& words) {
  verb->add_option("rules", words.rules,
                   "the rule file, a folder of files that hold on different days, or - for "
                   "standard input")
      ->required()
      ->type_name("RULES");
  verb->add_option("input", words.input,
                   "the applicants, NDJSON or CSV in a file, or - for standard input (default: -)")
      ->check(not_empty)
      ->type_name("INPUT");
  verb->add_option("--as-of", words.as_of, "the day to evaluate on, like 2017-06-24, or the column that has it")
      ->required()
      ->check(not_empty)
      ->type_name("DAY");
  add_repeated(verb, "--map", words.map, "the column of a fact, where it has another name", "FACT=COLUMN");
  add_repeated(verb, "--unknown", words.unknown, "facts that the input does not have, on purpose: a,b", "FACTS");
  verb->add_option("--key", words.key, "the column that tells applicants apart, for --list")
      ->check(not_empty)
      ->type_name("COLUMN");
  add_repeated(
      verb, "--list", words.list,
      "a list whose items are rows of a file of their own, NDJSON or CSV, and that file's column of keys, where "
      "it is not named as --key says",
      "FACT=FILE[:KEY]");
  add_words<std::string>(verb, "--orphans", words.orphans, {{"refuse", "refuse"}, {"ignore", "ignore"}},
                         "what to do about rows of --list that are no applicant's (default: refuse): ", "WHAT");
  const std::vector<std::pair<std::string, std::string>> formats = {{"ndjson", "ndjson"}, {"csv", "csv"}};
  add_words<std::string>(verb, "--from", words.from, formats,
                         "how the applicants are written (default: csv for *.csv, else ndjson): ", "FORMAT");
  add_words<std::string>(verb, "--format", words.to, formats,
                         "how the results are written (default: as the applicants): ", "FORMAT");
  add_repeated(verb, "--output", words.output,
               "besides status and amount: least,most,unmet,needed,conditions,definitions; or outcome, all of it as "
               "JSON",
               "NAMES");
  verb->add_option("--threads", words.threads, "how many threads work (default: as many as the machine has)")
      ->check([](const std::string& given) {
        const bool digits = !given.empty() && given.size() <= 3 && given.find_first_not_of("0123456789") == given.npos;
        const int count = digits ? std::stoi(given) : 0;
        return count >= 1 && count <= 256 ? "" : "expected a whole number from 1 to 256, found `" + given + "`";
      })
      ->type_name("N");
  verb->add_flag("--fail-refused", words.fail_refused, "exit with 3 if an applicant is refused");
}

/// Names an option that does not exist, and the one that was probably meant.
std::string unknown_option(const CLI::App& verb, const std::string& given) {
  const std::string word = given.substr(0, given.find('='));
  std::vector<std::string> names;
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back(name);
  }
  const std::size_t begin = word.find_first_not_of('-');
  const std::string near =
      begin == std::string::npos ? "" : rfs::diag::nearest(word.substr(begin), {names.begin(), names.end()});
  return "unknown option `" + word + "`" + (near.empty() ? "" : "; did you mean `--" + near + "`?");
}

/// Returns what CLI11 could not read, in words of ours where its own do not say what to do.
std::string usage_words(const CLI::App& app, const CLI::App& verb, const CLI::ParseError& error) {
  for (const std::string& word : app.remaining(true)) {
    if (word.size() > 1 && word.front() == '-') return unknown_option(verb, word);
  }
  const bool is_missing = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (is_missing && &verb == &app) return "expected a verb";
  for (const CLI::Option* option : verb.get_options()) {
    if (is_missing && option->get_required() && option->count() == 0)
      return "expected " + option->get_type_name() + ": " + option->get_description();
  }
  const std::vector<std::string> left = app.remaining(true);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !left.empty()) {
    return "expected nothing more, found `" + left.front() + "`";
  }
  std::string message = error.what();
  while (!message.empty() && message.back() == '\n') message.pop_back();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) == nullptr) return message;
  const std::string name = message.substr(0, message.find(':'));
  const CLI::Option* option = verb.get_option_no_throw(name);
  if (option == nullptr) return message;
  return name + (option->count() > 1 ? " is given twice" : ": expected " + option->get_type_name() + ", found nothing");
}

int explain_usage(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* verb = &app;
  for (const CLI::App* parsed : app.get_subcommands()) verb = parsed;
  usage_error(usage_words(app, *verb, error));
  say("see: rfs" + (verb == &app ? "" : " " + verb->get_name()) + " --help\n");
  return Exit::failed;
}

/// Refuses a first word that is no verb; CLI11 would only call it unexpected.
bool unknown_verb(const std::vector<std::string>& words, const std::vector<Verb>& verbs) {
  if (words.empty() || words.front().empty() || words.front().front() == '-') return false;
  std::vector<std::string> names;
  for (const Verb& verb : verbs) names.push_back(verb.app->get_name());
  for (const std::string& name : names) {
    if (name == words.front()) return false;
  }
  const std::string near = rfs::diag::nearest(words.front(), {names.begin(), names.end()});
  usage_error("unknown verb `" + words.front() + "`" + (near.empty() ? "" : "; did you mean `" + near + "`?"));
  say("see: rfs --help\n");
  return true;
}

int run(std::vector<std::string> words) {
  CLI::App app{"rfs decides about funding by rules in a file, and says why.", "rfs"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "rfs " RFS_VERSION);
  app.footer(
      "\nexit codes: 0 done; 1 usage or internal error; 2 a test failed, a file would be laid out anew,\n"
      "or ineligible with --fail-ineligible; 3 rules or input invalid; 4 undetermined with --fail-undetermined");

  CheckOptions check;
  TestOptions test;
  FmtOptions fmt;
  NewOptions create;
  ApplicantOptions evaluate, explain;
  BatchWords batch;
  CalcOptions calc;
  std::vector<Verb> verbs;

  CLI::App* verb = add_verb(app, "check", "find the mistakes in rule files",
                            "examples: rfs check rules/\n"
                            "          rfs check --format sarif --fail-level warning rules/ > findings.sarif");
  verb->add_option("paths", check.paths, "rule files, test files and folders, or - for a rule file on standard input")
      ->required()
      ->type_name("PATHS");
  add_words<Listing>(
      verb, "--format", check.format,
      {{"human", Listing::human}, {"json", Listing::json}, {"github", Listing::github}, {"sarif", Listing::sarif}},
      "how it is written (default: human): ", "FORMAT");
  add_words<rfs::Severity>(
      verb, "--fail-level", check.fail_level,
      {{"error", rfs::Severity::error}, {"warning", rfs::Severity::warning}, {"note", rfs::Severity::note}},
      "the least that fails (default: error): ", "LEVEL");
  verbs.push_back({verb, [&check] { return run_check(check); }});

  verb = add_verb(app, "test", "run the tests in rule files and beside them",
                  "examples: rfs test rules/\n"
                  "          rfs test --run 'two months' --junit report.xml rules/");
  verb->add_option("paths", test.paths, "rule files, test files and folders")->required()->type_name("PATHS");
  add_format(verb, test.format);
  verb->add_option("--run", test.run, "only tests with this in their name, a POSIX extended regular expression")
      ->check(not_empty)
      ->type_name("REGEX");
  verb->add_option("--junit", test.junit, "also write a report in JUnit's XML to this file")
      ->check(not_empty)
      ->type_name("FILE");
  verb->add_flag("--update", test.update, "write what comes out in the place of failing expectations");
  verb->add_flag("--fail-on-empty", test.fail_on_empty, "exit with 2 if there is no test to run");
  verbs.push_back({verb, [&test] { return run_test(test); }});

  verb = add_verb(app, "fmt", "lay out rule files and test files",
                  "examples: rfs fmt rules/\n"
                  "          rfs fmt --check rules/");
  verb->add_option("paths", fmt.paths, "rule files, test files and folders")->required()->type_name("PATHS");
  verb->add_flag("--check", fmt.check, "write nothing; name the files that would change, and exit with 2");
  verb->add_flag("--diff", fmt.diff, "write nothing; show what would change, and exit with 2");
  verbs.push_back({verb, [&fmt] { return run_fmt(fmt); }});

  verb = add_verb(app, "new", "make a rule file to start from", "example: rfs new grant.rules.json");
  verb->add_option("file", create.file, "the file to make (default: starter.rules.json)")
      ->check(not_empty)
      ->type_name("FILE");
  verbs.push_back({verb, [&create] { return run_new(create); }});

  verb = add_verb(app, "evaluate", "decide about one applicant",
                  "example: rfs evaluate funding.rules.json --facts applicant.json --as-of 2017-06-24");
  add_applicant(verb, evaluate);
  verbs.push_back({verb, [&evaluate] { return run_evaluate(evaluate); }});

  verb = add_verb(app, "explain", "decide about one applicant and give all reasons",
                  "example: rfs explain funding.rules.json --set office=school_board --set raised=150.00");
  add_applicant(verb, explain);
  add_explain(verb, explain);
  verbs.push_back({verb, [&explain] { return run_explain(explain); }});

  verb =
      add_verb(app, "batch", "decide about many applicants, in NDJSON or CSV",
               "examples: rfs batch funding.rules.json applicants.ndjson --as-of 2017-06-24 > results.ndjson\n"
               "          rfs batch funding.rules.json people.csv --as-of applied_on --map raised=total\n"
               "          rfs batch funding.rules.json people.csv --as-of 2017-06-24 --key id --list gifts=gifts.csv");
  add_batch(verb, batch);
  verbs.push_back({verb, [&batch] { return run_batch(batch); }});

  verb = add_verb(app, "calc", "compute one expression",
                  "examples: rfs calc '15% * 1000 USD'\n"
                  "          rfs calc 'min(x, 2.50 USD)' --fact 'x: money = 1.00'");
  CLI::Option* expression = verb->add_option("expression", calc.expression, "the expression")->type_name("EXPRESSION");
  verb->add_option("--rules", calc.rules, "a rule file whose names the expression may use")->type_name("FILE");
  add_repeated(verb, "--fact", calc.facts, "a fact, like 'x: money = 1.00'; without = it is unknown", "DECLARATION");
  add_repeated(verb, "--let", calc.let, "a definition, like 'y = x * 2'", "DEFINITION");
  verb->add_option("--month-end", calc.month_end,
                   "clamp or next_day: for a day that the month lacks, its last one or the first of the next")
      ->type_name("WORD");
  verb->add_option("--currency", calc.currency, "the currency, like USD (default: that of the amounts)")
      ->type_name("CODE");
  verb->add_option("--as-of", calc.as_of, "the day to evaluate on, like 2017-06-24 (default: today)")
      ->type_name("DATE");
  CLI::Option* ndjson =
      verb->add_flag("--ndjson", calc.ndjson, "read one JSON object a line from standard input, write one a line");
  add_format(verb, calc.format);
  verbs.push_back({verb, [&calc] { return run_calc(calc); }});

  if (words.empty()) {
    say(app.help());
    return Exit::failed;
  }
  if (unknown_verb(words, verbs)) return Exit::failed;
  if (words.front() == "calc") {
    // `-x + 2` is an expression; CLI11 would take it for options. The blank does not change its meaning.
    for (std::string& word : words) {
      const bool is_expression = word.size() > 1 && word[0] == '-' && word[1] != '-' && word != "-h";
      if (is_expression) word.insert(0, 1, ' ');
    }
  }
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    if (verb->parsed() && calc.ndjson == (expression->count() > 0)) {
      throw CLI::ValidationError(calc.ndjson ? "--ndjson reads its expressions from standard input"
                                             : "expected an expression, or " + ndjson->get_name());
    }
  } catch (const CLI::CallForHelp&) {
    print(app.help());
    return finish(Exit::done);
  } catch (const CLI::CallForVersion& version) {
    print(std::string(version.what()) + "\n");
    return finish(Exit::done);
  } catch (const CLI::ParseError& error) {
    return explain_usage(app, error);
  }
  if (!calc.expression.empty() && calc.expression.front() == ' ') calc.expression.erase(0, 1);
  for (const Verb& chosen : verbs) {
    if (chosen.app->parsed()) return chosen.run();
  }
  return Exit::failed;
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that closes the pipe is met where standard output is written.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
  } catch (const std::exception& error) {
    rfs::Diagnostic finding;
    finding.code = rfs::Code::internal_error;
    finding.message = std::string("internal error: ") + error.what();
    finding.help = "this is a mistake in rfs: please report it with the files that show it";
    say(rfs::diag::render(finding));
    return Exit::failed;
  }
}
