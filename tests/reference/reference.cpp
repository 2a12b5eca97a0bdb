#include "reference.hpp"

#include <algorithm>
#include <bit>
#include <set>
#include <stdexcept>
#include <utility>

#include "readings.hpp"
#include "rfs/value/calendar.hpp"
#include "rfs/value/rounding.hpp"

namespace rfs::reference {

using typed::NodeId;
using typed::Op;

Reading from_to(Exact least, Exact most) {
  Reading out;
  out.least = std::move(least);
  out.most = std::move(most);
  return out;
}
Reading of_truth(Bool3 truth) {
  Reading out;
  out.truth = truth;
  return out;
}
Reading nothing() {
  Reading out;
  out.nothing = true;
  return out;
}
Reading of_value(const Value& value, Kind kind) {
  if (kind == Kind::boolean) return of_truth(to_bool3(!value.number.is_zero()));
  Reading out = from_to(value.number, value.number);
  if (kind == Kind::choice) out.words = std::uint64_t{1} << *value.number.to_int64();
  if (kind == Kind::text) out.text = value.text;
  return out;
}
bool known(const Reading& x, Kind kind) {
  if (x.nothing) return false;
  if (kind == Kind::boolean) return x.truth != Bool3::unknown;
  if (kind == Kind::choice) return std::popcount(x.words) == 1;
  if (kind == Kind::text) return x.text.has_value();
  return x.least == x.most;
}
Reading either(const Reading& a, const Reading& b) {
  if (a.nothing || b.nothing) return nothing();
  Reading out = from_to(std::min(a.least, b.least), std::max(a.most, b.most));
  out.truth = a.truth == b.truth ? a.truth : Bool3::unknown;
  out.words = a.words | b.words;
  if (a.text == b.text) out.text = a.text;
  for (std::size_t i = 0; i < a.fields.size(); ++i) out.fields.push_back(either(a.fields[i], b.fields[i]));
  out.needs = a.needs;
  out.needs.insert(b.needs.begin(), b.needs.end());
  out.step = common(a.step, b.step);
  out.bytes = std::max(a.bytes, b.bytes);
  return out;
}
std::int64_t whole(const Exact& x) {
  const auto found = x.to_int64();
  if (!found) throw std::logic_error("a date or count that is not whole");
  return *found;
}
Bool3 compare(expr::Op op, Kind kind, const Reading& a, const Reading& b) {
  using E = expr::Op;
  if (op == E::not_equal) return not3(compare(E::equal, kind, a, b));
  if (op == E::greater) return compare(E::less, kind, b, a);
  if (op == E::greater_equal) return compare(E::less_equal, kind, b, a);
  const bool both = known(a, kind) && known(b, kind);
  if (kind == Kind::boolean) return both ? to_bool3(a.truth == b.truth) : Bool3::unknown;
  if (kind == Kind::choice) return (a.words & b.words) == 0 ? Bool3::no : both ? Bool3::yes : Bool3::unknown;
  if (kind == Kind::text) {
    if (!both) return Bool3::unknown;
    return to_bool3(op == E::equal ? *a.text == *b.text : op == E::less ? *a.text < *b.text : *a.text <= *b.text);
  }
  switch (op) {
    case E::less:
      return a.most < b.least ? Bool3::yes : a.least >= b.most ? Bool3::no : Bool3::unknown;
    case E::less_equal:
      return a.most <= b.least ? Bool3::yes : a.least > b.most ? Bool3::no : Bool3::unknown;
    default:
      return a.most < b.least || b.most < a.least ? Bool3::no : both ? Bool3::yes : Bool3::unknown;
  }
}
std::optional<Exact> common(const std::optional<Exact>& a, const std::optional<Exact>& b) {
  if (!a || !b) return std::nullopt;
  return gcd(*a, *b);
}
void collect(const Reading& x, Needs& out) {
  out.insert(x.needs.begin(), x.needs.end());
  for (const Reading& field : x.fields) collect(field, out);
  if (!x.list) return;
  out.insert(x.list->which.begin(), x.list->which.end());
  for (const Member& member : x.list->members) {
    out.insert(member.needs.begin(), member.needs.end());
    collect(member.value, out);
  }
}

namespace {

Reading hull_of(std::initializer_list<Exact> corners) { return from_to(std::min(corners), std::max(corners)); }
expr::Op comparison_of(Op op) {
  switch (op) {
    case Op::less:
      return expr::Op::less;
    case Op::less_equal:
      return expr::Op::less_equal;
    case Op::greater:
      return expr::Op::greater;
    case Op::greater_equal:
      return expr::Op::greater_equal;
    case Op::equal:
      return expr::Op::equal;
    case Op::not_equal:
      return expr::Op::not_equal;
    default:
      return expr::Op::none;
  }
}
expr::Op opposite(expr::Op op) {
  using E = expr::Op;
  switch (op) {
    case E::less:
      return E::greater_equal;
    case E::less_equal:
      return E::greater;
    case E::greater:
      return E::less_equal;
    case E::greater_equal:
      return E::less;
    case E::equal:
      return E::not_equal;
    default:
      return E::equal;
  }
}
expr::Op other_way_round(expr::Op op) {
  using E = expr::Op;
  switch (op) {
    case E::less:
      return E::greater;
    case E::less_equal:
      return E::greater_equal;
    case E::greater:
      return E::less;
    case E::greater_equal:
      return E::less_equal;
    default:
      return op;
  }
}
bool is_range(expr::Op op) { return op >= expr::Op::range_closed && op <= expr::Op::range_open_right; }
bool open_below(expr::Op op) { return op == expr::Op::range_open || op == expr::Op::range_open_left; }
bool open_above(expr::Op op) { return op == expr::Op::range_open || op == expr::Op::range_open_right; }

/// Cuts a reading; returns whether anything is left.
bool cut(const Limit& limit, Kind kind, const std::optional<Exact>& step, Reading& x) {
  if (x.nothing) return false;
  if (kind == Kind::choice) return (x.words &= limit.words) != 0;
  if (limit.least) x.least = std::max(x.least, *limit.least);
  if (limit.most) x.most = std::min(x.most, *limit.most);
  if (limit.nonzero && step) {
    if (step->is_zero()) return false;
    if (x.least.is_zero()) x.least = *step;
    if (x.most.is_zero()) x.most = -*step;
  }
  return x.least <= x.most;
}
std::uint64_t all_words(std::size_t count) { return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1; }

/// Whether a place looks figures up: its last operand is the day, those before it the keys, but for an argument.
bool reads_figures(Op op) { return op == Op::parameter || op == Op::bracket || op == Op::marginal; }
std::size_t first_key(Op op) { return op == Op::parameter ? 0 : 1; }

/// The day, month or weekday numbers that the days of an interval can have.
template <class Part>
Reading over_days(const Reading& x, Part part, std::int64_t first, std::int64_t last) {
  std::int64_t least = last, most = first;
  for (std::int64_t day = whole(x.least); day <= whole(x.most); ++day) {
    least = std::min<std::int64_t>(least, part(day));
    most = std::max<std::int64_t>(most, part(day));
    if (least == first && most == last) break;
  }
  return from_to(least, most);
}

}  // namespace

Reference::Reference(std::shared_ptr<const typed::Module> module, Fault fault)
    : shared_(std::move(module)), module_(*shared_), fault_(fault) {
  const rule::File& file = *module_.file;
  const std::int64_t first = file.effective_from ? file.effective_from->days : Date::of(1900, 1, 1)->days;
  const std::int64_t last = file.effective_until ? file.effective_until->days - 1 : Date::of(2199, 12, 31)->days;
  nothing_known_.as_of = from_to(first, std::max(first, last));
  scopes_.push_back({});
  definitions_.resize(module_.definitions.size());
  decisions_.resize(module_.decisions.size());
  defaults_.resize(module_.facts.size());
  field_defaults_.resize(module_.facts.size());
  item_ranges_.resize(module_.binders.size());
  for (const typed::Parameter& parameter : module_.parameters) {
    std::vector<Value> values;
    std::optional<Exact> least, most;
    for (const typed::Figure& figure : parameter.figures) {
      values.push_back(figure.value);
      if (figure.root.valid()) values.back() = {constant_value(figure.root), {}};
      if (figure.null) continue;
      least = least ? std::min(*least, values.back().number) : values.back().number;
      most = most ? std::max(*most, values.back().number) : values.back().number;
    }
    Reading null = any_of(parameter.domain);
    if (least && !parameter.bounded_below) null.least = std::min(null.least, *least);
    if (most && !parameter.bounded_above) null.most = std::max(null.most, *most);
    figures_.push_back(std::move(values));
    null_figures_.push_back(null);
  }
  for (std::size_t i = 0; i < module_.facts.size(); ++i) {
    const typed::Fact& fact = module_.facts[FactId(i)];
    const Kind kind = fact.domain.type.kind;
    if (fact.default_value && kind != Kind::list) defaults_[i] = literal(*fact.default_value, kind);
  }
  Place today;
  today.op = Op::as_of;
  today.kind = Kind::date;
  read_on_ = today_ = add(std::move(today), {}, false);
  for (const typed::Unit& unit : module_.order) {
    switch (unit.kind) {
      case typed::Unit::Kind::read_on:
        read_on_ = place(module_.read_on, {}, 0);
        break;
      case typed::Unit::Kind::default_value:
        if (module_.facts[FactId(unit.index)].domain.type.kind == Kind::list) {
          field_defaults_[unit.index] = place_fields(FactId(unit.index));
          break;
        }
        defaults_[unit.index] = place(module_.facts[FactId(unit.index)].default_root, {}, 0);
        break;
      case typed::Unit::Kind::definition: {
        definitions_[unit.index] = definition(DefinitionId(unit.index));
        break;
      }
      case typed::Unit::Kind::decision:
        decisions_[unit.index] = decision(DecisionId(unit.index));
        break;
    }
  }
}

std::uint32_t Reference::definition(DefinitionId id) {
  const typed::Definition& from = module_.definitions[id];
  return from.fixed ? literal(*from.fixed, from.type.kind) : place(from.root, {}, 0);
}

Reference::DecisionPlaces Reference::decision(DecisionId id) {
  const typed::Decision& from = module_.decisions[id];
  const rule::Decision& declared = module_.file->decisions[id.value];
  DecisionPlaces out;
  out.eligible = place(from.eligible, {}, 0);
  if (!from.amount.valid()) return out;
  out.granted = place(from.amount, {}, 0);
  const Kind kind = from.amount_type.kind;
  if (declared.mode) {
    Place rounded;
    rounded.op = Op::round;
    rounded.kind = kind;
    rounded.data = static_cast<std::uint32_t>(*declared.mode);
    rounded.operands = {*out.granted, literal({declared.step, {}}, kind)};
    out.granted = add(std::move(rounded), {}, false);
  }
  Place amount;
  amount.op = Op::amount;
  amount.kind = kind;
  amount.operands = {out.eligible, *out.granted};
  out.amount = add(std::move(amount), {}, false);
  return out;
}

// ---- Other dates ----

/// Places what is read on another day, as if `as_of` were that one: `on` a date all is placed anew.
template <class Make>
auto Reference::elsewhere(Make make) {
  const std::vector<NodeId> at_work = std::exchange(at_work_, {});
  auto made = make();
  at_work_ = at_work;
  return made;
}

/// Places a definition on a date.
std::uint32_t Reference::on(DefinitionId id, std::uint32_t date) {
  const std::uint32_t today = std::exchange(today_, date), read_on = read_on_;
  const bool dated = std::exchange(dated_, true), moves = figures_move_;
  if (!module_.read_on.valid()) {
    read_on_ = date;
    figures_move_ = true;
  } else if (follows_the_day(module_.read_on)) {
    read_on_ = elsewhere([&] { return place(module_.read_on, {}, 0); });
    figures_move_ = true;
  }
  const std::uint32_t made = elsewhere([&] { return definition(id); });
  today_ = today;
  read_on_ = read_on;
  dated_ = dated;
  figures_move_ = moves;
  return made;
}

/// Whether an expression is another on another day.
bool Reference::follows_the_day(NodeId at) const {
  const typed::Node& n = module_[at];
  if (n.op == Op::as_of) return true;
  if (reads_figures(n.op) && !module_.date(at).valid())
    if (!module_.read_on.valid() || follows_the_day(module_.read_on)) return true;
  if (n.op == Op::definition && follows_the_day(module_.definitions[DefinitionId(n.data)].root)) return true;
  if (n.op == Op::fact && module_.facts[FactId(n.data)].default_root.valid() &&
      follows_the_day(module_.facts[FactId(n.data)].default_root))
    return true;
  const auto operands = module_.operands(at);
  return std::any_of(operands.begin(), operands.end(), [&](NodeId operand) { return follows_the_day(operand); });
}

// ---- The typed tree, each node where it stands ----

std::uint32_t Reference::literal(const Value& value, Kind kind) {
  Place made;
  made.op = Op::literal;
  made.kind = kind;
  made.range = of_value(value, kind);
  return add(std::move(made), {}, false);
}

/// Finds a place's range and step, and what its own guard leaves of it.
std::uint32_t Reference::add(Place made, const Guards& guards, bool own_guard) {
  made.range = read(made, ranges_, nothing_known_);
  made.constant = is_constant(made);
  made.bytes = bytes_of(made);
  std::vector<Bool3> settled;
  for (std::size_t i = 0; i < made.parts.size(); ++i) {
    const bool condition_only = made.op == Op::conditional;
    settled.push_back(condition_only ? condition(made, ranges_)
                      : i == 0       ? Bool3::unknown
                                     : left_of(i, made, ranges_).truth);
  }
  made.settled = std::move(settled);
  made.inside = inside_ > 0;
  if (is_numeric(made.kind)) {
    made.step = made.range.nothing ? Exact(0) : made.constant ? made.range.least.abs() : step_of(made);
  }
  if (own_guard) {
    for (const Guard& guard : guards) {
      if (!same(guard.expression, made.node)) continue;
      made.limit = align(guard, made.step);
      if (cut(*made.limit, made.kind, made.step, made.range)) continue;
      made.range = nothing();
      made.step = Exact(0);
    }
  }
  ranges_.push_back(made.range);
  places_.push_back(std::move(made));
  return static_cast<std::uint32_t>(places_.size() - 1);
}

/// Whether a place is computed from constants only.
bool Reference::is_constant(const Place& made) const {
  if (made.op == Op::literal) return true;
  if (made.op == Op::table) return known_of_table(made).constant.has_value();
  if (made.op == Op::fact || reads_figures(made.op) || made.op == Op::as_of || is_of_lists(made.op)) return false;
  return std::all_of(made.operands.begin(), made.operands.end(),
                     [&](std::uint32_t o) { return places_[o].constant && !places_[o].range.nothing; });
}

std::uint32_t Reference::place(NodeId at, const Guards& guards, std::uint32_t scope, bool own_guard) {
  at_work_.push_back(at);
  const std::uint32_t made = place_inside(at, guards, scope, own_guard);
  at_work_.pop_back();
  return made;
}

std::uint32_t Reference::place_inside(NodeId at, const Guards& guards, std::uint32_t scope, bool own_guard) {
  const typed::Node& n = module_[at];
  const auto operands = module_.operands(at);
  if (n.op == Op::literal) {
    const std::uint32_t made = literal(module_.values[n.data], n.type.kind);
    places_[made].scope = scope;
    return made;
  }
  Place made;
  made.op = n.op;
  made.kind = n.type.kind;
  made.node = at;
  made.data = n.data;
  made.scope = scope;
  if (n.op == Op::logical_and || n.op == Op::logical_or) {
    Guards inner = guards;
    std::uint32_t part = scope;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (i > 0) {
        Guards fresh;
        guards_of(operands[i - 1], n.op == Op::logical_and, fresh);
        part = enter(inner, fresh, part);
      }
      made.parts.push_back(part);
      made.operands.push_back(place(operands[i], inner, part));
    }
  } else if (n.op == Op::conditional) {
    made.parts.push_back(scope);
    made.operands.push_back(place(operands[0], guards, scope));
    for (const bool holds : {true, false}) {
      Guards inner = guards, fresh;
      guards_of(operands[0], holds, fresh);
      made.parts.push_back(enter(inner, fresh, scope));
      made.operands.push_back(place(operands[holds ? 1 : 2], inner, made.parts.back()));
    }
  } else if (n.op == Op::filter || n.op == Op::loop || n.op == Op::some || n.op == Op::every || n.op == Op::group) {
    made.operands.push_back(place(operands[0], guards, scope));
    place_body(made, operands.subspan(1), guards);
  } else {
    for (const NodeId operand : operands) made.operands.push_back(place(operand, guards, scope));
  }
  if (n.op == Op::fact && defaults_[n.data]) {
    const NodeId root = module_.facts[FactId(n.data)].default_root;
    const bool anew = dated_ && root.valid();
    made.operands.push_back(anew ? elsewhere([&] { return place(root, {}, 0); }) : *defaults_[n.data]);
  }
  if (n.op == Op::fact && n.type.kind == Kind::list) {
    const FactId id(n.data);
    made.fields = dated_ ? elsewhere([&] { return place_fields(id); }) : field_defaults_[n.data];
  }
  if (n.op == Op::as_of && dated_) {
    made.op = Op::on;
    made.operands = {today_};
  }
  if (n.op == Op::on) made.operands = {on(DefinitionId(n.data), made.operands.front())};
  if (reads_figures(n.op)) {
    // Its last operand is the day already where the file writes one.
    const bool written = operands.size() > first_key(n.op) + module_.parameters[ParameterId(n.data)].keys.size();
    made.on = written || figures_move_;
    if (!written) made.operands.push_back(read_on_);
  }
  if (n.op == Op::definition) {
    const DefinitionId id(n.data);
    made.operands.push_back(dated_ ? elsewhere([&] { return definition(id); }) : definitions_[n.data]);
  }
  if (n.op == Op::eligible || n.op == Op::amount) {
    const DecisionId id(n.data);
    const DecisionPlaces from = dated_ ? elsewhere([&] { return decision(id); }) : decisions_[n.data];
    made.operands = {from.eligible};
    if (n.op == Op::amount) made.operands.push_back(*from.granted);
  }
  return add(std::move(made), guards, own_guard);
}

