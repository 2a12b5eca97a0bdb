#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rfs/config.hpp"
#include "rfs/rule/given.hpp"
#include "rfs/value/exact.hpp"

namespace rfs::inline RFS_ABI {

/// Which binary floats are read. A float stands for its shortest decimal that reads back as the same float.
enum class Floats : std::uint8_t {
  exact,    ///< of at most 15 significant digits, and no more decimals than the fact takes
  nearest,  ///< also one within a millionth of a step of the fact: then that step, counted as assumed
};

namespace rule {

/// What a float stands for: itself, the nearest step of its fact, or nothing.
struct FloatReading {
  std::optional<Exact> nearest;    ///< the step, where the float is not itself a value of the fact
  std::optional<Problem> problem;  ///< why it is not read; the repair is empty where it is for the caller to name
};

/// Reads a finite float of a fact. `shortest` is the shortest decimal that reads back as it, as std::to_chars writes
/// it. Whether the value is one of the fact's (its range, its type) is for read_given to say.
RFS_API FloatReading read_float(std::string_view shortest, const Domain& domain, Floats floats);

}  // namespace rule
}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/rule/floats.ipp"
#endif
