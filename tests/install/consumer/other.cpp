#include <string>

#include <rfs/rfs.hpp>

std::string decide_elsewhere(const char* path) {
  const auto rules = rfs::load(path);
  if (!rules) return rules.error().render();
  rfs::Facts facts(*rules);
  rfs::Outcome out(*rules);
  facts.set("office", "school_board");
  facts.set("raised", "150.00");
  facts.set("plan", "draft");
  facts.set("requested", "500.00");
  facts.set("on_ballot_since", "2017-04-24");
  rules->evaluate(facts, *rfs::Date::of(2017, 6, 24), out);
  return rfs::explain::outcome_json(out);
}
