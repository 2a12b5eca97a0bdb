#pragma once

#include <atomic>

#include "rfs/evaluate/bound.hpp"
#include "rfs/impl/evaluate/scaled_step.hpp"

namespace rfs::inline RFS_ABI::evaluate {

namespace detail {

/// Splits a scaled program into what follows from the day and what remains.
class Binder {
 public:
  Binder(const program::Program& program, const program::Scaled& scaled, std::int64_t day)
      : program_(program), scaled_(scaled) {
    static std::atomic<std::uint64_t> bindings{0};
    out_.serial = ++bindings;
    out_.day = day;
  }

  Bound run() {
    roots();
    const std::size_t count = scaled_.nodes.size();
    out_.values.assign(count, 0);
    fixed_.assign(count, 0);
    for (std::size_t i = 0; i < count; ++i) fix(i);
    find_live();
    for (std::size_t i = 0; i < count; ++i) {
      if (live_[i] == 0 || fixed_[i] != 0) continue;
      out_.code.push_back(turned_[i] ? *turned_[i] : scaled_.nodes[i]);
      out_.targets.push_back(static_cast<std::uint32_t>(i));
    }
    return std::move(out_);
  }

 private:
  using Op = program::Op;

  void roots() {
    out_.roots.assign(program_.parameters.size(), kNothing);
    for (std::size_t p = 0; p < out_.roots.size(); ++p) {
      for (const typed::Period& period : program_.module->parameters[ParameterId(p)].periods) {
        if (period.from <= out_.day && out_.day < period.until) out_.roots[p] = period.root;
      }
    }
  }

  /// Calls `visit` for every operand that a node really reads.
  template <class Visit>
  void operands(std::size_t i, Visit visit) const {
    const program::ScaledNode& n = scaled_.nodes[i];
    for (const program::NodeId operand : {n.a, n.b, n.c}) {
      if (operand.valid()) visit(operand.value);
    }
  }

  /// Computes a node that follows from the day alone. A figure that is not on file stays to be met when it is read.
  void fix(std::size_t i) {
    const program::ScaledNode& n = scaled_.nodes[i];
    bool fixed = n.op != Op::fact;
    operands(i, [&](std::uint32_t operand) { fixed = fixed && fixed_[operand] != 0; });
    if (!fixed) return;
    const ScaledInputs on{program_,
                          scaled_,
                          out_.roots.data(),
                          out_.day,
                          nullptr,
                          nullptr,
                          program_.module->file->month_end.value_or(MonthEnd::clamp)};
    if (scaled_step(n, i, out_.values.data(), on)) fixed_[i] = 1;
  }

  /// Marks what may be asked for, and what that is computed from.
  void find_live() {
    const std::size_t count = scaled_.nodes.size();
    live_.assign(count, 0);
    turned_.resize(count);
    std::vector<std::uint32_t> uses(count, 0);
    for (std::size_t i = 0; i < count; ++i) {
      if (fixed_[i] == 0) operands(i, [&](std::uint32_t operand) { ++uses[operand]; });
    }
    const auto ask = [&](program::NodeId id) {
      if (!id.valid() || id.value >= count) return;
      live_[id.value] = 1;
      ++uses[id.value];
    };
    for (const program::NodeId id : program_.definitions) ask(id);
    for (const program::ScaledNode& n : scaled_.nodes) {
      if (n.op != Op::parameter) continue;  // figures_read() asks for the keys of every lookup
      for (const program::NodeId key : {n.a, n.b, n.c}) ask(key);
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
      if (live_[i] == 0 || fixed_[i] != 0) continue;
      turn(i, uses);
      if (turned_[i]) {
        for (const program::NodeId operand : {turned_[i]->a, turned_[i]->b})
          live_[operand.value] |= fixed_[operand.value] == 0 && operand.value != moved_;
      } else {
        operands(i, [&](std::uint32_t operand) { live_[operand] = 1; });
      }
    }
  }

  /// `date + months <= day` with a day that is fixed is `date <= latest`: adding months never turns dates round. The
  /// latest date takes the place of the sum, where nothing else reads the sum.
  void turn(std::size_t i, const std::vector<std::uint32_t>& uses) {
    const program::ScaledNode& n = scaled_.nodes[i];
    if ((n.op != Op::less && n.op != Op::less_equal) || n.x != 1 || n.y != 1) return;
    const bool sum_left = fixed_[n.b.value] != 0;
    const program::NodeId sum = sum_left ? n.a : n.b, fixed = sum_left ? n.b : n.a;
    const program::ScaledNode& plus = scaled_.nodes[sum.value];
    if (fixed_[fixed.value] == 0 || fixed_[sum.value] != 0 || uses[sum.value] != 1) return;
    if ((plus.op != Op::plus_months && plus.op != Op::minus_months) || fixed_[plus.b.value] == 0) return;
    const std::int64_t months = plus.op == Op::plus_months ? out_.values[plus.b.value] : -out_.values[plus.b.value];
    const MonthEnd end = program_.module->file->month_end.value_or(MonthEnd::clamp);
    // sum <= day, sum < day; day <= sum and day < sum are the negations of sum < day and sum <= day.
    const bool strict = sum_left ? n.op == Op::less : n.op == Op::less_equal;
    const std::int64_t day = out_.values[fixed.value] - (strict ? 1 : 0);
    std::int64_t latest = value::add_months(day, -months, end) + 4;
    while (value::add_months(latest, months, end) > day) --latest;
    out_.values[sum.value] = latest;
    moved_ = sum.value;
    program::ScaledNode made = n;
    made.op = sum_left ? Op::less_equal : Op::less;
    made.a = sum_left ? plus.a : sum;
    made.b = sum_left ? sum : plus.a;
    made.x = made.y = 1;
    turned_[i] = made;
  }

  const program::Program& program_;
  const program::Scaled& scaled_;
  Bound out_;
  std::vector<char> fixed_, live_;
  std::vector<std::optional<program::ScaledNode>> turned_;
  std::uint32_t moved_ = kNothing;  ///< the sum whose place the last latest date took
};

}  // namespace detail

RFS_INLINE Bound bind(const program::Program& program, const program::Scaled& scaled, std::int64_t day) {
  return detail::Binder(program, scaled, day).run();
}

}  // namespace rfs::inline RFS_ABI::evaluate
