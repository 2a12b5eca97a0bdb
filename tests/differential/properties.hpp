#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "../reference/reference.hpp"
#include "generator.hpp"

namespace rfs::differential {

/// How often things occurred: every operator, type, rounding mode and row of the table of readings; 0 for what has not.
using Counts = std::map<std::string, std::uint64_t>;

struct Finding {
  enum class Kind : std::uint8_t { accepted, refused, failed } kind = Kind::accepted;
  std::string law;     ///< which property failed
  std::string detail;  ///< what was expected, what was found
};

/// Checks one rule file's program against the reference and the laws, with applicants made from `seed`.
class Properties {
 public:
  explicit Properties(reference::Fault fault);

  [[nodiscard]] Finding check(const Draft& draft, std::uint64_t seed);
  /// The same for the text of a rule file, whose figures that are not on file stay so.
  [[nodiscard]] Finding check(const std::string& text, std::uint64_t seed);
  /// Takes parts out of a failing draft while it still fails by the same law.
  [[nodiscard]] Draft shrink(Draft draft, std::uint64_t seed);

  Counts counts;
  std::uint64_t applicants = 0;

 private:
  Finding check(const std::string& text, const Draft& draft, std::uint64_t seed);

  reference::Fault fault_;
};

}  // namespace rfs::differential
