// Places in two tables are not comparable.
// expect: no match for|invalid operands
#include <rfs/rfs.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] bool same = rfs::FactId(0) == rfs::DecisionId(0);
#else
  [[maybe_unused]] bool same = rfs::FactId(0) == rfs::FactId(1);
#endif
}
