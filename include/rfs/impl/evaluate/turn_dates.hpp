#pragma once

#include "rfs/impl/evaluate/tabulate.hpp"

namespace rfs::inline RFS_ABI::evaluate::detail {

/// `date + months <= day` with months and a day that are fixed is `date <= latest`: adding months never turns dates
/// round. Turns such a comparison into one of the date. `nodes` holds the nodes before it.
inline void turn_dates(Lowered& n, const std::vector<Lowered>& nodes, const Cones& cones, MonthEnd end) {
  if ((n.step.op != Op::less && n.step.op != Op::less_equal) || n.a.factor != 1 || n.b.factor != 1) return;
  if (!n.a.node.valid() || !n.b.node.valid()) return;
  const bool sum_left = cones[n.b.node].fixed();
  const program::NodeId sum = sum_left ? n.a.node : n.b.node, fixed = sum_left ? n.b.node : n.a.node;
  if (!cones[fixed].fixed() || cones[sum].small()) return;
  const Lowered& plus = nodes[sum.value];
  const auto op = static_cast<program::Op>(plus.step.detail);
  const bool minus = op == program::Op::minus_months;
  if (plus.step.op != Op::date || (op != program::Op::plus_months && !minus) || !cones[plus.b.node].fixed()) return;
  const std::int64_t shown = cones[plus.b.node].entries[0], months = minus ? -shown : shown;
  // sum <= day, sum < day; day <= sum and day < sum are the negations of sum < day and sum <= day.
  const bool strict = sum_left ? n.step.op == Op::less : n.step.op == Op::less_equal;
  const std::int64_t day = cones[fixed].entries[0] - (strict ? 1 : 0);
  std::int64_t latest = value::add_months(day, -months, end) + 4;
  while (value::add_months(latest, months, end) > day) --latest;
  n.step.op = sum_left ? Op::less_equal : Op::less;
  n.a = sum_left ? plus.a : Operand::constant(latest);
  n.b = sum_left ? Operand::constant(latest) : plus.a;
}

}  // namespace rfs::inline RFS_ABI::evaluate::detail
