#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/program/program.hpp"
#include "rfs/program/reading.hpp"

namespace rfs::inline RFS_ABI {

enum class Status : std::uint8_t { eligible, ineligible, undetermined, refused };

/// Returns `eligible`, `ineligible`, `undetermined` or `refused`.
RFS_API std::string_view status_text(Status status) noexcept;

/// What evaluating one applicant gave. Made for one set of rules and reused; strings are made only when asked for.
class Outcome {
 public:
  RFS_API explicit Outcome(const Rules& rules);
  // Readings of texts point into the facts that were given.
  Outcome(Outcome&&) = default;
  Outcome& operator=(Outcome&&) = default;

  [[nodiscard]] bool refused() const noexcept { return !problems_.empty(); }
  /// Returns why the applicant was refused: every problem of the facts and of the date.
  [[nodiscard]] const Diagnostics& problems() const noexcept { return problems_; }
  [[nodiscard]] Date as_of() const noexcept { return as_of_; }
  [[nodiscard]] const Rules& rules() const noexcept { return rules_; }
  [[nodiscard]] std::span<const program::Given> given() const noexcept { return given_; }

  [[nodiscard]] RFS_API Status status(DecisionId id) const noexcept;
  /// Returns the bounds of `decision.amount`: equal when the amount is known; of an undetermined decision the hull of 0
  /// and the amount. Nothing where the decision grants none or the applicant is refused.
  [[nodiscard]] RFS_API std::optional<value::Interval> amount(DecisionId id) const;
  /// Returns the reading of any node: of a definition, a condition, a text's hole.
  [[nodiscard]] RFS_API program::Reading reading(program::NodeId id) const;
  /// Returns the reading of a definition.
  [[nodiscard]] RFS_API program::Reading reading(DefinitionId id) const;
  /// Returns whether one value of the node is left.
  [[nodiscard]] RFS_API bool known(program::NodeId id) const;
  /// Returns what a condition of a decision reads; unknown where it stands out of reach.
  [[nodiscard]] RFS_API Bool3 truth(DecisionId id, std::size_t condition) const;

  /// Evaluates the nodes that only texts read; explain calls it.
  RFS_API void read_texts();

 private:
  friend class Rules;
  bool known_values(std::size_t from, std::size_t to);
  void readings(std::size_t from, std::size_t to);

  Rules rules_;
  Date as_of_;
  std::vector<program::Given> given_;
  Diagnostics problems_;
  bool complete_ = false;  ///< values_ counts, else readings_
  std::size_t read_ = 0;   ///< nodes before this one are evaluated
  Table<program::NodeId, Exact> values_;
  Table<program::NodeId, const std::string*> texts_;
  Table<program::NodeId, program::Reading> readings_;
};

}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/evaluate/outcome.ipp"
#endif
