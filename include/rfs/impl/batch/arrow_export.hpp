#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rfs/batch/arrow.hpp"
#include "rfs/config.hpp"
#include "rfs/impl/batch/spare_memory.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Gives back the memory of a buffer to where it is from; what is shared is from nowhere.
struct GiveBack {
  SpareMemory* from = nullptr;
  std::size_t bytes = 0;
  void operator()(void* begin) const noexcept {
    if (from != nullptr) from->give(begin, bytes);
  }
};

/// Bytes that an Arrow array owns, aligned as Arrow recommends.
class Buffer {
 public:
  static constexpr std::size_t kAlignment = 64;

  Buffer() noexcept = default;
  /// Makes room for so many bytes, which are zero.
  explicit Buffer(std::size_t bytes);
  /// Makes room for so many bytes that are still to be written.
  static Buffer unwritten(std::size_t bytes);
  /// Makes room for texts, which hardly ever take as many bytes again, so that their memory is not kept.
  static Buffer of_texts(std::size_t bytes);
  /// Returns so many bytes that are zero and that nobody may write, because others share them.
  static Buffer zeros(std::size_t bytes);

  template <class T>
  [[nodiscard]] T* as() noexcept {
    return static_cast<T*>(bytes_.get());
  }
  template <class T>
  [[nodiscard]] const T* as() const noexcept {
    return static_cast<const T*>(bytes_.get());
  }
  [[nodiscard]] const void* data() const noexcept { return bytes_.get(); }

 private:
  Buffer(SpareMemory& from, std::size_t bytes);

  std::unique_ptr<void, GiveBack> bytes_;
};

/// Makes a schema that owns what it names. Children and dictionary are taken over.
RFS_API void export_schema(std::string format, std::string name, std::int64_t flags, std::vector<ArrowSchema> children,
                           const ArrowSchema* dictionary, ArrowSchema& out);
/// Copies a schema with all below it.
RFS_API void copy_schema(const ArrowSchema& from, ArrowSchema& out);

/// Makes an array that owns its buffers; an empty buffer is a null pointer. Children and dictionary are taken over.
RFS_API void export_array(std::int64_t length, std::int64_t nulls, std::vector<Buffer> buffers,
                          std::vector<ArrowArray> children, const ArrowArray* dictionary, ArrowArray& out);
/// Makes a utf8 array of these texts.
RFS_API void export_texts(const std::vector<std::string>& texts, ArrowArray& out);

/// Lends an array with all below it to a consumer, and holds the table until it is given back.
RFS_API ArrowArray lend_array(const ArrowArray& array, const std::shared_ptr<const ArrowArray>& table);

}  // namespace rfs::inline RFS_ABI::batch
