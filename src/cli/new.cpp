#include "output.hpp"
#include "verbs.hpp"
#include "write.hpp"

namespace rfs_cli {

namespace {

/// A small programme that shows a fact of each common type, a figure by date, texts, a decision and tests.
constexpr std::string_view kStarter = R"json({
  "rfs": 1,
  "rules": "my-organisation/my-programme",
  "version": "1",
  "title": "My programme",
  "currency": "USD",
  "month_end": "clamp",
  "effective": { "from": "2025-01-01" },
  "sources": {
    "board": { "title": "Decision of the board", "published": "2025-01-01" }
  },
  "facts": {
    "member": { "type": "bool", "ask": "Are you a member?", "title": "A member", "unmet": "Become a member first." },
    "member_since": { "type": "date", "ask": "Since when?", "can_change": "no" },
    "cost": { "type": "money", "ask": "How much does your project cost?" }
  },
  "parameters": {
    "highest_grant": { "type": "money", "values": [{ "from": "2025-01-01", "value": "500.00", "source": "board" }] }
  },
  "definitions": {
    "long_enough": {
      "value": "as_of >= member_since + 6 months",
      "title": "A member for six months",
      "unmet": "You can apply from {member_since + 6 months}."
    }
  },
  "decisions": {
    "grant": {
      "title": "Grant",
      "eligible": "member and long_enough",
      "amount": "min(highest_grant, 50% * cost)",
      "round": "down to 0.01 USD"
    }
  },
  "tests": [
    {
      "name": "half of the cost",
      "as_of": "2025-07-01",
      "facts": { "member": true, "member_since": "2025-01-01", "cost": "300.00" },
      "expect": { "grant": { "status": "eligible", "amount": "150.00" } }
    },
    {
      "name": "never above the highest grant",
      "as_of": "2025-07-01",
      "facts": { "member": true, "member_since": "2025-01-01", "cost": "9000.00" },
      "expect": { "grant": { "status": "eligible", "amount": "500.00" } }
    },
    {
      "name": "one day too early",
      "as_of": "2025-06-30",
      "facts": { "member": true, "member_since": "2025-01-01", "cost": "300.00" },
      "expect": { "grant": { "status": "ineligible", "unmet": ["long_enough"] } }
    }
  ]
}
)json";

}  // namespace

int run_new(const NewOptions& options) {
  const std::string& path = options.file;
  constexpr std::string_view kEnd = ".rules.json";
  if (path.size() <= kEnd.size() || path.compare(path.size() - kEnd.size(), kEnd.size(), kEnd) != 0) {
    return usage_error("expected a name that ends in " + std::string(kEnd) + ", found `" + path + "`");
  }
  if (const auto problem = create_file(path, kStarter)) return usage_error(*problem);
  print(on_one_line(path) + "\n");
  finish(Exit::done);
  say("next: rfs check " + on_one_line(path) + " and rfs test " + on_one_line(path) + "\n");
  return finish(Exit::done);
}

}  // namespace rfs_cli
