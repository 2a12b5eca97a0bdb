#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "rfs/config.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/program/reading.hpp"
#include "rfs/rule/file.hpp"
#include "rfs/rule/type.hpp"

namespace rfs::inline RFS_ABI::explain {

/// Writes what is known of a value as people write it: `$1,250.00`, `$0.00 to $150.00`, `at least 15%`, `?`. An end
/// that is no nearer than the default range of the type says nothing and is left out. Of a list: `3 items`.
RFS_API std::string spoken(const program::Reading& reading, const Type& type, const Rules& rules);

/// Writes the items of a definition that is a list as people write them: `[$20.00, $5.00]`, `[{ donor: ann, total:
/// $25.00 }]`; where it is not known which items there are, their number.
RFS_API std::string spoken_items(const Outcome& outcome, DefinitionId definition);

/// Writes a text of the rule file in a language, or in its first where `language` is empty or not there. Its holes show
/// what the outcome reads: Outcome::read_texts() comes first. An invalid id is an empty text.
RFS_API std::string text(const Outcome& outcome, rule::TextId id, std::string_view language = {});

/// Returns the sentence for a condition as it stands: its `met` text when true, `unmet` when false, else its title;
/// where the file gives none its name, and of an unnamed condition its source text. Outcome::read_texts() comes first.
RFS_API std::string condition_text(const Outcome& outcome, DecisionId decision, std::size_t condition,
                                   std::string_view language = {});

/// Writes a lookup: `cap_share`, `average_cost[school_board]`. Keys are indices of words, 0/1 or whole numbers.
RFS_API std::string lookup_text(const Rules& rules, ParameterId parameter, std::span<const std::int64_t> keys);

/// Writes the lookup of a figure that was read; of a schedule with where its bracket begins: `tax[single] from
/// 5000.00`.
RFS_API std::string figure_text(const Rules& rules, const FigureRead& figure);

/// Writes one key of a lookup; `index` is its place.
RFS_API std::string key_text(const Rules& rules, ParameterId parameter, std::size_t index, std::int64_t key);

/// Returns what the default of a fact reads that was absent.
RFS_API program::Reading default_reading(const Outcome& outcome, FactId fact);

}  // namespace rfs::inline RFS_ABI::explain

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/explain/text.ipp"
#endif
