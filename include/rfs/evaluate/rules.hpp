#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/diag/result.hpp"
#include "rfs/evaluate/bound.hpp"
#include "rfs/evaluate/handle.hpp"
#include "rfs/json/document.hpp"
#include "rfs/program/program.hpp"
#include "rfs/program/scaled.hpp"
#include "rfs/source/limits.hpp"
#include "rfs/value/date.hpp"

struct ArrowArrayStream;

namespace rfs::inline RFS_ABI {

class DecisionView;
class Facts;
class Outcome;
class RulesOn;

namespace explain {
struct Explanation;
}
namespace batch {
class Worker;
}
class Batch;
struct BatchOptions;
class ChildLists;
struct ChildTable;

/// Definitions that a test gives a value: their names, and where the value stands.
struct Fixes {
  const json::Document* document = nullptr;
  json::NodeId object;
};

/// A checked rule file. Immutable and cheap to copy; any number of threads may read one.
class Rules {
 public:
  /// Decides one applicant as of a day. Facts that break their declarations refuse the applicant: then the outcome
  /// holds the problems and nothing is evaluated. `facts` and `out` must be made for these rules.
  RFS_API void evaluate(const Facts& facts, Date as_of, Outcome& out) const noexcept;

  /// Binds the figures in force on a day, for many applicants of one day.
  [[nodiscard]] RFS_API RulesOn on(Date as_of) const;

  /// Decides one applicant as of a day once more and tells why, in the texts of a language; rfs/explain/tree.hpp.
  /// `facts` must be made for these rules.
  [[nodiscard]] RFS_API explain::Explanation explain(const Facts& facts, Date as_of,
                                                     std::string_view language = {}) const;

  /// Decides a stream of applicants, given and answered in columns; a large batch is answered in several, in order;
  /// rfs/batch/batch.hpp.
  [[nodiscard]] RFS_API Result<Batch, Diagnostics> evaluate(ArrowArrayStream* in, const BatchOptions& options,
                                                            ArrowArrayStream* out) const;

  /// Reads child tables whole, for a stream of applicants to find its lists in; rfs/batch/child_lists.hpp. Of the
  /// options `columns`, `unknown`, `floats` and `orphans` count. Tables that were read are released.
  [[nodiscard]] RFS_API Result<ChildLists, Diagnostics> read_lists(const std::vector<ChildTable>& tables,
                                                                   const BatchOptions& options) const;

  /// Finds a fact by its name, once, at start-up. The error says what is wrong with the name or the type.
  template <class T>
  [[nodiscard]] Result<FactOf<T>, Diagnostic> fact(std::string_view name) const {
    const auto found = find_fact(name, evaluate::kind_of<T>, evaluate::is_whole<T>);
    if (!found) return found.error();
    return FactOf<T>(*found);
  }
  /// Finds a decision by its name.
  [[nodiscard]] RFS_API Result<DecisionId, Diagnostic> decision(std::string_view name) const;
  /// Finds an option of a choice.
  [[nodiscard]] RFS_API Result<Word, Diagnostic> word(FactOf<Word> fact, std::string_view option) const;

  /// Returns what the checker said of the file: warnings and notes.
  [[nodiscard]] const Diagnostics& findings() const noexcept { return data_->findings; }
  [[nodiscard]] const program::Program& program() const noexcept { return data_->program; }
  [[nodiscard]] const typed::Module& module() const noexcept { return *data_->program.module; }
  [[nodiscard]] const rule::File& file() const noexcept { return *data_->program.module->file; }
  /// Returns `sha256:` and the digest of the file's bytes.
  [[nodiscard]] const std::string& digest() const noexcept { return data_->digest; }

  /// Checks the file again with some definitions given a value (language.md section 1, tests).
  [[nodiscard]] RFS_API Result<Rules, Diagnostics> fixed(const Fixes& fixes) const;

 private:
  struct Data {
    program::Program program;
    program::Scaled scaled;
    std::vector<FactId> facts_by_name;  ///< in the order of their names
    Diagnostics findings;
    std::string digest;
    Limits limits;
  };
  explicit Rules(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  static Result<Rules, Diagnostics> check(std::shared_ptr<const rule::File> file, const Limits& limits,
                                          const Fixes& fixes, Diagnostics findings);
  [[nodiscard]] RFS_API Result<FactId, Diagnostic> find_fact(std::string_view name, Kind kind, bool whole) const;
  [[nodiscard]] bool hold_on(Date day) const;
  void decide(const Facts& facts, Date as_of, Outcome& out) const;
  [[nodiscard]] const program::Scaled& scaled() const noexcept { return data_->scaled; }
  friend class Facts;
  friend class Outcome;
  friend class DecisionView;
  friend class RulesOn;
  friend RFS_API Result<Rules, Diagnostics> parse(std::string_view text, std::string_view name, const Limits& limits);

  std::shared_ptr<const Data> data_;
};

/// Rules with the figures in force on one day. Immutable; any number of threads may read one.
class RulesOn {
 public:
  /// Decides one applicant as of the day; see Rules::evaluate.
  RFS_API void evaluate(const Facts& facts, Outcome& out) const noexcept;
  [[nodiscard]] Date as_of() const noexcept { return as_of_; }

 private:
  friend class Rules;
  friend class batch::Worker;
  RulesOn(Rules rules, Date as_of) : rules_(std::move(rules)), as_of_(as_of) {}
  void begin(const Facts& facts, Outcome& out) const noexcept;

  Rules rules_;
  Date as_of_;
  std::shared_ptr<const evaluate::Bound> bound_;  ///< none where the program is not scaled, or does not hold that day
};

/// Reads and checks a rule file's text; `name` stands in diagnostics. The error holds all findings, warnings too.
[[nodiscard]] RFS_API Result<Rules, Diagnostics> parse(std::string_view text, std::string_view name,
                                                       const Limits& limits = {});

/// Reads and checks a rule file.
[[nodiscard]] RFS_API Result<Rules, Diagnostics> load(const std::string& path, const Limits& limits = {});

/// Reads a file's bytes. An unreadable or too large file is a finding (RFS701, RFS006); `if_too_large` says how what
/// the file holds is made smaller.
[[nodiscard]] RFS_API std::optional<std::string> read_file(
    const std::string& path, const Limits& limits, Diagnostics& findings,
    std::string_view if_too_large = "split it into several files");

}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/evaluate/rules.ipp"
#endif
