#pragma once

#include "rfs/diag/suggest.hpp"

#include <algorithm>

namespace rfs::inline RFS_ABI::diag {

RFS_INLINE std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > most) return most + 1;
  // A distance never passes the longer length, so `over` is more than any that counts.
  const std::size_t band = std::min(most, b.size());
  const std::size_t over = band + 1;

  // Rows of the table of distances between beginnings of a (i) and b (j). Cells farther than the
  // band from the diagonal would be over; the cells at its edges are set so.
  std::vector<std::size_t> before_last(b.size() + 2, over);
  std::vector<std::size_t> last(b.size() + 2, over);
  std::vector<std::size_t> row(b.size() + 2, over);
  for (std::size_t j = 0; j <= band; ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const std::size_t first = i > band ? i - band : 1;
    const std::size_t end = std::min(b.size(), i + band);
    row[first - 1] = first == 1 ? std::min(i, over) : over;
    std::size_t least = row[first - 1];
    for (std::size_t j = first; j <= end; ++j) {
      std::size_t cost = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost = std::min({cost, last[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost = std::min(cost, before_last[j - 2] + 1);
      row[j] = std::min(cost, over);
      least = std::min(least, row[j]);
    }
    row[end + 1] = over;
    // A swap reaches two rows back, hence one row over is not yet the end.
    const bool hopeless =
        least >= over && *std::min_element(last.begin() + static_cast<std::ptrdiff_t>(first) - 1,
                                           last.begin() + static_cast<std::ptrdiff_t>(end) + 1) >= over;
    if (hopeless) return most + 1;
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()] >= over ? most + 1 : last[b.size()];
}

RFS_INLINE std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::size_t most = std::clamp<std::size_t>(word.size() / 3, 1, 3);
  std::string_view best;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate, most);
    if (distance > most) continue;
    best = candidate;
    if (distance == 0) break;
    most = distance - 1;  // only a nearer one replaces it
  }
  return std::string(best);
}

}  // namespace rfs::inline RFS_ABI::diag
