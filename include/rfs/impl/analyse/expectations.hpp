#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/analyse/run_tests.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/impl/rule/shape.hpp"

namespace rfs::inline RFS_ABI::analyse::detail {

/// Walks what one test expects: reports what no outcome could have and, where there is an outcome, what differs.
class Expectations {
 public:
  /// `outcome` is null where the test is only checked.
  Expectations(const Rules& rules, rule::detail::Shape& shape, const Outcome* outcome)
      : rules_(rules), shape_(shape), outcome_(outcome) {}

  std::vector<Failure> walk(const rule::Test& test);
  /// Returns whether the test walked expects that its applicant is refused.
  [[nodiscard]] bool expects_refusal() const noexcept { return expects_refusal_; }

 private:
  using Names = std::vector<std::string>;

  void decision(json::NodeId id, DecisionId decision);
  void definition(json::NodeId id, DefinitionId definition);
  void error(json::NodeId id);
  void status(json::NodeId object, DecisionId decision);
  void amount(json::NodeId object, DecisionId decision);
  void bound(json::NodeId id, const Type& type, const std::optional<Exact>& found);
  void names(json::NodeId object, std::string_view key, const Names& known, std::string_view what, const Names& found);
  void conditions(json::NodeId object, DecisionId decision);
  void condition(json::NodeId id, DecisionId decision, std::size_t index);
  void truth(json::NodeId id, DecisionId decision, std::size_t index);
  void missing(json::NodeId object, const Reasons& why);
  void missing_figure(json::NodeId id, const Missing* found);
  void value(json::NodeId id, const Type& type, const std::optional<program::Reading>& found);
  // expected_items.ipp
  void items(json::NodeId id, DefinitionId definition);
  void item(json::NodeId id, const std::vector<RecordField>& fields, const ListItem* found);
  void field(json::NodeId id, const RecordField& declared, const program::Reading* found);
  void refused_otherwise(const rule::Test& test);

  /// Reads an expected value, in the form of the outcome (fractions too); reports what cannot be read.
  std::optional<Value> read(json::NodeId id, const Type& type);
  [[nodiscard]] std::string text(const program::Reading& found, const Type& type) const;
  [[nodiscard]] std::string json_text(const program::Reading& found, const Type& type) const;
  [[nodiscard]] std::string json_text(const Missing& found) const;
  [[nodiscard]] std::string json_text(const ListItem& found, const std::vector<RecordField>& fields) const;
  [[nodiscard]] std::string json_text(const std::vector<ListItem>& found, const std::vector<RecordField>& fields) const;
  [[nodiscard]] std::string plain(const Value& value, const Type& type) const;
  [[nodiscard]] bool compares() const noexcept { return outcome_ != nullptr && !outcome_->refused(); }

  void wrong(json::NodeId id, std::string message, std::string help = {});
  void unknown(source::Span span, std::string_view name, std::string_view what, const Names& known);
  /// `instead` is the JSON that would be met.
  void differs(json::NodeId id, std::string_view expected, std::string_view found, std::string instead);

  const Rules& rules_;
  rule::detail::Shape& shape_;
  const Outcome* outcome_;
  std::size_t root_ = 0;  ///< how much of the path leads to `expect`
  bool expects_refusal_ = false;
  std::vector<Failure> failures_;
};

}  // namespace rfs::inline RFS_ABI::analyse::detail
