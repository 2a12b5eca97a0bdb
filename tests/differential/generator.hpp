#pragma once

#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/evaluate/rules.hpp"
#include "rfs/program/reading.hpp"
#include "rfs/value/date.hpp"

namespace rfs::differential {

/// Random numbers that are the same everywhere (splitmix64).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// Returns a whole number from least to most.
  std::int64_t from_to(std::int64_t least, std::int64_t most);
  bool one_in(std::int64_t n) { return from_to(1, n) == 1; }
  template <class Items>
  auto& pick(Items& items) {
    return items[static_cast<std::size_t>(from_to(0, static_cast<std::int64_t>(std::size(items)) - 1))];
  }
  std::string_view pick(std::initializer_list<std::string_view> items) {
    return items.begin()[from_to(0, static_cast<std::int64_t>(items.size()) - 1)];
  }

 private:
  std::uint64_t state_;
};

/// A figure that is not on file, and how it can be filled in: the text to put in its place is before + value + after.
struct Gap {
  std::size_t offset = 0;  ///< in the item's text
  std::size_t length = 0;
  std::string before, after;
};
/// A fact, parameter, definition or decision: a member of its object.
struct Item {
  std::string text;
  std::vector<Gap> gaps;
  std::uint32_t parameter = 0;  ///< gaps: whose
};
/// A rule file in parts, so that parts can be taken out of it.
struct Draft {
  std::string head;
  std::vector<Item> facts, parameters, definitions, decisions;

  [[nodiscard]] std::string text() const;
};

/// Whether a generated file may have lists.
enum class Lists : std::uint8_t { without, with };

/// Makes a random rule file. The same seed gives the same file. Not every one passes the checker.
Draft generate(std::uint64_t seed, Lists lists = Lists::without);

/// Fills every figure that is not on file with a value that it may have.
Draft fill_gaps(const Draft& draft, const Rules& rules, Random& random);

/// What one applicant gives.
struct Applicant {
  std::vector<program::Given> facts;
  Date as_of;
};

/// Makes applicants for one program, with an eye to where its conditions turn.
class Applicants {
 public:
  explicit Applicants(const Rules& rules);

  /// Returns a value that the fact may have: often an end, or next to a constant of the file.
  [[nodiscard]] program::Given given(FactId fact, Random& random) const;
  /// Returns the fact's least or most value (its first or last word), or as many such items as a list may have.
  [[nodiscard]] program::Given end(FactId fact, bool most) const;
  [[nodiscard]] Value cell(FactId fact, std::size_t field, Random& random) const;
  [[nodiscard]] Date day(Random& random) const;
  /// Returns an applicant of whose facts about `known` in 8 are known, the others absent or null; so with cells.
  [[nodiscard]] Applicant some(Random& random, int known) const;

 private:
  /// What one value may be: of a fact, or of a field of a list.
  struct Slot {
    const rule::Domain* domain = nullptr;
    std::vector<Value> near;  ///< constants of its kind and their neighbours
  };
  void add_near(Slot& slot);
  void add_near(Slot& slot, const Exact& number);
  [[nodiscard]] Value end(const Slot& slot, bool most) const;
  [[nodiscard]] Value value(const Slot& slot, Random& random) const;

  Rules rules_;
  std::vector<std::vector<Slot>> slots_;  ///< of each fact; of a list one for each field
  std::vector<std::int64_t> days_;
};

}  // namespace rfs::differential
