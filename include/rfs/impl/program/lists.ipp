#pragma once

#include <algorithm>
#include <unordered_set>

#include "rfs/impl/program/list_ranges.ipp"
#include "rfs/impl/program/lowerer.hpp"

namespace rfs::inline RFS_ABI::program::detail {

/// How deep definitions of lists may stand inside one another.
inline constexpr std::uint32_t kMostNested = 12;
/// How far apart the ends of a loop over numbers may be.
inline constexpr std::int64_t kMostNumbers = 1'000;
/// Stands for every cost and count from here on.
inline constexpr std::uint64_t kMany = std::uint64_t{1} << 62;

/// Multiplies counts; never more than kMany.
RFS_INLINE std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  std::uint64_t out = 0;
  return __builtin_mul_overflow(a, b, &out) || out > kMany ? kMany : out;
}

/// Notes where the parts begin in which the items of a list are at work.
RFS_INLINE void Lowerer::find_binders(typed::NodeId begin, typed::NodeId end) {
  using typed::Op;
  for (std::uint32_t i = begin.value; i <= end.value; ++i) {
    const typed::NodeId id(i);
    const Op op = module_[id].op;
    if (op != Op::filter && op != Op::loop && op != Op::some && op != Op::every && op != Op::group) continue;
    opens_[module_.operands(id)[0].value + 1] = id;
  }
}

/// Whether a list stands where its parent goes over it, or passes it on.
RFS_INLINE bool Lowerer::is_list_operand(typed::NodeId parent, typed::NodeId operand) const {
  using typed::Op;
  const auto operands = module_.operands(parent);
  switch (module_[parent].op) {
    case Op::loop:
    case Op::filter:
    case Op::some:
    case Op::every:
    case Op::group:
      return operands[0] == operand;
    case Op::list:
      return false;
    default:
      return true;
  }
}

/// Returns the scope in which a list is needed: the innermost whose item what goes over the list names, so that
/// everything that goes over it has a scope of its own there.
RFS_INLINE ScopeId Lowerer::around(typed::NodeId id) const {
  typed::NodeId root = id;
  for (typed::NodeId parent = parents_[root]; parent.valid(); parent = parents_[root]) {
    if (!is_list_operand(parent, root)) break;
    root = parent;
    const Kind kind = module_[root].type.kind;
    if (kind != Kind::list) break;
  }
  ScopeId out = base_;
  // A list that each item of a loop gives is one of its own for each.
  const typed::NodeId loop = parents_[root];
  if (module_[root].type.kind == Kind::list && loop.valid() && module_[loop].op == typed::Op::loop)
    out = binder_scopes_[BinderId(module_[loop].data)];
  const typed::NodeId begin = module_[root].begin;
  for (std::uint32_t i = begin.value; i <= root.value; ++i) {
    const typed::Node& n = module_[typed::NodeId(i)];
    if (n.op != typed::Op::variable && n.op != typed::Op::members) continue;
    const BinderId binder(n.data);
    const typed::NodeId list = module_.binders[binder].list;
    if (list.valid() && list >= begin && list <= root) continue;  // bound inside
    const ScopeId scope = binder_scopes_[binder];
    if (out_.scopes[scope].depth > out_.scopes[out].depth) out = scope;
  }
  return out;
}

RFS_INLINE NodeId Lowerer::keep(typed::NodeId id, Made made) {
  if (made.parts) parts_[id.value] = std::move(made.parts);
  return made.node;
}

RFS_INLINE Made Lowerer::made(typed::NodeId id) const {
  const Kind kind = module_[id].type.kind;
  if (kind != Kind::list && kind != Kind::record) return {lowered_[id], nullptr};
  return {{}, parts_.at(id.value)};
}

RFS_INLINE NodeId Lowerer::present(ScopeId scope, const Origin& at) {
  Node node;
  node.op = Op::present;
  node.kind = Kind::boolean;
  node.scope = scope;
  return builder_.push(node, at);
}

/// What stands for a list or record that could not be made: a mistake that was reported.
RFS_INLINE Made Lowerer::broken(const Type& type, const Origin& at) {
  Node none;
  none.kind = type.kind;
  if (type.kind != Kind::list && type.kind != Kind::record) return {builder_.poison(none, at), nullptr};
  auto out = std::make_shared<Parts>();
  if (type.kind == Kind::list) {
    none.kind = Kind::boolean;
    out->presence = builder_.poison(none, at);
    out->fields.push_back(broken(item_of(type), at));
  } else {
    for (const RecordField& field : module_.records.fields(type.record)) out->fields.push_back(broken(field.type, at));
  }
  return {{}, std::move(out)};
}

