#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/codes.hpp"
#include "rfs/evaluate/outcome.hpp"

namespace rfs::inline RFS_ABI {

/// How one decision came out.
struct DecisionCounts {
  std::array<std::uint64_t, 4> statuses{};  ///< applicants by Status
  std::vector<std::uint64_t> unmet;         ///< for each condition, of how many it decided against them

  [[nodiscard]] std::uint64_t count(Status status) const noexcept { return statuses[static_cast<std::size_t>(status)]; }
};

/// What a stream of applicants came to so far.
struct BatchSummary {
  std::uint64_t rows = 0;
  std::uint64_t refused = 0;              ///< applicants whose facts or date break their declarations
  std::vector<DecisionCounts> decisions;  ///< in file order
  std::map<Code, std::uint64_t> errors;   ///< what refused them; an applicant may have several
  std::vector<std::uint64_t> assumed;     ///< for each fact, floats that were taken for the nearest step
};

}  // namespace rfs::inline RFS_ABI
