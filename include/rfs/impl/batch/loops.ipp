#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "rfs/evaluate/outcome.hpp"
#include "rfs/impl/batch/loops.hpp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

/// Numbers of a column, which may stand at any address.
template <class Number>
class NumbersAt {
 public:
  explicit NumbersAt(const void* begin) noexcept : begin_(static_cast<const char*>(begin)) {}
  [[gnu::always_inline]] Number operator[](std::size_t index) const noexcept {
    Number out;
    std::memcpy(&out, begin_ + index * sizeof(Number), sizeof out);
    return out;
  }

 private:
  const char* begin_;
};

/// Calls `visit` with each lane's number.
template <class Visit>
[[gnu::always_inline]] inline std::int64_t visit_lanes(std::size_t rows, Visit visit) noexcept {
  // What a loop writes overlaps with nothing that it reads. Tables are read anywhere, so that no check while it runs
  // could tell, and the compiler must be told.
#if defined(__clang__)
#pragma clang loop vectorize(assume_safety)
#else
#pragma GCC ivdep
#endif
  for (std::size_t i = 0; i < rows; ++i) visit(i);
  return 1;
}

template <class Lane>
[[gnu::always_inline]] inline const Lane* lanes(const void* at) noexcept {
  return static_cast<const Lane*>(at);
}

/// Sets each lane to what `compute` returns.
template <class Lane, class Compute>
[[gnu::always_inline]] inline std::int64_t each(const Loop& loop, Compute compute) noexcept {
  auto* const __restrict out = static_cast<Lane*>(loop.out);
  return visit_lanes(loop.rows, [&](std::size_t i) { out[i] = compute(i); });
}

template <class Compute>
[[gnu::always_inline]] inline std::int64_t each_wide(const Loop& loop, Compute compute) noexcept {
  return each<std::int64_t>(loop, compute);
}

template <class Compute>
[[gnu::always_inline]] inline std::int64_t each_byte(const Loop& loop, Compute compute) noexcept {
  return each<std::uint8_t>(loop, [&](std::size_t i) { return static_cast<std::uint8_t>(compute(i)); });
}

/// The ends of what was seen: two instructions for each, where to compare takes more.
struct Seen {
  std::int64_t least = INT64_MAX, most = INT64_MIN;

  [[gnu::always_inline]] void note(std::int64_t x) noexcept {
    least = x < least ? x : least;
    most = x > most ? x : most;
  }
  [[nodiscard]] std::int64_t within(const Loop& loop) const noexcept {
    return least >= loop.least && most <= loop.most ? 1 : 0;
  }
};

template <class Number>
[[gnu::always_inline]] inline std::int64_t take(const Loop& loop) noexcept {
  const NumbersAt<Number> from(loop.from);
  const auto factor = static_cast<std::uint64_t>(loop.factor);
  Seen seen;
  if (factor == 1) {
    each_wide(loop, [&](std::size_t i) {
      const std::int64_t x = from[i];
      seen.note(x);
      return x;
    });
  } else {
    each_wide(loop, [&](std::size_t i) {
      const std::int64_t x = from[i];
      seen.note(x);
      return static_cast<std::int64_t>(static_cast<std::uint64_t>(x) * factor);
    });
  }
  return loop.rows == 0 ? 1 : seen.within(loop);
}

[[gnu::always_inline]] inline std::int64_t check64(const Loop& loop) noexcept {
  const auto* const from = static_cast<const std::int64_t*>(loop.from);
  Seen seen;
  visit_lanes(loop.rows, [&](std::size_t i) { seen.note(from[i]); });
  return loop.rows == 0 ? 1 : seen.within(loop);
}

[[gnu::always_inline]] inline std::int64_t take128(const Loop& loop) noexcept {
  const NumbersAt<std::int64_t> from(loop.from);
  const auto factor = static_cast<std::uint64_t>(loop.factor);
  std::int64_t outside = 0;
  Seen seen;
  each_wide(loop, [&](std::size_t i) {
    const std::int64_t low = from[2 * i], high = from[2 * i + 1];
    outside |= high ^ (low >> 63);
    seen.note(low);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) * factor);
  });
  if (loop.rows == 0) return 1;
  return outside == 0 ? seen.within(loop) : 0;
}

