#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rfs/program/reading.hpp"
#include "rfs/typed/tree.hpp"
#include "rfs/value/bool3.hpp"
#include "rfs/value/date.hpp"

/// A second evaluator, written from language.md and ADR 1 alone, that the engine is compared with. It takes names and
/// types from the typed tree, applicants' facts as program::Given, and finds ranges, steps, guards and readings itself.
namespace rfs::reference {

/// Mistakes that can be made on purpose, to see that the comparison would find them.
enum class Fault : std::uint8_t { none, min_end, round_end, month_end, guard_step, kleene_or, marginal, table_row, off_file };

/// What is known of a value. Which member counts follows from the kind. `nothing` is the reading of what a guard left
/// nothing of; it must not reach a result.
struct Reading {
  Exact least, most;
  Bool3 truth = Bool3::unknown;
  std::uint64_t words = 0;  ///< choices have at most 64 options here
  std::optional<std::string> text;
  bool nothing = false;
};

/// A line of a decision's conditions.
struct Line {
  std::string name;
  bool wanted = true;
  Bool3 truth = Bool3::unknown;
};

/// A figure that is not on file; keys that are whole numbers and not known are kAnyKey.
struct Missing {
  std::uint32_t parameter = 0;
  std::vector<std::int64_t> keys;
  std::optional<Date> date;
  friend auto operator<=>(const Missing&, const Missing&) = default;
};
inline constexpr std::int64_t kAnyKey = INT64_MIN;

struct Decided {
  Bool3 eligible = Bool3::unknown;
  std::optional<Reading> amount;
  std::vector<Line> conditions;
  std::vector<std::uint32_t> met, unmet, undetermined;  ///< indices of conditions
  std::vector<std::uint32_t> needed;                    ///< indices of facts
  std::vector<Missing> missing;
};
struct Result {
  std::vector<Reading> definitions;
  std::vector<Decided> decisions;
};

/// A guard of one expression: what its conditions leave of it, as written.
struct End {
  Exact at;
  bool strict = false;
};
struct Guard {
  typed::NodeId expression;
  std::optional<End> least, most;
  bool nonzero = false;
  std::uint64_t words = ~std::uint64_t{0};
};
using Guards = std::vector<Guard>;

/// What a guard leaves, aligned to the step of an occurrence.
struct Limit {
  std::optional<Exact> least, most;
  bool nonzero = false;
  std::uint64_t words = ~std::uint64_t{0};
};
struct Check {
  std::uint32_t place = 0;
  Limit limit;
};
/// A guarded part: out of reach where a check leaves nothing.
struct Scope {
  std::uint32_t parent = 0;  ///< 0: no guarded part around it
  std::vector<Check> checks;
};

/// A node of the typed tree where it stands: inside which guards.
struct Place {
  typed::Op op = typed::Op::error;
  Kind kind = Kind::error;
  typed::NodeId node;
  std::uint32_t data = 0;
  std::uint32_t scope = 0;
  std::vector<std::uint32_t> operands;  ///< behind the typed operands: a fact's default, the day where none is written
  std::vector<std::uint32_t> parts;     ///< and, or, if: the scope of each operand
  std::vector<Bool3> settled;           ///< and, or, if: what is left of each operand reads for everyone
  std::optional<Limit> limit;
  bool on = false;  ///< figures are read on a day of their own
  bool constant = false;
  std::optional<Exact> step;
  Reading range;
  std::size_t bytes = 0;  ///< text: no value takes more
};

class Reference {
 public:
  explicit Reference(std::shared_ptr<const typed::Module> module, Fault fault = Fault::none);

  /// Evaluates one applicant.
  [[nodiscard]] Result evaluate(std::span<const program::Given> facts, Date as_of) const;

  /// Returns what is known of a definition when nothing is known, and the number that divides its values.
  [[nodiscard]] const Reading& range(DefinitionId id) const { return places_[definitions_[id.value]].range; }
  [[nodiscard]] const std::optional<Exact>& step(DefinitionId id) const { return places_[definitions_[id.value]].step; }

 private:
  struct Inputs {
    Reading as_of;
    const program::Given* facts = nullptr;  ///< null: nothing is known
  };
  struct Walked;
  struct DecisionPlaces {
    std::uint32_t eligible = 0;
    std::optional<std::uint32_t> granted, amount;
  };
  using Readings = std::vector<Reading>;

  std::uint32_t add(Place place, const Guards& guards, bool own_guard);
  std::uint32_t definition(DefinitionId id);
  DecisionPlaces decision(DecisionId id);
  template <class Make>
  auto elsewhere(Make make);
  std::uint32_t on(DefinitionId id, std::uint32_t date);
  [[nodiscard]] bool follows_the_day(typed::NodeId at) const;
  [[nodiscard]] bool is_constant(const Place& place) const;
  std::uint32_t place(typed::NodeId at, const Guards& guards, std::uint32_t scope, bool own_guard = true);
  std::uint32_t place_inside(typed::NodeId at, const Guards& guards, std::uint32_t scope, bool own_guard);
  std::uint32_t literal(const Value& value, Kind kind);
  std::uint32_t enter(Guards& guards, const Guards& fresh, std::uint32_t scope);
  void guards_of(typed::NodeId condition, bool holds, Guards& out);
  void guard_of_in(typed::NodeId condition, bool holds, Guards& out);
  [[nodiscard]] bool same(typed::NodeId a, typed::NodeId b) const;
  [[nodiscard]] bool holds_part(typed::NodeId whole, typed::NodeId part) const;
  [[nodiscard]] Exact constant_value(typed::NodeId at);
  [[nodiscard]] Limit align(const Guard& guard, const std::optional<Exact>& step) const;
  [[nodiscard]] std::optional<Exact> step_of(const Place& place) const;
  [[nodiscard]] std::optional<Exact> step_of_figures(const Place& place) const;
  [[nodiscard]] bool strays(const Place& place, const Readings& readings) const;

