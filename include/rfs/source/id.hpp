#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI {

/// An index into one particular table: an index of nodes is not an index of facts.
template <class Tag>
struct Id {
  std::uint32_t value = 0xFFFFFFFF;

  constexpr Id() noexcept = default;
  constexpr explicit Id(std::size_t index) noexcept : value(static_cast<std::uint32_t>(index)) {}

  /// True unless this id was made without an index.
  [[nodiscard]] constexpr bool valid() const noexcept { return value != 0xFFFFFFFF; }

  friend constexpr auto operator<=>(Id, Id) noexcept = default;
};

/// A vector that only its own kind of Id may index.
template <class IdType, class T>
class Table {
 public:
  IdType push(T item) {
    items_.push_back(std::move(item));
    return IdType(items_.size() - 1);
  }
  [[nodiscard]] T& operator[](IdType id) noexcept { return items_[id.value]; }
  [[nodiscard]] const T& operator[](IdType id) const noexcept { return items_[id.value]; }
  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  /// Takes the last item away.
  void pop() { items_.pop_back(); }
  void resize(std::size_t n) { items_.resize(n); }
  void resize(std::size_t n, const T& item) { items_.resize(n, item); }
  void clear() noexcept { items_.clear(); }
  [[nodiscard]] auto begin() noexcept { return items_.begin(); }
  [[nodiscard]] auto end() noexcept { return items_.end(); }
  [[nodiscard]] auto begin() const noexcept { return items_.begin(); }
  [[nodiscard]] auto end() const noexcept { return items_.end(); }

 private:
  std::vector<T> items_;
};

}  // namespace rfs::inline RFS_ABI
