#include "rfs/impl/batch/folds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "rfs/impl/batch/loops.hpp"

namespace {

using namespace rfs;

/// What is made of rows.
struct Made {
  std::vector<std::int64_t> sum, count, some, least, most;
  std::vector<std::uint8_t> any_least, any_most;

  explicit Made(std::size_t applicants)
      : sum(applicants),
        count(applicants),
        some(applicants),
        least(applicants),
        most(applicants),
        any_least(applicants),
        any_most(applicants) {}
  friend bool operator==(const Made&, const Made&) = default;
};

struct Rows {
  std::vector<std::int64_t> offsets = {7}, values;
  std::vector<std::uint8_t> truths, there;
};

Rows make_rows(std::mt19937_64& random, std::size_t applicants, const std::function<std::size_t()>& size) {
  Rows out;
  for (std::size_t k = 0; k < applicants; ++k) {
    const std::size_t count = size();
    out.offsets.push_back(out.offsets.back() + static_cast<std::int64_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
      out.values.push_back(static_cast<std::int64_t>(random() % 2'000'000) - 1'000'000);
      out.truths.push_back(random() % 5 == 0 ? 1 : 0);
      out.there.push_back(random() % 3 != 0 ? 1 : 0);
    }
  }
  return out;
}

/// Each applicant by itself.
Made one_by_one(const Rows& rows, bool all) {
  Made out(rows.offsets.size() - 1);
  for (std::size_t k = 0; k + 1 < rows.offsets.size(); ++k) {
    for (auto i = static_cast<std::size_t>(rows.offsets[k] - 7); i < static_cast<std::size_t>(rows.offsets[k + 1] - 7);
         ++i) {
      if (!all && rows.there[i] == 0) continue;
      const std::int64_t x = rows.values[i];
      out.sum[k] += x;
      ++out.count[k];
      out.some[k] |= rows.truths[i];
      if (out.any_least[k] == 0 || x < out.least[k]) out.least[k] = x;
      if (out.any_most[k] == 0 || x > out.most[k]) out.most[k] = x;
      out.any_least[k] = out.any_most[k] = 1;
    }
  }
  return out;
}

Made by_folds(batch::Folds& folds, const Rows& rows, bool all, std::size_t at_once) {
  Made out(rows.offsets.size() - 1);
  bool named = true;
  for (std::size_t first = 0; first < rows.values.size(); first += at_once) {
    const std::size_t count = std::min(at_once, rows.values.size() - first);
    folds.begin(rows.offsets.data(), out.sum.size(), first, count);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t k = folds.applicants()[i];
      const auto at = static_cast<std::int64_t>(first + i) + 7;
      named = named && rows.offsets[k] <= at && at < rows.offsets[k + 1];
    }
    const std::uint8_t* const there = all ? nullptr : rows.there.data() + first;
    folds.sum(rows.values.data() + first, there, out.sum.data());
    folds.count(there, out.count.data());
    folds.some(rows.truths.data() + first, there, out.some.data());
    folds.extreme(rows.values.data() + first, there, false, out.least.data(), out.any_least.data());
    folds.extreme(rows.values.data() + first, there, true, out.most.data(), out.any_most.data());
  }
  CHECK(named);
  return out;
}

}  // namespace

TEST_CASE("folds: aggregates are those of each applicant by itself, however long lists are and however many at once") {
  std::mt19937_64 random(20'261);
  std::vector<Rows> cases;
  cases.push_back(make_rows(random, 2'000, [&] { return random() % 4; }));       // short, many empty
  cases.push_back(make_rows(random, 1'000, [&] { return 1 + random() % 12; }));  // by scans
  cases.push_back(make_rows(random, 300, [&] { return 20 + random() % 60; }));   // by their ends
  cases.push_back(make_rows(random, 40, [&] { return 250 + random() % 10; }));   // about where bytes end
  cases.push_back(make_rows(random, 900, [&] { return random() % 100 == 0 ? 255 + random() % 2 : random() % 3; }));
  cases.push_back(make_rows(random, 3, [&] { return 3'000; }));
  cases.push_back(make_rows(random, 1, [] { return 1; }));
  for (const batch::LoopBuild& build : batch::loop_builds()) {
    batch::force_loops(build.run);
    batch::Folds folds;
    for (std::size_t i = 0; i < cases.size(); ++i) {
      for (const bool all : {true, false}) {
        const Made right = one_by_one(cases[i], all);
        for (const std::size_t at_once : {std::size_t{1}, std::size_t{63}, std::size_t{4'096}}) {
          INFO(build.name, ", case ", i, ", ", at_once, " rows at once");
          CHECK(by_folds(folds, cases[i], all, at_once) == right);
        }
      }
    }
  }
  batch::force_loops(batch::loop_builds().back().run);
}
