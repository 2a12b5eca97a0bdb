// Holds rule files to what rfs says of them: `rfs_golden DIR [--bless] [--rfs=PROGRAM]`.
//
//   <topic>/bad/RFSnnn_<slug>.rules.json   reports RFSnnn and nothing else; where a fix is offered, the fixed text is
//                                          free of errors
//   <topic>/bad/RFSnnn_<slug>.facts.json   beside a rule file without errors: refused with RFSnnn
//   <topic>/bad/RFSnnn_<slug>.args         arguments of the rfs command, one a line
//   <topic>/good/<slug>.args               the same, for output that is no report
//   <topic>/good/<slug>.rules.json         is free of errors; <slug>[.<case>].facts.json are evaluated
//
// Beside each stands `.out`, what is printed. `.as_of` holds a date, `.limits.json` lower limits, so that no file has
// to be as large as the limits are.

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/diag/render.hpp"
#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/json/from_source.hpp"
#include "rfs/rule/given.hpp"

namespace {

namespace fs = std::filesystem;
using namespace rfs;

constexpr std::string_view kRules = ".rules.json";
constexpr std::string_view kFacts = ".facts.json";
constexpr std::string_view kArguments = ".args";
constexpr std::string_view kAsOf = "2020-06-15";  // where no `.as_of` says another

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::optional<std::string> read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

/// One golden file: what it gives, and what is wrong with that.
struct Case {
  fs::path path;     ///< below the golden folder
  std::string stem;  ///< the path without `.rules.json` or `.args`
  std::string out;
  std::vector<std::string> wrong;
};

class Golden {
 public:
  Golden(fs::path root, std::string program) : root_(std::move(root)), program_(std::move(program)) {}

  Case run(const fs::path& path) const {
    Case item;
    item.path = path;
    item.stem = path.generic_string();
    const bool is_rules = ends_with(item.stem, kRules);
    item.stem.resize(item.stem.size() - (is_rules ? kRules.size() : kArguments.size()));
    const bool bad = path.parent_path().filename() == "bad";
    if (!is_rules) {
      run_program(item);
    } else if (bad) {
      run_bad(item);
    } else {
      run_good(item);
    }
    return item;
  }

  [[nodiscard]] bool has_program() const { return !program_.empty(); }

 private:
  [[nodiscard]] fs::path beside(const std::string& stem, std::string_view end) const {
    return root_ / (stem + std::string(end));
  }

  [[nodiscard]] Limits limits_of(Case& item) const {
    Limits limits;
    const auto text = read(beside(item.stem, ".limits.json"));
    if (!text) return limits;
    Diagnostics findings;
    const auto document =
        json::from_source(std::make_shared<const source::File>(source::File{"limits", *text}), limits, findings);
    if (!document || (*document)[document->root].kind != json::Kind::object) {
      item.wrong.push_back("its .limits.json is not an object");
      return limits;
    }
    for (const json::Member& member : (*document)[document->root].members) {
      const auto value = static_cast<std::size_t>(std::strtoull((*document)[member.value].text.c_str(), nullptr, 10));
      if (member.key == "file_bytes")
        limits.file_bytes = value;
      else if (member.key == "json_depth")
        limits.json_depth = value;
      else if (member.key == "expression_depth")
        limits.expression_depth = value;
      else if (member.key == "expression_bytes")
        limits.expression_bytes = value;
      else if (member.key == "nodes")
        limits.nodes = value;
      else if (member.key == "digits")
        limits.digits = value;
      else if (member.key == "text_bytes")
        limits.text_bytes = value;
      else if (member.key == "steps")
        limits.steps = value;
      else
        item.wrong.push_back("no limit is called " + member.key);
    }
    return limits;
  }

  [[nodiscard]] Date as_of(const std::string& stem) const {
    const auto text = read(beside(stem, ".as_of"));
    return Date::parse(text ? trimmed(*text) : std::string(kAsOf)).value_or(Date{0});
  }

