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
  const auto severity = static_cast<std::size_t>(finding.severity);
  if (kept_[severity] >= kMost) {
    ++more_[severity];
    forgotten_ = std::move(finding);
    return forgotten_;
  }
  ++kept_[severity];
  items_.push_back(std::move(finding));
  return items_.back();
}

RFS_INLINE void Diagnostics::append(const Diagnostics& other) {
  // Indices, because `other` may be this very object.
  const std::size_t count = other.items_.size();
  const std::array<std::size_t, 3> more = other.more_;
  for (std::size_t i = 0; i < count; ++i) add(Diagnostic(other.items_[i]));
  for (std::size_t i = 0; i < more.size(); ++i) more_[i] += more[i];
}

RFS_INLINE std::size_t Diagnostics::count(Severity severity) const noexcept {
  const auto kept = std::count_if(items_.begin(), items_.end(),
                                  [severity](const Diagnostic& item) { return item.severity == severity; });
  return static_cast<std::size_t>(kept) + more_[static_cast<std::size_t>(severity)];
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
