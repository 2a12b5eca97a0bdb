// Lists and records: their ranges, and their readings as members that are certain and members that are possible.
#include <algorithm>
#include <stdexcept>

#include "readings.hpp"
#include "rfs/value/calendar.hpp"

namespace rfs::reference {

using typed::NodeId;
using typed::Op;

namespace {

Reading counted(List list, const Exact& least, const Exact& most) {
  Reading out = from_to(least, most);
  out.list = std::make_shared<const List>(std::move(list));
  return out;
}
/// Returns the reading of a list of members.
Reading of_members(List list) {
  std::uint64_t most = 0;
  list.certain = 0;
  for (const Member& member : list.members) {
    if (member.certain) ++list.certain;
    most += member.count;
  }
  const std::uint64_t least = std::max<std::uint64_t>(list.certain, list.some ? 1 : 0);
  return counted(std::move(list), static_cast<std::int64_t>(least), static_cast<std::int64_t>(most));
}
/// Returns the range of a list of which so many items are there for certain, so many at most.
Reading of_items(Reading item, std::uint64_t certain, const Exact& most, bool some = false, bool all = false) {
  List list;
  list.members.push_back({std::move(item), true, 1, {}});
  list.certain = certain;
  list.some = some;
  list.all = all;
  Exact least = static_cast<std::int64_t>(certain);
  if (some) least = std::max(least, Exact(1));
  return counted(std::move(list), least, std::max(least, most));
}
const Reading& item_of_range(const Reading& list) { return list.list->members[0].value; }
std::uint64_t number(const Exact& x) { return static_cast<std::uint64_t>(whole(x)); }

/// The range of those items of a list that a condition of this range leaves.
Reading filtered(const Reading& list, Bool3 condition) {
  if (condition == Bool3::yes) return list;
  return of_items(item_of_range(list), 0, condition == Bool3::no ? Exact(0) : list.most);
}
/// What is proven of whether any item of a list meets a condition.
Bool3 some_in_range(const Reading& list, Bool3 condition) {
  if (condition == Bool3::no || list.most.is_zero()) return Bool3::no;
  return condition == Bool3::yes && list.list->certain > 0 ? Bool3::yes : Bool3::unknown;
}
/// Whether it is known which of the members stands before which.
bool is_ordered(const List& list) {
  return std::all_of(list.members.begin(), list.members.end(), [](const Member& member) { return member.ordered; });
}
bool is_single(Kind kind) { return kind != Kind::list && kind != Kind::record; }
/// A reading with what it waits for; where it is known it waits for nothing.
Reading waiting(Reading x, Kind kind, Needs needs) {
  x.needs = std::move(needs);
  if (is_single(kind) && known(x, kind)) x.needs.clear();
  return x;
}
Needs needs_in(const Reading& x) {
  Needs out;
  collect(x, out);
  return out;
}
void include(Needs& to, const Needs& more) { to.insert(more.begin(), more.end()); }

}  // namespace

// ---- Where places stand ----

/// Places what is read for each item of the list that stands before it.
void Reference::place_body(Place& made, std::span<const NodeId> parts, const Guards& guards) {
  item_ranges_[made.data] = item_range(made);
  ++inside_;
  made.body.begin = static_cast<std::uint32_t>(places_.size());
  for (const NodeId part : parts) made.body.roots.push_back(place(part, guards, made.scope));
  made.body.end = static_cast<std::uint32_t>(places_.size());
  --inside_;
  if (made.body.begin < made.body.end) bodies_.emplace(made.body.begin, made.body.end);
}

/// Places the defaults of a record's fields, those that others read first.
std::vector<Body> Reference::place_fields(FactId id) {
  const typed::Fact& fact = module_.facts[id];
  std::vector<Body> bodies(fact.fields.size());
  for (const std::size_t field : fact.field_order) {
    if (!fact.fields[field].default_root.valid()) continue;
    item_ranges_[fact.binder.value] = item_of_range(range_of_fact(id.value, bodies));
    ++inside_;
    Body& body = bodies[field];
    body.begin = static_cast<std::uint32_t>(places_.size());
    body.roots.push_back(place(fact.fields[field].default_root, {}, 0));
    body.end = static_cast<std::uint32_t>(places_.size());
    --inside_;
    bodies_.emplace(body.begin, body.end);
  }
  return bodies;
}

/// What is at work inside a place that goes over a list: one of its items, or the members of a group.
Reading Reference::item_range(const Place& place) const {
  const Reading& list = ranges_[place.operands[0]];
  if (list.nothing) return nothing();
  if (place.op != Op::group) return item_of_range(list);
  return of_items(item_of_range(list), 0, list.most, true);
}

// ---- Ranges: language.md section 13. Of a list how many items there are, and one range for all of them ----

Reading Reference::leaf(std::uint32_t at) const {
  Reading out = ranges_[at];
  if (!is_single(places_[at].kind)) return out;
  out.step = places_[at].step;
  out.bytes = places_[at].bytes;
  return out;
}

Reading Reference::range_of_fact(std::uint32_t id, const std::vector<Body>& bodies) const {
  const typed::Fact& fact = module_.facts[FactId(id)];
  const rule::ListDomain& domain = *fact.domain.list;
  Reading item;
  for (std::size_t i = 0; i < domain.fields.size(); ++i) {
    const rule::Domain& of = domain.fields[i].domain;
    Reading field = any_of(of);
    const bool decimal = of.type.kind == Kind::number || of.type.kind == Kind::money;
    const int places = static_cast<int>(of.places) + (of.type.flavour == Flavour::percent ? 2 : 0);
    field.step = decimal ? Exact::power_of_ten(-places) : Exact(1);
    if (of.type.kind == Kind::text) field.bytes = 4096;
    if (i < fact.fields.size() && fact.fields[i].default_value)
      field.step = common(field.step, fact.fields[i].default_value->number.abs());
    if (i < bodies.size() && !bodies[i].roots.empty()) {
      const Reading other = leaf(bodies[i].roots[0]);
      field.step = common(field.step, other.step);
      field.bytes = std::max(field.bytes, other.bytes);
    }
    item.fields.push_back(std::move(field));
  }
  const bool records = item_of(fact.domain.type).kind == Kind::record;
  return of_items(records ? item : item.fields[0], 0, static_cast<std::int64_t>(domain.max_items));
}

Reading Reference::range_of_list(const Place& place) const {
  const auto at = [&](std::size_t i) -> const Reading& { return ranges_[place.operands[i]]; };
  const auto list = [&](std::size_t i) -> const List& { return *at(i).list; };
  const auto body = [&](std::size_t i) { return leaf(place.body.roots[i]); };
  for (const std::uint32_t root : place.body.roots) {
    if (ranges_[root].nothing) return nothing();
  }
  const auto count = [](Exact least, Exact most) {
    Reading out = from_to(std::move(least), std::move(most));
    out.step = 1;
    return out;
  };
  switch (place.op) {
    case Op::variable:
    case Op::members:
      return item_ranges_[place.data];
    case Op::field:
      return at(0).fields[place.data];
    case Op::numbers: {
      Reading item = from_to(at(0).least, at(1).least);
      item.step = 1;
      const Exact many = at(1).least - at(0).least + 1;
      return of_items(item, number(many), many, false, true);
    }
    case Op::list: {
      Reading item = leaf(place.operands[0]);
      for (std::size_t i = 1; i < place.operands.size(); ++i) item = either(item, leaf(place.operands[i]));
      const auto many = static_cast<std::int64_t>(place.operands.size());
      return of_items(item, static_cast<std::uint64_t>(many), many, false, true);
    }
    case Op::project:
    case Op::loop: {
      Reading out = at(0);
      List items = list(0);
      items.members[0].value = place.op == Op::loop ? body(0) : item_of_range(at(0)).fields[place.data];
      return counted(std::move(items), out.least, out.most);
    }
    case Op::filter:
      return filtered(at(0), body(0).truth);
    case Op::some:
      return of_truth(some_in_range(at(0), body(0).truth));
    case Op::every:
      return of_truth(not3(some_in_range(at(0), not3(body(0).truth))));
    case Op::any_in:
      return of_truth(some_in_range(at(0), item_of_range(at(0)).truth));
    case Op::all_in:
      return of_truth(not3(some_in_range(at(0), not3(item_of_range(at(0)).truth))));
    case Op::at_least_in: {
      const Reading those = filtered(at(1), item_of_range(at(1)).truth);
      return of_truth(compare(expr::Op::less_equal, Kind::number, at(0), those));
    }
    case Op::holds_item: {
      const Kind kind = places_[place.operands[1]].kind;
      return of_truth(some_in_range(at(0), compare(expr::Op::equal, kind, item_of_range(at(0)), at(1))));
    }
    case Op::index_of: {
      const Kind kind = places_[place.operands[1]].kind;
      const Reading out = filtered(at(0), compare(expr::Op::equal, kind, item_of_range(at(0)), at(1)));
      List positions = *out.list;
      positions.members[0].value = count(1, std::max(at(0).most, Exact(1)));
      return counted(std::move(positions), out.least, out.most);
    }
    case Op::group: {
      Reading record;
      record.fields = {item_of_range(at(0)).fields[module_.binders[BinderId(place.data)].key],
                       item_ranges_[place.data]};
      for (std::size_t i = 0; i < place.body.roots.size(); ++i) record.fields.push_back(body(i));
      return of_items(record, 0, at(0).most);
    }
    case Op::sum_of: {
      const Reading &x = item_of_range(at(0)), none = from_to(0, 0);
      const Exact least = static_cast<std::int64_t>(list(0).certain), &most = at(0).most;
      Reading out = either(from_to(least * x.least, least * x.most), from_to(most * x.least, most * x.most));
      out.step = x.step;
      return out;
    }
    case Op::count_of:
      return count(at(0).least, at(0).most);
    case Op::least_of:
    case Op::most_of:
    case Op::mean_of:
    case Op::first_of:
    case Op::last_of:
    case Op::item_at:
      return range_of_taken(place, at(0));
    case Op::distinct: {
      List items;
      items.members = list(0).members;
      return counted(std::move(items), std::min(at(0).least, Exact(1)), at(0).most);
    }
    case Op::reverse:
      return of_items(item_of_range(at(0)), list(0).certain, at(0).most, list(0).some, list(0).all);
    case Op::concatenate: {
      Reading item = item_of_range(at(0));
      std::uint64_t certain = list(0).certain;
      Exact most = at(0).most;
      bool all = list(0).all;
      for (std::size_t i = 1; i < place.operands.size(); ++i) {
        item = either(item, item_of_range(at(i)));
        certain += list(i).certain;
        all = all && list(i).all;
        most = most + at(i).most;
      }
      return of_items(item, certain, most, false, all);
    }
    case Op::flatten: {
      const Reading& inner = item_of_range(at(0));
      const std::uint64_t certain = list(0).all ? list(0).certain * inner.list->certain : 0;
      const bool all = list(0).all && inner.list->all;
      return of_items(item_of_range(inner), certain, at(0).most * inner.most, false, all);
    }
    case Op::weekdays_but: {
      const auto between = [](const Exact& a, const Exact& b) {
        return Exact(value::weekdays_between(whole(a), whole(b)));
      };
      const Exact least = between(at(0).most, at(1).least);
      return count(std::max(Exact(0), least - at(2).most), between(at(0).least, at(1).most));
    }
    default:
      throw std::logic_error("an operator without a range");
  }
}

/// The range of an item of a list, or of what stands for one that is not there.
Reading Reference::range_of_taken(const Place& place, const Reading& list) const {
  Reading out = item_of_range(list);
  if (place.op != Op::item_at && place.operands.size() > 1) {
    const Reading other = leaf(place.operands[1]);
    const std::optional<Exact> step = common(out.step, other.step);
    const std::size_t bytes = std::max(out.bytes, other.bytes);
    if (list.least.is_zero() || (list.list->certain == 0 && !list.list->some)) out = either(out, other);
    out.step = step;
    out.bytes = bytes;
  }
  if (place.op == Op::mean_of) out.step.reset();
  return out;
}

// ---- Readings: language.md section 5 ----

/// Reads a body for one item.
const Reading& Reference::go_over(const Body& body, std::uint32_t binder, const Reading& item,
                                  const Inputs& inputs) const {
  (*inputs.items)[binder] = item;
  run(body.begin, body.end, inputs);
  return (*inputs.readings)[body.roots.front()];
}

/// What an operand makes what stands inside a list wait for.
Needs Reference::needs_of(std::uint32_t at, const Readings& readings) const {
  const Place& operand = places_[at];
  if (operand.inside) return needs_in(readings[at]);
  if (is_single(operand.kind) && known(readings[at], operand.kind)) return {};
  return {{Need::Kind::place, at, 0, 0, {}}};
}

/// The items of a list as given; nothing is known of a list that was not.
Reading Reference::read_items(const Place& place, const Inputs& inputs) const {
  using State = program::Given::State;
  const typed::Fact& fact = module_.facts[FactId(place.data)];
  const rule::ListDomain& domain = *fact.domain.list;
  const program::Given& given = inputs.facts[place.data];
  const bool records = item_of(fact.domain.type).kind == Kind::record;
  List out;
  if (given.state == State::absent && fact.default_value) return of_members(out);
  if (given.state != State::known) {
    const Needs needs{{Need::Kind::fact, place.data, 0, 0, {}}};
    Reading item;
    for (const rule::ListDomain::Field& field : domain.fields)
      item.fields.push_back(waiting(any_of(field.domain), field.domain.type.kind, needs));
    out.members.push_back({records ? item : item.fields[0], false, domain.max_items, needs});
    return of_members(std::move(out));
  }
  for (std::size_t i = 0; i < given.list->count; ++i) {
    Reading item;
    item.fields.resize(domain.fields.size());
    const auto read_cell = [&](std::size_t field) {
      const program::Given& cell = given.list->at(i, field);
      const Kind kind = domain.fields[field].domain.type.kind;
      Reading& out_field = item.fields[field];
      if (cell.state == State::known) {
        out_field = of_value(cell.value, kind);
        return;
      }
      if (cell.state == State::absent && field < fact.fields.size()) {
        if (fact.fields[field].default_value) {
          out_field = of_value(*fact.fields[field].default_value, kind);
          return;
        }
        if (fact.fields[field].default_root.valid()) {
          out_field = go_over(place.fields[field], fact.binder.value, item, inputs);
          return;
        }
      }
      out_field = waiting(any_of(domain.fields[field].domain), kind, {{Need::Kind::cell, place.data, i, field, {}}});
    };
    if (fact.field_order.empty()) {
      for (std::size_t field = 0; field < domain.fields.size(); ++field) read_cell(field);
    } else {
      for (const std::size_t field : fact.field_order) read_cell(field);
    }
    out.members.push_back({records ? item : item.fields[0], true, 1, {}});
  }
  return of_members(std::move(out));
}

Reading Reference::read_list(const Place& place, const Readings& readings, const Inputs& inputs) const {
  const auto at = [&](std::size_t i) -> const Reading& { return readings[place.operands[i]]; };
  const auto list = [&](std::size_t i) -> const List& { return *at(i).list; };
  switch (place.op) {
    case Op::variable:
    case Op::members:
      return (*inputs.items)[place.data];
    case Op::field: {
      Reading out = at(0).fields[place.data];
      if (is_single(place.kind) && known(out, place.kind)) return out;
      include(out.needs, at(0).needs);
      return out;
    }
    case Op::numbers: {
      List out;
      for (Exact i = at(0).least; i <= at(1).least; i = i + 1) out.members.push_back({from_to(i, i), true, 1, {}});
      return of_members(std::move(out));
    }
    case Op::list: {
      List out;
      for (const std::uint32_t operand : place.operands) {
        const Kind kind = places_[operand].kind;
        const Reading& item = readings[operand];
        const bool outside = is_single(kind);  // a record has in its fields what it waits for
        out.members.push_back({outside ? waiting(item, kind, needs_of(operand, readings)) : item, true, 1, {}});
      }
      return of_members(std::move(out));
    }
    case Op::project: {
      List out = list(0);
      for (Member& member : out.members) {
        Needs needs = std::move(member.value.needs);
        Reading field = std::move(member.value.fields[place.data]);
        if (!is_single(item_of(type_of(place)).kind) || !known(field, item_of(type_of(place)).kind))
          include(field.needs, needs);
        member.value = std::move(field);
      }
      return counted(std::move(out), at(0).least, at(0).most);
    }
    case Op::loop: {
      List out = list(0);
      for (Member& member : out.members) {
        Reading found = go_over(place.body, place.data, member.value, inputs);
        if (found.nothing) return nothing();
        member.value = std::move(found);
      }
      return counted(std::move(out), at(0).least, at(0).most);
    }
    case Op::filter: {
      if (ranges_[place.body.roots[0]].truth == Bool3::yes) return at(0);
      const List& from = list(0);
      List out = from;
      out.some = false;
      out.members.clear();
      for (Member member : from.members) {
        const Reading& condition = go_over(place.body, place.data, member.value, inputs);
        if (condition.nothing) return nothing();
        if (condition.truth == Bool3::no) continue;
        if (condition.truth == Bool3::unknown) {
          member.certain = false;
          include(member.needs, condition.needs);
        }
        out.members.push_back(std::move(member));
      }
      return of_members(std::move(out));
    }
    case Op::group:
      return read_group(place, at(0), inputs);
    case Op::some:
    case Op::every: {
      // A possible item counts as false or its value; of every, as true or its value.
      Bool3 out = Bool3::no;
      Needs needs = list(0).which;
      for (const Member& member : list(0).members) {
        const Reading& condition = go_over(place.body, place.data, member.value, inputs);
        if (condition.nothing) return nothing();
        const Bool3 met = place.op == Op::some ? condition.truth : not3(condition.truth);
        include(needs, member.needs);
        include(needs, condition.needs);
        out = rfs::or3(out, and3(member.certain ? Bool3::yes : Bool3::unknown, met));
      }
      return waiting(of_truth(place.op == Op::some ? out : not3(out)), Kind::boolean, needs);
    }
    case Op::distinct:
      return distinct(at(0), item_of(type_of(place)).kind);
    case Op::reverse: {
      List out = list(0);
      std::reverse(out.members.begin(), out.members.end());
      return of_members(std::move(out));
    }
    case Op::concatenate: {
      List out;
      for (std::size_t i = 0; i < place.operands.size(); ++i) {
        out.members.insert(out.members.end(), list(i).members.begin(), list(i).members.end());
        include(out.which, list(i).which);
      }
      return of_members(std::move(out));
    }
    case Op::flatten: {
      List out;
      out.which = list(0).which;
      for (const Member& outer : list(0).members) {
        const List& inner = *outer.value.list;
        include(out.which, inner.which);
        include(out.which, outer.value.needs);
        for (Member member : inner.members) {
          member.certain = member.certain && outer.certain;
          member.count *= outer.count;
          // Several alike put their items one behind the other.
          member.ordered = member.ordered && outer.ordered && outer.count == 1;
          include(member.needs, outer.needs);
          out.members.push_back(std::move(member));
        }
      }
      return of_members(std::move(out));
    }
    case Op::index_of: {
      const Kind kind = places_[place.operands[1]].kind;
      List out;
      out.which = list(0).which;
      const bool ordered = is_ordered(list(0));
      Exact least = 1, before = 0, all = 0;
      for (const Member& member : list(0).members) {
        include(out.which, member.needs);
        all = all + static_cast<std::int64_t>(member.count);
      }
      const Needs x = needs_of(place.operands[1], readings);
      for (Member member : list(0).members) {
        const Exact most = before + static_cast<std::int64_t>(member.count);
        const Bool3 equal = compare(expr::Op::equal, kind, member.value, at(1));
        if (equal == Bool3::unknown) {
          include(member.needs, member.value.needs);
          include(member.needs, x);
        }
        member.value = waiting(ordered ? from_to(least, most) : from_to(1, all), Kind::number, out.which);
        if (member.certain) least = least + 1;
        before = most;
        member.certain = member.certain && equal == Bool3::yes;
        if (equal != Bool3::no) out.members.push_back(std::move(member));
      }
      const Reading &range = ranges_[place.operands[0]], &x_range = ranges_[place.operands[1]];
      const bool settled = !range.nothing && !x_range.nothing &&
                           compare(expr::Op::equal, kind, item_of_range(range), x_range) == Bool3::yes;
      if (settled) {
        out.some = list(0).some;
        out.certain = list(0).certain;
        return counted(std::move(out), at(0).least, at(0).most);
      }
      return of_members(std::move(out));
    }
    default:
      return read_aggregate(place, readings);
  }
}

/// A list that is one of two counts its members, whatever it was told of their number.
Reading Reference::counted_anew(const Reading& list) {
  List out = *list.list;
  out.some = false;
  return of_members(std::move(out));
}

/// `if` between lists or records, whose condition is unknown.
Reading Reference::read_choice(const Place& place, const Readings& readings) const {
  const Reading &a = readings[place.operands[1]], &b = readings[place.operands[2]];
  if (a.nothing || b.nothing) return nothing();
  if (place.kind == Kind::record) {
    Reading out = either(a, b);
    include(out.needs, needs_of(place.operands[0], readings));
    return out;
  }
  if (nothing_known(readings)) {
    Reading item = either(a.list->members[0].value, b.list->members[0].value);
    return of_items(std::move(item), 0, a.most + b.most);
  }
  const Bool3 equal = equal_lists(a, b, item_of(type_of(place)));
  if (equal == Bool3::yes) return counted_anew(a);
  List out;
  Needs condition = needs_of(place.operands[0], readings);
  if (equal == Bool3::unknown) {  // were they equal, the condition would not matter
    collect(a, condition);
    collect(b, condition);
  }
  for (const Reading* list : {&a, &b}) {
    include(out.which, list->list->which);
    for (Member member : list->list->members) {
      member.certain = false;
      include(member.needs, condition);
      out.members.push_back(std::move(member));
    }
  }
  return of_members(std::move(out));
}

/// One group of each key that is known. A member whose key is not may be in each, and may be one more group.
Reading Reference::read_group(const Place& place, const Reading& list, const Inputs& inputs) const {
  const typed::Binder& binder = module_.binders[BinderId(place.data)];
  const Kind kind = module_.records.fields(binder.item.record)[binder.key].type.kind;
  const std::vector<Member>& all = list.list->members;
  const auto key_of = [&](std::size_t i) -> const Reading& { return all[i].value.fields[binder.key]; };
  const auto is_unknown = [&](std::size_t i) { return !known(key_of(i), kind); };
  List out;
  bool ordered = true;
  out.which = list.list->which;
  std::vector<Reading> keys;
  std::optional<Reading> other_keys;
  std::uint64_t others = 0;
  std::size_t without_key = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    include(out.which, all[i].needs);
    include(out.which, key_of(i).needs);
    ordered = ordered && all[i].certain && all[i].ordered;
    if (is_unknown(i)) {
      ordered = false;
      ++without_key;
      others += all[i].count;
      other_keys = other_keys ? either(*other_keys, key_of(i)) : key_of(i);
      continue;
    }
    const bool fresh = std::none_of(keys.begin(), keys.end(), [&](const Reading& key) {
      return compare(expr::Op::equal, kind, key, key_of(i)) == Bool3::yes;
    });
    if (fresh) keys.push_back(key_of(i));
  }
  // Where looking at each group would cost the square of a long list, all are some that may be there.
  constexpr std::size_t kMost = 4'000'000;
  if (without_key * all.size() > kMost) {
    keys.clear();
    others = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      others += all[i].count;
      other_keys = either(*other_keys, key_of(i));
    }
  }
  const auto add_group = [&](const Reading& key, bool is_known, std::uint64_t count) {
    List items;
    items.some = true;
    bool certain = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool may = keys.empty() || is_unknown(i);
      if (!may && (!is_known || compare(expr::Op::equal, kind, key, key_of(i)) != Bool3::yes)) continue;
      items.members.push_back(all[i]);
      if (may) items.members.back().certain = false;
      certain = certain || items.members.back().certain;
    }
    Reading record;
    record.fields = {key, of_members(std::move(items))};
    if (!place.body.roots.empty()) go_over(place.body, place.data, record.fields[1], inputs);
    for (const std::uint32_t root : place.body.roots) {
      record.fields.push_back((*inputs.readings)[root]);
      if (record.fields.back().nothing) return false;
    }
    out.members.push_back({std::move(record), certain, count, {}, ordered});
    return true;
  };
  for (const Reading& key : keys) {
    if (!add_group(key, true, 1)) return nothing();
  }
  if (other_keys && !add_group(*other_keys, false, others)) return nothing();
  return of_members(std::move(out));
}

