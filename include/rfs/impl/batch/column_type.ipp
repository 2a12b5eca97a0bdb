#pragma once

#include <charconv>

#include "rfs/impl/batch/column_type.hpp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

struct NamedFormat {
  std::string_view format;
  Layout layout;
  std::string_view text;
};
inline constexpr NamedFormat kFormats[] = {
    {"n", Layout::null, "null"},
    {"b", Layout::boolean, "bool"},
    {"c", Layout::int8, "int8"},
    {"C", Layout::uint8, "uint8"},
    {"s", Layout::int16, "int16"},
    {"S", Layout::uint16, "uint16"},
    {"i", Layout::int32, "int32"},
    {"I", Layout::uint32, "uint32"},
    {"l", Layout::int64, "int64"},
    {"L", Layout::uint64, "uint64"},
    {"e", Layout::other, "float16"},
    {"f", Layout::float32, "float32"},
    {"g", Layout::float64, "float64"},
    {"u", Layout::utf8, "utf8"},
    {"U", Layout::large_utf8, "large_utf8"},
    {"vu", Layout::utf8_view, "utf8_view"},
    {"z", Layout::other, "binary"},
    {"Z", Layout::other, "large_binary"},
    {"vz", Layout::other, "binary_view"},
    {"tdD", Layout::days32, "date32"},
    {"tdm", Layout::ticks, "date64"},
    {"+l", Layout::other, "list"},
    {"+L", Layout::other, "large_list"},
    {"+vl", Layout::other, "list_view"},
    {"+vL", Layout::other, "large_list_view"},
    {"+s", Layout::other, "struct"},
    {"+m", Layout::other, "map"},
    {"+r", Layout::other, "run_end_encoded"},
};
inline constexpr std::int64_t kMillisADay = 86'400'000;

/// Reads `7,2` or `7,2,64`.
RFS_INLINE void decimal_format(std::string_view text, ColumnType& out) {
  int fields[3] = {0, 0, 128};
  const char* at = text.data();
  const char* const end = at + text.size();
  std::size_t count = 0;
  while (count < 3) {
    const auto [next, failure] = std::from_chars(at, end, fields[count]);
    if (failure != std::errc()) return;
    at = next;
    ++count;
    if (at == end) break;
    if (*at++ != ',') return;
  }
  const int bits = fields[2], scale = fields[1];
  const bool known_bits = bits == 32 || bits == 64 || bits == 128 || bits == 256;
  out.text = "decimal" + std::to_string(bits) + "(" + std::to_string(fields[0]) + ", " + std::to_string(scale) + ")";
  if (count < 2 || at != end || !known_bits || scale < -76 || scale > 76) return;
  out.layout = Layout::decimal;
  out.bits = bits;
  out.scale = scale;
}

/// Reads `ts` + a unit + `:` + a zone, which must be empty: a day begins at other times in other zones.
RFS_INLINE void timestamp_format(std::string_view format, ColumnType& out) {
  const char unit = format[2];
  const std::string_view zone = format.substr(4);
  const std::string_view name = unit == 's' ? "s" : unit == 'm' ? "ms" : unit == 'u' ? "us" : "ns";
  out.text = "timestamp[" + std::string(name) + (zone.empty() ? "" : ", " + std::string(zone)) + "]";
  out.zoned = !zone.empty();
  if (out.zoned) return;
  out.layout = Layout::ticks;
  out.ticks_per_day = kMillisADay / 1000;
  for (const char step : {'s', 'm', 'u', 'n'}) {
    if (step == unit) break;
    out.ticks_per_day *= 1000;
  }
}

RFS_INLINE ColumnType plain_type(std::string_view format) {
  ColumnType out;
  out.text = format;
  for (const NamedFormat& named : kFormats) {
    if (named.format != format) continue;
    out.layout = named.layout;
    out.text = named.text;
    if (named.layout == Layout::ticks) out.ticks_per_day = kMillisADay;
    return out;
  }
  if (format.substr(0, 2) == "d:") {
    decimal_format(format.substr(2), out);
  } else if (format.size() >= 4 && format.substr(0, 2) == "ts" && format[3] == ':' &&
             std::string_view("smun").find(format[2]) != std::string_view::npos) {
    timestamp_format(format, out);
  } else if (format.substr(0, 3) == "+w:") {
    out.text = "fixed_size_list";
  } else if (format.substr(0, 2) == "tt") {
    out.text = "time";
  } else if (format.substr(0, 2) == "tD") {
    out.text = "duration";
  } else if (format.substr(0, 2) == "ti") {
    out.text = "interval";
  }
  return out;
}

}  // namespace detail

RFS_INLINE ColumnType column_type(const ArrowSchema& schema) {
  ColumnType out = detail::plain_type(schema.format == nullptr ? "" : schema.format);
  if (schema.dictionary == nullptr) return out;
  const Layout index = out.layout;
  const ArrowSchema& values = *schema.dictionary;
  out = detail::plain_type(values.format == nullptr ? "" : values.format);
  const bool readable = index >= Layout::int8 && index <= Layout::uint64 && values.dictionary == nullptr;
  if (!readable) out.layout = Layout::other;
  out.dictionary = true;
  out.index = index;
  out.text = "dictionary of " + out.text;
  return out;
}

}  // namespace rfs::inline RFS_ABI::batch
