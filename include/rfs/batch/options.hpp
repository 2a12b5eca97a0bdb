#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rfs/batch/child_lists.hpp"
#include "rfs/batch/summary.hpp"
#include "rfs/config.hpp"
#include "rfs/rule/floats.hpp"
#include "rfs/value/date.hpp"

namespace rfs::inline RFS_ABI {

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
  bool definitions = false;  ///< `<definition>`, null where unknown; of a list its count
};

/// What becomes of rows of a child table that have no key, or one that no applicant has.
enum class Orphans : std::uint8_t {
  refuse,  ///< the call fails
  ignore   ///< they are left out; an applicant without a key then has unknown lists
};

/// What a null in a column of lists stands for.
enum class NullLists : std::uint8_t { unknown, empty };

/// How columns of applicants are read and what is written of them.
struct BatchOptions {
  /// The day of evaluation of all, or the name of the column that has each applicant's. Must be given.
  std::variant<std::string, Date> as_of;
  /// Facts whose column has another name: (fact, column). Fields of lists are written `gifts.amount`.
  std::vector<std::pair<std::string, std::string>> columns;
  /// Facts and fields of lists that the data does not have, on purpose: unknown for all.
  std::vector<std::string> unknown;
  /// With `lists`, the column of the applicants' keys.
  std::string key;
  /// Lists whose items stand in tables of their own, read by Rules::read_lists, or by Shelf::read_lists.
  std::optional<ChildLists> lists;
  Orphans orphans = Orphans::refuse;
  NullLists null_lists = NullLists::unknown;
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
