#pragma once

#include <array>
#include <cstddef>
#include <mutex>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Memory of large buffers that were given back, kept for the next buffers as large: results of one rule, and the kept
/// columns of a child table that is read again, have the same few sizes again and again, and the first touch of a fresh
/// page costs more than what is written to it. What the C library keeps by itself depends on the order in which results
/// are dropped: of four parts that are dropped together it keeps none, and deciding takes three times as long.
class SpareMemory {
 public:
  /// Keeps at most so many bytes.
  explicit SpareMemory(std::size_t most) noexcept : most_(most) {}
  ~SpareMemory();
  SpareMemory(const SpareMemory&) = delete;
  SpareMemory& operator=(const SpareMemory&) = delete;

  /// The one of this process: 22 MiB, or nothing under the address sanitizer, which is to see who uses what was given
  /// back. It is never destroyed, since arrays may outlive whatever else ends with a process.
  static SpareMemory& of_process();
  /// One that keeps nothing.
  static SpareMemory& none();

  /// Returns a block of `bytes`, aligned to 64 bytes, with anything in it; throws std::bad_alloc.
  [[nodiscard]] void* take(std::size_t bytes);
  /// Takes back a block of `bytes`.
  void give(void* block, std::size_t bytes) noexcept;
  /// Returns how many bytes are kept now.
  [[nodiscard]] std::size_t kept();

 private:
  static constexpr std::size_t kLeast = std::size_t{64} << 10U;  // the C library keeps smaller ones well

  struct Block {
    void* begin = nullptr;
    std::size_t bytes = 0;
  };
  void remove(std::size_t index) noexcept;

  const std::size_t most_;
  /// Nobody waits for it: in a process that forked while another thread held it, it is never given back.
  std::mutex mutex_;
  std::array<Block, 128> blocks_;  // the oldest first
  std::size_t count_ = 0, kept_ = 0;
};

}  // namespace rfs::inline RFS_ABI::batch
