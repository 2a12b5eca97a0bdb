// A view of a decision does not outlive its outcome.
// expect: deleted
#include <rfs/rfs.hpp>

rfs::Status use(const rfs::Rules& rules, rfs::DecisionId id) {
#ifdef WRONG
  return rfs::Outcome(rules)[id].status();
#else
  const rfs::Outcome out(rules);
  return out[id].status();
#endif
}
