#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include "rfs/impl/batch/cells.ipp"
#include "rfs/impl/batch/decoder.hpp"
#include "rfs/impl/batch/loops.ipp"
#include "rfs/impl/batch/target.ipp"

namespace rfs::inline RFS_ABI::batch {

RFS_INLINE bool readable(const ColumnType& type, const Target& target) {
  const Layout layout = type.layout;
  const bool text = layout == Layout::utf8 || layout == Layout::large_utf8 || layout == Layout::utf8_view;
  if (text || layout == Layout::null) return true;
  const Type& to = target.domain.type;
  switch (to.kind) {
    case Kind::boolean:
      return layout == Layout::boolean;
    case Kind::date:
      return layout == Layout::days32 || layout == Layout::ticks;
    case Kind::number:
    case Kind::money:
      return to.flavour != Flavour::percent && layout >= Layout::int8 && layout <= Layout::float64;
    default:
      return false;
  }
}

RFS_INLINE Decoder::Decoder(ColumnType type, Target target, Floats floats, NotANumber nan)
    : type_(std::move(type)), target_(std::move(target)), floats_(floats), nan_(nan) {
  if (target_.stepped) find_loop();
}

/// Finds the loop for columns whose numbers are steps, or words of a dictionary.
RFS_INLINE void Decoder::find_loop() {
  Loop loop;
  const Layout layout = type_.dictionary ? type_.index : type_.layout;
  if (type_.dictionary) {
    const bool byte = layout == Layout::int8 || layout == Layout::uint8;
    if (!byte && layout != Layout::int32 && layout != Layout::uint32) return;
    if (target_.narrow) {
      loop.kind = byte ? Loop::Kind::check_index8 : Loop::Kind::take_index32_bytes;
    } else {
      loop.kind = byte ? Loop::Kind::take_index8 : Loop::Kind::take_index32;
    }
    width_ = byte ? 1 : 4;
  } else if (layout == Layout::days32) {
    loop.kind = Loop::Kind::take32;
    loop.least = target_.least;
    loop.most = target_.most;
    width_ = 4;
  } else if ((layout == Layout::decimal && type_.bits >= 64 && type_.bits <= 128) || layout == Layout::int32 ||
             layout == Layout::int64) {
    const bool decimal = layout == Layout::decimal;
    const Exact factor = (decimal ? Exact::power_of_ten(-type_.scale) : Exact(1)) / target_.step;
    const auto times = factor.to_int64();
    if (!times || *times <= 0) return;
    const auto least = (Exact(target_.least) / factor).ceiling().to_int64();
    const auto most = (Exact(target_.most) / factor).floor().to_int64();
    if (!least || !most) return;
    width_ = decimal ? static_cast<std::size_t>(type_.bits) / 8 : layout == Layout::int32 ? 4 : 8;
    loop.kind = width_ == 4 ? Loop::Kind::take32 : width_ == 8 ? Loop::Kind::take64 : Loop::Kind::take128;
    loop.factor = *times;
    loop.least = *least;
    loop.most = *most;
  } else if (layout == Layout::ticks) {
    const std::int64_t ticks = type_.ticks_per_day;
    loop.kind = Loop::Kind::take_ticks;
    loop.second = std::countr_zero(static_cast<std::uint64_t>(ticks));
    const auto odd = static_cast<std::uint64_t>(ticks >> loop.second);
    std::uint64_t inverse = odd;  // right in three bits, and in twice as many with each step
    for (int bits = 3; bits < 64; bits *= 2) inverse *= 2 - odd * inverse;
    loop.factor = static_cast<std::int64_t>(inverse);
    loop.least = std::max(target_.least, INT64_MIN / ticks);
    loop.most = std::min(target_.most, INT64_MAX / ticks);
    width_ = 8;
  } else if (layout == Layout::float64 && target_.places <= 15) {
    constexpr std::int64_t kMost = 999'999'999'999'999;
    loop.kind = Loop::Kind::take_doubles;
    for (int i = 0; i < target_.places; ++i) loop.factor *= 10;
    loop.least = std::max(target_.least, -kMost);
    loop.most = std::min(target_.most, kMost);
    width_ = 8;
  } else {
    return;
  }
  loop_ = loop;
}

/// Reads rows by a loop. Returns false where that is not enough: then nothing is read.
RFS_INLINE bool Decoder::read_by_loop(std::int64_t first, std::size_t rows, Column& column) const {
  if (!loop_ || (type_.dictionary && !plain_)) return false;
  column.complete = cells_.has_values(first, rows);
  Loop loop = *loop_;
  if (type_.dictionary) {
    const Column& entries = translated_.columns[0];
    loop.table = target_.narrow ? static_cast<const void*>(entries.narrow.data()) : entries.steps.data();
    // A negative index reads as a large one.
    const bool is_signed = type_.index == Layout::int8 || type_.index == Layout::int32;
    loop.most = is_signed ? std::min(entries_, std::int64_t{1} << (8 * width_ - 1)) : entries_;
  }
  loop.rows = rows;
  loop.from = static_cast<const char*>(cells_.values) + static_cast<std::size_t>(cells_.offset + first) * width_;
  const bool aligned = reinterpret_cast<std::uintptr_t>(loop.from) % alignof(std::int64_t) == 0;
  if (loop.kind == Loop::Kind::take64 && loop.factor == 1 && aligned && column.complete) {
    loop.kind = Loop::Kind::check64;
    column.lanes = static_cast<const std::int64_t*>(loop.from);
  } else if (loop.kind == Loop::Kind::check_index8 && same_) {
    column.bytes = static_cast<const std::uint8_t*>(loop.from);
  } else if (type_.dictionary && target_.narrow) {
    column.narrow.resize(rows);
    column.bytes = column.narrow.data();
    loop.out = column.narrow.data();
  } else {
    column.steps.resize(rows);
    column.lanes = column.steps.data();
    loop.out = column.steps.data();
  }
  if (run_loop(loop) == 0) return false;
  if (loop.kind == Loop::Kind::check_index8 && !same_) {
    loop.kind = Loop::Kind::look_up_bytes;
    loop.a = loop.from;
    loop.entries = static_cast<std::size_t>(loop.most);
    run_loop(loop);
  }
  if (!column.complete) mark_unknown(cells_, first, rows, column);
  return true;
}

/// Reads truths as bytes. Returns false where rows have none.
RFS_INLINE bool Decoder::read_bits(std::int64_t first, std::size_t rows, Column& column) const {
  if (type_.layout != Layout::boolean || type_.dictionary || !target_.narrow) return false;
  column.complete = cells_.has_values(first, rows);
  column.narrow.resize(rows);
  column.bytes = column.narrow.data();
  const auto* const bits = static_cast<const std::uint8_t*>(cells_.values);
  const auto begin = static_cast<std::size_t>(cells_.offset + first);
  const auto one = [&](std::size_t i) {
    column.narrow[i] = static_cast<std::uint8_t>(bits[(begin + i) / 8] >> (begin + i) % 8 & 1);
  };
  std::size_t i = 0;
  for (; i < rows && (begin + i) % 8 != 0; ++i) one(i);
  for (; i + 8 <= rows; i += 8) {
    // Byte k of the product, by order of addresses, is the eight bits with all but bit k taken away; what is not 0
    // carries into the highest bit of its byte.
    static constexpr std::array<std::uint8_t, 8> kBits = {1, 2, 4, 8, 16, 32, 64, 128};
    constexpr std::uint64_t kOnes = 0x0101010101010101, kMost = 0x7F * kOnes;
    const std::uint64_t eight = bits[(begin + i) / 8] * kOnes & std::bit_cast<std::uint64_t>(kBits);
    const std::uint64_t truths = (((eight & kMost) + kMost) | eight) >> 7U & kOnes;
    std::memcpy(column.narrow.data() + i, &truths, sizeof truths);
  }
  for (; i < rows; ++i) one(i);
  if (!column.complete) mark_unknown(cells_, first, rows, column);
  return true;
}

/// Reads words as bytes. Returns false where one is none of the choice's, or does not lie in its buffer.
RFS_INLINE bool Decoder::read_words(std::int64_t first, std::size_t rows, Column& column) const {
  if (type_.dictionary || !target_.words || !target_.narrow) return false;
  column.complete = cells_.has_values(first, rows);
  column.narrow.resize(rows);
  column.bytes = column.narrow.data();
  const bool read = type_.layout == Layout::utf8 ? read_words_of<Layout::utf8>(first, rows, column)
                    : type_.layout == Layout::large_utf8
                        ? read_words_of<Layout::large_utf8>(first, rows, column)
                        : type_.layout == Layout::utf8_view && read_words_of<Layout::utf8_view>(first, rows, column);
  if (read && !column.complete) mark_unknown(cells_, first, rows, column);
  return read;
}

template <Layout kLayout>
bool Decoder::read_words_of(std::int64_t first, std::size_t rows, Column& column) const {
  // Views hold twelve bytes themselves, or name more; texts that end near the end of their buffer have none behind
  // them.
  constexpr std::int64_t kReadable = 8;
  const WordTable& words = *target_.words;
  const Cells cells = cells_;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::int64_t row = first + static_cast<std::int64_t>(i);
    std::string_view text;
    if (!read_text(cells, kLayout, row, text)) return false;
    const bool readable =
        kLayout == Layout::utf8_view || (!text.empty() && cells.bytes + cells.text_end - text.data() >= kReadable);
    std::int64_t index = readable ? words.find_readable(text) : words.find(text);
    if (index < 0) {
      if (cells.has_value(row)) return false;
      index = 0;
    }
    column.narrow[i] = static_cast<std::uint8_t>(index);
  }
  return true;
}

