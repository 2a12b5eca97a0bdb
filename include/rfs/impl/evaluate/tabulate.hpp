#pragma once

#include <algorithm>
#include <vector>

#include "rfs/impl/evaluate/lowered.hpp"
#include "rfs/impl/evaluate/step.hpp"

namespace rfs::inline RFS_ABI::evaluate::detail {

/// What a node follows from, where that is little: the day alone, or a few words and truths, its leaves.
struct Cone {
  std::vector<std::uint32_t> leaves;  ///< ascending; of a node that is a leaf itself: that node
  std::vector<std::int64_t> entries;  ///< one for each combination of the leaves, the first changing fastest; of a leaf
                                      ///< none
  bool holes = false;                 ///< an entry is kMissing

  [[nodiscard]] bool small() const noexcept { return !leaves.empty() || !entries.empty(); }
  [[nodiscard]] bool tabulated() const noexcept { return !entries.empty(); }
  [[nodiscard]] bool fixed() const noexcept { return entries.size() == 1 && !holes; }
};

/// Tabulates the nodes of a program, from the first to the last.
class Cones {
 public:
  /// No table is longer: a table should be read from the nearest cache.
  static constexpr std::size_t kMostEntries = 256;
  /// All tables together: 128 kB.
  static constexpr std::size_t kMostInAll = 16'384;

  explicit Cones(const Bound& on) : on_(on) {}

  [[nodiscard]] const Cone& operator[](program::NodeId id) const noexcept { return cones_[id.value]; }

  /// Adds the next node.
  void add(const Lowered& n, bool is_fact) {
    const program::NodeId id(cones_.size());
    cones_.emplace_back();
    digits_.push_back(0);
    if (!is_fact && tabulate(n, id)) return;
    if (options(id) != 0) cones_[id.value].leaves = {id.value};
  }

  /// Unites leaves; returns false where they have too many combinations for a table.
  bool unite(std::vector<std::uint32_t>& into, const std::vector<std::uint32_t>& more) const {
    std::vector<std::uint32_t> both;
    std::set_union(into.begin(), into.end(), more.begin(), more.end(), std::back_inserter(both));
    into = std::move(both);
    return combinations(into) <= kMostEntries;
  }

  /// Returns how many values a leaf may have; 0 where it cannot be one.
  [[nodiscard]] std::size_t options(program::NodeId id) const {
    const program::Node& n = on_.program->nodes[id];
    if (n.kind == Kind::boolean) return 2;
    return n.kind == Kind::choice && n.words <= kMostEntries ? n.words : 0;
  }

  /// Calls `visit` with each combination's number; at() then gives what nodes are in it.
  template <class Visit>
  void for_each(const std::vector<std::uint32_t>& leaves, Visit visit) {
    for (const std::uint32_t leaf : leaves) digits_[leaf] = 0;
    const std::size_t count = combinations(leaves);
    for (std::size_t i = 0; i < count; ++i) {
      visit(i);
      for (const std::uint32_t leaf : leaves) {
        if (++digits_[leaf] < static_cast<std::int64_t>(options(program::NodeId(leaf)))) break;
        digits_[leaf] = 0;
      }
    }
  }

  /// Returns what a node is where its leaves are as in the combination that for_each visits.
  [[nodiscard]] std::int64_t at(program::NodeId id) const {
    const Cone& cone = cones_[id.value];
    if (!cone.tabulated()) return digits_[id.value];
    std::size_t entry = 0, stride = 1;
    for (const std::uint32_t leaf : cone.leaves) {
      entry += static_cast<std::size_t>(digits_[leaf]) * stride;
      stride *= options(program::NodeId(leaf));
    }
    return cone.entries[entry];
  }

 private:
  [[nodiscard]] std::size_t combinations(const std::vector<std::uint32_t>& leaves) const {
    std::size_t count = 1;
    for (const std::uint32_t leaf : leaves) {
      count *= options(program::NodeId(leaf));
      if (count > kMostEntries) break;
    }
    return count;
  }

  bool tabulate(const Lowered& n, program::NodeId id) {
    std::vector<std::uint32_t> leaves;
    for (const Operand& operand : {n.a, n.b, n.c, n.d}) {
      if (!operand.node.valid()) continue;
      if (!cones_[operand.node.value].small() || !unite(leaves, cones_[operand.node.value].leaves)) return false;
    }
    const std::size_t count = combinations(leaves);
    if (count > 1 && (entries_ += count) > kMostInAll) return false;
    Cone& cone = cones_[id.value];
    cone.entries.resize(count);
    for_each(leaves, [&](std::size_t i) {
      cone.entries[i] = compute(n);
      cone.holes = cone.holes || cone.entries[i] == kMissing;
    });
    cone.leaves = std::move(leaves);
    return true;
  }

  /// Computes a node in the combination at hand.
  [[nodiscard]] std::int64_t compute(const Lowered& n) const {
    std::int64_t slots[5] = {};
    std::size_t count = 0;
    for (const Operand& operand : {n.a, n.b, n.c, n.d}) {
      const std::int64_t value = operand.node.valid() ? at(operand.node) : 1;
      if (value == kMissing) return kMissing;
      slots[count++] = value * operand.factor;
    }
    Instruction made = n.step;
    made.a = 0;
    made.b = 1;
    made.c = 2;
    if (made.op == Op::cut) made.d = 3;
    made.out = 4;
    return step(made, slots, nullptr, on_) ? slots[4] : kMissing;
  }

  const Bound& on_;
  std::vector<Cone> cones_;
  std::vector<std::int64_t> digits_;  ///< of each leaf, in the combination at hand
  std::size_t entries_ = 0;
};

}  // namespace rfs::inline RFS_ABI::evaluate::detail