/// Division of multiples without dividing (Granlund and Montgomery 1994, section 9): modulo 2^64 an odd number has an
/// inverse, and to multiply by the number is one to one, so that a quotient times 2^second that lies in its range is
/// right. `least` and `most` times the divisor must fit 64 bits.
[[gnu::always_inline]] inline std::int64_t take_ticks(const Loop& loop) noexcept {
  const NumbersAt<std::int64_t> from(loop.from);
  const auto inverse = static_cast<std::uint64_t>(loop.factor);
  const auto shift = static_cast<unsigned>(loop.second);
  const std::uint64_t below = (std::uint64_t{1} << shift) - 1;
  std::uint64_t rest = 0;
  Seen seen;
  each_wide(loop, [&](std::size_t i) {
    const std::uint64_t shifted = static_cast<std::uint64_t>(from[i]) * inverse;
    rest |= shifted & below;
    const std::int64_t quotient = static_cast<std::int64_t>(shifted) >> shift;
    seen.note(quotient);
    return quotient;
  });
  if (loop.rows == 0) return 1;
  return rest == 0 ? seen.within(loop) : 0;
}

/// Decoder::read_floats says why k is right. To add 1.5 * 2^52 rounds a double to the nearest whole number, which then
/// stands in its last bits; those of a double that is too large, infinite, or no number differ by more than 10^15.
[[gnu::always_inline]] inline std::int64_t take_doubles(const Loop& loop) noexcept {
  constexpr double kRounds = 6755399441055744.0;
  constexpr auto kRoundsBits = std::bit_cast<std::uint64_t>(kRounds);
  const NumbersAt<double> from(loop.from);
  const auto power = static_cast<double>(loop.factor);
  std::int64_t other = 0;
  Seen seen;
  each_wide(loop, [&](std::size_t i) {
    const double x = from[i], rounded = x * power + kRounds, k = rounded - kRounds;
    const auto step = static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(rounded) - kRoundsBits);
    other |= -std::int64_t{!(k / power == x)};
    seen.note(step);
    return step;
  });
  if (loop.rows == 0) return 1;
  return other == 0 ? seen.within(loop) : 0;
}

template <class Index, class Entry>
[[gnu::always_inline]] inline std::int64_t take_index(const Loop& loop) noexcept {
  const NumbersAt<Index> from(loop.from);
  const Entry* const table = lanes<Entry>(loop.table);
  const std::int64_t count = loop.most;
  std::int64_t outside = 0;
  each<Entry>(loop, [&](std::size_t i) {
    const auto at = static_cast<std::int64_t>(from[i]);  // a negative index is a large one
    outside |= std::int64_t{at >= count};
    return table[at < count ? at : 0];
  });
  return outside == 0 ? 1 : 0;
}

[[gnu::always_inline]] inline std::int64_t check_index8(const Loop& loop) noexcept {
  const std::uint8_t* const from = lanes<std::uint8_t>(loop.from);
  if (loop.most > 255) return 1;
  const auto count = static_cast<std::uint8_t>(loop.most);
  std::uint8_t outside = 0;
  visit_lanes(loop.rows, [&](std::size_t i) { outside = static_cast<std::uint8_t>(outside | (from[i] >= count)); });
  return outside == 0 ? 1 : 0;
}

[[gnu::always_inline]] inline std::int64_t count_marked(const Loop& loop) noexcept {
  const std::uint8_t* const a = lanes<std::uint8_t>(loop.a);
  const std::uint8_t* const marks = loop.marks;
  const auto wanted = static_cast<std::uint8_t>(loop.entries);
  std::int64_t count = 0;
  std::size_t begin = 0;
  const auto count_some = [&](std::size_t rows) {
    std::uint8_t some = 0;
    for (std::size_t i = begin; i < begin + rows; ++i) {
      some = static_cast<std::uint8_t>(some + (marks[i] & static_cast<std::uint8_t>(a[i] == wanted)));
    }
    count += some;
    begin += rows;
  };
  constexpr std::size_t kSome = 128;  // so many fit a byte, and bytes are counted many at a time
  while (begin + kSome <= loop.rows) count_some(kSome);
  count_some(loop.rows - begin);
  return count;
}