/// Marks the rows that are null, eight at a time, among cells that are known.
RFS_INLINE void Decoder::mark_unknown(const Cells& cells, std::int64_t first, std::size_t rows, Column& column) const {
  column.cells.assign(rows, Cell::known);
  const auto begin = static_cast<std::size_t>(cells.offset + first);
  for (std::size_t i = 0; i < rows;) {
    const std::size_t at = begin + i, count = std::min(rows - i, 8 - at % 8);
    const unsigned bits = static_cast<unsigned>(cells.validity[at / 8]) >> at % 8;
    const unsigned all = (1U << count) - 1;
    for (unsigned nulls = ~bits & all; nulls != 0; nulls &= nulls - 1) {
      const std::size_t row = i + static_cast<std::size_t>(std::countr_zero(nulls));
      column.cells[row] = Cell::unknown;
      if (column.bytes == nullptr) column.steps[row] = target_.least;
    }
    i += count;
  }
}

/// The place of one cell, or of the first of many.
struct Decoder::Place {
  Decoded& out;
  std::size_t column;
  std::size_t row = 0;

  [[nodiscard]] Column& into() const noexcept { return out.columns[column]; }
  [[nodiscard]] Place plus(std::size_t rows) const noexcept { return {out, column, row + rows}; }
  void refuse(rule::Problem problem) const {
    into().cells[row] = Cell::refused;
    out.problems.push_back({row, column, std::move(problem)});
  }
};