/// A member is dropped if it is known and equals an earlier certain known one, stays certain if it meets no earlier
/// one, else is possible. What it counts follows from the values.
Reading Reference::distinct(const Reading& list, Kind kind) const {
  const List& from = *list.list;
  List out;
  out.which = from.which;
  std::vector<Reading> known_certain, known_all;
  const auto add_new = [&](std::vector<Reading>& values, const Reading& x) {
    const bool old = std::any_of(values.begin(), values.end(), [&](const Reading& value) {
      return compare(expr::Op::equal, kind, value, x) == Bool3::yes;
    });
    if (!old) values.push_back(x);
    return !old;
  };
  std::uint64_t unknown = 0;
  for (std::size_t i = 0; i < from.members.size(); ++i) {
    Member member = from.members[i];
    include(out.which, member.needs);
    include(out.which, member.value.needs);
    bool meets = false, dropped = false;
    const bool is_known = known(member.value, kind);
    for (std::size_t k = 0; k < i; ++k) {
      const Member& earlier = from.members[k];
      const Bool3 equal = compare(expr::Op::equal, kind, earlier.value, member.value);
      meets = meets || equal != Bool3::no;
      dropped = dropped || (is_known && earlier.certain && equal == Bool3::yes);
    }
    if (!is_known) unknown += member.count;
    if (is_known && member.certain) add_new(known_certain, member.value);
    if (is_known) add_new(known_all, member.value);
    if (meets) member.certain = false;
    if (!dropped) out.members.push_back(std::move(member));
  }
  const bool any = from.certain > 0 || from.some;
  const std::uint64_t least = std::max<std::uint64_t>(known_certain.size(), any ? 1 : 0);
  const std::uint64_t most = known_all.size() + (fault_ == Fault::distinct_count ? 0 : unknown);
  const Reading plain = of_members(out);
  return counted(*plain.list, static_cast<std::int64_t>(least), static_cast<std::int64_t>(std::max(least, most)));
}