/// Puts guards in force, and states what has to be left for the part to be in reach.
std::uint32_t Reference::enter(Guards& guards, const Guards& fresh, std::uint32_t scope) {
  if (fresh.empty()) return scope;
  for (const Guard& guard : fresh) {
    const auto old = std::find_if(guards.begin(), guards.end(),
                                  [&](const Guard& g) { return same(g.expression, guard.expression); });
    if (old == guards.end()) {
      guards.push_back(guard);
      continue;
    }
    const auto tighter = [](std::optional<End>& end, const std::optional<End>& by, int sign) {
      if (!by) return;
      const bool nearer = !end || (sign > 0 ? by->at > end->at : by->at < end->at);
      if (nearer || (by->at == end->at && by->strict)) end = by;
    };
    tighter(old->least, guard.least, 1);
    tighter(old->most, guard.most, -1);
    old->nonzero = old->nonzero || guard.nonzero;
    old->words &= guard.words;
  }
  Scope made{scope, {}};
  const Guards inside = guards;
  for (const Guard& guard : inside) {
    const bool is_at_work = std::any_of(at_work_.begin(), at_work_.end(), [&](NodeId at) {
      return same(at, guard.expression) || holds_part(guard.expression, at);
    });
    const bool touched = std::any_of(fresh.begin(), fresh.end(), [&](const Guard& g) {
      return same(guard.expression, g.expression) || (!is_at_work && holds_part(guard.expression, g.expression));
    });
    if (!touched) continue;
    const std::uint32_t checked = place(guard.expression, inside, scope, false);
    made.checks.push_back({checked, align(guard, places_[checked].step)});
  }
  scopes_.push_back(std::move(made));
  return static_cast<std::uint32_t>(scopes_.size() - 1);
}

