#include "schema.hpp"

#include "parts.hpp"

namespace rfs_schema {

std::optional<std::string> schema(std::string_view name) {
  Json out;
  if (name == "rules")
    out = rules_schema();
  else if (name == "tests")
    out = tests_schema();
  else if (name == "outcome")
    out = outcome_schema();
  else if (name == "diagnostic")
    out = diagnostic_schema();
  else
    return std::nullopt;
  return out.dump(2) + '\n';
}

}  // namespace rfs_schema