Bool3 Reference::equal_items(const Reading& a, const Reading& b, const Type& type) const {
  if (type.kind == Kind::list) return equal_lists(a, b, item_of(type));
  if (type.kind != Kind::record) return compare(expr::Op::equal, type.kind, a, b);
  Bool3 out = Bool3::yes;
  const auto& fields = module_.records.fields(type.record);
  for (std::size_t i = 0; i < fields.size(); ++i)
    out = and3(out, equal_items(a.fields[i], b.fields[i], fields[i].type));
  return out;
}

/// False when the counts cannot be equal or, where no member is possible, a pair cannot; true when no member is
/// possible and all pairs are equal.
Bool3 Reference::equal_lists(const Reading& a, const Reading& b, const Type& type) const {
  const auto counts = [](const List& list) {
    Reading out = from_to(static_cast<std::int64_t>(list.certain), 0);
    for (const Member& member : list.members) out.most = out.most + static_cast<std::int64_t>(member.count);
    return out;
  };
  const Reading x = counts(*a.list), y = counts(*b.list);
  if (compare(expr::Op::equal, Kind::number, x, y) == Bool3::no) return Bool3::no;
  if (x.least != x.most || y.least != y.most) return Bool3::unknown;
  Bool3 out = Bool3::yes;
  for (std::size_t i = 0; i < a.list->members.size(); ++i)
    out = and3(out, equal_items(a.list->members[i].value, b.list->members[i].value, type));
  return out;
}