bool Reference::same(NodeId a, NodeId b) const {
  Pairs bound;
  return same(a, b, bound);
}

/// Whether two expressions are one tree; what each of them goes over itself counts by where it is bound.
bool Reference::same(NodeId a, NodeId b, Pairs& bound) const {
  if (!a.valid() || !b.valid()) return false;
  if (a == b && bound.empty()) return true;
  const typed::Node &x = module_[a], &y = module_[b];
  if (x.op != y.op || x.type.kind != y.type.kind || x.type.choice != y.type.choice || x.count != y.count) return false;
  const auto left = module_.operands(a), right = module_.operands(b);
  if (x.op == Op::literal) {
    if (!(module_.values[x.data] == module_.values[y.data])) return false;
  } else if (x.op == Op::in) {
    if (module_.tests[x.data] != module_.tests[y.data]) return false;
  } else if (x.op == Op::variable || x.op == Op::members) {
    const BinderId p(x.data), q(y.data);
    for (auto pair = bound.rbegin(); pair != bound.rend(); ++pair) {
      if (pair->first == p || pair->second == q) return pair->first == p && pair->second == q;
    }
    return p == q;
  } else if (x.op == Op::filter || x.op == Op::loop || x.op == Op::some || x.op == Op::every || x.op == Op::group) {
    if (!(x.type == y.type) || !same(left[0], right[0], bound)) return false;
    if (x.op == Op::group && module_.binders[BinderId(x.data)].key != module_.binders[BinderId(y.data)].key)
      return false;
    bound.emplace_back(BinderId(x.data), BinderId(y.data));
    bool all = true;
    for (std::size_t i = 1; i < left.size(); ++i) all = all && same(left[i], right[i], bound);
    bound.pop_back();
    return all;
  } else if (x.data != y.data) {
    return false;
  }
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!same(left[i], right[i], bound)) return false;
  }
  return true;
}

/// Whether an expression is built of literals only, and so may stand on one side of a guard.
bool Reference::is_constant(NodeId at) const {
  if (!module_[at].constant || is_of_lists(module_[at].op)) return false;
  const auto operands = module_.operands(at);
  return std::all_of(operands.begin(), operands.end(), [&](NodeId operand) { return is_constant(operand); });
}

bool Reference::holds_part(NodeId whole_expression, NodeId part) const {
  for (const NodeId operand : module_.operands(whole_expression)) {
    if (same(operand, part) || holds_part(operand, part)) return true;
  }
  return false;
}

// ---- Guards ----

Exact Reference::constant_value(NodeId at) {
  // Literals only, so it is read outside all guards; its places are of no further use.
  const std::size_t places = places_.size(), scopes = scopes_.size();
  const std::uint32_t made = place(at, {}, 0);
  Exact out = module_[at].type.kind == Kind::choice ? Exact(std::countr_zero(places_[made].range.words))
                                                    : places_[made].range.least;
  places_.resize(places);
  ranges_.resize(places);
  scopes_.resize(scopes);
  return out;
}

void Reference::guards_of(NodeId condition, bool holds, Guards& out) {
  const typed::Node& n = module_[condition];
  const auto operands = module_.operands(condition);
  if (holds && n.op == Op::logical_and) {
    for (const NodeId operand : operands) guards_of(operand, true, out);
    return;
  }
  if (n.op == Op::in) return guard_of_in(condition, holds, out);
  Guard made;
  if (n.op == Op::between) {
    made.expression = operands[0];
    if (!holds || module_[operands[0]].constant || !is_numeric(module_[operands[0]].type.kind)) return;
    if (is_constant(operands[1])) made.least = {constant_value(operands[1]), false};
    if (is_constant(operands[2])) made.most = {constant_value(operands[2]), false};
    if (made.least || made.most) out.push_back(made);
    return;
  }
  expr::Op op = comparison_of(n.op);
  if (op == expr::Op::none || module_[operands[0]].constant == module_[operands[1]].constant) return;
  if (!is_constant(operands[0]) && !is_constant(operands[1])) return;
  if (!holds) op = opposite(op);
  const bool turned = module_[operands[0]].constant;
  if (turned) op = other_way_round(op);
  made.expression = operands[turned ? 1 : 0];
  const Kind kind = module_[made.expression].type.kind;
  if (kind != Kind::choice && !is_numeric(kind)) return;
  const Exact c = constant_value(operands[turned ? 0 : 1]);
  if (kind == Kind::choice) {
    const std::uint64_t word = std::uint64_t{1} << whole(c);
    made.words = op == expr::Op::equal ? word : ~word;
    out.push_back(made);
    return;
  }
  switch (op) {
    case expr::Op::equal:
      made.least = made.most = End{c, false};
      break;
    case expr::Op::less:
      made.most = {c, true};
      break;
    case expr::Op::less_equal:
      made.most = {c, false};
      break;
    case expr::Op::greater:
      made.least = {c, true};
      break;
    case expr::Op::greater_equal:
      made.least = {c, false};
      break;
    default:
      if (!c.is_zero()) return;
      made.nonzero = true;
  }
  out.push_back(made);
}

/// `in`: the hull of what its tests leave.
void Reference::guard_of_in(NodeId condition, bool holds, Guards& out) {
  const auto operands = module_.operands(condition);
  const Kind kind = module_[operands[0]].type.kind;
  if (module_[operands[0]].constant || (kind != Kind::choice && (!holds || !is_numeric(kind)))) return;
  Guard made;
  made.expression = operands[0];
  std::uint64_t words = 0;
  bool first = true;
  std::size_t next = 1;
  for (const expr::Op op : module_.tests[module_[condition].data]) {
    const NodeId a = operands[next++];
    const bool range = is_range(op);
    const NodeId b = range ? operands[next++] : a;
    std::optional<End> least, most;
    if (kind == Kind::choice) {
      if (!is_constant(a)) return;
      const std::uint64_t word = std::uint64_t{1} << whole(constant_value(a));
      words |= op == expr::Op::not_equal ? ~word : word;
      continue;
    }
    using E = expr::Op;
    const bool below = range || op == E::equal || op == E::greater || op == E::greater_equal;
    const bool above = range || op == E::equal || op == E::less || op == E::less_equal;
    if (below && is_constant(a)) least = {constant_value(a), range ? open_below(op) : op == E::greater};
    if (above && is_constant(b)) most = {constant_value(b), range ? open_above(op) : op == E::less};
    const auto wider = [&](std::optional<End>& end, const std::optional<End>& by, int sign) {
      if (first) {
        end = by;
      } else if (!by || !end) {
        end.reset();
      } else if ((sign > 0 ? by->at < end->at : by->at > end->at) || (by->at == end->at && !by->strict)) {
        end = by;
      }
    };
    wider(made.least, least, 1);
    wider(made.most, most, -1);
    first = false;
  }
  if (kind == Kind::choice) made.words = holds ? words : ~words;
  if (kind == Kind::choice || made.least || made.most) out.push_back(made);
}

Limit Reference::align(const Guard& guard, const std::optional<Exact>& step) const {
  Limit out;
  out.nonzero = guard.nonzero;
  out.words = guard.words;
  const auto aligned = [&](const End& end, int sign) -> Exact {
    if (!step) return end.at;
    const Exact unit = step->is_zero() ? Exact(1) : *step;
    const Exact steps = end.at / unit;
    Exact nearest = sign > 0 ? steps.ceiling() : steps.floor();
    if (end.strict && nearest == steps && fault_ != Fault::guard_step) nearest = nearest + sign;
    return nearest * unit;
  };
  if (guard.least) out.least = aligned(*guard.least, 1);
  if (guard.most) out.most = aligned(*guard.most, -1);
  return out;
}