/// Looks up in a table that is held in registers: each lane is compared with all places, of which one fits.
template <class Entry, std::size_t... Places>
[[gnu::always_inline]] inline std::int64_t look_up_few(const Loop& loop, std::index_sequence<Places...>) noexcept {
  const std::uint8_t* const a = lanes<std::uint8_t>(loop.a);
  const Entry* const from = lanes<Entry>(loop.table);
  const Entry table[] = {(Places < loop.entries ? from[Places] : Entry{0})...};
  return each<Entry>(loop, [&](std::size_t i) {
    const Entry place = a[i];
    Entry entry = 0;
    ((entry = static_cast<Entry>(entry | (table[Places] & -static_cast<Entry>(place == Entry{Places})))), ...);
    return entry;
  });
}

template <class Entry>
[[gnu::always_inline]] inline std::int64_t look_up(const Loop& loop) noexcept {
  if (loop.entries <= 2) return look_up_few<Entry>(loop, std::make_index_sequence<2>());
  if constexpr (sizeof(Entry) == 1) {  // of wide entries too few are compared at a time
    if (loop.entries <= 4) return look_up_few<Entry>(loop, std::make_index_sequence<4>());
    if (loop.entries <= 8) return look_up_few<Entry>(loop, std::make_index_sequence<8>());
    if (loop.entries <= 16) return look_up_few<Entry>(loop, std::make_index_sequence<16>());
  }
  const std::uint8_t* const a = lanes<std::uint8_t>(loop.a);
  const Entry* const table = lanes<Entry>(loop.table);
  auto* const out = static_cast<Entry*>(loop.out);
  // Not in lanes: to read each entry by itself and put them together takes longer than to write each by itself.
  for (std::size_t i = 0; i < loop.rows; ++i) out[i] = table[a[i]];
  return 1;
}

#if defined(__x86_64__)
/// Looks up in a wide table of at most eight entries, which fits a register: no plain loop becomes this. The masks are
/// of all lanes; without them GCC 12 warns of its own header.
[[gnu::target("avx512f")]] inline std::int64_t look_up_in_register(const Loop& loop) noexcept {
  const std::uint8_t* const a = lanes<std::uint8_t>(loop.a);
  auto* const out = static_cast<std::int64_t*>(loop.out);
  alignas(64) std::int64_t entries[8] = {};
  std::copy_n(lanes<std::int64_t>(loop.table), loop.entries, entries);
  const __m512i table = _mm512_load_si512(entries);
  std::size_t i = 0;
  for (; i + 8 <= loop.rows; i += 8) {
    const __m512i at = _mm512_maskz_cvtepu8_epi64(0xFF, _mm_loadl_epi64(reinterpret_cast<const __m128i*>(a + i)));
    _mm512_storeu_si512(out + i, _mm512_maskz_permutexvar_epi64(0xFF, at, table));
  }
  for (; i < loop.rows; ++i) out[i] = entries[a[i]];
  return 1;
}
#endif

/// Comparisons of lanes of one width.
template <class Lane>
[[gnu::always_inline]] inline std::int64_t compare(const Loop& loop) noexcept {
  using evaluate::Op;
  const Lane* const a = lanes<Lane>(loop.a);
  const Lane* const b = lanes<Lane>(loop.b);
  switch (loop.op) {
    case Op::less:
      return each_byte(loop, [&](std::size_t i) { return a[i] < b[i]; });
    case Op::less_equal:
      return each_byte(loop, [&](std::size_t i) { return a[i] <= b[i]; });
    case Op::greater:
      return each_byte(loop, [&](std::size_t i) { return a[i] > b[i]; });
    case Op::greater_equal:
      return each_byte(loop, [&](std::size_t i) { return a[i] >= b[i]; });
    default:
      return each_byte(loop, [&](std::size_t i) { return a[i] == b[i]; });
  }
}

