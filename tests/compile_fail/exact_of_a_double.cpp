// A binary float is never read as a number.
// expect: deleted
#include <rfs/value/exact.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] rfs::Exact tenth = 0.1;
#else
  [[maybe_unused]] rfs::Exact tenth = rfs::Exact::ratio(1, 10);
#endif
}
