#pragma once

#include <string_view>
#include <utility>

#include "rfs/evaluate/facts.hpp"
#include "rfs/impl/batch/binding.hpp"
#include "rfs/impl/batch/columns.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Facts filled from the rows of decoded columns. What columns hold has been checked, so it is given as it is.
class RowFacts {
 public:
  RowFacts(const Rules& rules, const Binding& binding);

  /// Gives what a row holds, of which no cell is refused.
  void fill(const Decoded& block, std::size_t row);
  void give_list(FactId fact, program::GivenList list) { facts_.set_list(fact, std::move(list)); }
  void give_unknown(FactId fact) { facts_.set_unknown(fact); }
  /// Gives a list in its text form. Returns what is wrong with it.
  Diagnostics give_text(FactId fact, std::string_view text);
  [[nodiscard]] const Facts& facts() const noexcept { return facts_; }

 private:
  const Binding& binding_;
  Facts facts_;
};

}  // namespace rfs::inline RFS_ABI::batch
