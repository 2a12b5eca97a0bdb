#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/program/reading.hpp"
#include "rfs/source/id.hpp"
#include "rfs/typed/tree.hpp"

namespace rfs::inline RFS_ABI::program {

struct NodeTag;
using NodeId = Id<NodeTag>;
struct ScopeTag;
/// Where a node has values: for the applicant (kApplicant), or for each item of a list.
using ScopeId = Id<ScopeTag>;
inline constexpr ScopeId kApplicant{0};
struct BodyTag;
using BodyId = Id<BodyTag>;

/// Operators of the flat program. The comment gives the operands a, b, c, d and what `data` holds. Operands stand
/// before their node, so that evaluating is one loop; both branches of a conditional are evaluated.
enum class Op : std::uint8_t {
  constant,  ///< data: index into Program::constants
  fact,      ///< a: its default, where it has one; data: FactId
  as_of,
  parameter,  ///< a, b, c: keys; d: the date it is read on; data: ParameterId
  brackets,   ///< the same of a schedule; its words are the schedule's lists of brackets, by index
  bracket,    ///< a: brackets, b: the argument; data: ParameterId
  marginal,   ///< the same
  add,
  subtract,
  multiply,
  divide,  ///< a by b, whose cut keeps it off 0; data: index into Program::constants of b's step
  negate,
  plus_months,
  minus_months,
  minimum,
  maximum,
  absolute,
  modulo,  ///< data: index into Program::constants of the result's step, 0 for none
  round,   ///< a to b; data: Rounding
  months_between,
  age,
  weekdays_between,
  year,
  month,
  day,
  weekday,
  start_of_month,
  end_of_month,
  make_date,  ///< a: year; data: month * 100 + day
  add_truth,  ///< a: a count, b: a bool that adds one if true
  less,       ///< numeric
  less_equal,
  equal,  ///< numeric
  equal_truth,
  equal_word,
  equal_text,
  less_text,
  less_equal_text,
  join,    ///< texts
  length,  ///< number of a text
  upper,
  lower,
  starts_with,
  ends_with,
  contains,
  substring,  ///< a: text; b: start; c: count, where there is one
  logical_and,
  logical_or,
  logical_not,
  select,      ///< a: condition; b, c: of any one kind
  cut,         ///< a as it can be inside a guard; data: index into Program::cuts
  reaches,     ///< bool: whether the cut leaves anything of a; data: index into Program::cuts
  refine_no,   ///< a: a condition; b: reaches. Unknown becomes no where nothing is left. data: kSettledNo, …Yes or 0
  refine_yes,  ///< a: a condition; b: reaches. Unknown becomes yes where nothing is left. data: the same

  // In the scope of a list: what one item has.
  present,   ///< bool: whether the item is there
  item,      ///< a: its default, where it has one; data: the field
  number,    ///< of a loop over numbers
  listed,    ///< of a list of expressions; data: index into Program::operands
  member,    ///< what an item of another list has, of which this one is made; data: index into Program::operands
  key,       ///< what the members of a group share; data: index into Program::operands
  position,  ///< b: presence; 1 and how many items are there before
  unlike,    ///< a: value, b: presence; whether the item is there and no item before has its value

