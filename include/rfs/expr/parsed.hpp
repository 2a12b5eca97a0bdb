#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/codes.hpp"
#include "rfs/expr/tree.hpp"
#include "rfs/source/file.hpp"

namespace rfs::inline RFS_ABI::expr {

/// What is wrong with an expression; spans are in its text. The rule room turns it into a
/// Diagnostic with the place in the file.
struct SyntaxError {
  Code code = Code::expected_other;
  source::Span span;
  std::string message;
  std::string help;
  std::string fix_title;  ///< empty: no fix
  std::vector<std::pair<source::Span, std::string>> edits;
};

/// A tree, or the first mistake; an expression has one.
struct Parsed {
  Tree tree;  ///< failed() where there is an error
  std::optional<SyntaxError> error;
};

}  // namespace rfs::inline RFS_ABI::expr