  [[nodiscard]] Reading read(const Place& place, const Readings& readings, const Inputs& inputs) const;
  [[nodiscard]] Reading read_fact(const Place& place, const Readings& readings, const Inputs& inputs) const;
  [[nodiscard]] Reading read_dates(const Place& place, const Readings& readings) const;
  [[nodiscard]] Reading read_parameter(const Place& place, const Readings& readings) const;
  [[nodiscard]] Reading read_texts(const Place& place, const Readings& readings) const;
  [[nodiscard]] std::size_t bytes_of(const Place& place) const;
  [[nodiscard]] Reading read_brackets(const Place& place, const Readings& readings) const;
  [[nodiscard]] Reading marginal(std::uint32_t parameter, std::size_t list, const Reading& x) const;
  [[nodiscard]] std::vector<std::size_t> brackets_met(const Place& place, std::size_t list, const Reading& x) const;
  [[nodiscard]] Reading figure_reading(std::uint32_t parameter, std::size_t figure) const;
  /// The parts of a decision table as places.
  struct Rows {
    rule::Hit hit = rule::Hit::unique;
    Kind kind = Kind::error;
    std::vector<std::vector<std::uint32_t>> cells;  ///< of each row, but `-`
    std::vector<std::uint32_t> results;             ///< none where rows are counted
    std::optional<std::uint32_t> otherwise;

    [[nodiscard]] std::size_t size() const { return cells.size(); }
  };
  /// What is known of a number whoever applies: what divides it and, where it is the same for everyone, the value.
  struct Known {
    std::optional<Exact> step;
    std::optional<Exact> constant;
  };
  [[nodiscard]] Rows rows_of(const Place& place) const;
  [[nodiscard]] Reading read_table(const Place& place, const Readings& readings) const;
  [[nodiscard]] Reading read_collected(const Rows& rows, const Readings& readings, std::size_t end) const;
  [[nodiscard]] Bool3 holds(const Rows& rows, std::size_t row, const Readings& readings) const;
  [[nodiscard]] std::optional<Bool3> always(const Rows& rows, std::size_t row) const;
  [[nodiscard]] Known known_of_table(const Place& place) const;
  void need_table(const Place& place, Walked& out) const;
  void need_row(const Rows& rows, std::size_t row, Walked& out) const;
  void need_first(const Rows& rows, Walked& out) const;
  void need_extreme(const Rows& rows, Walked& out) const;
  [[nodiscard]] Reading read_logic(const Place& place, const Readings& readings) const;
  [[nodiscard]] Reading read_chain(bool all, std::span<const Reading> parts) const;
  [[nodiscard]] Reading any_of(const rule::Domain& domain) const;
  [[nodiscard]] Reading divide(const Reading& a, const Place& divisor, const Reading& b) const;
  [[nodiscard]] Reading round(const Reading& x, const Reading& to, Rounding mode) const;
  template <class Visit>
  void figures(const Place& place, const Readings& readings, Visit visit) const;
  template <class Visit>
  void look_up(const Place& place, const Readings& readings, Visit visit) const;
  [[nodiscard]] std::vector<Reading> tests(const Place& place, const Readings& readings) const;
  [[nodiscard]] Bool3 or3(Bool3 a, Bool3 b) const;
  /// Reads what stands left of operand `end` of `and` or `or`; `nothing` where a guard leaves nothing of it.
  [[nodiscard]] Reading left_of(std::size_t end, const Place& place, const Readings& readings) const;
  [[nodiscard]] Bool3 condition(const Place& place, const Readings& readings) const;
  [[nodiscard]] bool closed(std::uint32_t scope, const Readings& readings) const;
  [[nodiscard]] bool out_of_reach(std::uint32_t scope, const Readings& readings) const;
  [[nodiscard]] std::int64_t shift(const Exact& date, const Exact& months) const;

  void walk(std::uint32_t at, bool wanted, Walked& out) const;
  void decide(std::uint32_t at, bool wanted, Bool3 is, Walked& out) const;
  void leave_open(std::uint32_t at, bool wanted, Walked& out) const;
  void need(std::uint32_t at, Walked& out) const;
  [[nodiscard]] Decided decided(DecisionId id, const Readings& readings, const Inputs& inputs) const;

  std::shared_ptr<const typed::Module> shared_;
  const typed::Module& module_;
  Fault fault_;
  Inputs nothing_known_;
  std::vector<Place> places_;
  Readings ranges_;
  std::vector<Scope> scopes_;
  std::vector<std::optional<std::uint32_t>> defaults_;
  std::vector<std::uint32_t> definitions_;
  std::vector<DecisionPlaces> decisions_;
  std::vector<std::vector<Value>> figures_;
  std::vector<Reading> null_figures_;
  std::uint32_t today_ = 0, read_on_ = 0;
  bool dated_ = false;                  ///< another day than `as_of` is at work
  bool figures_move_ = false;           ///< and figures are read on it, or on a day that follows from it
  std::vector<typed::NodeId> at_work_;  ///< the nodes being placed, from the outside in
};

}  // namespace rfs::reference
