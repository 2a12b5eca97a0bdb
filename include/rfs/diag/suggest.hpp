#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI::diag {

/// Counts insertions, deletions, substitutions and swaps of neighbours between two words
/// (restricted Damerau-Levenshtein, on bytes); stops counting past `most` and returns most + 1.
RFS_API std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most);

/// Returns the candidate nearest to the word where it is near enough to be meant (a third of the
/// word's length, at least one edit, at most three), else an empty string. Ties go to the first.
RFS_API std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace rfs::inline RFS_ABI::diag

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/diag/suggest.ipp"
#endif
