#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "rfs/batch/batch.hpp"
#include "rfs/impl/batch/team.hpp"

namespace rfs::inline RFS_ABI::batch {

/// A stream of results: each batch asked for is a part of a table of the applicants' stream, whose tables are asked for
/// one by one. Threads live as long as a batch is decided, so that between two batches a process may fork.
class Stream {
 public:
  RFS_API Stream(std::vector<Rules> files, const BatchOptions& options, Bound bound, const ArrowSchema& schema);
  RFS_API ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Takes over the applicants' stream.
  RFS_API void open(ArrowArrayStream* in);
  /// Releases what only more results would need.
  void close();

  void schema(ArrowSchema& out) const;
  /// Decides the next batch; leaves `out` released at the end. Returns 0 or an error number, which error() explains.
  int next(ArrowArray& out);
  [[nodiscard]] const char* error() const noexcept { return error_.empty() ? nullptr : error_.c_str(); }

  [[nodiscard]] const Diagnostics& notes() const noexcept { return bound_.notes; }
  [[nodiscard]] const std::vector<Rules>& files() const noexcept { return files_; }
  [[nodiscard]] BatchSummary summary(std::size_t file) const;
  [[nodiscard]] Diagnostics errors() const;
  /// Returns how many rows what decided; not while a batch is decided.
  [[nodiscard]] RFS_API std::uint64_t decided(By by) const noexcept;

 private:
  int fail(int number, std::string why);
  int take_table();
  std::string begin(const ArrowArray& table);
  std::string begin_keys(const ArrowArray& table, BoundKeys& keys);
  std::string find_orphans();
  std::string refuse(const Diagnostic& finding);
  [[nodiscard]] Blocks cut(std::size_t first, std::size_t rows) const;
  std::string decide(const Blocks& blocks, std::vector<ResultData>& results, std::size_t& rows);
  void add_up();

  std::vector<Rules> files_;
  BatchOptions options_;
  Bound bound_;
  std::vector<ArrowSchema> appended_;  ///< the columns that were read, where they are written before the results
  std::size_t children_ = 0;           ///< columns of the applicants' tables
  ArrowArrayStream in_{};
  std::shared_ptr<const ArrowArray> table_;  ///< of which rows are left
  std::size_t decided_rows_ = 0;             ///< of it
  std::deque<Team> teams_;                   ///< one a thread
  std::string error_;
  mutable std::mutex mutex_;
  std::vector<BatchSummary> summaries_;  ///< one a file; under mutex_
  Diagnostics errors_;                   ///< under mutex_
};

namespace detail {
/// Makes a stream of C.
RFS_API void export_stream(std::shared_ptr<Stream> stream, ArrowArrayStream& out);
}  // namespace detail

}  // namespace rfs::inline RFS_ABI::batch
