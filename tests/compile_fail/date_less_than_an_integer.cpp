// Dates compare with dates.
// expect: no match for|invalid operands
#include <rfs/value/date.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] bool before = rfs::Date{1} < 2;
#else
  [[maybe_unused]] bool before = rfs::Date{1} < rfs::Date{2};
#endif
}
