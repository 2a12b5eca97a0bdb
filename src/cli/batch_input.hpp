#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "batch_options.hpp"

namespace rfs_cli {

/// How long a row may be, in bytes. A longer one is refused, and not kept.
inline constexpr std::size_t kMostOfRow = std::size_t{1} << 20;

/// Rows as they were read, one after the other.
struct Chunk {
  /// So many bytes behind the rows can be read, and are zero.
  static constexpr std::size_t kPadding = 16;

  std::string text;        ///< whole rows with their ends, then the padding
  std::uint64_t line = 1;  ///< of the first row
  bool too_long = false;   ///< stands for one row that is longer than kMostOfRow; there is no text

  [[nodiscard]] std::string_view rows() const noexcept {
    return text.empty() ? std::string_view() : std::string_view(text.data(), text.size() - kPadding);
  }
};

/// Finds where rows end: at a line break, in CSV at one outside of quotes. Goes on from piece to piece of a text.
class RowEnds {
 public:
  explicit RowEnds(RowFormat format) noexcept : format_(format) {}

  /// Returns how many bytes of the next piece stand before the first row's end, with the line break; nothing where it
  /// does not end in it. What stands behind is not taken up.
  std::optional<std::size_t> first(std::string_view piece);
  /// The same for the last row that ends in the piece; all of it is taken up.
  std::optional<std::size_t> last(std::string_view piece);

 private:
  /// Where in a row of CSV the text stands.
  enum class State : std::uint8_t { cell_begins, plain, quoted, quote_met };

  bool step(char c) noexcept;

  RowFormat format_;
  State state_ = State::cell_begins;
};

/// Reads a file or a pipe piece by piece. A piece is handed out as soon as there is a row and nothing more to wait for.
class Input {
 public:
  Input(int descriptor, RowFormat format) noexcept : descriptor_(descriptor), ends_(format) {}

  /// Reads the first row, without its line break, and passes over a byte-order mark; nothing where there is none, or it
  /// is longer than kMostOfRow. For CSV, before next().
  std::optional<std::string> header();
  /// Reads the next rows; returns false at the end, or where reading failed.
  bool next(Chunk& chunk);
  /// Returns why reading failed, as an error number; 0 where it did not.
  [[nodiscard]] int error() const noexcept { return error_; }

 private:
  bool read_more(std::string& text);
  [[nodiscard]] bool is_waiting() const;
  void pass_over(Chunk& chunk);
  void begin();

  int descriptor_;
  RowEnds ends_;
  std::string rest_;         ///< what was read behind the last row
  std::size_t scanned_ = 0;  ///< bytes of rest_ that ends_ has taken up
  std::uint64_t line_ = 1;   ///< of the next row
  bool begun_ = false;
  bool ended_ = false;
  int error_ = 0;
};

}  // namespace rfs_cli
