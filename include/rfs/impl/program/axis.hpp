#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/expr/tree.hpp"
#include "rfs/impl/program/coverage.hpp"
#include "rfs/program/program.hpp"

/// \file
/// The values of an input of a decision table, split where its cells begin and end. Internal to the room.

namespace rfs::inline RFS_ABI::program::detail {

/// A place between values: right before one, or right behind it.
struct Edge {
  Value at;
  bool behind = false;
};

/// Values from one edge to another; without an edge from the first value, or to the last.
struct Run {
  std::optional<Edge> from, to;
};

/// Returns the values for which a test holds; `b` is the second end of a range.
std::vector<Run> runs_of(expr::Op test, const Value& a, const Value& b);

/// All values that an input can have. Edges are added first, then the axis is split at them.
class Axis {
 public:
  Axis(Kind kind, const Range& range, std::size_t words);

  void add(const std::vector<Run>& runs);
  void split();

  [[nodiscard]] const Pieces& all() const noexcept { return all_; }
  /// Returns the pieces that runs take, or leave; their edges must have been added.
  [[nodiscard]] Pieces pieces_of(const std::vector<Run>& runs, bool is_negated) const;
  /// Returns a value of a piece.
  [[nodiscard]] Value witness(std::size_t piece) const;

 private:
  [[nodiscard]] bool before(const Edge& a, const Edge& b) const;
  [[nodiscard]] Edge aligned(Edge edge) const;
  [[nodiscard]] std::size_t piece_at(const Edge& edge) const;
  [[nodiscard]] std::string between(const std::string& after, std::size_t next) const;

  Kind kind_;
  value::Step step_;
  Edge first_;
  std::optional<Edge> last_;      ///< behind the last value; texts have none
  std::vector<Edge> starts_;      ///< where the pieces begin
  std::optional<WordSet> words_;  ///< a choice's or bool's: those that are possible
  Pieces all_;                    ///< but for pieces without a value
};

}  // namespace rfs::inline RFS_ABI::program::detail
