#pragma once

#include <optional>
#include <string_view>

#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/json/document.hpp"
#include "rfs/source/file.hpp"
#include "rfs/source/limits.hpp"

namespace rfs::inline RFS_ABI::json {

/// Reads a JSON text (RFC 8259) into values with spans. Reports duplicate keys (each, and goes on),
/// and the first syntax error, text that is not UTF-8, too much depth, size or digits; returns
/// nothing where the text is not JSON, and a document otherwise (where keys are duplicate, the
/// first counts). `if_too_large` says how what the text holds is made smaller.
RFS_API std::optional<Document> from_source(source::FilePtr file, const Limits& limits, Diagnostics& findings,
                                            std::string_view if_too_large = "split the file");

}  // namespace rfs::inline RFS_ABI::json

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/json/from_source.ipp"
#endif
