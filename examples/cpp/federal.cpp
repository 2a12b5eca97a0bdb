// Decides the candidates of a CSV file of federal filings, as filed and then with no plan assumed, and says who comes
// out how and why. Usage: federal RULES CANDIDATES.csv
#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "rfs/rfs.hpp"

namespace {

using Row = std::vector<std::string>;

// These files have neither quotes nor blanks; a row of another length is refused rather than misread.
std::vector<Row> read_csv(std::istream& in) {
  std::vector<Row> rows;
  for (std::string line; std::getline(in, line);) {
    Row row;
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
    if (!line.empty() && line.back() == ',') row.emplace_back();
    if (!rows.empty() && row.size() != rows.front().size()) {
      std::cerr << "line " << rows.size() + 1 << ": expected " << rows.front().size() << " cells, found " << row.size()
                << "\n";
      return {};
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

// The outcome of one candidate in a line: its status, and what decides it or is still needed.
std::string reason(const rfs::Outcome& out, rfs::DecisionId id) {
  const rfs::Rules& rules = out.rules();
  const auto& conditions = rules.program().decisions[id].conditions;
  const rfs::Reasons why = rfs::reasons(out, id);
  std::string text(rfs::status_text(out.status(id)));
  const auto list = [&](const char* word, const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size(); ++i)
      text += (i == 0 ? std::string(", ") + word + " " : " and ") + names[i];
  };
  std::vector<std::string> names;
  for (const auto i : why.unmet) names.push_back(conditions[i].name);
  list("not met:", names);
  names.clear();
  for (const auto id_needed : why.needed) names.push_back(rules.file().facts[id_needed.value].name.text);
  list("needs", names);
  names.clear();
  for (const auto& missing : why.missing) names.push_back(rules.file().parameters[missing.parameter.value].name.text);
  list("not on file:", names);
  return text;
}

void decide(const rfs::Rules& rules, const std::vector<Row>& rows, const char* plan) {
  const Row& header = rows.front();
  rfs::Facts facts(rules);
  rfs::Outcome out(rules);
  std::map<std::string, std::map<std::string, int>> counts;  // by outcome, then by office
  for (std::size_t r = 1; r < rows.size(); ++r) {
    facts.clear();
    std::string office;
    for (std::size_t c = 0; c < header.size(); ++c) {
      const bool is_fact = std::any_of(rules.file().facts.begin(), rules.file().facts.end(),
                                       [&](const auto& fact) { return fact.name.text == header[c]; });
      if (is_fact && !rows[r][c].empty()) facts.set(header[c], rows[r][c]);
      if (header[c] == "office") office = rows[r][c];
    }
    if (plan != nullptr) facts.set("plan", plan);
    rules.evaluate(facts, *rfs::Date::of(2015, 12, 31), out);
    if (out.refused()) {
      std::cout << "line " << r + 1 << " is refused:\n" << out.problems().render();
      continue;
    }
    ++counts[reason(out, rfs::DecisionId(0))][office];
  }
  std::map<std::string, int> by_status;
  for (const auto& [why, offices] : counts) {
    std::string line;
    int sum = 0;
    for (const auto& [office, count] : offices) {
      line += (line.empty() ? "" : ", ") + std::to_string(count) + " " + office;
      sum += count;
    }
    by_status[why.substr(0, why.find(','))] += sum;
    std::cout << "  " << why << ": " << sum << " (" << line << ")\n";
  }
  for (const auto& [status, count] : by_status) std::cout << "  = " << count << " " << status << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: federal RULES CANDIDATES.csv\n";
    return 1;
  }
  const auto rules = rfs::load(argv[1]);
  if (!rules) {
    std::cerr << rules.error().render();
    return 3;
  }
  std::ifstream in(argv[2]);
  const std::vector<Row> rows = read_csv(in);
  if (rows.size() < 2) {
    std::cerr << "cannot read candidates from " << argv[2] << "\n";
    return 3;
  }
  std::cout << rows.size() - 1 << " candidates as filed, on 31 December 2015:\n";
  decide(*rules, rows, nullptr);
  std::cout << "\nThe same with no plan assumed (plan=none):\n";
  decide(*rules, rows, "none");
  return 0;
}