  void run_bad(Case& item) const {
    const std::string code = fs::path(item.stem).filename().string().substr(0, 6);
    const std::string name = item.path.generic_string();
    const std::string text = read(root_ / item.path).value_or("");
    const Limits limits = limits_of(item);
    const auto rules = parse(text, name, limits);
    Diagnostics findings = rules ? rules->findings() : rules.error();
    const auto facts_text = read(beside(item.stem, kFacts));
    if (facts_text && rules) {
      if (!findings.empty()) item.wrong.push_back("the rule file itself is reported:\n" + findings.render());
      Facts facts(*rules);
      facts.read_json(*facts_text, item.stem + std::string(kFacts), limits);
      Outcome outcome(*rules);
      rules->evaluate(facts, as_of(item.stem), outcome);
      findings = outcome.problems();
    }
    item.out = findings.render();
    std::size_t errors = 0;
    for (const Diagnostic& finding : findings.all()) {
      if (diag::code_text(finding.code) != code)
        item.wrong.push_back("reports " + diag::code_text(finding.code) + " too");
      if (finding.severity == Severity::error) ++errors;
      apply_fix(item, finding, text, limits);
    }
    if (findings.empty()) item.wrong.push_back("nothing is reported");
    if (errors > 1) item.wrong.push_back("one mistake should give one error, found " + std::to_string(errors));
  }

  static void apply_fix(Case& item, const Diagnostic& finding, const std::string& text, const Limits& limits) {
    for (const diag::Fix& fix : finding.fixes) {
      const std::string repaired = diag::apply(fix, text);
      const auto again = parse(repaired, "fixed", limits);
      const Diagnostics& left = again ? again->findings() : again.error();
      for (const Diagnostic& rest : left.all()) {
        // The repair may lead to a part of the language that this version does not have.
        const bool accepted = rest.severity != Severity::error || rest.code == Code::unsupported_feature;
        if (!accepted) item.wrong.push_back("after the fix `" + fix.title + "`:\n" + diag::render(rest));
        if (rest.code == finding.code) item.wrong.push_back("the fix `" + fix.title + "` does not repair it");
      }
    }
  }

  void run_good(Case& item) const {
    const auto rules = parse(read(root_ / item.path).value_or(""), item.path.generic_string(), limits_of(item));
    if (!rules) {
      item.wrong.push_back("is refused:\n" + rules.error().render());
      return;
    }
    item.out = rules->findings().render();
    std::vector<std::string> stems;
    for (const auto& entry : fs::directory_iterator((root_ / item.path).parent_path())) {
      const std::string file = entry.path().filename().string();
      const std::string base = fs::path(item.stem).filename().string() + ".";
      if (file.rfind(base, 0) == 0 && ends_with(file, kFacts)) {
        stems.push_back((item.path.parent_path() / file.substr(0, file.size() - kFacts.size())).generic_string());
      }
    }
    std::sort(stems.begin(), stems.end());
    if (stems.empty()) item.wrong.push_back("no facts stand beside it");
    for (const std::string& stem : stems) {
      Facts facts(*rules);
      facts.read_json(read(beside(stem, kFacts)).value_or(""), stem + std::string(kFacts));
      Outcome outcome(*rules);
      rules->evaluate(facts, as_of(stem), outcome);
      if (!item.out.empty()) item.out += '\n';
      item.out += "# " + fs::path(stem).filename().string() + " as of " + outcome.as_of().text() + '\n';
      item.out += outcome.refused() ? outcome.problems().render() : dump(outcome);
    }
  }

  static std::string dump(const Outcome& outcome) {
    const Rules& rules = outcome.rules();
    const rule::File& file = rules.file();
    std::string out;
    const auto list = [&](const char* title, const std::vector<std::string>& names) {
      if (names.empty()) return;
      out += std::string("  ") + title + ':';
      for (const std::string& name : names) out += ' ' + name;
      out += '\n';
    };
    for (std::size_t i = 0; i < file.definitions.size(); ++i) {
      const Type& type = rules.module().definitions[DefinitionId(i)].type;
      out += file.definitions[i].name.text + " = " + reading_text(rules, outcome.reading(DefinitionId(i)), type) + '\n';
    }
    for (std::size_t i = 0; i < file.decisions.size(); ++i) {
      const DecisionId id(i);
      out += file.decisions[i].name.text + ": " + std::string(status_text(outcome.status(id)));
      if (const auto amount = outcome.amount(id)) {
        program::Reading reading;
        reading.interval = *amount;
        out += ", " + reading_text(rules, reading, rules.module().decisions[id].amount_type);
      }
      out += '\n';
      const Reasons why = reasons(outcome, id);
      const auto conditions = [&](const std::vector<std::uint32_t>& indices) {
        std::vector<std::string> names;
        for (const auto index : indices) {
          const program::Condition& condition = rules.program().decisions[id].conditions[index];
          names.push_back((condition.wanted ? "" : "not:") + condition.name);
        }
        return names;
      };
      list("met", conditions(why.met));
      list("unmet", conditions(why.unmet));
      list("undetermined", conditions(why.undetermined));
      std::vector<std::string> names;
      list("needed", needed_names(rules, why));
      for (const Missing& missing : why.missing) names.push_back(missing_text(rules, missing));
      list("missing", names);
    }
    std::vector<std::string> names;
    for (const FactId fact : assumed(outcome)) names.push_back(file.facts[fact.value].name.text);
    list("assumed", names);
    return out;
  }

