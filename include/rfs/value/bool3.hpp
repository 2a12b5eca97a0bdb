#pragma once

#include <cstdint>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI {

/// The reading of a bool: no, yes or unknown (Kleene's strong three-valued logic).
enum class Bool3 : std::uint8_t { no = 0, yes = 1, unknown = 2 };

constexpr Bool3 to_bool3(bool b) noexcept { return b ? Bool3::yes : Bool3::no; }

constexpr Bool3 and3(Bool3 a, Bool3 b) noexcept {
  if (a == Bool3::no || b == Bool3::no) return Bool3::no;
  return a == Bool3::yes && b == Bool3::yes ? Bool3::yes : Bool3::unknown;
}
constexpr Bool3 or3(Bool3 a, Bool3 b) noexcept {
  if (a == Bool3::yes || b == Bool3::yes) return Bool3::yes;
  return a == Bool3::no && b == Bool3::no ? Bool3::no : Bool3::unknown;
}
constexpr Bool3 not3(Bool3 a) noexcept {
  if (a == Bool3::unknown) return a;
  return a == Bool3::yes ? Bool3::no : Bool3::yes;
}

}  // namespace rfs::inline RFS_ABI
