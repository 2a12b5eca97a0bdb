#pragma once

#include "rfs/evaluate/outcome.hpp"
#include "rfs/impl/evaluate/known_values.ipp"
#include "rfs/program/read.hpp"

namespace rfs::inline RFS_ABI {

RFS_INLINE std::string_view status_text(Status status) noexcept {
  switch (status) {
    case Status::eligible:
      return "eligible";
    case Status::ineligible:
      return "ineligible";
    case Status::undetermined:
      return "undetermined";
    case Status::refused:
      break;
  }
  return "refused";
}

RFS_INLINE Outcome::Outcome(const Rules& rules) : rules_(rules) {}

RFS_INLINE Status Outcome::status(DecisionId id) const noexcept {
  if (refused()) return Status::refused;
  const program::NodeId eligible = rules_.program().decisions[id].eligible;
  switch (reading(eligible).truth) {
    case Bool3::yes:
      return Status::eligible;
    case Bool3::no:
      return Status::ineligible;
    case Bool3::unknown:
      break;
  }
  return Status::undetermined;
}

RFS_INLINE std::optional<value::Interval> Outcome::amount(DecisionId id) const {
  const program::NodeId amount = rules_.program().decisions[id].amount;
  if (refused() || !amount.valid()) return std::nullopt;
  return reading(amount).interval;
}

RFS_INLINE program::Reading Outcome::reading(program::NodeId id) const {
  if (!complete_) return readings_[id];
  program::Reading out;
  const Kind kind = rules_.program().nodes[id].kind;
  switch (kind) {
    case Kind::boolean:
      out.truth = to_bool3(!values_[id].is_zero());
      break;
    case Kind::choice:
      out.words.insert(static_cast<std::size_t>(*values_[id].to_int64()));
      break;
    case Kind::text:
      out.text = texts_[id];
      break;
    default:
      out.interval = {values_[id], values_[id]};
  }
  return out;
}

RFS_INLINE program::Reading Outcome::reading(DefinitionId id) const {
  return reading(rules_.program().definitions[id]);
}

RFS_INLINE bool Outcome::known(program::NodeId id) const {
  return complete_ || readings_[id].known(rules_.program().nodes[id].kind);
}

RFS_INLINE Bool3 Outcome::truth(DecisionId id, std::size_t condition) const {
  const program::Condition& line = rules_.program().decisions[id].conditions[condition];
  if (line.under.valid() && reading(line.under).truth == Bool3::no) return Bool3::unknown;
  return reading(line.node).truth;
}

RFS_INLINE void Outcome::readings(std::size_t from, std::size_t to) {
  const program::Program& program = rules_.program();
  const program::Inputs inputs{{as_of_.days, as_of_.days}, given_};
  readings_.resize(program.nodes.size());
  for (std::size_t i = from; i < to; ++i) {
    readings_[program::NodeId(i)] = program::read(program, program::NodeId(i), readings_, inputs);
  }
}

RFS_INLINE void Outcome::read_texts() {
  const std::size_t all = rules_.program().nodes.size();
  if (refused() || read_ == all) return;
  if (complete_ && !known_values(read_, all)) {
    // A text reads a figure that is not on file: everything is read again as bounds.
    complete_ = false;
    readings(0, all);
  } else if (!complete_) {
    readings(read_, all);
  }
  read_ = all;
}

}  // namespace rfs::inline RFS_ABI
