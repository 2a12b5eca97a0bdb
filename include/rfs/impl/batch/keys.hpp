#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/impl/batch/cells.hpp"
#include "rfs/impl/batch/column_type.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Keys and their numbers, from 0 in the order in which they came. Whole numbers are kept as KeyColumn writes them.
class KeyTable {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF, kMost = 0xFFFFFFF0;

  /// Returns the key's number, or kNone.
  [[nodiscard]] std::uint32_t find(std::string_view key) const noexcept;
  /// The same of a whole number that is not negative.
  [[nodiscard]] std::uint32_t find(std::uint64_t whole) const noexcept;
  /// Returns the number of a key, which is a new one where it was not in the table; kNone where no more fit.
  std::uint32_t insert(std::string_view key);
  std::uint32_t insert(std::uint64_t whole);
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::string_view key(std::uint32_t number) const noexcept;

 private:
  /// Slots of keys of one kind, at most half full, their count a power of two; a free one has the number kNone.
  /// A whole number that is not negative has its bits in its slot, so that to find it reads nothing else.
  struct Whole {
    std::uint64_t bits = 0;
    std::uint32_t number = kNone;
  };
  /// Any other key has a hash in its slot, so that few keys are compared that are not it.
  struct Other {
    std::uint32_t hash = 0, number = kNone;
  };

  [[nodiscard]] static bool is_whole(std::string_view key) noexcept;
  [[nodiscard]] static std::size_t hash(const Whole& slot) noexcept;
  [[nodiscard]] static std::size_t hash(const Other& slot) noexcept { return slot.hash; }
  [[nodiscard]] const Whole* place(std::uint64_t bits) const noexcept;
  [[nodiscard]] const Other* place(std::uint32_t hash, std::string_view key) const noexcept;
  template <class Slot>
  static void grow(std::vector<Slot>& slots);
  void grow_places(std::uint64_t bits);
  std::uint32_t append(std::string_view key);

  std::string bytes_;              ///< of all keys, one behind the other
  std::vector<std::size_t> ends_;  ///< in these; none as long as all keys are whole numbers, which have one length
  std::size_t size_ = 0;
  /// Numbers of the least whole keys by these themselves, as long as a good part of the places is taken: keys are often
  /// counted from 1 on.
  std::vector<std::uint32_t> places_;
  std::vector<Whole> wholes_;  ///< of the other whole keys
  std::vector<Other> others_;
  std::size_t whole_count_ = 0, hashed_ = 0;  ///< keys that are whole, and those of them in wholes_
};

/// A column of keys: whole numbers of any width, or text.
class KeyColumn {
 public:
  explicit KeyColumn(ColumnType type) : type_(std::move(type)) {}

  /// What its keys are; nothing where they can be none. A column of nulls has keys of neither kind.
  enum class Kind : std::uint8_t { none, number, text };
  static std::optional<Kind> kind_of(const ColumnType& type) noexcept;
  /// Returns a key as people write it.
  static std::string shown(std::string_view key, Kind kind);

  /// Takes up an array that is to have rows `first` to `first + rows`. Returns what breaks Arrow's rules, or an empty
  /// text.
  std::string begin(const ArrowArray& array, std::int64_t first, std::int64_t rows);
  /// Reads the key of a row, numbers into `room`; nothing where it is null. `wrong` takes what breaks Arrow's rules.
  std::optional<std::string_view> read(std::int64_t row, std::array<char, 9>& room, std::string& wrong) const;
  /// Whether rows have bits that stand for their keys in this array: whole numbers, and places in a dictionary.
  [[nodiscard]] bool has_bits() const noexcept {
    return type_.layout != Layout::null && (type_.dictionary || type_.layout < Layout::utf8);
  }
  /// Whether the bits of a row that has a value are its key, a whole number that is not negative.
  [[nodiscard]] bool is_whole(std::uint64_t bits) const noexcept {
    const bool is_signed = type_.layout == Layout::int8 || type_.layout == Layout::int16 ||
                           type_.layout == Layout::int32 || type_.layout == Layout::int64;
    return !type_.dictionary && type_.layout < Layout::utf8 && (!is_signed || static_cast<std::int64_t>(bits) >= 0);
  }
  [[nodiscard]] bool has_value(std::int64_t row) const noexcept {
    return type_.layout != Layout::null && cells_.has_value(row);
  }
  /// Reads the bits of rows; where a row is null, some.
  void bits(std::int64_t first, std::size_t rows, std::uint64_t* out) const noexcept;

 private:
  ColumnType type_;
  Cells cells_;
  Cells entries_;  ///< of a dictionary
};

}  // namespace rfs::inline RFS_ABI::batch
