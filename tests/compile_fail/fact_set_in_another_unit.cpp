// A handle to a fact of money takes money.
// expect: no matching|could not convert|no viable conversion
#include <rfs/rfs.hpp>

void use(rfs::Facts& facts, rfs::FactOf<rfs::Money> raised) {
#ifdef WRONG
  facts.set(raised, rfs::Date{15000});
#else
  facts.set(raised, rfs::Money::units(15000));
#endif
}
