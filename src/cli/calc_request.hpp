#pragma once

#include <string>
#include <vector>

#include "calculation.hpp"
#include "verbs.hpp"

namespace rfs_cli {

/// Reads what the options ask for; what cannot be read is added to `refusals`.
Request read_request(const CalcOptions& options, std::vector<Refusal>& refusals);

/// Reads a line `{ "expr": …, "facts": …, "given": …, "let": …, "month_end": …, "currency": …, "as_of": … }` on
/// top of what the options ask for.
Request read_request(const std::string& line, const Request& options, std::vector<Refusal>& refusals);

/// Returns a refusal of a piece of a request.
Refusal refusal_at(std::string at, rfs::Code code, std::string message, std::string help = {});

/// How long a line may be, in bytes.
inline constexpr std::size_t kMostOfLine = std::size_t{1} << 20;

}  // namespace rfs_cli