/// Enters the part of an expression in which the items of a list are at work.
RFS_INLINE void Lowerer::open(typed::NodeId parent) {
  const typed::Node& n = module_[parent];
  const BinderId binder(n.data);
  const Parts& list = list_at(module_.operands(parent)[0]);
  under_around_[parent.value] = under_;
  under_ = {};
  items_[binder] = list.fields[0];
  binder_scopes_[binder] = list.scope;
  at_work_.push_back(parent);
  if (n.op != typed::Op::group) return;
  if (builder_.poisoned(list.presence)) {
    items_[binder] = {{}, std::make_shared<Parts>(list)};
    return;
  }
  const Origin at = origin(parent);
  const NodeId key = list.fields[0].parts->fields[module_.binders[binder].key].node;
  // Groups of the same items by the same key are the same groups.
  auto& known = groups_[{list.presence, key, list.fields[0].parts.get()}];
  if (known) {
    items_[binder] = {{}, known};
    binder_scopes_[binder] = out_.scopes[known->scope].parent;
    return;
  }
  Scope groups;
  groups.kind = Scope::Kind::groups;
  groups.parent = out_.scopes[list.scope].parent;
  groups.of = list.scope;
  groups.presence = list.presence;
  groups.key = key;
  groups.most_count = items_of(list).most;
  const ScopeId scope = builder_.add_scope(std::move(groups));
  Scope members;
  members.kind = Scope::Kind::members;
  members.parent = scope;
  members.of = list.scope;
  members.most_count = std::max<std::uint64_t>(items_of(list).most, 1);
  const ScopeId inner = builder_.add_scope(std::move(members));
  auto items = std::make_shared<Parts>();
  items->scope = inner;
  items->presence = present(inner, at);
  items->fields.push_back(member_of(inner, {list.fields[0]}));
  known = items;
  kept_parts_.push_back(list.fields[0].parts);
  items_[binder] = {{}, std::move(items)};
  binder_scopes_[binder] = scope;
}

/// What an item of a list has that is made of the items of others.
RFS_INLINE Made Lowerer::member_of(ScopeId scope, const std::vector<Made>& sources) {
  if (sources[0].node.valid()) {
    std::vector<NodeId> operands;
    for (const Made& source : sources) operands.push_back(source.node);
    Node node;
    node.op = Op::member;
    node.kind = out_.nodes[operands[0]].kind;
    node.words = out_.nodes[operands[0]].words;
    node.scope = scope;
    node.data = builder_.add_operands(operands, scope);
    return {builder_.push(node, out_.origins[operands[0]]), nullptr};
  }
  // Lists of items stay behind; what reads them says so.
  if (!sources[0].parts || sources[0].parts->presence.valid()) return {};
  auto out = std::make_shared<Parts>();
  for (std::size_t field = 0; field < sources[0].parts->fields.size(); ++field) {
    std::vector<Made> of_all;
    for (const Made& source : sources) of_all.push_back(source.parts->fields[field]);
    out->fields.push_back(member_of(scope, of_all));
  }
  return {{}, std::move(out)};
}

/// Returns how many items of a list are there for certain, and how many may be.
RFS_INLINE Lowerer::Items Lowerer::items_of(const Parts& list) const {
  const value::Interval there = items_there(out_, list.scope, list.presence, out_.ranges[list.presence].reading.truth);
  return {static_cast<std::uint64_t>(*there.least.to_int64()), static_cast<std::uint64_t>(*there.most.to_int64())};
}

/// Makes a list of the items of others; the scope says how.
RFS_INLINE std::shared_ptr<const Parts> Lowerer::derived(Scope scope,
                                                         const std::vector<std::shared_ptr<const Parts>>& lists) {
  std::vector<Made> presences, items;
  scope.least_count = scope.most_count = 0;
  for (const auto& list : lists) {
    scope.parts.push_back(list->scope);
    const Items items_there = items_of(*list);
    scope.least_count += items_there.least;
    scope.most_count += items_there.most;
    presences.push_back({list->presence, nullptr});
    items.push_back(list->fields[0]);
  }
  if (scope.kind == Scope::Kind::flattened) {
    scope.least_count *= out_.scopes[scope.of].least_count;
    scope.most_count *= out_.scopes[scope.of].most_count;
  }
  auto out = std::make_shared<Parts>();
  out->scope = builder_.add_scope(std::move(scope));
  out->presence = member_of(out->scope, presences).node;
  out->fields.push_back(member_of(out->scope, items));
  return out;
}

/// Returns a list as one of a scope further inside.
RFS_INLINE std::shared_ptr<const Parts> Lowerer::inside(const std::shared_ptr<const Parts>& list, ScopeId parent) {
  if (!list->presence.valid() || builder_.poisoned(list->presence) || out_.scopes[list->scope].parent == parent)
    return list;
  auto& known = inside_[{list.get(), parent.value}];
  if (known) return known;
  kept_parts_.push_back(list);
  Scope scope;
  scope.kind = Scope::Kind::joined;
  scope.parent = parent;
  for (ScopeId at = parent; at != kApplicant; at = out_.scopes[at].parent)
    scope.again = scope.again || at == list->scope;
  return known = derived(std::move(scope), {list});
}

/// The list that is given as a fact, with what its items have.
RFS_INLINE std::shared_ptr<const Parts> Lowerer::fact_list(FactId fact, ScopeId parent) {
  const auto key = std::tuple(fact.value, parent.value, day_of({typed::Unit::Kind::default_value, fact.value}));
  const auto known = fact_lists_.find(key);
  if (known != fact_lists_.end()) return known->second;
  const typed::Fact& declared = module_.facts[fact];
  const rule::ListDomain& domain = *declared.domain.list;
  const Type item = item_of(declared.domain.type);
  Scope scope;
  scope.kind = Scope::Kind::fact;
  scope.parent = parent;
  scope.data = fact.value;
  scope.most_count = domain.max_items;
  auto out = std::make_shared<Parts>();
  out->scope = builder_.add_scope(std::move(scope));
  out->presence = present(out->scope, {});
  auto record = std::make_shared<Parts>();
  record->fields.resize(domain.fields.size());
  const auto add = [&](std::size_t field) {
    const Type& type = domain.fields[field].domain.type;
    Node node;
    node.op = Op::item;
    node.kind = type.kind;
    node.scope = out->scope;
    node.data = static_cast<std::uint32_t>(field);
    const std::size_t words = type.kind == Kind::choice ? module_.choices.words(type.choice).size() : 0;
    node.words = static_cast<std::uint16_t>(words);
    if (field < declared.fields.size() && declared.fields[field].default_value)
      node.a = builder_.constant(*declared.fields[field].default_value, type.kind, words, {});
    if (field < declared.fields.size() && declared.fields[field].default_root.valid()) {
      items_[declared.binder] = {{}, record};
      binder_scopes_[declared.binder] = out->scope;
      const NodeId made = apart(declared.fields[field].default_root, parent);
      if (!builder_.poisoned(made)) node.a = made;
    }
    record->fields[field].node = builder_.push(node, {});
  };
  if (declared.field_order.empty()) {
    for (std::size_t field = 0; field < domain.fields.size(); ++field) add(field);
  } else {
    for (const std::size_t field : declared.field_order) add(field);
  }
  out->fields.push_back(item.kind == Kind::record ? Made{{}, record} : record->fields[0]);
  fact_lists_[key] = out;
  return out;
}

