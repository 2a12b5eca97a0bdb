#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI::value {

/// Returns the minor digits of an ISO 4217 currency (USD 2, JPY 0, KWD 3), or nothing where the
/// code is not an active currency of the standard.
RFS_API std::optional<int> minor_digits(std::string_view code) noexcept;

/// Returns the sign people write before an amount (`$`), or the code and a blank where there is none of its own.
RFS_API std::string currency_prefix(std::string_view code);

}  // namespace rfs::inline RFS_ABI::value

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/value/currency.ipp"
#endif
