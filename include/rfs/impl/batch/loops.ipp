#pragma once

#include <algorithm>
#include <atomic>
#include <cstdlib>

#include "rfs/evaluate/outcome.hpp"
#include "rfs/impl/batch/loops.hpp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

// Columns may stand at any address.
typedef std::int32_t Int32At __attribute__((aligned(1), may_alias));
typedef std::uint32_t Uint32At __attribute__((aligned(1), may_alias));
typedef std::int64_t Int64At __attribute__((aligned(1), may_alias));

/// Calls `compute` for each lane. Inlined with what it calls, so that it is compiled for the caller's instructions.
template <class Compute>
[[gnu::always_inline]] inline std::int64_t each(const Loop& loop, Compute compute) noexcept {
  std::int64_t* const __restrict out = loop.out;
  const std::size_t rows = loop.rows;
  for (std::size_t i = 0; i < rows; ++i) out[i] = compute(i);
  return 1;
}

template <class Number>
[[gnu::always_inline]] inline std::int64_t take(const Loop& loop) noexcept {
  const auto* const from = static_cast<const Number*>(loop.from);
  const std::int64_t least = loop.least, most = loop.most;
  const auto factor = static_cast<std::uint64_t>(loop.factor);
  std::int64_t outside = 0;
  if (factor == 1) {
    each(loop, [&](std::size_t i) {
      const std::int64_t x = from[i];
      outside |= std::int64_t{x < least} | std::int64_t{x > most};
      return x;
    });
  } else {
    each(loop, [&](std::size_t i) {
      const std::int64_t x = from[i];
      outside |= std::int64_t{x < least} | std::int64_t{x > most};
      return static_cast<std::int64_t>(static_cast<std::uint64_t>(x) * factor);
    });
  }
  return outside == 0 ? 1 : 0;
}

[[gnu::always_inline]] inline std::int64_t take128(const Loop& loop) noexcept {
  const auto* const from = static_cast<const Int64At*>(loop.from);
  const std::int64_t least = loop.least, most = loop.most;
  const auto factor = static_cast<std::uint64_t>(loop.factor);
  std::int64_t outside = 0;
  each(loop, [&](std::size_t i) {
    const std::int64_t low = from[2 * i], high = from[2 * i + 1];
    outside |= (high ^ (low >> 63)) | std::int64_t{low < least} | std::int64_t{low > most};
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) * factor);
  });
  return outside == 0 ? 1 : 0;
}

template <class Index>
[[gnu::always_inline]] inline std::int64_t take_index(const Loop& loop) noexcept {
  const auto* const from = static_cast<const Index*>(loop.from);
  const std::int64_t* const table = loop.table;
  const std::int64_t count = loop.most;
  std::int64_t outside = 0;
  each(loop, [&](std::size_t i) {
    const auto at = static_cast<std::int64_t>(from[i]);  // a negative index is a large one
    outside |= std::int64_t{at >= count};
    return table[at < count ? at : 0];
  });
  return outside == 0 ? 1 : 0;
}

