// Unknown is neither yes nor no.
// expect: cannot convert|could not convert|no viable conversion|cannot initialize
#include <rfs/value/bool3.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] bool met = rfs::Bool3{};
#else
  [[maybe_unused]] bool met = rfs::Bool3{} == rfs::Bool3::yes;
#endif
}
