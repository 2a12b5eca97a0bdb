#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "batch_options.hpp"
#include "rfs/batch/arrow.hpp"
#include "rfs/evaluate/rules.hpp"

namespace rfs_cli {

/// Writes columns of results as rows of text: objects of JSON, or CSV.
class ResultWriter {
 public:
  /// `schema` is that of the results of these rules. With `names` it writes columns of these, nulls for those that the
  /// rules do not have.
  ResultWriter(const rfs::Rules& rules, RowFormat format, const ArrowSchema& schema,
               const std::vector<std::string>& names);

  /// Returns CSV's header; nothing for JSON.
  [[nodiscard]] std::string header() const;
  /// Takes up a batch of results, which must stay until its rows are written.
  void begin(const ArrowArray& results);
  /// Writes a row of the batch; `line` is its place in the input.
  void write(std::size_t row, std::uint64_t line, std::string& out) const;
  /// Writes a row that was refused before it came into a batch.
  void write_refused(std::string_view error, std::string& out) const;
  /// Returns why a row was refused; empty where it was not.
  [[nodiscard]] std::string_view error(std::size_t row) const;

 private:
  enum class Form : std::uint8_t { none, word, boolean, day, whole, decimal, text, list, error };
  struct Column {
    std::string name;
    std::string lead;        ///< what stands before the value
    std::int64_t child = 0;  ///< in a batch of results; none has no child
    Form form = Form::text;
    bool percent = false;
    bool wide_index = false;         ///< word: 32-bit indices
    int scale = 0, least_scale = 0;  ///< decimal: digits behind the point held, and written at least
    std::vector<std::string> words;  ///< as they are written
    const ArrowArray* array = nullptr;
    const std::uint8_t* valid = nullptr;
  };

  [[nodiscard]] std::string written(std::string_view text) const;
  void write_value(const Column& column, std::size_t row, std::string& out) const;
  void write_number(const Column& column, std::size_t row, std::string& out) const;
  void write_list(const ArrowArray& list, std::size_t row, std::string& out) const;

  RowFormat format_;
  std::vector<Column> columns_;
};

}  // namespace rfs_cli