/// Returns the day that tells what a unit is now from what it is on other dates.
RFS_INLINE std::uint32_t Lowerer::day_of(typed::Unit unit) const {
  return here() || by_day_[number(unit)] == 0 ? today_.value : day_.as_of.value;
}

/// Lowers an expression of its own while another is at work; lists that no item names stand in `base`.
RFS_INLINE NodeId Lowerer::apart(typed::NodeId root, ScopeId base) {
  const auto guards = std::exchange(guards_, {});
  const auto undo = std::exchange(undo_, {});
  const auto open = std::exchange(open_, {});
  const typed::NodeId top = std::exchange(top_, root);
  const NodeId under = under_;
  const ScopeId around = std::exchange(base_, base);
  const ScopeId said_around = std::exchange(said_around_, base);
  const NodeId out = expression(root);
  guards_ = guards;
  undo_ = undo;
  open_ = open;
  top_ = top;
  under_ = under;
  base_ = around;
  said_around_ = said_around;
  return out;
}

/// The list that a definition is, where it is needed.
RFS_INLINE std::shared_ptr<const Parts> Lowerer::definition_list(DefinitionId id, ScopeId parent) {
  const auto key = [&](DefinitionId definition) {
    return std::tuple(definition.value, parent.value, day_of({typed::Unit::Kind::definition, definition.value}));
  };
  const auto known = definition_lists_.find(key(id));
  if (known != definition_lists_.end()) return known->second;
  if (out_.scopes[parent].depth > kMostNested) {
    const typed::NodeId root = module_.definitions[id].root;
    builder_.report(Code::steps_limit, Severity::error, origin(root),
                    "lists are defined inside one another more than " + std::to_string(kMostNested) + " deep",
                    "join what is a loop inside a loop by a `group`");
    return broken(module_[root].type, origin(root)).parts;
  }
  // A chain of definitions may be as long as the file: those that others read come first.
  std::unordered_set<std::uint32_t> wanted{id.value};
  for (std::vector<DefinitionId> open{id}; !open.empty();) {
    const typed::NodeId root = module_.definitions[open.back()].root;
    open.pop_back();
    for (std::uint32_t i = module_[root].begin.value; i <= root.value; ++i) {
      const typed::Node& n = module_[typed::NodeId(i)];
      const bool is_list = n.op == typed::Op::definition && n.type.kind == Kind::list;
      if (is_list && !definition_lists_.contains(key(DefinitionId(n.data))) && wanted.insert(n.data).second)
        open.emplace_back(n.data);
    }
  }
  for (const typed::Unit& unit : module_.order) {
    if (unit.kind != typed::Unit::Kind::definition || !wanted.contains(unit.index)) continue;
    const typed::NodeId root = module_.definitions[DefinitionId(unit.index)].root;
    apart(root, parent);
    definition_lists_[key(DefinitionId(unit.index))] = parts_.at(root.value);
    if (unit.index == id.value) break;
  }
  return definition_lists_.at(key(id));
}

/// Lowers the defaults of a record's fields, and proves them inside their ranges.
RFS_INLINE void Lowerer::field_defaults(FactId id) {
  const typed::Fact& fact = module_.facts[id];
  const auto list = fact_list(id, kApplicant);
  for (std::size_t i = 0; i < fact.fields.size(); ++i) {
    const typed::NodeId root = fact.fields[i].default_root;
    const NodeId item = list->fields[0].parts->fields[i].node;
    if (!root.valid() || builder_.poisoned(item) || !out_.nodes[item].a.valid()) continue;
    default_in_range(out_.nodes[item].a, fact.domain.list->fields[i].domain,
                     file_.facts[id.value].name.text + "." + fact.domain.list->fields[i].name, root);
  }
}

