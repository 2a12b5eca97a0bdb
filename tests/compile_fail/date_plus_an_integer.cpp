// One day or one month more?
// expect: no match for|invalid operands
#include <rfs/value/date.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] auto later = rfs::Date{17280} + 1;
#else
  [[maybe_unused]] rfs::Date later{rfs::Date{17280}.days + 1};
#endif
}
