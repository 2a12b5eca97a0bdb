#pragma once

#include <algorithm>
#include <cstdlib>

#include "rfs/evaluate/bound.hpp"
#include "rfs/program/read.hpp"
#include "rfs/value/calendar.hpp"
#include "rfs/value/rounding.hpp"

namespace rfs::inline RFS_ABI::evaluate::detail {

/// The table's entry that stands for a figure that is not on file; no value is as small.
inline constexpr std::int64_t kMissing = INT64_MIN;

/// Divides toward minus infinity; y > 0.
inline std::int64_t floor_divide(std::int64_t x, std::int64_t y) noexcept {
  const std::int64_t quotient = x / y;
  return quotient - (x % y < 0 ? 1 : 0);
}

/// Rounds x / y to a whole number; y > 0, and twice x fits.
[[gnu::noinline]] inline std::int64_t rounded(std::int64_t x, std::int64_t y, Rounding mode) noexcept {
  const std::int64_t down = floor_divide(x, y);
  const std::int64_t rest = x - down * y;
  if (rest == 0) return down;
  const bool negative = x < 0;
  switch (mode) {
    case Rounding::floor:
      return down;
    case Rounding::ceiling:
      return down + 1;
    case Rounding::down:
      return down + (negative ? 1 : 0);
    case Rounding::up:
      return down + (negative ? 0 : 1);
    default:
      break;
  }
  if (2 * rest != y) return down + (2 * rest > y ? 1 : 0);
  switch (mode) {
    case Rounding::half_up:
      return down + (negative ? 0 : 1);
    case Rounding::half_down:
      return down + (negative ? 1 : 0);
    default:
      return down + (down & 1);
  }
}

/// Follows known keys from a root to a figure, in units of the parameter; kMissing where none is on file.
inline std::int64_t figure_from(std::uint32_t root, const typed::Parameter& parameter,
                                const program::ScaledParameter& figures, const std::int64_t (&keys)[3]) noexcept {
  std::uint32_t at = root;
  for (std::size_t i = 0; i < parameter.keys.size(); ++i) {
    const typed::Level& level = parameter.levels[at];
    const std::int64_t key = keys[i];
    const auto row = std::lower_bound(level.rows.begin(), level.rows.end(), key,
                                      [](const typed::Level::Row& r, std::int64_t k) { return r.key < k; });
    if (row != level.rows.end() && row->key == key) {
      at = row->next;
    } else if (level.otherwise) {
      at = *level.otherwise;
    } else if (parameter.clamp && !level.rows.empty()) {
      const bool below =
          row != level.rows.begin() && (row == level.rows.end() || key - (row - 1)->key <= row->key - key);
      at = below ? (row - 1)->next : row->next;
    } else {
      return kMissing;
    }
  }
  return figures.null[at] != 0 ? kMissing : figures.figures[at];
}

/// Returns the root of a parameter's figures `on` a day; kNothing where none is on file.
inline std::uint32_t root_on(const program::Program& program, ParameterId id, std::int64_t day) noexcept {
  const program::OnFile on = program::on_file(program, id);
  if (day < on.from || day >= on.until) return kNothing;
  const std::vector<typed::Period>& periods = program.module->parameters[id].periods;
  const auto behind = std::upper_bound(periods.begin(), periods.end(), day,
                                       [](std::int64_t d, const typed::Period& period) { return d < period.from; });
  return std::prev(behind)->root;
}

/// Follows known keys to the figure of the day that is bound, or of the date that is the third key; kMissing where none
/// is on file.
[[gnu::noinline]] inline std::int64_t figure_at(const Instruction& n, const std::int64_t (&keys)[3],
                                                const Bound& on) noexcept {
  const std::uint32_t root = n.detail == 0 ? on.roots[n.d] : root_on(*on.program, ParameterId(n.d), keys[2]);
  if (root == kNothing) return kMissing;
  return figure_from(root, on.program->module->parameters[ParameterId(n.d)], on.scaled->parameters[n.d], keys);
}

/// Computes with dates. Out of line, as all is that calls others: else every instruction would save registers.
[[gnu::noinline]] inline std::int64_t date_step(const Instruction& n, std::int64_t a, std::int64_t b,
                                                MonthEnd month_end) noexcept {
  switch (static_cast<program::Op>(n.detail)) {
    case program::Op::plus_months:
      return value::add_months(a, b, month_end);
    case program::Op::minus_months:
      return value::add_months(a, -b, month_end);
    case program::Op::months_between:
      return value::months_between(a, b, month_end);
    case program::Op::age:
      return value::age(a, b, month_end);
    case program::Op::weekdays_between:
      return value::weekdays_between(a, b);
    case program::Op::year:
      return value::year_of(a);
    case program::Op::month:
      return value::month_of(a);
    case program::Op::day:
      return value::day_of(a);
    case program::Op::weekday:
      return value::weekday_of(a);
    case program::Op::start_of_month:
      return value::start_of_month(a);
    case program::Op::end_of_month:
      return value::end_of_month(a);
    case program::Op::make_date:
      return value::day_number(a, static_cast<int>(n.d / 100), static_cast<int>(n.d % 100));
    default:
      return 0;
  }
}

/// Returns the remainder that has the sign of y.
[[gnu::noinline]] inline std::int64_t modulo(std::int64_t x, std::int64_t y) noexcept {
  const std::int64_t rest = x % y;
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}

/// Returns whether a cut leaves a number.
[[gnu::noinline]] inline bool inside(const Instruction& n, std::int64_t a, const std::int64_t* v) noexcept {
  return a >= v[n.b] && a <= v[n.c] && !(n.detail != 0 && a == 0);
}

/// Returns whether a cut leaves a word.
[[gnu::noinline]] inline bool listed(const Instruction& n, std::int64_t a, const Bound& on) noexcept {
  return on.program->cuts[n.d].words.contains(static_cast<std::size_t>(a));
}

/// Computes one instruction; returns false where a figure is not on file. Slots that an instruction does not use are 0,
/// so that all read two: one load less to decide on.
[[gnu::always_inline]] inline bool step(const Instruction& n, std::int64_t* v, const std::int64_t* tables,
                                        const Bound& on) noexcept {
  std::int64_t a = v[n.a];
  const std::int64_t b = v[n.b];
  if (n.table != kNothing) a = tables[static_cast<std::int64_t>(n.table) + a];
  std::int64_t& out = v[n.out];
  switch (n.op) {
    case Op::copy:
      out = a;
      return true;
    case Op::add:
      out = a + b;
      return true;
    case Op::subtract:
      out = a - b;
      return true;
    case Op::multiply:
      out = a * b;
      return true;
    case Op::minimum:
      out = std::min(a, b);
      return true;
    case Op::maximum:
      out = std::max(a, b);
      return true;
    case Op::absolute:
      out = std::abs(a);
      return true;
    case Op::modulo:
      out = modulo(a, b);
      return true;
    case Op::round:
      out = rounded(a, b, static_cast<Rounding>(n.detail));
      return true;
    case Op::less:
      out = a < b;
      return true;
    case Op::less_equal:
      out = a <= b;
      return true;
    case Op::greater:
      out = a > b;
      return true;
    case Op::greater_equal:
      out = a >= b;
      return true;
    case Op::equal:
      out = a == b;
      return true;
    case Op::both:
      out = a & b;
      return true;
    case Op::either:
      out = a | b;
      return true;
    case Op::select: {
      // Without a branch: which way it goes is as random as the applicants are.
      const std::int64_t no = v[n.c];
      out = no ^ ((b ^ no) & -a);
      return true;
    }
    case Op::inside:
      out = inside(n, a, v);
      return true;
    case Op::cut:
      out = inside(n, a, v) ? a : v[n.d];
      return true;
    case Op::listed:
      out = listed(n, a, on);
      return true;
    case Op::word:
      out = listed(n, a, on) ? a : b;
      return true;
    case Op::date:
      out = date_step(n, a, b, on.program->module->file->month_end.value_or(MonthEnd::clamp));
      return true;
    case Op::figure:
      out = figure_at(n, {a, b, v[n.c]}, on);
      return out != kMissing;
    case Op::given:
      out = (v[n.d / 64] >> n.d % 64 & 1) != 0 ? a : b;
      return true;
    case Op::index:
      out = a + b * (n.d & 0xFFFF) + v[n.c] * (n.d >> 16);
      return true;
    case Op::on_file:
      return a != kMissing;
  }
  __builtin_unreachable();  // every value of Op is named: then no bounds are checked before the jump
}

}  // namespace rfs::inline RFS_ABI::evaluate::detail
