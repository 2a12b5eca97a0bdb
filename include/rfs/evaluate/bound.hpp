#pragma once

#include <cstdint>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/program/scaled.hpp"

namespace rfs::inline RFS_ABI::evaluate {

/// A scaled program on one day: what follows from the day alone is computed, what remains is a shorter program. A
/// comparison of `date + months` with a day of its own becomes a comparison of the date.
struct Bound {
  std::int64_t day = INT64_MIN;
  std::vector<std::uint32_t> roots;       ///< for each parameter where its rows begin that day; kNothing before all
  std::vector<std::int64_t> values;       ///< one a node; those that follow from the day are filled in
  std::vector<program::ScaledNode> code;  ///< what remains to be computed
  std::vector<std::uint32_t> targets;     ///< the node of each
  std::uint64_t serial = 0;               ///< tells bindings apart
};
inline constexpr std::uint32_t kNothing = 0xFFFFFFFF;

/// Binds a scaled program to a day.
RFS_API Bound bind(const program::Program& program, const program::Scaled& scaled, std::int64_t day);

}  // namespace rfs::inline RFS_ABI::evaluate

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/evaluate/bound.ipp"
#endif
