#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/program/program.hpp"
#include "rfs/source/limits.hpp"

namespace rfs::inline RFS_ABI::program::detail {

/// Adds nodes to a program: shares equal ones, proves each one's range, step and digits, refuses what may fail, folds
/// constants.
class Builder {
 public:
  struct Key {
    Node node;
    friend bool operator==(const Key& x, const Key& y) noexcept;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept;
  };

  Builder(Program& out, const Limits& limits, Diagnostics& findings);

  NodeId push(Node node, const Origin& origin);
  NodeId constant(const Value& value, Kind kind, std::size_t words, const Origin& origin);
  NodeId unary(Op op, Kind kind, NodeId a, const Origin& origin, std::uint32_t data = 0);
  NodeId binary(Op op, Kind kind, NodeId a, NodeId b, const Origin& origin, std::uint32_t data = 0);

  /// Stands for a node that was refused; everything built on it is silent.
  NodeId poison(const Node& node, const Origin& origin);

  /// Returns the index of a value among the program's constants.
  std::uint32_t intern(const Value& value);
  /// Whether one of two nodes stands in the scope of the other or inside it.
  [[nodiscard]] bool on_one_line(NodeId a, NodeId b) const {
    Node both;
    both.a = a;
    both.b = b;
    return scope_of(both).has_value();
  }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }
  ScopeId add_scope(Scope scope);
  std::uint32_t add_operands(std::vector<NodeId> operands, ScopeId scope);
  std::uint32_t add_aggregate(ScopeId scope, ScopeId second = kApplicant);
  /// Adds a cut; its fallback is set when the first node with it is made.
  std::uint32_t add_cut(Cut cut);

  /// True once there are more nodes than the limits allow.
  [[nodiscard]] bool too_large() const { return too_large_; }
  /// Says that what follows is read `on` a date, at a place of the file, or no more; returns what was said before.
  std::optional<Origin> on(std::optional<Origin> place) { return std::exchange(on_, std::move(place)); }

  [[nodiscard]] NodeId not_on_file(NodeId id) const;
  Diagnostic& report(Code code, Severity severity, const Origin& origin, std::string message, std::string help = {});
  /// True where a mistake was reported below: nothing is proved or reported above it.
  [[nodiscard]] bool poisoned(NodeId id) const { return poisoned_[id] != 0; }
  [[nodiscard]] std::string_view text_of(const Origin& origin) const;

 private:
  bool step_and_bits(const Node& node, Range& range, const Origin& origin);
  bool refuse_texts(const Node& node, Range& range, const Origin& origin);
  bool refuse_date(const Node& node, const Range& range, const Origin& origin);
  bool refuse_rounding_step(const Node& node, const Origin& origin);
  bool refuse_divisor(const Node& node, const Origin& origin);
  bool refuse_lookup(const Node& node, const Origin& origin);
  bool refuse_below(const Node& node, const Origin& origin);
  bool refuse_steps(const Node& node, const Origin& origin);
  void note_off_file(const Node& node, const Origin& origin);
  [[nodiscard]] bool may_be_off_file(const Node& node) const;
  [[nodiscard]] const value::Step& step_of_figures(const Node& node) const;
  void set_steps(const Node& node, Range& range);
  [[nodiscard]] std::optional<ScopeId> scope_of(const Node& node) const;
  [[nodiscard]] bool leaves_nothing(const Node& node) const;
  [[nodiscard]] const Range& range_of(NodeId id) const { return out_.ranges[id]; }

  Program& out_;
  const Limits& limits_;
  Diagnostics& findings_;
  std::unordered_map<Key, NodeId, KeyHash> shared_;
  std::unordered_map<std::string, std::uint32_t> constants_;
  std::map<std::pair<ScopeId, std::vector<NodeId>>, std::uint32_t> operands_;
  std::map<Aggregate, std::uint32_t> aggregates_;
  Table<NodeId, char> poisoned_;
  Table<NodeId, Reading> readings_;  ///< the ranges' readings, as read() wants them
  std::size_t bracket_steps_ = 0;    ///< how many figures all nodes that read schedules may go through
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> noted_off_file_;  ///< parameter and place
  std::optional<Origin> on_;
  bool too_large_ = false;
  std::uint64_t text_bytes_ = 0;  ///< what the text operators so far may read and make
};

}  // namespace rfs::inline RFS_ABI::program::detail
