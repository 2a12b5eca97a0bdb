#pragma once

#include <utility>
#include <variant>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI {

namespace diag {
/// Ends the use of a Result that holds no value: throws std::logic_error where the library
/// was built with exceptions. Kept out of line so that callers may build without them.
[[noreturn]] RFS_API void fail_no_value();
/// The same for a Result that holds no error.
[[noreturn]] RFS_API void fail_no_error();
}  // namespace diag

/// A value or an error; errors are values, nothing throws unless asked for what is not there.
template <class T, class E>
class Result {
 public:
  Result(T value) : data_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : data_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] explicit operator bool() const noexcept { return data_.index() == 0; }
  [[nodiscard]] bool has_value() const noexcept { return data_.index() == 0; }

  /// Returns the value; see diag::fail_no_value where there is none.
  [[nodiscard]] T& value() & { return *checked(); }
  [[nodiscard]] const T& value() const& { return *const_cast<Result*>(this)->checked(); }
  [[nodiscard]] T value() && { return std::move(*checked()); }

  [[nodiscard]] T& operator*() & { return *checked(); }
  [[nodiscard]] const T& operator*() const& { return *const_cast<Result*>(this)->checked(); }
  [[nodiscard]] T* operator->() { return checked(); }
  [[nodiscard]] const T* operator->() const { return const_cast<Result*>(this)->checked(); }

  /// Returns the error; see diag::fail_no_error where there is none.
  [[nodiscard]] const E& error() const& {
    const E* e = std::get_if<1>(&data_);
    if (e == nullptr) diag::fail_no_error();
    return *e;
  }

 private:
  T* checked() {
    T* v = std::get_if<0>(&data_);
    if (v == nullptr) diag::fail_no_value();
    return v;
  }

  std::variant<T, E> data_;
};

}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/diag/result.ipp"
#endif