RFS_INLINE Made Lowerer::numbers(typed::NodeId id) {
  const auto operands = module_.operands(id);
  std::int64_t ends[2] = {0, 0};
  for (std::size_t i = 0; i < 2; ++i) {
    const NodeId end = lowered_[operands[i]];
    if (builder_.poisoned(end)) return broken(module_[id].type, origin(id));
    const bool constant = out_.nodes[end].op == Op::constant;
    const auto whole = constant ? out_.constants[out_.nodes[end].data].number.to_int64() : std::nullopt;
    if (!whole) {
      builder_.report(Code::loop_range, Severity::error, origin(operands[i]), "the ends of a loop are whole constants",
                      "go over the most there can be, and filter");
      return broken(module_[id].type, origin(id));
    }
    ends[i] = *whole;
  }
  if (ends[0] > ends[1] || ends[1] - ends[0] > kMostNumbers) {
    builder_.report(Code::loop_range, Severity::error, origin(id),
                    ends[0] > ends[1]
                        ? "a loop goes upwards, found " + std::to_string(ends[0]) + " to " + std::to_string(ends[1])
                        : "the ends of a loop are at most 1000 apart, found " + std::to_string(ends[1] - ends[0]),
                    ends[0] > ends[1] ? "write the lesser end first" : "");
    return broken(module_[id].type, origin(id));
  }
  Scope scope;
  scope.kind = Scope::Kind::numbers;
  scope.parent = around(id);
  scope.first = ends[0];
  scope.least_count = scope.most_count = static_cast<std::uint64_t>(ends[1] - ends[0] + 1);
  auto out = std::make_shared<Parts>();
  out->scope = builder_.add_scope(std::move(scope));
  out->presence = builder_.constant({1, {}}, Kind::boolean, 0, origin(id));
  Node node;
  node.op = Op::number;
  node.kind = Kind::number;
  node.scope = out->scope;
  out->fields.push_back({builder_.push(node, origin(id)), nullptr});
  return {{}, std::move(out)};
}

/// `[a, b]`
RFS_INLINE Made Lowerer::listed(typed::NodeId id) {
  const auto operands = module_.operands(id);
  Scope scope;
  scope.kind = Scope::Kind::listed;
  scope.parent = around(id);
  scope.least_count = scope.most_count = operands.size();
  auto out = std::make_shared<Parts>();
  out->scope = builder_.add_scope(std::move(scope));
  out->presence = builder_.constant({1, {}}, Kind::boolean, 0, origin(id));
  std::vector<Made> items;
  for (const typed::NodeId operand : operands) items.push_back(made(operand));
  out->fields.push_back(weave(items, item_of(module_[id].type), origin(id), [&](const auto& nodes, Kind kind) {
    Node node;
    node.op = Op::listed;
    node.kind = kind;
    node.words = out_.nodes[nodes[0]].words;
    node.scope = out->scope;
    node.data = builder_.add_operands(nodes, out->scope);
    return builder_.push(node, origin(id));
  }));
  return {{}, std::move(out)};
}

/// Joins what several expressions of one type became, field by field.
RFS_INLINE Made Lowerer::weave(const std::vector<Made>& made, const Type& type, const Origin& at,
                               const std::function<NodeId(const std::vector<NodeId>&, Kind)>& join) {
  if (type.kind == Kind::list) return {};
  if (type.kind != Kind::record) {
    std::vector<NodeId> nodes;
    for (const Made& one : made) nodes.push_back(one.node);
    return {join(nodes, type.kind), nullptr};
  }
  auto out = std::make_shared<Parts>();
  const auto& fields = module_.records.fields(type.record);
  for (std::size_t field = 0; field < fields.size(); ++field) {
    std::vector<Made> of_all;
    for (const Made& one : made) of_all.push_back(one.parts->fields[field]);
    out->fields.push_back(weave(of_all, fields[field].type, at, join));
  }
  return {{}, std::move(out)};
}

/// The list of groups, after what is asked of each was lowered.
RFS_INLINE Made Lowerer::grouped(typed::NodeId id) {
  const BinderId binder(module_[id].data);
  const Parts& list = list_at(module_.operands(id)[0]);
  const Origin at = origin(id);
  if (builder_.poisoned(list.presence)) return broken(module_[id].type, at);
  const ScopeId scope = binder_scopes_[binder];
  const NodeId shared = out_.scopes[scope].key;
  Node key;
  key.op = Op::key;
  key.kind = out_.nodes[shared].kind;
  key.words = out_.nodes[shared].words;
  key.scope = scope;
  key.data = builder_.add_operands({shared}, scope);
  auto record = std::make_shared<Parts>();
  record->fields.push_back({builder_.push(key, at), nullptr});
  record->fields.push_back(items_[binder]);
  for (const typed::NodeId value : module_.operands(id).subspan(1))
    record->fields.push_back({lowered_[value], nullptr});
  auto out = std::make_shared<Parts>();
  out->scope = scope;
  out->presence = present(scope, at);
  out->fields.push_back({{}, std::move(record)});
  return {{}, std::move(out)};
}

RFS_INLINE NodeId Lowerer::aggregate(Op op, Kind kind, const Parts& list, NodeId value, const Origin& at, NodeId c,
                                     NodeId d) {
  Node node;
  node.op = op;
  node.kind = kind;
  node.a = value;
  node.b = list.presence;
  node.c = c;
  node.d = d;
  if (kind == Kind::choice) node.words = out_.nodes[value].words;
  if (builder_.poisoned(value) || builder_.poisoned(list.presence)) return builder_.poison(node, at);
  node.data = builder_.add_aggregate(list.scope);
  return builder_.push(node, at);
}

RFS_INLINE NodeId Lowerer::counted(const Parts& list, const Origin& at) {
  if (builder_.poisoned(list.presence)) return builder_.poison({}, at);
  const Node& presence = out_.nodes[list.presence];
  if (presence.op != Op::unlike) return aggregate(Op::count_of, Kind::number, list, list.presence, at);
  Parts all;
  all.scope = list.scope;
  all.presence = presence.b;
  return aggregate(Op::count_unlike, Kind::number, all, presence.a, at);
}

/// Whether any item of a list equals a value.
RFS_INLINE NodeId Lowerer::some_equal(const Parts& list, const Type& item, NodeId x, const Origin& at) {
  return aggregate(Op::some_of, Kind::boolean, list, comparison(expr::Op::equal, list.fields[0].node, x, item.kind, at),
                   at);
}