/// evaluate::detail::step defines what each does; those that are no plain loops are the kernel's.
[[gnu::always_inline]] inline std::int64_t run_step(const Loop& loop) noexcept {
  using evaluate::Op;
  const std::int64_t* const a = lanes<std::int64_t>(loop.a);
  const std::int64_t* const b = lanes<std::int64_t>(loop.b);
  const std::int64_t* const c = lanes<std::int64_t>(loop.c);
  switch (loop.op) {
    case Op::add:
      return each_wide(loop, [&](std::size_t i) { return a[i] + b[i]; });
    case Op::subtract:
      return each_wide(loop, [&](std::size_t i) { return a[i] - b[i]; });
    case Op::multiply:
      return each_wide(loop, [&](std::size_t i) { return a[i] * b[i]; });
    case Op::minimum:
      return each_wide(loop, [&](std::size_t i) { return a[i] < b[i] ? a[i] : b[i]; });
    case Op::maximum:
      return each_wide(loop, [&](std::size_t i) { return a[i] > b[i] ? a[i] : b[i]; });
    case Op::absolute:
      return each_wide(loop, [&](std::size_t i) { return a[i] < 0 ? -a[i] : a[i]; });
    case Op::inside:
    case Op::cut: {
      const bool zero = loop.detail == 0;  // may be left
      const auto inside = [&](std::size_t i) { return (a[i] >= b[i]) & (a[i] <= c[i]) & (zero | (a[i] != 0)); };
      if (loop.op == Op::inside) return each_byte(loop, inside);
      const std::int64_t* const d = lanes<std::int64_t>(loop.d);
      return each_wide(loop, [&](std::size_t i) { return inside(i) ? a[i] : d[i]; });
    }
    case Op::copy:
      return each_wide(loop, [&](std::size_t i) { return a[i]; });
    default:
      return compare<std::int64_t>(loop);
  }
}

[[gnu::always_inline]] inline std::int64_t run_step_bytes(const Loop& loop) noexcept {
  using evaluate::Op;
  const std::uint8_t* const a = lanes<std::uint8_t>(loop.a);
  const std::uint8_t* const b = lanes<std::uint8_t>(loop.b);
  const std::uint8_t* const c = lanes<std::uint8_t>(loop.c);
  switch (loop.op) {
    case Op::both:
      return each_byte(loop, [&](std::size_t i) { return a[i] & b[i]; });
    case Op::either:
      return each_byte(loop, [&](std::size_t i) { return a[i] | b[i]; });
    case Op::select:
      return each_byte(loop, [&](std::size_t i) { return c[i] ^ ((b[i] ^ c[i]) & -a[i]); });
    case Op::index: {
      const auto second = static_cast<std::uint8_t>(loop.second), third = static_cast<std::uint8_t>(loop.third);
      return each_byte(loop, [&](std::size_t i) { return a[i] + b[i] * second + c[i] * third; });
    }
    case Op::copy:
      return each_byte(loop, [&](std::size_t i) { return a[i]; });
    default:
      return compare<std::uint8_t>(loop);
  }
}

