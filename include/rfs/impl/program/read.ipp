#pragma once

#include <algorithm>
#include <optional>

#include "rfs/program/read.hpp"
#include "rfs/value/unicode.hpp"

namespace rfs::inline RFS_ABI::program {

RFS_INLINE Reading reading_of(const Value& value, Kind kind) {
  Reading out;
  switch (kind) {
    case Kind::boolean:
      out.truth = to_bool3(!value.number.is_zero());
      break;
    case Kind::choice:
      out.words.insert(static_cast<std::size_t>(*value.number.to_int64()));
      break;
    case Kind::text:
      out.text = kept_elsewhere(value.text);
      break;
    default:
      out.interval = {value.number, value.number};
  }
  return out;
}

RFS_INLINE Reading reading_of(const rule::Domain& domain, const Choices& choices) {
  Reading out;
  out.interval = domain.range;
  if (domain.type.kind == Kind::choice) out.words = WordSet::all(choices.words(domain.type.choice).size());
  return out;
}

RFS_INLINE bool apply_cut(const Cut& cut, Kind kind, const value::Step& step, Reading& reading) {
  if (kind == Kind::choice) {
    reading.words = reading.words.intersected(cut.words);
    return !reading.words.empty();
  }
  value::Interval& x = reading.interval;
  if (cut.least && x.least < *cut.least) x.least = *cut.least;
  if (cut.most && x.most > *cut.most) x.most = *cut.most;
  if (cut.nonzero && step) {
    if (step->is_zero()) return false;
    if (x.least.is_zero()) x.least = *step;
    if (x.most.is_zero()) x.most = -*step;
  }
  return x.least <= x.most;
}

RFS_INLINE bool holds(Op op, std::string_view text, std::string_view part) {
  if (op == Op::starts_with) return text.starts_with(part);
  if (op == Op::ends_with) return text.ends_with(part);
  return value::contains(text, part);
}

RFS_INLINE std::string_view substring(std::string_view text, const Exact& start, const Exact* count) {
  // What does not fit 64 bits lies behind the end of every text.
  const auto whole = [](const Exact& x) { return x.to_int64().value_or(INT64_MAX); };
  return value::substring(text, whole(start), count == nullptr ? INT64_MAX : whole(*count));
}

namespace detail {

/// Calls `visit(next, key)` for every row that the reading of one key may lead to; next is nothing where there is none.
template <class Visit>
void for_each_row(const typed::Level& level, const Type& type, bool clamp, const Reading& key, Visit visit) {
  const auto row_of = [&](std::int64_t wanted) -> const typed::Level::Row* {
    const auto at = std::lower_bound(level.rows.begin(), level.rows.end(), wanted,
                                     [](const typed::Level::Row& row, std::int64_t k) { return row.key < k; });
    return at != level.rows.end() && at->key == wanted ? &*at : nullptr;
  };
  const auto otherwise = [&](std::int64_t wanted) {
    visit(level.otherwise ? std::optional<std::uint32_t>(*level.otherwise) : std::nullopt, wanted);
  };
  if (type.kind == Kind::choice || type.kind == Kind::boolean) {
    const bool is_bool = type.kind == Kind::boolean;
    const std::size_t count = is_bool ? 2 : 64 + 64 * 1024;
    std::size_t left = is_bool ? 2 : key.words.size();
    for (std::size_t word = 0; word < count && left > 0; ++word) {
      const bool possible =
          is_bool ? key.truth == Bool3::unknown || key.truth == to_bool3(word == 1) : key.words.contains(word);
      if (!possible) {
        if (is_bool) --left;
        continue;
      }
      --left;
      const auto wanted = static_cast<std::int64_t>(word);
      if (const auto* row = row_of(wanted)) {
        visit(std::optional<std::uint32_t>(row->next), wanted);
      } else {
        otherwise(wanted);
      }
    }
    return;
  }
  // Whole numbers: the rows inside the interval, and what the numbers without a row of their own find.
  const std::int64_t least = key.interval.least.ceiling().to_int64().value_or(INT64_MIN / 2);
  const std::int64_t most = key.interval.most.floor().to_int64().value_or(INT64_MAX / 2);
  auto row = std::lower_bound(level.rows.begin(), level.rows.end(), least,
                              [](const typed::Level::Row& r, std::int64_t k) { return r.key < k; });
  std::int64_t next_free = least;  // the least number not yet seen
  bool found_free = false;
  std::int64_t free = 0;
  const auto gap = [&](std::int64_t from, std::int64_t to) {  // numbers from..to have no row
    if (from > to) return;
    if (!found_free) free = from;
    found_free = true;
    if (level.otherwise || !clamp || level.rows.empty()) return;
    const auto above = std::lower_bound(level.rows.begin(), level.rows.end(), from,
                                        [](const typed::Level::Row& r, std::int64_t k) { return r.key < k; });
    const bool has_below = above != level.rows.begin(), has_above = above != level.rows.end();
    // The nearest row; of two equally near, the lower.
    const auto nearer_below = [&](std::int64_t n) {
      return has_below && (!has_above || n - (above - 1)->key <= above->key - n);
    };
    if (nearer_below(from)) visit(std::optional<std::uint32_t>((above - 1)->next), from);
    if (!nearer_below(to)) visit(std::optional<std::uint32_t>(above->next), to);
  };
  for (; row != level.rows.end() && row->key <= most; ++row) {
    gap(next_free, row->key - 1);
    visit(std::optional<std::uint32_t>(row->next), row->key);
    next_free = row->key + 1;
  }
  gap(next_free, most);
  if (found_free && (level.otherwise || !clamp || level.rows.empty())) otherwise(free);
}

RFS_INLINE void visit_level(const typed::Parameter& parameter, std::uint32_t at, std::size_t depth, Found& found,
                            std::span<const Reading> keys, const std::function<void(const Found&)>& visit) {
  if (depth == parameter.keys.size()) {
    found.figure = at;
    visit(found);
    return;
  }
  for_each_row(parameter.levels[at], parameter.keys[depth], parameter.clamp, keys[depth],
               [&](std::optional<std::uint32_t> next, std::int64_t key) {
                 found.keys.push_back(key);
                 if (next) {
                   visit_level(parameter, *next, depth + 1, found, keys, visit);
                 } else {
                   found.figure = kNoFigure;
                   visit(found);
                 }
                 found.keys.pop_back();
               });
}

/// What a figure reads, also one that is not on file.
RFS_INLINE Reading read_figure(const Program& program, ParameterId id, std::size_t figure) {
  const typed::Parameter& parameter = program.module->parameters[id];
  if (figure != kNoFigure && !parameter.figures[figure].null)
    return reading_of(program.parameters[id].figures[figure], parameter.domain.type.kind);
  Reading out = reading_of(parameter.domain, program.module->choices);
  out.interval = program.parameters[id].null_range;
  return out;
}

/// The hull of readings that are added one by one.
class Hull {
 public:
  void add(Reading one) {
    if (!out_) {
      out_ = std::move(one);
      return;
    }
    if (out_->truth != one.truth) out_->truth = Bool3::unknown;
    out_->words = out_->words.united(one.words);
    if (out_->text != nullptr && (one.text == nullptr || *out_->text != *one.text)) out_->text = nullptr;
    out_->interval = value::hull(out_->interval, one.interval);
  }
  [[nodiscard]] Reading get() && { return out_ ? std::move(*out_) : Reading{}; }

