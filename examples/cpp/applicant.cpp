// Decides one applicant. Usage: applicant RULES FACTS.json AS_OF
#include <fstream>
#include <iostream>
#include <iterator>

#include <rfs/rfs.hpp>

int main(int argc, char** argv) {
  const auto as_of = argc == 4 ? rfs::Date::parse(argv[3]) : std::nullopt;
  if (!as_of) return std::cerr << "usage: applicant RULES FACTS.json AS_OF\n", 1;

  const auto rules = rfs::load(argv[1]);
  if (!rules) return std::cerr << rules.error().render(), 3;
  const auto funding = rules->decision("funding");
  if (!funding) return std::cerr << funding.error().message << "\n", 3;

  std::ifstream file(argv[2]);
  rfs::Facts facts(*rules);
  facts.read_json(std::string(std::istreambuf_iterator<char>(file), {}), argv[2]);

  rfs::Outcome out(*rules);
  rules->evaluate(facts, *as_of, out);
  if (out.refused()) return std::cerr << out.problems().render(), 3;

  const auto decided = out[*funding];
  std::cout << rfs::status_text(decided.status());
  if (const auto amount = decided.amount()) std::cout << ", " << amount->text();
  std::cout << "\n";
}
