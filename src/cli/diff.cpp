#include "diff.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace rfs_cli {

namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t kAround = 3;
constexpr std::size_t kMostCells = std::size_t{1} << 24;  // of the table that finds common lines

/// Splits a text into lines with their ends.
Lines lines_of(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    out.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

/// A line of the difference: ' ', '-' or '+'.
struct Line {
  char sign;
  std::string_view text;
};

void add(std::vector<Line>& out, char sign, const Lines& lines, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) out.push_back({sign, lines[i]});
}

/// Compares the lines between a common beginning and a common end: the longest common subsequence, where it is cheap.
void compare(const Lines& a, std::size_t begin, std::size_t a_end, const Lines& b, std::size_t b_end,
             std::vector<Line>& out) {
  const std::size_t rows = a_end - begin, columns = b_end - begin;
  if ((rows + 1) * (columns + 1) > kMostCells) {
    add(out, '-', a, begin, a_end);
    add(out, '+', b, begin, b_end);
    return;
  }
  std::vector<std::uint32_t> longest((rows + 1) * (columns + 1));  // common lines from here to the end
  const auto at = [&](std::size_t row, std::size_t column) -> std::uint32_t& {
    return longest[row * (columns + 1) + column];
  };
  for (std::size_t row = rows; row-- > 0;) {
    for (std::size_t column = columns; column-- > 0;) {
      at(row, column) = a[begin + row] == b[begin + column] ? at(row + 1, column + 1) + 1
                                                            : std::max(at(row + 1, column), at(row, column + 1));
    }
  }
  std::size_t row = 0, column = 0;
  while (row < rows || column < columns) {
    if (row < rows && column < columns && a[begin + row] == b[begin + column]) {
      out.push_back({' ', a[begin + row]});
      ++row;
      ++column;
    } else if (row < rows && (column == columns || at(row + 1, column) >= at(row, column + 1))) {
      out.push_back({'-', a[begin + row++]});
    } else {
      out.push_back({'+', b[begin + column++]});
    }
  }
}

std::string range(std::size_t first, std::size_t count) {
  return std::to_string(count == 0 ? first : first + 1) + "," + std::to_string(count);
}

}  // namespace

std::string unified_diff(const std::string& name, std::string_view before, std::string_view after) {
  const Lines a = lines_of(before), b = lines_of(after);
  std::size_t begin = 0, a_end = a.size(), b_end = b.size();
  while (begin < a_end && begin < b_end && a[begin] == b[begin]) ++begin;
  while (a_end > begin && b_end > begin && a[a_end - 1] == b[b_end - 1]) --a_end, --b_end;
  std::vector<Line> all;
  add(all, ' ', a, 0, begin);
  compare(a, begin, a_end, b, b_end, all);
  add(all, ' ', a, a_end, a.size());

  std::string out;
  std::size_t a_line = 0, b_line = 0;  // of all[done]
  for (std::size_t done = 0; done < all.size();) {
    const auto is_change = [](const Line& line) { return line.sign != ' '; };
    const auto from = std::find_if(all.begin() + static_cast<std::ptrdiff_t>(done), all.end(), is_change);
    if (from == all.end()) break;
    const auto first = static_cast<std::size_t>(from - all.begin());
    const std::size_t start = first - std::min(first - done, kAround);
    std::size_t stop = first, quiet = 0;  // a hunk ends where six lines are the same
    while (stop < all.size() && quiet <= 2 * kAround) quiet = is_change(all[stop++]) ? 0 : quiet + 1;
    stop -= quiet - std::min(quiet, kAround);
    a_line += start - done;
    b_line += start - done;
    std::string hunk;
    std::size_t a_count = 0, b_count = 0;
    for (std::size_t i = start; i < stop; ++i) {
      a_count += all[i].sign != '+' ? 1 : 0;
      b_count += all[i].sign != '-' ? 1 : 0;
      hunk.append(1, all[i].sign).append(all[i].text);
      if (all[i].text.back() != '\n') hunk += "\n\\ No newline at end of file\n";
    }
    out += "@@ -" + range(a_line, a_count) + " +" + range(b_line, b_count) + " @@\n" + hunk;
    a_line += a_count;
    b_line += b_count;
    done = stop;
  }
  return out.empty() ? out : "--- " + name + "\n+++ " + name + "\n" + out;
}

}  // namespace rfs_cli
