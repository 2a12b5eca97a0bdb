#include "rfs/source/id.hpp"

#include <doctest/doctest.h>

#include <type_traits>

namespace {
using AppleId = rfs::Id<struct AppleTag>;
using PearId = rfs::Id<struct PearTag>;
}  // namespace

TEST_CASE("an id indexes its own table only") {
  static_assert(!std::is_convertible_v<AppleId, PearId>);
  static_assert(!std::is_convertible_v<std::size_t, AppleId>);
  rfs::Table<AppleId, int> table;
  CHECK(table.empty());
  const AppleId seven = table.push(7);
  const AppleId eight = table.push(8);
  CHECK(table[seven] == 7);
  CHECK(table[eight] == 8);
  CHECK(table.size() == 2);
  CHECK(seven < eight);
  CHECK(eight == AppleId(1));
}

TEST_CASE("an id made without an index is not valid") {
  CHECK_FALSE(AppleId().valid());
  CHECK(AppleId(0).valid());
  CHECK(AppleId() != AppleId(0));
}
