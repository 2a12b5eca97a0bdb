#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/value/bool3.hpp"

namespace rfs::inline RFS_ABI::explain {

/// A name and its value as people write it: `raised`, `$149.99`; `?` where nothing is known.
struct Named {
  std::string name, value;
};

/// A place of a decision's conditions: a condition, or places joined by `and`, `or`, `not`, `if` or `at_least`.
struct Place {
  enum class Kind : std::uint8_t { condition, all, any, negation, branch, at_least } kind = Kind::condition;
  Bool3 is = Bool3::unknown;
  /// Places by their index, each greater than this one's where it is met first. Of a branch: then, else.
  std::vector<std::size_t> parts;
  std::string test;                ///< branch: the text between `if` and `then`
  Bool3 test_is = Bool3::unknown;  ///< branch
  std::string count;               ///< at_least: how many, as it stands in the file

  // A condition:
  std::size_t line = 0;       ///< its place in the decision's list of conditions
  std::string name;           ///< `waited`, `funding#1`
  std::string text;           ///< its sentence as it stands, in the language asked for
  std::string source;         ///< its expression as it stands in the file; empty where it is a fact or a decision
  std::vector<Named> values;  ///< what its expression reads by name, in the order of the text; the first ones of many
  bool wanted = true;         ///< false under an odd number of `not`s
  bool decides = false;       ///< because of it, or while it is open, the decision is what it is
};

/// A fact that is still needed, or a cell of a list: `gifts[2].state`.
struct Needed {
  std::string name, ask, given_by;
};

/// A value that an amount is computed of, or the amount itself.
struct Step {
  std::string name;           ///< of the definition; empty: the amount
  std::string value;          ///< `$150.00`
  std::string source;         ///< its expression as it stands in the file; empty where it is a decision table
  std::string round;          ///< of the amount: `down to 0.01 USD`; empty where it is not rounded
  std::vector<Named> values;  ///< what its expression reads by name
  bool is_table = false;
  /// Of a decision table the rows that gave the value, from 1; none: what holds otherwise.
  std::vector<std::size_t> rows;
};

struct DecisionExplained {
  std::string name, title;
  Status status = Status::refused;
  std::string amount;         ///< `$150.00`, `$0.00 to $150.00`; empty where none is granted
  std::string sentence;       ///< the decision's own words for what it came to
  std::vector<Place> places;  ///< the root is the first
  std::vector<Needed> needed;
  std::vector<Step> steps;  ///< how the amount is computed, that itself last; none where it is nothing for certain
  std::vector<std::string> missing;  ///< figures not on file: `average_cost[pta] on 24 June 2017`
};

/// A figure that was read.
struct Figure {
  std::string lookup, value, from;
  std::vector<std::string> sources;
};

/// Why an outcome came out as it did, in words, before it takes a form. Made by explain(); what a stranger wrote stands
/// in it as it was written: the forms make it harmless.
struct Explanation {
  std::string title, rules, version, digest;
  std::string as_of;                         ///< `24 June 2017`
  std::vector<DecisionExplained> decisions;  ///< none where the applicant is refused
  std::vector<Named> definitions;            ///< only of a file without decisions
  std::vector<Named> assumed;                ///< defaults of facts that were not given
  std::vector<Figure> figures;
  Diagnostics problems;  ///< why the applicant is refused

  /// Writes it for a terminal.
  [[nodiscard]] RFS_API std::string text() const;
  /// Writes it as Markdown; what a stranger wrote cannot become markup.
  [[nodiscard]] RFS_API std::string markdown() const;
  /// Writes it as one JSON object in one line.
  [[nodiscard]] RFS_API std::string json() const;
};

/// Explains an outcome. It evaluates what only texts read first.
[[nodiscard]] RFS_API Explanation explain(Outcome& outcome, std::string_view language = {});

/// Returns whether a text of the file is written in a language.
[[nodiscard]] RFS_API bool speaks(const Rules& rules, std::string_view language);

}  // namespace rfs::inline RFS_ABI::explain

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/explain/tree.ipp"
#include "rfs/impl/explain/tree_json.ipp"
#include "rfs/impl/explain/tree_markdown.ipp"
#include "rfs/impl/explain/tree_text.ipp"
#endif
