#pragma once

#include "rfs/diag/result.hpp"

#include <cstdlib>
#include <stdexcept>

namespace rfs::inline RFS_ABI::diag {

namespace detail {

[[noreturn]] RFS_INLINE void fail(const char* what) {
#if defined(__cpp_exceptions)
  throw std::logic_error(what);
#else
  static_cast<void>(what);
  std::abort();
#endif
}

}  // namespace detail

RFS_INLINE void fail_no_value() { detail::fail("rfs: the value of a result that holds an error was asked for"); }

RFS_INLINE void fail_no_error() { detail::fail("rfs: the error of a result that holds a value was asked for"); }

}  // namespace rfs::inline RFS_ABI::diag
