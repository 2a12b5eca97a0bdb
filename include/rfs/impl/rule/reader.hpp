#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/expr/from_text.hpp"
#include "rfs/impl/rule/shape.hpp"
#include "rfs/rule/file.hpp"
#include "rfs/source/limits.hpp"

namespace rfs::inline RFS_ABI::rule::detail {

/// Reads one rule file; each member reads one kind of object.
class Reader {
 public:
  Reader(const json::Document& document, const Limits& limits, Diagnostics& findings)
      : shape_(document, findings), limits_(limits) {
    out_.file = document.file;
  }

  File read();

 private:
  // expressions.ipp
  using Grammar = expr::Parsed (*)(std::string_view text, const Limits& limits);
  ExpressionId expression(json::NodeId id, Grammar grammar = expr::from_text);
  ExpressionId parse(Expression expression, Grammar grammar = expr::from_text);
  TextId text(json::NodeId object, std::string_view key);
  std::vector<Piece> pieces(json::NodeId string);
  Words words(json::NodeId object, bool with_ask);

  // declarations.ipp
  std::optional<Type> type(json::NodeId object, std::string_view also);
  std::optional<Type> named_type(std::string_view word, source::Span span, std::string_view also);
  std::optional<Type> result_type(json::NodeId id);
  std::optional<ChoiceId> options(json::NodeId id);
  Domain domain(json::NodeId object, const Type& type, bool& bounded_below, bool& bounded_above);
  std::optional<Value> value(json::NodeId id, const Domain& domain, bool bounded, std::string_view what);
  void facts(json::NodeId id);
  void fact(const json::Member& member);
  void default_of(json::NodeId id, Fact& fact);
  std::vector<std::string> sources_of(json::NodeId object);
  void sources(json::NodeId id);

  // lists.ipp
  void list(json::NodeId object, Fact& fact);
  std::optional<Fact> item(json::NodeId declaration, std::string_view what);
  void record_fields(json::NodeId id, Fact& fact);
  void items(json::NodeId id, Fact& fact);
  std::optional<std::size_t> max_items(json::NodeId object);

  // parameters.ipp
  void parameters(json::NodeId id);
  void parameter(const json::Member& member);
  std::optional<Type> schedule(json::NodeId object, Parameter& parameter);
  void periods(json::NodeId id, Parameter& parameter);
  Cell cell(json::NodeId id, const Parameter& parameter, std::size_t level);
  void brackets(json::NodeId id, const Parameter& parameter, Cell& list);
  void figure(json::NodeId id, const Parameter& parameter, Cell& cell);
  void figure_value(json::NodeId id, const Parameter& parameter, Cell& cell);

  // decision_table.ipp
  DecisionTable table(json::NodeId id, source::Span key);
  void check_gives(json::NodeId object, const DecisionTable& table);
  std::vector<ExpressionId> inputs(json::NodeId id);
  void rows(json::NodeId id, DecisionTable& table);
  DecisionTable::Row row(json::NodeId id, const DecisionTable& table);

  // allowances.ipp
  void allowances(json::NodeId id);
  std::optional<Code> lint_code(json::NodeId object);

  // from_json.ipp
  void header();
  void definitions(json::NodeId id);
  void decisions(json::NodeId id);
  void decision(const json::Member& member);
  void round(json::NodeId object, Decision& decision);
  bool name(const json::Member& member, std::string_view what);
  bool field_name(const json::Member& member);
  void field_names();

  Shape shape_;
  const Limits& limits_;
  File out_;
  std::size_t nodes_ = 0;
  bool too_many_nodes_ = false;
  std::set<std::string, std::less<>> refused_names_;  // reported where they are declared, not at each use
  std::unordered_map<std::string, source::Span>
      names_;  // the one namespace of facts, parameters, definitions and decisions
  std::vector<std::pair<Name, std::string>> field_names_;  ///< and their paths
  std::set<std::string, std::less<>> source_keys_, unknown_sources_;
};

/// Reads the tests of a rule file or of a test file.
RFS_API std::vector<Test> read_tests(Shape& shape, json::NodeId id);

}  // namespace rfs::inline RFS_ABI::rule::detail
