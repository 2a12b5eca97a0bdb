#pragma once

#include "rfs/impl/program/lowerer.hpp"

namespace rfs::inline RFS_ABI::program::detail {

/// Lowers a whole expression, outside all guards.
RFS_INLINE NodeId Lowerer::expression(typed::NodeId root) {
  under_ = {};
  if (!root.valid()) return builder_.poison({}, {});  // reported where it was read
  if (!here()) lowered_again_ += root.value - module_[root].begin.value + 1;
  const std::size_t around = at_work_.size();
  range(module_[root].begin, root);
  at_work_.resize(around);  // what has a mistake in its types is not left otherwise
  return lowered_[root];
}

/// Lowers a subtree: its nodes stand together in post-order, so this is a loop that opens and closes guarded parts.
RFS_INLINE void Lowerer::range(typed::NodeId begin, typed::NodeId end) {
  find_scopes(begin, end);
  find_binders(begin, end);
  for (std::uint32_t i = begin.value; i <= end.value; ++i) {
    const typed::NodeId id(i);
    const auto scope = begins_.find(i);
    // A subtree lowered again for a guard is not itself the guarded part that begins where it begins.
    if (scope != begins_.end() && module_.operands(scope->second.parent)[scope->second.operand] <= end)
      enter(scope->second);
    const auto opened = opens_.find(i);
    if (opened != opens_.end() && opened->second <= end) open(opened->second);
    NodeId made = node(id);
    if (module_[id].type.kind == Kind::boolean) under_of_[id] = under_;
    const auto guard = guards_.empty() ? guards_.end() : guards_.find(shape(id).value);
    if (guard != guards_.end() && made.valid()) made = apply_guard(made, guard->second, Op::cut, origin(id));
    lowered_[id] = made;
    if (here() && reads_on(id)) out_.on.emplace(i, made);
    const auto close = ends_.find(i);
    if (close != ends_.end()) {
      const Mark mark = close->second;
      ends_.erase(close);
      leave(mark);
    }
  }
}

RFS_INLINE NodeId Lowerer::zero(const Type& type, const Origin& at) { return builder_.constant({}, type.kind, 0, at); }

RFS_INLINE NodeId Lowerer::fact(typed::NodeId id) {
  if (module_[id].type.kind == Kind::list) return list_node(id);
  Node made;
  made.op = Op::fact;
  made.kind = module_[id].type.kind;
  made.data = module_[id].data;
  made.a = read_unit(typed::Unit::Kind::default_value, made.data).value;
  if (made.kind == Kind::choice)
    made.words = static_cast<std::uint16_t>(module_.choices.words(module_[id].type.choice).size());
  return builder_.push(made, origin(id));
}

/// Finds a parameter's figure, or a schedule's list of brackets, by keys.
RFS_INLINE NodeId Lowerer::lookup(typed::NodeId id, Op op) {
  Node made;
  made.op = op;
  made.kind = op == Op::brackets ? Kind::choice : module_[id].type.kind;
  made.data = module_[id].data;
  NodeId* const slots[] = {&made.a, &made.b, &made.c};
  const auto keys = module_.keys(id);
  for (std::size_t i = 0; i < keys.size(); ++i) *slots[i] = lowered_[keys[i]];
  const typed::NodeId date = module_.date(id);
  made.on = date.valid() || day_.on;
  made.d = date.valid() ? lowered_[date] : day_.read_on;
  if (op == Op::brackets)
    made.words = static_cast<std::uint16_t>(
        std::min<std::size_t>(module_.parameters[ParameterId(made.data)].lists.size(), UINT16_MAX));
  else if (made.kind == Kind::choice)
    made.words = static_cast<std::uint16_t>(module_.choices.words(module_[id].type.choice).size());
  return builder_.push(made, origin(id));
}

/// Lowers `bracket` and `marginal`: the list of brackets is found first, then what the argument meets of it.
RFS_INLINE NodeId Lowerer::of_schedule(typed::NodeId id, Op op) {
  const auto operands = module_.operands(id);
  Node made;
  made.op = op;
  made.kind = module_[id].type.kind;
  made.data = module_[id].data;
  made.a = lookup(id, Op::brackets);
  made.b = lowered_[operands[0]];
  if (made.kind == Kind::choice)
    made.words = static_cast<std::uint16_t>(module_.choices.words(module_[id].type.choice).size());
  return builder_.push(made, origin(id));
}

/// Builds a comparison of two nodes of one kind from less, less_equal and equal.
RFS_INLINE NodeId Lowerer::comparison(expr::Op op, NodeId a, NodeId b, Kind kind, const Origin& at) {
  const bool text = kind == Kind::text;
  const Op less = text ? Op::less_text : Op::less;
  const Op less_equal = text ? Op::less_equal_text : Op::less_equal;
  const Op equal = text                    ? Op::equal_text
                   : kind == Kind::choice  ? Op::equal_word
                   : kind == Kind::boolean ? Op::equal_truth
                                           : Op::equal;
  switch (op) {
    case expr::Op::less:
      return builder_.binary(less, Kind::boolean, a, b, at);
    case expr::Op::less_equal:
      return builder_.binary(less_equal, Kind::boolean, a, b, at);
    case expr::Op::greater:
      return builder_.binary(less, Kind::boolean, b, a, at);
    case expr::Op::greater_equal:
      return builder_.binary(less_equal, Kind::boolean, b, a, at);
    case expr::Op::not_equal:
      return builder_.unary(Op::logical_not, Kind::boolean, builder_.binary(equal, Kind::boolean, a, b, at), at);
    default:
      return builder_.binary(equal, Kind::boolean, a, b, at);
  }
}

/// `x in (…)`: the or of its tests; a range is the and of two comparisons.
RFS_INLINE NodeId Lowerer::tests(typed::NodeId id) {
  const auto operands = module_.operands(id);
  const NodeId x = lowered_[operands[0]];
  const Kind kind = module_[operands[0]].type.kind;
  const Origin at = origin(id);
  NodeId out;
  std::size_t next = 1;
  for (const expr::Op op : module_.tests[module_[id].data]) {
    NodeId test;
    if (module_[operands[next]].type.kind == Kind::list) {
      test = some_equal(list_at(operands[next]), item_of(module_[operands[next]].type), x, at);
      next += 1;
    } else if (op >= expr::Op::range_closed && op <= expr::Op::range_open_right) {
      const bool open_left = op == expr::Op::range_open || op == expr::Op::range_open_left;
      const bool open_right = op == expr::Op::range_open || op == expr::Op::range_open_right;
      const NodeId low =
          comparison(open_left ? expr::Op::greater : expr::Op::greater_equal, x, lowered_[operands[next]], kind, at);
      const NodeId high =
          comparison(open_right ? expr::Op::less : expr::Op::less_equal, x, lowered_[operands[next + 1]], kind, at);
      test = builder_.binary(Op::logical_and, Kind::boolean, low, high, at);
      next += 2;
    } else {
      test = comparison(op, x, lowered_[operands[next]], kind, at);
      next += 1;
    }
    out = out.valid() ? builder_.binary(Op::logical_or, Kind::boolean, out, test, at) : test;
  }
  return out;
}

/// `substring(text, start, count)`, refused where it may begin before the text does, or take less than nothing.
RFS_INLINE NodeId Lowerer::substring(typed::NodeId id) {
  const auto operands = module_.operands(id);
  Node made;
  made.op = Op::substring;
  made.kind = Kind::text;
  made.a = lowered_[operands[0]];
  made.b = lowered_[operands[1]];
  if (operands.size() > 2) made.c = lowered_[operands[2]];
  bool refused = false;
  for (std::size_t i = 1; i < operands.size(); ++i) {
    const NodeId number = lowered_[operands[i]];
    if (builder_.poisoned(number)) continue;
    const Exact& least = out_.ranges[number].reading.interval.least;
    const std::string bound = i == 1 ? "1" : "0";
    if (least >= Exact(i == 1 ? 1 : 0)) continue;
    refused = true;
    const Origin at = origin(operands[i]);
    Diagnostic& finding = builder_.report(
        Code::substring_range, Severity::error, at,
        std::string(i == 1 ? "the start" : "the count") + " of `substring` may be as low as " + least.text(),
        (i == 1 ? "the first letter is number 1: guard it, or write `max(" : "guard it, or write `max(") + bound +
            ", …)`");
    const source::Span span = rule::locate(file_, at.expression, at.span);
    finding.fixes.push_back({"write `max(" + bound + ", …)`",
                             {{{span.begin, span.begin}, "max(" + bound + ", "}, {{span.end, span.end}, ")"}}});
  }
  return refused ? builder_.poison(made, origin(id)) : builder_.push(made, origin(id));
}

/// Lowers one node whose operands are lowered.
RFS_INLINE NodeId Lowerer::node(typed::NodeId id) {
  const typed::Node& n = module_[id];
  const auto operands = module_.operands(id);
  const Origin at = origin(id);
  const auto operand = [&](std::size_t i) { return lowered_[operands[i]]; };
  const auto unary = [&](Op op) { return builder_.unary(op, n.type.kind, operand(0), at, n.data); };
  const auto binary = [&](Op op) { return builder_.binary(op, n.type.kind, operand(0), operand(1), at, n.data); };
  const auto compare = [&](expr::Op op) {
    return comparison(op, operand(0), operand(1), module_[operands[0]].type.kind, at);
  };
  const auto chain = [&](Op op, std::size_t first) {
    NodeId out = operand(first);
    for (std::size_t i = first + 1; i < operands.size(); ++i)
      out = builder_.binary(op, n.type.kind, out, operand(i), at);
    return out;
  };
  // What could not be typed, or is defined by itself, was reported by the room before.
  if (n.type.kind == Kind::error) return builder_.poison({}, at);
  const auto lowered_or_poison = [&](NodeId id_before) {
    return id_before.valid() ? id_before : builder_.poison({}, at);
  };
  switch (n.op) {
    case typed::Op::error:
      break;
    case typed::Op::literal: {
      const std::size_t words = n.type.kind == Kind::choice ? module_.choices.words(n.type.choice).size() : 0;
      return builder_.constant(module_.values[n.data], n.type.kind, words, at);
    }
    case typed::Op::fact:
      return fact(id);
    case typed::Op::as_of:
      return day_.as_of;
    case typed::Op::parameter:
      return lookup(id, Op::parameter);
    case typed::Op::definition:
      if (n.type.kind == Kind::list) return list_node(id);
      return lowered_or_poison(read_unit(typed::Unit::Kind::definition, n.data).value);
    case typed::Op::eligible:
      return lowered_or_poison(read_unit(typed::Unit::Kind::decision, n.data).value);
    case typed::Op::amount:
      return lowered_or_poison(read_unit(typed::Unit::Kind::decision, n.data).amount);
    case typed::Op::add:
      return binary(Op::add);
    case typed::Op::subtract:
      return binary(Op::subtract);
    case typed::Op::multiply:
      return binary(Op::multiply);
    case typed::Op::divide:
      return binary(Op::divide);
    case typed::Op::negate:
      return unary(Op::negate);
    case typed::Op::plus_months:
      return binary(Op::plus_months);
    case typed::Op::minus_months:
      return binary(Op::minus_months);
    case typed::Op::less:
      return compare(expr::Op::less);
    case typed::Op::less_equal:
      return compare(expr::Op::less_equal);
    case typed::Op::greater:
      return compare(expr::Op::greater);
    case typed::Op::greater_equal:
      return compare(expr::Op::greater_equal);
    case typed::Op::equal:
    case typed::Op::not_equal: {
      const bool equal = n.op == typed::Op::equal;
      if (module_[operands[0]].type.kind != Kind::list) return compare(equal ? expr::Op::equal : expr::Op::not_equal);
      const NodeId lists = equal_lists(id);
      return equal ? lists : builder_.unary(Op::logical_not, Kind::boolean, lists, at);
    }
    case typed::Op::between: {
      const Kind kind = module_[operands[0]].type.kind;
      const NodeId low = comparison(expr::Op::greater_equal, operand(0), operand(1), kind, at);
      const NodeId high = comparison(expr::Op::less_equal, operand(0), operand(2), kind, at);
      return builder_.binary(Op::logical_and, Kind::boolean, low, high, at);
    }
    case typed::Op::in:
      return tests(id);
    case typed::Op::logical_and:
    case typed::Op::logical_or: {
      const Op op = n.op == typed::Op::logical_and ? Op::logical_and : Op::logical_or;
      const NodeId so_far = so_far_.at(id.value);
      so_far_.erase(id.value);
      return builder_.binary(op, Kind::boolean, so_far, lowered_[operands.back()], at);
    }
    case typed::Op::logical_not:
      return unary(Op::logical_not);
    case typed::Op::conditional: {
      if (n.type.kind == Kind::list || n.type.kind == Kind::record) return keep(id, choose(id));
      Node made;
      made.op = Op::select;
      made.kind = n.type.kind;
      made.a = so_far_.at(id.value);
      tests_of_[id.value] = made.a;
      made.b = operand(1);
      made.c = operand(2);
      so_far_.erase(id.value);
      if (made.kind == Kind::choice)
        made.words = static_cast<std::uint16_t>(module_.choices.words(n.type.choice).size());
      return builder_.push(made, at);
    }
    case typed::Op::minimum:
      return chain(Op::minimum, 0);
    case typed::Op::maximum:
      return chain(Op::maximum, 0);
    case typed::Op::absolute:
      return unary(Op::absolute);
    case typed::Op::modulo:
      return binary(Op::modulo);
    case typed::Op::at_least: {
      NodeId count = zero({Kind::number, Flavour::integer, {}}, at);
      for (std::size_t i = 1; i < operands.size(); ++i)
        count = builder_.binary(Op::add_truth, Kind::number, count, operand(i), at);
      return builder_.binary(Op::less_equal, Kind::boolean, operand(0), count, at);
    }
    case typed::Op::all_of:
      return chain(Op::logical_and, 0);
    case typed::Op::any_of:
      return chain(Op::logical_or, 0);
    case typed::Op::round:
      return binary(Op::round);
    case typed::Op::months_between:
      return binary(Op::months_between);
    case typed::Op::age:
      return binary(Op::age);
    case typed::Op::weekdays_between:
      return binary(Op::weekdays_between);
    case typed::Op::year:
      return unary(Op::year);
    case typed::Op::month:
      return unary(Op::month);
    case typed::Op::day:
      return unary(Op::day);
    case typed::Op::weekday:
      return unary(Op::weekday);
    case typed::Op::start_of_month:
      return unary(Op::start_of_month);
    case typed::Op::end_of_month:
      return unary(Op::end_of_month);
    case typed::Op::make_date:
      return unary(Op::make_date);
    case typed::Op::even:
    case typed::Op::odd: {
      const NodeId two = builder_.constant({2, {}}, Kind::number, 0, at);
      const NodeId rest = builder_.constant({n.op == typed::Op::even ? 0 : 1, {}}, Kind::number, 0, at);
      const NodeId modulo = builder_.binary(Op::modulo, Kind::number, operand(0), two, at);
      return builder_.binary(Op::equal, Kind::boolean, modulo, rest, at);
    }
    case typed::Op::join:
      return binary(Op::join);
    case typed::Op::length:
      return unary(Op::length);
    case typed::Op::upper:
      return unary(Op::upper);
    case typed::Op::lower:
      return unary(Op::lower);
    case typed::Op::starts_with:
      return binary(Op::starts_with);
    case typed::Op::ends_with:
      return binary(Op::ends_with);
    case typed::Op::contains:
      return binary(Op::contains);
    case typed::Op::substring:
      return substring(id);
    case typed::Op::bracket:
      return of_schedule(id, Op::bracket);
    case typed::Op::marginal:
      return of_schedule(id, Op::marginal);
    case typed::Op::variable:
    case typed::Op::field:
    case typed::Op::members:
    case typed::Op::project:
    case typed::Op::filter:
    case typed::Op::loop:
    case typed::Op::some:
    case typed::Op::every:
    case typed::Op::numbers:
    case typed::Op::list:
    case typed::Op::group:
    case typed::Op::sum_of:
    case typed::Op::count_of:
    case typed::Op::least_of:
    case typed::Op::most_of:
    case typed::Op::mean_of:
    case typed::Op::first_of:
    case typed::Op::last_of:
    case typed::Op::item_at:
    case typed::Op::all_in:
    case typed::Op::any_in:
    case typed::Op::at_least_in:
    case typed::Op::holds_item:
    case typed::Op::index_of:
    case typed::Op::distinct:
    case typed::Op::reverse:
    case typed::Op::concatenate:
    case typed::Op::flatten:
    case typed::Op::weekdays_but:
      return list_node(id);
    case typed::Op::table:
      return table(id);
    case typed::Op::on:
      return lowered_or_poison(on(id));
  }
  return builder_.poison({}, at);
}

}  // namespace rfs::inline RFS_ABI::program::detail
