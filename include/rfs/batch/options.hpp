#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rfs/batch/summary.hpp"
#include "rfs/config.hpp"
#include "rfs/rule/floats.hpp"
#include "rfs/value/date.hpp"

namespace rfs::inline RFS_ABI {

/// What a float that is not a number stands for.
enum class NotANumber : std::uint8_t { error, unknown };

/// How sets of names are written: unmet conditions and needed facts.
enum class SetForm : std::uint8_t {
  text,    ///< one text, names joined by `; `
  list,    ///< a list of names
  columns  ///< unmet: a bool column a condition; needed: as `list`
};

/// What is written besides `<decision>_status`, `<decision>_amount` and `error`.
struct BatchOutput {
  bool least = false;        ///< `<decision>_least`
  bool most = false;         ///< `<decision>_most`
  bool unmet = false;        ///< `<decision>_unmet`, or `<decision>_unmet_<condition>` as columns
  bool needed = false;       ///< `<decision>_needed`
  bool conditions = false;   ///< `<decision>_condition_<condition>`: bool, null where unknown
  bool definitions = false;  ///< `<definition>`, null where unknown
};

/// How columns of applicants are read and what is written of them.
struct BatchOptions {
  /// The day of evaluation of all, or the name of the column that has each applicant's. Must be given.
  std::variant<std::string, Date> as_of;
  /// Facts whose column has another name: (fact, column).
  std::vector<std::pair<std::string, std::string>> columns;
  /// Facts that the data does not have, on purpose: unknown for all.
  std::vector<std::string> unknown;
  Floats floats = Floats::exact;
  NotANumber nan = NotANumber::error;
  BatchOutput output;
  SetForm sets = SetForm::text;
  /// Writes the columns that were read before the results.
  bool append = false;
  /// At most so many threads work at a time; 0: as many as the machine has.
  unsigned threads = 0;
  /// Called after each batch, from the thread that asked for it. Must not throw.
  std::function<void(const BatchSummary&)> progress;
};

}  // namespace rfs::inline RFS_ABI
