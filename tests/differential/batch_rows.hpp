#pragma once

#include <cstdint>
#include <string_view>

namespace rfs::differential {

/// Runs generated programs that are scaled over so many rows in all, an equal share by each build of the loops that the
/// machine can run, from a seed on, and compares every value of every row with what evaluate gives. Prints counts and
/// what differed; returns whether all is well. `fault`: an instruction that the loops then misread, so that a
/// difference must be found.
bool check_rows(std::uint64_t rows, std::uint64_t seed, std::string_view fault);

}  // namespace rfs::differential
