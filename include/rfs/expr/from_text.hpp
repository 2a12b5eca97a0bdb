#pragma once

#include <string_view>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/expr/parsed.hpp"
#include "rfs/source/limits.hpp"

namespace rfs::inline RFS_ABI::expr {

/// Parses one expression of the grammar in language.md section 3. Never fails otherwise than by
/// `error`; recursion is bounded by limits.expression_depth.
RFS_API Parsed from_text(std::string_view text, const Limits& limits);

/// Parses a cell of a decision table: `-`, tests as they stand after `in`, with or without parentheses around them, or
/// `not(…)` of tests. The tree is what the cell asks of its input: Kind::input itself where anything will do, an `in`
/// whose value is Kind::input, or a call of `not` with that.
RFS_API Parsed cell_from_text(std::string_view text, const Limits& limits);

/// Returns whether a word may be a name: `[a-z][a-z0-9_]*`, neither keyword nor unit nor `null`.
RFS_API bool is_name(std::string_view word);
RFS_API bool is_keyword(std::string_view word);
RFS_API bool is_unit_word(std::string_view word);

/// Returns every word that is spelt like a name and is none.
RFS_API std::vector<std::string_view> reserved_words();

/// The grammar as the documentation shows it, one rule a line; a test holds the parser to it.
RFS_API std::string_view grammar();

}  // namespace rfs::inline RFS_ABI::expr

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/expr/from_text.ipp"
#endif
