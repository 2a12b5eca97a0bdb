#include "rfs/value/bool3.hpp"

#include <doctest/doctest.h>

#include <array>

using rfs::Bool3;

namespace {

constexpr std::array kAll = {Bool3::no, Bool3::yes, Bool3::unknown};

/// Calls `see` with each bool that a reading allows.
template <typename See>
void each_completion(Bool3 reading, See see) {
  if (reading != Bool3::yes) see(false);
  if (reading != Bool3::no) see(true);
}

/// Returns the reading that holds exactly the results of `op` over all completions.
template <typename Op>
Bool3 by_completions(Bool3 a, Bool3 b, Op op) {
  bool can_be[2] = {false, false};
  each_completion(a, [&](bool x) { each_completion(b, [&](bool y) { can_be[op(x, y) ? 1 : 0] = true; }); });
  if (can_be[0] && can_be[1]) return Bool3::unknown;
  return can_be[1] ? Bool3::yes : Bool3::no;
}

}  // namespace

TEST_CASE("three-valued operators hold exactly what the completions give") {
  for (const Bool3 a : kAll) {
    CHECK(rfs::not3(a) == by_completions(a, Bool3::no, [](bool x, bool) { return !x; }));
    for (const Bool3 b : kAll) {
      CHECK(rfs::and3(a, b) == by_completions(a, b, [](bool x, bool y) { return x && y; }));
      CHECK(rfs::or3(a, b) == by_completions(a, b, [](bool x, bool y) { return x || y; }));
    }
  }
  CHECK(rfs::to_bool3(true) == Bool3::yes);
  CHECK(rfs::to_bool3(false) == Bool3::no);
}
