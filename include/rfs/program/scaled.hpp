#pragma once

#include <cstdint>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/program/program.hpp"

namespace rfs::inline RFS_ABI::program {

/// A node of a scaled program. Its value is a whole number of its unit; operands are brought to a common unit by the
/// factors x and y, both at least 1, or of `divide` the sign.
struct ScaledNode {
  Op op = Op::constant;
  Rounding rounding = Rounding::up;
  NodeId a, b, c;          ///< as in Node; of a parameter on a date c is the date
  std::uint32_t data = 0;  ///< as in Node; constant: unused
  std::int64_t x = 1;      ///< factor of a; constant: the value; round: units of a in y steps
  std::int64_t y = 1;      ///< factor of b; of the third operand of select
  std::int64_t z = 1;      ///< factor of c where it is a key
  std::int64_t least = 0;  ///< cut, reaches: what is left, in units of a
  std::int64_t most = 0;
  std::int64_t fallback = 0;
  bool nonzero = false;
};

/// A parameter's figures in units of its step.
struct ScaledParameter {
  std::vector<std::int64_t> figures;
  std::vector<char> null;
};

/// How the facts of an applicant stand in 64-bit words: bits of those that are known, bits of those that are not said
/// to be unknown, then their values in units.
struct FactWords {
  std::size_t facts = 0;

  [[nodiscard]] std::size_t masks() const noexcept { return (facts + 63) / 64; }
  [[nodiscard]] std::size_t known(std::size_t fact) const noexcept { return fact / 64; }
  [[nodiscard]] std::size_t not_unknown(std::size_t fact) const noexcept { return masks() + fact / 64; }
  [[nodiscard]] std::size_t value(std::size_t fact) const noexcept { return 2 * masks() + fact; }
  /// Returns how many words there are; a multiple of four, because four are copied at once.
  [[nodiscard]] std::size_t size() const noexcept { return (2 * masks() + facts + 3) / 4 * 4; }
};

/// A program whose values are 64-bit whole numbers of a unit each, for applicants of whom everything is known. The
/// units are the steps that the checker found, and the ranges prove that nothing overflows on the way.
struct Scaled {
  bool possible = false;  ///< false where a range does not fit, a value has no step, or a text or schedule is read
  std::vector<ScaledNode> nodes;  ///< the deciding nodes
  std::vector<Exact> units;       ///< one each; 1 for bools and choices
  std::vector<ScaledParameter> parameters;
  std::vector<Exact> fact_units;    ///< of each fact; 0: its values do not fit, or are texts, and nothing decides by it
  std::vector<std::int64_t> minor;  ///< of each decision: minor units in a unit of its amount; 0: not whole
};

/// Finds the units of a program's deciding nodes; those of lists too where asked for, which only batch takes.
RFS_API Scaled scale(const Program& program, bool with_lists = false);

}  // namespace rfs::inline RFS_ABI::program

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/program/scaled.ipp"
#endif