/// Reads a cell by its text, as a given value is read: whatever the quick ways below leave ends here, so that words and
/// limits are those of one applicant.
RFS_INLINE std::optional<rule::Problem> Decoder::settle(std::string_view text, rule::Written written,
                                                        Place place) const {
  Value value;
  if (auto problem = read_value(target_, text, written, value)) return problem;
  Column& column = place.into();
  if (target_.stepped) {
    column.steps[place.row] = *(value.number / target_.step).to_int64();
  } else {
    column.values[place.row] = std::move(value);
  }
  return std::nullopt;
}

/// Reads cells of fixed width: `fast` at every row, nulls too, whose slots hold anything; `slow` where that was not
/// enough.
template <class Fast, class Slow>
void Decoder::read_fixed(const Cells& cells, std::int64_t first, std::size_t rows, Place place, Fast fast,
                         Slow slow) const {
  Column& column = place.into();
  Cell* const states = column.cells.data() + place.row;
  bool all = target_.stepped;
  if (target_.stepped) {
    std::int64_t* const steps = column.steps.data() + place.row;
    for (std::size_t i = 0; i < rows; ++i) {
      std::int64_t step = 0;
      const bool read = fast(first + static_cast<std::int64_t>(i), step);
      steps[i] = read ? step : target_.least;
      states[i] = read ? Cell::known : Cell::refused;
      all = all && read;
    }
  } else {
    std::fill(states, states + rows, Cell::refused);
  }
  if (all && cells.validity == nullptr) return;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::int64_t row = first + static_cast<std::int64_t>(i);
    if (!cells.has_value(row)) {
      states[i] = Cell::unknown;
      if (target_.stepped) column.steps[place.row + i] = target_.least;
    } else if (states[i] == Cell::refused) {
      states[i] = Cell::known;
      slow(row, place.plus(i));
    }
  }
}