// ---- Steps ----

std::optional<Exact> Reference::step_of_figures(const Place& place) const {
  const std::uint32_t parameter = place.data;
  const typed::Parameter& from = module_.parameters[ParameterId(parameter)];
  const Type& type = from.domain.type;
  if (type.kind != Kind::money && (type.kind != Kind::number || type.flavour == Flavour::integer)) return Exact(1);
  Exact out = 0;
  for (std::size_t i = 0; i < from.figures.size(); ++i) {
    const bool unread = from.off_file && i + 1 == from.figures.size() && !strays(place, ranges_);
    if (unread) continue;
    if (from.figures[i].null) return std::nullopt;
    out = gcd(out, figures_[parameter][i].number);
  }
  return out;
}

std::optional<Exact> Reference::step_of(const Place& place) const {
  if (is_of_lists(place.op)) return place.range.step;
  const auto step = [&](std::size_t i) -> const std::optional<Exact>& { return places_[place.operands[i]].step; };
  switch (place.op) {
    case Op::fact: {
      const rule::Domain& domain = module_.facts[FactId(place.data)].domain;
      const bool decimal = domain.type.kind == Kind::number || domain.type.kind == Kind::money;
      const int places = static_cast<int>(domain.places) + (domain.type.flavour == Flavour::percent ? 2 : 0);
      std::optional<Exact> out = decimal ? Exact::power_of_ten(-places) : Exact(1);
      if (!place.operands.empty()) out = common(out, step(0));
      return out;
    }
    case Op::parameter:
    case Op::bracket:
      return step_of_figures(place);
    case Op::marginal: {
      // A whole bracket is as wide as the way between two starts; the last part is the way from a start.
      std::optional<Exact> part = step(0), figure = step_of_figures(place);
      for (const Value& start : module_.parameters[ParameterId(place.data)].starts) part = common(part, start.number);
      if (!part || !figure) return std::nullopt;
      return *part * *figure;
    }
    case Op::definition:
    case Op::on:
    case Op::negate:
    case Op::absolute:
      return step(0);
    case Op::amount:
      return step(1);
    case Op::add:
    case Op::subtract:
    case Op::modulo:
      return common(step(0), step(1));
    case Op::minimum:
    case Op::maximum: {
      // Two at a time, from the left; what is constant so far has its value as step.
      const bool least = place.op == Op::minimum;
      std::optional<Exact> out = step(0);
      std::optional<Exact> constant;
      const auto is_constant = [](const Place& x) { return x.constant && !x.range.nothing; };
      if (is_constant(places_[place.operands[0]])) constant = places_[place.operands[0]].range.least;
      for (std::size_t i = 1; i < place.operands.size(); ++i) {
        const Place& next = places_[place.operands[i]];
        out = common(out, next.step);
        if (constant && is_constant(next)) {
          constant = least ? std::min(*constant, next.range.least) : std::max(*constant, next.range.least);
          out = constant->abs();
        } else {
          constant.reset();
        }
      }
      return out;
    }
    case Op::conditional:
      return common(step(1), step(2));
    case Op::table:
      return known_of_table(place).step;
    case Op::multiply:
      if (!step(0) || !step(1)) return std::nullopt;
      return *step(0) * *step(1);
    case Op::divide: {
      const Reading& divisor = places_[place.operands[1]].range;
      if (!step(0) || divisor.least != divisor.most) return std::nullopt;
      return (*step(0) / divisor.least).abs();
    }
    case Op::round: {
      if (!step(1)) return std::nullopt;
      const Reading& to = places_[place.operands[1]].range;
      const bool idle = step(0) && to.least == to.most && (*step(0) / to.least).is_integer();
      return idle ? step(0) : step(1);
    }
    default:
      return Exact(1);  // dates and counts
  }
}

// ---- Readings: language.md section 5, row by row ----

Reading Reference::any_of(const rule::Domain& domain) const {
  Reading out = from_to(domain.range.least, domain.range.most);
  if (domain.type.kind == Kind::choice) out.words = all_words(module_.choices.words(domain.type.choice).size());
  return out;
}

std::int64_t Reference::shift(const Exact& date, const Exact& months) const {
  MonthEnd end = *module_.file->month_end;
  if (fault_ == Fault::month_end) end = end == MonthEnd::clamp ? MonthEnd::next_day : MonthEnd::clamp;
  return value::add_months(whole(date), whole(months), end);
}

Bool3 Reference::or3(Bool3 a, Bool3 b) const {
  if (a == Bool3::unknown && fault_ == Fault::kleene_or) return a;
  if (a == Bool3::yes || b == Bool3::yes) return Bool3::yes;
  return a == Bool3::no && b == Bool3::no ? Bool3::no : Bool3::unknown;
}

Reading Reference::read(const Place& place, const Readings& readings, const Inputs& inputs) const {
  const auto at = [&](std::size_t i) -> const Reading& { return readings[place.operands[i]]; };
  switch (place.op) {
    case Op::literal:
      return place.range;
    case Op::as_of:
      return inputs.as_of;
    case Op::fact:
      if (place.kind == Kind::list)
        return inputs.facts == nullptr ? range_of_fact(place.data, place.fields) : read_items(place, inputs);
      return read_fact(place, readings, inputs);
    case Op::logical_and:
    case Op::logical_or:
    case Op::conditional:
      return read_logic(place, readings);
    case Op::amount:
      if (at(0).nothing || at(1).nothing) return nothing();
      if (at(0).truth == Bool3::unknown) return either(at(1), from_to(0, 0));
      return at(0).truth == Bool3::yes ? at(1) : from_to(0, 0);
    case Op::between:
    case Op::in:
      return read_chain(false, tests(place, readings));
    case Op::all_of:
    case Op::any_of: {
      Readings parts;
      for (const std::uint32_t operand : place.operands) parts.push_back(readings[operand]);
      return read_chain(place.op == Op::all_of, parts);
    }
    default:
      break;
  }
  for (const std::uint32_t operand : place.operands) {
    if (readings[operand].nothing) return nothing();
  }
  if (is_of_lists(place.op)) return inputs.facts == nullptr ? range_of_list(place) : read_list(place, readings, inputs);
  const Kind kind = place.operands.empty() ? Kind::error : places_[place.operands[0]].kind;
  switch (place.op) {
    case Op::parameter:
      return read_parameter(place, readings);
    case Op::bracket:
    case Op::marginal:
      return read_brackets(place, readings);
    case Op::table:
      return read_table(place, readings);
    case Op::definition:
    case Op::eligible:
    case Op::on:
      return at(0);
    case Op::add:
      return from_to(at(0).least + at(1).least, at(0).most + at(1).most);
    case Op::subtract:
      return from_to(at(0).least - at(1).most, at(0).most - at(1).least);
    case Op::multiply:
      return hull_of(
          {at(0).least * at(1).least, at(0).least * at(1).most, at(0).most * at(1).least, at(0).most * at(1).most});
    case Op::divide:
      return divide(at(0), places_[place.operands[1]], at(1));
    case Op::negate:
      return from_to(-at(0).most, -at(0).least);
    case Op::minimum:
    case Op::maximum: {
      Reading out = at(0);
      for (std::size_t i = 1; i < place.operands.size(); ++i) {
        const bool least = place.op == Op::minimum;
        const bool wrong = least && fault_ == Fault::min_end;
        out.least = least ? std::min(out.least, at(i).least) : std::max(out.least, at(i).least);
        out.most = least && !wrong ? std::min(out.most, at(i).most) : std::max(out.most, at(i).most);
      }
      return out;
    }
    case Op::absolute: {
      const bool holds_zero = at(0).least.sign() <= 0 && at(0).most.sign() >= 0;
      const Exact a = at(0).least.abs(), b = at(0).most.abs();
      return from_to(holds_zero ? Exact(0) : std::min(a, b), std::max(a, b));
    }
    case Op::modulo: {
      const Reading &x = at(0), &by = at(1);
      if (by.least.is_zero() || by.most.is_zero()) throw std::logic_error("modulo by zero");
      if (known(x, kind) && known(by, kind)) {
        const Exact rest = x.least - by.least * (x.least / by.least).floor();
        return from_to(rest, rest);
      }
      const Exact s = common(places_[place.operands[0]].step, places_[place.operands[1]].step).value_or(0);
      return from_to(std::min(Exact(0), by.least + s), std::max(Exact(0), by.most - s));
    }
    case Op::round:
      return round(at(0), at(1), static_cast<Rounding>(place.data));
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
      return of_truth(compare(comparison_of(place.op), kind, at(0), at(1)));
    case Op::equal:
    case Op::not_equal: {
      if (kind != Kind::list) return of_truth(compare(comparison_of(place.op), kind, at(0), at(1)));
      if (nothing_known(readings)) return of_truth(Bool3::unknown);
      const Bool3 equal = equal_lists(at(0), at(1), item_of(type_of(places_[place.operands[0]])));
      return of_truth(place.op == Op::equal ? equal : not3(equal));
    }
    case Op::logical_not:
      return of_truth(not3(at(0).truth));
    case Op::at_least: {
      std::int64_t certain = 0, possible = 0;
      for (std::size_t i = 1; i < place.operands.size(); ++i) {
        certain += at(i).truth == Bool3::yes ? 1 : 0;
        possible += at(i).truth == Bool3::no ? 0 : 1;
      }
      return of_truth(compare(expr::Op::less_equal, Kind::number, at(0), from_to(certain, possible)));
    }
    case Op::even:
    case Op::odd: {
      // As the remainder by 2, of which a step of even numbers leaves one.
      const Exact s = common(places_[place.operands[0]].step, Exact(2)).value_or(0);
      const Exact rest = at(0).least / 2 - (at(0).least / 2).floor();
      const bool settled = known(at(0), kind) || s == Exact(2);
      if (!settled) return of_truth(Bool3::unknown);
      const bool is_even = !known(at(0), kind) || rest.is_zero();
      return of_truth(to_bool3(is_even == (place.op == Op::even)));
    }
    case Op::join:
    case Op::length:
    case Op::upper:
    case Op::lower:
    case Op::starts_with:
    case Op::ends_with:
    case Op::contains:
    case Op::substring:
      return read_texts(place, readings);
    default:
      return read_dates(place, readings);
  }
}

