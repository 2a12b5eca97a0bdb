// A binary float cannot say what 0.10 is.
// expect: deleted
#include <rfs/value/money.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] auto money = rfs::Money::of(150.0, "USD");
#else
  [[maybe_unused]] auto money = rfs::Money::of(rfs::Exact(150), "USD");
#endif
}