template <class T>
void Decoder::read_whole(const Cells& cells, std::int64_t first, std::size_t rows, Place place) const {
  // A whole number is whole units of the fact, never its smallest: 150 is 150.00.
  const auto per_unit = (Exact(1) / target_.step).to_int64().value_or(0);
  const std::int64_t least = per_unit == 0 ? 1 : (Exact(target_.least) / per_unit).ceiling().to_int64().value_or(1);
  const std::int64_t most = per_unit == 0 ? 0 : (Exact(target_.most) / per_unit).floor().to_int64().value_or(0);
  read_fixed(
      cells, first, rows, place,
      [&](std::int64_t row, std::int64_t& step) {
        const T x = cells.at<T>(row);
        const auto whole = static_cast<std::int64_t>(+x);  // promoted: an int8_t is a number, not a character
        const bool inside = whole >= least && whole <= most && (std::is_signed_v<T> || whole >= 0);
        step = inside ? whole * per_unit : 0;
        return inside;
      },
      [&](std::int64_t row, Place at) {
        if (auto problem = settle(std::to_string(cells.at<T>(row)), rule::Written::number, at)) {
          at.refuse(std::move(*problem));
        }
      });
}

template <int Bits>
void Decoder::read_decimals(const Cells& cells, std::int64_t first, std::size_t rows, Place place) const {
  using Low = std::conditional_t<Bits == 32, std::int32_t, std::int64_t>;
  struct Mantissa {
    Low low;
    std::int64_t high[Bits <= 64 ? 1 : Bits / 64 - 1];
  };
  const auto mantissa = [&cells](std::int64_t row) {
    Mantissa out;
    const auto size = static_cast<std::int64_t>(Bits / 8);
    std::memcpy(&out, static_cast<const char*>(cells.values) + (cells.offset + row) * size,
                static_cast<std::size_t>(size));
    return out;
  };
  // Steps of the target in one of the column's units, or the other way round; 0 where neither fits.
  const Exact factor = Exact::power_of_ten(-type_.scale) / target_.step;
  const std::int64_t times = factor.to_int64().value_or(0), by = (Exact(1) / factor).to_int64().value_or(0);
  const bool possible = times != 0 || by != 0;
  const std::int64_t low = possible ? (Exact(target_.least) / factor).ceiling().to_int64().value_or(1) : 1;
  const std::int64_t high = possible ? (Exact(target_.most) / factor).floor().to_int64().value_or(0) : 0;
  const auto narrow = [&](const Mantissa& m, std::int64_t& out) {
    out = m.low;
    bool fits = true;
    if constexpr (Bits > 64) {
      for (const std::int64_t word : m.high) fits = fits && word == (m.low >> 63);
    }
    return fits && out >= low && out <= high;
  };
  const auto slow = [&](std::int64_t row, Place at) {
    const Mantissa m = mantissa(row);
    Exact whole = 0;
    const Exact half = Exact(std::int64_t{1} << 32);
    if constexpr (Bits > 64) {
      constexpr std::size_t kTop = Bits / 64 - 2;
      whole = m.high[kTop];
      for (std::size_t i = kTop; i-- > 0;) {
        const auto word = static_cast<std::uint64_t>(m.high[i]);
        whole = (whole * half + static_cast<std::int64_t>(word >> 32)) * half +
                static_cast<std::int64_t>(word & 0xFFFFFFFF);
      }
      const auto word = static_cast<std::uint64_t>(m.low);
      whole =
          (whole * half + static_cast<std::int64_t>(word >> 32)) * half + static_cast<std::int64_t>(word & 0xFFFFFFFF);
    } else {
      whole = std::int64_t{m.low};
    }
    const std::string text = (whole * Exact::power_of_ten(-type_.scale)).text();
    if (auto problem = settle(text, rule::Written::number, at)) at.refuse(std::move(*problem));
  };
  if (times != 0) {
    read_fixed(
        cells, first, rows, place,
        [&](std::int64_t row, std::int64_t& step) {
          std::int64_t x = 0;
          if (!narrow(mantissa(row), x)) return false;
          step = x * times;
          return true;
        },
        slow);
  } else {
    const std::int64_t divisor = by == 0 ? 1 : by;
    read_fixed(
        cells, first, rows, place,
        [&](std::int64_t row, std::int64_t& step) {
          std::int64_t x = 0;
          if (!narrow(mantissa(row), x)) return false;
          step = x / divisor;
          return step * divisor == x;
        },
        slow);
  }
}