namespace {

using Letters = std::vector<std::string>;

Letters letters_of(const std::string& text) {
  Letters out;
  for (const char byte : text) {
    if (out.empty() || (byte & 0xC0) != 0x80) out.emplace_back();
    out.back() += byte;
  }
  return out;
}

/// Capitals and small letters by their alphabets, as far as generated programs have them: ASCII, Latin 1, Cyrillic.
std::string in_case(const std::string& text, bool capitals) {
  static const std::string kCapitals =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŸАБВГДЕЖЗИЙКЛМНОП"
      "РСТУФХЦЧШЩЪЫЬЭЮЯ";
  static const std::string kSmall =
      "abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿабвгдежзийклмноп"
      "рстуфхцчшщъыьэюя";
  const Letters from = letters_of(capitals ? kSmall : kCapitals), to = letters_of(capitals ? kCapitals : kSmall);
  std::string out;
  for (const std::string& letter : letters_of(text)) {
    const auto at = std::find(from.begin(), from.end(), letter);
    out += at == from.end() ? letter : to[static_cast<std::size_t>(at - from.begin())];
  }
  return out;
}

}  // namespace

std::size_t Reference::bytes_of(const Place& place) const {
  const auto bytes = [&](std::size_t i) { return places_[place.operands[i]].bytes; };
  if (place.kind != Kind::text) return 0;
  if (is_of_lists(place.op)) return place.range.bytes;
  if (place.constant && place.range.text) return place.range.text->size();
  switch (place.op) {
    case Op::bracket:
    case Op::parameter: {
      std::size_t most = 0;
      const typed::Parameter& parameter = module_.parameters[ParameterId(place.data)];
      std::size_t read = parameter.figures.size();
      if (parameter.off_file && !strays(place, ranges_)) --read;
      for (std::size_t i = 0; i < read; ++i) {
        const typed::Figure& figure = parameter.figures[i];
        most = std::max(most, figure.null ? 4096 : figure.value.text.size());
      }
      return most;
    }
    case Op::conditional:
      return std::max(bytes(1), bytes(2));
    case Op::table: {
      const Rows rows = rows_of(place);
      std::size_t most = rows.otherwise ? places_[*rows.otherwise].bytes : 0;
      for (std::size_t i = rows.size(); i-- > 0;) {
        const auto truth = always(rows, i);
        if (truth == Bool3::yes) most = 0;  // the rows behind it are never taken
        if (truth != Bool3::no) most = std::max(most, places_[rows.results[i]].bytes);
      }
      return most;
    }
    case Op::definition:
    case Op::on:
      return bytes(0);
    case Op::join:
      return bytes(0) + bytes(1);
    case Op::upper:
    case Op::lower:  // two bytes may become three
      return bytes(0) * 3 / 2;
    case Op::substring: {
      if (place.operands.size() == 2) return bytes(0);
      const Exact most = places_[place.operands[2]].range.most * 4;
      return most < Exact(static_cast<std::int64_t>(bytes(0))) ? static_cast<std::size_t>(whole(most)) : bytes(0);
    }
    default:
      return 4096;
  }
}

Reading Reference::read_texts(const Place& place, const Readings& readings) const {
  const auto at = [&](std::size_t i) -> const Reading& { return readings[place.operands[i]]; };
  Reading out;
  if (place.op == Op::length) out = from_to(0, static_cast<std::int64_t>(places_[place.operands[0]].bytes));
  for (std::size_t i = 0; i < place.operands.size(); ++i) {
    if (!known(at(i), places_[place.operands[i]].kind)) return out;
  }
  const std::string& text = *at(0).text;
  const Letters letters = letters_of(text);
  const auto count = static_cast<std::int64_t>(letters.size());
  switch (place.op) {
    case Op::length:
      return from_to(count, count);
    case Op::join:
      out.text = text + *at(1).text;
      return out;
    case Op::upper:
    case Op::lower:
      out.text = in_case(text, place.op == Op::upper);
      return out;
    case Op::substring: {
      out.text.emplace();
      const Exact start = at(1).least;
      if (start < Exact(1)) throw std::logic_error("a part that begins before the text");
      for (std::int64_t i = 0; i < count; ++i) {
        const Exact number = i + 1;
        const bool ended = place.operands.size() > 2 && number >= start + at(2).least;
        if (number >= start && !ended) *out.text += letters[static_cast<std::size_t>(i)];
      }
      return out;
    }
    default: {
      const Letters part = letters_of(*at(1).text);
      const auto found = place.op == Op::ends_with
                             ? std::find_end(letters.begin(), letters.end(), part.begin(), part.end())
                             : std::search(letters.begin(), letters.end(), part.begin(), part.end());
      const bool empty = part.empty();
      if (place.op == Op::starts_with)
        return of_truth(to_bool3(empty || (found == letters.begin() && found != letters.end())));
      if (place.op == Op::contains) return of_truth(to_bool3(empty || found != letters.end()));
      const bool at_end = static_cast<std::size_t>(letters.end() - found) == part.size();
      return of_truth(to_bool3(empty || (found != letters.end() && at_end)));
    }
  }
}

Reading Reference::read_fact(const Place& place, const Readings& readings, const Inputs& inputs) const {
  using State = program::Given::State;
  const rule::Domain& domain = module_.facts[FactId(place.data)].domain;
  const State state = inputs.facts == nullptr ? State::unknown : inputs.facts[place.data].state;
  if (state == State::known) return of_value(inputs.facts[place.data].value, place.kind);
  if (state == State::absent && !place.operands.empty()) return readings[place.operands[0]];
  return any_of(domain);
}

Reading Reference::read_dates(const Place& place, const Readings& readings) const {
  const auto at = [&](std::size_t i) -> const Reading& { return readings[place.operands[i]]; };
  const auto ends = [&](auto of) { return from_to(of(whole(at(0).least)), of(whole(at(0).most))); };
  const auto spans = [&](auto between) {
    return from_to(between(whole(at(0).most), whole(at(1).least)), between(whole(at(0).least), whole(at(1).most)));
  };
  switch (place.op) {
    case Op::plus_months:
      return from_to(shift(at(0).least, at(1).least), shift(at(0).most, at(1).most));
    case Op::minus_months:
      return from_to(shift(at(0).least, -at(1).most), shift(at(0).most, -at(1).least));
    case Op::months_between:
      return spans(
          [&](std::int64_t a, std::int64_t b) { return value::months_between(a, b, *module_.file->month_end); });
    case Op::age:
      return spans([&](std::int64_t a, std::int64_t b) { return value::age(a, b, *module_.file->month_end); });
    case Op::weekdays_between:
      return spans([](std::int64_t a, std::int64_t b) { return value::weekdays_between(a, b); });
    case Op::year:
      return ends([](std::int64_t day) { return value::year_of(day); });
    case Op::start_of_month:
      return ends([](std::int64_t day) { return value::start_of_month(day); });
    case Op::end_of_month:
      return ends([](std::int64_t day) { return value::end_of_month(day); });
    case Op::month:
      return over_days(at(0), value::month_of, 1, 12);
    case Op::day:
      return over_days(at(0), value::day_of, 1, 31);
    case Op::weekday:
      return over_days(at(0), value::weekday_of, 1, 7);
    case Op::make_date:
      return ends([&](std::int64_t year) {
        return value::day_number(year, static_cast<int>(place.data / 100), static_cast<int>(place.data % 100));
      });
    default:
      throw std::logic_error("an operator without a reading");
  }
}

Reading Reference::divide(const Reading& a, const Place& divisor, const Reading& b) const {
  if (b.least.is_zero() || b.most.is_zero()) throw std::logic_error("division by zero");
  if (b.least.sign() == b.most.sign()) {
    return hull_of({a.least / b.least, a.least / b.most, a.most / b.least, a.most / b.most});
  }
  if (!divisor.step || !divisor.limit || !divisor.limit->nonzero) throw std::logic_error("division by zero");
  const Exact& s = *divisor.step;
  return hull_of({a.least / b.least, a.most / b.least, a.least / b.most, a.most / b.most, a.least / s, a.most / s,
                  -(a.least / s), -(a.most / s)});
}

