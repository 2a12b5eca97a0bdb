#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include "rfs/value/currency.hpp"
#include "rfs/value/text.hpp"

namespace rfs::inline RFS_ABI::value {

namespace detail {

/// Takes a count that text begins with; so short that twelve of it fit 64 bits.
RFS_INLINE std::optional<std::int64_t> take_count(std::string_view& text) noexcept {
  constexpr std::size_t kLongest = 15;
  std::int64_t count = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    if (digits == kLongest) return std::nullopt;
    count = count * 10 + (text[digits] - '0');
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return count;
}

/// Reads what follows `P` in an ISO 8601 duration: counts, each with its letter, in the order of `letters`.
RFS_INLINE bool read_designated(std::string_view text, std::string_view letters, std::array<std::int64_t, 2>& counts) {
  if (text.empty()) return false;
  std::size_t next = 0;
  while (!text.empty()) {
    const auto count = take_count(text);
    if (!count || text.empty()) return false;
    const std::size_t letter = letters.find(text.front(), next);
    if (letter == std::string_view::npos) return false;
    counts[letter] = *count;
    next = letter + 1;
    text.remove_prefix(1);
  }
  return true;
}

/// Reads `2 months`, `-1 month`: a count, one blank, the unit with or without its `s`.
RFS_INLINE std::optional<std::int64_t> read_counted(std::string_view text, std::string_view unit) noexcept {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const auto count = take_count(text);
  if (!count || text.empty() || text.front() != ' ') return std::nullopt;
  text.remove_prefix(1);
  if (text.substr(0, unit.size()) != unit) return std::nullopt;
  text.remove_prefix(unit.size());
  if (!text.empty() && text != "s") return std::nullopt;
  return negative ? -*count : *count;
}

/// Puts a comma before each group of three digits of the whole part.
RFS_INLINE std::string grouped(std::string number) {
  const std::size_t begin = number.front() == '-' ? 1 : 0;
  std::size_t at = std::min(number.find('.'), number.size());
  while (at > begin + 3) {
    at -= 3;
    number.insert(at, 1, ',');
  }
  return number;
}

RFS_INLINE std::string plain_count(std::int64_t count, std::string_view unit) {
  std::string text = std::to_string(count).append(1, ' ').append(unit);
  return count == 1 || count == -1 ? text : text + 's';
}

RFS_INLINE std::string spoken_count(std::int64_t count, std::string_view unit) {
  constexpr std::array<std::string_view, 10> kWords = {"",     "one", "two",   "three", "four",
                                                       "five", "six", "seven", "eight", "nine"};
  std::string text;
  if (count != 0 && count > -10 && count < 10) {
    text = count < 0 ? "minus " : "";
    text.append(kWords[static_cast<std::size_t>(count < 0 ? -count : count)]);
  } else {
    text = grouped(std::to_string(count));
  }
  text.append(1, ' ').append(unit);
  return count == 1 || count == -1 ? text : text + 's';
}

}  // namespace detail

RFS_INLINE std::optional<Decimal> read_decimal(std::string_view text) {
  auto value = Exact::parse(text);
  if (!value) return std::nullopt;
  const std::size_t places = value->decimals().value_or(0);
  return Decimal{*std::move(value), places};
}

RFS_INLINE std::optional<Decimal> read_percent(std::string_view text) {
  if (text.empty() || text.back() != '%') return std::nullopt;
  auto read = read_decimal(text.substr(0, text.size() - 1));
  if (read) read->value = read->value / 100;
  return read;
}

RFS_INLINE std::optional<std::int64_t> read_months(std::string_view text) {
  if (!text.empty() && text.front() == 'P') {
    std::array<std::int64_t, 2> counts{};
    if (!detail::read_designated(text.substr(1), "YM", counts)) return std::nullopt;
    return counts[0] * 12 + counts[1];
  }
  if (const auto months = detail::read_counted(text, "month")) return months;
  if (const auto years = detail::read_counted(text, "year")) return *years * 12;
  return std::nullopt;
}

RFS_INLINE std::optional<std::int64_t> read_days(std::string_view text) {
  if (!text.empty() && text.front() == 'P') {
    std::array<std::int64_t, 2> counts{};
    if (!detail::read_designated(text.substr(1), "D", counts)) return std::nullopt;
    return counts[0];
  }
  return detail::read_counted(text, "day");
}

RFS_INLINE std::string plain_percent(const Exact& value) {
  return value.decimals() ? (value * 100).text() + '%' : value.text();
}

RFS_INLINE std::string plain_months(std::int64_t months) { return detail::plain_count(months, "month"); }

RFS_INLINE std::string plain_days(std::int64_t days) { return detail::plain_count(days, "day"); }

RFS_INLINE std::string spoken_number(const Exact& value, std::size_t places) {
  std::string text = value.text(places);
  return value.decimals() ? detail::grouped(std::move(text)) : text;
}

RFS_INLINE std::string spoken_money(const Exact& value, std::string_view currency) {
  const std::string number = spoken_number(value.abs(), static_cast<std::size_t>(minor_digits(currency).value_or(0)));
  return (value.sign() < 0 ? "-" : "") + currency_prefix(currency) + number;
}

RFS_INLINE std::string spoken_date(Date date) {
  constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                        "May",       "June",     "July",     "August",
                                                        "September", "October",  "November", "December"};
  return std::to_string(date.day())
      .append(1, ' ')
      .append(kMonths[static_cast<std::size_t>(date.month() - 1)])
      .append(1, ' ')
      .append(std::to_string(date.year()));
}

RFS_INLINE std::string spoken_months(std::int64_t months) {
  const bool years = months != 0 && months % 12 == 0;
  return years ? detail::spoken_count(months / 12, "year") : detail::spoken_count(months, "month");
}

RFS_INLINE std::string spoken_days(std::int64_t days) { return detail::spoken_count(days, "day"); }

}  // namespace rfs::inline RFS_ABI::value
