#pragma once

#include "rfs/rule/floats.hpp"
#include "rfs/value/rounding.hpp"

namespace rfs::inline RFS_ABI::rule {

namespace detail {

inline constexpr std::size_t kFloatDigits = 15;  ///< that every binary float of 64 bits keeps

/// Counts the digits of a decimal between the zeros at either end.
RFS_INLINE std::size_t significant_digits(std::string_view text) noexcept {
  std::size_t digits = 0, zeros = 0;
  for (const char c : text.substr(0, text.find('e'))) {
    if (c < '0' || c > '9' || (c == '0' && digits == 0)) continue;
    zeros = c == '0' ? zeros + 1 : 0;
    ++digits;
  }
  return digits - zeros;
}

}  // namespace detail

RFS_INLINE FloatReading read_float(std::string_view shortest, const Domain& domain, Floats floats) {
  FloatReading out;
  const Type& type = domain.type;
  const bool takes_decimals =
      type.kind == Kind::money || (type.kind == Kind::number && type.flavour != Flavour::percent);
  const std::size_t digits = detail::significant_digits(shortest);
  const Exact value = *Exact::parse(shortest);
  // What has no decimals of its own (a bool, a date) is refused where it is read.
  if (digits <= detail::kFloatDigits && (!takes_decimals || value.decimals() <= domain.places)) return out;
  if (floats == Floats::exact || !takes_decimals) {
    out.problem = {Code::fact_places,
                   "expected at most " +
                       (digits > detail::kFloatDigits ? std::to_string(detail::kFloatDigits) + " digits"
                                                      : std::to_string(domain.places) + " decimals") +
                       ", found `" + value.text() + "`",
                   ""};
    return out;
  }
  const Exact step = step_of(domain).value_or(1);
  out.nearest = value::round(value, step, Rounding::half_even);
  if ((*out.nearest - value).abs() * 1'000'000 > step) {
    out.problem = {Code::fact_places,
                   "expected a float within a millionth of " + step.text() + ", found `" + value.text() + "`",
                   "round it, or give the fact more `places`"};
  }
  return out;
}

}  // namespace rfs::inline RFS_ABI::rule