  // From the scope of a list to what is around it. a: value, b: presence; data: index into Program::aggregates
  sum_of,
  count_of,
  count_unlike,  ///< count_of where unlike items are there
  least_of,      ///< c: what an empty list gives, where that is said; so do the next four
  most_of,
  mean_of,
  first_of,
  last_of,
  item_at,       ///< c: the index, from 1
  some_of,       ///< a: truths
  equal_lists,   ///< c: value, d: presence of a second list
  weekdays_but,  ///< a: dates; c: from, d: to
};

/// Whether an operator goes over the items of a list.
constexpr bool is_aggregate(Op op) noexcept { return op >= Op::sum_of; }

/// `data` of a refined condition that reads the same for every applicant, also inside parts that are never reached.
inline constexpr std::uint32_t kSettledNo = 1, kSettledYes = 2;

struct Node {
  Op op = Op::constant;
  Kind kind = Kind::error;
  bool on = false;          ///< parameter, brackets: read `on` a date, which may lie where no figures are
  std::uint16_t words = 0;  ///< choice: how many options it has (65,535 for that many or more is refused)
  NodeId a, b, c, d;
  std::uint32_t data = 0;
  ScopeId scope = kApplicant;
};

/// A list, or rather its items: nodes of a scope have a value for each of them. Which of the items are there, a list
/// says by a node of its presence.
struct Scope {
  enum class Kind : std::uint8_t {
    applicant,  ///< one item: no list
    fact,       ///< items as given
    numbers,    ///< first, first + 1, …
    listed,     ///< expressions
    groups,     ///< of the items of `of`, by key
    members,    ///< the items of `of` that are in the group at work, whose scope is the parent
    joined,     ///< the items of `parts`, one after the other
    reversed,   ///< the items of parts[0], the last first
    flattened   ///< the items of parts[0], whose scope is inside `of`, for all items of that
  } kind = Kind::applicant;
  ScopeId parent;
  std::uint32_t depth = 0;
  std::uint32_t data = 0;  ///< fact: FactId
  std::int64_t first = 0;
  ScopeId of;
  std::vector<ScopeId> parts;
  bool again = false;    ///< joined: of one list, which is at work around it
  NodeId presence, key;  ///< of the items of `of`; the key: of groups. Joined by an `if`: its condition
  std::uint64_t least_count = 0, most_count = 0;  ///< how many items there can be
  BodyId body;                                    ///< groups, flattened: what says which items there are
};

/// What must be computed for an item, scope by scope, outer ones first, to have what is asked of it.
struct Body {
  struct Level {
    ScopeId scope;
    std::vector<NodeId> nodes;  ///< in order
  };
  std::vector<Level> levels;
};

/// What an aggregate goes over; equal_lists goes over two lists.
struct Aggregate {
  ScopeId scope, second;
  friend auto operator<=>(const Aggregate&, const Aggregate&) = default;
};

/// A definition that is a list: what shows its items.
struct ListNodes {
  ScopeId scope;
  NodeId presence;
  std::vector<NodeId> fields;  ///< one where items are no records; invalid for lists in records
  BodyId body;
};

/// What a guard leaves of an expression, aligned to the expression's step.
struct Cut {
  std::optional<Exact> least, most;
  bool nonzero = false;  ///< 0 is not left (where the expression has a step)
  WordSet words;         ///< choices: the words left
  Reading fallback;      ///< what an occurrence reads where nothing is left: harmless, never shown
};

/// What the checker proved of a node: every reading lies in it.
struct Range {
  Reading reading;
  value::Step step;      ///< numeric kinds: divides all values
  bool nonzero = false;  ///< never 0, though its interval may hold 0
  bool nothing = false;  ///< guards leave no value: the node is never reached, and its reading is harmless
  std::uint32_t numerator_bits = 1;
  std::uint32_t denominator_bits = 1;
  std::uint64_t bytes = 0;  ///< text: no value takes more
};

/// Where a node stands in the file.
struct Origin {
  rule::ExpressionId expression;
  source::Span span;
};

/// How a decision's conditions hang together. Children stand before their parent.
struct Walk {
  enum class Kind : std::uint8_t { conjunction, disjunction, negation, branch, at_least, condition } kind;
  NodeId node;                  ///< its truth
  NodeId under;                 ///< no: a guard leaves nothing of this place, so it reads unknown; may be invalid
  NodeId test;                  ///< branch: the condition of the `if`
  std::uint32_t condition = 0;  ///< condition: index into Decision::conditions
  std::vector<std::uint32_t> children;
};

/// A line of the list of conditions.
struct Condition {
  enum class Kind : std::uint8_t { fact, definition, decision, unnamed } kind;
  std::uint32_t index = 0;  ///< of the fact, definition or decision; the number of an unnamed one
  bool wanted = true;       ///< false under an odd number of `not`s
  NodeId node;
  NodeId under;
  std::string name;     ///< `waited`, `funding#1`
  typed::NodeId typed;  ///< unnamed: where its source text stands
};

struct Decision {
  NodeId eligible;
  NodeId granted;                     ///< the amount rounded, whether eligible or not; invalid where nothing is granted
  NodeId amount;                      ///< `decision.amount`: granted, or 0 when ineligible
  std::vector<Condition> conditions;  ///< in the order in which outcomes list them
  std::vector<Walk> walk;             ///< the root is the last
};

/// A parameter's figures, with its constant expressions evaluated.
struct Parameter {
  std::vector<Value> figures;  ///< as in the module
  value::Interval null_range;  ///< what a figure reads that is not on file
  value::Step step;            ///< of what is read as the file says
  value::Step off_step;        ///< of what may be read on a date without figures
  Exact divisor;               ///< divides all figures on file and both ends of null_range
  Exact starts_divisor;        ///< a schedule: divides where brackets begin
};

/// A checked file, ready to be evaluated. Immutable; any number of threads may read it.
struct Program {
  Program() = default;
  Program(Program&&) = default;
  Program& operator=(Program&&) = default;

  std::shared_ptr<const typed::Module> module;
  Table<NodeId, Node> nodes;
  Table<NodeId, Origin> origins;
  Table<NodeId, Range> ranges;
  std::deque<Value> constants;  ///< the first is 0; readings of its texts point into it
  std::vector<Cut> cuts;
  Table<ScopeId, Scope> scopes;  ///< the first is kApplicant
  std::vector<Aggregate> aggregates;
  Table<BodyId, Body> bodies;
  std::unordered_map<std::uint32_t, BodyId> aggregate_bodies[2];  ///< by NodeId: of its list, and of a second one
  std::vector<std::vector<NodeId>> operands;                      ///< of nodes that have many
  std::vector<std::vector<BodyId>> operand_bodies;                ///< of members: what computes each of these
  std::unordered_map<std::uint32_t, ListNodes> definition_lists;  ///< by DefinitionId
  Table<ParameterId, Parameter> parameters;
  Table<DefinitionId, NodeId> definitions;
  Table<DecisionId, Decision> decisions;
  NodeId read_on;                                               ///< where figures are read: `as_of`, or the file's date
  std::unordered_map<std::uint32_t, NodeId> holes;              ///< of texts: rule::ExpressionId to node
  std::unordered_map<std::uint32_t, NodeId> on;                 ///< what is read `on` a date: typed::NodeId to node
  std::unordered_map<std::uint32_t, std::vector<NodeId>> rows;  ///< of decision tables, by DefinitionId: what holds
  std::size_t deciding = 0;   ///< nodes before this one decide; the rest are read by texts only
  value::Interval effective;  ///< the range of as_of, both ends included

  [[nodiscard]] const Node& operator[](NodeId id) const noexcept { return nodes[id]; }
};

}  // namespace rfs::inline RFS_ABI::program
