#pragma once

#include <cstring>

#include "rfs/evaluate/outcome.hpp"
#include "rfs/impl/evaluate/step.hpp"

namespace rfs::inline RFS_ABI {

/// The path of complete applicants of a program that is scaled, on the day that is bound: 64-bit whole numbers, nothing
/// allocated. Returns false where the facts have a problem, or a fact or a figure is not known.
[[gnu::always_inline]] inline bool Outcome::scaled_values(const Facts& facts) {
  const evaluate::Bound& bound = *bound_;
  if (!facts.problems_.empty()) return false;
  const std::int64_t* const words = facts.words_.data();
  const std::int64_t* const words_end = words + facts.words_.size();
  const std::int64_t* mask = words;
  for (const std::int64_t needed : bound.needed) {
    if ((needed & ~*mask++) != 0) return false;
  }
  std::int64_t* const slots = slots_.data();
  std::int64_t* to = slots;
  for (const std::int64_t* from = words; from != words_end; from += 4, to += 4) std::memcpy(to, from, 4 * sizeof *to);
  const std::int64_t* const tables = bound.tables.data();
  const evaluate::Instruction* const end = bound.code.data() + bound.code.size();
  for (const evaluate::Instruction* n = bound.code.data(); n != end; ++n) {
    if (!evaluate::detail::step(*n, slots, tables, bound)) return false;
  }
  as_of_ = Date{static_cast<std::int32_t>(bound.day)};
  form_ = Form::scaled;
  if (bound.finish || !problems_.empty()) finish_scaled(facts);
  return true;
}

/// Decides on the day that is bound.
RFS_INLINE void Outcome::decide_bound(const Facts& facts) noexcept {
  if (!scaled_values(facts)) rules_.decide(facts, Date{static_cast<std::int32_t>(bound_->day)}, *this);
}

/// Does what is seldom to be done after scaled_values().
[[gnu::noinline]] RFS_INLINE void Outcome::finish_scaled(const Facts& facts) {
  problems_ = {};
  given_.resize(facts.given_.size());
  for (const std::uint32_t fact : bound_->kept) given_[fact].value = facts.given_[fact].value;
  for (const std::uint32_t decision : bound_->walked) find_unmet(DecisionId(decision));
}

}  // namespace rfs::inline RFS_ABI
