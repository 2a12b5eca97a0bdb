// A table takes its own index only.
// expect: no match for|no viable overloaded
#include <rfs/rfs.hpp>

void use(rfs::Table<rfs::FactId, int>& table) {
#ifdef WRONG
  table[0] = 1;
#else
  table[rfs::FactId(0)] = 1;
#endif
}
