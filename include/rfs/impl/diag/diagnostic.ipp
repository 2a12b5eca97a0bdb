#pragma once

#include "rfs/diag/diagnostic.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace rfs::inline RFS_ABI {

RFS_INLINE source::Place Diagnostic::place() const {
  return file == nullptr ? source::Place{} : source::place_of(file->text, span.begin);
}

RFS_INLINE Diagnostic& Diagnostics::add(Diagnostic finding) {
  items_.push_back(std::move(finding));
  return items_.back();
}

RFS_INLINE void Diagnostics::append(const Diagnostics& other) {
  // Indices, because `other` may be this very object.
  const std::size_t count = other.items_.size();
  items_.reserve(items_.size() + count);
  for (std::size_t i = 0; i < count; ++i) items_.push_back(other.items_[i]);
}

RFS_INLINE std::size_t Diagnostics::count(Severity severity) const noexcept {
  return static_cast<std::size_t>(std::count_if(
      items_.begin(), items_.end(), [severity](const Diagnostic& item) { return item.severity == severity; }));
}

RFS_INLINE void Diagnostics::sort() {
  const auto name = [](const Diagnostic& item) {
    return item.file == nullptr ? std::string_view() : std::string_view(item.file->name);
  };
  std::stable_sort(items_.begin(), items_.end(), [&name](const Diagnostic& a, const Diagnostic& b) {
    const int order = name(a).compare(name(b));
    return order != 0 ? order < 0 : a.span.begin < b.span.begin;
  });
}

}  // namespace rfs::inline RFS_ABI
