#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/evaluate/bound.hpp"

namespace rfs::inline RFS_ABI::batch {

/// A plain loop over lanes, which are wide (std::int64_t) or bytes (std::uint8_t: truths, words and numbers of
/// combinations up to 255). What it writes overlaps with nothing that it reads.
struct Loop {
  enum class Kind : std::uint8_t {
    step,           ///< an instruction of bound code over wide lanes; truths are written as bytes
    step_bytes,     ///< the same over bytes; `second`, `third`: factors of index
    select,         ///< wide b where the byte a holds, else c
    look_up,        ///< out: the `entries` of a wide table that bytes a name
    look_up_bytes,  ///< the same of a table of bytes
    widen,          ///< wide out: bytes a
    narrow,         ///< byte out: wide a, which is 0 to 255
    take32,         ///< wide out: the numbers at `from` times `factor`; 0 where one is not least to most
    take64,         ///< the same
    take128,        ///< the same
    take_ticks,     ///< wide out: the 64-bit multiples of an odd number times 2^second at `from` over that number,
                    ///< of which `factor` is the inverse; 0 where one is no multiple or not least to most
    take_doubles,   ///< wide out: the doubles at `from` times `factor`, a power of ten; 0 where one is not the double
                    ///< next to a whole number over it, or not least to most, within 10^15 of 0
    check64,        ///< 0 where a number at `from`, aligned, is not least to most
    take_index8,    ///< wide out: the entries of table that bytes at `from` name; 0 where one is not below `most`
    take_index32,   ///< the same of 32-bit numbers
    take_index32_bytes,  ///< the same of 32-bit numbers and a table of bytes
    check_index8,        ///< 0 where a byte at `from` is not below `most`
    statuses,            ///< bytes at `to`: eligible where the byte a holds, else ineligible
    decimals,            ///< 128-bit numbers at `to`: wide a times `factor`, which fits 64 bits
    round,       ///< wide out: wide a over b > 0 as Rounding `detail` says; 0 where one of a or b is beyond 2^50
    scan,        ///< wide out: a, with wide b added, or the lesser or greater of the two, where the byte c is
                 ///< not below `second`; sums are modulo 2^64
    scan_bytes,  ///< the same of bytes, with b added, or or-ed
    count        ///< how many bytes a are `entries` and marked in `marks`
  } kind = Kind::step;
  evaluate::Op op = evaluate::Op::copy;
  std::uint8_t detail = 0;
  std::size_t rows = 0;
  const void* a = nullptr;
  const void* b = nullptr;
  const void* c = nullptr;
  const void* d = nullptr;
  void* out = nullptr;
  std::int64_t second = 0, third = 0;
  const void* table = nullptr;
  std::size_t entries = 0;
  const void* from = nullptr;  ///< of any alignment
  void* to = nullptr;
  const std::uint8_t* marks = nullptr;  ///< 0 or 1
  std::int64_t factor = 1, least = 0, most = 0;
};

/// Runs a loop; returns what its kind says, else 1.
using RunLoop = std::int64_t (*)(const Loop&) noexcept;

/// The same loops, compiled for one set of instructions.
struct LoopBuild {
  std::string_view name;
  RunLoop run;
};

/// Returns the builds that this machine can run, the plainest first.
RFS_API const std::vector<LoopBuild>& loop_builds();
/// Runs a loop by the last of them, or by the one that force_loops() chose.
RFS_API std::int64_t run_loop(const Loop& loop) noexcept;
/// Chooses a build for all loops from now on, so that tests can hold them to each other.
RFS_API void force_loops(RunLoop run) noexcept;

}  // namespace rfs::inline RFS_ABI::batch