/// Rounds quotients. Within 2^50 doubles have every whole number, quotient times divisor and rest, and to add 1.5 *
/// 2^52 rounds to the nearest one, which then stands in the last bits. A way to round says from which rest on the next
/// whole number is taken: from `divisors` times the divisor and `more`, twice over; `special` numbers are those below
/// 0, or those whose quotient, rounded down, is odd.
[[gnu::always_inline]] inline std::int64_t round(const Loop& loop) noexcept {
  struct From {
    double divisors, more;
  };
  constexpr From kNever = {2, 0}, kAny = {0, 1}, kHalf = {1, 0}, kMoreThanHalf = {1, 1};
  constexpr std::pair<From, From> kFrom[] = {
      {kAny, kNever},   {kNever, kAny}, {kHalf, kMoreThanHalf}, {kMoreThanHalf, kHalf}, {kMoreThanHalf, kHalf},
      {kNever, kNever}, {kAny, kAny}};
  static_assert(static_cast<int>(Rounding::up) == 0 && static_cast<int>(Rounding::down) == 1 &&
                static_cast<int>(Rounding::half_up) == 2 && static_cast<int>(Rounding::half_down) == 3 &&
                static_cast<int>(Rounding::half_even) == 4 && static_cast<int>(Rounding::floor) == 5 &&
                static_cast<int>(Rounding::ceiling) == 6);
  constexpr double kRounds = 6755399441055744.0;
  constexpr auto kRoundsBits = std::bit_cast<std::int64_t>(kRounds);
  constexpr std::int64_t kMost = std::int64_t{1} << 50;
  const auto whole = [](std::int64_t x) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(x) + kRoundsBits) - kRounds;
  };
  const auto bits = [](double x) { return std::bit_cast<std::int64_t>(x + kRounds) - kRoundsBits; };
  const auto [plain, special] = kFrom[loop.detail];
  const double plain_divisors = plain.divisors, plain_more = plain.more;
  const double special_divisors = special.divisors, special_more = special.more;
  const std::int64_t* const a = lanes<std::int64_t>(loop.a);
  const std::int64_t* const b = lanes<std::int64_t>(loop.b);
  const std::int64_t of_odd = -std::int64_t{static_cast<Rounding>(loop.detail) == Rounding::half_even};
  Seen seen;
  each_wide(loop, [&](std::size_t i) {
    seen.note(a[i]);
    seen.note(b[i]);
    const double x = whole(a[i]), y = whole(b[i]);
    const double near = (x / y + kRounds) - kRounds, over = x - near * y;
    const double down = near - (over < 0 ? 1 : 0), rest = over + (over < 0 ? y : 0);
    const std::int64_t is_special = (bits(down) & of_odd & 1) | (std::int64_t{a[i] < 0} & ~of_odd);
    const double from = is_special != 0 ? special_divisors * y + special_more : plain_divisors * y + plain_more;
    return bits(down + (2 * rest >= from ? 1 : 0));
  });
  return loop.rows == 0 || (seen.least >= -kMost && seen.most <= kMost) ? 1 : 0;
}

/// A step of a scan: takes in what stands `second` places before, where that is still the same one's.
[[gnu::always_inline]] inline std::int64_t scan(const Loop& loop) noexcept {
  using evaluate::Op;
  const std::int64_t* const a = lanes<std::int64_t>(loop.a);
  const std::int64_t* const before = lanes<std::int64_t>(loop.b);
  const std::uint8_t* const place = lanes<std::uint8_t>(loop.c);
  const auto by = static_cast<std::uint8_t>(loop.second);
  switch (loop.op) {
    case Op::minimum:
      return each_wide(loop, [&](std::size_t i) { return (place[i] >= by) & (before[i] < a[i]) ? before[i] : a[i]; });
    case Op::maximum:
      return each_wide(loop, [&](std::size_t i) { return (place[i] >= by) & (before[i] > a[i]) ? before[i] : a[i]; });
    default:  // Op::add
      return each_wide(loop, [&](std::size_t i) {
        const std::int64_t taken = before[i] & -std::int64_t{place[i] >= by};
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(a[i]) + static_cast<std::uint64_t>(taken));
      });
  }
}

[[gnu::always_inline]] inline std::int64_t scan_bytes(const Loop& loop) noexcept {
  const std::uint8_t* const a = lanes<std::uint8_t>(loop.a);
  const std::uint8_t* const before = lanes<std::uint8_t>(loop.b);
  const std::uint8_t* const place = lanes<std::uint8_t>(loop.c);
  const auto by = static_cast<std::uint8_t>(loop.second);
  const auto taken = [&](std::size_t i) { return before[i] & -std::uint8_t{place[i] >= by}; };
  if (loop.op == evaluate::Op::either) return each_byte(loop, [&](std::size_t i) { return a[i] | taken(i); });
  return each_byte(loop, [&](std::size_t i) { return a[i] + taken(i); });
}

