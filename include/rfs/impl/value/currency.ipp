#pragma once

#include "rfs/value/currency.hpp"

namespace rfs::inline RFS_ABI::value {

namespace detail {

// ISO 4217, list one (current currencies and funds), without the metals, test codes and units of
// account that have no minor unit. Each row holds the codes with so many minor digits, in order.
inline constexpr std::string_view kMinor2 =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
    "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR "
    "ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV "
    "MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD "
    "SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ";
inline constexpr std::string_view kMinor0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ";
inline constexpr std::string_view kMinor3 = "BHD IQD JOD KWD LYD OMR TND ";
inline constexpr std::string_view kMinor4 = "CLF UYW ";

constexpr bool lists(std::string_view codes, std::string_view code) noexcept {
  std::size_t first = 0;
  std::size_t count = codes.size() / 4;
  while (count > 0) {
    const std::size_t half = count / 2;
    if (codes.substr((first + half) * 4, 3) < code) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first * 4 < codes.size() && codes.substr(first * 4, 3) == code;
}

}  // namespace detail

RFS_INLINE std::optional<int> minor_digits(std::string_view code) noexcept {
  if (code.size() != 3) return std::nullopt;
  if (detail::lists(detail::kMinor2, code)) return 2;
  if (detail::lists(detail::kMinor0, code)) return 0;
  if (detail::lists(detail::kMinor3, code)) return 3;
  if (detail::lists(detail::kMinor4, code)) return 4;
  return std::nullopt;
}

RFS_INLINE std::string currency_prefix(std::string_view code) {
  // Only signs that mean one currency to most readers: the dollars of other countries keep their code.
  if (code == "USD") return "$";
  if (code == "EUR") return "€";
  if (code == "GBP") return "£";
  if (code == "JPY") return "¥";
  if (code == "INR") return "₹";
  return std::string(code) + ' ';
}

}  // namespace rfs::inline RFS_ABI::value