 private:
  std::optional<Reading> out_;
};

RFS_INLINE Reading read_parameter(const Program& program, const Node& n, std::span<const Reading> keys,
                                  const value::Interval& days) {
  const ParameterId id(n.data);
  Hull out;
  for_each_figure(program, n, days, keys, [&](const Found& found) { out.add(read_figure(program, id, found.figure)); });
  return std::move(out).get();
}

/// The lists of brackets that a lookup may find.
RFS_INLINE Reading read_brackets(const Program& program, const Node& n, std::span<const Reading> keys,
                                 const value::Interval& days) {
  Reading out;
  for_each_figure(program, n, days, keys,
                  [&](const Found& found) { out.words.insert(found.figure == kNoFigure ? 0 : found.figure); });
  return out;
}

/// The sum over one list of brackets: between two starts it is straight, so its ends are those of the argument, and
/// where brackets begin between them.
RFS_INLINE value::Interval read_marginal(const Program& program, ParameterId id, std::size_t list,
                                         const value::Interval& x) {
  const typed::Parameter& schedule = program.module->parameters[id];
  value::Interval sum{0, 0};  // up to where the bracket begins
  std::optional<value::Interval> out;
  const auto join = [&](const value::Interval& at) { out = out ? value::hull(*out, at) : at; };
  const std::size_t end = schedule.end_of(list);
  for (std::size_t f = schedule.lists[list]; f < end; ++f) {
    const Exact& start = schedule.starts[f].number;
    const Exact* next = f + 1 < end ? &schedule.starts[f + 1].number : nullptr;
    const value::Interval figure = read_figure(program, id, f).interval;
    const auto at = [&](const Exact& to) {
      const Exact part = to > start ? to - start : Exact(0);
      return value::add(sum, value::multiply(figure, {part, part}));
    };
    if (next == nullptr || x.least < *next) join(at(std::max(x.least, start)));
    if (next == nullptr || x.most < *next) {
      join(at(x.most));
      break;
    }
    sum = at(*next);
  }
  return *out;
}

RFS_INLINE Reading read_schedule(const Program& program, const Node& n, const Reading& lists, const Reading& x) {
  const ParameterId id(n.data);
  const typed::Parameter& schedule = program.module->parameters[id];
  Hull out;
  for (std::size_t list = 0; list < schedule.lists.size(); ++list) {
    if (!lists.words.contains(list)) continue;
    if (n.op == Op::marginal) {
      Reading one;
      one.interval = read_marginal(program, id, list, x.interval);
      out.add(std::move(one));
      continue;
    }
    const auto [first, end] = figures_met(schedule, list, x, n.op);
    for (std::size_t f = first; f < end; ++f) out.add(read_figure(program, id, f));
  }
  return std::move(out).get();
}

}  // namespace detail
}  // namespace rfs::inline RFS_ABI::program