[[gnu::always_inline]] inline std::int64_t run(const Loop& loop) noexcept {
  const std::int64_t* const wide = lanes<std::int64_t>(loop.a);
  const std::uint8_t* const bytes = lanes<std::uint8_t>(loop.a);
  switch (loop.kind) {
    case Loop::Kind::step:
      return run_step(loop);
    case Loop::Kind::step_bytes:
      return run_step_bytes(loop);
    case Loop::Kind::select: {
      const std::int64_t* const yes = lanes<std::int64_t>(loop.b);
      const std::int64_t* const no = lanes<std::int64_t>(loop.c);
      return each_wide(loop, [&](std::size_t i) { return no[i] ^ ((yes[i] ^ no[i]) & -std::int64_t{bytes[i]}); });
    }
    case Loop::Kind::look_up:
      return look_up<std::int64_t>(loop);
    case Loop::Kind::look_up_bytes:
      return look_up<std::uint8_t>(loop);
    case Loop::Kind::widen:
      return each_wide(loop, [&](std::size_t i) { return std::int64_t{bytes[i]}; });
    case Loop::Kind::narrow:
      return each_byte(loop, [&](std::size_t i) { return wide[i]; });
    case Loop::Kind::take32:
      return take<std::int32_t>(loop);
    case Loop::Kind::take64:
      return take<std::int64_t>(loop);
    case Loop::Kind::take128:
      return take128(loop);
    case Loop::Kind::take_ticks:
      return take_ticks(loop);
    case Loop::Kind::take_doubles:
      return take_doubles(loop);
    case Loop::Kind::check64:
      return check64(loop);
    case Loop::Kind::take_index8:
      return take_index<std::uint8_t, std::int64_t>(loop);
    case Loop::Kind::take_index32:
      return take_index<std::uint32_t, std::int64_t>(loop);
    case Loop::Kind::take_index32_bytes:
      return take_index<std::uint32_t, std::uint8_t>(loop);
    case Loop::Kind::check_index8:
      return check_index8(loop);
    case Loop::Kind::statuses: {
      static_assert(static_cast<int>(Status::eligible) == 0 && static_cast<int>(Status::ineligible) == 1);
      auto* const __restrict to = static_cast<std::int8_t*>(loop.to);
      return visit_lanes(loop.rows, [&](std::size_t i) { to[i] = static_cast<std::int8_t>(1 - bytes[i]); });
    }
    case Loop::Kind::decimals: {
      auto* const __restrict to = static_cast<std::int64_t*>(loop.to);
      const std::int64_t factor = loop.factor;
      return visit_lanes(loop.rows, [&](std::size_t i) {
        const std::int64_t value = wide[i] * factor;
        to[2 * i] = value;
        to[2 * i + 1] = value >> 63;
      });
    }
    case Loop::Kind::round:
      return round(loop);
    case Loop::Kind::scan:
      return scan(loop);
    case Loop::Kind::scan_bytes:
      return scan_bytes(loop);
    case Loop::Kind::count:
      return count_marked(loop);
  }
  return 0;
}

// Flat, so that all that they call is compiled for their instructions.
[[gnu::flatten]] RFS_INLINE std::int64_t run_plain(const Loop& loop) noexcept { return run(loop); }
#if defined(__x86_64__)
[[gnu::flatten, gnu::target("avx2")]] RFS_INLINE std::int64_t run_avx2(const Loop& loop) noexcept { return run(loop); }
[[gnu::flatten, gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]] RFS_INLINE std::int64_t run_avx512(
    const Loop& loop) noexcept {
  if (loop.kind == Loop::Kind::look_up && loop.entries <= 8) return look_up_in_register(loop);
  return run(loop);
}
#endif

/// The build that runs.
RFS_INLINE std::atomic<RunLoop>& chosen() noexcept {
  static std::atomic<RunLoop> run{loop_builds().back().run};
  return run;
}

}  // namespace detail

RFS_INLINE const std::vector<LoopBuild>& loop_builds() {
  static const std::vector<LoopBuild> builds = [] {
    std::vector<LoopBuild> out;
#if defined(__x86_64__)
    out.push_back({"x86-64", &detail::run_plain});
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2")) out.push_back({"avx2", &detail::run_avx2});
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl")) {
      out.push_back({"avx512", &detail::run_avx512});
    }
#elif defined(__aarch64__)
    out.push_back({"neon", &detail::run_plain});
#else
    out.push_back({"plain", &detail::run_plain});
#endif
    return out;
  }();
  return builds;
}

RFS_INLINE std::int64_t run_loop(const Loop& loop) noexcept {
  return detail::chosen().load(std::memory_order_relaxed)(loop);
}

RFS_INLINE void force_loops(RunLoop run) noexcept { detail::chosen() = run; }

}  // namespace rfs::inline RFS_ABI::batch
