#include "rfs/impl/batch/threads.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <vector>

using namespace rfs::batch;

TEST_SUITE("batch: threads") {
  TEST_CASE("counts") {
    CHECK(thread_count(0) >= 1);
    CHECK(thread_count(3) == 3);
    CHECK(thread_count(10'000) == 256);
  }

  TEST_CASE("work is done once, whatever the number of threads") {
    for (const std::size_t threads : {0U, 1U, 2U, 7U}) {
      for (const std::size_t count : {0U, 1U, 5U, 100U}) {
        std::vector<std::atomic<int>> done(count);
        share_work(threads, count, [&](std::size_t i) { ++done[i]; });
        for (const std::atomic<int>& times : done) CHECK(times == 1);
      }
    }
  }

  TEST_CASE("what is thrown arrives when all have ended") {
    std::atomic<int> ended{0};
    const auto work = [&](std::size_t index) {
      ++ended;
      if (index == 1) throw std::runtime_error("one");
    };
    CHECK_THROWS_WITH(run_threads(3, work), "one");
    CHECK(ended == 3);
  }
}
