#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

#include "rfs/impl/batch/threads.hpp"

namespace rfs::inline RFS_ABI::batch {

RFS_INLINE std::size_t thread_count(unsigned asked) {
  return std::clamp(asked == 0 ? std::thread::hardware_concurrency() : asked, 1U, 256U);
}

RFS_INLINE void run_threads(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::vector<std::exception_ptr> thrown(count);
  const auto run = [&](std::size_t index) noexcept {
    try {
      work(index);
    } catch (...) {
      thrown[index] = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  try {
    for (std::size_t i = 1; i < count; ++i) threads.emplace_back(run, i);
  } catch (const std::system_error&) {  // those that are there do the work
  }
  run(0);
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& exception : thrown) {
    if (exception) std::rethrow_exception(exception);
  }
}

RFS_INLINE void share_work(std::size_t threads, std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  run_threads(std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(count, 1)), [&](std::size_t /*index*/) {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  });
}

}  // namespace rfs::inline RFS_ABI::batch
