#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/impl/program/axis.hpp"
#include "rfs/impl/program/builder.hpp"
#include "rfs/impl/program/coverage.hpp"

namespace rfs::inline RFS_ABI::program::detail {

struct ShapeTag;
/// Equal for expressions that are the same tree with names resolved.
using ShapeId = Id<ShapeTag>;

/// One end of what a guard leaves, before it is aligned to the step of the expression.
struct Bound {
  Exact at;
  bool strict = false;
};

/// What the guards in force leave of one expression.
struct Guard {
  std::optional<Bound> least, most;
  bool nonzero = false;
  std::optional<WordSet> words;
  std::uint32_t serial = 0;  ///< tells guards apart
};

/// An expression and what one guard leaves of it.
struct Guarded {
  typed::NodeId expression;
  Guard guard;
};

struct Parts;

/// What an expression becomes: a node, or the parts of a list or record.
struct Made {
  NodeId node;
  std::shared_ptr<const Parts> parts;
};

/// A list: its scope, which of its items are there, and what one of them is. A record: its fields.
struct Parts {
  ScopeId scope = kApplicant;
  NodeId presence;           ///< of a list
  std::vector<Made> fields;  ///< of a record; a list has one, its item
};

/// Lowers the expressions of a module one after the other.
class Lowerer {
 public:
  Lowerer(std::shared_ptr<const typed::Module> module, const Limits& limits, Diagnostics& findings);
  Program run();

 private:
  // from_typed.ipp: units in order, decisions, texts
  void figures();
  void definition(DefinitionId id);
  void decision(DecisionId id, Decision& out);
  NodeId default_value(FactId id);
  void texts();
  void lint();
  [[nodiscard]] Exact minor_unit() const;

  // lower.ipp: one expression
  NodeId expression(typed::NodeId root);
  void range(typed::NodeId begin, typed::NodeId end);
  NodeId node(typed::NodeId id);
  NodeId fact(typed::NodeId id);
  NodeId lookup(typed::NodeId id, Op op);
  NodeId of_schedule(typed::NodeId id, Op op);
  NodeId comparison(expr::Op op, NodeId a, NodeId b, Kind kind, const Origin& origin);
  NodeId tests(typed::NodeId id);
  NodeId substring(typed::NodeId id);
  NodeId zero(const Type& type, const Origin& origin);
  [[nodiscard]] Origin origin(typed::NodeId id) const { return {module_[id].expression, module_[id].span}; }

  // decision_table.ipp
  NodeId table(typed::NodeId id);
  NodeId first_row(typed::NodeId id, const std::vector<NodeId>& rows);
  NodeId sum_of_rows(typed::NodeId id, const std::vector<NodeId>& rows);
  NodeId extreme_row(typed::NodeId id, const std::vector<NodeId>& rows);
  NodeId choose(typed::NodeId table, NodeId condition, NodeId yes, NodeId no);
  [[nodiscard]] bool is_always(NodeId node, bool truth) const;

  // table_checks.ipp: what rows cover
  struct Plane;
  void check_table(typed::NodeId id);
  std::vector<std::int64_t> days_of_figures(typed::NodeId id);
  template <class Visit>
  void for_each_end(typed::NodeId id, Visit visit) const;
  [[nodiscard]] typed::NodeId tests_of_cell(typed::NodeId cell) const;
  Plane plane_of(typed::NodeId id, std::int64_t day);
  [[nodiscard]] std::optional<std::vector<Run>> runs_of_cell(typed::NodeId cell) const;
  void contradictions(typed::NodeId id, const Plane& plane, const std::string& figures,
                      std::set<std::pair<std::size_t, std::size_t>>& known);
  void report_unused(typed::NodeId id, const std::vector<bool>& counts);
  [[nodiscard]] std::string case_of(typed::NodeId id, const Plane& plane, const Point& point) const;
  // on.ipp: definitions on other dates
  struct OnDay {
    NodeId value;   ///< of a definition or default; `eligible` of a decision
    NodeId amount;  ///< of a decision
  };
  /// What stands for `as_of`, and follows from it.
  struct Day {
    NodeId as_of;
    NodeId read_on;   ///< where figures are read
    bool on = false;  ///< they are read on the day of another date
  };
  NodeId on(typed::NodeId id);
  [[nodiscard]] bool reads_on(typed::NodeId id) const;
  void find_reads();
  [[nodiscard]] std::uint32_t number(typed::Unit unit) const;
  [[nodiscard]] bool refused(typed::Unit unit) const;
  [[nodiscard]] std::vector<std::uint32_t> read_by(std::uint32_t unit) const;
  void lower_on_day(std::uint32_t unit);
  void enter_day(NodeId date);
  bool may_go_on(typed::NodeId id);
  void swap_tables();
  [[nodiscard]] OnDay read_unit(typed::Unit::Kind kind, std::uint32_t index) const;
  [[nodiscard]] bool here() const { return day_.as_of == today_; }

