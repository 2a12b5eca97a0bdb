#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
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
enum class Fault : std::uint8_t {
  none,
  min_end,
  round_end,
  month_end,
  guard_step,
  kleene_or,
  marginal,
  table_row,
  off_file,
  possible_sum,
  distinct_count
};

/// A figure that is not on file; keys that are whole numbers and not known are kAnyKey.
struct Missing {
  std::uint32_t parameter = 0;
  std::vector<std::int64_t> keys;
  std::optional<Date> date;
  friend auto operator<=>(const Missing&, const Missing&) = default;
};
inline constexpr std::int64_t kAnyKey = INT64_MIN;

/// What something inside a list waits for while it is not known.
struct Need {
  enum class Kind : std::uint8_t { place, fact, cell, figure } kind = Kind::place;
  std::uint32_t index = 0;  ///< of the place or fact
  std::size_t item = 0, field = 0;
  Missing figure;
  friend auto operator<=>(const Need&, const Need&) = default;
};
using Needs = std::set<Need>;

struct List;
/// What is known of a value. Which member counts follows from the kind. `nothing` is the reading of what a guard left
/// nothing of; it must not reach a result.
struct Reading {
  Exact least, most;  ///< of a list: how many items it counts
  Bool3 truth = Bool3::unknown;
  std::uint64_t words = 0;  ///< choices have at most 64 options here
  std::optional<std::string> text;
  bool nothing = false;
  std::vector<Reading> fields;       ///< of a record
  std::shared_ptr<const List> list;  ///< of a list
  Needs needs;                       ///< inside lists, and of what goes over them: of what is not known
  std::optional<Exact> step;         ///< in the range of an item: what divides its values
  std::size_t bytes = 0;             ///< the same: no text takes more
};

/// An item that is there for certain, or as many like it as may be there.
struct Member {
  Reading value;
  bool certain = true;
  std::uint64_t count = 1;
  Needs needs{};        ///< whether it is there
  bool ordered = true;  ///< where it stands among the others is known
};
/// A list of which this is known. In a range it has one member, which stands for all its items.
struct List {
  std::vector<Member> members;
  std::uint64_t certain = 0;  ///< how many are there for certain
  bool all = false;           ///< in a range: every item is there for certain
  bool some = false;          ///< one is there at least, though perhaps none for certain: the members of a group
  Needs which{};              ///< which members there are
};

/// A line of a decision's conditions.
struct Line {
  std::string name;
  bool wanted = true;
  Bool3 truth = Bool3::unknown;
};

/// A cell of a list that was given.
struct Cell {
  std::uint32_t fact = 0;
  std::size_t item = 0, field = 0;
  friend auto operator<=>(const Cell&, const Cell&) = default;
};

struct Decided {
  Bool3 eligible = Bool3::unknown;
  std::optional<Reading> amount;
  std::vector<Line> conditions;
  std::vector<std::uint32_t> met, unmet, undetermined;  ///< indices of conditions
  std::vector<std::uint32_t> needed;                    ///< indices of facts
  std::vector<Cell> needed_cells;
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

/// Places that are read once for each item of a list.
struct Body {
  std::uint32_t begin = 0, end = 0;
  std::vector<std::uint32_t> roots;
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
  std::size_t bytes = 0;     ///< text: no value takes more
  bool inside = false;       ///< it has a reading for each item of a list
  std::vector<Body> fields;  ///< a list of records: the defaults of its fields that are expressions
  Body body;                 ///< what goes over a list: the places that it reads for each item
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
    std::vector<Reading>* readings = nullptr;
    std::vector<Reading>* items = nullptr;  ///< by BinderId: what is at work
  };
  struct Walked;
  struct DecisionPlaces {
    std::uint32_t eligible = 0;
    std::optional<std::uint32_t> granted, amount;
  };
  using Readings = std::vector<Reading>;
  using ToPlace = std::function<void(std::uint32_t)>;
  using ToNeed = std::function<void(const Need&)>;
  using Pairs = std::vector<std::pair<BinderId, BinderId>>;

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
  [[nodiscard]] bool same(typed::NodeId a, typed::NodeId b, Pairs& bound) const;
  [[nodiscard]] bool is_constant(typed::NodeId at) const;
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
  void need_table(const Place& place, const Readings& readings, const ToPlace& to) const;
  void need_row(const Rows& rows, std::size_t row, const Readings& readings, const ToPlace& to) const;
  void need_first(const Rows& rows, const Readings& readings, const ToPlace& to) const;
  void need_extreme(const Rows& rows, const Readings& readings, const ToPlace& to) const;
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

