#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI::batch {

/// Numbers keys in the order in which they are first met, anew for each applicant.
class GroupIndex {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  /// Forgets all groups.
  void clear();
  /// Begins an applicant who has at most so many groups, of `distinct` whole keys in a row.
  void begin(std::size_t most, std::uint64_t distinct);
  /// Finds the numbers of some keys' groups among all since clear(); kNone of those that are not there.
  void find(const std::int64_t* keys, const std::uint8_t* there, std::size_t rows, std::uint32_t* numbers);
  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
  [[nodiscard]] const std::vector<std::int64_t>& keys() const noexcept { return keys_; }

 private:
  /// What stands for a key in its slot, and says where that is.
  enum class Bits : std::uint8_t {
    place,  ///< its last bits, which are its place
    key,    ///< its last bits, which no other key has
    hash    ///< bits that other keys may have too
  };
  struct Slot {
    std::uint32_t bits = 0;
    std::uint32_t number = 0;  ///< base_ and a group's number and 1; less for what was before
  };
  template <Bits kind>
  void find_all(const std::int64_t* keys, const std::uint8_t* there, std::size_t rows, std::uint32_t* numbers);
  template <Bits kind>
  std::uint32_t add(std::int64_t key, std::uint32_t bits);
  template <Bits kind>
  [[nodiscard]] std::uint32_t bits_of(std::int64_t key) const noexcept;
  template <Bits kind>
  [[nodiscard]] std::size_t place(std::uint32_t bits) const noexcept;
  void set_size(std::size_t size);
  void grow();
  void end();

  std::vector<std::int64_t> keys_;
  std::vector<Slot> slots_;
  std::vector<Slot> spare_;  ///< what slots_ grow into
  Bits bits_ = Bits::hash;
  std::size_t mask_ = 0;
  int shift_ = 0;         ///< of a hash to a place
  std::size_t full_ = 0;  ///< with so many keys there must be more slots
  std::uint32_t base_ = 0, first_ = 0;
  std::uint64_t most_ = 0;                          ///< groups that the applicant may have
  std::uint64_t most_before_ = 0, had_before_ = 0;  ///< those that the one before might have had, and had
};

/// Sets of pairs, anew after each clear().
class PairSet {
 public:
  void clear();
  /// Adds a pair; returns whether it was not there.
  bool insert(std::uint32_t to, std::int64_t value);

 private:
  struct Entry {
    std::int64_t value = 0;
    std::uint32_t to = 0, stamp = 0;
  };
  void grow();
  std::vector<Entry> entries_;
  std::size_t count_ = 0;
  std::uint32_t stamp_ = 0;
};

}  // namespace rfs::inline RFS_ABI::batch