#include "rfs/impl/program/list_ranges.ipp"

namespace rfs::inline RFS_ABI::program {

RFS_INLINE OnFile on_file(const Program& program, ParameterId id) {
  const rule::File& file = *program.module->file;
  const std::vector<typed::Period>& periods = program.module->parameters[id].periods;
  OnFile out;
  out.from = periods.empty() ? kLastDate.days + 1 : periods.front().from;
  if (file.effective_from) out.from = std::max<std::int64_t>(out.from, file.effective_from->days);
  out.until = file.effective_until ? file.effective_until->days : kLastDate.days + 1;
  return out;
}

RFS_INLINE void for_each_figure(const Program& program, const Node& lookup, const value::Interval& days,
                                std::span<const Reading> keys, const std::function<void(const Found&)>& visit) {
  const typed::Parameter& parameter = program.module->parameters[ParameterId(lookup.data)];
  std::int64_t first = *days.least.to_int64(), last = *days.most.to_int64();
  if (lookup.on) {
    const OnFile on = on_file(program, ParameterId(lookup.data));
    if (first < on.from || last >= on.until) {
      Found none;
      none.period = kNoFigure;
      detail::visit_level(parameter, *parameter.off_file, 0, none, keys, visit);
    }
    first = std::max(first, on.from);
    last = std::min(last, on.until - 1);
    if (first > last) return;
  } else if (parameter.periods.empty() || first < parameter.periods.front().from) {
    Found none;
    none.figure = none.period = kNoFigure;
    visit(none);
  }
  for (std::size_t p = 0; p < parameter.periods.size(); ++p) {
    const typed::Period& period = parameter.periods[p];
    if (period.from > last || period.until <= first) continue;
    Found found;
    found.period = p;
    detail::visit_level(parameter, period.root, 0, found, keys, visit);
  }
}

RFS_INLINE std::pair<std::size_t, std::size_t> figures_met(const typed::Parameter& schedule, std::size_t list,
                                                           const Reading& argument, Op op) {
  const bool is_text = schedule.of->type.kind == Kind::text;
  const std::size_t first = schedule.lists[list], end = schedule.end_of(list);
  const auto begin = schedule.starts.begin();
  if (is_text && argument.text == nullptr) return {first, end};
  // How many brackets begin at or before an end of the argument; what is below the first is out of reach.
  const auto reached = [&](const Exact& to) -> std::size_t {
    const auto at = std::upper_bound(
        begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(end), to,
        [&](const Exact& x, const Value& s) { return is_text ? *argument.text < s.text : x < s.number; });
    return std::max(static_cast<std::size_t>(at - begin), first + 1);
  };
  if (op == Op::bracket) return {reached(argument.interval.least) - 1, reached(argument.interval.most)};
  std::size_t behind = reached(argument.interval.most);
  if (argument.interval.most <= schedule.starts[behind - 1].number) --behind;  // no part beyond a start that is met
  return {first, behind};
}

RFS_INLINE Reading read(const Program& program, NodeId id, const Table<NodeId, Reading>& readings,
                        const Inputs& inputs) {
  const Node& n = program.nodes[id];
  const auto interval = [&](NodeId operand) -> const value::Interval& { return readings[operand].interval; };
  const auto truth = [&](NodeId operand) { return readings[operand].truth; };
  // A file that adds months without saying is refused, yet the rest of it is checked.
  const MonthEnd month_end = program.module->file->month_end.value_or(MonthEnd::clamp);
  Reading out;
  switch (n.op) {
    case Op::constant:
      return reading_of(program.constants[n.data], n.kind);
    case Op::as_of:
      out.interval = inputs.as_of;
      break;
    case Op::fact: {
      const FactId fact(n.data);
      if (inputs.facts.empty()) return reading_of(program.module->facts[fact].domain, program.module->choices);
      const Given& given = inputs.facts[n.data];
      if (given.state == Given::State::known) return reading_of(given.value, n.kind);
      if (given.state == Given::State::absent && n.a.valid()) return readings[n.a];
      return reading_of(program.module->facts[fact].domain, program.module->choices);
    }
    case Op::parameter:
    case Op::brackets: {
      std::vector<Reading> keys;
      for (const NodeId key : {n.a, n.b, n.c}) {
        if (key.valid()) keys.push_back(readings[key]);
      }
      if (n.op == Op::brackets) return detail::read_brackets(program, n, keys, interval(n.d));
      return detail::read_parameter(program, n, keys, interval(n.d));
    }
    case Op::bracket:
    case Op::marginal:
      return detail::read_schedule(program, n, readings[n.a], readings[n.b]);
    case Op::add:
      out.interval = value::add(interval(n.a), interval(n.b));
      break;
    case Op::subtract:
      out.interval = value::subtract(interval(n.a), interval(n.b));
      break;
    case Op::multiply:
      out.interval = value::multiply(interval(n.a), interval(n.b));
      break;
    case Op::divide:
      out.interval = value::divide(interval(n.a), interval(n.b), program.constants[n.data].number);
      break;
    case Op::negate:
      out.interval = value::negate(interval(n.a));
      break;
    case Op::plus_months:
      out.interval = value::add_months(interval(n.a), interval(n.b), month_end);
      break;
    case Op::minus_months:
      out.interval = value::subtract_months(interval(n.a), interval(n.b), month_end);
      break;
    case Op::minimum:
      out.interval = value::min(interval(n.a), interval(n.b));
      break;
    case Op::maximum:
      out.interval = value::max(interval(n.a), interval(n.b));
      break;
    case Op::absolute:
      out.interval = value::abs(interval(n.a));
      break;
    case Op::modulo:
      out.interval = value::modulo(interval(n.a), interval(n.b), program.constants[n.data].number);
      break;
    case Op::round:
      out.interval = value::round(interval(n.a), interval(n.b), static_cast<Rounding>(n.data));
      break;
    case Op::months_between:
      out.interval = value::months_between(interval(n.a), interval(n.b), month_end);
      break;
    case Op::age:
      out.interval = value::age(interval(n.a), interval(n.b), month_end);
      break;
    case Op::weekdays_between:
      out.interval = value::weekdays_between(interval(n.a), interval(n.b));
      break;
    case Op::year:
      out.interval = value::year(interval(n.a));
      break;
    case Op::month:
      out.interval = value::month(interval(n.a));
      break;
    case Op::day:
      out.interval = value::day(interval(n.a));
      break;
    case Op::weekday:
      out.interval = value::weekday(interval(n.a));
      break;
    case Op::start_of_month:
      out.interval = value::start_of_month(interval(n.a));
      break;
    case Op::end_of_month:
      out.interval = value::end_of_month(interval(n.a));
      break;
    case Op::make_date:
      out.interval = value::make_date(interval(n.a), static_cast<int>(n.data / 100), static_cast<int>(n.data % 100));
      break;
    case Op::add_truth:
      out.interval = value::add(interval(n.a), {truth(n.b) == Bool3::yes ? 1 : 0, truth(n.b) == Bool3::no ? 0 : 1});
      break;
    case Op::less:
      out.truth = value::less(interval(n.a), interval(n.b));
      break;
    case Op::less_equal:
      out.truth = value::less_equal(interval(n.a), interval(n.b));
      break;
    case Op::equal:
      out.truth = value::equal(interval(n.a), interval(n.b));
      break;
    case Op::equal_truth:
      if (truth(n.a) != Bool3::unknown && truth(n.b) != Bool3::unknown) out.truth = to_bool3(truth(n.a) == truth(n.b));
      break;
    case Op::equal_word: {
      const WordSet& a = readings[n.a].words;
      const WordSet& b = readings[n.b].words;
      if (a.intersected(b).empty()) {
        out.truth = Bool3::no;
      } else if (a.size() == 1 && b.size() == 1) {
        out.truth = Bool3::yes;
      }
      break;
    }
    case Op::equal_text:
    case Op::less_text:
    case Op::less_equal_text: {
      const std::string *a = readings[n.a].text.get(), *b = readings[n.b].text.get();
      if (a == nullptr || b == nullptr) break;
      out.truth = to_bool3(n.op == Op::equal_text ? *a == *b : n.op == Op::less_text ? *a < *b : *a <= *b);
      break;
    }
    case Op::starts_with:
    case Op::ends_with:
    case Op::contains:
      if (readings[n.a].text != nullptr && readings[n.b].text != nullptr)
        out.truth = to_bool3(holds(n.op, *readings[n.a].text, *readings[n.b].text));
      break;
    case Op::length:
      out.interval = {0, static_cast<std::int64_t>(program.ranges[n.a].bytes)};
      if (readings[n.a].text != nullptr) out.interval.least = out.interval.most = value::length(*readings[n.a].text);
      break;
    case Op::join:
      if (readings[n.a].text != nullptr && readings[n.b].text != nullptr)
        out.text = std::make_shared<const std::string>(*readings[n.a].text + *readings[n.b].text);
      break;
    case Op::upper:
    case Op::lower:
      if (readings[n.a].text != nullptr)
        out.text = std::make_shared<const std::string>(n.op == Op::upper ? value::upper(*readings[n.a].text)
                                                                         : value::lower(*readings[n.a].text));
      break;
    case Op::substring: {
      const bool counted = n.c.valid();
      if (readings[n.a].text == nullptr || !interval(n.b).known() || (counted && !interval(n.c).known())) break;
      out.text = std::make_shared<const std::string>(
          substring(*readings[n.a].text, interval(n.b).least, counted ? &interval(n.c).least : nullptr));
      break;
    }
    case Op::logical_and:
      out.truth = and3(truth(n.a), truth(n.b));
      break;
    case Op::logical_or:
      out.truth = or3(truth(n.a), truth(n.b));
      break;
    case Op::logical_not:
      out.truth = not3(truth(n.a));
      break;
    case Op::select: {
      if (truth(n.a) == Bool3::yes) return readings[n.b];
      if (truth(n.a) == Bool3::no) return readings[n.c];
      const Reading& yes = readings[n.b];
      const Reading& no = readings[n.c];
      out.truth = yes.truth == no.truth ? yes.truth : Bool3::unknown;
      if (n.kind == Kind::choice) out.words = yes.words.united(no.words);
      if (yes.text != nullptr && no.text != nullptr && *yes.text == *no.text) out.text = yes.text;
      if (is_numeric(n.kind)) out.interval = value::hull(yes.interval, no.interval);
      break;
    }
    case Op::cut: {
      const Cut& cut = program.cuts[n.data];
      out = readings[n.a];
      if (!apply_cut(cut, n.kind, program.ranges[n.a].step, out)) return cut.fallback;
      break;
    }
    case Op::reaches: {
      Reading left = readings[n.a];
      out.truth = to_bool3(apply_cut(program.cuts[n.data], program.nodes[n.a].kind, program.ranges[n.a].step, left));
      break;
    }
    case Op::refine_no:
    case Op::refine_yes: {
      out.truth = truth(n.a);
      const bool yes = n.op == Op::refine_yes;
      if (out.truth == Bool3::unknown && truth(n.b) == Bool3::no) out.truth = to_bool3(yes);
      if (n.data != 0) out.truth = to_bool3(n.data == kSettledYes);
      break;
    }
    case Op::present:
    case Op::item:
    case Op::number:
    case Op::listed:
    case Op::member:
    case Op::key:
    case Op::position:
    case Op::unlike:
    case Op::sum_of:
    case Op::count_of:
    case Op::count_unlike:
    case Op::least_of:
    case Op::most_of:
    case Op::mean_of:
    case Op::first_of:
    case Op::last_of:
    case Op::item_at:
    case Op::some_of:
    case Op::equal_lists:
    case Op::weekdays_but:
      return detail::range_in_lists(program, n, readings);
  }
  return out;
}

}  // namespace rfs::inline RFS_ABI::program
