#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/rule/type.hpp"
#include "rfs/value/bool3.hpp"
#include "rfs/value/interval.hpp"

namespace rfs::inline RFS_ABI::program {

/// A set of words of one choice, by index.
class WordSet {
 public:
  [[nodiscard]] bool contains(std::size_t word) const noexcept {
    if (word < 64) return (first_ >> word & 1) != 0;
    return word / 64 <= rest_.size() && (rest_[word / 64 - 1] >> word % 64 & 1) != 0;
  }
  RFS_API void insert(std::size_t word);
  [[nodiscard]] RFS_API static WordSet all(std::size_t count);
  [[nodiscard]] RFS_API static WordSet of(std::size_t word);
  [[nodiscard]] RFS_API std::size_t size() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  /// Returns the least word; the set must not be empty.
  [[nodiscard]] RFS_API std::size_t front() const noexcept;
  [[nodiscard]] RFS_API WordSet united(const WordSet& other) const;
  [[nodiscard]] RFS_API WordSet intersected(const WordSet& other) const;
  [[nodiscard]] RFS_API WordSet without(const WordSet& other) const;
  friend bool operator==(const WordSet&, const WordSet&) = default;

 private:
  void trim();
  std::uint64_t first_ = 0;
  std::vector<std::uint64_t> rest_;  // no trailing zeros, so that equal sets are equal
};

/// Returns a text that somebody else keeps.
[[nodiscard]] inline std::shared_ptr<const std::string> kept_elsewhere(const std::string& text) noexcept {
  return {std::shared_ptr<const std::string>(), &text};
}

/// What is known of a value (language.md section 5). Which member counts follows from the kind of the node.
struct Reading {
  value::Interval interval;      ///< number, money, date, months, days
  Bool3 truth = Bool3::unknown;  ///< bool
  WordSet words;                 ///< choice
  /// text: the value, or null while unknown. Owned where it is computed; what is given or constant is pointed at.
  std::shared_ptr<const std::string> text;

  /// True where one value is left.
  [[nodiscard]] RFS_API bool known(Kind kind) const noexcept;
};

struct GivenList;

/// What an applicant gave for a fact, or for a field of a list's item.
struct Given {
  enum class State : std::uint8_t { absent, unknown, known } state = State::absent;
  Value value;
  std::shared_ptr<const GivenList> list;  ///< a known list
};

/// The items of a list that was given: for each the cells of its fields, in the order declared.
struct GivenList {
  std::size_t count = 0;
  std::size_t width = 1;
  std::vector<Given> cells;  ///< count × width

  [[nodiscard]] const Given& at(std::size_t item, std::size_t field) const noexcept {
    return cells[item * width + field];
  }
};

}  // namespace rfs::inline RFS_ABI::program

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/program/reading.ipp"
#endif