Reading Reference::round(const Reading& x, const Reading& to, Rounding mode) const {
  if (to.least.sign() <= 0) throw std::logic_error("a step of 0 or less");
  if (to.least == to.most) {
    Rounding least_mode = mode;
    if (fault_ == Fault::round_end && x.least != x.most) least_mode = Rounding::ceiling;
    return from_to(value::round(x.least, to.least, least_mode), value::round(x.most, to.least, mode));
  }
  const Exact& t = to.most;
  Exact below = 0, above = 0;  // how far a result may lie from the least and the greatest x
  switch (mode) {
    case Rounding::half_up:
    case Rounding::half_down:
    case Rounding::half_even:
      below = above = t / 2;
      break;
    case Rounding::floor:
      below = t;
      break;
    case Rounding::ceiling:
      above = t;
      break;
    case Rounding::up:
      if (x.least.sign() < 0) below = t;
      if (x.most.sign() > 0) above = t;
      break;
    case Rounding::down:
      if (x.least.sign() > 0) below = t;
      if (x.most.sign() < 0) above = t;
      break;
  }
  Reading out = from_to(x.least - below, x.most + above);
  if (x.least.sign() >= 0) out.least = std::max(out.least, Exact(0));
  if (x.most.sign() <= 0) out.most = std::min(out.most, Exact(0));
  return out;
}

/// Whether what a place reads `on` a date may be read on a day that is outside `effective` or before all figures.
bool Reference::strays(const Place& place, const Readings& readings) const {
  if (!place.on) return false;
  const Reading& days = readings[place.operands.back()];
  const rule::File& file = *module_.file;
  const auto& periods = module_.parameters[ParameterId(place.data)].periods;
  return days.least < Exact(periods.front().from) ||
         (file.effective_from && days.least < Exact(file.effective_from->days)) ||
         (file.effective_until && fault_ != Fault::off_file && days.most >= Exact(file.effective_until->days));
}

/// Calls visit(index, keys) for every figure, or list of brackets, that a lookup may find; keys that are not settled
/// are kAnyKey where they are whole numbers.
template <class Visit>
void Reference::look_up(const Place& place, const Readings& readings, Visit visit) const {
  const typed::Parameter& parameter = module_.parameters[ParameterId(place.data)];
  const Reading& days = readings[place.operands.back()];
  std::int64_t first = whole(days.least), last = whole(days.most);
  const bool strayed = strays(place, readings);
  if (!strayed && (parameter.periods.empty() || first < parameter.periods.front().from))
    throw std::logic_error("a day without a figure");
  std::vector<std::int64_t> keys;
  const auto level = [&](auto& self, std::uint32_t index) -> void {
    const std::size_t depth = keys.size();
    if (depth == parameter.keys.size()) return visit(index, keys);
    const typed::Level& rows = parameter.levels[index];
    const Reading& key = readings[place.operands[first_key(place.op) + depth]];
    const auto find = [&](std::int64_t wanted, std::int64_t named) {
      std::optional<std::uint32_t> next = rows.otherwise;
      std::int64_t distance = -1;
      for (const typed::Level::Row& row : rows.rows) {
        const std::int64_t away = wanted > row.key ? wanted - row.key : row.key - wanted;
        const bool nearer = parameter.clamp && !rows.otherwise && (distance < 0 || away < distance);
        if (away != 0 && !nearer) continue;
        next = row.next;
        distance = away;
        if (away == 0) break;
      }
      if (!next) throw std::logic_error("a key without a row");
      keys.push_back(named);
      self(self, *next);
      keys.pop_back();
    };
    const Kind kind = parameter.keys[depth].kind;
    if (kind == Kind::boolean || kind == Kind::choice) {
      for (std::int64_t word = 0; word < 64; ++word) {
        const bool possible =
            kind == Kind::choice ? (key.words >> word & 1) != 0 : word < 2 && key.truth != to_bool3(word == 0);
        if (possible) find(word, word);
      }
      return;
    }
    const std::int64_t least = whole(key.least.ceiling()), most = whole(key.most.floor());
    std::set<std::int64_t> candidates{least, most};
    for (std::size_t i = 0; i < rows.rows.size(); ++i) {
      const std::int64_t row = rows.rows[i].key;
      const std::int64_t middle = i > 0 ? (row + rows.rows[i - 1].key) >> 1 : row;
      for (const std::int64_t candidate : {row - 1, row, row + 1, middle, middle + 1}) {
        if (candidate >= least && candidate <= most) candidates.insert(candidate);
      }
    }
    for (const std::int64_t candidate : candidates) find(candidate, least == most ? candidate : kAnyKey);
  };
  if (strayed) level(level, *parameter.off_file);
  if (place.on && module_.file->effective_from)
    first = std::max<std::int64_t>(first, module_.file->effective_from->days);
  if (place.on && module_.file->effective_until && fault_ != Fault::off_file)
    last = std::min<std::int64_t>(last, module_.file->effective_until->days - 1);
  for (const typed::Period& period : parameter.periods) {
    if (first <= last && period.from <= last && period.until > first) level(level, period.root);
  }
}

/// Calls visit(figure, keys) for the index of every figure that a lookup may find, or may meet in a schedule.
template <class Visit>
void Reference::figures(const Place& place, const Readings& readings, Visit visit) const {
  look_up(place, readings, [&](std::size_t found, const std::vector<std::int64_t>& keys) {
    if (place.op == Op::parameter) return visit(found, keys);
    for (const std::size_t met : brackets_met(place, found, readings[place.operands[0]])) visit(met, keys);
  });
}

Reading Reference::figure_reading(std::uint32_t parameter, std::size_t figure) const {
  const typed::Parameter& from = module_.parameters[ParameterId(parameter)];
  if (from.figures[figure].null) return null_figures_[parameter];
  return of_value(figures_[parameter][figure], from.domain.type.kind);
}

Reading Reference::read_parameter(const Place& place, const Readings& readings) const {
  std::optional<Reading> out;
  figures(place, readings, [&](std::size_t figure, const auto&) {
    const Reading one = figure_reading(place.data, figure);
    out = out ? either(*out, one) : one;
  });
  return *out;
}

/// The figures of the brackets of a list that an argument may be in, or may have a part in.
std::vector<std::size_t> Reference::brackets_met(const Place& place, std::size_t list, const Reading& x) const {
  const typed::Parameter& parameter = module_.parameters[ParameterId(place.data)];
  const bool is_text = parameter.of->type.kind == Kind::text;
  std::vector<std::size_t> out;
  const std::size_t end = parameter.end_of(list);
  for (std::size_t f = parameter.lists[list]; f < end; ++f) {
    const Value& start = parameter.starts[f];
    const Value* next = f + 1 < end ? &parameter.starts[f + 1] : nullptr;
    bool met = false;
    if (place.op == Op::marginal)
      met = x.most > start.number;
    else if (is_text)
      met = !x.text || (*x.text >= start.text && (next == nullptr || *x.text < next->text));
    else
      met = x.most >= start.number && (next == nullptr || x.least < next->number);
    if (met) out.push_back(f);
  }
  return out;
}

/// The sums at both ends of the argument and at the starts between, each added up from the first bracket.
Reading Reference::marginal(std::uint32_t parameter, std::size_t list, const Reading& x) const {
  const typed::Parameter& from = module_.parameters[ParameterId(parameter)];
  const std::size_t first = from.lists[list], end = from.end_of(list);
  if (x.least < from.starts[first].number) throw std::logic_error("an argument below the first bracket");
  const auto sum = [&](const Exact& to) {
    Reading out = from_to(0, 0);
    for (std::size_t f = first; f < end; ++f) {
      const Exact& start = from.starts[f].number;
      if (to <= start) continue;
      const Exact part = (f + 1 < end ? std::min(to, from.starts[f + 1].number) : to) - start;
      const Reading figure = figure_reading(parameter, f);
      out = from_to(out.least + figure.least * part, out.most + figure.most * part);
    }
    return out;
  };
  Reading out = either(sum(x.least), sum(x.most));
  if (fault_ == Fault::marginal) return out;
  for (std::size_t f = first; f < end; ++f) {
    const Exact& start = from.starts[f].number;
    if (x.least < start && start < x.most) out = either(out, sum(start));
  }
  return out;
}

Reading Reference::read_brackets(const Place& place, const Readings& readings) const {
  if (place.op == Op::bracket) return read_parameter(place, readings);
  std::optional<Reading> out;
  look_up(place, readings, [&](std::size_t list, const auto&) {
    const Reading one = marginal(place.data, list, readings[place.operands[0]]);
    out = out ? either(*out, one) : one;
  });
  return *out;
}

