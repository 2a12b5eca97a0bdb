#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "batch_fields.hpp"
#include "batch_input.hpp"
#include "rfs/batch/summary.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/diag/result.hpp"
#include "rfs/evaluate/shelf.hpp"
#include "rfs/rule/given.hpp"

namespace rfs_cli {

/// What a row gives for a field. The text is that of a decoded string, a number's or bool's token, or of a cell of CSV;
/// of an array or object its kind in words, or for a list its own text.
struct Cell {
  enum class Is : std::uint8_t { absent, null, string, number, boolean, nested, text } is = Is::absent;
  std::string_view text;
};

/// What rows came to.
struct Tally {
  std::uint64_t rows = 0;
  std::uint64_t refused = 0;
  std::vector<rfs::DecisionCounts> decisions;
  std::map<rfs::Code, std::uint64_t> errors;

  void add(const Tally& other);
};

/// Rows as they are written, and why some were refused.
struct Written {
  std::string text;
  std::vector<std::size_t> ends;                                ///< of each row, in the text
  std::vector<std::pair<std::uint64_t, std::string>> refusals;  ///< lines, and what is said of each, in their order

  void clear() {
    text.clear();
    ends.clear();
    refusals.clear();
  }
};

/// Decides rows and writes what came out, in their order. For one thread.
class Decider {
 public:
  virtual ~Decider() = default;

  /// Returns what stands before all rows.
  [[nodiscard]] virtual std::string header() const = 0;
  /// Says in which text the cells of the next rows mostly stand; it must stay until they are written.
  virtual void begin(std::string_view text) = 0;
  /// Takes up a row; cells stand for the fields, and their texts are needed no longer than the call.
  virtual void decide(std::uint64_t line, std::span<const Cell> cells) = 0;
  /// Takes up a row that could not be read.
  virtual void refuse(std::uint64_t line, const std::vector<rfs::Diagnostic>& problems) = 0;
  /// Writes the rows taken up since the last call into `out`, which is empty.
  virtual void write(Written& out) = 0;
  /// Returns what all rows written came to.
  [[nodiscard]] virtual Tally tally() const = 0;
};

/// Finds the rows of a piece of text and their cells. For one thread.
class RowReader {
 public:
  virtual ~RowReader() = default;

  /// Gives each row to the decider.
  virtual void read(const Chunk& chunk, Decider& decider) = 0;
  /// Adds the names that were met and not read.
  virtual void add_ignored(std::set<std::string>& names) const = 0;
  /// Returns whether a row gave the field so far.
  [[nodiscard]] virtual bool has_met(std::size_t field) const = 0;
};

/// Reads objects of JSON, one a line.
std::unique_ptr<RowReader> make_ndjson_reader(const Fields& fields);
/// Reads CSV (RFC 4180) behind its header.
std::unique_ptr<RowReader> make_csv_reader(const Fields& fields);

/// Returns what is wrong with the columns of results that are asked for: two would have one name.
rfs::Diagnostics find_clashes(const rfs::Rules& rules, const Fields& fields, const RowsOptions& options);
/// Returns the names of the columns that the files of a shelf write together, or what is wrong with them. `of_files`
/// are the fields of each file.
rfs::Result<std::vector<std::string>, rfs::Diagnostics> find_columns(const rfs::Shelf& shelf,
                                                                     const std::vector<Fields>& of_files,
                                                                     const RowsOptions& options);
/// Decides by columns and writes them: status, amount and what else is asked for, and why a row was refused.
std::unique_ptr<Decider> make_column_decider(const rfs::Rules& rules, const Fields& fields, const RowsOptions& options);
/// Decides one row after the other and writes each outcome as `rfs evaluate --format json` does.
std::unique_ptr<Decider> make_outcome_decider(const rfs::Rules& rules, const Fields& fields,
                                              const RowsOptions& options);

/// What ends a run: keys that do not fit. Thrown by a Decider.
struct RefusedKeys {
  rfs::Diagnostics findings;
};

/// Returns how a value of the form is written, as the rules read it.
rfs::rule::Written written(Cell::Is is) noexcept;

/// Returns what is wrong with an array or object in the place of a value.
rfs::rule::Problem nested_problem(const Cell& cell);

/// Returns what is wrong with the form of a key; nothing where it may be one.
std::optional<rfs::Diagnostic> key_problem(const Cell& cell);

/// Returns the refusal of a row that is longer than kMostOfRow.
std::vector<rfs::Diagnostic> too_long();

/// Writes why a row was refused in a line of words: `line 3: RFS602: ...; RFS605: ...`.
std::string refusal_text(std::uint64_t line, const std::vector<rfs::Diagnostic>& problems);

}  // namespace rfs_cli
