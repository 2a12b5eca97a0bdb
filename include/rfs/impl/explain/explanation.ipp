#pragma once

#include "rfs/explain/explanation.hpp"

#include <vector>

#include "rfs/evaluate/reasons.hpp"
#include "rfs/explain/text.hpp"
#include "rfs/explain/tree.hpp"
#include "rfs/impl/explain/tree_text.ipp"
#include "rfs/program/program.hpp"

namespace rfs::inline RFS_ABI::explain {

namespace detail {

/// `eligible, $150.00`: the amount where the decision grants one and is not refused.
RFS_INLINE std::string verdict(const Outcome& outcome, DecisionId id) {
  const std::string status(status_text(outcome.status(id)));
  const std::string amount = spoken_amount(outcome, id);
  return amount.empty() ? status : status + ", " + amount;
}

}  // namespace detail

RFS_INLINE std::string explanation(Outcome& outcome, std::string_view language) {
  return explain(outcome, language).text();
}

RFS_INLINE std::string summary(Outcome& outcome, std::string_view language) {
  outcome.read_texts();
  const Rules& rules = outcome.rules();
  const rule::File& file = rules.file();
  std::string out;
  for (std::size_t i = 0; i < file.decisions.size(); ++i) {
    const DecisionId id(i);
    detail::line(out, 0, file.decisions[i].name.text + ": " + detail::verdict(outcome, id));
    const Reasons why = reasons(outcome, id);
    const auto& conditions = rules.program().decisions[id].conditions;
    for (const std::uint32_t index : why.unmet) {
      const char* mark = conditions[index].wanted ? "  unmet: " : "  not wanted: ";
      detail::line(out, 0, mark + condition_text(outcome, id, index, language));
    }
    std::string needed;
    for (const std::string& name : needed_names(rules, why)) needed += (needed.empty() ? "" : ", ") + name;
    if (!needed.empty()) detail::line(out, 2, "needed: " + needed);
    for (const Missing& missing : why.missing) {
      detail::line(out, 2, "not on file: " + detail::missing_text(missing, rules));
    }
  }
  if (!file.decisions.empty() || outcome.refused()) return out;
  // A file without decisions is read for its definitions.
  for (std::size_t i = 0; i < file.definitions.size(); ++i) {
    const DefinitionId id(i);
    detail::line(
        out, 0,
        file.definitions[i].name.text + ": " + spoken(outcome.reading(id), rules.module().definitions[id].type, rules));
  }
  return out;
}

}  // namespace rfs::inline RFS_ABI::explain
