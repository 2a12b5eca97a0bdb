#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/diag/result.hpp"
#include "rfs/json/document.hpp"
#include "rfs/program/program.hpp"
#include "rfs/source/limits.hpp"
#include "rfs/value/date.hpp"

namespace rfs::inline RFS_ABI {

class Facts;
class Outcome;

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
    Diagnostics findings;
    std::string digest;
    Limits limits;
  };
  explicit Rules(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  static Result<Rules, Diagnostics> check(std::shared_ptr<const rule::File> file, const Limits& limits,
                                          const Fixes& fixes, Diagnostics findings);
  friend RFS_API Result<Rules, Diagnostics> parse(std::string_view text, std::string_view name, const Limits& limits);

  std::shared_ptr<const Data> data_;
};

/// Reads and checks a rule file's text; `name` stands in diagnostics. The error holds all findings, warnings too.
[[nodiscard]] RFS_API Result<Rules, Diagnostics> parse(std::string_view text, std::string_view name,
                                                       const Limits& limits = {});

/// Reads and checks a rule file.
[[nodiscard]] RFS_API Result<Rules, Diagnostics> load(const std::string& path, const Limits& limits = {});

/// Reads a file's bytes. An unreadable or too large file is a finding (RFS701, RFS006).
[[nodiscard]] RFS_API std::optional<std::string> read_file(const std::string& path, const Limits& limits,
                                                           Diagnostics& findings);

}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/evaluate/rules.ipp"
#endif
