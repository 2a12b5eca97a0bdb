#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "rfs/batch/arrow.hpp"
#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"

namespace rfs::inline RFS_ABI {

/// What a float that is not a number stands for.
enum class NotANumber : std::uint8_t { error, unknown };

class Facts;
class Rules;

namespace batch {
class Children;
}

/// A child table: the items of one list of all applicants, one a row, with the key of the applicant whose it is.
struct ChildTable {
  std::string fact;                  ///< the list
  ArrowArrayStream* rows = nullptr;  ///< columns for the key and the fields; items that are no records are in a column
                                     ///< named like the fact
  std::string key;                   ///< the column of keys: whole numbers or text
  NotANumber nan = NotANumber::error;
};

/// The rows of child tables, read whole and found by their keys: for a row some bytes a field (8 for numbers and dates,
/// 1 for truths and words, a text with its own; one more where a table has cells that are not known), and each key
/// once; while they are read, 4 more, and one field twice. Streams of applicants may share it, from any threads: it
/// also keeps the keys of all applicants met, so that none comes twice.
class ChildLists {
 public:
  /// Returns what was noticed: a note for each table of the columns that no field is named like (RFS614).
  [[nodiscard]] RFS_API const Diagnostics& notes() const noexcept;
  /// Notes that an applicant has the key, in text form, who is not decided. Returns what is wrong with it.
  RFS_API std::optional<Diagnostic> take(std::string_view key) const;
  /// Gives an applicant's facts the lists of its key, in text form; what is wrong with items is kept with the facts.
  /// Returns what is wrong with the key: another applicant had it (RFS616).
  RFS_API std::optional<Diagnostic> give(std::string_view key, Facts& facts) const;
  /// Returns what to say of rows with a key that no applicant had so far: an error for each list that has any (RFS615).
  [[nodiscard]] RFS_API Diagnostics orphans() const;

  explicit ChildLists(std::shared_ptr<batch::Children> children) : children_(std::move(children)) {}
  [[nodiscard]] const std::shared_ptr<batch::Children>& children() const noexcept { return children_; }

 private:
  std::shared_ptr<batch::Children> children_;
};

}  // namespace rfs::inline RFS_ABI
