#pragma once

#include <cstdint>
#include <string>

namespace rfs::differential {

/// Makes a random rule file of which most lists are such as batch decides by stages: the items of facts, filtered and
/// grouped, and what is made of them. The same seed gives the same file. Not every one passes the checker.
std::string list_program(std::uint64_t seed);

}  // namespace rfs::differential
