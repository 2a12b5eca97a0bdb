#pragma once

#include "rfs/diag/diagnostic.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace rfs::inline RFS_ABI {

RFS_INLINE source::Place Diagnostic::place() const {
  return file == nullptr ? source::Place{} : source::place_of(file->text, span.begin);
}

namespace diag::detail {

/// Keeps a message in one line whatever the names in it: a key of a stranger's file may hold a line break.
RFS_INLINE void keep_in_line(std::string& message) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  if (std::none_of(message.begin(), message.end(), is_control)) return;
  std::string out;
  for (const char c : message) out += is_control(c) ? "\xEF\xBF\xBD" : std::string(1, c);
  message = std::move(out);
}

}  // namespace diag::detail

RFS_INLINE Diagnostic& Diagnostics::add(Diagnostic finding) {
  diag::detail::keep_in_line(finding.message);
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
  const auto kept = std::count_if(items_.begin(), items_.end(), [severity](const Diagnostic& item) {
    return item.severity == severity && item.allowed.empty();
  });
  return static_cast<std::size_t>(kept) + more_[static_cast<std::size_t>(severity)];
}

RFS_INLINE bool Diagnostics::allow(Code code, std::string_view at, std::string_view reason, std::string_view until) {
  bool found = false;
  for (Diagnostic& item : items_) {
    if (item.code != code || item.severity == Severity::error || item.path.compare(0, at.size(), at) != 0) continue;
    const bool is_below = item.path.size() == at.size() || item.path[at.size()] == '.' || item.path[at.size()] == '[';
    if (!is_below) continue;
    item.allowed = reason;
    item.allowed_until = until;
    found = true;
  }
  return found;
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
