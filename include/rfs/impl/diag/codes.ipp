#pragma once

#include "rfs/diag/codes.hpp"

namespace rfs::inline RFS_ABI::diag {

RFS_INLINE std::string code_text(Code code) {
  const std::string number = std::to_string(static_cast<unsigned>(code));
  return "RFS" + std::string(number.size() < 3 ? 3 - number.size() : 0, '0') + number;
}

RFS_INLINE std::string_view severity_text(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      break;
  }
  return "error";
}

}  // namespace rfs::inline RFS_ABI::diag
