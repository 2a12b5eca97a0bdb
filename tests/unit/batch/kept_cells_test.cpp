#include "rfs/impl/batch/kept_cells.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace rfs;
using namespace rfs::batch;

const Choices kNoChoices;

Target whole_numbers(std::int64_t least, std::int64_t most) {
  rule::Domain domain;
  domain.type.kind = Kind::number;
  domain.type.flavour = Flavour::integer;
  domain.range = {Exact(least), Exact(most)};
  return {"n", domain, kNoChoices, ""};
}

/// What a row is to have: a step, or none where the cell is not known.
using Rows = std::vector<std::optional<std::int64_t>>;

void check_rows(const KeptColumn& column, const Rows& rows, const std::vector<std::size_t>& assumed) {
  bool same = true;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    same = same && column.cell(row) == (rows[row] ? batch::Cell::known : batch::Cell::unknown);
    same = same && (!rows[row] || column.step(row) == *rows[row]);
  }
  CHECK(same);
  CHECK(column.assumed == assumed);
  std::vector<std::int64_t> wide(rows.size());
  column.widen(1, rows.size() - 1, wide.data());
  for (std::size_t row = 1; row < rows.size(); ++row) same = same && (!rows[row] || wide[row - 1] == *rows[row]);
  CHECK(same);
}

}  // namespace

TEST_SUITE("batch: kept cells") {
  TEST_CASE("steps of all widths, cells that are not known, rows that are moved and left out") {
    constexpr std::int64_t kFar = std::int64_t{1} << 62;
    std::mt19937_64 random(1);
    for (const auto& range : std::vector<std::pair<std::int64_t, std::int64_t>>{{-3, 252},
                                                                                {-3, 253},
                                                                                {100, 65'635},
                                                                                {100, 65'636},
                                                                                {-5, 4'294'967'290},
                                                                                {-5, 4'294'967'291},
                                                                                {-kFar, kFar}}) {
      const std::int64_t least = range.first, most = range.second;  // Clang 14 captures no structured binding
      CAPTURE(least);
      CAPTURE(most);
      KeptColumn column(whole_numbers(least, most));
      REQUIRE(column.stepped());
      Rows rows;
      std::vector<std::size_t> assumed;
      for (std::size_t block = 0; block < 5; ++block) {
        const std::size_t count = 20 + block;
        Column read;
        read.complete = block == 0 || block == 3;  // not known for the first time, and again
        for (std::size_t i = 0; i < count; ++i) {
          const auto span = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least);
          const std::int64_t step =
              i == 0   ? least
              : i == 1 ? most
                       : static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + random() % (span + 1));
          const bool known = read.complete || i % 3 != 2;
          read.steps.push_back(step);
          read.cells.push_back(known ? batch::Cell::known : batch::Cell::unknown);
          rows.push_back(known ? std::optional(step) : std::nullopt);
        }
        read.lanes = read.steps.data();
        read.assumed = {1, 4};
        assumed.insert(assumed.end(), {rows.size() - count + 1, rows.size() - count + 4});
        column.make_room(count);
        column.append(read, count);
      }
      check_rows(column, rows, assumed);

      // Backwards, without row 4 and the last.
      Places places;
      for (std::size_t row = 0; row < rows.size(); ++row)
        places.of.push_back(row == 4 || row + 1 == rows.size() ? Places::kNowhere
                                                               : static_cast<std::uint32_t>(places.count++));
      Rows moved(places.count);
      std::vector<std::size_t> assumed_there;
      for (std::size_t row = rows.size(); row-- > 0;) {
        std::uint32_t& place = places.of[row];
        if (place == Places::kNowhere) continue;
        place = static_cast<std::uint32_t>(places.count) - 1 - place;
        moved[place] = rows[row];
        if (std::find(assumed.begin(), assumed.end(), row) != assumed.end()) assumed_there.push_back(place);
      }
      column.move(places);
      check_rows(column, moved, assumed_there);
    }
  }

  TEST_CASE("truths are bytes, texts are values, problems stand by row") {
    rule::Domain truth, text;
    truth.type.kind = Kind::boolean;
    text.type.kind = Kind::text;
    KeptCells cells;
    cells.columns.emplace_back(Target("truth", truth, kNoChoices, ""));
    cells.columns.emplace_back(Target("text", text, kNoChoices, ""));
    REQUIRE(cells.columns[0].narrow());
    REQUIRE_FALSE(cells.columns[1].stepped());
    const std::uint8_t bytes[] = {1, 0, 0, 1};
    Column truths, texts;
    truths.complete = texts.complete = true;
    truths.bytes = bytes;
    for (const char* const one : {"a", "b", "c", "d"}) texts.values.push_back({{}, one});
    cells.columns[0].make_room(4);
    cells.columns[0].append(truths, 4);
    cells.columns[1].make_room(4);
    cells.columns[1].append(texts, 4);
    for (const std::size_t row : {0U, 1U, 3U}) cells.problems.push_back({row, 1, {}});
    cells.move({{2, Places::kNowhere, 0, 1}, 3}, 2);
    CHECK(std::vector<std::uint8_t>(cells.columns[0].bytes(0), cells.columns[0].bytes(3)) ==
          std::vector<std::uint8_t>{0, 1, 1});
    CHECK(cells.columns[1].values[0].text == "c");
    CHECK(cells.columns[1].values[1].text == "d");
    CHECK(cells.columns[1].values[2].text == "a");
    REQUIRE(cells.problems.size() == 2);
    CHECK(cells.problems[0].row == 1);
    CHECK(cells.problems[1].row == 2);
  }
}
