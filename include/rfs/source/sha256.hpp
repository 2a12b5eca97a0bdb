#pragma once

#include <string>
#include <string_view>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI::source {

/// Returns the SHA-256 of the bytes as 64 lower-case hexadecimal digits (FIPS 180-4).
RFS_API std::string sha256(std::string_view bytes);

}  // namespace rfs::inline RFS_ABI::source

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/source/sha256.ipp"
#endif
