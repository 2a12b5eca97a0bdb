#include "rfs/diag/suggest.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace diag = rfs::diag;

namespace {

/// The definition, without band or early end.
std::size_t plain_distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

TEST_CASE("edits are counted") {
  CHECK(diag::edit_distance("raised", "raised", 3) == 0);
  CHECK(diag::edit_distance("raised", "rased", 3) == 1);
  CHECK(diag::edit_distance("raised", "raiised", 3) == 1);
  CHECK(diag::edit_distance("raised", "raized", 3) == 1);
  CHECK(diag::edit_distance("raised", "riased", 3) == 1);
  CHECK(diag::edit_distance("", "abc", 3) == 3);
  CHECK(diag::edit_distance("", "", 0) == 0);
  CHECK(diag::edit_distance("a", "b", 0) == 1);
  CHECK(diag::edit_distance("kitten", "sitting", 2) == 3);
  CHECK(diag::edit_distance("abc", "xyz", SIZE_MAX) == 3);
  CHECK(diag::edit_distance("abcdef", "", SIZE_MAX) == 6);
}

TEST_CASE("the banded count is the plain one, up to its most") {
  std::uint32_t seed = 12345;
  const auto random = [&seed](std::uint32_t below) {
    seed = seed * 1664525U + 1013904223U;
    return (seed >> 16U) % below;
  };
  for (int round = 0; round < 3000; ++round) {
    std::string a;
    std::string b;
    for (auto n = random(9); n != 0; --n) a += static_cast<char>('a' + random(3));
    for (auto n = random(9); n != 0; --n) b += static_cast<char>('a' + random(3));
    const std::size_t most = random(6);
    CAPTURE(a);
    CAPTURE(b);
    CAPTURE(most);
    REQUIRE(diag::edit_distance(a, b, most) == std::min(plain_distance(a, b), most + 1));
  }
}

TEST_CASE("the nearest word is suggested only where it may be meant") {
  CHECK(diag::nearest("rased", {"goal", "raised", "raises"}) == "raised");
  CHECK(diag::nearest("raise", {"raised", "raises"}) == "raised");  // the first of equals
  CHECK(diag::nearest("raises", {"raised", "raises"}) == "raises");
  CHECK(diag::nearest("of", {"on", "office"}) == "on");
  CHECK(diag::nearest("office", {"income", "goal"}).empty());
  CHECK(diag::nearest("abcdef", {"abcxyz"}).empty());          // three edits in six letters
  CHECK(diag::nearest("abcdefghijkl", {"abcdefgh"}).empty());  // never more than three
  CHECK(diag::nearest("x", {}).empty());
}

TEST_CASE("long words cost little") {
  const std::string a(1'000'000, 'a');
  const std::string b(1'000'000, 'b');
  CHECK(diag::edit_distance(a, b, 3) == 4);
  CHECK(diag::nearest(a, {b, "a"}).empty());
}
