// The only file that knows CLI11: what is on the command line becomes the options of a verb.
#include <CLI/CLI.hpp>

#include <csignal>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "output.hpp"
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

void add_format(CLI::App* verb, Format& format) {
  const std::map<std::string, Format> formats{{"human", Format::human}, {"json", Format::json}};
  verb->add_option_function<std::string>(
          "--format", [&format, formats](const std::string& word) { format = formats.at(word); },
          "human (the default) or json")
      ->check(CLI::IsMember(std::vector<std::string>{"human", "json"}))
      ->type_name("FORMAT");
}

/// An option that may be given again; each takes one value, so that what follows is not swallowed.
void add_repeated(CLI::App* verb, const std::string& name, std::vector<std::string>& into, const std::string& does,
                  const std::string& type_name) {
  verb->add_option(name, into, does)->allow_extra_args(false)->type_name(type_name);
}

/// Refuses a value that a script left empty, where the default would be taken without a word.
std::string not_empty(const std::string& value) { return value.empty() ? "expected a value, found nothing" : ""; }

void add_applicant(CLI::App* verb, ApplicantOptions& options) {
  verb->add_option("rules", options.rules, "the rule file, or - for standard input")->required()->type_name("RULES");
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

/// The words of what CLI11 could not read, with the option that was probably meant.
int explain_usage(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* verb = &app;
  for (const CLI::App* parsed : app.get_subcommands()) verb = parsed;
  std::string message = error.what();
  while (!message.empty() && message.back() == '\n') message.pop_back();
  const std::size_t dashes = message.find(" --");
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && dashes != std::string::npos) {
    const std::size_t begin = dashes + 3, end = message.find_first_of(" =", begin);
    const std::string word = message.substr(begin, end == std::string::npos ? end : end - begin);
    message = "unknown option `--" + word + "`";
    std::vector<std::string> names;
    for (const CLI::Option* option : verb->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back(name);
    }
    const std::string near = rfs::diag::nearest(word, {names.begin(), names.end()});
    if (!near.empty()) message += "; did you mean `--" + near + "`?";
  }
  const std::string of = verb == &app ? "" : " " + verb->get_name();
  usage_error(message);
  say("see: rfs" + of + " --help\n");
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
      "\nexit codes: 0 done; 1 usage or internal error; 2 a test failed, or ineligible with --fail-ineligible;\n"
      "3 rules or input invalid; 4 undetermined with --fail-undetermined");

  CheckOptions check;
  TestOptions test;
  ApplicantOptions evaluate, explain;
  CalcOptions calc;
  std::vector<Verb> verbs;

  CLI::App* verb = add_verb(app, "check", "find the mistakes in rule files", "example: rfs check rules/");
  verb->add_option("paths", check.paths, "rule files and folders")->required()->type_name("PATHS");
  add_format(verb, check.format);
  verbs.push_back({verb, [&check] { return run_check(check); }});

  verb = add_verb(app, "test", "run the tests in rule files and beside them", "example: rfs test rules/");
  verb->add_option("paths", test.paths, "rule files and folders")->required()->type_name("PATHS");
  add_format(verb, test.format);
  verbs.push_back({verb, [&test] { return run_test(test); }});

  verb = add_verb(app, "evaluate", "decide about one applicant",
                  "example: rfs evaluate funding.rules.json --facts applicant.json --as-of 2017-06-24");
  add_applicant(verb, evaluate);
  verbs.push_back({verb, [&evaluate] { return run_evaluate(evaluate); }});

  verb = add_verb(app, "explain", "decide about one applicant and give all reasons",
                  "example: rfs explain funding.rules.json --set office=school_board --set raised=150.00");
  add_applicant(verb, explain);
  verbs.push_back({verb, [&explain] { return run_explain(explain); }});

  verb = add_verb(app, "calc", "compute one expression",
                  "examples: rfs calc '15% * 1000 USD'\n"
                  "          rfs calc 'min(x, 2.50)' --currency USD --fact 'x: money = 1.00'");
  CLI::Option* expression = verb->add_option("expression", calc.expression, "the expression")->type_name("EXPRESSION");
  verb->add_option("--rules", calc.rules, "a rule file whose names the expression may use")->type_name("FILE");
  add_repeated(verb, "--fact", calc.facts, "a fact, like 'x: money = 1.00'; without = it is unknown", "DECLARATION");
  add_repeated(verb, "--let", calc.let, "a definition, like 'y = x * 2'", "DEFINITION");
  verb->add_option("--month-end", calc.month_end, "what months do at the end of one, as in rule files")
      ->type_name("WORD");
  verb->add_option("--currency", calc.currency, "the currency, like USD")->type_name("CODE");
  verb->add_option("--as-of", calc.as_of, "the day to evaluate on, like 2017-06-24")->type_name("DATE");
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
    // `-1 + 2` is an expression; CLI11 would take it for options. The blank does not change its meaning.
    constexpr std::string_view kAfterMinus = "0123456789.( ";
    for (std::string& word : words) {
      const bool minus = word.size() > 1 && word[0] == '-';
      if (minus && kAfterMinus.find(word[1]) != std::string_view::npos) word.insert(0, 1, ' ');
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
    return usage_error(std::string("internal error: ") + error.what());
  }
}
