// Undetermined is neither yes nor no.
// expect: cannot convert|could not convert|no viable conversion|cannot initialize
#include <rfs/rfs.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] bool granted = rfs::Status{};
#else
  [[maybe_unused]] bool granted = rfs::Status{} == rfs::Status::eligible;
#endif
}
