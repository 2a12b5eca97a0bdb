#pragma once

#include <string>
#include <string_view>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"

namespace rfs::inline RFS_ABI::diag {

/// Renders one finding for people: head line, place, snippet with carets, labels, help, fix.
RFS_API std::string render(const Diagnostic& finding, bool color = false);

/// Renders one finding as one JSON object (code, severity, message, file, line, column, end_line,
/// end_column, path, labels, help, fixes with byte offsets).
RFS_API std::string render_json(const Diagnostic& finding);

/// Returns the text with the edits of a fix made; edits may stand in any order but not overlap.
RFS_API std::string apply(const Fix& fix, std::string_view text);

}  // namespace rfs::inline RFS_ABI::diag

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/diag/render.ipp"
#endif
