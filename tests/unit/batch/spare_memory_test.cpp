#include "rfs/impl/batch/spare_memory.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

namespace {

using rfs::batch::SpareMemory;
constexpr std::size_t kKilo = 1024;

TEST_CASE("spare memory: a block goes to the next that wants one as large") {
  SpareMemory spare(kKilo * kKilo);
  void* const some = spare.take(100 * kKilo);
  void* const others = spare.take(200 * kKilo);
  CHECK(reinterpret_cast<std::uintptr_t>(some) % 64 == 0);
  spare.give(some, 100 * kKilo);
  spare.give(others, 200 * kKilo);
  void* const again = spare.take(100 * kKilo);
  CHECK(again == some);
  void* const more = spare.take(100 * kKilo);
  CHECK(more != some);
  CHECK(more != others);
  spare.give(again, 100 * kKilo);
  spare.give(more, 100 * kKilo);
  CHECK(spare.kept() == 400 * kKilo);
}

TEST_CASE("spare memory: the oldest make room, and too large or too small ones are not kept") {
  SpareMemory spare(kKilo * kKilo);
  std::vector<void*> blocks;
  for (std::size_t i = 0; i < 12; ++i) blocks.push_back(spare.take((100 + i) * kKilo));
  for (std::size_t i = 0; i < 12; ++i) spare.give(blocks[i], (100 + i) * kKilo);
  CHECK(spare.kept() == (103 + 104 + 105 + 106 + 107 + 108 + 109 + 110 + 111) * kKilo);
  const std::size_t kept = spare.kept();
  spare.give(spare.take(2 * kKilo * kKilo), 2 * kKilo * kKilo);
  spare.give(spare.take(kKilo), kKilo);
  CHECK(spare.kept() == kept);
}

TEST_CASE("spare memory: however many blocks come back, it stays within its bounds") {
  SpareMemory spare(std::size_t{64} * kKilo * kKilo);
  std::vector<void*> blocks;
  for (std::size_t i = 0; i < 300; ++i) blocks.push_back(spare.take(64 * kKilo));
  for (void* const block : blocks) spare.give(block, 64 * kKilo);
  CHECK(spare.kept() == 128 * 64 * kKilo);
}

TEST_CASE("spare memory: threads share it") {
  SpareMemory spare(kKilo * kKilo);
  const auto work = [&] {
    for (std::size_t i = 0; i < 2000; ++i) {
      const std::size_t bytes = (64 + i % 5) * kKilo;
      auto* const block = static_cast<unsigned char*>(spare.take(bytes));
      block[0] = 1;
      block[bytes - 1] = 2;
      spare.give(block, bytes);
    }
  };
  std::thread other(work);
  work();
  other.join();
  CHECK(spare.kept() <= kKilo * kKilo);
}

TEST_CASE("spare memory: a process that forked while another thread had it does not wait for it") {
  SpareMemory spare(kKilo * kKilo);
  spare.give(spare.take(64 * kKilo), 64 * kKilo);
  std::atomic<bool> stop{false};
  std::thread other([&] {
    while (!stop) spare.give(spare.take(64 * kKilo), 64 * kKilo);
  });
  int done = 0;
  constexpr int kForks = 100;
  for (int i = 0; i < kForks; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(20);  // ends one that waits for ever
      spare.give(spare.take(100 * kKilo), 100 * kKilo);
      _exit(0);
    }
    int status = 1;
    REQUIRE(waitpid(child, &status, 0) == child);
    done += status == 0 ? 1 : 0;
  }
  stop = true;
  other.join();
  CHECK(done == kForks);
}

}  // namespace
