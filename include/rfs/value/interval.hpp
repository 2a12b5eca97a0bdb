#pragma once

#include <cstdint>
#include <optional>

#include "rfs/config.hpp"
#include "rfs/value/bool3.hpp"
#include "rfs/value/calendar.hpp"
#include "rfs/value/exact.hpp"
#include "rfs/value/rounding.hpp"

namespace rfs::inline RFS_ABI::value {

/// The reading of a number, money, date, months or days: all values from least to most, both
/// included. Dates are day numbers, durations whole months or days.
struct Interval {
  Exact least;
  Exact most;

  [[nodiscard]] bool known() const noexcept { return least == most; }
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// The step of a node: the greatest number that divides all its values; 0 where 0 is the only
/// value, nothing where none is known.
using Step = std::optional<Exact>;

// Each function is a row of language.md section 5: the tightest interval that holds the results
// for all values of the operands, taken as independent.
RFS_API Interval hull(const Interval& a, const Interval& b);
RFS_API Interval add(const Interval& a, const Interval& b);
RFS_API Interval subtract(const Interval& a, const Interval& b);
RFS_API Interval negate(const Interval& a);
RFS_API Interval multiply(const Interval& a, const Interval& b);
/// Hull of the quotients; where b holds values on both sides of 0 it counts as [least, -step] and
/// [step, most]. Neither end of b may be 0, and where it has both signs, step must be > 0.
RFS_API Interval divide(const Interval& a, const Interval& b, const Step& step);
/// a - b * floor(a / b), exact if both are known, else the range the divisor allows: values of the
/// divisor's sign, nearer to 0 than the divisor by at least `step` (the step of the result; 0 where there is none).
/// Neither end of b may be 0.
RFS_API Interval modulo(const Interval& a, const Interval& b, const Step& step);
RFS_API Interval abs(const Interval& a);
RFS_API Interval min(const Interval& a, const Interval& b);
RFS_API Interval max(const Interval& a, const Interval& b);
/// Rounds both ends to a known step; with an unknown one (0 < step.least < step.most) bounds what any such
/// step can give: a result differs from x by at most the greatest step (half of it for the halves), in the mode's
/// direction, and never changes sign.
RFS_API Interval round(const Interval& x, const Interval& step, Rounding mode);

RFS_API Interval add_months(const Interval& date, const Interval& months, MonthEnd end);
RFS_API Interval subtract_months(const Interval& date, const Interval& months, MonthEnd end);
RFS_API Interval months_between(const Interval& a, const Interval& b, MonthEnd end);
RFS_API Interval age(const Interval& born, const Interval& at, MonthEnd end);
RFS_API Interval weekdays_between(const Interval& a, const Interval& b);
RFS_API Interval start_of_month(const Interval& date);
RFS_API Interval end_of_month(const Interval& date);
RFS_API Interval year(const Interval& date);
RFS_API Interval month(const Interval& date);    ///< hull over the days of the interval
RFS_API Interval day(const Interval& date);      ///< hull over the days of the interval
RFS_API Interval weekday(const Interval& date);  ///< hull over the days of the interval
RFS_API Interval make_date(const Interval& year, int month, int day);

RFS_API Bool3 less(const Interval& a, const Interval& b);        ///< a < b
RFS_API Bool3 less_equal(const Interval& a, const Interval& b);  ///< a <= b
RFS_API Bool3 equal(const Interval& a, const Interval& b);

/// Returns the least multiple of step that is >= x (> x with `strict`); without a step, x itself.
RFS_API Exact next_on_step(const Exact& x, const Step& step, bool strict);
/// Returns the greatest multiple of step that is <= x (< x with `strict`); without a step, x itself.
RFS_API Exact previous_on_step(const Exact& x, const Step& step, bool strict);

}  // namespace rfs::inline RFS_ABI::value

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/value/interval.ipp"
#endif
