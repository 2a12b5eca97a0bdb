// One cent or one dollar more?
// expect: no match for|invalid operands
#include <rfs/value/money.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] auto sum = rfs::Money::units(1) + 1;
#else
  [[maybe_unused]] auto sum = rfs::Money::units(1).exact() + 1;
#endif
}