/// Reads floats. The decimal k / 10^p of at most 15 digits that rounds to a double is its shortest one: two of so few
/// digits never round to the same double. k and 10^p are exact, and division rounds right.
template <class T>
void Decoder::read_floats(const Cells& cells, std::int64_t first, std::size_t rows, Place place) const {
  const bool exact_power = target_.places <= 22;
  double power = 1;
  for (int i = 0; exact_power && i < target_.places; ++i) power *= 10;
  read_fixed(
      cells, first, rows, place,
      [&](std::int64_t row, std::int64_t& step) {
        const T x = cells.at<T>(row);
        if constexpr (std::is_same_v<T, double>) {
          const double k = std::nearbyint(x * power);
          if (!exact_power || !(std::abs(k) < 1e15) || k / power != x) return false;
          step = static_cast<std::int64_t>(k);
        } else {
          char text[32];
          const auto shortest = std::to_chars(text, text + sizeof text, x, std::chars_format::fixed);
          if (shortest.ec != std::errc()) return false;
          if (!read_steps({text, static_cast<std::size_t>(shortest.ptr - text)}, target_.places, step)) return false;
        }
        return step >= target_.least && step <= target_.most;
      },
      [&](std::int64_t row, Place at) { read_slow_float(cells.at<T>(row), at); });
}

template <class T>
void Decoder::read_slow_float(T x, Place place) const {
  if (std::isnan(x) && nan_ == NotANumber::unknown) {
    place.into().cells[place.row] = Cell::unknown;
    return;
  }
  if (std::isnan(x)) {
    return place.refuse({Code::unreadable_fact, "expected a number, found NaN", "give a null for what is not known"});
  }
  if (std::isinf(x)) return place.refuse({Code::unreadable_fact, "expected a number, found infinity", ""});
  char text[32];
  const std::string_view shortest(text,
                                  static_cast<std::size_t>(std::to_chars(text, text + sizeof text, x).ptr - text));
  rule::FloatReading reading = rule::read_float(shortest, target_.domain, floats_);
  if (reading.problem) {
    if (reading.problem->help.empty())
      reading.problem->help = "round it or cast the column to a decimal, or set the option `floats` to `nearest`";
    return place.refuse(std::move(*reading.problem));
  }
  auto problem =
      settle(reading.nearest ? reading.nearest->text() : std::string(shortest), rule::Written::number, place);
  if (problem) return place.refuse(std::move(*problem));
  if (reading.nearest) place.into().assumed.push_back(place.row);
}

