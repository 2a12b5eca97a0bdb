#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "rfs/evaluate/rules.hpp"

using namespace rfs;

namespace {

// Three inputs whose values are counted out: a whole number, a word, a bool.
constexpr std::array kSizes{6, 4, 2};

std::string value_text(std::size_t input, int value) {
  if (input == 0) return std::to_string(value);
  if (input == 1) return std::string("'w") + static_cast<char>('0' + value) + "'";
  return value == 1 ? "true" : "false";
}

/// A cell, and for which values it holds.
struct Cell {
  std::string text = "-";
  std::vector<bool> holds;
};

struct Dice {
  std::mt19937_64 engine;
  int below(int n) { return static_cast<int>(engine() % static_cast<std::uint64_t>(n)); }
};

Cell cell(std::size_t input, Dice& dice) {
  const int size = kSizes[input];
  Cell out;
  out.holds.assign(static_cast<std::size_t>(size), true);
  const auto holds_where = [&](auto test) {
    for (int v = 0; v < size; ++v) out.holds[static_cast<std::size_t>(v)] = test(v);
  };
  const int a = dice.below(size), b = dice.below(size);
  switch (dice.below(input == 0 ? 9 : 4)) {
    case 0:
      return out;
    case 1:
      out.text = value_text(input, a);
      holds_where([&](int v) { return v == a; });
      break;
    case 2:
      out.text = value_text(input, a) + ", " + value_text(input, b);
      holds_where([&](int v) { return v == a || v == b; });
      break;
    case 3:
      out.text = "not(" + value_text(input, a) + ", " + value_text(input, b) + ")";
      holds_where([&](int v) { return v != a && v != b; });
      break;
    case 4:
      out.text = "< " + value_text(input, a);
      holds_where([&](int v) { return v < a; });
      break;
    case 5:
      out.text = ">= " + value_text(input, a);
      holds_where([&](int v) { return v >= a; });
      break;
    case 6:
      out.text = "[" + value_text(input, a) + ".." + value_text(input, b) + "]";
      holds_where([&](int v) { return v >= a && v <= b; });
      break;
    case 7:
      out.text = "(" + value_text(input, a) + ".." + value_text(input, b) + "), > 4";
      holds_where([&](int v) { return (v > a && v < b) || v > 4; });
      break;
    default:
      out.text = "!= " + value_text(input, a);
      holds_where([&](int v) { return v != a; });
  }
  return out;
}

using Row = std::array<Cell, 3>;

bool holds(const Row& row, std::array<int, 3> point) {
  for (std::size_t i = 0; i < 3; ++i) {
    if (!row[i].holds[static_cast<std::size_t>(point[i])]) return false;
  }
  return true;
}

std::string file_of(const std::vector<Row>& rows, const std::string& hit) {
  std::string list;
  for (const Row& row : rows) {
    list += list.empty() ? "[" : ", [";
    for (const Cell& one : row) list += "\"" + one.text + "\", ";
    list += "\"" + std::to_string(&row - rows.data()) + "\"]";
  }
  return R"({"rfs": 1, "rules": "t/t", "facts": {"n": {"type": "integer", "min": 0, "max": 5},
             "c": {"type": "choice", "of": ["w0", "w1", "w2", "w3"]}, "b": {"type": "bool"}},
             "definitions": {"t": {"table": {"hit": ")" +
         hit + R"(", "inputs": ["n", "c", "b"], "gives": "integer", "rows": [)" + list + "]}}}}";
}

std::vector<Diagnostic> findings_of(const std::string& text) {
  const auto rules = parse(text, "t.rules.json");
  std::vector<Diagnostic> out;
  for (const Diagnostic& one : rules ? rules->findings().all() : rules.error().all()) out.push_back(one);
  return out;
}

/// Reads `n = 3, c = 'w1', b = true` out of a message.
std::array<int, 3> point_in(const std::string& message) {
  const auto at = [&](const char* name) { return message.find(name) + std::string_view(name).size(); };
  return {message[at("n = ")] - '0', message[at("c = 'w")] - '0', message[at("b = ")] == 't' ? 1 : 0};
}

/// Counts out every case: what rows hold for it.
template <class Visit>
void for_each_point(Visit visit) {
  for (int n = 0; n < kSizes[0]; ++n) {
    for (int c = 0; c < kSizes[1]; ++c) {
      for (int b = 0; b < kSizes[2]; ++b) visit(std::array<int, 3>{n, c, b});
    }
  }
}

}  // namespace

