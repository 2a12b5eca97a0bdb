#pragma once

#include <cstddef>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI {

/// What a stranger's input may cost. Passing a limit is a diagnostic, never a crash.
struct Limits {
  std::size_t file_bytes = std::size_t{16} << 20;       ///< size of one file
  std::size_t json_depth = 64;                          ///< nesting of objects and arrays
  std::size_t expression_depth = 128;                   ///< nesting of one expression
  std::size_t expression_bytes = std::size_t{1} << 20;  ///< text of one expression
  std::size_t nodes = 100'000;                          ///< expression nodes of one file
  std::size_t digits = 1'000;                           ///< decimal digits of one number
  std::size_t text_bytes = std::size_t{64} << 20;       ///< what text operators read and make an applicant
  std::size_t steps = 100'000'000;                      ///< evaluation steps an applicant
};

}  // namespace rfs::inline RFS_ABI
