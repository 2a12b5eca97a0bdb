#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/program/program.hpp"
#include "rfs/program/reading.hpp"
#include "rfs/value/money.hpp"

namespace rfs::inline RFS_ABI {

enum class Status : std::uint8_t { eligible, ineligible, undetermined, refused };

/// Returns `eligible`, `ineligible`, `undetermined` or `refused`.
RFS_API std::string_view status_text(Status status) noexcept;

/// A set of a decision's conditions, by their index in its list. Belongs to the outcome it was taken from, until that
/// is used again.
class ConditionSet {
 public:
  explicit ConditionSet(std::span<const std::uint64_t> bits) noexcept : bits_(bits) {}
  [[nodiscard]] bool contains(std::size_t condition) const noexcept {
    return condition / 64 < bits_.size() && (bits_[condition / 64] >> condition % 64 & 1) != 0;
  }
  [[nodiscard]] RFS_API std::size_t size() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  /// Returns conditions 0 to 63 as bits.
  [[nodiscard]] std::uint64_t low_bits() const noexcept { return bits_.empty() ? 0 : bits_[0]; }

 private:
  std::span<const std::uint64_t> bits_;
};

class Outcome;

/// One decision of an outcome; belongs to it. Of an empty handle, everything is refused and nothing.
class DecisionView {
 public:
  [[nodiscard]] Status status() const noexcept;
  /// Returns the amount where it is known and money that can be paid in minor units.
  [[nodiscard]] std::optional<Money> amount() const;
  /// Returns the bounds of the amount, where they are money that can be paid in minor units.
  [[nodiscard]] std::optional<Money> least() const;
  [[nodiscard]] std::optional<Money> most() const;
  /// Returns the bounds of the amount exactly, also of numbers and of thirds; nothing where none is granted.
  [[nodiscard]] RFS_API std::optional<Exact> exact_least() const;
  [[nodiscard]] RFS_API std::optional<Exact> exact_most() const;
  /// Returns the conditions because of which the applicant is ineligible; empty otherwise.
  [[nodiscard]] ConditionSet unmet() const noexcept;

 private:
  friend class Outcome;
  DecisionView(const Outcome& outcome, DecisionId id) noexcept : outcome_(&outcome), id_(id) {}

  const Outcome* outcome_;
  DecisionId id_;
};

/// An item of a list that a definition is, or several that nothing tells apart.
struct ListItem {
  bool certain = true;                   ///< whether it is there, or only may be
  std::uint64_t count = 1;               ///< how many items these are; more than one only of those that may be there
  std::vector<program::Reading> fields;  ///< of its record, in their order; one where items are no records
};

/// What evaluating one applicant gave. Made for one set of rules and reused; strings are made only when asked for.
class Outcome {
 public:
  RFS_API explicit Outcome(const Rules& rules);
  // Readings of texts point into the facts kept here.
  Outcome(Outcome&&) = default;
  Outcome& operator=(Outcome&&) = default;

  [[nodiscard]] DecisionView operator[](DecisionId id) const& noexcept { return {*this, id}; }
  DecisionView operator[](DecisionId id) const&& = delete;

  [[nodiscard]] bool refused() const noexcept { return form_ == Form::refused; }
  /// Returns why the applicant was refused: every problem of the facts and of the date.
  [[nodiscard]] const Diagnostics& problems() const noexcept { return problems_; }
  [[nodiscard]] Date as_of() const noexcept { return as_of_; }
  [[nodiscard]] const Rules& rules() const noexcept { return rules_; }
  /// Returns the facts as they were given, written anew for each call; empty before the first evaluation.
  [[nodiscard]] RFS_API std::vector<program::Given> given() const;
  /// Returns whether a fact was given; of an outcome that was evaluated.
  [[nodiscard]] RFS_API program::Given::State given(FactId fact) const noexcept;

  [[nodiscard]] Status status(DecisionId id) const noexcept;
  /// Returns the bounds of `decision.amount`: equal when the amount is known; of an undetermined decision the hull of 0
  /// and the amount. Nothing where the decision grants none or the applicant is refused.
  [[nodiscard]] RFS_API std::optional<value::Interval> amount(DecisionId id) const;
  /// Returns the reading of a node that definitions, decisions and conditions name; of any other after read_texts().
  [[nodiscard]] RFS_API program::Reading reading(program::NodeId id) const;
  /// Returns the reading of a definition; of a list the number of its items.
  [[nodiscard]] RFS_API program::Reading reading(DefinitionId id) const;
  /// Returns the items of a definition that is a list, in order, without those that are not there; after read_texts()
  /// of any, before it of those that decide. A field that is a list itself has an empty reading. Costs as much as
  /// evaluating the list does.
  [[nodiscard]] RFS_API std::vector<ListItem> items(DefinitionId id) const;
  /// Returns the truth of a bool node.
  [[nodiscard]] RFS_API Bool3 truth(program::NodeId id) const noexcept;
  /// Returns whether one value of the node is left.
  [[nodiscard]] RFS_API bool known(program::NodeId id) const;
  /// Returns what a condition of a decision reads; unknown where it stands out of reach.
  [[nodiscard]] RFS_API Bool3 truth(DecisionId id, std::size_t condition) const;

