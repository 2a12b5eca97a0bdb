// Writes the words that the fuzzers try: keys, functions, keywords, types and signs, one a line as libFuzzer reads
// them. `rfs_fuzz_dictionary > tests/fuzz/rules.dict`
#include <iostream>
#include <set>
#include <span>
#include <string>

#include "rfs/rule/keys.hpp"
#include "rfs/typed/functions.hpp"

namespace {

std::set<std::string> words;

void add_keys(std::span<const rfs::rule::Key> keys) {
  for (const rfs::rule::Key& key : keys) words.insert("\\\"" + std::string(key.name) + "\\\": ");
}

}  // namespace

int main() {
  namespace keys = rfs::rule::keys;
  add_keys(keys::file);
  add_keys(keys::effective);
  add_keys(keys::source);
  add_keys(keys::fact);
  add_keys(keys::parameter);
  add_keys(keys::period);
  add_keys(keys::cell);
  add_keys(keys::definition);
  add_keys(keys::decision);
  add_keys(keys::allowance);
  add_keys(keys::test);
  add_keys(keys::expected_decision);
  add_keys(keys::bounds);
  add_keys(keys::missing_figure);
  add_keys(keys::expected_condition);
  add_keys(keys::test_file);
  for (const rfs::typed::Function& function : rfs::typed::kFunctions) words.insert(std::string(function.name) + "(");
  for (const char* word : {"and",       "between",  "else",
                           "every",     "false",    "for",
                           "if",        "in",       "item",
                           "items",     "not",      "on",
                           "or",        "return",   "satisfies",
                           "some",      "then",     "true",
                           "null",      "as_of",    ".eligible",
                           ".amount",   ".year",    ".month",
                           ".day",      ".weekday", "USD",
                           "JPY",       "KWD",      " days",
                           " months",   " years",   "to: ",
                           "bool",      "number",   "integer",
                           "percent",   "money",    "date",
                           "months",    "days",     "choice",
                           "text",      "clamp",    "next_day",
                           "least",     "most",     "none",
                           "up to ",    "down to ", "half_even to 0.01 USD",
                           "applicant", "staff",    "records"}) {
    words.insert(word);
  }
  for (const char* sign : {"<=", ">=", "!=", "..", "@'", "''", "{{", "%", "1e30", "\\\\u00e9", "\\\\\\\"", "0001-01-01",
                           "9999-12-31", "2016-02-29", "999999999.99", "1/3", "*"}) {
    words.insert(sign);
  }
  for (const std::string& word : words) std::cout << '"' << word << "\"\n";
  return 0;
}