/// Returns how many items a list is proven to have.
RFS_INLINE std::int64_t Lowerer::proven_count(typed::NodeId list) {
  const Parts& parts = list_at(list);
  auto out = static_cast<std::int64_t>(items_of(parts).least);
  if (out == 0 && is_whole_group(out_, parts.scope, parts.presence)) out = 1;
  // A guard may count the list itself, or one that has as many items.
  for (typed::NodeId at = list;; at = module_.operands(at)[0]) {
    const auto guard = guards_.find(count_shape(at).value);
    if (guard != guards_.end() && guard->second.nonzero) out = std::max<std::int64_t>(out, 1);
    if (guard != guards_.end() && guard->second.least) {
      const Bound& least = *guard->second.least;
      const Exact whole = least.strict ? least.at.floor() + 1 : least.at.ceiling();
      out = std::max(out, whole.to_int64().value_or(0));
    }
    const typed::Op op = module_[at].op;
    if (op != typed::Op::project && op != typed::Op::loop && op != typed::Op::reverse) break;
  }
  return out;
}

/// An item of a list, or what stands for one that is not there.
RFS_INLINE Made Lowerer::taken(typed::NodeId id, Op op) {
  const auto operands = module_.operands(id);
  const Parts& list = list_at(operands[0]);
  const Origin at = origin(id);
  const Type& type = module_[id].type;
  const NodeId other = operands.size() > 1 ? lowered_[operands[1]] : NodeId{};
  if (builder_.poisoned(list.presence) || (other.valid() && builder_.poisoned(other))) return broken(type, at);
  const std::string text(builder_.text_of(origin(operands[0])));
  if (op == Op::item_at) {
    const value::Interval& index = out_.ranges[other].reading.interval;
    const std::int64_t most = proven_count(operands[0]);
    if (index.least < Exact(1) || index.most > Exact(most)) {
      const std::string found = index.known()
                                    ? "item " + index.most.text() + " may not be there"
                                    : "the index may be from " + index.least.text() + " to " + index.most.text();
      builder_.report(Code::index_range, Severity::error, at,
                      found + ", and the list has " +
                          (most == 0 ? std::string("perhaps no items") : std::to_string(most) + " items for certain"),
                      "guard it: `if count(" + text + ") >= " +
                          (index.known() && index.most.sign() > 0 ? index.most.text() : "n") + " then … else …`");
      return broken(type, at);
    }
  } else if (!other.valid() && proven_count(operands[0]) < 1) {
    builder_.report(Code::empty_list, Severity::error, at, "the list may be empty, which gives no value",
                    (type.kind == Kind::record ? std::string() : "say what stands for it, `empty: …`, or ") +
                        (type.kind == Kind::record ? "guard it" : "guard it") + ": `if count(" + text +
                        ") >= 1 then … else …`");
    return broken(type, at);
  }
  return weave({list.fields[0]}, type, at,
               [&](const auto& nodes, Kind kind) { return aggregate(op, kind, list, nodes[0], at, other); });
}

/// `xs = ys`, item by item.
RFS_INLINE NodeId Lowerer::equal_lists(typed::NodeId id) {
  const auto operands = module_.operands(id);
  const Parts &a = list_at(operands[0]), &b = list_at(operands[1]);
  return same(a, a.fields[0], b, b.fields[0], origin(id));
}

/// Whether two lists of like items are equal.
RFS_INLINE NodeId Lowerer::same(const Parts& a, const Made& x, const Parts& b, const Made& y, const Origin& at) {
  if (x.parts) {
    NodeId out;
    for (std::size_t field = 0; field < x.parts->fields.size(); ++field) {
      const NodeId one = same(a, x.parts->fields[field], b, y.parts->fields[field], at);
      out = out.valid() ? builder_.binary(Op::logical_and, Kind::boolean, out, one, at) : one;
    }
    return out;
  }
  Node node;
  node.op = Op::equal_lists;
  node.kind = Kind::boolean;
  node.a = x.node;
  node.b = a.presence;
  node.c = y.node;
  node.d = b.presence;
  for (const NodeId part : {node.a, node.b, node.c, node.d}) {
    if (builder_.poisoned(part)) return builder_.poison(node, at);
  }
  node.data = builder_.add_aggregate(a.scope, b.scope);
  return builder_.push(node, at);
}

/// `if` between lists or records.
RFS_INLINE Made Lowerer::choose(typed::NodeId id) {
  const auto operands = module_.operands(id);
  const Origin at = origin(id);
  const Type& type = module_[id].type;
  NodeId condition = so_far_.at(id.value);
  tests_of_[id.value] = condition;
  so_far_.erase(id.value);
  const Made yes = made(operands[1]), no = made(operands[2]);
  if (builder_.poisoned(condition)) return broken(type, at);
  if (type.kind == Kind::record) {
    return weave({yes, no}, type, at, [&](const auto& nodes, Kind kind) {
      Node node;
      node.op = Op::select;
      node.kind = kind;
      node.words = out_.nodes[nodes[0]].words;
      node.a = condition;
      node.b = nodes[0];
      node.c = nodes[1];
      return builder_.push(node, at);
    });
  }
  if (builder_.poisoned(yes.parts->presence) || builder_.poisoned(no.parts->presence)) return broken(type, at);
  const Bool3 settled = out_.ranges[condition].reading.truth;
  if (settled != Bool3::unknown) return settled == Bool3::yes ? yes : no;
  // Where both are one list it does not matter which is taken.
  const NodeId equal = same(*yes.parts, yes.parts->fields[0], *no.parts, no.parts->fields[0], at);
  condition = builder_.binary(Op::refine_yes, Kind::boolean, condition,
                              builder_.unary(Op::logical_not, Kind::boolean, equal, at), at);
  const auto masked = [&](const Made& list, NodeId taken) {
    auto out = std::make_shared<Parts>(*list.parts);
    out->presence = builder_.binary(Op::logical_and, Kind::boolean, taken, out->presence, at);
    return out;
  };
  Scope scope;
  scope.kind = Scope::Kind::joined;
  scope.parent = out_.scopes[yes.parts->scope].parent;
  scope.presence = condition;
  return {{},
          derived(std::move(scope),
                  {masked(yes, condition), masked(no, builder_.unary(Op::logical_not, Kind::boolean, condition, at))})};
}

