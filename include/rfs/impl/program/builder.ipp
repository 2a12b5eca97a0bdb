#pragma once

#include <algorithm>

#include "rfs/impl/program/builder.hpp"
#include "rfs/program/read.hpp"
#include "rfs/rule/given.hpp"
#include "rfs/value/date.hpp"

namespace rfs::inline RFS_ABI::program::detail {

// What one decimal digit takes in bits, and how far guards may multiply the nodes of a file.
inline constexpr double kBitsPerDigit = 3.3219280948873623;
inline constexpr std::size_t kGrowth = 16;

RFS_INLINE bool operator==(const Builder::Key& x, const Builder::Key& y) noexcept {
  const Node& a = x.node;
  const Node& b = y.node;
  return a.op == b.op && a.kind == b.kind && a.on == b.on && a.words == b.words && a.a == b.a && a.b == b.b &&
         a.c == b.c && a.d == b.d && a.data == b.data && a.scope == b.scope;
}

RFS_INLINE std::size_t Builder::KeyHash::operator()(const Key& key) const noexcept {
  const Node& n = key.node;
  std::uint64_t hash =
      (static_cast<std::uint64_t>(n.op) * 2 + (n.on ? 1 : 0)) * 256 + static_cast<std::uint64_t>(n.kind);
  for (const std::uint32_t part :
       {n.a.value, n.b.value, n.c.value, n.d.value, n.data, std::uint32_t{n.words}, n.scope.value}) {
    hash = (hash ^ part) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29;
  }
  return static_cast<std::size_t>(hash);
}

RFS_INLINE Builder::Builder(Program& out, const Limits& limits, Diagnostics& findings)
    : out_(out), limits_(limits), findings_(findings) {
  intern({0, {}});
  out_.scopes.push({});
}

/// Adds the scope of a list.
RFS_INLINE ScopeId Builder::add_scope(Scope scope) {
  scope.depth = out_.scopes[scope.parent].depth + 1;
  return out_.scopes.push(std::move(scope));
}

/// Returns the index of the operands of a node of a list that has many.
RFS_INLINE std::uint32_t Builder::add_operands(std::vector<NodeId> operands, ScopeId scope) {
  const auto [at, fresh] =
      operands_.emplace(std::pair(scope, std::move(operands)), static_cast<std::uint32_t>(out_.operands.size()));
  if (fresh) out_.operands.push_back(at->first.second);
  return at->second;
}

/// Returns the index of what an aggregate goes over.
RFS_INLINE std::uint32_t Builder::add_aggregate(ScopeId scope, ScopeId second) {
  const auto [at, fresh] =
      aggregates_.emplace(Aggregate{scope, second}, static_cast<std::uint32_t>(out_.aggregates.size()));
  if (fresh) out_.aggregates.push_back(at->first);
  return at->second;
}

/// Returns the innermost of the scopes that a node's operands stand in, which are inside one another; nothing where
/// they are not.
RFS_INLINE std::optional<ScopeId> Builder::scope_of(const Node& node) const {
  ScopeId out = node.scope;
  const auto inside = [&](ScopeId inner, ScopeId outer) {
    while (out_.scopes[inner].depth > out_.scopes[outer].depth) inner = out_.scopes[inner].parent;
    return inner == outer;
  };
  const bool reduces = is_aggregate(node.op);
  ScopeId lists[] = {kApplicant, kApplicant};
  if (reduces) {
    lists[0] = out_.aggregates[node.data].scope;
    lists[1] = node.op == Op::equal_lists ? out_.aggregates[node.data].second : kApplicant;
  }
  for (const NodeId operand : {node.a, node.b, node.c, node.d}) {
    if (!operand.valid()) continue;
    ScopeId scope = out_.nodes[operand].scope;
    // What an aggregate goes over it leaves behind.
    for (const ScopeId list : lists) {
      if (list != kApplicant && inside(scope, list)) scope = out_.scopes[list].parent;
    }
    if (inside(scope, out))
      out = scope;
    else if (!inside(out, scope))
      return std::nullopt;
  }
  return out;
}

RFS_INLINE std::uint32_t Builder::intern(const Value& value) {
  const auto next = static_cast<std::uint32_t>(out_.constants.size());
  const auto [at, fresh] = constants_.emplace(value.number.text() + '|' + value.text, next);
  if (fresh) out_.constants.push_back(value);
  return at->second;
}

RFS_INLINE std::uint32_t Builder::add_cut(Cut cut) {
  out_.cuts.push_back(std::move(cut));
  return static_cast<std::uint32_t>(out_.cuts.size() - 1);
}

RFS_INLINE std::string_view Builder::text_of(const Origin& origin) const {
  const std::string& text = out_.module->file->expressions[origin.expression].text;
  return std::string_view(text).substr(origin.span.begin, origin.span.end - origin.span.begin);
}

RFS_INLINE Diagnostic& Builder::report(Code code, Severity severity, const Origin& origin, std::string message,
                                       std::string help) {
  const rule::File& file = *out_.module->file;
  Diagnostic finding;
  finding.code = code;
  finding.severity = severity;
  finding.message = std::move(message);
  finding.file = file.file;
  finding.help = std::move(help);
  if (origin.expression.valid() && !findings_.full(severity)) {
    finding.span = rule::locate(file, origin.expression, origin.span);
    finding.path = file.expressions[origin.expression].path;
    if (on_) finding.labels.push_back({rule::locate(file, on_->expression, on_->span), "as it is read here"});
  }
  return findings_.add(std::move(finding));
}

RFS_INLINE NodeId Builder::constant(const Value& value, Kind kind, std::size_t words, const Origin& origin) {
  Node node;
  node.kind = kind;
  node.words = static_cast<std::uint16_t>(words);
  node.data = intern(value);
  return push(node, origin);
}

RFS_INLINE NodeId Builder::unary(Op op, Kind kind, NodeId a, const Origin& origin, std::uint32_t data) {
  Node node;
  node.op = op;
  node.kind = kind;
  node.a = a;
  node.data = data;
  return push(node, origin);
}

RFS_INLINE NodeId Builder::binary(Op op, Kind kind, NodeId a, NodeId b, const Origin& origin, std::uint32_t data) {
  Node node;
  node.op = op;
  node.kind = kind;
  node.a = a;
  node.b = b;
  node.data = data;
  return push(node, origin);
}

RFS_INLINE NodeId Builder::poison(const Node& node, const Origin& origin) {
  Range range;
  if (node.kind == Kind::choice) range.reading.words = WordSet::of(0);
  readings_.push(range.reading);
  poisoned_.push(1);
  out_.origins.push(origin);
  out_.ranges.push(std::move(range));
  return out_.nodes.push(node);
}

/// Whether a node has no value because its operands have none.
RFS_INLINE bool Builder::leaves_nothing(const Node& node) const {
  const auto none = [&](NodeId id) { return id.valid() && range_of(id).nothing; };
  if (node.op == Op::reaches) return false;
  if (none(node.a)) return true;
  const bool settles = node.op == Op::logical_and || node.op == Op::logical_or || node.op == Op::select;
  const Bool3 first = settles ? range_of(node.a).reading.truth : Bool3::unknown;
  if (node.op == Op::select && first != Bool3::unknown) return none(first == Bool3::yes ? node.b : node.c);
  if (first == (node.op == Op::logical_and ? Bool3::no : Bool3::yes)) return false;
  return none(node.b) || none(node.c) || none(node.d);
}

RFS_INLINE NodeId Builder::push(Node node, const Origin& origin) {
  if (out_.nodes.size() > limits_.nodes * kGrowth && !too_large_) {
    too_large_ = true;
    report(Code::too_many_nodes, Severity::error, origin, "the guards of this file multiply its parts beyond the limit",
           "name parts of long conditions as definitions");
  }
  if (too_large_) return poison(node, origin);
  const auto scope = scope_of(node);
  if (!scope) {
    report(Code::internal_error, Severity::error, origin, "the parts of this expression belong to different lists");
    return poison(node, origin);
  }
  node.scope = *scope;
  const auto shared = shared_.find(Key{node});
  if (shared != shared_.end()) return shared->second;
  // Facts and figures stay what they are, however few values they have: explanations list them.
  // What goes over a list stays too: which items there are is told when it is read.
  bool all_constant = node.a.valid() && node.op != Op::fact && node.op != Op::parameter && node.op != Op::brackets &&
                      !is_aggregate(node.op);
  for (const NodeId operand : {node.a, node.b, node.c, node.d}) {
    if (!operand.valid()) continue;
    if (poisoned(operand)) return poison(node, origin);
    all_constant = all_constant && out_.nodes[operand].op == Op::constant;
  }
  if (node.op == Op::listed || node.op == Op::member || node.op == Op::key) {
    for (const NodeId operand : out_.operands[node.data]) {
      if (poisoned(operand)) return poison(node, origin);
    }
  }
  // A known condition stays as it is.
  const bool refines = node.op == Op::refine_no || node.op == Op::refine_yes;
  if (refines && out_.nodes[node.a].op == Op::constant) return node.a;
  Range range;
  if (refuse_divisor(node, origin) || refuse_rounding_step(node, origin) || refuse_steps(node, origin) ||
      refuse_below(node, origin))
    return poison(node, origin);
  if (refuse_lookup(node, origin)) {
    // A figure that is not there is one mistake, however many expressions read it.
    return shared_.emplace(Key{node}, poison(node, origin)).first->second;
  }
  if (node.op == Op::divide) {
    node.data = intern({range_of(node.b).step.value_or(0), {}});
  } else if (node.op == Op::modulo) {
    const value::Step &a = range_of(node.a).step, &b = range_of(node.b).step;
    node.data = intern({a && b ? gcd(*a, *b) : Exact(0), {}});
  }
  if (is_numeric(node.kind) && !step_and_bits(node, range, origin)) return poison(node, origin);
  if (refuse_texts(node, range, origin)) return poison(node, origin);
  const NodeId id = out_.nodes.push(node);
  if (node.op == Op::cut) {
    // Where nothing is left even of the range, the occurrence is never reached: any one value will do.
    Cut& cut = out_.cuts[node.data];
    Reading left = readings_[node.a];
    if (apply_cut(cut, node.kind, range_of(node.a).step, left)) {
      cut.fallback.interval = {left.interval.least, left.interval.least};
      if (!left.words.empty()) cut.fallback.words = WordSet::of(left.words.front());
    } else {
      range.nothing = true;
      Exact any = cut.least ? *cut.least : cut.most ? *cut.most : Exact(1);
      if (cut.nonzero && any.is_zero()) any = 1;
      cut.fallback.interval = {any, any};
      if (node.kind == Kind::choice) cut.fallback.words = WordSet::of(cut.words.empty() ? 0 : cut.words.front());
    }
    range.nonzero = cut.nonzero && range_of(node.a).step.has_value();
  }
  range.reading = read(out_, id, readings_, {out_.effective, {}});
  // A guard that leaves something of a range may leave nothing of a reading in it.
  if (node.op == Op::reaches && !all_constant && range.reading.truth == Bool3::yes)
    range.reading.truth = Bool3::unknown;
  range.nothing = range.nothing || leaves_nothing(node);
  if (node.op == Op::constant && is_numeric(node.kind)) range.nonzero = !out_.constants[node.data].number.is_zero();
  if (is_numeric(node.kind)) {
    set_steps(node, range);
    if (refuse_date(node, range, origin)) {
      out_.nodes.pop();
      return poison(node, origin);
    }
  }
  if (all_constant && !range.nothing && range.reading.known(node.kind)) {
    out_.nodes.pop();
    Value value;
    if (node.kind == Kind::boolean)
      value.number = range.reading.truth == Bool3::yes ? 1 : 0;
    else if (node.kind == Kind::choice)
      value.number = static_cast<std::int64_t>(range.reading.words.front());
    else if (node.kind == Kind::text)
      value.text = *range.reading.text;
    else
      value.number = range.reading.interval.least;
    const NodeId folded = constant(value, node.kind, node.words, origin);
    shared_.emplace(Key{node}, folded);
    return folded;
  }
  // A condition that is settled for everyone reads so everywhere: else what is built on it, inside other parts out of
  // reach, could leave its range and divide by 0.
  if (refines && range.reading.truth != Bool3::unknown)
    out_.nodes[id].data = range.reading.truth == Bool3::yes ? kSettledYes : kSettledNo;
  readings_.push(range.reading);
  poisoned_.push(0);
  out_.origins.push(origin);
  out_.ranges.push(std::move(range));
  shared_.emplace(Key{node}, id);
  return id;
}

}  // namespace rfs::inline RFS_ABI::program::detail
