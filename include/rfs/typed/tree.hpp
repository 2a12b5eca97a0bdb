#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/expr/tree.hpp"
#include "rfs/rule/file.hpp"
#include "rfs/rule/type.hpp"
#include "rfs/source/id.hpp"

namespace rfs::inline RFS_ABI {

struct FactTag;
struct ParameterTag;
struct DefinitionTag;
struct DecisionTag;
// Indices into the rule file's own lists, in every room from here on.
using FactId = Id<FactTag>;
using ParameterId = Id<ParameterTag>;
using DefinitionId = Id<DefinitionTag>;
using DecisionId = Id<DecisionTag>;
struct BinderTag;
/// What stands for the items of a list inside an expression: the variable of a loop, the item of a filter, the members
/// of a group.
using BinderId = Id<BinderTag>;

namespace typed {

struct NodeTag;
using NodeId = Id<NodeTag>;
/// Operators after names and types are resolved. The comment gives the operands and what `data` holds.
enum class Op : std::uint8_t {
  error,
  literal,  ///< data: index into Module::values
  fact,     ///< data: FactId
  as_of,
  parameter,   ///< operands: the keys, then the date where it is read `on` one; data: ParameterId
  definition,  ///< data: DefinitionId
  eligible,    ///< data: DecisionId
  amount,      ///< data: DecisionId; after rounding, 0 when ineligible
  add,         ///< numbers, money, durations, date + days
  subtract,    ///< the same, date - days, date - date
  multiply,
  divide,
  negate,
  plus_months,   ///< date, months
  minus_months,  ///< date, months
  less,
  less_equal,
  greater,
  greater_equal,
  equal,        ///< any kind
  not_equal,    ///< any kind
  between,      ///< value, least, most
  in,           ///< value, then the operands of the tests; data: index into Module::tests
  logical_and,  ///< two or more
  logical_or,   ///< two or more
  logical_not,
  conditional,  ///< condition, then, else
  minimum,      ///< one or more
  maximum,      ///< one or more
  absolute,
  modulo,
  at_least,  ///< count, then the conditions
  all_of,    ///< conditions
  any_of,    ///< conditions
  round,     ///< value, step; data: Rounding
  months_between,
  age,
  weekdays_between,
  year,
  month,
  day,
  weekday,
  start_of_month,
  end_of_month,
  make_date,  ///< year; data: month * 100 + day
  even,
  odd,
  join,    ///< text, text
  length,  ///< in letters
  upper,
  lower,
  starts_with,  ///< text, its beginning
  ends_with,    ///< text, its end
  contains,     ///< text, a part of it
  substring,    ///< text, start, and where there is one, count
  bracket,      ///< the argument, then the keys of the schedule and its date as of a parameter; data: ParameterId
  marginal,     ///< the same
  table,        ///< inputs, then of each row its cells but `-` and its result, then otherwise; data: index into tables
  on,           ///< a definition as if `as_of` were the operand; data: DefinitionId

  variable,      ///< an item of the list at work; data: BinderId
  field,         ///< of a record; data: its index
  members,       ///< the members of the group at work; data: BinderId
  project,       ///< list of records; data: index of the field
  filter,        ///< list, condition; data: BinderId
  loop,          ///< list, what each item gives; data: BinderId
  some,          ///< list, condition; data: BinderId
  every,         ///< list, condition; data: BinderId
  numbers,       ///< least, most, whole numbers
  list,          ///< the items
  group,         ///< list, then the aggregates of a group; data: BinderId, whose type is the list's
  sum_of,        ///< list
  count_of,      ///< list
  least_of,      ///< list, and where there is one, the value of an empty list
  most_of,       ///< the same
  mean_of,       ///< the same
  first_of,      ///< the same
  last_of,       ///< the same
  item_at,       ///< list, whole number from 1
  all_in,        ///< list of bools
  any_in,        ///< list of bools
  at_least_in,   ///< count, list of bools
  holds_item,    ///< list, an item
  index_of,      ///< list, an item
  distinct,      ///< list
  reverse,       ///< list
  concatenate,   ///< lists of one type
  flatten,       ///< list of lists
  weekdays_but,  ///< from, to, list of dates that do not count
};

struct Node {
  Op op = Op::error;
  bool constant = false;  ///< built of literals only
  Type type;
  NodeId begin;             ///< the first node of this subtree, which ends here
  std::uint32_t first = 0;  ///< operands are Module::operand_pool[first, first + count)
  std::uint32_t count = 0;
  std::uint32_t data = 0;
  rule::ExpressionId expression;
  source::Span span;  ///< in the expression's text
  source::Span mark;  ///< the operator or name, in the expression's text
};

/// A parameter's figures on the days from `from` to before `until`, its keys resolved.
struct Level {
  struct Row {
    std::int64_t key = 0;
    std::uint32_t next = 0;  ///< index of a level; at the last level of a figure, or of a schedule's list
  };
  std::vector<Row> rows;                   ///< by key
  std::optional<std::uint32_t> otherwise;  ///< the row `*`
};
struct Figure {
  bool null = false;
  Value value;
  NodeId root;  ///< a constant expression instead of the value
  std::vector<std::string> sources;
};
struct Period {
  std::int64_t from = 0;
  std::int64_t until = 0;  ///< exclusive
  std::uint32_t root = 0;  ///< index of a level; where there are no keys of the figure, or of a schedule's list
};
struct Parameter {
  rule::Domain domain;
  bool bounded_below = false, bounded_above = false;
  bool clamp = false;
  std::vector<Type> keys;
  std::optional<std::uint32_t> off_file;  ///< root of what is read `on` a date without figures: the last one, a null
  std::vector<Period> periods;  ///< without gaps after the first `from`: where nothing is on file, a null figure
  std::vector<Level> levels;
  std::vector<Figure> figures;

