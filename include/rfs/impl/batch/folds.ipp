#pragma once

#include <algorithm>
#include <bit>
#include <limits>

#include "rfs/impl/batch/folds.hpp"
#include "rfs/impl/batch/loops.hpp"

namespace rfs::inline RFS_ABI::batch {

RFS_INLINE void Folds::begin(const std::int64_t* offsets, std::size_t applicants, std::size_t first, std::size_t rows) {
  // So many rows are written at once whoever's they are, and what is too much is written over: most lists are shorter,
  // and then nothing hangs on where they end.
  constexpr std::size_t kAtOnce = 8, kMostPlace = 255;
  constexpr std::array<std::uint8_t, kAtOnce> kPlaces = {0, 1, 2, 3, 4, 5, 6, 7};
  applicant_.resize(rows + kAtOnce);
  place_.resize(rows + kAtOnce);
  ends_.resize(applicants);
  if (first == 0) last_ = 0;
  first_ = last_;
  rows_ = rows;
  longest_ = 0;
  const std::int64_t begin = offsets[0] + static_cast<std::int64_t>(first);
  for (std::size_t row = 0;; ++last_) {
    const auto behind = static_cast<std::size_t>(std::max<std::int64_t>(offsets[last_ + 1] - begin, 0));
    const std::size_t end = std::min(rows, behind);
    const auto applicant = static_cast<std::uint32_t>(last_);
    std::fill_n(applicant_.data() + row, kAtOnce, applicant);
    std::copy(kPlaces.begin(), kPlaces.end(), place_.data() + row);
    for (std::size_t i = row + kAtOnce; i < end; ++i) {
      applicant_[i] = applicant;
      place_[i] = static_cast<std::uint8_t>(std::min(i - row, kMostPlace));
    }
    longest_ = std::max(longest_, end - row);
    ends_[last_] = static_cast<std::uint32_t>(end);
    row = end;
    if (row == rows) break;
  }
}

/// Calls `visit` with each applicant and where their rows begin and end.
template <class Visit>
void Folds::each_applicant(Visit visit) const {
  std::size_t begin = 0;
  for (std::size_t k = first_; k <= last_; ++k) {
    const std::size_t end = ends_[k];
    visit(k, begin, end);
    begin = end;
  }
}

RFS_INLINE bool Folds::scans_bytes() const noexcept { return longest_ <= std::numeric_limits<std::uint8_t>::max(); }

/// A scan goes over all rows once for each doubling; where lists are longer it is dearer than their ends are.
RFS_INLINE bool Folds::scans_wide() const noexcept {
  constexpr std::size_t kAnEnd = 24;  // what an end costs, in passes of a scan over a row
  return scans_bytes() && std::bit_width(longest_ - 1) * rows_ <= kAnEnd * (last_ - first_ + 1);
}

/// Makes of each row what the rows of its applicant up to it come to: of one, two, four, … rows at a time (Hillis and
/// Steele 1986).
template <class Lane>
const Lane* Folds::scan(evaluate::Op op, const Lane* from, Rooms<Lane>& rooms) {
  Loop loop;
  loop.kind = sizeof(Lane) == 1 ? Loop::Kind::scan_bytes : Loop::Kind::scan;
  loop.op = op;
  for (std::size_t by = 1; by < longest_; by *= 2) {
    std::vector<Lane>& room = rooms[from == rooms[0].data() ? 1 : 0];
    room.resize(std::max(room.size(), rows_));
    std::copy_n(from, by, room.data());
    loop.rows = rows_ - by;
    loop.a = from + by;
    loop.b = from;
    loop.c = place_.data() + by;
    loop.second = static_cast<std::int64_t>(by);
    loop.out = room.data() + by;
    run_loop(loop);
    from = room.data();
  }
  return from;
}

/// Puts another value where a row does not count.
RFS_INLINE const std::int64_t* Folds::counted(const std::int64_t* values, const std::uint8_t* there,
                                              std::int64_t otherwise) {
  if (there == nullptr) return values;
  for (std::vector<std::int64_t>& room : wide_) room.resize(std::max(room.size(), rows_));
  std::fill_n(wide_[1].begin(), rows_, otherwise);
  Loop loop;
  loop.kind = Loop::Kind::select;
  loop.rows = rows_;
  loop.a = there;
  loop.b = values;
  loop.c = wide_[1].data();
  loop.out = wide_[0].data();
  run_loop(loop);
  return wide_[0].data();
}

/// Adds up `item` of the rows of each applicant: in vector registers, where lists are long.
template <class Item>
void Folds::add_long(Item item, std::int64_t* out) const {
  each_applicant([&](std::size_t k, std::size_t begin, std::size_t end) {
    std::uint64_t sum = 0;
    for (std::size_t row = begin; row < end; ++row) sum += static_cast<std::uint64_t>(item(row));
    out[k] = static_cast<std::int64_t>(static_cast<std::uint64_t>(out[k]) + sum);
  });
}

namespace detail {
/// Returns the last row before `end`, or the first one where there is none.
inline std::size_t last_row(std::size_t end) noexcept { return end - (end > 0 ? 1 : 0); }
}  // namespace detail

RFS_INLINE void Folds::sum(const std::int64_t* values, const std::uint8_t* there, std::int64_t* out) {
  if (!scans_wide()) {
    if (there == nullptr) return add_long([&](std::size_t row) { return values[row]; }, out);
    return add_long([&](std::size_t row) { return values[row] & -std::int64_t{there[row]}; }, out);
  }
  const std::int64_t* const sums = scan(evaluate::Op::add, counted(values, there, 0), wide_);
  each_applicant([&](std::size_t k, std::size_t begin, std::size_t end) {
    const std::int64_t here = sums[detail::last_row(end)] & -std::int64_t{end > begin};
    out[k] = static_cast<std::int64_t>(static_cast<std::uint64_t>(out[k]) + static_cast<std::uint64_t>(here));
  });
}

RFS_INLINE void Folds::count(const std::uint8_t* there, std::int64_t* out) {
  if (there == nullptr) {
    return each_applicant(
        [&](std::size_t k, std::size_t begin, std::size_t end) { out[k] += static_cast<std::int64_t>(end - begin); });
  }
  if (!scans_bytes()) return add_long([&](std::size_t row) { return there[row]; }, out);
  const std::uint8_t* const counts = scan(evaluate::Op::add, there, bytes_);
  each_applicant([&](std::size_t k, std::size_t begin, std::size_t end) {
    out[k] += std::int64_t{counts[detail::last_row(end)]} & -std::int64_t{end > begin};
  });
}

RFS_INLINE void Folds::some(const std::uint8_t* truths, const std::uint8_t* there, std::int64_t* out) {
  if (there != nullptr) {
    for (std::vector<std::uint8_t>& room : bytes_) room.resize(std::max(room.size(), rows_));
    Loop loop;
    loop.kind = Loop::Kind::step_bytes;
    loop.op = evaluate::Op::both;
    loop.rows = rows_;
    loop.a = truths;
    loop.b = loop.c = there;
    loop.out = bytes_[0].data();
    run_loop(loop);
    truths = bytes_[0].data();
  }
  if (!scans_bytes()) {
    return each_applicant([&](std::size_t k, std::size_t begin, std::size_t end) {
      out[k] |= std::find(truths + begin, truths + end, 1) != truths + end ? 1 : 0;
    });
  }
  const std::uint8_t* const any = scan(evaluate::Op::either, truths, bytes_);
  each_applicant([&](std::size_t k, std::size_t begin, std::size_t end) {
    out[k] |= std::int64_t{any[detail::last_row(end)]} & -std::int64_t{end > begin};
  });
}

RFS_INLINE void Folds::extreme(const std::int64_t* values, const std::uint8_t* there, bool most, std::int64_t* out,
                               std::uint8_t* any) {
  const std::int64_t none = most ? INT64_MIN : INT64_MAX;
  values = counted(values, there, none);
  const auto better = [most](std::int64_t x, std::int64_t than) { return most ? x > than : x < than; };
  const auto take = [&](std::size_t k, std::int64_t best, bool is_there) {
    const bool taken = is_there & ((any[k] == 0) | better(best, out[k]));
    out[k] = taken ? best : out[k];
    any[k] = static_cast<std::uint8_t>(any[k] | std::uint8_t{is_there});
  };
  if (!scans_wide()) {
    return each_applicant([&](std::size_t k, std::size_t begin, std::size_t end) {
      std::int64_t best = none;
      bool is_there = there == nullptr && end > begin;
      for (std::size_t row = begin; row < end; ++row) best = better(values[row], best) ? values[row] : best;
      for (std::size_t row = begin; row < end && there != nullptr; ++row) is_there |= there[row] != 0;
      take(k, best, is_there);
    });
  }
  const std::int64_t* const best = scan(most ? evaluate::Op::maximum : evaluate::Op::minimum, values, wide_);
  const std::uint8_t* const counts = there == nullptr ? nullptr : scan(evaluate::Op::either, there, bytes_);
  each_applicant([&](std::size_t k, std::size_t begin, std::size_t end) {
    const std::size_t row = detail::last_row(end);
    take(k, best[row], (end > begin) & (counts == nullptr || counts[row] != 0));
  });
}

}  // namespace rfs::inline RFS_ABI::batch
