#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/codes.hpp"
#include "rfs/expr/tree.hpp"
#include "rfs/json/document.hpp"
#include "rfs/rule/given.hpp"
#include "rfs/rule/type.hpp"
#include "rfs/source/file.hpp"
#include "rfs/source/id.hpp"
#include "rfs/value/calendar.hpp"
#include "rfs/value/date.hpp"
#include "rfs/value/rounding.hpp"

namespace rfs::inline RFS_ABI::rule {

struct ExpressionTag;
using ExpressionId = Id<ExpressionTag>;
struct TextTag;
using TextId = Id<TextTag>;

/// A piece of an expression's text and the JSON string it came from.
struct Part {
  std::size_t begin = 0;   ///< where the piece begins in the expression's text
  source::Span string;     ///< the JSON string in the file, with its quotes
  std::size_t offset = 0;  ///< where the piece begins in the decoded string
};

/// An expression as it stands in the file, parsed.
struct Expression {
  std::string text;
  std::vector<Part> parts;
  std::string path;  ///< `definitions.enough`
  expr::Tree tree;
};

/// A sentence with holes; pieces alternate as they stand.
struct Piece {
  std::string words;  ///< where `hole` is not valid
  ExpressionId hole;
};
struct Translation {
  std::string language;  ///< empty where the text is not by language
  std::vector<Piece> pieces;
};
struct Text {
  std::vector<Translation> translations;
  std::string path;
};

/// A name and where it was declared.
struct Name {
  std::string text;
  source::Span span;
};

/// What people read about a condition, fact or decision. Ids are invalid where the file says nothing.
struct Words {
  TextId title, met, unmet, ask;
  [[nodiscard]] bool any() const noexcept { return title.valid() || met.valid() || unmet.valid(); }
};

struct Fact {
  Name name;
  Domain domain;
  Words words;
  std::string given_by = "applicant";
  std::string can_change = "any";
  bool has_default = false;
  std::optional<Value> default_value;
  ExpressionId default_expression;
  std::vector<Fact> fields;  ///< of a list of records; they have no words
};

/// A figure, at one place of a parameter's values.
struct Cell {
  source::Span span;
  bool null = false;
  std::optional<Value> value;
  ExpressionId expression;  ///< a constant expression instead of a value
  std::vector<std::string> sources;
  struct Row;
  std::vector<Row> rows;  ///< a keyed level
  struct Bracket;
  std::vector<Bracket> brackets;  ///< of a schedule, in their order; none where null
};
struct Cell::Row {
  Name key;
  Cell cell;
};
struct Cell::Bracket {
  Value from;
  Cell cell;
};
struct Period {
  Date from;
  std::optional<Date> until;
  source::Span span;
  source::Span from_span;
  Cell cell;
  std::vector<std::string> sources;
};
struct Parameter {
  Name name;
  Domain domain;                                      ///< of a schedule: of what its brackets give
  std::optional<Domain> of;                           ///< a schedule: of what its brackets divide
  bool bounded_below = false, bounded_above = false;  ///< whether `min`, `max` are declared
  std::vector<Name> by;
  bool clamp = false;
  Words words;
  std::vector<Period> periods;
};
/// Which rows of a decision table count, in the order of words::hit.
enum class Hit : std::uint8_t { unique, first, any, collect_sum, collect_min, collect_max, collect_count };

/// Whether a table takes together what all rows give whose cells hold.
constexpr bool is_collecting(Hit hit) noexcept { return hit >= Hit::collect_sum; }

/// Whether rows that give a type can be added, compared or counted.
constexpr bool may_collect(Hit hit, const Type& gives) noexcept {
  if (hit == Hit::collect_count) return gives.flavour == Flavour::integer;
  return is_numeric(gives.kind) && (hit != Hit::collect_sum || gives.kind != Kind::date);
}

/// A decision table.
struct DecisionTable {
  struct Row {
    std::vector<ExpressionId> cells;  ///< one for each input
    ExpressionId result;              ///< invalid where rows are counted
    source::Span span;
  };
  ExpressionId place;  ///< the key `table`, at which findings about the whole table stand; no expression
  std::optional<Hit> hit;
  source::Span hit_span;
  std::vector<ExpressionId> inputs;
  Type gives;
  std::vector<Row> rows;
  ExpressionId otherwise;  ///< invalid where there is none
};
struct Definition {
  Name name;
  ExpressionId value;  ///< invalid where there is a table instead
  std::optional<DecisionTable> table;
  Words words;
  std::vector<std::string> sources;
};
struct Decision {
  Name name;
  ExpressionId eligible;
  ExpressionId amount;  ///< invalid where nothing is granted
  bool has_round = false;
  source::Span round_span;
  std::optional<Rounding> mode;  ///< nothing for "none"
  Exact step;
  bool step_has_currency = false;
  source::Span amount_span;
  Words words;
  std::vector<std::string> sources;
};

/// One test. Facts, expectations and fixes stay JSON until the names are known.
struct Test {
  std::string name;
  source::Span span;
  Date as_of;
  json::NodeId facts, expect, fix;
};

/// One `*.tests.json`, or the tests inside a rule file.
struct TestSet {
  json::Document document;
  std::string rules;  ///< the rule file's name beside it; empty inside a rule file
  std::vector<Test> tests;
};

struct Source {
  Name key;
  std::string title, url, published, retrieved;
};

/// A warning or note that the file accepts.
struct Allowance {
  Code code = Code::internal_error;
  std::string at;      ///< `definitions.enough`: there and below
  std::string reason;  ///< why
  std::optional<Date> until;
  source::Span span;
  source::Span until_span;
  std::string path;  ///< `allow[0]`
};

/// A rule file as structs and syntax: nothing is resolved yet but the types that facts declare.
struct File {
  source::FilePtr file;
  std::string rules, version;
  Words words;
  std::string currency;
  std::optional<MonthEnd> month_end;
  std::optional<Date> effective_from, effective_until;
  ExpressionId read_on;
  std::vector<Source> sources;
  std::vector<Fact> facts;
  std::vector<Parameter> parameters;
  std::vector<Definition> definitions;
  std::vector<Decision> decisions;
  std::vector<Allowance> allowances;
  TestSet tests;
  Choices choices;
  Records records;
  Table<ExpressionId, Expression> expressions;
  Table<TextId, Text> texts;
};

/// Maps a span of an expression's text to the file.
RFS_API source::Span locate(const File& file, ExpressionId expression, source::Span span);

}  // namespace rfs::inline RFS_ABI::rule

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/rule/file.ipp"
#endif