  // guards.ipp: what guards leave
  struct GuardedPart {
    typed::NodeId parent;
    std::uint32_t operand = 0;
  };
  struct Mark {
    std::size_t undo = 0;
    NodeId under;
  };
  void find_scopes(typed::NodeId begin, typed::NodeId end);
  void enter(const GuardedPart& part);
  void leave(const Mark& mark);
  std::vector<Guarded> guards_of(typed::NodeId condition, bool holds);
  void guards_of_comparison(typed::NodeId id, bool holds, std::vector<Guarded>& out);
  void guard_words(typed::NodeId expression, WordSet words, bool holds, std::vector<Guarded>& out);
  NodeId push_guards(const std::vector<Guarded>& guards, NodeId condition, bool unreached_is_no, const Origin& origin,
                     typed::NodeId parent = {});
  NodeId apply_guard(NodeId occurrence, const Guard& guard, Op op, const Origin& origin);
  [[nodiscard]] std::string node_key(const typed::Node& node) const;
  ShapeId shape(typed::NodeId id);
  void find_parts(ShapeId shape, typed::NodeId expression);

  // lists.ipp: what lists become
  void find_binders(typed::NodeId begin, typed::NodeId end);
  void open(typed::NodeId parent);
  NodeId list_node(typed::NodeId id);
  NodeId keep(typed::NodeId id, Made made);
  [[nodiscard]] Made made(typed::NodeId id) const;
  [[nodiscard]] const Parts& list_at(typed::NodeId id) const { return *parts_.at(id.value); }
  [[nodiscard]] ScopeId around(typed::NodeId id) const;
  [[nodiscard]] bool is_list_operand(typed::NodeId parent, typed::NodeId operand) const;
  std::shared_ptr<const Parts> fact_list(FactId fact, ScopeId parent);
  std::shared_ptr<const Parts> definition_list(DefinitionId id, ScopeId parent);
  std::shared_ptr<const Parts> inside(const std::shared_ptr<const Parts>& list, ScopeId parent);
  std::shared_ptr<const Parts> derived(Scope scope, const std::vector<std::shared_ptr<const Parts>>& lists);
  Made member_of(ScopeId scope, const std::vector<Made>& sources);
  Made broken(const Type& type, const Origin& at);
  Made numbers(typed::NodeId id);
  Made listed(typed::NodeId id);
  Made grouped(typed::NodeId id);
  Made choose(typed::NodeId id);
  Made weave(const std::vector<Made>& made, const Type& type, const Origin& at,
             const std::function<NodeId(const std::vector<NodeId>&, Kind)>& join);
  struct Items {
    std::uint64_t least = 0, most = 0;
  };
  [[nodiscard]] Items items_of(const Parts& list) const;
  NodeId present(ScopeId scope, const Origin& at);
  NodeId aggregate(Op op, Kind kind, const Parts& list, NodeId value, const Origin& at, NodeId c = {}, NodeId d = {});
  NodeId counted(const Parts& list, const Origin& at);
  Made taken(typed::NodeId id, Op op);
  NodeId equal_lists(typed::NodeId id);
  NodeId same(const Parts& a, const Made& x, const Parts& b, const Made& y, const Origin& at);
  NodeId apart(typed::NodeId root, ScopeId base);
  [[nodiscard]] std::uint32_t day_of(typed::Unit unit) const;
  ShapeId count_shape(typed::NodeId list);
  ShapeId binder_shape(BinderId binder);
  void default_in_range(NodeId node, const rule::Domain& domain, const std::string& name, typed::NodeId root);
  NodeId some_equal(const Parts& list, const Type& item, NodeId x, const Origin& at);
  [[nodiscard]] std::int64_t proven_count(typed::NodeId list);
  void field_defaults(FactId id);
  BodyId body(const std::vector<NodeId>& wanted, ScopeId inner, ScopeId outer);
  void bodies();
  void refuse_long();

  // nested_lists.ipp: lists that are gone over again for each item of another
  [[nodiscard]] bool is_given(ScopeId id) const;
  void warn_nested(typed::NodeId id);

  // conditions.ipp
  void conditions(DecisionId id);

  std::shared_ptr<const typed::Module> shared_module_;
  const typed::Module& module_;
  const rule::File& file_;
  const Limits& limits_;
  Diagnostics& findings_;
  Program out_;
  Builder builder_;

