// Decides one applicant here and the same in the other unit. Usage: main RULES
#include <cstdio>
#include <string>

#include <rfs/rfs.hpp>

std::string decide_elsewhere(const char* path);

int main(int argc, char** argv) {
  if (argc != 2) return 1;
  const auto rules = rfs::load(argv[1]);
  if (!rules) {
    std::fputs(rules.error().render().c_str(), stderr);
    return 3;
  }
  rfs::Facts facts(*rules);
  rfs::Outcome out(*rules);
  facts.read_json(R"({"office": "school_board", "raised": "150.00", "plan": "draft", "requested": "500.00",
                      "on_ballot_since": "2017-04-24"})");
  rules->evaluate(facts, *rfs::Date::of(2017, 6, 24), out);
  const std::string here = rfs::explain::outcome_json(out);
  const std::string there = decide_elsewhere(argv[1]);
  std::printf("%s\n", here.c_str());
  const bool right = here.find(R"("status":"eligible","amount":"150.00")") != std::string::npos;
  return right && here == there && !rfs::load("no such file") ? 0 : 2;
}
