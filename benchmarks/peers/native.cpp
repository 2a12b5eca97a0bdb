// rfs through its C++ surface, for engines/rfs_native.py: streams of Arrow's C data interface in and out.
#include <cstdio>
#include <memory>

#include "rfs/rfs.hpp"

/// Returns the rules of the file, or null where it has errors, which are printed.
extern "C" const rfs::Rules* peers_load(const char* path) {
  auto rules = rfs::load(path);
  if (rules) return std::make_unique<rfs::Rules>(*std::move(rules)).release();
  std::fputs(rules.error().render().c_str(), stderr);
  return nullptr;
}

/// Decides the applicants of `in` on the day `as_of`, in days since 1970-01-01, and gives a stream of results to `out`.
/// Returns whether the columns were accepted.
extern "C" bool peers_evaluate(const rfs::Rules* rules, ArrowArrayStream* in, std::int32_t as_of, unsigned threads,
                               ArrowArrayStream* out) {
  rfs::BatchOptions options;
  options.as_of = rfs::Date{as_of};
  options.threads = threads;
  return static_cast<bool>(rules->evaluate(in, options, out));
}
