#pragma once

#include <cstddef>
#include <functional>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Returns how many threads an option asks for, from 1 to 256; 0 asks for as many as the machine has.
RFS_API std::size_t thread_count(unsigned asked);

/// Calls `work` with each number below `count` at the same time, the first from this thread. Where the machine gives no
/// more threads there are fewer calls, so the work must be shared by what is left of it. Ends when all have, and throws
/// what one of them threw.
RFS_API void run_threads(std::size_t count, const std::function<void(std::size_t)>& work);

/// Calls `work` once with each number below `count`, from so many threads.
RFS_API void share_work(std::size_t threads, std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace rfs::inline RFS_ABI::batch
