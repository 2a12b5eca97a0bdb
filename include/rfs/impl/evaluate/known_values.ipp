#pragma once

#include <algorithm>

#include "rfs/evaluate/outcome.hpp"
#include "rfs/program/read.hpp"
#include "rfs/value/calendar.hpp"
#include "rfs/value/rounding.hpp"
#include "rfs/value/unicode.hpp"

namespace rfs::inline RFS_ABI {

namespace evaluate::detail {

/// Finds the figure, or the list of brackets, that known keys lead to on a day, or nothing where there is none.
RFS_INLINE std::optional<std::uint32_t> look_up(const program::Program& program, const program::Node& n,
                                                const Table<program::NodeId, Exact>& values) {
  const typed::Parameter& parameter = program.module->parameters[ParameterId(n.data)];
  const std::int64_t day = *values[n.d].to_int64();
  if (n.on) {
    const program::OnFile on = program::on_file(program, ParameterId(n.data));
    if (day < on.from || day >= on.until) return std::nullopt;
  }
  auto period = std::upper_bound(parameter.periods.begin(), parameter.periods.end(), day,
                                 [](std::int64_t d, const typed::Period& p) { return d < p.from; });
  if (period == parameter.periods.begin()) return std::nullopt;
  std::uint32_t at = (--period)->root;
  const program::NodeId keys[] = {n.a, n.b, n.c};
  for (std::size_t i = 0; i < parameter.keys.size(); ++i) {
    const typed::Level& level = parameter.levels[at];
    const auto key = values[keys[i]].to_int64();
    if (!key) return std::nullopt;
    const auto row = std::lower_bound(level.rows.begin(), level.rows.end(), *key,
                                      [](const typed::Level::Row& r, std::int64_t k) { return r.key < k; });
    if (row != level.rows.end() && row->key == *key) {
      at = row->next;
    } else if (level.otherwise) {
      at = *level.otherwise;
    } else if (parameter.clamp && !level.rows.empty()) {
      const bool below =
          row != level.rows.begin() && (row == level.rows.end() || *key - (row - 1)->key <= row->key - *key);
      at = below ? (row - 1)->next : row->next;
    } else {
      return std::nullopt;
    }
  }
  return at;
}

/// Returns a figure, or nothing where it is not on file.
RFS_INLINE const Value* figure(const program::Program& program, ParameterId id, std::size_t at) {
  return program.module->parameters[id].figures[at].null ? nullptr : &program.parameters[id].figures[at];
}

/// Sums what a schedule gives for each part of an argument; nothing where a figure with a part is not on file.
RFS_INLINE std::optional<Exact> marginal(const program::Program& program, ParameterId id, std::size_t list,
                                         const Exact& x) {
  const typed::Parameter& schedule = program.module->parameters[id];
  Exact out = 0;
  for (std::size_t f = schedule.lists[list], end = schedule.end_of(list); f < end; ++f) {
    const Exact& start = schedule.starts[f].number;
    if (x <= start) break;
    const Value* value = figure(program, id, f);
    if (value == nullptr) return std::nullopt;
    const bool is_last = f + 1 == end || x <= schedule.starts[f + 1].number;
    out = out + value->number * ((is_last ? x : schedule.starts[f + 1].number) - start);
  }
  return out;
}

/// Whether a guard leaves a known value.
RFS_INLINE bool leaves(const program::Cut& cut, Kind kind, const Exact& x, const value::Step& step) {
  if (kind == Kind::choice) return cut.words.contains(static_cast<std::size_t>(*x.to_int64()));
  if (cut.least && x < *cut.least) return false;
  if (cut.most && x > *cut.most) return false;
  return !(cut.nonzero && step && (x.is_zero() || step->is_zero()));
}

}  // namespace evaluate::detail

/// The path of complete applicants: plain values, no bounds. Returns false where a fact or figure is not known; then
/// the readings are computed instead.
RFS_INLINE bool Outcome::known_values(std::size_t from, std::size_t to) {
  using program::Op;
  const program::Program& program = rules_.program();
  if (values_.size() < program.nodes.size()) {
    values_.resize(program.nodes.size());
    texts_.resize(program.nodes.size());
  }
  const auto whole = [&](program::NodeId id) { return values_[id].to_int64().value_or(0); };
  const auto set_value = [&](program::NodeId id, Kind kind, const Value& value) {
    if (kind == Kind::text)
      texts_[id] = program::kept_elsewhere(value.text);
    else
      values_[id] = value.number;
  };
  const MonthEnd month_end = program.module->file->month_end.value_or(MonthEnd::clamp);
  for (std::size_t i = from; i < to; ++i) {
    const program::NodeId id(i);
    const program::Node& n = program.nodes[id];
    Exact& out = values_[id];
    switch (n.op) {
      case Op::constant:
        set_value(id, n.kind, program.constants[n.data]);
        break;
      case Op::as_of:
        out = as_of_.days;
        break;
      case Op::fact: {
        const program::Given& given = given_[n.data];
        if (given.state == program::Given::State::known) {
          set_value(id, n.kind, given.value);
        } else if (given.state == program::Given::State::absent && n.a.valid()) {
          out = values_[n.a];
          texts_[id] = texts_[n.a];
        } else {
          return false;
        }
        break;
      }
      case Op::parameter: {
        const auto at = evaluate::detail::look_up(program, n, values_);
        const Value* found = at ? evaluate::detail::figure(program, ParameterId(n.data), *at) : nullptr;
        if (found == nullptr) return false;
        set_value(id, n.kind, *found);
        break;
      }
      case Op::brackets: {
        const auto list = evaluate::detail::look_up(program, n, values_);
        if (!list) return false;
        out = *list;
        break;
      }
      case Op::bracket: {
        const ParameterId schedule(n.data);
        program::Reading x;
        x.interval = {values_[n.b], values_[n.b]};
        x.text = texts_[n.b];
        const auto met =
            program::figures_met(program.module->parameters[schedule], static_cast<std::size_t>(whole(n.a)), x, n.op);
        const Value* found = evaluate::detail::figure(program, schedule, met.first);
        if (found == nullptr) return false;
        set_value(id, n.kind, *found);
        break;
      }
      case Op::marginal: {
        auto sum = evaluate::detail::marginal(program, ParameterId(n.data), static_cast<std::size_t>(whole(n.a)),
                                              values_[n.b]);
        if (!sum) return false;
        out = std::move(*sum);
        break;
      }
      case Op::add:
        out = values_[n.a] + values_[n.b];
        break;
      case Op::subtract:
        out = values_[n.a] - values_[n.b];
        break;
      case Op::multiply:
        out = values_[n.a] * values_[n.b];
        break;
      case Op::divide:
        out = values_[n.a] / values_[n.b];
        break;
      case Op::negate:
        out = -values_[n.a];
        break;
      case Op::plus_months:
        out = value::add_months(whole(n.a), whole(n.b), month_end);
        break;
      case Op::minus_months:
        out = value::add_months(whole(n.a), -whole(n.b), month_end);
        break;
      case Op::minimum:
        out = values_[n.b] < values_[n.a] ? values_[n.b] : values_[n.a];
        break;
      case Op::maximum:
        out = values_[n.b] > values_[n.a] ? values_[n.b] : values_[n.a];
        break;
      case Op::absolute:
        out = values_[n.a].abs();
        break;
      case Op::modulo:
        out = values_[n.a] - values_[n.b] * (values_[n.a] / values_[n.b]).floor();
        break;
      case Op::round:
        out = value::round(values_[n.a], values_[n.b], static_cast<Rounding>(n.data));
        break;
      case Op::months_between:
        out = value::months_between(whole(n.a), whole(n.b), month_end);
        break;
      case Op::age:
        out = value::age(whole(n.a), whole(n.b), month_end);
        break;
      case Op::weekdays_between:
        out = value::weekdays_between(whole(n.a), whole(n.b));
        break;
      case Op::year:
        out = value::year_of(whole(n.a));
        break;
      case Op::month:
        out = value::month_of(whole(n.a));
        break;
      case Op::day:
        out = value::day_of(whole(n.a));
        break;
      case Op::weekday:
        out = value::weekday_of(whole(n.a));
        break;
      case Op::start_of_month:
        out = value::start_of_month(whole(n.a));
        break;
      case Op::end_of_month:
        out = value::end_of_month(whole(n.a));
        break;
      case Op::make_date:
        out = value::day_number(whole(n.a), static_cast<int>(n.data / 100), static_cast<int>(n.data % 100));
        break;
      case Op::add_truth:
        out = values_[n.a] + values_[n.b];
        break;
      case Op::less:
        out = values_[n.a] < values_[n.b];
        break;
      case Op::less_equal:
        out = values_[n.a] <= values_[n.b];
        break;
      case Op::equal:
      case Op::equal_truth:
      case Op::equal_word:
        out = values_[n.a] == values_[n.b];
        break;
      case Op::equal_text:
        out = *texts_[n.a] == *texts_[n.b];
        break;
      case Op::less_text:
        out = *texts_[n.a] < *texts_[n.b];
        break;
      case Op::less_equal_text:
        out = *texts_[n.a] <= *texts_[n.b];
        break;
      case Op::starts_with:
      case Op::ends_with:
      case Op::contains:
        out = program::holds(n.op, *texts_[n.a], *texts_[n.b]);
        break;
      case Op::length:
        out = value::length(*texts_[n.a]);
        break;
      case Op::join:
        texts_[id] = std::make_shared<const std::string>(*texts_[n.a] + *texts_[n.b]);
        break;
      case Op::upper:
        texts_[id] = std::make_shared<const std::string>(value::upper(*texts_[n.a]));
        break;
      case Op::lower:
        texts_[id] = std::make_shared<const std::string>(value::lower(*texts_[n.a]));
        break;
      case Op::substring:
        texts_[id] = std::make_shared<const std::string>(
            program::substring(*texts_[n.a], values_[n.b], n.c.valid() ? &values_[n.c] : nullptr));
        break;
      case Op::logical_and:
        out = !values_[n.a].is_zero() && !values_[n.b].is_zero();
        break;
      case Op::logical_or:
        out = !values_[n.a].is_zero() || !values_[n.b].is_zero();
        break;
      case Op::logical_not:
        out = values_[n.a].is_zero();
        break;
      case Op::select: {
        const program::NodeId taken = values_[n.a].is_zero() ? n.c : n.b;
        out = values_[taken];
        texts_[id] = texts_[taken];
        break;
      }
      case Op::cut: {
        const program::Cut& cut = program.cuts[n.data];
        const bool left = evaluate::detail::leaves(cut, n.kind, values_[n.a], program.ranges[n.a].step);
        if (left)
          out = values_[n.a];
        else if (n.kind == Kind::choice)
          out = static_cast<std::int64_t>(cut.fallback.words.front());
        else
          out = cut.fallback.interval.least;
        break;
      }
      case Op::reaches:
        out = evaluate::detail::leaves(program.cuts[n.data], program.nodes[n.a].kind, values_[n.a],
                                       program.ranges[n.a].step);
        break;
      case Op::refine_no:
      case Op::refine_yes:
        out = values_[n.a];
        if (n.data != 0) out = n.data == program::kSettledYes ? 1 : 0;
        break;
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
        return false;
    }
  }
  return true;
}

}  // namespace rfs::inline RFS_ABI
