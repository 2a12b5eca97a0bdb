#pragma once

#include <cerrno>
#include <utility>

#include "rfs/impl/batch/arrow_export.ipp"
#include "rfs/impl/batch/replay.hpp"

namespace rfs::inline RFS_ABI::batch {

RFS_INLINE Replay::Replay(ArrowArrayStream* from) noexcept : from_(*from) { from->release = nullptr; }

RFS_INLINE Replay::~Replay() {
  if (from_.release != nullptr) from_.release(&from_);
}

/// Gives an array that was read, or the next one; none behind the last.
RFS_INLINE int Replay::next(std::size_t index, ArrowArray& out) {
  out = {};
  if (index == arrays_.size()) {
    if (ended_) return 0;
    const std::shared_ptr<ArrowArray> array(new ArrowArray{}, [](ArrowArray* last) {
      if (last->release != nullptr) last->release(last);
      delete last;
    });
    if (const int number = from_.get_next(&from_, array.get()); number != 0) return number;
    ended_ = array->release == nullptr;
    if (ended_) return 0;
    arrays_.push_back(array);
  }
  out = lend_array(*arrays_[index], arrays_[index]);
  return 0;
}

RFS_INLINE ArrowArrayStream Replay::stream() {
  ArrowArrayStream out{};
  out.private_data = new Reader{this, 0};
  out.get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
    ArrowArrayStream& from = static_cast<Reader*>(self->private_data)->of->from_;
    return from.get_schema(&from, schema);
  };
  out.get_next = [](ArrowArrayStream* self, ArrowArray* array) {
    Reader& reader = *static_cast<Reader*>(self->private_data);
    try {
      const int number = reader.of->next(reader.next, *array);
      if (array->release != nullptr) ++reader.next;
      return number;
    } catch (...) {
      return ENOMEM;
    }
  };
  out.get_last_error = [](ArrowArrayStream* self) {
    ArrowArrayStream& from = static_cast<Reader*>(self->private_data)->of->from_;
    return from.get_last_error(&from);
  };
  out.release = [](ArrowArrayStream* self) {
    delete static_cast<Reader*>(self->private_data);
    self->release = nullptr;
  };
  return out;
}

}  // namespace rfs::inline RFS_ABI::batch
