#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/typed/functions.hpp"
#include "rfs/typed/tree.hpp"

namespace rfs::inline RFS_ABI::typed::detail {

/// What a name of the file's one namespace stands for.
struct Meaning {
  enum class Kind : std::uint8_t { fact, parameter, definition, decision } kind;
  std::uint32_t index = 0;
  source::Span declared;
};

/// Resolves one file; one expression at a time is turned from syntax into typed nodes.
class Typer {
 public:
  Typer(std::shared_ptr<const rule::File> file, Diagnostics& findings);
  Module run();

 private:
  using E = expr::NodeId;

  // from_rule.ipp: names, order, declarations
  void declare();
  void order();
  void parameters();
  Type key_type(const rule::Name& by) const;
  static bool may_be_key(const Type& type);
  void cells(const rule::Cell& cell, Parameter& out, const rule::Parameter& from, std::size_t level, std::uint32_t& at);
  void figure(const rule::Cell& cell, Parameter& out);
  void list(const rule::Cell& cell, Parameter& out);
  void begin_null_lists(Parameter& out);
  std::optional<std::int64_t> row_key(const rule::Name& name, const Type& type);
  void definition(DefinitionId id);
  void decision(DecisionId id);
  void default_value(FactId id);
  void texts();
  void unused();

  // expression.ipp: one expression
  NodeId type(rule::ExpressionId id);
  void node(E e);
  void leaf(E e);
  void name(E e);
  void member(E e);
  void index(E e);
  void schedule_as_value(E e, const rule::Parameter& parameter);
  bool keys_given(E at, const rule::Parameter& parameter);
  std::optional<std::vector<NodeId>> keys_of(E at, const rule::Parameter& parameter);
  [[nodiscard]] const Meaning* meaning_of(E named) const;
  [[nodiscard]] bool has_dates(E value) const;
  bool is_date(E date);
  void on(E e);
  void conditional(E e);
  void logical(E e);
  void in(E e);

  // operators.ipp
  void arithmetic(E e);
  void negate(E e);
  void compare(E e);
  void between(E e);
  static Type sum_type(const Type& a, const Type& b, bool plus);
  static Type product_type(const Type& a, const Type& b);
  static Type quotient_type(const Type& a, const Type& b);
  bool comparable(E at, E left, E right, bool ordered);
  void suggest_money(Diagnostic& finding, E left, E right);
  void operand_error(E e, E left, E right, std::string_view verb);

  // calls.ipp
  void call(E e);
  void round(E e, const Function& function, const std::vector<E>& arguments);
  void extremes(E e, const Function& function, const std::vector<E>& arguments);
  void counting(E e, const Function& function, const std::vector<E>& arguments);
  void make_date(E e, const std::vector<E>& arguments);
  [[nodiscard]] E undated(E at) const;
  [[nodiscard]] const rule::Parameter* schedule_at(E at) const;
  void schedule(E e, const Function& function, const std::vector<E>& arguments);
  bool argument(E at, Kind kind, std::string_view function);
  bool whole_argument(E at, std::string_view function);

  // lists.ipp
  struct Context {
    std::string_view name;  ///< of a loop's variable; empty where fields stand bare
    BinderId binder;
    bool is_group = false;
    bool failed = false;  ///< its list is wrong, which is reported: so are no names in it
  };
  void find_contexts();
  void open(E parent);
  bool name_in_context(E e);
  bool field_in_context(E e);
  void list(E e);
  void numbers(E e);
  void loop(E e);
  void quantified(E e);
  bool part_of_record(E e);
  void filter_or_item(E e);
  bool is_list(E e, std::string_view what);
  bool agree_with_items(E list, E item);
  [[nodiscard]] bool has_lists(const Type& item) const;
  void list_call(E e, const Function& function, const std::vector<E>& arguments);
  void group(E e, const std::vector<E>& arguments);
  void weekdays_but(E e, const std::vector<E>& arguments);
  void field_defaults(FactId id);
  bool one_value(NodeId root, std::string_view what);
  const Function* overload(E e) const;
  // decision_table.ipp
  NodeId table(DefinitionId id);
  NodeId cell(rule::ExpressionId id, NodeId input);
  NodeId emit_table(const rule::DecisionTable& from, DecisionTable made);

  // building
  NodeId emit(E e, Op op, Type type, std::span<const NodeId> operands, std::uint32_t data = 0);
  void set(E e, NodeId node) { map_[e] = node; }
  NodeId fail(E e);
  std::uint32_t literal(Value value);
  NodeId emit_literal(E e, Type type, Value value);
  [[nodiscard]] NodeId of(E e) const { return map_[e]; }
  [[nodiscard]] const Type& type_of(E e) const { return out_.nodes[map_[e]].type; }
  [[nodiscard]] Kind kind_of(E e) const { return type_of(e).kind; }
  [[nodiscard]] bool failed(E e) const { return kind_of(e) == Kind::error; }

  // words: string literals take the type of what they meet
  [[nodiscard]] bool is_words(E e) const { return words_.contains(map_[e].value); }
  void become_choice(NodeId node, ChoiceId choice);
  bool agree(E a, E b);
  bool has_type(rule::ExpressionId id, NodeId root, const Type& want, const char* help);

  // reporting
  Diagnostic& error(Code code, E e, std::string message, std::string help = {});
  Diagnostic& error_at(Code code, rule::ExpressionId id, source::Span span, std::string message, std::string help = {});
  Diagnostic& error_file(Code code, source::Span span, std::string path, std::string message, std::string help = {});
  void describe(Diagnostic& finding, E e);
  [[nodiscard]] std::string text(const Type& type) const { return rule::type_text(type, out_.choices); }
  void need_month_end(E e);
  void unknown_name(E e);
  void report_unknown_names();
  std::string nearest_name(std::string_view word) const;

  const rule::File& file_;
  Diagnostics& findings_;
  Module out_;
  std::unordered_map<std::string_view, Meaning> meanings_;
  std::vector<bool> fact_used_, parameter_used_;
  std::set<std::uint32_t> null_lists_;  ///< of the schedule at work: the first figures of lists that are not on file
  bool month_end_reported_ = false;
  /// By a name and what is meant by it, which in a filter may be a field: one finding for all places.
  std::map<std::pair<std::string, std::string>, Diagnostic> unknown_names_;

  // the expression at work
  rule::ExpressionId expression_;
  const expr::Tree* tree_ = nullptr;
  Table<E, NodeId> map_;                        ///< syntax to typed node
  NodeId cell_input_;                           ///< of a cell: what it tests
  std::vector<bool> list_allowed_;              ///< lists that their parent resolves
  std::vector<bool> skip_;                      ///< syntax that its parent resolves
  std::unordered_map<std::uint32_t, E> opens_;  ///< parents, by where the part begins in which items are at work
  std::vector<Context> contexts_;
  std::unordered_map<std::uint32_t, std::vector<std::string>> words_;  ///< typed nodes that are words so far
};

}  // namespace rfs::inline RFS_ABI::typed::detail
