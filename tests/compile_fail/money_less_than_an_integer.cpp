// Amounts compare with amounts.
// expect: no match for|invalid operands
#include <rfs/value/money.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] bool less = rfs::Money::units(1) < 2;
#else
  [[maybe_unused]] bool less = rfs::Money::units(1) < rfs::Money::units(2);
#endif
}
