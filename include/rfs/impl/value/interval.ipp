#pragma once

#include <algorithm>
#include <cassert>
#include <initializer_list>
#include <limits>

#include "rfs/value/interval.hpp"

namespace rfs::inline RFS_ABI::value {

namespace detail {

RFS_INLINE Interval hull_of(std::initializer_list<Exact> values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return {*least, *most};
}

/// Returns a day or month number; what does not fit is farther than any date and counts as the farthest.
RFS_INLINE std::int64_t whole(const Exact& x) {
  const Exact floor = x.floor();
  if (const auto fits = floor.to_int64()) return *fits;
  using Limits = std::numeric_limits<std::int64_t>;
  return floor.sign() < 0 ? Limits::min() : Limits::max();
}

RFS_INLINE std::int64_t minus(std::int64_t x) noexcept {
  using Limits = std::numeric_limits<std::int64_t>;
  return x == Limits::min() ? Limits::max() : -x;
}

}  // namespace detail

RFS_INLINE Interval hull(const Interval& a, const Interval& b) {
  return {std::min(a.least, b.least), std::max(a.most, b.most)};
}

RFS_INLINE Interval add(const Interval& a, const Interval& b) { return {a.least + b.least, a.most + b.most}; }

RFS_INLINE Interval subtract(const Interval& a, const Interval& b) { return {a.least - b.most, a.most - b.least}; }

RFS_INLINE Interval negate(const Interval& a) { return {-a.most, -a.least}; }

RFS_INLINE Interval multiply(const Interval& a, const Interval& b) {
  if (a.least.sign() >= 0 && b.least.sign() >= 0) return {a.least * b.least, a.most * b.most};
  return detail::hull_of({a.least * b.least, a.least * b.most, a.most * b.least, a.most * b.most});
}

RFS_INLINE Interval divide(const Interval& a, const Interval& b, const Step& step) {
  if (b.known()) {
    const Exact first = a.least / b.least;
    const Exact second = a.most / b.least;
    return {std::min(first, second), std::max(first, second)};
  }
  if (b.least.sign() == b.most.sign()) {
    return detail::hull_of({a.least / b.least, a.least / b.most, a.most / b.least, a.most / b.most});
  }
  assert(step && step->sign() > 0);
  return hull(divide(a, {b.least, -*step}, step), divide(a, {*step, b.most}, step));
}

RFS_INLINE Interval modulo(const Interval& a, const Interval& b, const Step& step) {
  if (a.known() && b.known()) {
    const Exact rest = a.least - b.least * (a.least / b.least).floor();
    return {rest, rest};
  }
  const Exact nearer = step.value_or(0);
  return {std::min<Exact>(0, b.least + nearer), std::max<Exact>(0, b.most - nearer)};
}

RFS_INLINE Interval abs(const Interval& a) {
  if (a.least.sign() >= 0) return a;
  if (a.most.sign() <= 0) return negate(a);
  return {0, std::max(-a.least, a.most)};
}

RFS_INLINE Interval min(const Interval& a, const Interval& b) {
  return {std::min(a.least, b.least), std::min(a.most, b.most)};
}

RFS_INLINE Interval max(const Interval& a, const Interval& b) {
  return {std::max(a.least, b.least), std::max(a.most, b.most)};
}

RFS_INLINE Interval round(const Interval& x, const Interval& step, Rounding mode) {
  if (step.known()) return {round(x.least, step.least, mode), round(x.most, step.least, mode)};
  const Exact& whole = step.most;
  const Exact half = whole / 2;
  // How far the lower end may fall and the upper end may rise, without passing 0.
  const auto fall = [](const Exact& end, const Exact& by) {
    return end.sign() >= 0 ? std::max<Exact>(0, end - by) : end - by;
  };
  const auto rise = [](const Exact& end, const Exact& by) {
    return end.sign() <= 0 ? std::min<Exact>(0, end + by) : end + by;
  };
  const Exact& least = x.least;
  const Exact& most = x.most;
  switch (mode) {
    case Rounding::down:
      return {least.sign() > 0 ? fall(least, whole) : least, most.sign() < 0 ? rise(most, whole) : most};
    case Rounding::up:
      return {least.sign() < 0 ? least - whole : least, most.sign() > 0 ? most + whole : most};
    case Rounding::floor:
      return {fall(least, whole), most};
    case Rounding::ceiling:
      return {least, rise(most, whole)};
    case Rounding::half_up:
    case Rounding::half_down:
    case Rounding::half_even:
      return {fall(least, half), rise(most, half)};
  }
  return x;
}

// Each of these grows, or falls, with each of its arguments: the ends give the ends.

RFS_INLINE Interval add_months(const Interval& date, const Interval& months, MonthEnd end) {
  return {add_months(detail::whole(date.least), detail::whole(months.least), end),
          add_months(detail::whole(date.most), detail::whole(months.most), end)};
}

RFS_INLINE Interval subtract_months(const Interval& date, const Interval& months, MonthEnd end) {
  return {add_months(detail::whole(date.least), detail::minus(detail::whole(months.most)), end),
          add_months(detail::whole(date.most), detail::minus(detail::whole(months.least)), end)};
}

RFS_INLINE Interval months_between(const Interval& a, const Interval& b, MonthEnd end) {
  return {months_between(detail::whole(a.most), detail::whole(b.least), end),
          months_between(detail::whole(a.least), detail::whole(b.most), end)};
}

RFS_INLINE Interval age(const Interval& born, const Interval& at, MonthEnd end) {
  return {age(detail::whole(born.most), detail::whole(at.least), end),
          age(detail::whole(born.least), detail::whole(at.most), end)};
}

RFS_INLINE Interval weekdays_between(const Interval& a, const Interval& b) {
  return {weekdays_between(detail::whole(a.most), detail::whole(b.least)),
          weekdays_between(detail::whole(a.least), detail::whole(b.most))};
}

RFS_INLINE Interval start_of_month(const Interval& date) {
  return {start_of_month(detail::whole(date.least)), start_of_month(detail::whole(date.most))};
}

RFS_INLINE Interval end_of_month(const Interval& date) {
  return {end_of_month(detail::whole(date.least)), end_of_month(detail::whole(date.most))};
}

RFS_INLINE Interval year(const Interval& date) {
  return {year_of(detail::whole(date.least)), year_of(detail::whole(date.most))};
}

RFS_INLINE Interval make_date(const Interval& year, int month, int day) {
  return {day_number(detail::whole(year.least), month, day), day_number(detail::whole(year.most), month, day)};
}

// These begin anew with each year, month or week; an interval that passes such a border holds both sides of it.

RFS_INLINE Interval month(const Interval& date) {
  const std::int64_t first = detail::whole(date.least);
  const std::int64_t last = detail::whole(date.most);
  if (year_of(first) != year_of(last)) return {1, 12};
  return {month_of(first), month_of(last)};
}

RFS_INLINE Interval day(const Interval& date) {
  const std::int64_t first = detail::whole(date.least);
  const std::int64_t last = detail::whole(date.most);
  const std::int64_t end_of_first = end_of_month(first);
  if (last <= end_of_first) return {day_of(first), day_of(last)};
  // Of two months that follow each other one has 31 days: the ends of two full months are enough.
  const std::int64_t end_of_second = std::min(last, end_of_month(end_of_first + 1));
  return {1, std::max({day_of(end_of_first), day_of(end_of_second), day_of(last)})};
}

RFS_INLINE Interval weekday(const Interval& date) {
  const std::int64_t first = detail::whole(date.least);
  const std::int64_t last = detail::whole(date.most);
  std::int64_t passed = 0;
  const bool far = __builtin_sub_overflow(last, first, &passed);
  if (far || weekday_of(first) + std::min<std::int64_t>(passed, 7) > 7) return {1, 7};
  return {weekday_of(first), weekday_of(last)};
}

RFS_INLINE Bool3 less(const Interval& a, const Interval& b) {
  if (a.most < b.least) return Bool3::yes;
  return a.least >= b.most ? Bool3::no : Bool3::unknown;
}

RFS_INLINE Bool3 less_equal(const Interval& a, const Interval& b) {
  if (a.most <= b.least) return Bool3::yes;
  return a.least > b.most ? Bool3::no : Bool3::unknown;
}

RFS_INLINE Bool3 equal(const Interval& a, const Interval& b) {
  if (a.most < b.least || b.most < a.least) return Bool3::no;
  return a.known() && b.known() ? Bool3::yes : Bool3::unknown;
}

RFS_INLINE Exact next_on_step(const Exact& x, const Step& step, bool strict) {
  if (!step || step->is_zero()) return x;
  const Exact count = x / *step;
  return (strict ? count.floor() + 1 : count.ceiling()) * *step;
}

RFS_INLINE Exact previous_on_step(const Exact& x, const Step& step, bool strict) {
  if (!step || step->is_zero()) return x;
  const Exact count = x / *step;
  return (strict ? count.ceiling() - 1 : count.floor()) * *step;
}

}  // namespace rfs::inline RFS_ABI::value
