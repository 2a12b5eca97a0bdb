#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/source/id.hpp"
#include "rfs/value/exact.hpp"

namespace rfs::inline RFS_ABI {

/// The kinds of values of language.md section 2. `error` is the kind of what could not be typed: it is reported once
/// and then agrees with everything.
enum class Kind : std::uint8_t { error, boolean, number, money, date, months, days, choice, text, list, record };

/// How a number is restricted or shown.
enum class Flavour : std::uint8_t { plain, integer, percent };

struct ChoiceTag;
using ChoiceId = Id<ChoiceTag>;
struct RecordTag;
using RecordId = Id<RecordTag>;

/// The type of a value. A choice type is its set of words, kept once in Choices; a record type its fields, kept once in
/// Records. A list has the flavour, choice and record of its innermost items.
struct Type {
  Kind kind = Kind::error;
  Flavour flavour = Flavour::plain;
  ChoiceId choice;
  RecordId record;
  Kind of = Kind::error;   ///< a list: the kind of its innermost items
  std::uint8_t depth = 0;  ///< a list: how many lists stand in one another

  constexpr Type(Kind kind_ = Kind::error, Flavour flavour_ = {}, ChoiceId choice_ = {}) noexcept
      : kind(kind_), flavour(flavour_), choice(choice_) {}

  friend constexpr bool operator==(const Type&, const Type&) noexcept = default;
};

/// Returns the type of the items of a list.
constexpr Type item_of(Type list) noexcept {
  if (--list.depth > 0) return list;
  list.kind = list.of;
  list.of = Kind::error;
  return list;
}

/// Returns the type of a list of such items.
constexpr Type list_of(Type item) noexcept {
  if (item.kind != Kind::list) item.of = std::exchange(item.kind, Kind::list);
  ++item.depth;
  return item;
}

/// Returns the type of what an outcome gives for a value: of a list, how many items it has.
constexpr Type outcome_type(Type type) noexcept {
  return type.kind == Kind::list ? Type(Kind::number, Flavour::integer) : type;
}

/// True for kinds whose values are numbers inside: number, money, date, months, days.
constexpr bool is_numeric(Kind kind) noexcept { return kind >= Kind::number && kind <= Kind::days; }

/// A known value: bool as 0 or 1, date as its day number, choice as the index of its word, text as `text`, everything
/// else as the number.
struct Value {
  Exact number;
  std::string text;

  friend bool operator==(const Value&, const Value&) = default;
};

/// The sets of words of a file, each once, words sorted; a word's index in its set is its value.
class Choices {
 public:
  /// Returns the id of the set; equal sets have equal ids. Sorts and drops duplicates.
  RFS_API ChoiceId intern(std::vector<std::string> words);
  [[nodiscard]] const std::vector<std::string>& words(ChoiceId id) const noexcept { return sets_[id]; }
  /// Returns the index of a word in a set, or -1.
  [[nodiscard]] RFS_API std::int64_t index(ChoiceId id, std::string_view word) const noexcept;

 private:
  Table<ChoiceId, std::vector<std::string>> sets_;
};

/// A field of a record type.
struct RecordField {
  std::string name;
  Type type;

  friend bool operator==(const RecordField&, const RecordField&) = default;
};

/// The record types of a file, each once, fields in the order declared.
class Records {
 public:
  /// Returns the id of the record type; equal ones have equal ids.
  RFS_API RecordId intern(std::vector<RecordField> fields);
  [[nodiscard]] const std::vector<RecordField>& fields(RecordId id) const noexcept { return types_[id]; }
  /// Returns the index of a field, or -1.
  [[nodiscard]] RFS_API std::int64_t index(RecordId id, std::string_view name) const noexcept;

 private:
  Table<RecordId, std::vector<RecordField>> types_;
};

namespace rule {

/// A word that may stand under `type`, and what it means.
struct TypeWord {
  std::string_view word;
  Kind kind;
  Flavour flavour = Flavour::plain;
};
inline constexpr TypeWord kTypeWords[] = {{"bool", Kind::boolean},
                                          {"number", Kind::number},
                                          {"integer", Kind::number, Flavour::integer},
                                          {"percent", Kind::number, Flavour::percent},
                                          {"money", Kind::money},
                                          {"date", Kind::date},
                                          {"months", Kind::months},
                                          {"days", Kind::days},
                                          {"choice", Kind::choice},
                                          {"text", Kind::text}};

/// What stands under `type` of a fact that is a list.
inline constexpr std::string_view kListWord = "list";

/// How many items a declaration may let a list have: more than steps may be taken.
inline constexpr std::size_t kMostItems = 999'999'999;

/// What stands under `type` of a parameter whose figures are lists of brackets.
inline constexpr std::string_view kScheduleWord = "schedule";

/// True for types whose values have an order, by which a schedule's brackets may divide them.
constexpr bool is_ordered(Kind kind) noexcept { return is_numeric(kind) || kind == Kind::text; }

/// True for types whose declarations may give `places`.
constexpr bool has_places(Kind kind, Flavour flavour) noexcept {
  return kind == Kind::money || (kind == Kind::number && flavour != Flavour::integer);
}
inline constexpr int kMostPlaces = 30;

/// How many names figures may be kept by.
inline constexpr std::size_t kMostKeys = 3;

/// The flavour of what is one of two numbers, or their sum: whole if both are, a percentage if both are.
constexpr Flavour common_flavour(const Type& a, const Type& b) noexcept {
  return a.flavour == b.flavour ? a.flavour : Flavour::plain;
}

/// Returns the type as people say it: `money`, `a percentage`-free plain words such as `integer`, `choice of …`.
RFS_API std::string type_text(const Type& type, const Choices& choices);

/// Returns whether a word may be an option of a choice or the key of a source: 1 to 64 bytes of letters, digits, `_`,
/// `-`, `.`, inner blanks.
RFS_API bool is_word(std::string_view word) noexcept;

/// What is_word accepts, as a regular expression.
inline constexpr std::string_view kWordPattern = "[A-Za-z0-9_.-]([A-Za-z0-9_. -]{0,62}[A-Za-z0-9_.-])?";

}  // namespace rule
}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/rule/type.ipp"
#endif
