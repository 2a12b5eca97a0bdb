#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/diag/result.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/source/limits.hpp"
#include "rfs/value/date.hpp"

namespace rfs::inline RFS_ABI {

/// Days on which a file holds, both included.
struct Window {
  Date first, last;
};

/// The files of rules whose structure changes with the date: one `rules` name, and every file holds on days of its own.
/// Immutable; any number of threads may read one.
class Shelf {
 public:
  /// Puts files of one `rules` name in the order of their days. The errors are of two files that hold on one day
  /// (RFS707), of a fact that two files give different types (RFS708), and of files of several names (RFS709).
  [[nodiscard]] static RFS_API Result<Shelf, Diagnostics> of(std::vector<Rules> files);

  /// Finds the file in force on a day. The error says on which days there is one (RFS606).
  [[nodiscard]] RFS_API Result<Rules, Diagnostic> at(Date as_of) const;

  /// Decides one applicant, whose facts are a JSON object, by the file in force on a day. Facts that break their
  /// declarations refuse the applicant, as everywhere; the errors are of a day without a file (RFS606).
  [[nodiscard]] RFS_API Result<Outcome, Diagnostics> evaluate(std::string_view facts, Date as_of,
                                                              std::string_view name = "facts") const;

  /// Decides a stream of applicants in columns; rfs/batch/batch.hpp. Where a column has the days of evaluation, each
  /// row is decided by the file of its day, or refused where there is none (RFS606), and the results have the columns
  /// of all files: null where the row's file lacks one, wide enough for the values of all. On one day that day's file
  /// decides all, or RFS606 is the error.
  [[nodiscard]] RFS_API Result<Batch, Diagnostics> evaluate(ArrowArrayStream* in, const BatchOptions& options,
                                                            ArrowArrayStream* out) const;

  /// Reads child tables whole, for BatchOptions::lists: as each file declares their lists, so that evaluate() decides
  /// each row by its file. Options are those of evaluate(), of which `columns`, `unknown`, `floats`, `orphans` and
  /// `threads` count. Errors: those of Rules::read_lists, and a list that no file declares.
  [[nodiscard]] RFS_API Result<ChildLists, Diagnostics> read_lists(const std::vector<ChildTable>& tables,
                                                                   const BatchOptions& options) const;

  /// Returns the files in the order of their days; there is at least one.
  [[nodiscard]] const std::vector<Rules>& files() const noexcept { return files_; }
  /// Returns the days on which each of these files holds; no two have a day in common.
  [[nodiscard]] RFS_API std::vector<Window> windows() const;
  /// Returns what the checker said of the files, and the days between them on which none holds (RFS807): warnings and
  /// notes.
  [[nodiscard]] const Diagnostics& findings() const noexcept { return findings_; }

 private:
  explicit Shelf(std::vector<Rules> files) : files_(std::move(files)) {}

  std::vector<Rules> files_;
  Diagnostics findings_;
};

/// Returns what is wrong between files of one `rules` name, in any order: the errors and the warning of Shelf::of, and
/// what the files allow of it.
[[nodiscard]] RFS_API Diagnostics check_shelf(std::vector<Rules> files);

/// Lists the `*.rules.json` of a folder, sorted; not of those below it. The errors are of a folder that cannot be
/// listed (RFS701) or holds none (RFS702).
[[nodiscard]] RFS_API Result<std::vector<std::string>, Diagnostics> rule_files_in(const std::string& folder);

/// Reads and checks the `*.rules.json` of a folder, not of those below it, as one shelf. The error holds all findings
/// of all files.
[[nodiscard]] RFS_API Result<Shelf, Diagnostics> load_folder(const std::string& path, const Limits& limits = {});

}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/evaluate/shelf.ipp"
#endif
