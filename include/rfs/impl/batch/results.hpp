#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rfs/batch/options.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/impl/batch/arrow_export.hpp"

namespace rfs::inline RFS_ABI::batch {

/// 128-bit whole numbers, as decimals are held.
__extension__ typedef __int128 Int128;

/// How results are held.
enum class Form : std::uint8_t {
  status,   ///< int8 into the words of Status
  word,     ///< int32 into the words of a choice
  boolean,  ///< a bit
  day,      ///< date32
  whole,    ///< int64
  decimal,  ///< decimal128
  text,     ///< utf8
  list      ///< list of utf8
};

/// A column of results and what it shows.
struct ResultColumn {
  enum class Shows : std::uint8_t {
    status,
    amount,
    least,
    most,
    unmet,            ///< all unmet conditions
    unmet_condition,  ///< whether its conditions are among them
    needed,
    condition,
    definition,
    error
  };
  std::string name;
  Shows shows = Shows::error;
  Form form = Form::text;
  std::uint32_t of = 0;                   ///< the decision or definition
  std::vector<std::uint32_t> conditions;  ///< of the decision: two where one name is met both wanted and not wanted
  Type type;                              ///< of amounts and definitions
  int scale = 0;                          ///< decimal
};

/// Lists the columns that the options ask for, in order.
RFS_API std::vector<ResultColumn> result_columns(const Rules& rules, const BatchOptions& options);

/// The texts of a block's rows, one after the other.
struct Texts {
  std::string bytes;
  std::size_t empty = 0;           ///< so many empty texts stand before the others
  std::vector<std::size_t> ends;   ///< one for each of the others
  std::vector<std::size_t> lists;  ///< of lists: one a row, how many texts there are up to its end

  /// Returns how many bytes of memory they take.
  [[nodiscard]] std::size_t held() const noexcept {
    return bytes.capacity() + (ends.capacity() + lists.capacity()) * sizeof(std::size_t);
  }
  /// Ends a text, and with it so many, of which all but the first are empty.
  void end(std::size_t count) {
    if (bytes.empty() && ends.empty()) {
      empty += count;
    } else {
      ends.insert(ends.end(), count, bytes.size());
    }
  }
};

/// A column of results of one batch. Blocks write values and bits at their rows, and their own Texts.
struct ResultData {
  Buffer valid;   ///< a bit a row
  Buffer values;  ///< by form; none for texts and lists
  std::vector<Texts> texts;

  void set_valid(std::size_t row) noexcept {
    valid.as<std::uint8_t>()[row / 8] |= static_cast<std::uint8_t>(1U << row % 8);
  }
  void set_bit(std::size_t row) noexcept {
    values.as<std::uint8_t>()[row / 8] |= static_cast<std::uint8_t>(1U << row % 8);
  }
};

/// Makes room for the results of `rows` applicants. Nobody has written the values.
RFS_API ResultData make_results(Form form, std::size_t rows);
/// Writes zeros as the values of some rows, the first of which is a multiple of 8.
RFS_API void clear_results(Form form, std::size_t first, std::size_t rows, ResultData& data);
/// Gives back the room of the rows from `rows` on, of which there are no results.
RFS_API void trim_results(Form form, std::size_t rows, ResultData& data);

/// Describes a column of results.
RFS_API void export_result_schema(const ResultColumn& column, ArrowSchema& out);
/// Turns a column of results into an array. Returns false where its texts do not fit 32-bit offsets.
RFS_API bool export_results(const Rules& rules, const ResultColumn& column, ResultData data, std::size_t rows,
                            ArrowArray& out);

}  // namespace rfs::inline RFS_ABI::batch