  /// Evaluates every node, also those that only texts read; explain calls it.
  RFS_API void read_texts();

 private:
  friend class Rules;
  friend class RulesOn;
  friend class DecisionView;
  /// How the values of the last evaluation are held; refused before the first.
  enum class Form : std::uint8_t { refused, scaled, exact, bounds };

  /// Which of three amounts is asked for.
  enum class Bounds : std::uint8_t { known, least, most };

  /// Returns where a decision of a scaled outcome is found, or null.
  [[nodiscard]] const evaluate::BoundDecision* scaled(DecisionId id) const noexcept {
    if (form_ != Form::scaled || id.value >= bound_->decisions.size()) return nullptr;
    return bound_->decisions.data() + id.value;
  }
  [[nodiscard]] std::int64_t at(evaluate::Place place) const noexcept {
    const std::int64_t value = slots_[place.slot];
    if (place.table == evaluate::kNothing) return value;
    return bound_->tables[static_cast<std::size_t>(place.table + value)];
  }
  [[nodiscard]] std::optional<Money> money(DecisionId id, Bounds bounds) const;
  [[nodiscard]] RFS_API Status read_status(DecisionId id) const noexcept;
  [[nodiscard]] RFS_API std::optional<Money> read_money(DecisionId id, Bounds bounds) const;
  [[nodiscard]] RFS_API ConditionSet read_unmet(DecisionId id) const noexcept;
  void bind(const std::shared_ptr<const evaluate::Bound>& bound);
  void decide_bound(const Facts& facts) noexcept;
  bool scaled_values(const Facts& facts);
  void finish_scaled(const Facts& facts);
  void keep(const Facts& facts);
  bool known_values(std::size_t from, std::size_t to);
  void readings(std::size_t from, std::size_t to);
  void find_unmet();
  void find_unmet(DecisionId id);

  Rules rules_;
  Date as_of_;
  std::vector<program::Given> given_;
  Diagnostics problems_;
  Form form_ = Form::refused;
  std::size_t read_ = 0;                          ///< nodes before this one are evaluated
  std::shared_ptr<const evaluate::Bound> bound_;  ///< the day last bound here; may be none
  std::vector<std::int64_t> slots_;               ///< of bound_; scaled: filled with the values
  std::int64_t last_day_ = INT64_MIN;
  Table<program::NodeId, Exact> values_;
  Table<program::NodeId, std::shared_ptr<const std::string>> texts_;
  Table<program::NodeId, program::Reading> readings_;
  std::vector<std::uint64_t> unmet_;  ///< a decision's sets stand at unmet_begin_
  std::vector<std::uint32_t> unmet_begin_;
  std::vector<Bool3> marks_;  ///< for the longest walk
};

// What every service asks of every decision is read here: a call costs as much as a decision does.

inline Status Outcome::status(DecisionId id) const noexcept {
  const evaluate::BoundDecision* const found = scaled(id);
  if (found == nullptr) return read_status(id);
  return at(found->eligible) != 0 ? Status::eligible : Status::ineligible;
}

inline Status DecisionView::status() const noexcept { return outcome_->status(id_); }

inline std::optional<Money> Outcome::money(DecisionId id, Bounds bounds) const {
  const evaluate::BoundDecision* const found = scaled(id);
  if (found == nullptr || found->minor == 0) return read_money(id, bounds);
  return found->money.with_units(at(found->amount) * found->minor);
}

inline std::optional<Money> DecisionView::amount() const { return outcome_->money(id_, Outcome::Bounds::known); }

inline std::optional<Money> DecisionView::least() const { return outcome_->money(id_, Outcome::Bounds::least); }

inline std::optional<Money> DecisionView::most() const { return outcome_->money(id_, Outcome::Bounds::most); }

inline ConditionSet DecisionView::unmet() const noexcept {
  const evaluate::BoundDecision* const found = outcome_->scaled(id_);
  if (found == nullptr || found->unmet.table == evaluate::kNothing) return outcome_->read_unmet(id_);
  const std::int64_t set = found->unmet.table + outcome_->slots_[found->unmet.slot];
  return ConditionSet({outcome_->bound_->unmet.data() + set, 1});
}

}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/evaluate/outcome.ipp"
#endif