/// Lowers one node that has to do with lists or records; what is one itself is kept beside.
RFS_INLINE NodeId Lowerer::list_node(typed::NodeId id) {
  using T = typed::Op;
  const typed::Node& n = module_[id];
  const auto operands = module_.operands(id);
  const Origin at = origin(id);
  const bool binds = n.op == T::filter || n.op == T::loop || n.op == T::some || n.op == T::every || n.op == T::group;
  if (binds) {
    under_ = under_around_[id.value];
    std::erase(at_work_, id);
  }
  const auto named = [&](std::shared_ptr<const Parts> list) {
    const NodeId out = keep(id, {{}, std::move(list)});
    warn_nested(id);
    return out;
  };
  const auto masked = [&](const Parts& list, NodeId condition) {
    auto out = std::make_shared<Parts>(list);
    // What holds for every item leaves the list as it is.
    if (!builder_.poisoned(condition) && out_.ranges[condition].reading.truth == Bool3::yes) return out;
    out->presence = builder_.poisoned(list.presence) || builder_.poisoned(condition)
                        ? builder_.poison({}, at)
                        : builder_.binary(Op::logical_and, Kind::boolean, list.presence, condition, at);
    return out;
  };
  const auto item = [&](std::size_t i) { return list_at(operands[i]).fields[0]; };
  switch (n.op) {
    case T::fact:
      return named(fact_list(FactId(n.data), around(id)));
    case T::definition:
      return named(definition_list(DefinitionId(n.data), around(id)));
    case T::variable: {
      const Made& item_here = items_[BinderId(n.data)];
      if (!item_here.node.valid() && !item_here.parts) return keep(id, broken(n.type, at));
      return keep(id, n.type.kind == Kind::list ? Made{{}, inside(item_here.parts, around(id))} : item_here);
    }
    case T::members:
      return named(inside(items_[BinderId(n.data)].parts, around(id)));
    case T::field: {
      const Made& field = made(operands[0]).parts->fields[n.data];
      if (!field.node.valid() && !field.parts) {
        builder_.report(Code::unsupported_feature, Severity::error, at,
                        "the list `" + std::string(builder_.text_of(at)) + "` cannot be read here",
                        "group the list itself, or name what you need of the members as a field of the group");
        return keep(id, broken(n.type, at));
      }
      return n.type.kind == Kind::list ? named(inside(field.parts, around(id))) : keep(id, field);
    }
    case T::project: {
      auto out = std::make_shared<Parts>(list_at(operands[0]));
      const Made field = out->fields[0].parts->fields[n.data];
      if (!field.node.valid() && !field.parts) {
        builder_.report(Code::unsupported_feature, Severity::error, at,
                        "the lists `" + std::string(builder_.text_of(at)) + "` cannot be read here",
                        "group the list itself, or name what you need of the members as a field of the group");
        return keep(id, broken(n.type, at));
      }
      out->fields[0] = field;
      return keep(id, {{}, std::move(out)});
    }
    case T::filter:
      return keep(id, {{}, masked(list_at(operands[0]), lowered_[operands[1]])});
    case T::loop: {
      auto out = std::make_shared<Parts>(list_at(operands[0]));
      out->fields[0] = made(operands[1]);
      return keep(id, {{}, std::move(out)});
    }
    case T::some:
      return aggregate(Op::some_of, Kind::boolean, list_at(operands[0]), lowered_[operands[1]], at);
    case T::every:
    case T::all_in: {
      const Parts& list = list_at(operands[0]);
      const NodeId condition = n.op == T::every ? lowered_[operands[1]] : list.fields[0].node;
      const NodeId fails = builder_.unary(Op::logical_not, Kind::boolean, condition, at);
      return builder_.unary(Op::logical_not, Kind::boolean, aggregate(Op::some_of, Kind::boolean, list, fails, at), at);
    }
    case T::any_in:
      return aggregate(Op::some_of, Kind::boolean, list_at(operands[0]), item(0).node, at);
    case T::at_least_in:
      return builder_.binary(Op::less_equal, Kind::boolean, lowered_[operands[0]],
                             counted(*masked(list_at(operands[1]), item(1).node), at), at);
    case T::numbers:
      return keep(id, numbers(id));
    case T::list:
      return keep(id, listed(id));
    case T::group:
      return keep(id, grouped(id));
    case T::sum_of:
      return aggregate(Op::sum_of, n.type.kind, list_at(operands[0]), item(0).node, at);
    case T::count_of:
      return counted(list_at(operands[0]), at);
    case T::least_of:
      return keep(id, taken(id, Op::least_of));
    case T::most_of:
      return keep(id, taken(id, Op::most_of));
    case T::mean_of:
      return keep(id, taken(id, Op::mean_of));
    case T::first_of:
      return keep(id, taken(id, Op::first_of));
    case T::last_of:
      return keep(id, taken(id, Op::last_of));
    case T::item_at:
      return keep(id, taken(id, Op::item_at));
    case T::holds_item:
      return some_equal(list_at(operands[0]), item_of(module_[operands[0]].type), lowered_[operands[1]], at);
    case T::index_of: {
      const Parts& list = list_at(operands[0]);
      if (builder_.poisoned(list.presence)) return keep(id, broken(n.type, at));
      const Kind kind = item_of(module_[operands[0]].type).kind;
      const NodeId equal = comparison(expr::Op::equal, item(0).node, lowered_[operands[1]], kind, at);
      auto out = masked(list, equal);
      Node position;
      position.op = Op::position;
      position.kind = Kind::number;
      position.b = list.presence;
      position.scope = list.scope;
      out->fields[0] = {builder_.push(position, at), nullptr};
      return keep(id, {{}, std::move(out)});
    }
    case T::distinct: {
      auto out = std::make_shared<Parts>(list_at(operands[0]));
      Node unlike;
      unlike.op = Op::unlike;
      unlike.kind = Kind::boolean;
      unlike.a = out->fields[0].node;
      unlike.b = out->presence;
      unlike.scope = out->scope;
      out->presence = builder_.push(unlike, at);
      return keep(id, {{}, std::move(out)});
    }
    case T::reverse:
    case T::concatenate:
    case T::flatten: {
      std::vector<std::shared_ptr<const Parts>> lists;
      for (const typed::NodeId operand : operands) {
        lists.push_back(parts_.at(operand.value));
        if (builder_.poisoned(lists.back()->presence)) return keep(id, broken(n.type, at));
      }
      Scope scope;
      scope.parent = out_.scopes[lists[0]->scope].parent;
      scope.kind = n.op == T::reverse ? Scope::Kind::reversed : Scope::Kind::joined;
      if (n.op == T::flatten) {
        const Parts& outer = *lists[0];
        const std::shared_ptr<const Parts> inner = outer.fields[0].parts;
        if (builder_.poisoned(inner->presence)) return keep(id, broken(n.type, at));
        scope.kind = Scope::Kind::flattened;
        scope.of = outer.scope;
        scope.presence = outer.presence;
        lists = {masked(*inside(inner, outer.scope), outer.presence)};
      }
      return keep(id, {{}, derived(std::move(scope), lists)});
    }
    case T::weekdays_but: {
      const Parts& days = list_at(operands[2]);
      return aggregate(Op::weekdays_but, Kind::number, days, days.fields[0].node, at, lowered_[operands[0]],
                       lowered_[operands[1]]);
    }
    default:
      return builder_.poison({}, at);
  }
}

