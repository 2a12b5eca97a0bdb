#pragma once

#include <algorithm>
#include <map>
#include <tuple>

#include "rfs/impl/program/lowerer.hpp"

namespace rfs::inline RFS_ABI::program::detail {

/// Finds a decision's conditions by walking `eligible` (language.md section 12), each place once: definitions may
/// share parts sixty levels deep.
RFS_INLINE void Lowerer::conditions(DecisionId id) {
  using typed::Op;
  Decision& decision = out_.decisions[id];
  const rule::Decision& declared = file_.decisions[id.value];
  struct Frame {
    typed::NodeId at;
    bool wanted = true;
    std::vector<std::pair<typed::NodeId, bool>> parts;
    std::vector<std::uint32_t> made;
  };
  const auto structural = [&](typed::NodeId at) {
    const Op op = module_[at].op;
    return op == Op::logical_and || op == Op::logical_or || op == Op::logical_not || op == Op::conditional ||
           op == Op::at_least;
  };
  std::map<std::pair<std::uint32_t, bool>, std::uint32_t> done;                     // place and sign to walk
  std::map<std::tuple<Condition::Kind, std::uint32_t, bool>, std::uint32_t> named;  // condition to its line
  std::uint32_t unnamed = 0;

  // Where the walk goes from a place: through untitled definitions to what they are built of.
  const auto resolve = [&](typed::NodeId at) {
    while (module_[at].op == Op::definition) {
      const std::uint32_t index = module_[at].data;
      const typed::NodeId root = module_.definitions[DefinitionId(index)].root;
      if (file_.definitions[index].words.any() || module_.definitions[DefinitionId(index)].fixed || !structural(root))
        break;
      at = root;
    }
    return at;
  };
  const auto leaf = [&](typed::NodeId at, bool wanted) {
    Condition made;
    made.wanted = wanted;
    made.node = lowered_[at];
    made.under = under_of_[at];
    made.index = module_[at].data;
    switch (module_[at].op) {
      case Op::fact:
        made.kind = Condition::Kind::fact;
        made.name = file_.facts[made.index].name.text;
        break;
      case Op::definition:
        made.kind = Condition::Kind::definition;
        made.name = file_.definitions[made.index].name.text;
        break;
      case Op::eligible:
        made.kind = Condition::Kind::decision;
        made.name = file_.decisions[made.index].name.text;
        break;
      default:
        made.kind = Condition::Kind::unnamed;
        made.index = ++unnamed;
        made.name = declared.name.text + "#" + std::to_string(unnamed);
        made.typed = at;
        break;
    }
    // What has a name reads the same wherever it stands; only unnamed conditions can stand out of reach.
    if (made.kind != Condition::Kind::unnamed) made.under = {};
    const auto key = std::tuple(made.kind, made.index, wanted);
    const auto [line, fresh] = named.emplace(key, static_cast<std::uint32_t>(decision.conditions.size()));
    if (fresh) decision.conditions.push_back(std::move(made));
    Walk walk;
    walk.kind = Walk::Kind::condition;
    walk.node = lowered_[at];
    walk.under = under_of_[at];
    walk.condition = line->second;
    decision.walk.push_back(std::move(walk));
    return static_cast<std::uint32_t>(decision.walk.size() - 1);
  };

  std::vector<Frame> stack;
  const auto open = [&](typed::NodeId at, bool wanted) -> std::optional<std::uint32_t> {
    at = resolve(at);
    const auto seen = done.find({at.value, wanted});
    if (seen != done.end()) return seen->second;
    if (!structural(at)) {
      const std::uint32_t made = leaf(at, wanted);
      done.emplace(std::pair(at.value, wanted), made);
      return made;
    }
    Frame frame{at, wanted, {}, {}};
    const auto operands = module_.operands(at);
    const std::size_t first = module_[at].op == Op::conditional || module_[at].op == Op::at_least ? 1 : 0;
    const bool part_wanted = module_[at].op == Op::logical_not ? !wanted : wanted;
    for (std::size_t i = first; i < operands.size(); ++i) frame.parts.emplace_back(operands[i], part_wanted);
    stack.push_back(std::move(frame));
    return std::nullopt;
  };
  std::optional<std::uint32_t> result = open(module_.decisions[id].eligible, true);
  while (!stack.empty()) {
    Frame& frame = stack.back();
    if (result) {
      frame.made.push_back(*result);
      result.reset();
    }
    if (frame.made.size() < frame.parts.size()) {
      const auto [part, wanted] = frame.parts[frame.made.size()];
      result = open(part, wanted);
      continue;
    }
    Walk walk;
    const typed::NodeId at = frame.at;
    switch (module_[at].op) {
      case Op::logical_and:
        walk.kind = Walk::Kind::conjunction;
        break;
      case Op::logical_or:
        walk.kind = Walk::Kind::disjunction;
        break;
      case Op::logical_not:
        walk.kind = Walk::Kind::negation;
        break;
      case Op::at_least:
        walk.kind = Walk::Kind::at_least;
        break;
      default:
        walk.kind = Walk::Kind::branch;
        walk.test = tests_of_.at(at.value);
        break;
    }
    walk.node = lowered_[at];
    walk.under = under_of_[at];
    walk.children = std::move(frame.made);
    decision.walk.push_back(std::move(walk));
    const auto made = static_cast<std::uint32_t>(decision.walk.size() - 1);
    done.emplace(std::pair(at.value, frame.wanted), made);
    stack.pop_back();
    result = made;
  }

  // Lines stand in file order: facts, definitions, other decisions, then the unnamed as they were met.
  std::vector<std::uint32_t> order(decision.conditions.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::uint32_t x, std::uint32_t y) {
    const Condition& a = decision.conditions[x];
    const Condition& b = decision.conditions[y];
    return std::tuple(a.kind, a.index, !a.wanted) < std::tuple(b.kind, b.index, !b.wanted);
  });
  std::vector<Condition> sorted;
  std::vector<std::uint32_t> place(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    sorted.push_back(std::move(decision.conditions[order[i]]));
  }
  decision.conditions = std::move(sorted);
  for (Walk& walk : decision.walk) {
    if (walk.kind == Walk::Kind::condition) walk.condition = place[walk.condition];
  }
}

}  // namespace rfs::inline RFS_ABI::program::detail
