#pragma once

#include <cstring>
#include <new>

#include "rfs/impl/batch/arrow_export.hpp"
#include "rfs/impl/batch/columns.hpp"
#include "rfs/impl/batch/spare_memory.ipp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

/// What a schema or an array of ours owns. The struct itself may be moved; this stays where it is.
template <class Struct, class Owned>
struct Holder {
  Owned owned;
  std::vector<Struct> children;
  std::vector<Struct*> pointers;
  Struct dictionary{};

  void adopt(std::vector<Struct> from, const Struct* values, Struct& out) {
    children = std::move(from);
    for (Struct& child : children) pointers.push_back(&child);
    if (values != nullptr) dictionary = *values;
    out.n_children = static_cast<std::int64_t>(children.size());
    out.children = pointers.data();
    out.dictionary = values == nullptr ? nullptr : &dictionary;
    out.private_data = this;
    out.release = &release;
  }

  static void release(Struct* self) {
    auto* const holder = static_cast<Holder*>(self->private_data);
    for (Struct& child : holder->children) {
      if (child.release != nullptr) child.release(&child);
    }
    if (holder->dictionary.release != nullptr) holder->dictionary.release(&holder->dictionary);
    delete holder;
    self->release = nullptr;
  }
};

struct SchemaTexts {
  std::string format, name, metadata;
};
struct ArrayBuffers {
  std::vector<Buffer> buffers;
  std::vector<const void*> pointers;
};

/// Returns how many bytes a schema's metadata has: a count of pairs, each of two counted texts, in the machine's order.
RFS_INLINE std::size_t metadata_size(const char* metadata) noexcept {
  const auto number = [&](std::size_t at) {
    std::int32_t out = 0;
    std::memcpy(&out, metadata + at, sizeof out);
    return out < 0 ? std::size_t{0} : static_cast<std::size_t>(out);
  };
  std::size_t at = 4;
  for (std::size_t texts = 2 * number(0); texts > 0; --texts) at += 4 + number(at);
  return at;
}

}  // namespace detail

RFS_INLINE Buffer::Buffer(SpareMemory& from, std::size_t bytes) {
  const std::size_t padded = (bytes / kAlignment + 1) * kAlignment;
  bytes_ = {from.take(padded), GiveBack{&from, padded}};
  std::memset(as<char>() + bytes, 0, padded - bytes);
}

RFS_INLINE Buffer Buffer::unwritten(std::size_t bytes) { return {SpareMemory::of_process(), bytes}; }
RFS_INLINE Buffer Buffer::of_texts(std::size_t bytes) { return {SpareMemory::none(), bytes}; }

RFS_INLINE Buffer Buffer::zeros(std::size_t bytes) {
  // Enough for the offsets of a part's texts. The system has one page for all of it as long as nobody writes there.
  alignas(kAlignment) static char shared[(2 * kPart + 1) * sizeof(std::int32_t) + kAlignment];
  if (bytes > sizeof shared) return Buffer(bytes);
  Buffer out;
  out.bytes_ = {shared, GiveBack{}};
  return out;
}

RFS_INLINE Buffer::Buffer(std::size_t bytes) : Buffer(unwritten(bytes)) { std::memset(bytes_.get(), 0, bytes); }

RFS_INLINE void export_schema(std::string format, std::string name, std::int64_t flags,
                              std::vector<ArrowSchema> children, const ArrowSchema* dictionary, ArrowSchema& out) {
  auto* const holder = new detail::Holder<ArrowSchema, detail::SchemaTexts>;
  holder->owned = {std::move(format), std::move(name), {}};
  out = {};
  out.format = holder->owned.format.c_str();
  out.name = holder->owned.name.c_str();
  out.flags = flags;
  holder->adopt(std::move(children), dictionary, out);
}

RFS_INLINE void copy_schema(const ArrowSchema& from, ArrowSchema& out) {
  std::vector<ArrowSchema> children(static_cast<std::size_t>(from.n_children));
  for (std::size_t i = 0; i < children.size(); ++i) copy_schema(*from.children[i], children[i]);
  ArrowSchema dictionary{};
  if (from.dictionary != nullptr) copy_schema(*from.dictionary, dictionary);
  export_schema(from.format, from.name == nullptr ? "" : from.name, from.flags, std::move(children),
                from.dictionary == nullptr ? nullptr : &dictionary, out);
  if (from.metadata == nullptr) return;
  auto* const holder = static_cast<detail::Holder<ArrowSchema, detail::SchemaTexts>*>(out.private_data);
  holder->owned.metadata.assign(from.metadata, detail::metadata_size(from.metadata));
  out.metadata = holder->owned.metadata.data();
}

RFS_INLINE void export_array(std::int64_t length, std::int64_t nulls, std::vector<Buffer> buffers,
                             std::vector<ArrowArray> children, const ArrowArray* dictionary, ArrowArray& out) {
  auto* const holder = new detail::Holder<ArrowArray, detail::ArrayBuffers>;
  holder->owned.buffers = std::move(buffers);
  for (const Buffer& buffer : holder->owned.buffers) holder->owned.pointers.push_back(buffer.data());
  out = {};
  out.length = length;
  out.null_count = nulls;
  out.n_buffers = static_cast<std::int64_t>(holder->owned.pointers.size());
  out.buffers = holder->owned.pointers.data();
  holder->adopt(std::move(children), dictionary, out);
}

RFS_INLINE void export_texts(const std::vector<std::string>& texts, ArrowArray& out) {
  std::vector<Buffer> buffers(3);
  buffers[1] = Buffer((texts.size() + 1) * sizeof(std::int32_t));
  std::string bytes;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    bytes += texts[i];
    buffers[1].as<std::int32_t>()[i + 1] = static_cast<std::int32_t>(bytes.size());
  }
  buffers[2] = Buffer::of_texts(bytes.size());
  std::memcpy(buffers[2].as<char>(), bytes.data(), bytes.size());
  export_array(static_cast<std::int64_t>(texts.size()), 0, std::move(buffers), {}, nullptr, out);
}

/// The structs are copies, because a consumer may move what is below out of them.
RFS_INLINE ArrowArray lend_array(const ArrowArray& array, const std::shared_ptr<const ArrowArray>& table) {
  auto* const holder = new detail::Holder<ArrowArray, std::shared_ptr<const ArrowArray>>;
  holder->owned = table;
  ArrowArray out = array;
  std::vector<ArrowArray> children;
  for (std::int64_t i = 0; i < array.n_children; ++i) children.push_back(lend_array(*array.children[i], table));
  ArrowArray dictionary{};
  if (array.dictionary != nullptr) dictionary = lend_array(*array.dictionary, table);
  holder->adopt(std::move(children), array.dictionary == nullptr ? nullptr : &dictionary, out);
  return out;
}

}  // namespace rfs::inline RFS_ABI::batch