/// Finds what must be computed for an item of `inner` to have some nodes, in its scope and those up to `outer`.
RFS_INLINE BodyId Lowerer::body(const std::vector<NodeId>& wanted, ScopeId inner, ScopeId outer) {
  Body out;
  for (ScopeId scope = inner;; scope = out_.scopes[scope].parent) {
    out.levels.insert(out.levels.begin(), {scope, {}});
    if (scope == outer) break;
  }
  const std::uint32_t least_depth = out_.scopes[outer].depth;
  std::unordered_set<std::uint32_t> seen, seen_scopes;
  std::vector<NodeId> open;
  const auto visit = [&](NodeId id) {
    if (id.valid() && out_.scopes[out_.nodes[id].scope].depth >= least_depth && seen.insert(id.value).second)
      open.push_back(id);
  };
  const auto visit_scope = [&](ScopeId first) {
    for (std::vector<ScopeId> scopes{first}; !scopes.empty();) {
      const ScopeId scope = scopes.back();
      scopes.pop_back();
      if (!scope.valid() || !seen_scopes.insert(scope.value).second) continue;
      const Scope& of = out_.scopes[scope];
      visit(of.presence);
      visit(of.key);
      scopes.insert(scopes.end(), of.parts.begin(), of.parts.end());
      scopes.push_back(of.of);
    }
  };
  for (const NodeId id : wanted) visit(id);
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    const Node& n = out_.nodes[id];
    for (Body::Level& level : out.levels) {
      if (level.scope == n.scope) level.nodes.push_back(id);
    }
    for (const NodeId operand : {n.a, n.b, n.c, n.d}) visit(operand);
    if (n.op == Op::listed || n.op == Op::member || n.op == Op::key) {
      for (const NodeId operand : out_.operands[n.data]) visit(operand);
    }
    if (n.scope != kApplicant) visit_scope(n.scope);
    if (is_aggregate(n.op)) {
      visit_scope(out_.aggregates[n.data].scope);
      if (n.op == Op::equal_lists) visit_scope(out_.aggregates[n.data].second);
    }
  }
  for (Body::Level& level : out.levels) std::sort(level.nodes.begin(), level.nodes.end());
  return out_.bodies.push(std::move(out));
}

