#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/program/program.hpp"
#include "rfs/program/read.hpp"

namespace rfs::inline RFS_ABI::evaluate::detail {

/// Computes the readings of a program with lists, for one applicant: nodes of the applicant into their places, nodes of
/// a list for one item after the other into the same places, so that memory does not grow with nodes times items.
class ListReadings {
 public:
  /// An item of a list, or several that nothing tells apart.
  struct Row {
    static constexpr std::uint32_t kNone = 0xFFFFFFFF;

    std::uint32_t part = 0;   ///< of a list that is made of others: which
    std::uint32_t outer = 0;  ///< flattened: the item that the inner list belongs to
    std::uint32_t index = 0;  ///< in the list it comes from; kNone for items of a list that was not given
    bool certain = true;
    std::uint64_t count = 1;  ///< how many; more than one only of those that may be there
    bool ordered = true;      ///< where it stands among the others is known
  };

  ListReadings(const program::Program& program, const program::Inputs& inputs,
               Table<program::NodeId, program::Reading>& readings);

  /// Computes the reading of a node; what it is computed from must have its readings, and lists around it an item.
  void evaluate(program::NodeId id);

  /// Calls `visit` for every item of a list, after computing what its body says is needed; stops where it returns
  /// false.
  void for_each_item(program::ScopeId scope, program::BodyId body, const std::function<bool(const Row&)>& visit);

  /// Returns the item of a list that is at work.
  [[nodiscard]] const Row& at_work(program::ScopeId scope) const { return frames_[scope].rows[frames_[scope].current]; }
  /// Makes the item that a list made of others took its item from the one at work there, and computes what is needed.
  void reach(program::ScopeId scope, const program::Body& body);

  /// The item at work of a list, and what it has.
  struct Kept {
    program::ScopeId scope;
    std::uint32_t current = 0;
    std::uint64_t version = 0;
    std::vector<std::pair<program::NodeId, program::Reading>> readings;
  };
  /// Keeps what reach() changes of a list that is at work around the one that goes over it again.
  [[nodiscard]] Kept keep(program::ScopeId scope, const program::Body& body) const;
  void give_back(Kept kept);

 private:
  struct Group {
    program::Reading key;
    std::vector<Row> members;
  };
  /// The items of a list for the item at work around it.
  struct Frame {
    std::uint64_t filled_for = 0;  ///< version of the scope around it
    std::uint64_t version = 1;     ///< changes with the item at work
    std::uint32_t current = 0;
    std::vector<Row> rows;
    std::vector<Group> groups;
    std::vector<Row> of_any_group;                                             ///< members whose keys are not known
    std::unordered_map<std::uint32_t, std::vector<program::Reading>> columns;  ///< of nodes that look at items before
  };

  void enter(program::ScopeId scope);
  void fill(const program::Scope& scope, Frame& frame);
  void group(const program::Scope& scope, Frame& frame);
  void join(const program::Scope& scope, Frame& frame);
  void move(program::ScopeId scope, std::uint32_t row);
  void run(const program::Body::Level& level);
  program::Reading item(const program::Node& n) const;
  const program::Reading& in_column(program::NodeId id);
  std::vector<program::Reading> unlike(program::NodeId id);
  std::vector<program::Reading> positions(program::NodeId id);
  program::Reading aggregate(program::NodeId id);
  program::Reading equal_lists(program::NodeId id);
  [[nodiscard]] bool is_whole_group(const program::Node& n) const {
    return program::is_whole_group(program_, program_.aggregates[n.data].scope, n.b);
  }

  const program::Program& program_;
  const program::Inputs& inputs_;
  Table<program::NodeId, program::Reading>& readings_;
  Table<program::ScopeId, Frame> frames_;
  std::uint64_t clock_ = 1;
};

}  // namespace rfs::inline RFS_ABI::evaluate::detail
