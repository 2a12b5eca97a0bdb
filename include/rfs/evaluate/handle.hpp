#pragma once

#include <cstdint>
#include <string_view>

#include "rfs/config.hpp"
#include "rfs/rule/type.hpp"
#include "rfs/typed/tree.hpp"
#include "rfs/value/date.hpp"
#include "rfs/value/exact.hpp"
#include "rfs/value/money.hpp"

namespace rfs::inline RFS_ABI {

/// A calendar duration; years are 12 months.
struct Months {
  std::int64_t count = 0;
};
/// Whole days.
struct Days {
  std::int64_t count = 0;
};
/// An option of one choice, found by Rules::word.
struct Word {
  std::uint32_t index = 0xFFFFFFFF;
};

/// A fact of type T, found once by Rules::fact: bool, std::int64_t (integer), Exact (number, percent: 15% is 0.15),
/// Money, Date, Months, Days, Word (choice) or std::string_view (text). An empty handle gives a problem where it is
/// used.
template <class T>
class FactOf {
 public:
  FactOf() noexcept = default;
  [[nodiscard]] FactId id() const noexcept { return id_; }

 private:
  friend class Rules;
  explicit FactOf(FactId id) noexcept : id_(id) {}
  FactId id_;
};

namespace evaluate {

template <class T>
inline constexpr Kind kind_of = Kind::error;
template <>
inline constexpr Kind kind_of<bool> = Kind::boolean;
template <>
inline constexpr Kind kind_of<std::int64_t> = Kind::number;
template <>
inline constexpr Kind kind_of<Exact> = Kind::number;
template <>
inline constexpr Kind kind_of<Money> = Kind::money;
template <>
inline constexpr Kind kind_of<Date> = Kind::date;
template <>
inline constexpr Kind kind_of<Months> = Kind::months;
template <>
inline constexpr Kind kind_of<Days> = Kind::days;
template <>
inline constexpr Kind kind_of<Word> = Kind::choice;
template <>
inline constexpr Kind kind_of<std::string_view> = Kind::text;

/// True for the C++ type of integers alone.
template <class T>
inline constexpr bool is_whole = false;
template <>
inline constexpr bool is_whole<std::int64_t> = true;

}  // namespace evaluate
}  // namespace rfs::inline RFS_ABI
