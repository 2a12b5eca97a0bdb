#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/json/document.hpp"
#include "rfs/program/reading.hpp"

namespace rfs::inline RFS_ABI {

namespace batch {
class RowFacts;
}

/// How what one applicant gave is made smaller, where it is larger than the limit of a file.
inline constexpr std::string_view kFewerFacts =
    "these are the facts of one applicant: give its lists fewer items, or decide many applicants with `rfs batch`";

/// What one applicant gave. Made for one set of rules, reused from applicant to applicant; not to be shared between
/// threads while it is filled.
class Facts {
 public:
  RFS_API explicit Facts(const Rules& rules);

  /// Returns the rules that declare them.
  [[nodiscard]] const Rules& rules() const noexcept { return rules_; }

  /// Forgets everything given, and all problems.
  RFS_API void clear();

  /// Gives a fact in its text form: `set("raised", "150.00")`. What cannot be read is kept as a problem.
  RFS_API void set(std::string_view name, std::string_view text);
  /// Gives a fact its value. One that the declaration does not accept is kept as a problem.
  RFS_API void set(FactOf<bool> fact, bool value);
  RFS_API void set(FactOf<std::int64_t> fact, std::int64_t value);
  RFS_API void set(FactOf<Exact> fact, const Exact& value);
  RFS_API void set(FactOf<Money> fact, Money value);
  RFS_API void set(FactOf<Date> fact, Date value);
  RFS_API void set(FactOf<Months> fact, Months value);
  RFS_API void set(FactOf<Days> fact, Days value);
  RFS_API void set(FactOf<Word> fact, Word value);
  RFS_API void set(FactOf<std::string_view> fact, std::string_view value);
  /// Says that a fact is not known, even where it has a default.
  RFS_API void set_unknown(std::string_view name);

  /// Gives a fact as it was written elsewhere: as a string, a number or a bool of JSON. The id must be of these rules.
  RFS_API void set(FactId fact, std::string_view text, rule::Written written);
  RFS_API void set_unknown(FactId fact);
  /// Gives a list its items, whose cells keep to the declarations of its fields; too many are kept as a problem. The
  /// fact must be a list, the width that of its fields.
  RFS_API void set_list(FactId fact, program::GivenList list);
  /// Keeps a problem that was met with a fact's value before it could be given, or at a place in it: `gifts[3].amount`.
  RFS_API void refuse(FactId fact, rule::Problem problem, std::string_view place = {});

  /// Reads `{ "raised": "150.00", "plan": null }`; null is unknown. Problems have the place in the text, `name` as the
  /// file's name.
  RFS_API void read_json(std::string_view text, std::string_view name = "facts", const Limits& limits = {});
  /// Reads the members of an object of a document.
  RFS_API void read_json(const json::Document& document, json::NodeId object);

  /// Returns every problem met since the last clear(), in the order met; not empty means refused.
  [[nodiscard]] const Diagnostics& problems() const noexcept { return problems_; }
  /// Returns what was given, one for each fact of the file.
  [[nodiscard]] std::span<const program::Given> given() const noexcept { return given_; }

 private:
  [[nodiscard]] const rule::Fact* find(std::string_view name, std::size_t& index) const;
  void unknown_name(std::string_view name, Diagnostic finding);
  void problem(rule::Problem what, std::string_view name, Diagnostic finding);
  /// Reads a text in which all is well and plain, quickly; otherwise returns false and has changed nothing.
  [[nodiscard]] bool read_flat_json(std::string_view text, const Limits& limits);

  /// Reads a list in its text form, an array of JSON.
  void read_list(std::string_view text, std::size_t index);
  void read_list(const json::Document& document, json::NodeId array, std::size_t index);
  [[nodiscard]] std::optional<Value> read_value(const json::Document& document, json::NodeId id,
                                                const rule::Domain& domain, std::string_view name);

  void give(std::size_t index, Value value);
  void mark(std::size_t index, program::Given::State state);
  void give_checked(FactId fact, Value value);

  friend class Outcome;
  friend class batch::RowFacts;
  Rules rules_;
  std::vector<program::Given> given_;
  std::vector<std::int64_t> words_;  ///< the same where the program is scaled; program::FactWords has the order
  Diagnostics problems_;
};

}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/evaluate/facts.ipp"
#include "rfs/impl/evaluate/facts_json.ipp"
#include "rfs/impl/evaluate/facts_list.ipp"
#endif
