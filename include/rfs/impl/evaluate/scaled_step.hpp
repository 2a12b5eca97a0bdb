#pragma once

#include <algorithm>

#include "rfs/evaluate/bound.hpp"
#include "rfs/program/reading.hpp"
#include "rfs/value/calendar.hpp"

namespace rfs::inline RFS_ABI::evaluate::detail {

/// Divides toward minus infinity; y > 0.
inline std::int64_t floor_divide(std::int64_t x, std::int64_t y) noexcept {
  const std::int64_t quotient = x / y;
  return quotient - (x % y < 0 ? 1 : 0);
}

/// Rounds x / y to a whole number; y > 0, and twice x fits.
[[gnu::noinline]] RFS_INLINE std::int64_t rounded(std::int64_t x, std::int64_t y, Rounding mode) noexcept {
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

/// Follows known keys to a figure; -1 where there is none.
[[gnu::noinline]] RFS_INLINE std::int64_t find_figure(const typed::Parameter& parameter, std::uint32_t root,
                                                      const program::ScaledNode& n,
                                                      const std::int64_t* values) noexcept {
  std::uint32_t at = root;
  const program::NodeId keys[] = {n.a, n.b, n.c};
  for (std::size_t i = 0; i < parameter.keys.size(); ++i) {
    const typed::Level& level = parameter.levels[at];
    const std::int64_t key = values[keys[i].value];
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
      return -1;
    }
  }
  return at;
}

/// What the leaves of a scaled program read.
struct ScaledInputs {
  const program::Program& program;
  const program::Scaled& scaled;
  const std::uint32_t* roots;
  std::int64_t day = 0;
  const program::Given* given = nullptr;
  const std::int64_t* scaled_facts = nullptr;
  MonthEnd month_end = MonthEnd::clamp;
};

/// Computes a node of dates. Out of line: what calls others would make every node save registers.
[[gnu::noinline]] RFS_INLINE std::int64_t scaled_date(const program::ScaledNode& n, const std::int64_t* v,
                                                      MonthEnd month_end) noexcept {
  using program::Op;
  const auto a = [&] { return v[n.a.value]; };
  const auto b = [&] { return v[n.b.value]; };
  switch (n.op) {
    case Op::plus_months:
      return value::add_months(a(), b(), month_end);
    case Op::minus_months:
      return value::add_months(a(), -b(), month_end);
    case Op::months_between:
      return value::months_between(a(), b(), month_end);
    case Op::age:
      return value::age(a(), b(), month_end);
    case Op::weekdays_between:
      return value::weekdays_between(a(), b());
    case Op::year:
      return value::year_of(a());
    case Op::month:
      return value::month_of(a());
    case Op::day:
      return value::day_of(a());
    case Op::weekday:
      return value::weekday_of(a());
    case Op::start_of_month:
      return value::start_of_month(a());
    case Op::end_of_month:
      return value::end_of_month(a());
    case Op::make_date:
      return value::day_number(a(), static_cast<int>(n.data / 100), static_cast<int>(n.data % 100));
    default:
      return 0;
  }
}

/// Computes one node, the i-th, from those before it; returns false where a fact or a figure is not known.
[[gnu::always_inline]] inline bool scaled_step(const program::ScaledNode& n, std::size_t i, std::int64_t* v,
                                               const ScaledInputs& on) {
  using program::Op;
  const auto a = [&] { return v[n.a.value]; };
  const auto b = [&] { return v[n.b.value]; };
  switch (n.op) {
    case Op::constant:
      v[i] = n.x;
      break;
    case Op::as_of:
      v[i] = on.day;
      break;
    case Op::fact: {
      const program::Given::State state = on.given[n.data].state;
      if (state == program::Given::State::known) {
        v[i] = on.scaled_facts[n.data] * n.x;
      } else if (state == program::Given::State::absent && n.a.valid()) {
        v[i] = a() * n.y;
      } else {
        return false;
      }
      break;
    }
    case Op::parameter: {
      const std::uint32_t root = on.roots[n.data];
      if (root == kNothing) return false;
      const program::ScaledParameter& figures = on.scaled.parameters[n.data];
      const std::int64_t at = find_figure(on.program.module->parameters[ParameterId(n.data)], root, n, v);
      if (at < 0 || figures.null[static_cast<std::size_t>(at)] != 0) return false;
      v[i] = figures.figures[static_cast<std::size_t>(at)];
      break;
    }
    case Op::add:
      v[i] = a() * n.x + b() * n.y;
      break;
    case Op::subtract:
      v[i] = a() * n.x - b() * n.y;
      break;
    case Op::multiply:
      v[i] = a() * b();
      break;
    case Op::divide:
      v[i] = a() * n.x;
      break;
    case Op::negate:
      v[i] = -a() * n.x;
      break;
    case Op::minimum:
      v[i] = std::min(a() * n.x, b() * n.y);
      break;
    case Op::maximum:
      v[i] = std::max(a() * n.x, b() * n.y);
      break;
    case Op::absolute:
      v[i] = std::abs(a()) * n.x;
      break;
    case Op::modulo: {
      const std::int64_t x = a() * n.x, y = b() * n.y;
      const std::int64_t rest = x % y;
      v[i] = rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
      break;
    }
    case Op::round:
      v[i] = n.y == 1 ? a() * n.x : rounded(a() * n.x, n.y, n.rounding);
      break;
    case Op::add_truth:
      v[i] = a() + b();
      break;
    case Op::less:
      v[i] = a() * n.x < b() * n.y;
      break;
    case Op::less_equal:
      v[i] = a() * n.x <= b() * n.y;
      break;
    case Op::equal:
      v[i] = a() * n.x == b() * n.y;
      break;
    case Op::equal_truth:
    case Op::equal_word:
      v[i] = a() == b();
      break;
    case Op::logical_and:
      v[i] = a() & b();
      break;
    case Op::logical_or:
      v[i] = a() | b();
      break;
    case Op::logical_not:
      v[i] = a() ^ 1;
      break;
    case Op::select:
      v[i] = a() != 0 ? b() * n.x : v[n.c.value] * n.y;
      break;
    case Op::cut:
    case Op::reaches: {
      const program::Node& node = on.program.nodes[program::NodeId(i)];
      const bool is_word = on.program.nodes[node.a].kind == Kind::choice;
      const bool left = is_word ? on.program.cuts[n.data].words.contains(static_cast<std::size_t>(a()))
                                : a() >= n.least && a() <= n.most && !(n.nonzero && a() == 0);
      v[i] = n.op == Op::reaches ? static_cast<std::int64_t>(left) : left ? a() : n.fallback;
      break;
    }
    case Op::refine_no:
    case Op::refine_yes:
      v[i] = n.data == 0 ? a() : static_cast<std::int64_t>(n.data == program::kSettledYes);
      break;
    case Op::equal_text:
    case Op::less_text:
    case Op::less_equal_text:
      return false;  // a program with texts is not scaled
    case Op::plus_months:
    case Op::minus_months:
    case Op::months_between:
    case Op::age:
    case Op::weekdays_between:
    case Op::year:
    case Op::month:
    case Op::day:
    case Op::weekday:
    case Op::start_of_month:
    case Op::end_of_month:
    case Op::make_date:
      v[i] = scaled_date(n, v, on.month_end);
      break;
  }
  return true;
}

}  // namespace rfs::inline RFS_ABI::evaluate::detail