/// Reads texts by `quick`, and what that leaves by settle().
template <class Text>
void Decoder::read_texts(const Cells& cells, std::int64_t first, std::size_t rows, Place place, Text quick) const {
  Column& column = place.into();
  for (std::size_t i = 0; i < rows; ++i) {
    const std::int64_t row = first + static_cast<std::int64_t>(i);
    if (!cells.has_value(row)) {
      column.cells[place.row + i] = Cell::unknown;
      continue;
    }
    std::string_view text;
    if (!read_text(cells, type_.layout, row, text)) {
      place.out.corrupt = "a text of the column for `" + target_.name + "` does not lie in its buffer";
      return;
    }
    std::int64_t step = 0;
    if (target_.stepped && quick(text, step) && step >= target_.least && step <= target_.most) {
      column.steps[place.row + i] = step;
      continue;
    }
    if (auto problem = settle(text, rule::Written::text, place.plus(i))) place.plus(i).refuse(std::move(*problem));
  }
}

RFS_INLINE void Decoder::read_cells(const Cells& cells, std::int64_t first, std::size_t rows, Place place) const {
  const auto midnight = [&](std::int64_t ticks, std::int64_t& day) {
    day = ticks / type_.ticks_per_day;
    return day * type_.ticks_per_day == ticks;
  };
  const auto refuse_day = [&](std::int64_t day, Place at) {
    const bool in_calendar = day >= kFirstDate.days && day <= kLastDate.days;
    const std::string text =
        in_calendar ? Date{static_cast<std::int32_t>(day)}.text() : "day " + std::to_string(day) + " from 1970-01-01";
    if (auto problem = settle(text, rule::Written::text, at)) at.refuse(std::move(*problem));
  };
  const auto inside = [&](std::int64_t step) { return step >= target_.least && step <= target_.most; };
  switch (type_.layout) {
    case Layout::other:
      break;
    case Layout::null:
      std::fill_n(place.into().cells.begin() + static_cast<std::ptrdiff_t>(place.row), rows, Cell::unknown);
      break;
    case Layout::boolean:
      read_fixed(
          cells, first, rows, place,
          [&](std::int64_t row, std::int64_t& step) {
            const std::int64_t at = cells.offset + row;
            step = static_cast<const std::uint8_t*>(cells.values)[at / 8] >> (at % 8) & 1;
            return true;
          },
          [](std::int64_t, Place) {});
      break;
    case Layout::int8:
      return read_whole<std::int8_t>(cells, first, rows, place);
    case Layout::uint8:
      return read_whole<std::uint8_t>(cells, first, rows, place);
    case Layout::int16:
      return read_whole<std::int16_t>(cells, first, rows, place);
    case Layout::uint16:
      return read_whole<std::uint16_t>(cells, first, rows, place);
    case Layout::int32:
      return read_whole<std::int32_t>(cells, first, rows, place);
    case Layout::uint32:
      return read_whole<std::uint32_t>(cells, first, rows, place);
    case Layout::int64:
      return read_whole<std::int64_t>(cells, first, rows, place);
    case Layout::uint64:
      return read_whole<std::uint64_t>(cells, first, rows, place);
    case Layout::decimal:
      if (type_.bits == 32) return read_decimals<32>(cells, first, rows, place);
      if (type_.bits == 64) return read_decimals<64>(cells, first, rows, place);
      if (type_.bits == 128) return read_decimals<128>(cells, first, rows, place);
      return read_decimals<256>(cells, first, rows, place);
    case Layout::float32:
      return read_floats<float>(cells, first, rows, place);
    case Layout::float64:
      return read_floats<double>(cells, first, rows, place);
    case Layout::days32:
      read_fixed(
          cells, first, rows, place,
          [&](std::int64_t row, std::int64_t& step) {
            step = cells.at<std::int32_t>(row);
            return inside(step);
          },
          [&](std::int64_t row, Place at) { refuse_day(cells.at<std::int32_t>(row), at); });
      break;
    case Layout::ticks:
      read_fixed(
          cells, first, rows, place,
          [&](std::int64_t row, std::int64_t& step) {
            return midnight(cells.at<std::int64_t>(row), step) && inside(step);
          },
          [&](std::int64_t row, Place at) {
            std::int64_t day = 0;
            const std::int64_t ticks = cells.at<std::int64_t>(row);
            if (midnight(ticks, day)) return refuse_day(day, at);
            if (ticks < 0) --day;
            const std::string text = day >= kFirstDate.days && day <= kLastDate.days
                                         ? "`" + Date{static_cast<std::int32_t>(day)}.text() + "`"
                                         : "day " + std::to_string(day) + " from 1970-01-01";
            at.refuse({Code::unreadable_fact, "expected a date, found a time of the day " + text,
                       "cast the column to date32, or cut the times to midnight"});
          });
      break;
    case Layout::utf8:
    case Layout::large_utf8:
    case Layout::utf8_view: {
      const Type& to = target_.domain.type;
      const int places = target_.places;
      if (to.kind == Kind::date) return read_texts(cells, first, rows, place, read_day);
      if (to.kind == Kind::choice) {
        return read_texts(cells, first, rows, place, [&](std::string_view text, std::int64_t& step) {
          step = target_.words->find(text);
          return true;
        });
      }
      if (to.kind == Kind::number && to.flavour == Flavour::percent) {
        return read_texts(cells, first, rows, place, [places](std::string_view text, std::int64_t& step) {
          return !text.empty() && text.back() == '%' && read_steps(text.substr(0, text.size() - 1), places, step);
        });
      }
      if (to.kind == Kind::number || to.kind == Kind::money) {
        return read_texts(cells, first, rows, place, [places](std::string_view text, std::int64_t& step) {
          return read_steps(text, places, step);
        });
      }
      return read_texts(cells, first, rows, place, [](std::string_view, std::int64_t&) { return false; });
    }
  }
}

