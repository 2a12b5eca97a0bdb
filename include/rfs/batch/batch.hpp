#pragma once

#include <memory>

#include "rfs/batch/arrow.hpp"
#include "rfs/batch/options.hpp"
#include "rfs/batch/summary.hpp"
#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/evaluate/rules.hpp"

namespace rfs::inline RFS_ABI {

namespace batch {
class Stream;
}

/// A stream of applicants that Rules::evaluate has bound to their rules. The stream of results may outlive it.
class Batch {
 public:
  /// Returns what was noticed when the columns were bound: a note of the columns that no fact names (RFS614).
  [[nodiscard]] RFS_API const Diagnostics& notes() const noexcept;
  /// Returns what the batches asked for so far came to. Any thread may ask.
  [[nodiscard]] RFS_API BatchSummary summary() const;

 private:
  friend class Rules;
  explicit Batch(std::shared_ptr<const batch::Stream> stream) : stream_(std::move(stream)) {}

  std::shared_ptr<const batch::Stream> stream_;
};

}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/batch/stream.ipp"
#endif