/// Whether a value is among the items of a list: as the or of comparisons.
Reading Reference::any_equal(const Reading& list, const Type& item, const Reading& x, std::uint32_t x_at,
                             const Readings& readings) const {
  if (nothing_known(readings))
    return of_truth(some_in_range(list, compare(expr::Op::equal, item.kind, item_of_range(list), x)));
  Bool3 out = Bool3::no;
  Needs needs = list.list->which;
  for (const Member& member : list.list->members) {
    const Bool3 equal = compare(expr::Op::equal, item.kind, member.value, x);
    include(needs, member.needs);
    if (equal == Bool3::unknown) {
      include(needs, member.value.needs);
      include(needs, needs_of(x_at, readings));
    }
    out = rfs::or3(out, and3(member.certain ? Bool3::yes : Bool3::unknown, equal));
  }
  return waiting(of_truth(out), Kind::boolean, needs);
}

/// Rows that make one value of a list.
Reading Reference::read_aggregate(const Place& place, const Readings& readings) const {
  const auto at = [&](std::size_t i) -> const Reading& { return readings[place.operands[i]]; };
  Needs needs;
  for (const std::uint32_t operand : place.operands) {
    if (places_[operand].kind == Kind::list)
      collect(readings[operand], needs);
    else
      include(needs, needs_of(operand, readings));
  }
  const std::size_t list_at = place.op == Op::at_least_in ? 1 : place.op == Op::weekdays_but ? 2 : 0;
  const List& list = *at(list_at).list;
  const auto found = [&](Reading x) { return waiting(std::move(x), place.kind, needs); };
  switch (place.op) {
    case Op::sum_of: {
      Reading out = from_to(0, 0);
      for (const Member& member : list.members) {
        const Exact many = static_cast<std::int64_t>(member.count);
        const bool there = member.certain || fault_ == Fault::possible_sum;
        const Exact &least = member.value.least, &most = member.value.most;
        out.least = out.least + many * (there ? least : std::min(least, Exact(0)));
        out.most = out.most + many * (there ? most : std::max(most, Exact(0)));
      }
      return found(out);
    }
    case Op::count_of:
      needs = list.which;  // what the items are does not count
      for (const Member& member : list.members) include(needs, member.needs);
      return found(from_to(at(0).least, at(0).most));
    case Op::all_in:
    case Op::any_in: {
      Bool3 out = Bool3::no;
      for (const Member& member : list.members) {
        const Bool3 met = place.op == Op::any_in ? member.value.truth : not3(member.value.truth);
        out = rfs::or3(out, and3(member.certain ? Bool3::yes : Bool3::unknown, met));
      }
      return found(of_truth(place.op == Op::any_in ? out : not3(out)));
    }
    case Op::at_least_in: {
      Reading those = from_to(0, 0);
      for (const Member& member : list.members) {
        if (member.certain && member.value.truth == Bool3::yes) those.least = those.least + 1;
        if (member.value.truth != Bool3::no) those.most = those.most + static_cast<std::int64_t>(member.count);
      }
      // Where every item holds, as many do as there are.
      const Reading& list_range = ranges_[place.operands[1]];
      if (!list_range.nothing && item_of_range(list_range).truth == Bool3::yes)
        those = from_to(at(1).least, at(1).most);
      // It waits for the number and, unless that is known, for how many items hold.
      needs = needs_of(place.operands[0], readings);
      if (those.least != those.most) include(needs, list.which);
      for (const Member& member : list.members) {
        if (those.least == those.most || member.value.truth == Bool3::no) continue;
        include(needs, member.needs);
        include(needs, member.value.needs);
      }
      return found(of_truth(compare(expr::Op::less_equal, Kind::number, at(0), those)));
    }
    case Op::holds_item:
      return any_equal(at(0), item_of(type_of(places_[place.operands[0]])), at(1), place.operands[1], readings);
    case Op::weekdays_but:
      return found(weekdays_but(place, readings));
    default: {
      Reading out = read_taken(place, list, readings);
      if (place.kind != Kind::record || out.nothing) return found(std::move(out));
      // A field waits for that field of the items.
      out.needs = list.which;
      for (const Member& member : list.members) include(out.needs, member.needs);
      for (std::size_t i = 1; i < place.operands.size(); ++i) include(out.needs, needs_of(place.operands[i], readings));
      const auto& fields = module_.records.fields(type_of(place).record);
      for (std::size_t i = 0; i < out.fields.size(); ++i) {
        Needs of_field;
        for (const Member& member : list.members) collect(member.value.fields[i], of_field);
        out.fields[i] = waiting(std::move(out.fields[i]), fields[i].type.kind, std::move(of_field));
      }
      return out;
    }
  }
}

