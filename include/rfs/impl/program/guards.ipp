#pragma once

#include <algorithm>

#include "rfs/impl/program/lowerer.hpp"
#include "rfs/impl/program/read.ipp"

namespace rfs::inline RFS_ABI::program::detail {

/// Notes where the guarded parts of a subtree begin: every operand of `and`, `or`, `if` but the first.
RFS_INLINE void Lowerer::find_scopes(typed::NodeId begin, typed::NodeId end) {
  for (std::uint32_t i = begin.value; i <= end.value; ++i) {
    const typed::NodeId id(i);
    const typed::Op op = module_[id].op;
    const auto operands = module_.operands(id);
    for (const typed::NodeId operand : operands) parents_[operand] = id;
    if (op != typed::Op::logical_and && op != typed::Op::logical_or && op != typed::Op::conditional) continue;
    for (std::size_t k = 1; k < operands.size(); ++k) {
      begins_[module_[operands[k]].begin.value] = {id, static_cast<std::uint32_t>(k)};
    }
  }
}

/// Enters a guarded part: what stands left of it is lowered.
RFS_INLINE void Lowerer::enter(const GuardedPart& part) {
  const typed::Node& parent = module_[part.parent];
  const auto operands = module_.operands(part.parent);
  const typed::NodeId before = operands[part.operand - 1];
  const Origin at = origin(part.parent);
  const Mark mark{undo_.size(), under_};
  if (parent.op == typed::Op::conditional) {
    const bool then = part.operand == 1;
    if (then) so_far_[part.parent.value] = lowered_[operands[0]];
    ends_[operands[part.operand].value] = mark;
    so_far_[part.parent.value] =
        push_guards(guards_of(operands[0], then), so_far_[part.parent.value], then, at, part.parent);
    return;
  }
  const bool is_and = parent.op == typed::Op::logical_and;
  if (part.operand == 1) {
    so_far_[part.parent.value] = lowered_[before];
    ends_[operands.back().value] = mark;
  } else {
    so_far_[part.parent.value] = builder_.binary(is_and ? Op::logical_and : Op::logical_or, Kind::boolean,
                                                 so_far_[part.parent.value], lowered_[before], at);
  }
  so_far_[part.parent.value] =
      push_guards(guards_of(before, is_and), so_far_[part.parent.value], is_and, at, part.parent);
}

RFS_INLINE void Lowerer::leave(const Mark& mark) {
  while (undo_.size() > mark.undo) {
    Undo& last = undo_.back();
    if (last.before) {
      guards_[last.shape.value] = std::move(*last.before);
    } else {
      guards_.erase(last.shape.value);
    }
    undo_.pop_back();
  }
  under_ = mark.under;
}

/// Returns what a condition leaves of the expressions it compares with constants, where it holds or does not.
RFS_INLINE std::vector<Guarded> Lowerer::guards_of(typed::NodeId condition, bool holds) {
  std::vector<Guarded> out;
  std::vector<typed::NodeId> open{condition};
  while (!open.empty()) {
    const typed::NodeId id = open.back();
    open.pop_back();
    if (holds && module_[id].op == typed::Op::logical_and) {
      const auto operands = module_.operands(id);
      open.insert(open.end(), operands.rbegin(), operands.rend());
    } else {
      guards_of_comparison(id, holds, out);
    }
  }
  return out;
}

RFS_INLINE void Lowerer::guard_words(typed::NodeId expression, WordSet words, bool holds, std::vector<Guarded>& out) {
  const WordSet all = WordSet::all(module_.choices.words(module_[expression].type.choice).size());
  Guard guard;
  guard.words = holds ? std::move(words) : all.without(words);
  out.push_back({expression, std::move(guard)});
}

RFS_INLINE void Lowerer::guards_of_comparison(typed::NodeId id, bool holds, std::vector<Guarded>& out) {
  using typed::Op;
  const typed::Node& n = module_[id];
  const auto operands = module_.operands(id);
  const bool compares = n.op >= Op::less && n.op <= Op::not_equal;
  if (!compares && n.op != Op::between && n.op != Op::in) return;
  typed::NodeId x = operands[0];
  const auto constant = [&](typed::NodeId operand) -> const Exact* {
    const bool single = module_[operand].constant && module_[operand].type.kind != Kind::list;
    if (!single || builder_.poisoned(lowered_[operand])) return nullptr;
    const Node& lowered = out_.nodes[lowered_[operand]];
    return lowered.op == program::Op::constant ? &out_.constants[lowered.data].number : nullptr;
  };
  const auto bound = [&](Guard& guard, expr::Op op, const Exact& c) {
    if (op == expr::Op::equal || op == expr::Op::greater || op == expr::Op::greater_equal)
      guard.least = {c, op == expr::Op::greater};
    if (op == expr::Op::equal || op == expr::Op::less || op == expr::Op::less_equal)
      guard.most = {c, op == expr::Op::less};
    if (op == expr::Op::not_equal && c.is_zero()) guard.nonzero = true;
  };
  if (compares) {
    static constexpr expr::Op kOps[] = {expr::Op::less,          expr::Op::less_equal, expr::Op::greater,
                                        expr::Op::greater_equal, expr::Op::equal,      expr::Op::not_equal};
    static constexpr expr::Op kNegated[] = {expr::Op::greater_equal, expr::Op::greater,   expr::Op::less_equal,
                                            expr::Op::less,          expr::Op::not_equal, expr::Op::equal};
    static constexpr expr::Op kMirrored[] = {expr::Op::greater,    expr::Op::greater_equal, expr::Op::less,
                                             expr::Op::less_equal, expr::Op::equal,         expr::Op::not_equal};
    std::size_t which = static_cast<std::size_t>(n.op) - static_cast<std::size_t>(Op::less);
    expr::Op op = holds ? kOps[which] : kNegated[which];
    const Exact* c = constant(operands[1]);
    if (c == nullptr) {
      c = constant(operands[0]);
      x = operands[1];
      op = kMirrored[std::find(std::begin(kOps), std::end(kOps), op) - std::begin(kOps)];
    }
    if (c == nullptr || module_[x].constant) return;
    const Kind kind = module_[x].type.kind;
    if (kind == Kind::choice) {
      guard_words(x, WordSet::of(static_cast<std::size_t>(*c->to_int64())), op == expr::Op::equal, out);
    } else if (is_numeric(kind)) {
      Guard guard;
      bound(guard, op, *c);
      if (guard.least || guard.most || guard.nonzero) out.push_back({x, std::move(guard)});
    }
    return;
  }
  const Kind kind = module_[x].type.kind;
  if (module_[x].constant || (kind != Kind::choice && (!holds || !is_numeric(kind)))) return;
  if (n.op == Op::between) {
    Guard guard;
    if (const Exact* least = constant(operands[1])) guard.least = {*least, false};
    if (const Exact* most = constant(operands[2])) guard.most = {*most, false};
    if (guard.least || guard.most) out.push_back({x, std::move(guard)});
    return;
  }
  // in: what any of its tests leaves; a test against something else than a constant leaves everything.
  WordSet words;
  Guard guard;
  bool first = true;
  std::size_t next = 1;
  const WordSet all =
      kind == Kind::choice ? WordSet::all(module_.choices.words(module_[x].type.choice).size()) : WordSet{};
  for (const expr::Op op : module_.tests[n.data]) {
    const bool is_range = op >= expr::Op::range_closed && op <= expr::Op::range_open_right;
    const Exact* c = constant(operands[next]);
    const Exact* to = is_range ? constant(operands[next + 1]) : nullptr;
    next += is_range ? 2 : 1;
    if (kind == Kind::choice) {
      if (c == nullptr) return;
      const WordSet one = WordSet::of(static_cast<std::size_t>(*c->to_int64()));
      words = words.united(op == expr::Op::equal ? one : all.without(one));
      continue;
    }
    Guard test;
    if (is_range) {
      if (c != nullptr) test.least = {*c, op == expr::Op::range_open || op == expr::Op::range_open_left};
      if (to != nullptr) test.most = {*to, op == expr::Op::range_open || op == expr::Op::range_open_right};
    } else if (c != nullptr && op != expr::Op::not_equal) {
      bound(test, op, *c);
    }
    if (first) {
      guard = test;
      first = false;
      continue;
    }
    if (!test.least || !guard.least) {
      guard.least.reset();
    } else if (test.least->at < guard.least->at || (test.least->at == guard.least->at && !test.least->strict)) {
      guard.least = test.least;
    }
    if (!test.most || !guard.most) {
      guard.most.reset();
    } else if (test.most->at > guard.most->at || (test.most->at == guard.most->at && !test.most->strict)) {
      guard.most = test.most;
    }
  }
  if (kind == Kind::choice) {
    guard_words(x, std::move(words), holds, out);
  } else if (guard.least || guard.most) {
    out.push_back({x, std::move(guard)});
  }
}

/// Puts guards in force and refines their condition: where nothing is left of a guarded expression, an unknown
/// condition is settled.
RFS_INLINE NodeId Lowerer::push_guards(const std::vector<Guarded>& guards, NodeId condition, bool unreached_is_no,
                                       const Origin& at, typed::NodeId parent) {
  if (guards.empty()) return condition;
  const std::size_t around = open_.size();
  for (typed::NodeId id = parent; id.valid(); id = id == top_ ? typed::NodeId{} : parents_[id])
    open_.push_back(shape(id));
  std::vector<std::pair<ShapeId, typed::NodeId>> check;
  const auto add_check = [&](ShapeId id, typed::NodeId expression) {
    const auto same = [&](const auto& known) { return known.first == id; };
    if (std::none_of(check.begin(), check.end(), same)) check.emplace_back(id, expression);
  };
  for (const Guarded& guarded : guards) {
    const ShapeId id = shape(guarded.expression);
    const auto before = guards_.find(id.value);
    Guard merged = guarded.guard;
    if (before != guards_.end()) {
      const Guard& old = before->second;
      if (old.least && (!merged.least || old.least->at > merged.least->at ||
                        (old.least->at == merged.least->at && old.least->strict))) {
        merged.least = old.least;
      }
      if (old.most &&
          (!merged.most || old.most->at < merged.most->at || (old.most->at == merged.most->at && old.most->strict))) {
        merged.most = old.most;
      }
      merged.nonzero = merged.nonzero || old.nonzero;
      if (old.words) merged.words = merged.words ? merged.words->intersected(*old.words) : *old.words;
      undo_.push_back({id, old});
    } else {
      undo_.push_back({id, std::nullopt});
    }
    merged.serial = ++serial_;
    guards_[id.value] = std::move(merged);
    if (guarded_expression_.emplace(id.value, guarded.expression).second) find_parts(id, guarded.expression);
    add_check(id, guarded.expression);
    for (const ShapeId whole : wholes_[id.value]) {
      // A part of an expression asks neither for that expression, which is at work, nor for what is computed from it.
      const bool at_work = std::any_of(open_.begin(), open_.end(), [&](ShapeId open) {
        const auto of = wholes_.find(open.value);
        return open == whole ||
               (of != wholes_.end() && std::find(of->second.begin(), of->second.end(), whole) != of->second.end());
      });
      if (guards_.contains(whole.value) && !at_work) add_check(whole, guarded_expression_[whole.value]);
    }
  }
  const typed::NodeId top = top_;
  for (const auto& [id, expression] : check) {
    // The expression as it reads inside the guarded part, but for its own guard.
    const Guard guard = guards_[id.value];
    top_ = expression;
    if (module_[expression].begin < expression) range(module_[expression].begin, typed::NodeId(expression.value - 1));
    const NodeId inside = node(expression);
    const NodeId reaches = apply_guard(inside, guard, Op::reaches, at);
    // What was moved out of a loop asks nothing of the items around it.
    if (!builder_.on_one_line(condition, reaches)) continue;
    condition =
        builder_.binary(unreached_is_no ? Op::refine_no : Op::refine_yes, Kind::boolean, condition, reaches, at);
    if (under_.valid() && !builder_.on_one_line(under_, reaches)) continue;
    under_ = under_.valid() ? builder_.binary(Op::logical_and, Kind::boolean, under_, reaches, at) : reaches;
  }
  top_ = top;
  open_.resize(around);
  return condition;
}

/// Cuts an occurrence to what a guard leaves (Op::cut), or asks whether it leaves anything (Op::reaches).
RFS_INLINE NodeId Lowerer::apply_guard(NodeId occurrence, const Guard& guard, Op op, const Origin& at) {
  if (builder_.poisoned(occurrence)) return occurrence;
  const Kind kind = out_.nodes[occurrence].kind;
  const auto [known, fresh] = cuts_.emplace(std::pair(occurrence.value, guard.serial), 0);
  if (fresh) {
    value::Step step = out_.ranges[occurrence].step;
    if (step && step->is_zero())
      step = Exact(1);  // 0 is the only value: any step keeps it, and strict ends leave it out
    Cut cut;
    if (guard.least) cut.least = value::next_on_step(guard.least->at, step, guard.least->strict);
    if (guard.most) cut.most = value::previous_on_step(guard.most->at, step, guard.most->strict);
    cut.nonzero = guard.nonzero;
    if (guard.words) cut.words = *guard.words;
    known->second = builder_.add_cut(std::move(cut));
  }
  Node made;
  made.op = op;
  made.kind = op == Op::cut ? kind : Kind::boolean;
  made.words = op == Op::cut ? out_.nodes[occurrence].words : std::uint16_t{0};
  made.a = occurrence;
  made.data = known->second;
  return builder_.push(made, at);
}

/// Returns what tells a node from others that have its operands; items at work are left to the caller.
RFS_INLINE std::string Lowerer::node_key(const typed::Node& n) const {
  using T = typed::Op;
  std::string key = std::to_string(static_cast<int>(n.op)) + ',' + std::to_string(static_cast<int>(n.type.kind)) + ',' +
                    std::to_string(n.type.choice.value);
  if (n.op == T::variable || n.op == T::members) return key;
  if (n.op == T::literal) {
    key += ',' + module_.values[n.data].number.text() + ',' + module_.values[n.data].text;
  } else if (n.op == T::filter || n.op == T::loop || n.op == T::some || n.op == T::every || n.op == T::group) {
    key += ',' + std::to_string(n.type.record.value);
  } else if (n.op == T::in) {
    for (const expr::Op op : module_.tests[n.data]) key += ',' + std::to_string(static_cast<int>(op));
  } else {
    key += ',' + std::to_string(n.data);
  }
  return key;
}

/// Returns the shape of an expression, of all its parts first.
RFS_INLINE ShapeId Lowerer::shape(typed::NodeId root) {
  if (shapes_.size() < module_.nodes.size()) shapes_.resize(module_.nodes.size());
  if (shapes_[root].valid()) return shapes_[root];
  for (std::uint32_t i = module_[root].begin.value; i <= root.value; ++i) {
    const typed::NodeId id(i);
    if (shapes_[id].valid()) continue;
    const typed::Node& n = module_[id];
    std::string key = node_key(n);
    if (n.op == typed::Op::variable || n.op == typed::Op::members)
      key += ',' + std::to_string(binder_shape(BinderId(n.data)).value);
    for (const typed::NodeId operand : module_.operands(id)) key += ';' + std::to_string(shapes_[operand].value);
    shapes_[id] = shape_ids_.emplace(std::move(key), ShapeId(shape_ids_.size())).first->second;
  }
  return shapes_[root];
}

/// Returns what tells an item at work from others: the filter, loop or group that it is of. Two of these that are one
/// tree have one shape, however often they stand in a file; what is bound inside counts by where that is.
RFS_INLINE ShapeId Lowerer::binder_shape(BinderId binder) {
  if (binder_shapes_.size() < module_.binders.size()) binder_shapes_.resize(module_.binders.size());
  if (binder_shapes_[binder].valid()) return binder_shapes_[binder];
  const typed::NodeId list = module_.binders[binder].list;
  std::string key = "item";
  if (list.valid()) {
    const typed::NodeId whole = parents_[list], begin = module_[whole].begin;
    for (std::uint32_t i = begin.value; i <= whole.value; ++i) {
      const typed::Node& n = module_[typed::NodeId(i)];
      key += ';' + node_key(n) + '/' + std::to_string(n.count);
      if (n.op != typed::Op::variable && n.op != typed::Op::members) continue;
      const typed::NodeId of = module_.binders[BinderId(n.data)].list;
      const bool inside = of.valid() && of >= begin && of <= whole;
      const std::int64_t from = inside ? std::int64_t{binder.value} : 0;
      key += (inside ? " inside " : " outside ") + std::to_string(std::int64_t{n.data} - from);
    }
  } else {
    key += " of " + std::to_string(binder.value);  // of a record's fields, for their defaults
  }
  return binder_shapes_[binder] = shape_ids_.emplace(std::move(key), ShapeId(shape_ids_.size())).first->second;
}

/// Returns the shape that `count(list)` has.
RFS_INLINE ShapeId Lowerer::count_shape(typed::NodeId list) {
  const std::string key = std::to_string(static_cast<int>(typed::Op::count_of)) + ',' +
                          std::to_string(static_cast<int>(Kind::number)) + ',' + std::to_string(ChoiceId().value) +
                          ",0;" + std::to_string(shape(list).value);
  return shape_ids_.emplace(key, ShapeId(shape_ids_.size())).first->second;
}

RFS_INLINE void Lowerer::find_parts(ShapeId whole, typed::NodeId expression) {
  for (std::uint32_t i = module_[expression].begin.value; i < expression.value; ++i) {
    wholes_[shape(typed::NodeId(i)).value].push_back(whole);
  }
}

}  // namespace rfs::inline RFS_ABI::program::detail
