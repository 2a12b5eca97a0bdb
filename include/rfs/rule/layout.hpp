#pragma once

#include <span>
#include <string>

#include "rfs/config.hpp"
#include "rfs/json/document.hpp"
#include "rfs/rule/keys.hpp"
#include "rfs/source/limits.hpp"

namespace rfs::inline RFS_ABI::rule {

/// How many characters a line of a rule file has where it can be broken.
inline constexpr std::size_t kLineLength = 120;

/// Writes a rule file (`keys::file`) or test file (`keys::test_file`) in its canonical layout: two blanks a level, what
/// is short on one line, declarations and rows one a line, canonical blanks in expressions (expr/layout.hpp). Keys stay
/// in the author's order, and numbers and strings as they are written. The result is its own layout and is read as the
/// same file. The document must have been read without errors.
RFS_API std::string layout(const json::Document& document, std::span<const Key> keys, const Limits& limits);

}  // namespace rfs::inline RFS_ABI::rule

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/rule/layout.ipp"
#endif
