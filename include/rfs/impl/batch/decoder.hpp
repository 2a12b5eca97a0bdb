#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rfs/batch/options.hpp"
#include "rfs/impl/batch/cells.hpp"
#include "rfs/impl/batch/column_type.hpp"
#include "rfs/impl/batch/columns.hpp"
#include "rfs/impl/batch/loops.hpp"
#include "rfs/impl/batch/target.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Returns whether a column of this type can be read for a target.
RFS_API bool readable(const ColumnType& type, const Target& target);

/// Reads a column of one Arrow type for one target. begin() for each batch, then read() block by block, from any
/// number of threads.
class Decoder {
 public:
  RFS_API Decoder(ColumnType type, Target target, Floats floats, NotANumber nan);

  /// Takes up an array that is to have rows `first` to `first + rows`, and reads its dictionary. Returns what breaks
  /// Arrow's rules, or an empty text.
  std::string begin(const ArrowArray& array, std::int64_t first, std::int64_t rows);
  /// Reads `rows` rows from `first` on into the column `column` of `out`.
  void read(std::int64_t first, std::size_t rows, std::size_t column, Decoded& out) const;

  [[nodiscard]] const Target& target() const noexcept { return target_; }

 private:
  struct Place;  ///< where a cell's value goes

  void find_loop();
  bool read_by_loop(std::int64_t first, std::size_t rows, Column& column) const;
  bool read_bits(std::int64_t first, std::size_t rows, Column& column) const;
  bool read_words(std::int64_t first, std::size_t rows, Column& column) const;
  template <Layout kLayout>
  bool read_words_of(std::int64_t first, std::size_t rows, Column& column) const;
  void mark_unknown(const Cells& cells, std::int64_t first, std::size_t rows, Column& column) const;
  void read_cells(const Cells& cells, std::int64_t first, std::size_t rows, Place place) const;
  template <class Text>
  void read_texts(const Cells& cells, std::int64_t first, std::size_t rows, Place place, Text quick) const;
  template <class Fast, class Slow>
  void read_fixed(const Cells& cells, std::int64_t first, std::size_t rows, Place place, Fast fast, Slow slow) const;
  template <class T>
  void read_whole(const Cells& cells, std::int64_t first, std::size_t rows, Place place) const;
  template <class T>
  void read_floats(const Cells& cells, std::int64_t first, std::size_t rows, Place place) const;
  template <int Bits>
  void read_decimals(const Cells& cells, std::int64_t first, std::size_t rows, Place place) const;
  template <class T>
  void read_slow_float(T x, Place place) const;
  std::optional<rule::Problem> settle(std::string_view text, rule::Written written, Place place) const;
  void begin_dictionary(const ArrowArray& dictionary, std::int64_t rows, std::string& wrong);
  void look_up(std::int64_t first, std::size_t rows, Place place) const;
  [[nodiscard]] std::int64_t index_at(std::int64_t row) const noexcept;

  ColumnType type_;
  Target target_;
  Floats floats_;
  NotANumber nan_;
  std::optional<Loop> loop_;  ///< what reads the column's values where all of them are plain
  std::size_t width_ = 0;     ///< bytes of a value
  Cells cells_;
  std::int64_t entries_ = 0;          ///< of the dictionary
  bool plain_ = false;                ///< every entry was read and is known
  bool same_ = false;                 ///< and its place is its value
  std::vector<std::int64_t> used_;    ///< where not all entries were read: those that were, in order
  Decoded translated_;                ///< the dictionary's entries
  std::vector<std::size_t> problem_;  ///< of a refused entry: its place in translated_.problems
};

}  // namespace rfs::inline RFS_ABI::batch