  static std::string reading_text(const Rules& rules, const program::Reading& reading, const Type& of) {
    const Type type = outcome_type(of);
    const auto plain = [&](const Value& value) {
      return rule::plain(value, type, rules.module().choices, rules.file().currency);
    };
    switch (type.kind) {
      case Kind::boolean:
        return reading.truth == Bool3::yes ? "true" : reading.truth == Bool3::no ? "false" : "unknown";
      case Kind::text:
        return reading.text == nullptr ? "unknown" : "'" + *reading.text + "'";
      case Kind::choice: {
        std::string out;
        const std::size_t count = rules.module().choices.words(type.choice).size();
        for (std::size_t word = 0; word < count; ++word) {
          if (!reading.words.contains(word)) continue;
          out += (out.empty() ? "" : " | ") + plain({static_cast<std::int64_t>(word), {}});
        }
        return out;
      }
      default:
        break;
    }
    const std::string least = plain({reading.interval.least, {}});
    return reading.interval.known() ? least : least + " .. " + plain({reading.interval.most, {}});
  }

  static std::string missing_text(const Rules& rules, const Missing& missing) {
    std::string out = rules.file().parameters[missing.parameter.value].name.text;
    const typed::Parameter& parameter = rules.module().parameters[missing.parameter];
    for (std::size_t i = 0; i < missing.keys.size(); ++i) {
      out += (i == 0 ? "[" : ", ") + rule::plain({missing.keys[i], {}}, parameter.keys[i], rules.module().choices, {});
    }
    if (!missing.keys.empty()) out += ']';
    return missing.date ? out + '@' + missing.date->text() : out;
  }

  /// Runs the command in the golden folder; what it prints to both streams is the output.
  void run_program(Case& item) const {
    std::istringstream arguments(read(root_ / item.path).value_or(""));
    std::string command = "cd '" + root_.string() + "' && '" + program_ + "'";
    for (std::string line; std::getline(arguments, line);) command += " '" + line + "'";
    std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) {
      item.wrong.push_back("the program does not start");
      return;
    }
    std::array<char, 4096> block{};
    for (std::size_t size = 0; (size = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
      item.out.append(block.data(), size);
    }
    pclose(pipe);
    if (item.path.parent_path().filename() != "bad") return;
    const std::string code = fs::path(item.stem).filename().string().substr(0, 6);
    if (item.out.find('[' + code + ']') == std::string::npos) item.wrong.push_back("does not print " + code);
  }

  fs::path root_;
  std::string program_;
};

std::vector<fs::path> cases_below(const fs::path& root, bool with_program) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const fs::path path = fs::relative(entry.path(), root);
    const std::string name = path.generic_string();
    const std::string folder = path.parent_path().filename().string();
    if (folder != "bad" && folder != "good") continue;
    if (ends_with(name, kRules) || (with_program && ends_with(name, kArguments))) out.push_back(path);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

int main(int count, char** arguments) {
  bool bless = false;
  std::string folder, program;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--bless")
      bless = true;
    else if (argument.substr(0, 6) == "--rfs=")
      program = fs::absolute(argument.substr(6)).string();
    else
      folder = argument;
  }
  if (folder.empty()) {
    std::cerr << "usage: rfs_golden DIR [--bless] [--rfs=PROGRAM]\n";
    return 2;
  }
  if (bless && std::getenv("CI") != nullptr) {
    std::cerr << "the expected output is blessed by hand and read before it is committed, never in CI\n";
    return 2;
  }
  const Golden golden(fs::absolute(folder), program);
  std::size_t passed = 0, failed = 0;
  for (const fs::path& path : cases_below(folder, golden.has_program())) {
    Case item = golden.run(path);
    const fs::path out = fs::path(folder) / (item.stem + ".out");
    if (bless && item.wrong.empty()) std::ofstream(out, std::ios::binary) << item.out;
    if (read(out).value_or("") != item.out) item.wrong.push_back("prints\n" + item.out + "not what its .out holds");
    if (item.wrong.empty()) {
      ++passed;
      continue;
    }
    ++failed;
    for (const std::string& wrong : item.wrong) std::cout << path.generic_string() << ": " << wrong << '\n';
  }
  std::cout << passed << " passed, " << failed << " failed\n";
  return failed == 0 ? 0 : 1;
}
