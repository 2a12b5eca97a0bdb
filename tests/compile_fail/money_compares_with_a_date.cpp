// Nothing is equal across units.
// expect: no match for|invalid operands
#include <rfs/rfs.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] bool same = rfs::Money::units(1) == rfs::Date{2};
#else
  [[maybe_unused]] bool same = rfs::Date{1} == rfs::Date{2};
#endif
}
