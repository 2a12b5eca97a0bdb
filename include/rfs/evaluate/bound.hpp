#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/program/scaled.hpp"
#include "rfs/value/money.hpp"

namespace rfs::inline RFS_ABI::evaluate {

/// What an instruction does. The comment gives its operands; `out` takes the result. Truths are 0 and 1.
enum class Op : std::uint8_t {
  copy,
  add,
  subtract,
  multiply,
  minimum,
  maximum,
  absolute,
  modulo,  ///< a modulo b, with the sign of b
  round,   ///< a / b to a whole number; detail: Rounding
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  both,
  either,
  select,  ///< a: truth; b where it holds, else c
  inside,  ///< whether b <= a <= c; detail: 1 where 0 is outside
  cut,     ///< a where it is inside, else d
  listed,  ///< whether a choice's word a is left by the cut number d
  word,    ///< a where it is left by the cut number d, else b
  date,    ///< a, b: dates or counts; d: data of the node; detail: program::Op
  figure,  ///< a, b, c: keys; d: the parameter; detail: 1 where c is a date to read on. Ends the code where off file
  given,   ///< a: the value of fact number d, b: its default
  index,   ///< a + b * (d's low 16 bits) + c * (d's high 16 bits)
  on_file  ///< ends the code where a is missing
};

inline constexpr std::uint32_t kNothing = 0xFFFFFFFF;

/// One step of bound code: operands are slots, all of the same 64-bit whole numbers. No operand has a factor, so that
/// the same code runs over one applicant and over columns. Operand a may be read through a table: then it is the entry
/// that the slot names.
struct Instruction {
  Op op = Op::copy;
  std::uint8_t detail = 0;
  std::uint32_t table = kNothing;  ///< where in Bound::tables the table of a begins
  std::uint32_t a = 0, b = 0, c = 0, d = 0;
  std::uint32_t out = 0;
};

/// Where a value is found: in a slot, or in the entry of a table that the slot names.
struct Place {
  std::uint32_t slot = 0;
  std::uint32_t table = kNothing;
};

/// Where what is asked of a decision is found.
struct BoundDecision {
  Place eligible;
  Place amount;
  std::int64_t minor = 0;  ///< minor units in a unit of the amount; 0: it is not whole in them, or there is none
  Money money;             ///< no units of the currency
  Place unmet;             ///< the set of unmet conditions among Bound::unmet; without a table the walk finds it
};

/// A scaled program on one day: what follows from the day alone is computed, a comparison of `date + months` with a day
/// is one of dates, and what follows from a few words and truths is a table. What remains is the code. Immutable.
struct Bound {
  const program::Program* program = nullptr;  ///< what it was made from, which must live as long
  const program::Scaled* scaled = nullptr;
  std::int64_t day = 0;
  std::vector<std::int64_t> needed;  ///< which bits of the facts' masks must be set: facts that are read must be known
  std::vector<std::int64_t> slots;   ///< the facts' words (program::FactWords), constants, and room for results
  std::vector<Instruction> code;
  std::vector<std::int64_t> tables;
  std::vector<std::uint64_t> unmet;  ///< sets of a decision's first 64 conditions
  std::vector<Place> places;         ///< of each node that may be asked for
  std::vector<BoundDecision> decisions;
  std::vector<std::uint32_t> walked;  ///< decisions whose unmet conditions are no table
  std::vector<std::uint32_t> kept;    ///< facts whose values are no words: texts, and numbers that do not fit
  bool finish = false;                ///< there are some of these
  std::vector<std::uint32_t> roots;   ///< for each parameter where its rows begin that day; kNothing before all
};

/// Binds a scaled program to a day. Both must live as long as what is returned.
RFS_API std::shared_ptr<const Bound> bind(const program::Program& program, const program::Scaled& scaled,
                                          std::int64_t day);

}  // namespace rfs::inline RFS_ABI::evaluate

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/evaluate/bound.ipp"
#endif