/// The tests of `in`, or the one of `between`.
std::vector<Reading> Reference::tests(const Place& place, const Readings& readings) const {
  std::vector<Reading> out;
  const Reading& x = readings[place.operands[0]];
  const Kind kind = places_[place.operands[0]].kind;
  const auto test = [&](expr::Op op, const Reading& to) {
    return x.nothing || to.nothing ? nothing() : of_truth(compare(op, kind, x, to));
  };
  std::size_t next = 1;
  const std::vector<expr::Op> between{expr::Op::range_closed};
  for (const expr::Op op : place.op == Op::between ? between : module_.tests[place.data]) {
    const std::uint32_t operand = place.operands[next++];
    const Reading& a = readings[operand];
    if (places_[operand].kind == Kind::list) {
      const Type& item = item_of(type_of(places_[operand]));
      out.push_back(x.nothing || a.nothing ? nothing() : any_equal(a, item, x, place.operands[0], readings));
      continue;
    }
    if (!is_range(op)) {
      out.push_back(test(op, a));
      continue;
    }
    const Reading& b = readings[place.operands[next++]];
    const Reading parts[] = {test(open_below(op) ? expr::Op::greater : expr::Op::greater_equal, a),
                             test(open_above(op) ? expr::Op::less : expr::Op::less_equal, b)};
    out.push_back(read_chain(true, parts));
  }
  return out;
}

/// And, or of parts, from the left; what is settled does not ask for the rest.
Reading Reference::read_chain(bool all, std::span<const Reading> parts) const {
  Bool3 out = to_bool3(all);
  for (const Reading& part : parts) {
    if (&part != parts.data() && out == to_bool3(!all)) break;
    if (part.nothing) return nothing();
    out = all ? and3(out, part.truth) : or3(out, part.truth);
  }
  return of_truth(out);
}

/// Whether one of the checks of a part leaves nothing.
bool Reference::closed(std::uint32_t scope, const Readings& readings) const {
  return std::any_of(scopes_[scope].checks.begin(), scopes_[scope].checks.end(), [&](const Check& check) {
    Reading left = readings[check.place];
    return !cut(check.limit, places_[check.place].kind, places_[check.place].step, left);
  });
}

/// Whether a part, or a part around it, is closed.
bool Reference::out_of_reach(std::uint32_t scope, const Readings& readings) const {
  for (; scope != 0; scope = scopes_[scope].parent) {
    if (closed(scope, readings)) return true;
  }
  return false;
}

/// The condition of an `if`, settled where a branch is out of reach.
Bool3 Reference::condition(const Place& place, const Readings& readings) const {
  if (!place.settled.empty() && place.settled[0] != Bool3::unknown) return place.settled[0];
  const Bool3 found = readings[place.operands[0]].truth;
  if (found != Bool3::unknown) return found;
  const auto none = [&](std::size_t i) { return place.parts[i] != place.parts[0] && closed(place.parts[i], readings); };
  return none(1) ? Bool3::no : none(2) ? Bool3::yes : Bool3::unknown;
}

Reading Reference::left_of(std::size_t end, const Place& place, const Readings& readings) const {
  const auto at = [&](std::size_t i) -> const Reading& { return readings[place.operands[i]]; };
  const bool all = place.op == Op::logical_and;
  const Bool3 settling = to_bool3(!all);
  if (at(0).nothing) return nothing();
  Bool3 out = at(0).truth;
  for (std::size_t i = 1; i <= end; ++i) {
    if (i < place.operands.size()) {
      if (out == Bool3::unknown && place.parts[i] != place.parts[i - 1] && closed(place.parts[i], readings))
        out = settling;
      if (!place.settled.empty() && place.settled[i] != Bool3::unknown) out = place.settled[i];
    }
    if (out == settling || i == end) break;
    if (at(i).nothing) return nothing();
    out = all ? and3(out, at(i).truth) : or3(out, at(i).truth);
  }
  return of_truth(out);
}

Reading Reference::read_logic(const Place& place, const Readings& readings) const {
  const auto at = [&](std::size_t i) -> const Reading& { return readings[place.operands[i]]; };
  if (place.op != Op::conditional) return left_of(place.operands.size(), place, readings);
  if (at(0).nothing) return nothing();
  const Bool3 test = condition(place, readings);
  if (test == Bool3::unknown && (place.kind == Kind::list || place.kind == Kind::record))
    return read_choice(place, readings);
  if (test == Bool3::unknown) return either(at(1), at(2));
  const Reading& taken = test == Bool3::yes ? at(1) : at(2);
  if (place.kind == Kind::list && condition(place, ranges_) == Bool3::unknown && !taken.nothing)
    return counted_anew(taken);
  return taken;
}

// ---- Decisions: language.md section 12 ----

struct Reference::Walked {
  const Readings& readings;
  const Inputs& inputs;
  DecisionId decision;
  struct Condition {
    int kind = 0;  // fact, definition, decision, unnamed
    std::uint32_t index = 0;
    bool wanted = true;
    Line line;
    bool listed = false;
  };
  std::vector<Condition> conditions;
  std::uint32_t unnamed = 0;
  std::set<std::pair<std::uint32_t, bool>> walked, marked;
  std::set<std::uint32_t> stepped, needed;
  std::set<Cell> cells;
  std::set<Missing> missing;
  std::vector<std::pair<std::pair<std::uint32_t, bool>, std::size_t>> lines;  // place to condition

  [[nodiscard]] std::size_t line(std::uint32_t at, bool wanted) const {
    for (const auto& [key, condition] : lines) {
      if (key == std::pair(at, wanted)) return condition;
    }
    throw std::logic_error("a place without a condition");
  }
};

namespace {
bool is_walked_through(Op op) {
  return op == Op::logical_and || op == Op::logical_or || op == Op::logical_not || op == Op::conditional ||
         op == Op::at_least;
}
std::size_t first_part(Op op) { return op == Op::conditional || op == Op::at_least ? 1 : 0; }
}  // namespace

void Reference::walk(std::uint32_t at, bool wanted, Walked& out) const {
  const Place& here = places_[at];
  const rule::File& file = *module_.file;
  if (here.op == Op::definition && !file.definitions[here.data].words.any() &&
      is_walked_through(places_[here.operands[0]].op)) {
    return walk(here.operands[0], wanted, out);
  }
  if (!out.walked.insert({at, wanted}).second) return;
  if (is_walked_through(here.op)) {
    for (std::size_t i = first_part(here.op); i < here.operands.size(); ++i) {
      walk(here.operands[i], here.op == Op::logical_not ? !wanted : wanted, out);
    }
    return;
  }
  Walked::Condition made;
  made.wanted = made.line.wanted = wanted;
  made.index = here.data;
  made.kind = here.op == Op::fact ? 0 : here.op == Op::definition ? 1 : here.op == Op::eligible ? 2 : 3;
  const Reading& reading = out.readings[at];
  made.line.truth = reading.nothing ? Bool3::unknown : reading.truth;
  if (made.kind == 0) made.line.name = file.facts[here.data].name.text;
  if (made.kind == 1) made.line.name = file.definitions[here.data].name.text;
  if (made.kind == 2) made.line.name = file.decisions[here.data].name.text;
  if (made.kind == 3) {
    made.index = ++out.unnamed;
    made.line.name = file.decisions[out.decision.value].name.text + "#" + std::to_string(out.unnamed);
    if (out_of_reach(here.scope, out.readings)) made.line.truth = Bool3::unknown;
  }
  std::size_t i = 0;
  while (i < out.conditions.size() && (out.conditions[i].kind != made.kind || out.conditions[i].index != made.index ||
                                       out.conditions[i].wanted != wanted)) {
    ++i;
  }
  if (i == out.conditions.size()) out.conditions.push_back(made);
  out.lines.push_back({{at, wanted}, i});
}

namespace {
Bool3 truth_of(const Reading& reading, bool out_of_reach) {
  return out_of_reach || reading.nothing ? Bool3::unknown : reading.truth;
}
}  // namespace

void Reference::decide(std::uint32_t at, bool wanted, Bool3 is, Walked& out) const {
  const Place& here = places_[at];
  if (here.op == Op::definition && !module_.file->definitions[here.data].words.any() &&
      is_walked_through(places_[here.operands[0]].op)) {
    return decide(here.operands[0], wanted, is, out);
  }
  if (!out.marked.insert({at, wanted}).second) return;
  if (here.op == Op::logical_not) return decide(here.operands[0], !wanted, not3(is), out);
  if (here.op == Op::conditional) {
    const Bool3 test = condition(here, out.readings);
    if (test != Bool3::no) decide(here.operands[1], wanted, is, out);
    if (test != Bool3::yes) decide(here.operands[2], wanted, is, out);
    return;
  }
  if (!is_walked_through(here.op)) {
    out.conditions[out.line(at, wanted)].listed = true;
    return;
  }
  // A place behind an untitled definition reads as the definition does.
  const auto truth = [&](std::uint32_t part) {
    const Place* place = &places_[part];
    while (place->op == Op::definition && !module_.file->definitions[place->data].words.any() &&
           is_walked_through(places_[place->operands[0]].op)) {
      part = place->operands[0];
      place = &places_[part];
    }
    return truth_of(out.readings[part], out_of_reach(place->scope, out.readings));
  };
  bool explained = false;
  for (std::size_t i = first_part(here.op); i < here.operands.size(); ++i)
    explained = explained || truth(here.operands[i]) == is;
  for (std::size_t i = first_part(here.op); i < here.operands.size(); ++i) {
    const Bool3 found = truth(here.operands[i]);
    if (explained ? found == is : found != not3(is)) decide(here.operands[i], wanted, is, out);
  }
}

