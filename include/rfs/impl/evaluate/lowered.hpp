#pragma once

#include "rfs/evaluate/bound.hpp"
#include "rfs/program/scaled.hpp"

namespace rfs::inline RFS_ABI::evaluate::detail {

/// An operand of a node: another node times a factor, or a constant.
struct Operand {
  program::NodeId node;
  std::int64_t factor = 1;  ///< of a constant: the value

  static Operand constant(std::int64_t value) { return {{}, value}; }
  friend bool operator==(const Operand&, const Operand&) = default;
};

/// A node of a scaled program as an instruction whose operands have no slots yet.
struct Lowered {
  Instruction step;
  Operand a = Operand::constant(0), b = a, c = a, d = a;
};

/// Lowers a node that is no fact.
inline Lowered lower(const program::Program& program, const program::ScaledNode& n, program::NodeId id,
                     std::int64_t day) {
  using From = program::Op;
  Lowered out;
  const auto plain = [&](Op op) {
    out.step.op = op;
    if (n.a.valid()) out.a = {n.a, 1};
    if (n.b.valid()) out.b = {n.b, 1};
    if (n.c.valid()) out.c = {n.c, 1};
  };
  const auto scaled = [&](Op op) {
    out.step.op = op;
    out.a = {n.a, n.x};
    if (n.b.valid()) out.b = {n.b, n.y};
  };
  switch (n.op) {
    case From::constant:
      out.a = Operand::constant(n.x);
      break;
    case From::fact:
      break;
    case From::as_of:
      out.a = Operand::constant(day);
      break;
    case From::parameter:
      out.step.op = Op::figure;
      if (n.a.valid()) out.a = {n.a, n.x};
      if (n.b.valid()) out.b = {n.b, n.y};
      if (n.c.valid()) out.c = {n.c, n.z};
      out.step.d = n.data;
      out.step.detail = program.nodes[id].on ? 1 : 0;
      break;
    case From::add:
      scaled(Op::add);
      break;
    case From::subtract:
      scaled(Op::subtract);
      break;
    case From::multiply:
      plain(Op::multiply);
      break;
    case From::divide:  // by one of one value: the unit is divided instead
      out.a = {n.a, n.x};
      break;
    case From::negate:
      out.step.op = Op::subtract;
      out.b = {n.a, n.x};
      break;
    case From::minimum:
      scaled(Op::minimum);
      break;
    case From::maximum:
      scaled(Op::maximum);
      break;
    case From::absolute:
      scaled(Op::absolute);
      break;
    case From::modulo:
      scaled(Op::modulo);
      break;
    case From::round:
      out.a = {n.a, n.x};
      if (n.y == 1) break;
      out.step.op = Op::round;
      out.step.detail = static_cast<std::uint8_t>(n.rounding);
      out.b = Operand::constant(n.y);
      break;
    case From::plus_months:
    case From::minus_months:
    case From::months_between:
    case From::age:
    case From::weekdays_between:
    case From::year:
    case From::month:
    case From::day:
    case From::weekday:
    case From::start_of_month:
    case From::end_of_month:
    case From::make_date:
      plain(Op::date);
      out.step.detail = static_cast<std::uint8_t>(n.op);
      out.step.d = n.data;
      break;
    case From::add_truth:
      plain(Op::add);
      break;
    case From::less:
      scaled(Op::less);
      break;
    case From::less_equal:
      scaled(Op::less_equal);
      break;
    case From::equal:
      scaled(Op::equal);
      break;
    case From::equal_truth:
    case From::equal_word:
      plain(Op::equal);
      break;
    case From::equal_text:
    case From::less_text:
    case From::less_equal_text:
    case From::join:
    case From::length:
    case From::upper:
    case From::lower:
    case From::starts_with:
    case From::ends_with:
    case From::contains:
    case From::substring:
    case From::brackets:
    case From::bracket:
    case From::marginal:
    case From::present:
    case From::item:
    case From::number:
    case From::listed:
    case From::member:
    case From::key:
    case From::position:
    case From::unlike:
    case From::sum_of:
    case From::count_of:
    case From::count_unlike:
    case From::least_of:
    case From::most_of:
    case From::mean_of:
    case From::first_of:
    case From::last_of:
    case From::item_at:
    case From::some_of:
    case From::equal_lists:
    case From::weekdays_but:
      break;  // a program with texts, schedules or lists is not scaled
    case From::logical_and:
      plain(Op::both);
      break;
    case From::logical_or:
      plain(Op::either);
      break;
    case From::logical_not:
      plain(Op::equal);
      break;
    case From::select:
      out.step.op = Op::select;
      out.a = {n.a, 1};
      out.b = {n.b, n.x};
      out.c = {n.c, n.y};
      break;
    case From::cut:
    case From::reaches: {
      const bool reaches = n.op == From::reaches;
      out.a = {n.a, 1};
      if (program.nodes[program.nodes[id].a].kind == Kind::choice) {
        out.step.op = reaches ? Op::listed : Op::word;
        out.step.d = n.data;
        out.b = Operand::constant(n.fallback);
        break;
      }
      out.step.op = reaches ? Op::inside : Op::cut;
      out.step.detail = n.nonzero ? 1 : 0;
      out.b = Operand::constant(n.least);
      out.c = Operand::constant(n.most);
      out.d = Operand::constant(n.fallback);
      break;
    }
    case From::refine_no:
    case From::refine_yes:
      if (n.data == 0) {
        out.a = {n.a, 1};
      } else {
        out.a = Operand::constant(n.data == program::kSettledYes ? 1 : 0);
      }
      break;
  }
  return out;
}

}  // namespace rfs::inline RFS_ABI::evaluate::detail
