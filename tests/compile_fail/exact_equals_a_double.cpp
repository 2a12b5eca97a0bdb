// A binary float is never read as a number.
// expect: deleted
#include <rfs/value/exact.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] bool same = rfs::Exact(1) == 0.5;
#else
  [[maybe_unused]] bool same = rfs::Exact(1) == rfs::Exact::ratio(1, 2);
#endif
}
