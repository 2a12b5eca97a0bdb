#pragma once

#include <cstdint>
#include <vector>

#include "rfs/impl/batch/binding.hpp"
#include "rfs/impl/batch/kernel.hpp"
#include "rfs/program/scaled.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Runs a scaled program over applicants of whom not all is known, or who have a day each: program::read of every node,
/// in whole units. A number is held as its least and its most; a truth as 1, 1 or 0, 0 or, unknown, 0, 1; a choice as
/// the set of its words. What it does not do (a lookup by a number that is not known, a figure that is not on file) it
/// leaves to evaluate, row by row.
class ReadingLanes {
 public:
  /// Both must live as long.
  ReadingLanes(const program::Program& program, const program::Scaled& scaled, const Binding& binding);

  /// Returns whether rows can be run; the results must be none that only evaluate writes.
  [[nodiscard]] bool usable() const noexcept { return usable_; }
  /// How many rows a run takes at most: fewer where there are many nodes.
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  /// Runs at most rows() rows of a block, of which no cell is refused. Clears `decided`, one a row, of those that are
  /// left to evaluate.
  void run(const Decoded& block, const std::vector<std::uint16_t>& rows, std::uint8_t* decided);

  /// What a node reads in a lane of the last run: a number, in units.
  [[nodiscard]] std::int64_t least(program::NodeId id, std::size_t lane) const noexcept {
    return lanes_[at(id) + lane];
  }
  [[nodiscard]] std::int64_t most(program::NodeId id, std::size_t lane) const noexcept {
    return lanes_[at(id) + rows_ + lane];
  }
  /// A bool.
  [[nodiscard]] Bool3 truth(program::NodeId id, std::size_t lane) const noexcept {
    const std::int64_t surely = least(id, lane);
    return surely == most(id, lane) ? to_bool3(surely != 0) : Bool3::unknown;
  }
  /// A choice: the set of its words.
  [[nodiscard]] std::uint64_t words(program::NodeId id, std::size_t lane) const noexcept {
    return static_cast<std::uint64_t>(least(id, lane));
  }

 private:
  /// A node, and what of it is the same for every applicant.
  struct Node {
    program::NodeId id;
    program::ScaledNode n;
    std::int64_t least = 0, most = 0;  ///< fact: what is read where it is not known; parameter: some figure; cut: of
                                       ///< what nothing is left
    std::int64_t step = 0;             ///< cut, reaches: the least number beside 0; 0: there is none
    std::uint64_t words = 0;           ///< cut, reaches: of a choice
    bool choice = false;               ///< whether it is one; reaches: whether the operand is
    std::size_t column = 0;            ///< fact: its column
    bool by_word = false;              ///< parameter: one word is the only key
    std::uint32_t root = evaluate::kNothing;
    std::vector<std::int64_t> figures;  ///< of each word, from the root; kMissing where there is none
    enum class From : std::uint8_t { column, fallback, nothing } from = From::nothing;  ///< fact
  };
  struct Span {
    std::int64_t *least, *most;
  };

  [[nodiscard]] std::size_t at(program::NodeId id) const noexcept { return std::size_t{id.value} * 2 * rows_; }
  [[nodiscard]] Span span(program::NodeId id) noexcept {
    std::int64_t* const first = id.valid() ? lanes_.data() + at(id) : none_.data();
    return {first, first + rows_};
  }
  void mark(std::vector<char>& live) const;
  bool prepare(Node& node) const;
  bool prepare_fact(Node& node) const;
  bool prepare_cut(Node& node) const;
  [[nodiscard]] bool ends(const value::Interval& of, const Exact& unit, Node& node) const;

  void step(Node& node, std::size_t rows, std::uint8_t* decided);
  void cut(const Node& node, std::size_t rows);
  void gather(const Node& node, const Decoded& block, const std::vector<std::uint16_t>& rows);
  void date(const Node& node, std::size_t rows);
  void look_up(Node& node, std::size_t rows, std::uint8_t* decided);
  bool look_up_word(Node& node, std::uint32_t root, std::size_t lane);
  bool look_up(const Node& node, std::uint32_t root, std::size_t lane);

  const program::Program& program_;
  const program::Scaled& scaled_;
  const Binding& binding_;
  bool usable_ = true;
  std::size_t rows_ = kBlock;
  std::vector<Node> nodes_;          ///< those that are asked for, in order
  std::vector<std::int64_t> lanes_;  ///< of each node of the program: the least of all lanes, then the most
  std::vector<std::int64_t> none_;   ///< of operands that are not there
  std::vector<std::int64_t> days_;   ///< of each lane
};

}  // namespace rfs::inline RFS_ABI::batch
