// Runs the tables of language behaviour: one case a line, `expression; facts; expected`.
//
// A fact is `name type` (unknown) or `name type = value`, separated by commas; a choice's type is its words joined by
// `|`; `as_of = 2024-02-29` gives the date of evaluation. Expected is a value in its plain form, `unknown`,
// `least .. most`, or the code of the first error. `# month_end: next_day` holds for the lines below it, and so does
// `# parameter: "name": { … }` and `# definition: "name": "…"`, one a line. In place of an expression may stand a
// decision table, `{ "hit": … }`. `# fact: "name": { … }` declares a fact for the lines below it, which give it as
// JSON: `name = [1, null]`.
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "rfs/evaluate/outcome.hpp"
#include "rfs/source/quote.hpp"

namespace {

std::string trimmed(std::string text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) out.push_back(trimmed(part));
  return out;
}

/// Splits at commas outside of brackets.
std::vector<std::string> split_facts(const std::string& text) {
  std::vector<std::string> out{{}};
  int depth = 0;
  for (const char c : text) {
    depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
    if (c == ',' && depth == 0)
      out.emplace_back();
    else
      out.back() += c;
  }
  for (std::string& part : out) part = trimmed(part);
  std::erase(out, "");
  return out;
}

struct Case {
  std::string expression, month_end, parameters, definitions, declared, json, as_of = "2024-02-29";
  std::vector<std::pair<std::string, std::string>> facts;  // name and type
  std::vector<std::pair<std::string, std::string>> given;
};

std::string rule_text(const Case& c) {
  std::string facts = c.declared;
  for (const auto& [name, type] : c.facts) {
    facts += facts.empty() ? "" : ", ";
    facts += rfs::source::quote(name) + ": ";
    const auto words = split(type, '|');
    if (words.size() < 2) {
      facts += "{\"type\": " + rfs::source::quote(type) + "}";
      continue;
    }
    facts += "{\"type\": \"choice\", \"of\": [";
    for (std::size_t i = 0; i < words.size(); ++i) facts += (i == 0 ? "" : ", ") + rfs::source::quote(words[i]);
    facts += "]}";
  }
  const bool is_table = c.expression.front() == '{';
  const std::string definition = is_table ? "{\"table\": " + c.expression + "}" : rfs::source::quote(c.expression);
  return "{\"rfs\": 1, \"rules\": \"table\", \"currency\": \"USD\", \"month_end\": \"" + c.month_end +
         "\", \"facts\": {" + facts + "}, \"parameters\": {" + c.parameters +
         "}, \"definitions\": {\"result\": " + definition + c.definitions + "}}";
}

/// Evaluates a case; on a bound day, where complete applicants may take the scaled path, or as it comes.
std::string found(const Case& c, bool bound) {
  const auto rules = rfs::parse(rule_text(c), "table");
  if (!rules) {
    for (const auto& finding : rules.error().all()) {
      if (finding.severity == rfs::Severity::error) return rfs::diag::code_text(finding.code);
    }
  }
  rfs::Facts facts(*rules);
  facts.read_json("{" + c.json + "}");
  for (const auto& [name, value] : c.given) facts.set(name, value);
  rfs::Outcome out(*rules);
  const rfs::Date day = *rfs::Date::parse(c.as_of);
  if (bound) {
    rules->on(day).evaluate(facts, out);
  } else {
    rules->evaluate(facts, day, out);
  }
  if (out.refused()) return rfs::diag::code_text(out.problems().all().front().code);
  const rfs::DefinitionId id(0);
  const rfs::Type type = rules->module().definitions[id].type;
  const auto& choices = rules->module().choices;
  const auto reading = out.reading(id);
  const auto plain = [&](rfs::Exact x) { return rfs::rule::plain({std::move(x), {}}, type, choices, "USD"); };
  switch (type.kind) {
    case rfs::Kind::boolean:
      return reading.truth == rfs::Bool3::unknown ? "unknown" : reading.truth == rfs::Bool3::yes ? "true" : "false";
    case rfs::Kind::list: {
      const auto [least, most] = reading.interval;
      return least.text() + (least == most ? "" : " .. " + most.text());
    }
    case rfs::Kind::text:
      return reading.text == nullptr ? "unknown" : *reading.text;
    case rfs::Kind::choice: {
      std::string words;
      for (std::size_t i = 0; i < choices.words(type.choice).size(); ++i) {
        if (reading.words.contains(i)) words += (words.empty() ? "" : "|") + choices.words(type.choice)[i];
      }
      return words;
    }
    default:
      return reading.interval.known() ? plain(reading.interval.least)
                                      : plain(reading.interval.least) + " .. " + plain(reading.interval.most);
  }
}

}  // namespace

int main(int argc, char** argv) {
  int passed = 0, failed = 0;
  for (int i = 1; i < argc; ++i) {
    std::ifstream in(argv[i]);
    if (!in) {
      std::cerr << "cannot read " << argv[i] << "\n";
      return 1;
    }
    std::string month_end = "clamp", parameters, definitions, declared;
    int number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      if (line.rfind("# month_end: ", 0) == 0) month_end = trimmed(line.substr(13));
      if (line.rfind("# parameter: ", 0) == 0) parameters += (parameters.empty() ? "" : ", ") + line.substr(13);
      if (line.rfind("# definition: ", 0) == 0) definitions += ", " + line.substr(14);
      if (line.rfind("# fact: ", 0) == 0) declared += (declared.empty() ? "" : ", ") + line.substr(8);
      if (trimmed(line).empty() || line[0] == '#') continue;
      const auto columns = split(line, ';');
      if (columns.size() != 3) {
        std::cerr << argv[i] << ":" << number << ": expected three columns\n";
        ++failed;
        continue;
      }
      Case c;
      c.expression = columns[0];
      c.month_end = month_end;
      c.parameters = parameters;
      c.declared = declared;
      c.definitions = definitions;
      for (const std::string& fact : split_facts(columns[1])) {
        const auto equals = fact.find('=');
        const std::string left = trimmed(fact.substr(0, equals));
        const auto blank = left.find(' ');
        const std::string name = left.substr(0, blank);
        if (blank == std::string::npos && name != "as_of") {
          c.json += (c.json.empty() ? "" : ", ") + rfs::source::quote(name) + ": " + trimmed(fact.substr(equals + 1));
          continue;
        }
        if (name == "as_of") {
          c.as_of = trimmed(fact.substr(equals + 1));
          continue;
        }
        c.facts.emplace_back(name, trimmed(left.substr(blank)));
        if (equals != std::string::npos) c.given.emplace_back(name, trimmed(fact.substr(equals + 1)));
      }
      bool good = true;
      for (const bool bound : {false, true}) {
        const std::string result = found(c, bound);
        if (result == columns[2]) continue;
        good = false;
        std::cerr << argv[i] << ":" << number << ": " << columns[0] << "\n  expected " << columns[2] << "\n  found    "
                  << result << (bound ? ", on a bound day" : "") << "\n";
      }
      ++(good ? passed : failed);
    }
  }
  std::cout << passed << " passed, " << failed << " failed\n";
  return failed == 0 && passed > 0 ? 0 : 2;
}