RFS_INLINE std::int64_t Decoder::index_at(std::int64_t row) const noexcept {
  switch (type_.index) {
    case Layout::int8:
      return cells_.at<std::int8_t>(row);
    case Layout::uint8:
      return cells_.at<std::uint8_t>(row);
    case Layout::int16:
      return cells_.at<std::int16_t>(row);
    case Layout::uint16:
      return cells_.at<std::uint16_t>(row);
    case Layout::int32:
      return cells_.at<std::int32_t>(row);
    case Layout::uint32:
      return cells_.at<std::uint32_t>(row);
    default:  // of uint64, what does not fit is negative, and out of range
      return cells_.at<std::int64_t>(row);
  }
}

RFS_INLINE std::string Decoder::begin(const ArrowArray& array, std::int64_t first, std::int64_t rows) {
  std::string wrong = check_cells(array, type_.dictionary ? type_.index : type_.layout, first, rows, cells_);
  if (wrong.empty() && type_.dictionary) {
    if (array.dictionary == nullptr) return "a dictionary array has no dictionary";
    begin_dictionary(*array.dictionary, rows, wrong);
  }
  return wrong.empty() ? wrong : "the column for `" + target_.name + "`: " + wrong;
}

/// Reads all entries, or where there are more of them than rows, those that rows name.
RFS_INLINE void Decoder::begin_dictionary(const ArrowArray& dictionary, std::int64_t rows, std::string& wrong) {
  entries_ = dictionary.length;
  Cells cells;
  wrong = check_cells(dictionary, type_.layout, 0, dictionary.length, cells);
  if (!wrong.empty()) return;
  used_.clear();
  const bool all = entries_ <= std::max<std::int64_t>(rows, kBlock);
  if (!all) {
    for (std::int64_t row = 0; row < rows; ++row) {
      if (!cells_.has_value(row)) continue;
      const std::int64_t index = index_at(row);
      if (index >= 0 && index < entries_) used_.push_back(index);
    }
    std::sort(used_.begin(), used_.end());
    used_.erase(std::unique(used_.begin(), used_.end()), used_.end());
  }
  const std::size_t count = all ? static_cast<std::size_t>(entries_) : used_.size();
  translated_ = {};
  translated_.columns.resize(1);
  Column& column = translated_.columns[0];
  column.cells.assign(count, Cell::known);
  target_.stepped ? column.steps.assign(count, target_.least) : column.values.resize(count);
  if (all) {
    read_cells(cells, 0, count, {translated_, 0});
  } else {
    for (std::size_t i = 0; i < count; ++i) read_cells(cells, used_[i], 1, {translated_, 0, i});
  }
  wrong = translated_.corrupt;
  plain_ = all && count > 0 && target_.stepped && column.assumed.empty() &&
           std::find_if(column.cells.begin(), column.cells.end(), [](Cell cell) { return cell != Cell::known; }) ==
               column.cells.end();
  same_ = plain_;
  column.narrow.clear();
  for (std::size_t i = 0; plain_ && target_.narrow && i < count; ++i) {
    column.narrow.push_back(static_cast<std::uint8_t>(column.steps[i]));
    same_ = same_ && static_cast<std::size_t>(column.steps[i]) == i;
  }
  problem_.assign(count, 0);
  for (std::size_t i = 0; i < translated_.problems.size(); ++i) problem_[translated_.problems[i].row] = i;
}