/// An item of a list, or the least, greatest or mean of them; nothing where there is none.
Reading Reference::read_taken(const Place& place, const List& list, const Readings& readings) const {
  std::optional<Reading> out;
  const auto hull = [&](const Reading& x) { out = out ? either(*out, x) : x; };
  const bool ordered = is_ordered(list);
  switch (place.op) {
    case Op::least_of:
    case Op::most_of: {
      const bool least = place.op == Op::least_of;
      for (const Member& member : list.members) hull(member.value);
      std::optional<Exact> end;  // of the certain items
      for (const Member& member : list.members) {
        const Exact& one = least ? member.value.most : member.value.least;
        if (member.certain && (!end || (least ? one < *end : one > *end))) end = one;
      }
      if (end) (least ? out->most : out->least) = *end;
      break;
    }
    case Op::mean_of: {
      // The certain items, and of the possible ones those that draw the mean furthest: the least, or the greatest.
      const auto furthest = [&](bool down) {
        std::vector<std::pair<Exact, Exact>> possible;
        Exact sum = 0, count = 0;
        for (const Member& member : list.members) {
          const Exact& x = down ? member.value.least : member.value.most;
          if (member.certain) {
            sum = sum + x;
            count = count + 1;
          } else {
            possible.emplace_back(x, static_cast<std::int64_t>(member.count));
          }
        }
        std::sort(possible.begin(), possible.end());
        if (!down) std::reverse(possible.begin(), possible.end());
        std::optional<Exact> best;
        if (!count.is_zero()) best = sum / count;
        for (const auto& [x, many] : possible) {
          if (!best) best = x;
          sum = sum + many * x;
          count = count + many;
          best = down ? std::min(*best, sum / count) : std::max(*best, sum / count);
        }
        return *best;
      };
      if (!list.members.empty()) out = from_to(furthest(true), furthest(false));
      break;
    }
    case Op::first_of:
    case Op::last_of: {
      // Up to the first that is there for certain; all of them where their order is not known.
      const auto add_until_certain = [&](auto from, auto end) {
        for (; from != end; ++from) {
          hull(from->value);
          if (ordered && from->certain) return;
        }
      };
      if (place.op == Op::first_of)
        add_until_certain(list.members.begin(), list.members.end());
      else
        add_until_certain(list.members.rbegin(), list.members.rend());
      break;
    }
    default: {  // item_at
      const Reading& index = readings[place.operands[1]];
      Exact least = 1, most = 0;
      for (const Member& member : list.members) {
        most = most + static_cast<std::int64_t>(member.count);
        if (!ordered || (least <= index.most && most >= index.least)) hull(member.value);
        if (member.certain) least = least + 1;
      }
      return out ? *out : nothing();
    }
  }
  const bool has_empty = place.operands.size() > 1;
  if (has_empty && list.certain == 0 && !list.some) hull(readings[place.operands[1]]);
  return out ? *out : nothing();
}

/// Weekdays but for some: each argument in its direction, and a day less the more days are left out.
Reading Reference::weekdays_but(const Place& place, const Readings& readings) const {
  const Reading &from = readings[place.operands[0]], &to = readings[place.operands[1]];
  const List& days = *readings[place.operands[2]].list;
  const auto is_weekday = [](std::int64_t day) { return value::weekday_of(day) <= 5; };
  const auto between = [&](const Exact& after, const Exact& until, bool certain_only) {
    std::set<std::int64_t> out;
    Exact lost = 0;
    for (const Member& member : days.members) {
      const Reading& day = member.value;
      if (day.least != day.most) {
        if (!certain_only && day.most > after && day.least <= until)
          lost = lost + static_cast<std::int64_t>(member.count);
      } else if ((member.certain || !certain_only) && day.least > after && day.least <= until &&
                 is_weekday(whole(day.least))) {
        out.insert(whole(day.least));
      }
    }
    lost = lost + static_cast<std::int64_t>(out.size());
    return std::max(Exact(0), Exact(value::weekdays_between(whole(after), whole(until))) - lost);
  };
  return from_to(between(from.most, to.least, false), between(from.least, to.most, true));
}

}  // namespace rfs::reference