  Table<typed::NodeId, NodeId> lowered_;
  Table<typed::NodeId, NodeId> under_of_;  ///< bool nodes: whether their place can be reached, where guarded
  std::unordered_map<std::uint32_t, NodeId> tests_of_;  ///< conditionals: their condition, refined by its guards
  NodeId under_;                                        ///< the same for the place at work
  std::vector<NodeId> defaults_;                        ///< a fact's default

  // days other than `as_of`
  NodeId today_;                                                 ///< `as_of` itself
  Day day_;                                                      ///< the one at work
  std::map<std::uint32_t, Day> days_;                            ///< by the node that stands for `as_of`
  std::map<std::pair<std::uint32_t, std::uint32_t>, OnDay> on_;  ///< unit and that node to what is read
  std::vector<typed::Unit> units_;                               ///< by number
  std::vector<std::uint32_t> turns_;               ///< of each unit: where it stands in the module's order
  std::vector<std::vector<std::uint32_t>> reads_;  ///< of each unit: those it reads that follow from `as_of`
  std::vector<char> by_day_;                       ///< of each unit: whether it follows from `as_of`
  std::size_t lowered_again_ = 0;                  ///< how many typed nodes, on all days
  std::size_t nested_ = 0;                         ///< how many days are at work, each for the one before
  bool stopped_ = false;                           ///< a limit was passed: no day more
  struct Tables {
    Table<typed::NodeId, NodeId> lowered, under_of;
    std::unordered_map<std::uint32_t, NodeId> tests_of;
  };
  Tables elsewhere_;  ///< while `as_of` is at work those of other days, else the other way round

  // scopes of the expressions at work, by the node where they begin and end
  std::unordered_map<std::uint32_t, GuardedPart> begins_;
  std::unordered_map<std::uint32_t, Mark> ends_;      ///< what to go back to after the node
  std::unordered_map<std::uint32_t, NodeId> so_far_;  ///< and, or, if: the operands before the one at work

  // guards in force
  struct Undo {
    ShapeId shape;
    std::optional<Guard> before;
  };
  std::unordered_map<std::uint32_t, Guard> guards_;
  std::unordered_map<std::uint32_t, typed::NodeId> guarded_expression_;
  std::unordered_map<std::uint32_t, std::vector<ShapeId>> wholes_;  ///< shape to the guarded shapes that contain it
  std::vector<Undo> undo_;
  std::uint32_t serial_ = 0;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> cuts_;  ///< occurrence and guard to cut
  Table<typed::NodeId, typed::NodeId> parents_;
  // lists
  std::unordered_map<std::uint32_t, std::shared_ptr<const Parts>> parts_;  ///< of what is a list or a record
  std::unordered_map<std::uint32_t, typed::NodeId> opens_;                 ///< where a list's items begin to be at work
  std::unordered_map<std::uint32_t, NodeId> under_around_;                 ///< under_ there, to go back to
  Table<BinderId, Made> items_;                                            ///< what stands for an item
  Table<BinderId, ScopeId> binder_scopes_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::shared_ptr<const Parts>> fact_lists_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::shared_ptr<const Parts>> definition_lists_;
  std::map<std::pair<const Parts*, std::uint32_t>, std::shared_ptr<const Parts>> inside_;
  std::map<std::tuple<NodeId, NodeId, const Parts*>, std::shared_ptr<const Parts>> groups_;  ///< by presence, key, item
  std::vector<std::shared_ptr<const Parts>> kept_parts_;  ///< whose addresses inside_ and groups_ know
  ScopeId base_ = kApplicant;                             ///< where lists stand that no item around them names
  Table<BinderId, ShapeId> binder_shapes_;
  std::vector<typed::NodeId> at_work_;             ///< what goes over a list around the place at work
  ScopeId said_around_ = kApplicant;               ///< lists here are no others than what names the expression says
  std::unordered_set<std::uint32_t> nested_said_;  ///< lists that were warned of

  typed::NodeId top_;          ///< root of the expression at work
  std::vector<ShapeId> open_;  ///< what is at work around it, where it is read for a guard

  // decision tables
  Coverage coverage_, unused_rows_;
  std::vector<NodeId> cell_nodes_;       ///< of the table at work: what its cells' ends are computed from, in order
  Table<NodeId, Reading> day_readings_;  ///< these on the day at work

  Table<typed::NodeId, ShapeId> shapes_;
  std::unordered_map<std::string, ShapeId> shape_ids_;
};

}  // namespace rfs::inline RFS_ABI::program::detail