RFS_INLINE void Decoder::look_up(std::int64_t first, std::size_t rows, Place place) const {
  Column& column = place.into();
  const Column& from = translated_.columns[0];
  for (std::size_t i = 0; i < rows; ++i) {
    const std::int64_t row = first + static_cast<std::int64_t>(i);
    if (!cells_.has_value(row)) {
      column.cells[i] = Cell::unknown;
      continue;
    }
    const std::int64_t index = index_at(row);
    if (index < 0 || index >= entries_) {
      place.out.corrupt = "the column for `" + target_.name + "` has index " + std::to_string(index) +
                          " into a dictionary of " + std::to_string(entries_);
      return;
    }
    auto at = static_cast<std::size_t>(index);
    if (!used_.empty()) {
      at = static_cast<std::size_t>(std::lower_bound(used_.begin(), used_.end(), index) - used_.begin());
    }
    column.cells[i] = from.cells[at];
    if (target_.stepped) {
      column.steps[i] = from.steps[at];
    } else {
      column.values[i] = from.values[at];
    }
    if (from.cells[at] == Cell::refused) {
      place.out.problems.push_back({i, place.column, translated_.problems[problem_[at]].problem});
    }
    if (!from.assumed.empty() && std::binary_search(from.assumed.begin(), from.assumed.end(), at)) {
      column.assumed.push_back(i);
    }
  }
}

RFS_INLINE void Decoder::read(std::int64_t first, std::size_t rows, std::size_t index, Decoded& out) const {
  Column& column = out.columns[index];
  column.assumed.clear();
  column.bytes = nullptr;
  if (read_by_loop(first, rows, column) || read_bits(first, rows, column) || read_words(first, rows, column)) return;
  column.complete = false;
  column.bytes = nullptr;
  column.cells.assign(rows, Cell::known);
  target_.stepped ? column.steps.assign(rows, target_.least) : column.values.assign(rows, Value());
  column.lanes = column.steps.data();
  if (type_.dictionary) return look_up(first, rows, {out, index});
  read_cells(cells_, first, rows, {out, index});
}

}  // namespace rfs::inline RFS_ABI::batch
