#pragma once

#include <algorithm>
#include <vector>

#include "rfs/program/program.hpp"

namespace rfs::inline RFS_ABI::evaluate::detail {

/// Marks the children of a place that explain its being what it is. `truth` gives what a child reads, `test` what the
/// condition of an `if` does.
template <class Truth, class Test>
void mark_deciding(const std::vector<program::Walk>& walk, std::size_t at, Bool3 is, Bool3* marked, Truth truth,
                   Test test) {
  using Kind = program::Walk::Kind;
  const program::Walk& place = walk[at];
  switch (place.kind) {
    case Kind::condition:
      break;
    case Kind::conjunction:
    case Kind::disjunction:
    case Kind::at_least: {
      // A place settled by a part that cannot be reached has no operand that explains it: then all are shown that do
      // not speak against it.
      bool explained = false;
      for (const std::uint32_t child : place.children) explained = explained || truth(walk[child]) == is;
      for (const std::uint32_t child : place.children) {
        const Bool3 found = truth(walk[child]);
        if (explained ? found == is : found != not3(is)) marked[child] = is;
      }
      break;
    }
    case Kind::negation:
      marked[place.children[0]] = not3(is);
      break;
    case Kind::branch: {
      const Bool3 found = test(place);
      if (found != Bool3::no) marked[place.children[0]] = is;
      if (found != Bool3::yes) marked[place.children[1]] = is;
      break;
    }
  }
}

/// Calls `list` for each condition that decides, from the root down; children stand before their parents. `marked` has
/// room for the walk.
template <class Truth, class Test, class List>
void for_each_deciding(const program::Decision& decision, Bool3 is, Bool3* marked, Truth truth, Test test, List list) {
  const std::size_t count = decision.walk.size();
  std::fill(marked, marked + count, Bool3::unknown);
  marked[count - 1] = is;
  for (std::size_t at = count; at-- > 0;) {
    if (marked[at] == Bool3::unknown) continue;
    if (decision.walk[at].kind == program::Walk::Kind::condition) list(decision.walk[at].condition);
    mark_deciding(decision.walk, at, marked[at], marked, truth, test);
  }
}

}  // namespace rfs::inline RFS_ABI::evaluate::detail
