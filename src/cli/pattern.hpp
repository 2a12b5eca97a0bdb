#pragma once

#include <memory>
#include <optional>
#include <string>

namespace rfs_cli {

/// A regular expression of --run: POSIX extended, without what a hostile one could hang or fill the memory with
/// (references to groups, and repetitions that multiply beyond a thousand).
class Pattern {
 public:
  /// Reads a pattern, or says in `problem` why it is none.
  static std::optional<Pattern> parse(const std::string& text, std::string& problem);

  /// Returns whether any part of the text matches.
  [[nodiscard]] bool found_in(const std::string& text) const;

 private:
  struct Compiled;
  explicit Pattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace rfs_cli
