#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "rfs/batch/arrow.hpp"
#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI::batch {

/// A stream of Arrow that can be read more than once: its arrays are kept.
class Replay {
 public:
  /// Takes a stream over.
  explicit Replay(ArrowArrayStream* from) noexcept;
  ~Replay();
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  /// Returns a stream of all arrays from the first on, which must not outlive this.
  ArrowArrayStream stream();

 private:
  struct Reader {
    Replay* of = nullptr;
    std::size_t next = 0;
  };
  int next(std::size_t index, ArrowArray& out);

  ArrowArrayStream from_;
  std::vector<std::shared_ptr<const ArrowArray>> arrays_;
  bool ended_ = false;
};

}  // namespace rfs::inline RFS_ABI::batch
