#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/evaluate/outcome.hpp"

namespace rfs::inline RFS_ABI {

/// A figure that is not on file and that something undecided reads.
struct Missing {
  ParameterId parameter;
  std::vector<std::int64_t> keys;  ///< indices of words, 0/1 or whole numbers
  std::optional<Date> date;        ///< the day it was read on, where known

  friend auto operator<=>(const Missing&, const Missing&) = default;
};

/// A cell of a list that was given, by the indices of its item and field.
struct Cell {
  FactId fact;
  std::size_t item = 0, field = 0;

  friend auto operator<=>(const Cell&, const Cell&) = default;
};

/// Why a decision came out as it did (language.md section 12).
struct Reasons {
  std::vector<std::uint32_t> met, unmet, undetermined;  ///< indices into the decision's conditions
  std::vector<FactId> needed;                           ///< also lists in which cells are needed
  std::vector<Cell> needed_cells;                       ///< of lists that were given
  std::vector<Missing> missing;
};

/// Finds the deciding conditions and what is still needed. Empty for a refused applicant.
RFS_API Reasons reasons(const Outcome& outcome, DecisionId decision);

/// Returns how a cell is named, items counted from 1: `gifts[3].state`, `bills[1]`.
RFS_API std::string cell_name(const Rules& rules, const Cell& cell);

/// Returns what is needed by name: `raised`, `contributions[421].state`, items counted from 1.
RFS_API std::vector<std::string> needed_names(const Rules& rules, const Reasons& reasons);

/// A figure that decided: it was read and its keys and date were known; one of a schedule, where its argument was.
struct FigureRead {
  ParameterId parameter;
  std::vector<std::int64_t> keys;
  std::size_t figure = 0;
  std::size_t period = 0;
  std::optional<Date> on;  ///< the date, where it was read `on` one, or by a definition that was

  friend auto operator<=>(const FigureRead&, const FigureRead&) = default;
};

/// Returns the figures that the definitions and decisions of the file read, each once, in file order.
RFS_API std::vector<FigureRead> figures_read(const Outcome& outcome);

/// Returns the facts that were absent and have a default.
RFS_API std::vector<FactId> assumed(const Outcome& outcome);

}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/evaluate/reasons.ipp"
#endif
