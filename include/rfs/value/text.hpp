#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rfs/config.hpp"
#include "rfs/value/date.hpp"
#include "rfs/value/exact.hpp"

namespace rfs::inline RFS_ABI::value {

/// A decimal text read exactly, and the decimals it was written with, trailing zeros not counted.
struct Decimal {
  Exact value;
  std::size_t places = 0;
};

/// Reads a given number: digits, optional point and digits, optional minus, optional exponent; no blanks, separators
/// or signs of currencies.
RFS_API std::optional<Decimal> read_decimal(std::string_view text);
/// Reads `15%`, `12.5%`, `-3%`; places counts the decimals as written (12.5% has one), the value is 0.125.
RFS_API std::optional<Decimal> read_percent(std::string_view text);
/// Reads `2 months`, `1 month`, `1 year`, `3 years`, `-2 months`, `P2M`, `P1Y`, `P1Y6M` as months; counts of at most
/// 15 digits.
RFS_API std::optional<std::int64_t> read_months(std::string_view text);
/// Reads `90 days`, `1 day`, `-5 days`, `P90D`; counts of at most 15 digits.
RFS_API std::optional<std::int64_t> read_days(std::string_view text);

// Plain forms, as outcomes carry them and readers take them back.
RFS_API std::string plain_percent(const Exact& value);  ///< `15%`, `1/3` where it never ends
RFS_API std::string plain_months(std::int64_t months);  ///< `14 months`, `1 month`
RFS_API std::string plain_days(std::int64_t days);      ///< `90 days`

// As people write them (English).
RFS_API std::string spoken_number(const Exact& value, std::size_t places = 0);  ///< `1,250.5`, `1/3`
RFS_API std::string spoken_money(const Exact& value,
                                 std::string_view currency);  ///< `$1,250.00`, `-$5.00`, `CHF 12.00`
RFS_API std::string spoken_date(Date date);                   ///< `24 June 2017`
RFS_API std::string spoken_months(std::int64_t months);       ///< `two months`, `one year`, `18 months`
RFS_API std::string spoken_days(std::int64_t days);           ///< `one day`, `90 days`

}  // namespace rfs::inline RFS_ABI::value

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/value/text.ipp"
#endif