  std::optional<rule::Domain> of;    ///< a schedule: what its brackets divide
  std::vector<Value> starts;         ///< a schedule: where the bracket of each figure begins
  std::vector<std::uint32_t> lists;  ///< a schedule: the first figure of each list of brackets, at least one each

  /// Returns the index behind the last figure of a list of brackets.
  [[nodiscard]] std::uint32_t end_of(std::size_t list) const noexcept {
    return list + 1 < lists.size() ? lists[list + 1] : static_cast<std::uint32_t>(figures.size());
  }
};
struct Field {
  std::optional<Value> default_value;
  NodeId default_root;  ///< invalid where there is no default expression
};
struct Fact {
  rule::Domain domain;
  std::optional<Value> default_value;
  NodeId default_root;                   ///< invalid where there is no default expression
  std::vector<Field> fields;             ///< of a list of records
  BinderId binder;                       ///< a list of records: its item, as the defaults of fields read it
  std::vector<std::size_t> field_order;  ///< fields, those that a default reads first
};
/// Where the items of a list are at work. Its scope is the expression's part that a comment of Op names.
struct Binder {
  Type item;              ///< of one item
  NodeId list;            ///< what it goes over; invalid for the defaults of a record's fields
  BinderId outer;         ///< the one around it; may be invalid
  std::uint32_t key = 0;  ///< a group: the field that its members share
};
struct Definition {
  Type type;
  NodeId root;
  std::optional<Value> fixed;  ///< by a test: its value then, whatever the root says
};
struct Decision {
  NodeId eligible;
  NodeId amount;  ///< invalid where nothing is granted
  Type amount_type;
};

/// A decision table. Its nodes are the operands of the node that reads it.
struct DecisionTable {
  struct Row {
    std::vector<NodeId> cells;  ///< for each input whether the cell holds; invalid for `-`
    NodeId result;              ///< invalid where rows are counted
  };
  rule::Hit hit = rule::Hit::unique;
  std::vector<NodeId> inputs;
  std::vector<Row> rows;
  NodeId otherwise;         ///< invalid where there is none
  DefinitionId definition;  ///< whose table it is
};

/// A unit of evaluation: what must be computed before what reads it.
struct Unit {
  enum class Kind : std::uint8_t { read_on, default_value, definition, decision } kind;
  std::uint32_t index = 0;
};

/// A rule file with names and types resolved: all expressions in one vector of nodes, each in post-order.
struct Module {
  std::shared_ptr<const rule::File> file;
  Choices choices;  ///< the file's, and those of definitions that are words
  Records records;  ///< the file's, and those of groups
  Table<BinderId, Binder> binders;
  Table<NodeId, Node> nodes;
  std::vector<NodeId> operand_pool;
  std::vector<Value> values;
  std::vector<std::vector<expr::Op>> tests;
  std::vector<DecisionTable> tables;
  Table<FactId, Fact> facts;
  Table<ParameterId, Parameter> parameters;
  Table<DefinitionId, Definition> definitions;
  Table<DecisionId, Decision> decisions;
  NodeId read_on;
  std::vector<Unit> order;                          ///< operands before what reads them
  std::unordered_map<std::uint32_t, NodeId> holes;  ///< of texts: rule::ExpressionId to root

  [[nodiscard]] const Node& operator[](NodeId id) const noexcept { return nodes[id]; }
  [[nodiscard]] std::span<const NodeId> operands(NodeId id) const noexcept {
    return {operand_pool.data() + nodes[id].first, nodes[id].count};
  }
  /// Returns the keys of a parameter, or of the schedule that `bracket` or `marginal` reads.
  [[nodiscard]] std::span<const NodeId> keys(NodeId id) const noexcept {
    const std::size_t first = nodes[id].op == Op::parameter ? 0 : 1;
    return operands(id).subspan(first, parameters[ParameterId(nodes[id].data)].keys.size());
  }
  /// Returns the date that the same is read `on`; invalid where it is read as the file says.
  [[nodiscard]] NodeId date(NodeId id) const noexcept {
    const auto all = operands(id), before = keys(id);
    return before.data() + before.size() < all.data() + all.size() ? all.back() : NodeId{};
  }
};

}  // namespace typed
}  // namespace rfs::inline RFS_ABI
