#pragma once

#include "rfs/impl/batch/row_facts.hpp"

namespace rfs::inline RFS_ABI::batch {

RFS_INLINE RowFacts::RowFacts(const Rules& rules, const Binding& binding) : binding_(binding), facts_(rules) {
  for (const FactId fact : binding.unknown) facts_.mark(fact.value, program::Given::State::unknown);
}

RFS_INLINE void RowFacts::fill(const Decoded& block, std::size_t row) {
  for (std::size_t i = 0; i < binding_.columns.size(); ++i) {
    const FactId fact = binding_.columns[i].fact;
    if (!fact.valid()) continue;
    const Column& column = block.columns[i];
    if (column.cell(row) != Cell::known) {
      facts_.mark(fact.value, program::Given::State::unknown);
      continue;
    }
    const Target& target = binding_.columns[i].decoder.target();
    facts_.give(fact.value, target.stepped ? Value{Exact(column.step(row)) * target.step, {}} : column.values[row]);
  }
}

RFS_INLINE Diagnostics RowFacts::give_text(FactId fact, std::string_view text) {
  facts_.set(fact, text, rule::Written::text);
  return std::exchange(facts_.problems_, {});
}

}  // namespace rfs::inline RFS_ABI::batch
