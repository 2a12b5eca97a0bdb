#pragma once

#include <string>
#include <string_view>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI::source {

/// Returns the text as a JSON string with its quotes; only what JSON demands is escaped. Bytes that
/// are not UTF-8 become U+FFFD, so that the result is JSON whatever the text.
RFS_API std::string quote(std::string_view text);

}  // namespace rfs::inline RFS_ABI::source

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/source/quote.ipp"
#endif
