#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/codes.hpp"
#include "rfs/source/file.hpp"

namespace rfs::inline RFS_ABI {

namespace diag {

/// A second place that explains the first ("money, declared at 6:7").
struct Label {
  source::Span span;
  std::string text;
};

/// One replacement in the file's text; an empty span inserts.
struct Edit {
  source::Span span;
  std::string text;
};

/// A change that repairs the mistake when all its edits are made.
struct Fix {
  std::string title;
  std::vector<Edit> edits;
};

}  // namespace diag

/// One finding, the same kind from every room: what is wrong, where, and the repair.
struct Diagnostic {
  Code code = Code::internal_error;
  Severity severity = Severity::error;
  std::string message;   ///< one line, lower case, no full stop
  source::FilePtr file;  ///< may be empty: then the finding has no place in a file
  source::Span span;     ///< byte offsets into file->text
  std::string path;      ///< where in the rule file, as `definitions.enough`
  std::string label;     ///< words under the caret
  std::vector<diag::Label> labels;
  std::string help;              ///< the repair in words
  std::vector<diag::Fix> fixes;  ///< at most one today; each applies by itself
  std::string allowed;           ///< why the rule file accepts it; empty where it does not
  std::string allowed_until;     ///< the day from which it no longer does, as `2027-01-01`; empty where there is none

  /// Line and column of the span's beginning, 1-based.
  [[nodiscard]] RFS_API source::Place place() const;
};

/// All findings of a run, in the order they were made. A hostile file can hold a mistake a byte, so no more than
/// kMost of each severity are kept; the rest is counted.
class Diagnostics {
 public:
  static constexpr std::size_t kMost = 1'000;

  /// Returns the finding kept, or one that is forgotten with the next.
  RFS_API Diagnostic& add(Diagnostic finding);
  RFS_API void append(const Diagnostics& other);

  [[nodiscard]] const std::vector<Diagnostic>& all() const noexcept { return items_; }
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  /// Counts findings of a severity that are not allowed.
  [[nodiscard]] RFS_API std::size_t count(Severity severity) const noexcept;
  [[nodiscard]] bool has_errors() const noexcept { return count(Severity::error) != 0; }
  /// Returns whether findings of a severity are only counted any more: places and suggestions need not be looked for.
  [[nodiscard]] bool full(Severity severity = Severity::error) const noexcept {
    return kept_[static_cast<std::size_t>(severity)] >= kMost;
  }

  /// Marks warnings and notes of a code at a path, or below it, as allowed; errors never are. Returns whether there is
  /// one.
  RFS_API bool allow(Code code, std::string_view at, std::string_view reason, std::string_view until);

  /// Orders findings by file and place, as reports show them; equal places keep their order.
  RFS_API void sort();

  /// Renders every finding with snippet, caret, labels, help and fix; see diag/render.hpp.
  [[nodiscard]] RFS_API std::string render(bool color = false) const;

 private:
  std::vector<Diagnostic> items_;
  std::array<std::size_t, 3> kept_{}, more_{};  ///< by severity
  Diagnostic forgotten_;
};

}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/diag/render.hpp"
#include "rfs/impl/diag/diagnostic.ipp"
#endif
