#pragma once

#include "rfs/evaluate/outcome.hpp"
#include "rfs/impl/evaluate/scaled_step.hpp"

namespace rfs::inline RFS_ABI {

/// The path of complete applicants of a program that is scaled: 64-bit whole numbers, nothing allocated. Returns false
/// where a fact or a figure is not known.
RFS_INLINE bool Outcome::scaled_values(const Facts& facts, const evaluate::Bound& bound) {
  if (scaled_serial_ != bound.serial) {
    scaled_ = bound.values;
    scaled_serial_ = bound.serial;
  }
  const evaluate::detail::ScaledInputs on{rules_.program(),
                                          rules_.scaled(),
                                          bound.roots.data(),
                                          bound.day,
                                          given_.data(),
                                          facts.scaled_.data(),
                                          rules_.file().month_end.value_or(MonthEnd::clamp)};
  std::int64_t* const values = scaled_.data();
  const std::size_t count = bound.code.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (!evaluate::detail::scaled_step(bound.code[i], bound.targets[i], values, on)) return false;
  }
  return true;
}

}  // namespace rfs::inline RFS_ABI
