#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "rfs/batch/arrow.hpp"
#include "rfs/batch/options.hpp"
#include "rfs/batch/summary.hpp"
#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/evaluate/shelf.hpp"

namespace rfs::inline RFS_ABI {

namespace batch {
class Stream;
}

/// A stream of applicants that Rules::evaluate or Shelf::evaluate has bound to their rules. The stream of results may
/// outlive it.
class Batch {
 public:
  /// Returns what was noticed when the columns were bound: a note of the columns that no fact names (RFS614).
  [[nodiscard]] RFS_API const Diagnostics& notes() const noexcept;
  /// Returns the files that decide: one, or those of a shelf by the days of a column.
  [[nodiscard]] RFS_API const std::vector<Rules>& files() const noexcept;
  /// Returns why keys of child tables ended the stream of results: an applicant that came twice or has no key (RFS616),
  /// and at the end rows that are no applicant's (RFS615). Any thread may ask.
  [[nodiscard]] RFS_API Diagnostics errors() const;
  /// Returns what the batches asked for so far came to. Any thread may ask. Of several files `decisions` and `assumed`
  /// are empty: those are each file's own.
  [[nodiscard]] RFS_API BatchSummary summary() const;
  /// Returns the same of the rows that the file of this place among files() decided. Rows of a day that no file has
  /// count with the last.
  [[nodiscard]] RFS_API BatchSummary summary(std::size_t file) const;

 private:
  friend class Rules;
  friend class Shelf;
  explicit Batch(std::shared_ptr<const batch::Stream> stream) : stream_(std::move(stream)) {}

  std::shared_ptr<const batch::Stream> stream_;
};

}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/batch/stream.ipp"
#endif
