// rfs through its C++ surface over child tables and columns of lists, for lists_engines/rfs_lists.py.
#include <cstdio>
#include <memory>

#include "rfs/rfs.hpp"

/// Returns the rules of the file, or null where it has errors, which are printed. A list may have 10^8 items, which is
/// more steps an applicant than files from strangers are allowed.
extern "C" const rfs::Rules* lists_load(const char* path) {
  rfs::Limits limits;
  limits.steps = 10'000'000'000;
  auto rules = rfs::load(path, limits);
  if (rules) return std::make_unique<rfs::Rules>(*std::move(rules)).release();
  std::fputs(rules.error().render().c_str(), stderr);
  return nullptr;
}

/// Decides the applicants of `in`, of whom `key` is the key. Items of the list `fact` are the rows of `items`, whose
/// keys are in the column `item_key`; null where `in` has a column of lists. Gives a stream of results to `out`, and
/// returns whether the columns were accepted.
extern "C" bool lists_evaluate(const rfs::Rules* rules, ArrowArrayStream* in, const char* key, const char* fact,
                               ArrowArrayStream* items, const char* item_key, unsigned threads, ArrowArrayStream* out) {
  rfs::BatchOptions options;
  options.as_of = rfs::Date::of(2026, 1, 1).value();
  options.threads = threads;
  options.output.definitions = true;
  if (items != nullptr) {
    options.key = key;
    auto lists = rules->read_lists({{fact, items, item_key}}, options);
    if (!lists) {
      std::fputs(lists.error().render().c_str(), stderr);
      return false;
    }
    options.lists = *std::move(lists);
  }
  const auto batch = rules->evaluate(in, options, out);
  if (!batch) std::fputs(batch.error().render().c_str(), stderr);
  return static_cast<bool>(batch);
}