/// Finds what must be computed for the items of every list.
RFS_INLINE void Lowerer::bodies() {
  out_.operand_bodies.resize(out_.operands.size());
  for (std::size_t i = 0; i < out_.nodes.size(); ++i) {
    const NodeId id(i);
    const Node& n = out_.nodes[id];
    if (builder_.poisoned(id)) continue;
    if (n.op == Op::unlike || n.op == Op::position) {
      out_.aggregate_bodies[0][id.value] = body({n.a, n.b}, n.scope, n.scope);
    } else if (is_aggregate(n.op)) {
      const Aggregate over = out_.aggregates[n.data];
      out_.aggregate_bodies[0][id.value] = body({n.a, n.b}, over.scope, over.scope);
      if (n.op == Op::equal_lists) out_.aggregate_bodies[1][id.value] = body({n.c, n.d}, over.second, over.second);
    } else if (n.op == Op::member && out_.operand_bodies[n.data].empty()) {
      const Scope scope = out_.scopes[n.scope];
      for (std::size_t k = 0; k < out_.operands[n.data].size(); ++k) {
        const ScopeId part = scope.kind == Scope::Kind::members ? scope.of : scope.parts[k];
        const ScopeId outer = scope.kind == Scope::Kind::flattened ? scope.of : part;
        out_.operand_bodies[n.data].push_back(body({out_.operands[n.data][k]}, part, outer));
      }
    }
  }
  for (std::size_t i = 0; i < out_.scopes.size(); ++i) {
    const Scope scope = out_.scopes[ScopeId(i)];
    if (scope.kind == Scope::Kind::groups)
      out_.scopes[ScopeId(i)].body = body({scope.presence, scope.key}, scope.of, scope.of);
    if (scope.kind == Scope::Kind::flattened) {
      std::vector<NodeId> wanted{scope.presence};
      for (std::vector<ScopeId> open{scope.parts[0]}; !open.empty();) {
        const ScopeId at = open.back();
        open.pop_back();
        if (!at.valid() || out_.scopes[at].depth <= out_.scopes[scope.of].depth) continue;
        const Scope& inner = out_.scopes[at];
        if (inner.presence.valid()) wanted.push_back(inner.presence);
        if (inner.key.valid()) wanted.push_back(inner.key);
        open.insert(open.end(), inner.parts.begin(), inner.parts.end());
        open.push_back(inner.of);
      }
      out_.scopes[ScopeId(i)].body = body(wanted, scope.of, scope.of);
    }
  }
  for (auto& [definition, list] : out_.definition_lists) {
    std::vector<NodeId> wanted{list.presence};
    for (const NodeId field : list.fields) {
      if (field.valid()) wanted.push_back(field);
    }
    list.body = body(wanted, list.scope, list.scope);
  }
}

/// Refuses lists that may take more steps than an applicant may cost: every node of a list once for each item, and what
/// is inside another list as often as that has items. Groups have all their members together.
RFS_INLINE void Lowerer::refuse_long() {
  const auto plus = [](std::uint64_t a, std::uint64_t b) { return std::min(a + b, kMany); };
  std::vector<std::uint64_t> cost(out_.nodes.size(), 1);
  const auto of_body = [&](BodyId id) -> std::uint64_t {
    std::uint64_t out = 1;
    for (const Body::Level& level : out_.bodies[id].levels) {
      for (const NodeId node : level.nodes) out = plus(out, cost[node.value]);
    }
    return out;
  };
  // What it takes to find the items of a list.
  const std::function<std::uint64_t(ScopeId)> to_enter = [&](ScopeId id) -> std::uint64_t {
    const Scope& scope = out_.scopes[id];
    switch (scope.kind) {
      case Scope::Kind::groups:
        return plus(to_enter(scope.of), times(out_.scopes[scope.of].most_count, of_body(scope.body)));
      case Scope::Kind::flattened:
        return plus(to_enter(scope.of),
                    times(out_.scopes[scope.of].most_count, plus(of_body(scope.body), to_enter(scope.parts[0]))));
      case Scope::Kind::joined:
      case Scope::Kind::reversed: {
        std::uint64_t out = scope.most_count;
        for (const ScopeId part : scope.parts) out = plus(out, to_enter(part));
        return out;
      }
      default:
        return 1;
    }
  };
  const auto to_go_over = [&](ScopeId id, BodyId body) {
    const Scope& scope = out_.scopes[id];
    if (scope.kind == Scope::Kind::members) return plus(of_body(body), 1);
    return plus(to_enter(id), times(scope.most_count, of_body(body)));
  };
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < out_.nodes.size(); ++i) {
    const NodeId id(i);
    const Node& n = out_.nodes[id];
    if (builder_.poisoned(id)) continue;
    if (n.op == Op::unlike || n.op == Op::position) {
      cost[i] = times(2, of_body(out_.aggregate_bodies[0].at(id.value)));
    } else if (n.op == Op::member) {
      for (const BodyId body : out_.operand_bodies[n.data]) cost[i] = std::max(cost[i], of_body(body));
    } else if (is_aggregate(n.op)) {
      const Aggregate& over = out_.aggregates[n.data];
      cost[i] = to_go_over(over.scope, out_.aggregate_bodies[0].at(id.value));
      if (n.op == Op::equal_lists)
        cost[i] = plus(cost[i], to_go_over(over.second, out_.aggregate_bodies[1].at(id.value)));
    }
    if (n.scope != kApplicant) continue;
    total = plus(total, cost[i]);
    if (total <= builder_.limits().steps) continue;
    const Scope& scope = out_.scopes[out_.aggregates[n.data].scope];
    const std::string found =
        total >= kMany ? std::string("far more than the limit of ") : std::to_string(total) + " steps, the limit is ";
    Diagnostic& finding =
        builder_.report(Code::steps_limit, Severity::error, out_.origins[id],
                        "going over these lists may take " + found + std::to_string(builder_.limits().steps),
                        "give the lists fewer `max_items`, or join what is a loop inside a loop by a `group`");
    if (scope.kind == Scope::Kind::fact) {
      const rule::Name& name = file_.facts[scope.data].name;
      finding.labels.push_back({name.span, "may have " + std::to_string(scope.most_count) + " items"});
    }
    return;
  }
}

}  // namespace rfs::inline RFS_ABI::program::detail