/// evaluate::detail::step defines what each does; those that are no plain loops are the kernel's.
[[gnu::always_inline]] inline std::int64_t run_step(const Loop& loop) noexcept {
  using evaluate::Op;
  const std::int64_t* const a = loop.a;
  const std::int64_t* const b = loop.b;
  const std::int64_t* const c = loop.c;
  switch (loop.op) {
    case Op::add:
      return each(loop, [&](std::size_t i) { return a[i] + b[i]; });
    case Op::subtract:
      return each(loop, [&](std::size_t i) { return a[i] - b[i]; });
    case Op::multiply:
      return each(loop, [&](std::size_t i) { return a[i] * b[i]; });
    case Op::minimum:
      return each(loop, [&](std::size_t i) { return a[i] < b[i] ? a[i] : b[i]; });
    case Op::maximum:
      return each(loop, [&](std::size_t i) { return a[i] > b[i] ? a[i] : b[i]; });
    case Op::absolute:
      return each(loop, [&](std::size_t i) { return a[i] < 0 ? -a[i] : a[i]; });
    case Op::less:
      return each(loop, [&](std::size_t i) { return std::int64_t{a[i] < b[i]}; });
    case Op::less_equal:
      return each(loop, [&](std::size_t i) { return std::int64_t{a[i] <= b[i]}; });
    case Op::greater:
      return each(loop, [&](std::size_t i) { return std::int64_t{a[i] > b[i]}; });
    case Op::greater_equal:
      return each(loop, [&](std::size_t i) { return std::int64_t{a[i] >= b[i]}; });
    case Op::equal:
      return each(loop, [&](std::size_t i) { return std::int64_t{a[i] == b[i]}; });
    case Op::both:
      return each(loop, [&](std::size_t i) { return a[i] & b[i]; });
    case Op::either:
      return each(loop, [&](std::size_t i) { return a[i] | b[i]; });
    case Op::select:
      return each(loop, [&](std::size_t i) { return c[i] ^ ((b[i] ^ c[i]) & -a[i]); });
    case Op::inside:
    case Op::cut: {
      const bool zero = loop.detail == 0;  // may be left
      const auto inside = [&](std::size_t i) { return (a[i] >= b[i]) & (a[i] <= c[i]) & (zero | (a[i] != 0)); };
      if (loop.op == Op::inside) return each(loop, [&](std::size_t i) { return std::int64_t{inside(i)}; });
      const std::int64_t* const d = loop.d;
      return each(loop, [&](std::size_t i) { return inside(i) ? a[i] : d[i]; });
    }
    case Op::index: {
      const std::int64_t second = loop.second, third = loop.third;
      return each(loop, [&](std::size_t i) { return a[i] + b[i] * second + c[i] * third; });
    }
    default:
      return each(loop, [&](std::size_t i) { return a[i]; });
  }
}

[[gnu::always_inline]] inline std::int64_t run(const Loop& loop) noexcept {
  const std::int64_t* const a = loop.a;
  switch (loop.kind) {
    case Loop::Kind::step:
      return run_step(loop);
    case Loop::Kind::look_up: {
      const std::int64_t* const table = loop.table;
      return each(loop, [&](std::size_t i) { return table[a[i]]; });
    }
    case Loop::Kind::take32:
      return take<Int32At>(loop);
    case Loop::Kind::take64:
      return take<Int64At>(loop);
    case Loop::Kind::take128:
      return take128(loop);
    case Loop::Kind::take_index8:
      return take_index<std::uint8_t>(loop);
    case Loop::Kind::take_index32:
      return take_index<Uint32At>(loop);
    case Loop::Kind::statuses: {
      static_assert(static_cast<int>(Status::eligible) == 0 && static_cast<int>(Status::ineligible) == 1);
      auto* const __restrict to = static_cast<std::int8_t*>(loop.to);
      for (std::size_t i = 0; i < loop.rows; ++i) to[i] = static_cast<std::int8_t>(1 - a[i]);
      return 1;
    }
    case Loop::Kind::decimals: {
      auto* const __restrict to = static_cast<std::int64_t*>(loop.to);
      const std::int64_t factor = loop.factor;
      for (std::size_t i = 0; i < loop.rows; ++i) {
        const std::int64_t value = a[i] * factor;
        to[2 * i] = value;
        to[2 * i + 1] = value >> 63;
      }
      return 1;
    }
    case Loop::Kind::count: {
      std::int64_t count = 0;
      const std::uint8_t* const marks = loop.marks;
      for (std::size_t i = 0; i < loop.rows; ++i) count += a[i] & marks[i];
      return count;
    }
  }
  return 0;
}

RFS_INLINE std::int64_t run_plain(const Loop& loop) noexcept { return run(loop); }
#if defined(__x86_64__)
[[gnu::target("avx2")]] RFS_INLINE std::int64_t run_avx2(const Loop& loop) noexcept { return run(loop); }
[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]] RFS_INLINE std::int64_t run_avx512(const Loop& loop) noexcept {
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
