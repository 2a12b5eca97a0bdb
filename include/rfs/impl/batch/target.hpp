#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/batch/options.hpp"
#include "rfs/rule/given.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Finds the index of a word among those of a choice, by its size and ends: up to sixteen bytes these are the word.
class WordTable {
 public:
  explicit WordTable(const std::vector<std::string>& words);
  /// Returns the word's index, or -1.
  [[nodiscard]] std::int64_t find(std::string_view word) const noexcept {
    if (word.size() >= kHalf) return find_readable(word);
    char bytes[kHalf] = {};
    std::copy(word.begin(), word.end(), bytes);
    return find_readable({bytes, word.size()});
  }
  /// The same of a word from whose begin on eight bytes can be read, however many of them are its own: without branches
  /// on its size, which no machine foresees.
  [[nodiscard, gnu::always_inline]] std::int64_t find_readable(std::string_view word) const noexcept {
    const Ends ends = ends_of(word);
    const Slot& first = slots_[slot(ends) & mask_];
    if (first.ends == ends && word.size() <= 2 * kHalf) [[likely]]
      return first.index;
    return find_further(word, ends);
  }

 private:
  static constexpr std::size_t kHalf = 8;
  struct Ends {
    std::uint64_t first = 0, last = 0, size = 0;
    bool operator==(const Ends& other) const noexcept {
      return ((first ^ other.first) | (last ^ other.last) | (size ^ other.size)) == 0;
    }
  };
  struct Slot {
    Ends ends;
    std::int32_t index = -1;  ///< -1: empty
  };
  /// All bits of the first so many bytes.
  static constexpr std::array<std::uint64_t, kHalf + 1> kFirstBytes = [] {
    std::array<std::uint64_t, kHalf + 1> out{};
    for (std::size_t size = 0; size <= kHalf; ++size) {
      std::array<std::uint8_t, kHalf> bytes{};
      std::fill_n(bytes.begin(), size, std::uint8_t{0xFF});
      out[size] = std::bit_cast<std::uint64_t>(bytes);
    }
    return out;
  }();

  [[nodiscard]] static Ends ends_of(std::string_view readable) noexcept {
    // One choice by the size and no second one, of which compilers make a branch.
    const std::size_t size = readable.size(), half = std::min(size, kHalf);
    Ends out;
    std::memcpy(&out.first, readable.data(), kHalf);
    std::memcpy(&out.last, readable.data() + (size - half), kHalf);
    const std::uint64_t own = kFirstBytes[half];
    out.first &= own;
    out.last &= own;
    out.size = size;
    return out;
  }
  [[nodiscard]] std::size_t slot(const Ends& ends) const noexcept {
    const std::uint64_t mixed = (ends.first ^ std::rotl(ends.last, 29) ^ ends.size) * factor_;
    return static_cast<std::size_t>(mixed >> 40U);
  }
  /// Searches from the first slot on, and compares the whole of a long word.
  [[nodiscard]] std::int64_t find_further(std::string_view word, const Ends& ends) const noexcept;
  /// Puts the words in their slots; returns whether each is in its own.
  bool fill();

  std::vector<std::string> words_;
  std::vector<Slot> slots_;  ///< at most a quarter full
  std::size_t mask_ = 0;
  std::uint64_t factor_ = 0;  ///< odd; chosen so that words have slots of their own, if one of a few does that
};

/// What a column is read for: a fact, or the day of evaluation. Values are held as whole steps of the domain where all
/// of them fit 64 bits.
struct Target {
  Target(std::string_view name, const rule::Domain& domain, const Choices& choices, std::string_view currency);

  std::string name;
  rule::Domain domain;
  const Choices* choices;
  std::string currency;
  bool stepped = false;
  Exact step = 1;
  std::int64_t least = 0, most = 0;  ///< in steps
  bool narrow = false;               ///< a truth, or a word of at most 256
  int places = 0;                    ///< decimals that a given value may have, as written
  std::optional<WordTable> words;    ///< of a choice
};

/// Reads a value in its text form; on success fills `value`.
inline std::optional<rule::Problem> read_value(const Target& target, std::string_view text, rule::Written written,
                                               Value& value) {
  return rule::read_given(text, written, target.domain, *target.choices, target.currency, true, value);
}

/// Reads `-12.5` as steps of 10^-places: false where it is written otherwise, has more decimals or needs more than 18
/// digits.
inline bool read_steps(std::string_view text, int places, std::int64_t& steps) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = at != end && *at == '-';
  if (negative) ++at;
  std::int64_t value = 0;
  int digits = 0, decimals = -1;  // -1: before the point
  const char* last = nullptr;
  for (; at != end; ++at) {
    const unsigned digit = static_cast<unsigned char>(*at) - unsigned{'0'};
    if (digit <= 9) {
      if (++digits > 18) return false;
      value = value * 10 + static_cast<std::int64_t>(digit);
      if (decimals >= 0) ++decimals;
      last = at;
    } else if (*at == '.' && decimals < 0 && digits > 0) {
      decimals = 0;
    } else {
      return false;
    }
  }
  if (last == nullptr || last + 1 != end) return false;
  const int missing = places - (decimals < 0 ? 0 : decimals);
  if (missing < 0 || digits + missing > 18) return false;
  for (int i = 0; i < missing; ++i) value *= 10;
  steps = negative ? -value : value;
  return true;
}

/// Reads `2017-04-24` as a day number: false where it is no date.
inline bool read_day(std::string_view text, std::int64_t& day) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  unsigned d[8];
  unsigned most = 0;
  for (std::size_t i = 0, at = 0; i < 8; ++i, ++at) {
    if (i == 4 || i == 6) ++at;
    d[i] = static_cast<unsigned char>(text[at]) - unsigned{'0'};
    most |= d[i] > 9 ? 1U : 0U;
  }
  if (most != 0) return false;
  const int year = static_cast<int>(d[0] * 1000 + d[1] * 100 + d[2] * 10 + d[3]);
  const int month = static_cast<int>(d[4] * 10 + d[5]), of_month = static_cast<int>(d[6] * 10 + d[7]);
  // Days that every month has; the calendar says of the others.
  if (year < 1 || month < 1 || month > 12 || of_month < 1) return false;
  if (of_month > 28) {
    const auto date = Date::of(year, month, of_month);
    if (!date) return false;
    day = date->days;
    return true;
  }
  day = value::day_number(year, month, of_month);
  return true;
}

}  // namespace rfs::inline RFS_ABI::batch
