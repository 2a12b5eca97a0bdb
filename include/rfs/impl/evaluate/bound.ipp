#pragma once

#include <map>

#include "rfs/evaluate/bound.hpp"
#include "rfs/impl/evaluate/deciding.hpp"
#include "rfs/impl/evaluate/turn_dates.hpp"

namespace rfs::inline RFS_ABI::evaluate {

namespace detail {

/// Binds a scaled program: tabulates what follows from little, turns comparisons of dates, leaves out what nothing asks
/// for, and gives what remains its slots.
class Binder {
 public:
  Binder(const program::Program& program, const program::Scaled& scaled, std::int64_t day)
      : program_(program), scaled_(scaled), words_{scaled.fact_units.size()}, cones_(out_) {
    out_.day = day;
    out_.program = &program;
    out_.scaled = &scaled;
  }

  Bound run() {
    const std::size_t count = scaled_.nodes.size();
    out_.needed.assign(2 * words_.masks(), 0);
    out_.slots.assign(words_.size(), 0);
    out_.places.assign(count, {constant(0), kNothing});
    slots_.assign(count, kNothing);
    live_.assign(count, 0);
    find_roots();
    for (std::size_t i = 0; i < count; ++i) {
      const program::NodeId id(i);
      nodes_.push_back(lower(program_, scaled_.nodes[i], id, out_.day));
      cones_.add(nodes_.back(), is_fact(id));
      turn_dates(nodes_.back(), nodes_, cones_, program_.module->file->month_end.value_or(MonthEnd::clamp));
    }
    find_live();
    for (std::size_t i = 0; i < count; ++i) {
      if (live_[i] != 0) emit(program::NodeId(i));
    }
    for (std::size_t i = 0; i < program_.decisions.size(); ++i) decide(DecisionId(i));
    for (const program::NodeId id : asked_) out_.places[id.value] = read({id, 1});
    for (std::size_t i = 0; i < words_.facts; ++i) {
      if (scaled_.fact_units[i].is_zero()) out_.kept.push_back(static_cast<std::uint32_t>(i));
    }
    out_.finish = !out_.kept.empty() || !out_.walked.empty();
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool is_fact(program::NodeId id) const { return scaled_.nodes[id.value].op == program::Op::fact; }

  void find_roots() {
    out_.roots.assign(program_.parameters.size(), kNothing);
    for (std::size_t p = 0; p < out_.roots.size(); ++p) {
      for (const typed::Period& period : program_.module->parameters[ParameterId(p)].periods) {
        if (period.from <= out_.day && out_.day < period.until) out_.roots[p] = period.root;
      }
    }
  }

  /// Marks what may be asked for, and what that is computed from.
  void find_live() {
    const std::size_t count = scaled_.nodes.size();
    const auto ask = [&](program::NodeId id) {
      if (!id.valid() || id.value >= count) return;
      live_[id.value] = 1;
      asked_.push_back(id);
    };
    for (const program::NodeId id : program_.definitions) ask(id);
    for (std::size_t i = 0; i < count; ++i) {
      const program::ScaledNode& n = scaled_.nodes[i];
      if (n.op != program::Op::parameter) continue;  // figures_read() asks for the keys and the day of every lookup
      for (const program::NodeId operand : {n.a, n.b, n.c, program_.nodes[program::NodeId(i)].d}) ask(operand);
    }
    for (const program::Decision& decision : program_.decisions) {
      for (const program::NodeId id : {decision.eligible, decision.granted, decision.amount}) ask(id);
      for (const program::Walk& walk : decision.walk) {
        for (const program::NodeId id : {walk.node, walk.under, walk.test}) ask(id);
      }
      for (const program::Condition& condition : decision.conditions) {
        for (const program::NodeId id : {condition.node, condition.under}) ask(id);
      }
    }
    for (std::size_t i = count; i-- > 0;) {
      if (live_[i] == 0) continue;
      const program::NodeId id(i);
      const Cone& cone = cones_[id];
      if (cone.tabulated()) {
        for (const std::uint32_t leaf : cone.leaves) live_[leaf] = 1;
        if (!cone.holes) continue;  // else the lookup that has the hole is still to be made
      }
      if (is_fact(id)) {
        if (scaled_.nodes[i].a.valid()) live_[scaled_.nodes[i].a.value] = 1;
        continue;
      }
      for (const Operand& operand : {nodes_[i].a, nodes_[i].b, nodes_[i].c, nodes_[i].d}) {
        if (operand.node.valid()) live_[operand.node.value] = 1;
      }
    }
  }

  std::uint32_t room(std::int64_t value) {
    out_.slots.push_back(value);
    return static_cast<std::uint32_t>(out_.slots.size() - 1);
  }

  std::uint32_t constant(std::int64_t value) {
    const auto [at, fresh] = constants_.emplace(value, 0);
    if (fresh) at->second = room(value);
    return at->second;
  }

  std::uint32_t push(Instruction made) {
    made.out = room(0);
    out_.code.push_back(made);
    return made.out;
  }

  /// Returns whether an operand is read through a table.
  [[nodiscard]] bool by_table(const Operand& operand) const {
    return operand.node.valid() && cones_[operand.node].tabulated() && !cones_[operand.node].fixed();
  }

  std::uint32_t times(std::uint32_t slot, std::int64_t factor) {
    if (factor == 1) return slot;
    Instruction made;
    made.op = Op::multiply;
    made.a = slot;
    made.b = constant(factor);
    return push(made);
  }

  /// Returns where an operand is read.
  Place read(const Operand& operand) {
    if (!operand.node.valid()) return {constant(operand.factor), kNothing};
    const Cone& cone = cones_[operand.node];
    if (cone.fixed()) return {constant(cone.entries[0] * operand.factor), kNothing};
    if (cone.tabulated()) return tabulated(operand);
    if (operand.factor == 1) return {slots_[operand.node.value], kNothing};
    const auto [at, fresh] = products_.emplace(std::pair(operand.node.value, operand.factor), 0);
    if (fresh) at->second = times(slots_[operand.node.value], operand.factor);
    return {at->second, kNothing};
  }

  /// Returns the slot that holds an operand.
  std::uint32_t slot(const Operand& operand) {
    const Place from = read(operand);
    if (from.table == kNothing) return from.slot;
    const auto [at, fresh] = copies_.emplace(std::pair(from.slot, from.table), 0);
    if (fresh) {
      Instruction made;
      made.a = from.slot;
      made.table = from.table;
      at->second = push(made);
    }
    return at->second;
  }

  /// Returns the slot that holds the number of the combination that leaves have.
  std::uint32_t index(const std::vector<std::uint32_t>& leaves) {
    const auto [at, fresh] = indices_.emplace(leaves, 0);
    if (!fresh) return at->second;
    std::uint32_t made = leaves.empty() ? constant(0) : slots_[leaves[0]], stride = 1;
    const auto next = [&](std::size_t leaf) {
      return stride *= static_cast<std::uint32_t>(cones_.options(program::NodeId(leaves[leaf - 1])));
    };
    for (std::size_t i = 1; i < leaves.size(); i += 2) {
      Instruction n;
      n.op = Op::index;
      n.a = made;
      n.b = slots_[leaves[i]];
      n.d = next(i);
      if (i + 1 < leaves.size()) {
        n.c = slots_[leaves[i + 1]];
        n.d |= next(i + 1) << 16;
      }
      made = push(n);
    }
    return at->second = made;
  }

  /// Returns where an operand is read that is tabulated: by the number of its leaves' combination, or of that of more
  /// leaves where code computes it already.
  Place tabulated(const Operand& operand) {
    const Cone& cone = cones_[operand.node];
    const std::vector<std::uint32_t>* leaves = &cone.leaves;
    if (cone.leaves.size() > 1 && indices_.count(cone.leaves) == 0) {
      for (const auto& [more, slot] : indices_) {
        if (std::includes(more.begin(), more.end(), cone.leaves.begin(), cone.leaves.end())) leaves = &more;
      }
    }
    const auto [at, fresh] = tables_.emplace(std::pair(operand.node.value, operand.factor), Place());
    if (!fresh) return at->second;
    at->second = {index(*leaves), static_cast<std::uint32_t>(out_.tables.size())};
    cones_.for_each(*leaves, [&](std::size_t) {
      const std::int64_t entry = cones_.at(operand.node);
      out_.tables.push_back(entry == kMissing ? kMissing : entry * operand.factor);
    });
    return at->second;
  }

  /// Emits the code of a node that is live, if it needs any.
  void emit(program::NodeId id) {
    const Cone& cone = cones_[id];
    Lowered n = nodes_[id.value];
    if (cone.tabulated()) {
      if (cone.holes && n.step.op == Op::figure) {
        Instruction made;
        made.op = Op::on_file;
        const Place from = tabulated({id, 1});
        made.a = from.slot;
        made.table = from.table;
        push(made);
      }
      return;
    }
    std::uint32_t& out = slots_[id.value];
    if (is_fact(id)) {
      out = fact(scaled_.nodes[id.value]);
      return;
    }
    if (n.step.op == Op::copy) {
      out = slot(n.a);
      return;
    }
    if (by_table(n.b) && !by_table(n.a)) swap(n);
    const Place from = read(n.a);
    Instruction made = n.step;
    made.a = from.slot;
    made.table = from.table;
    made.b = slot(n.b);
    made.c = slot(n.c);
    if (made.op == Op::cut) made.d = slot(n.d);
    out = push(made);
  }

  /// Swaps two operands, where the operator has a turned form: the first one may be read through a table.
  static void swap(Lowered& n) {
    switch (n.step.op) {
      case Op::add:
      case Op::multiply:
      case Op::minimum:
      case Op::maximum:
      case Op::equal:
      case Op::both:
      case Op::either:
        break;
      case Op::less:
        n.step.op = Op::greater;
        break;
      case Op::less_equal:
        n.step.op = Op::greater_equal;
        break;
      default:
        return;
    }
    std::swap(n.a, n.b);
  }

  std::uint32_t fact(const program::ScaledNode& n) {
    const auto bit = static_cast<std::int64_t>(std::uint64_t{1} << n.data % 64);
    const std::uint32_t value = times(static_cast<std::uint32_t>(words_.value(n.data)), n.x);
    if (!n.a.valid()) {
      out_.needed[words_.known(n.data)] |= bit;
      return value;
    }
    out_.needed[words_.not_unknown(n.data)] |= bit;
    Instruction made;
    made.op = Op::given;
    made.a = value;
    made.b = slot({n.a, n.y});
    made.d = n.data;
    return push(made);
  }

  void decide(DecisionId id) {
    const program::Decision& decision = program_.decisions[id];
    BoundDecision made;
    made.unmet = unmet(decision);
    made.eligible = read({decision.eligible, 1});
    if (decision.amount.valid()) made.amount = read({decision.amount, 1});
    made.minor = scaled_.minor[id.value];
    made.money = Money::units(0).in(program_.module->file->currency).value_or(Money());
    if (made.unmet.table == kNothing) out_.walked.push_back(id.value);
    out_.decisions.push_back(made);
  }

  /// Tabulates the set of unmet conditions, where there are few combinations of what it follows from.
  Place unmet(const program::Decision& decision) {
    std::vector<std::uint32_t> leaves;
    bool few = decision.conditions.size() <= 64 && cones_.unite(leaves, cones_[decision.eligible].leaves);
    for (const program::Walk& walk : decision.walk) {
      for (const program::NodeId node : {walk.node, walk.under, walk.test}) {
        few = few && (!node.valid() || cones_.unite(leaves, cones_[node].leaves));
      }
    }
    if (!few) return {};
    const Place out{index(leaves), static_cast<std::uint32_t>(out_.unmet.size())};
    std::vector<Bool3> marked(decision.walk.size());
    const auto holds = [&](program::NodeId node) { return cones_.at(node) != 0; };
    cones_.for_each(leaves, [&](std::size_t) {
      std::uint64_t set = 0;
      if (!holds(decision.eligible)) {
        for_each_deciding(
            decision, Bool3::no, marked.data(),
            [&](const program::Walk& walk) {
              return walk.under.valid() && !holds(walk.under) ? Bool3::unknown : to_bool3(holds(walk.node));
            },
            [&](const program::Walk& walk) { return to_bool3(holds(walk.test)); },
            [&](std::uint32_t condition) { set |= std::uint64_t{1} << condition; });
      }
      out_.unmet.push_back(set);
    });
    return out;
  }

  const program::Program& program_;
  const program::Scaled& scaled_;
  program::FactWords words_;
  Bound out_;
  Cones cones_;
  std::vector<Lowered> nodes_;
  std::vector<char> live_;
  std::vector<program::NodeId> asked_;
  std::vector<std::uint32_t> slots_;  ///< of nodes that are computed, or given
  std::map<std::int64_t, std::uint32_t> constants_;
  std::map<std::pair<std::uint32_t, std::int64_t>, std::uint32_t> products_;  ///< node times factor
  std::map<std::pair<std::uint32_t, std::int64_t>, Place> tables_;            ///< the same, tabulated
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> copies_;   ///< what is read through a table
  std::map<std::vector<std::uint32_t>, std::uint32_t> indices_;
};

}  // namespace detail

RFS_INLINE std::shared_ptr<const Bound> bind(const program::Program& program, const program::Scaled& scaled,
                                             std::int64_t day) {
  return std::make_shared<const Bound>(detail::Binder(program, scaled, day).run());
}

}  // namespace rfs::inline RFS_ABI::evaluate
