#pragma once

#include <algorithm>
#include <cstring>

#include "rfs/impl/batch/kept_cells.hpp"
#include "rfs/impl/batch/threads.ipp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

/// Moves each row to its place, or leaves it out where it has none.
template <class T>
void move_rows(const Places& places, std::vector<T>& cells) {
  if (cells.empty()) return;
  std::vector<T> moved(places.count);
  for (std::size_t row = 0; row < places.of.size(); ++row) {
    if (places.of[row] != Places::kNowhere) moved[places.of[row]] = std::move(cells[row]);
  }
  cells = std::move(moved);
}

}  // namespace detail

RFS_INLINE KeptColumn::KeptColumn(const Target& target) : least_(target.least), narrow_(target.narrow) {
  if (!target.stepped) return;
  const std::uint64_t most = static_cast<std::uint64_t>(target.most) - static_cast<std::uint64_t>(target.least);
  width_ = most <= 0xFF ? 1 : most <= 0xFFFF ? 2 : most <= 0xFFFFFFFF ? 4 : 8;
}

/// Calls `what` with a number of the type in which steps are kept.
template <class Do>
auto KeptColumn::with_width(Do what) const {
  if (width_ == 1) return what(std::uint8_t{});
  if (width_ == 2) return what(std::uint16_t{});
  if (width_ == 4) return what(std::uint32_t{});
  return what(std::uint64_t{});
}

RFS_INLINE void KeptColumn::make_room(std::size_t more) {
  if (rows_ + more <= room_) return;
  room_ = std::max(rows_ + more, 2 * room_);
  if (!stepped()) return values.reserve(room_);
  Buffer larger = Buffer::unwritten(room_ * width_);
  if (rows_ > 0) std::memcpy(larger.as<char>(), steps_.data(), rows_ * width_);
  steps_ = std::move(larger);
}

RFS_INLINE void KeptColumn::append(Column& from, std::size_t rows) {
  if (complete && !from.complete) {
    complete = false;
    cells.reserve(room_);
    cells.assign(rows_, Cell::known);
  }
  if (!complete && from.complete) {
    cells.resize(rows_ + rows, Cell::known);
  } else if (!complete) {
    cells.insert(cells.end(), from.cells.begin(), from.cells.begin() + static_cast<std::ptrdiff_t>(rows));
  }
  if (!stepped()) {
    const auto begin = std::make_move_iterator(from.values.begin());
    values.insert(values.end(), begin, begin + static_cast<std::ptrdiff_t>(rows));
  } else if (from.bytes != nullptr) {
    std::memcpy(steps_.as<char>() + rows_, from.bytes, rows);
  } else {
    with_width([&](auto kept) {
      auto* const out = steps_.as<decltype(kept)>() + rows_;
      const auto least = static_cast<std::uint64_t>(least_);
      for (std::size_t row = 0; row < rows; ++row)
        out[row] = static_cast<decltype(kept)>(static_cast<std::uint64_t>(from.lanes[row]) - least);
    });
  }
  for (const std::size_t row : from.assumed) assumed.push_back(rows_ + row);
  rows_ += rows;
}

RFS_INLINE void KeptColumn::move(const Places& places) {
  detail::move_rows(places, values);
  detail::move_rows(places, cells);
  std::erase_if(assumed, [&](std::size_t row) { return places.of[row] == Places::kNowhere; });
  for (std::size_t& row : assumed) row = places.of[row];
  std::sort(assumed.begin(), assumed.end());
  if (stepped()) {
    Buffer moved = Buffer::unwritten(places.count * width_);
    with_width([&](auto kept) {
      const auto* const from = steps_.as<decltype(kept)>();
      auto* const out = moved.as<decltype(kept)>();
      for (std::size_t row = 0; row < places.of.size(); ++row) {
        if (places.of[row] != Places::kNowhere) out[places.of[row]] = from[row];
      }
    });
    steps_ = std::move(moved);
  }
  rows_ = room_ = places.count;
}

RFS_INLINE std::int64_t KeptColumn::step(std::size_t row) const noexcept {
  std::int64_t out = 0;
  widen(row, 1, &out);
  return out;
}

RFS_INLINE void KeptColumn::widen(std::size_t first, std::size_t rows, std::int64_t* out) const noexcept {
  with_width([&](auto kept) {
    const auto* const from = steps_.as<decltype(kept)>() + first;
    const auto least = static_cast<std::uint64_t>(least_);
    for (std::size_t row = 0; row < rows; ++row) out[row] = static_cast<std::int64_t>(from[row] + least);
  });
}

RFS_INLINE void KeptCells::move(const Places& places, std::size_t threads) {
  share_work(threads, columns.size(), [&](std::size_t i) { columns[i].move(places); });
  std::erase_if(problems, [&](const CellProblem& found) { return places.of[found.row] == Places::kNowhere; });
  for (CellProblem& found : problems) found.row = places.of[found.row];
  std::stable_sort(problems.begin(), problems.end(),
                   [](const CellProblem& a, const CellProblem& b) { return a.row < b.row; });
}

}  // namespace rfs::inline RFS_ABI::batch