  // lists.cpp
  void place_body(Place& made, std::span<const typed::NodeId> parts, const Guards& guards);
  [[nodiscard]] std::vector<Body> place_fields(FactId fact);
  [[nodiscard]] Reading item_range(const Place& place) const;
  [[nodiscard]] Reading leaf(std::uint32_t at) const;
  [[nodiscard]] Reading range_of_list(const Place& place) const;
  [[nodiscard]] Reading range_of_fact(std::uint32_t fact, const std::vector<Body>& fields) const;
  [[nodiscard]] Reading range_of_taken(const Place& place, const Reading& list) const;
  [[nodiscard]] Reading read_list(const Place& place, const Readings& readings, const Inputs& inputs) const;
  [[nodiscard]] Reading read_items(const Place& place, const Inputs& inputs) const;
  [[nodiscard]] Reading read_group(const Place& place, const Reading& list, const Inputs& inputs) const;
  [[nodiscard]] Reading read_aggregate(const Place& place, const Readings& readings) const;
  [[nodiscard]] Reading read_taken(const Place& place, const List& list, const Readings& readings) const;
  [[nodiscard]] static Reading counted_anew(const Reading& list);
  [[nodiscard]] Reading read_choice(const Place& place, const Readings& readings) const;
  [[nodiscard]] Reading any_equal(const Reading& list, const Type& item, const Reading& x, std::uint32_t x_at,
                                  const Readings& readings) const;
  [[nodiscard]] Bool3 equal_lists(const Reading& a, const Reading& b, const Type& type) const;
  [[nodiscard]] Bool3 equal_items(const Reading& a, const Reading& b, const Type& type) const;
  [[nodiscard]] Reading distinct(const Reading& list, Kind kind) const;
  [[nodiscard]] Reading weekdays_but(const Place& place, const Readings& readings) const;
  const Reading& go_over(const Body& body, std::uint32_t binder, const Reading& item, const Inputs& inputs) const;
  [[nodiscard]] Needs needs_of(std::uint32_t at, const Readings& readings) const;
  void run(std::uint32_t begin, std::uint32_t end, const Inputs& inputs) const;
  /// Whether readings are the ranges being found.
  [[nodiscard]] bool nothing_known(const Readings& readings) const { return &readings == &ranges_; }
  [[nodiscard]] const Type& type_of(const Place& place) const { return module_[place.node].type; }

  /// Calls `to` for what an undecided place waits for: operands, and facts and figures by `ends`.
  void step(std::uint32_t at, const Readings& readings, const Inputs& inputs, const ToPlace& to,
            const ToNeed& ends) const;

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
  bool dated_ = false;                ///< another day than `as_of` is at work
  bool figures_move_ = false;         ///< and figures are read on it, or on a day that follows from it
  std::vector<Reading> item_ranges_;  ///< by BinderId
  std::set<std::pair<std::uint32_t, std::uint32_t>> bodies_;  ///< where places of bodies begin and end
  std::vector<std::vector<Body>> field_defaults_;             ///< by FactId and field: a default that is an expression
  int inside_ = 0;                                            ///< how many bodies are being placed
  std::vector<typed::NodeId> at_work_;                        ///< the nodes being placed, from the outside in
};

}  // namespace rfs::reference