TEST_CASE("gaps, overlaps and unused rows of small tables are those that counting finds") {
  Dice dice{std::mt19937_64(7)};
  int gaps = 0, overlaps = 0, unused_rows = 0, clean = 0;
  for (int round = 0; round < 1'000; ++round) {
    const bool is_first = dice.below(2) == 0;
    std::vector<Row> rows(static_cast<std::size_t>(1 + dice.below(is_first ? 9 : 4)));
    for (Row& row : rows) {
      const bool takes_all = is_first && &row == &rows.back() && dice.below(2) == 0;
      for (std::size_t i = 0; i < 3; ++i) {
        row[i] = takes_all ? Cell{"-", std::vector<bool>(static_cast<std::size_t>(kSizes[i]), true)} : cell(i, dice);
      }
    }
    const std::string text = file_of(rows, is_first ? "first" : "unique");
    bool gap = false;
    std::set<std::string> unused;
    std::set<std::size_t> overlapped;
    for (std::size_t i = 0; i < rows.size(); ++i) unused.insert("row " + std::to_string(i + 1) + " never counts");
    for_each_point([&](std::array<int, 3> point) {
      std::size_t found = 0;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!holds(rows[i], point)) continue;
        found += 1;
        if (found > 1) overlapped.insert(i);
        if (found == 1 || !is_first) unused.erase("row " + std::to_string(i + 1) + " never counts");
      }
      gap = gap || found == 0;
    });
    if (is_first) overlapped.clear();
    bool has_gap = false;
    std::size_t overlapping = 0;
    std::set<std::string> never;
    for (const Diagnostic& finding : findings_of(text)) {
      CAPTURE(text);
      CAPTURE(finding.message);
      if (finding.code == Code::table_gap) {
        has_gap = true;
        for (const Row& row : rows) CHECK_FALSE(holds(row, point_in(finding.message)));
      } else if (finding.code == Code::table_overlap) {
        overlapping += 1;
        const auto first = static_cast<std::size_t>(finding.message[5] - '1');
        const auto second = static_cast<std::size_t>(finding.message[11] - '1');
        CHECK(holds(rows[first], point_in(finding.message)));
        CHECK(holds(rows[second], point_in(finding.message)));
      } else if (finding.code == Code::table_row_unused) {
        never.insert(finding.message);
      } else {
        CHECK((finding.code == Code::unused_name || finding.code == Code::always_true));
      }
    }
    CAPTURE(text);
    CHECK(has_gap == gap);
    CHECK(overlapping == overlapped.size());
    CHECK(never == unused);
    gaps += gap ? 1 : 0;
    overlaps += overlapped.empty() ? 0 : 1;
    unused_rows += unused.empty() ? 0 : 1;
    clean += gap || !overlapped.empty() || !unused.empty() ? 0 : 1;
  }
  CHECK(std::min({gaps, overlaps, unused_rows, clean}) > 20);
}

namespace {

std::string large_table(const std::string& type, const std::vector<std::vector<std::string>>& rows) {
  std::string facts, inputs, list;
  for (std::size_t i = 0; i < rows.front().size(); ++i) {
    const std::string name = "f" + std::to_string(i);
    facts += (i == 0 ? "\"" : ", \"") + name + "\": " + type;
    inputs += (i == 0 ? "\"" : ", \"") + name + "\"";
  }
  for (const auto& row : rows) {
    list += list.empty() ? "[" : ", [";
    for (const std::string& one : row) list += "\"" + one + "\", ";
    list += "\"1\"]";
  }
  return R"({"rfs": 1, "rules": "t/t", "facts": {)" + facts +
         R"(}, "definitions": {"t": {"table": {"hit": "first", "gives": "integer", "inputs": [)" + inputs +
         "], \"rows\": [" + list + "]}}}}";
}

/// Splits a box in two again and again, so that the parts cover it and no part can be left away.
void split(std::vector<std::pair<int, int>> box, std::size_t parts, Dice& dice,
           std::vector<std::vector<std::string>>& out) {
  if (parts == 1) {
    out.emplace_back();
    for (const auto& [from, to] : box)
      out.back().push_back("[" + std::to_string(from) + ".." + std::to_string(to) + "]");
    return;
  }
  std::size_t axis = 0;
  do axis = static_cast<std::size_t>(dice.below(static_cast<int>(box.size())));
  while (box[axis].first == box[axis].second);
  const int at = box[axis].first + dice.below(box[axis].second - box[axis].first);
  auto below = box, above = box;
  below[axis].second = at;
  above[axis].first = at + 1;
  const std::size_t left = 1 + static_cast<std::size_t>(dice.below(static_cast<int>(parts) - 1));
  split(below, left, dice, out);
  split(above, parts - left, dice, out);
}

std::size_t count_of(Code code, const std::vector<Diagnostic>& findings) {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(), [&](const Diagnostic& one) { return one.code == code; }));
}

}  // namespace

TEST_CASE("tables of 200 rows and 6 inputs are decided") {
  Dice dice{std::mt19937_64(11)};
  for (int round = 0; round < 3; ++round) {
    std::vector<std::vector<std::string>> rows;
    split(std::vector<std::pair<int, int>>(6, {0, 1'000'000}), 200, dice, rows);
    std::shuffle(rows.begin(), rows.end(), dice.engine);
    const std::string type = R"({"type": "integer", "min": 0, "max": 1000000})";
    const auto whole = findings_of(large_table(type, rows));
    CHECK(count_of(Code::table_gap, whole) == 0);
    CHECK(count_of(Code::table_undecided, whole) == 0);
    CHECK(count_of(Code::table_row_unused, whole) == 0);
    rows.erase(rows.begin() + 100);
    CHECK(count_of(Code::table_gap, findings_of(large_table(type, rows))) == 1);
  }
}

TEST_CASE("what a table covers is decided within bounds, or refused") {
  // Each cell takes most words at random: nearly every case is covered many times, and none can be told from another.
  Dice dice{std::mt19937_64(2)};
  constexpr int kWords = 30;
  std::string type = R"({"type": "choice", "of": [)";
  for (int i = 0; i < kWords; ++i) type += (i == 0 ? "\"w" : ", \"w") + std::to_string(i) + "\"";
  type += "]}";
  std::vector<std::vector<std::string>> rows(200, std::vector<std::string>(6));
  for (auto& row : rows) {
    for (std::string& one : row) {
      one = "'w0'";
      for (int i = 1; i < kWords; ++i) {
        if (dice.below(10) < 7) one += ", 'w" + std::to_string(i) + "'";
      }
    }
  }
  const auto findings = findings_of(large_table(type, rows));
  CHECK(count_of(Code::table_undecided, findings) + count_of(Code::table_gap, findings) == 1);
}