void Reference::leave_open(std::uint32_t at, bool wanted, Walked& out) const {
  const Place& here = places_[at];
  if (here.op == Op::definition && !module_.file->definitions[here.data].words.any() &&
      is_walked_through(places_[here.operands[0]].op)) {
    return leave_open(here.operands[0], wanted, out);
  }
  if (truth_of(out.readings[at], out_of_reach(here.scope, out.readings)) != Bool3::unknown) return;
  if (!out.marked.insert({at, wanted}).second) return;
  if (!is_walked_through(here.op)) {
    out.conditions[out.line(at, wanted)].listed = true;
    return;
  }
  for (std::size_t i = first_part(here.op); i < here.operands.size(); ++i) {
    if (here.op == Op::conditional && condition(here, out.readings) == to_bool3(i == 2)) continue;
    leave_open(here.operands[i], here.op == Op::logical_not ? !wanted : wanted, out);
  }
}

/// Steps from undecided nodes to undecided operands.
void Reference::need(std::uint32_t at, Walked& out) const {
  const Place& here = places_[at];
  const bool many = here.kind == Kind::list || here.kind == Kind::record;
  if ((!many && known(out.readings[at], here.kind)) || !out.stepped.insert(at).second) return;
  const auto end = [&](const Need& need_here) {
    switch (need_here.kind) {
      case Need::Kind::place:
        return need(need_here.index, out);
      case Need::Kind::cell:
        out.cells.insert({need_here.index, need_here.item, need_here.field});
        [[fallthrough]];
      case Need::Kind::fact:
        out.needed.insert(need_here.index);
        return;
      case Need::Kind::figure:
        out.missing.insert(need_here.figure);
    }
  };
  if (many || is_of_lists(here.op)) {
    Needs all;
    collect(out.readings[at], all);
    for (const Need& one : all) end(one);
    return;
  }
  step(
      at, out.readings, out.inputs, [&](std::uint32_t operand) { need(operand, out); }, end);
}

void Reference::step(std::uint32_t at, const Readings& readings, const Inputs& inputs, const ToPlace& to,
                     const ToNeed& ends) const {
  const Place& here = places_[at];
  switch (here.op) {
    case Op::fact: {
      const bool assumed = inputs.facts[here.data].state == program::Given::State::absent && !here.operands.empty();
      if (!assumed)
        ends({Need::Kind::fact, here.data, 0, 0, {}});
      else
        to(here.operands[0]);
      return;
    }
    case Op::conditional: {
      const Bool3 test = condition(here, readings);
      if (test == Bool3::unknown) to(here.operands[0]);
      if (test != Bool3::no) to(here.operands[1]);
      if (test != Bool3::yes) to(here.operands[2]);
      return;
    }
    case Op::amount: {
      const Bool3 eligible = readings[here.operands[0]].truth;
      to(here.operands[0]);
      if (eligible != Bool3::no) to(here.operands[1]);
      return;
    }
    case Op::table:
      return need_table(here, readings, to);
    case Op::between:
    case Op::in: {
      const Kind kind = places_[here.operands[0]].kind;
      std::vector<expr::Op> ops{expr::Op::range_closed};
      if (here.op == Op::in) ops = module_.tests[here.data];
      const std::vector<Reading> truths = tests(here, readings);
      std::size_t next = 1;
      for (std::size_t i = 0; i < ops.size(); ++i) {
        for (int part = 0; part < (is_range(ops[i]) ? 2 : 1); ++part) {
          const std::uint32_t operand = here.operands[next++];
          if (places_[operand].kind == Kind::list) {
            Needs needs;
            if (truths[i].truth == Bool3::unknown) needs = truths[i].needs;
            for (const Need& one : needs) ends(one);
            continue;
          }
          expr::Op op = ops[i];
          if (is_range(op)) {
            op = part == 0 ? (open_below(op) ? expr::Op::greater : expr::Op::greater_equal)
                           : (open_above(op) ? expr::Op::less : expr::Op::less_equal);
          }
          if (truths[i].truth != Bool3::unknown) continue;
          if (compare(op, kind, readings[here.operands[0]], readings[operand]) != Bool3::unknown) continue;
          to(here.operands[0]);
          to(operand);
        }
      }
      return;
    }
    case Op::minimum:
    case Op::maximum: {
      // Two at a time, from the left: where the first ones are settled together, none of them is stepped into.
      std::size_t from = 0;
      Reading sofar = readings[here.operands[0]];
      for (std::size_t i = 1; i < here.operands.size(); ++i) {
        const Reading& next = readings[here.operands[i]];
        const bool least = here.op == Op::minimum;
        sofar.least = least ? std::min(sofar.least, next.least) : std::max(sofar.least, next.least);
        sofar.most = least ? std::min(sofar.most, next.most) : std::max(sofar.most, next.most);
        if (sofar.least == sofar.most) from = i + 1;
      }
      for (std::size_t i = from; i < here.operands.size(); ++i) to(here.operands[i]);
      return;
    }
    default:
      break;
  }
  for (const std::uint32_t operand : here.operands) to(operand);
  if (!reads_figures(here.op)) return;
  figures(here, readings, [&](std::size_t figure, const std::vector<std::int64_t>& keys) {
    if (!module_.parameters[ParameterId(here.data)].figures[figure].null) return;
    const Reading& day = readings[here.operands.back()];
    std::optional<Date> date;
    if (day.least == day.most) date = Date{static_cast<std::int32_t>(whole(day.least))};
    ends({Need::Kind::figure, 0, 0, 0, {here.data, keys, date}});
  });
}

Decided Reference::decided(DecisionId id, const Readings& readings, const Inputs& inputs) const {
  const DecisionPlaces& from = decisions_[id.value];
  Walked walked{readings, inputs, id, {}, 0, {}, {}, {}, {}, {}, {}, {}};
  walk(from.eligible, true, walked);
  Decided out;
  out.eligible = readings[from.eligible].truth;
  if (from.amount) out.amount = readings[*from.amount];
  if (out.eligible == Bool3::unknown)
    leave_open(from.eligible, true, walked);
  else
    decide(from.eligible, true, out.eligible, walked);
  need(from.eligible, walked);
  if (from.granted && out.eligible != Bool3::no) need(*from.granted, walked);
  std::stable_sort(walked.conditions.begin(), walked.conditions.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.kind, a.index, !a.wanted) < std::tuple(b.kind, b.index, !b.wanted);
  });
  std::vector<std::uint32_t>& listed = out.eligible == Bool3::yes  ? out.met
                                       : out.eligible == Bool3::no ? out.unmet
                                                                   : out.undetermined;
  for (const auto& condition : walked.conditions) {
    if (condition.listed) listed.push_back(static_cast<std::uint32_t>(out.conditions.size()));
    out.conditions.push_back(condition.line);
  }
  out.needed.assign(walked.needed.begin(), walked.needed.end());
  out.needed_cells.assign(walked.cells.begin(), walked.cells.end());
  out.missing.assign(walked.missing.begin(), walked.missing.end());
  return out;
}

/// Reads places one after the other; those of bodies when what goes over a list does.
void Reference::run(std::uint32_t begin, std::uint32_t end, const Inputs& inputs) const {
  Readings& readings = *inputs.readings;
  for (std::uint32_t i = begin; i < end; ++i) {
    // The widest body that begins here, but for the one that is read.
    const auto behind = bodies_.lower_bound({i, end});
    const auto body = behind == bodies_.begin() ? bodies_.end() : std::prev(behind);
    if (body != bodies_.end() && body->first == i) {
      i = body->second - 1;
      continue;
    }
    const Place& place = places_[i];
    Reading found = read(place, readings, inputs);
    if (place.limit && !found.nothing && !cut(*place.limit, place.kind, place.step, found)) found = nothing();
    const bool single = place.kind != Kind::list && place.kind != Kind::record;
    if (single && !is_of_lists(place.op)) {
      found.needs.clear();
      readings[i] = std::move(found);
      if (!place.inside || readings[i].nothing || known(readings[i], place.kind)) continue;
      Needs needs;
      const auto to = [&](std::uint32_t operand) { needs.merge(needs_of(operand, readings)); };
      step(i, readings, inputs, to, [&](const Need& one) { needs.insert(one); });
      readings[i].needs = std::move(needs);
      continue;
    }
    if (single && (found.nothing || known(found, place.kind))) found.needs.clear();
    readings[i] = std::move(found);
  }
}

Result Reference::evaluate(std::span<const program::Given> facts, Date as_of) const {
  Readings readings(places_.size()), items(module_.binders.size());
  const Inputs inputs{from_to(as_of.days, as_of.days), facts.data(), &readings, &items};
  run(0, static_cast<std::uint32_t>(places_.size()), inputs);
  Result out;
  for (const std::uint32_t definition : definitions_) out.definitions.push_back(readings[definition]);
  for (std::size_t i = 0; i < decisions_.size(); ++i) out.decisions.push_back(decided(DecisionId(i), readings, inputs));
  return out;
}

#include "decision_table.ipp"

}  // namespace rfs::reference
