#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <type_traits>

#include "rfs/impl/batch/cells.ipp"
#include "rfs/impl/batch/keys.hpp"
#include "rfs/source/file.hpp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {
inline constexpr std::size_t kWholeBytes = 9;  // of a whole number as a key: its sign and its bits

template <class T>
std::string_view write_whole(T value, std::array<char, kWholeBytes>& room) noexcept {
  // The sign apart, so that all widths write one number alike.
  const auto bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
  room[0] = '+';
  if constexpr (std::is_signed_v<T>) room[0] = value < 0 ? '-' : '+';
  std::memcpy(room.data() + 1, &bits, sizeof bits);
  return {room.data(), room.size()};
}
}  // namespace detail

RFS_INLINE std::string_view KeyTable::key(std::uint32_t number) const noexcept {
  if (ends_.empty())
    return std::string_view(bytes_).substr(std::size_t{number} * detail::kWholeBytes, detail::kWholeBytes);
  const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
  return std::string_view(bytes_).substr(begin, ends_[number] - begin);
}

/// Whether a key is as KeyColumn writes whole numbers that are not negative. A text may look the same; that is no harm.
RFS_INLINE bool KeyTable::is_whole(std::string_view key) noexcept {
  return key.size() == detail::kWholeBytes && key[0] == '+';
}

/// Numbers that differ in their last four bits are neighbours, since they often come one after the other; all others
/// are scattered.
RFS_INLINE std::size_t KeyTable::hash(const Whole& slot) noexcept {
  std::uint64_t mixed = (slot.bits >> 4U) * 0x9E3779B97F4A7C15;
  mixed = (mixed ^ mixed >> 32U) * 0xD6E8FEB86659FD93;
  return static_cast<std::size_t>((mixed >> 29U << 4U) + (slot.bits & 15U));
}

/// Returns the slot that has the key, or is free for it; there must be slots.
RFS_INLINE const KeyTable::Whole* KeyTable::place(std::uint64_t bits) const noexcept {
  const std::size_t mask = wholes_.size() - 1;
  std::size_t at = hash(Whole{bits}) & mask;
  while (wholes_[at].number != kNone && wholes_[at].bits != bits) at = (at + 1) & mask;
  return &wholes_[at];
}
RFS_INLINE const KeyTable::Other* KeyTable::place(std::uint32_t hash, std::string_view key) const noexcept {
  const std::size_t mask = others_.size() - 1;
  std::size_t at = hash & mask;
  while (others_[at].number != kNone && (others_[at].hash != hash || this->key(others_[at].number) != key)) {
    at = (at + 1) & mask;
  }
  return &others_[at];
}

namespace detail {
RFS_INLINE std::uint64_t bits_of(std::string_view key) noexcept {
  std::uint64_t bits = 0;
  std::memcpy(&bits, key.data() + 1, sizeof bits);
  return bits;
}
RFS_INLINE std::uint32_t hash_of(std::string_view key) noexcept {
  return static_cast<std::uint32_t>(std::hash<std::string_view>()(key));
}
}  // namespace detail

RFS_INLINE std::uint32_t KeyTable::find(std::string_view key) const noexcept {
  if (is_whole(key)) return find(detail::bits_of(key));
  return others_.empty() ? kNone : place(detail::hash_of(key), key)->number;
}

RFS_INLINE std::uint32_t KeyTable::find(std::uint64_t whole) const noexcept {
  if (whole < places_.size()) return places_[whole];
  return wholes_.empty() ? kNone : place(whole)->number;
}

RFS_INLINE std::uint32_t KeyTable::insert(std::string_view key) {
  if (is_whole(key)) return insert(detail::bits_of(key));
  if ((size() - whole_count_) * 2 >= others_.size()) grow(others_);
  const std::uint32_t hash = detail::hash_of(key);
  Other& slot = others_[static_cast<std::size_t>(place(hash, key) - others_.data())];
  if (slot.number != kNone || size() == kMost) return slot.number;
  slot = {hash, append(key)};
  return slot.number;
}

RFS_INLINE std::uint32_t KeyTable::insert(std::uint64_t whole) {
  constexpr std::uint64_t kFirst = 1024, kPlaces = 4;  // a key
  if (whole >= places_.size() && whole < kPlaces * (whole_count_ + kFirst)) grow_places(whole);
  const bool has_place = whole < places_.size();
  if (!has_place && hashed_ * 2 >= wholes_.size()) grow(wholes_);
  Whole* const slot = has_place ? nullptr : wholes_.data() + (place(whole) - wholes_.data());
  std::uint32_t& number = has_place ? places_[whole] : slot->number;
  if (number != kNone || size() == kMost) return number;
  std::array<char, detail::kWholeBytes> room;
  number = append(detail::write_whole(whole, room));
  ++whole_count_;
  if (has_place) return number;
  slot->bits = whole;
  ++hashed_;
  return number;
}

/// Makes places for keys up to one, and takes those in that have slots.
RFS_INLINE void KeyTable::grow_places(std::uint64_t bits) {
  places_.resize(std::bit_ceil(bits + 1), kNone);
  if (hashed_ == 0) return;
  std::vector<Whole> slots(wholes_.size());
  slots.swap(wholes_);
  hashed_ = 0;
  for (const Whole& slot : slots) {
    if (slot.number == kNone) continue;
    if (slot.bits < places_.size()) {
      places_[slot.bits] = slot.number;
    } else {
      wholes_[static_cast<std::size_t>(place(slot.bits) - wholes_.data())] = slot;
      ++hashed_;
    }
  }
}

RFS_INLINE std::uint32_t KeyTable::append(std::string_view key) {
  if (ends_.empty() && key.size() != detail::kWholeBytes) {
    for (std::size_t end = detail::kWholeBytes; end <= bytes_.size(); end += detail::kWholeBytes) ends_.push_back(end);
  }
  const bool has_ends = !ends_.empty() || key.size() != detail::kWholeBytes;
  bytes_ += key;
  if (has_ends) ends_.push_back(bytes_.size());
  return static_cast<std::uint32_t>(size_++);
}

/// Doubles the slots.
template <class Slot>
void KeyTable::grow(std::vector<Slot>& slots) {
  constexpr std::size_t kFirst = 1024;
  std::vector<Slot> more(std::max(kFirst, slots.size() * 2));
  const std::size_t mask = more.size() - 1;
  for (const Slot& slot : slots) {
    if (slot.number == kNone) continue;
    std::size_t at = hash(slot) & mask;
    while (more[at].number != kNone) at = (at + 1) & mask;
    more[at] = slot;
  }
  slots = std::move(more);
}

RFS_INLINE std::optional<KeyColumn::Kind> KeyColumn::kind_of(const ColumnType& type) noexcept {
  if (type.layout == Layout::null) return Kind::none;
  if (type.layout >= Layout::int8 && type.layout <= Layout::uint64) return Kind::number;
  if (type.layout >= Layout::utf8) return Kind::text;
  return std::nullopt;
}

namespace detail {

/// Calls `what` with a number of a layout's type.
template <class Do>
auto with_whole(Layout layout, Do what) {
  switch (layout) {
    case Layout::int8:
      return what(std::int8_t{});
    case Layout::uint8:
      return what(std::uint8_t{});
    case Layout::int16:
      return what(std::int16_t{});
    case Layout::uint16:
      return what(std::uint16_t{});
    case Layout::int32:
      return what(std::int32_t{});
    case Layout::uint32:
      return what(std::uint32_t{});
    case Layout::int64:
      return what(std::int64_t{});
    default:
      return what(std::uint64_t{});
  }
}

/// Reads a whole number of any layout.
RFS_INLINE std::string_view whole_key(const Cells& cells, Layout layout, std::int64_t row,
                                      std::array<char, detail::kWholeBytes>& room) noexcept {
  return with_whole(layout, [&](auto whole) { return write_whole(cells.at<decltype(whole)>(row), room); });
}

}  // namespace detail

RFS_INLINE std::string KeyColumn::shown(std::string_view key, Kind kind) {
  if (kind == Kind::number) {
    const std::uint64_t bits = detail::bits_of(key);
    return "`" + (key[0] == '-' ? std::to_string(static_cast<std::int64_t>(bits)) : std::to_string(bits)) + "`";
  }
  constexpr std::size_t kMost = 60;
  std::string out;
  while (!key.empty() && out.size() < kMost) {
    const std::size_t length = source::code_point_length(key);
    const bool control = length == 1 && static_cast<unsigned char>(key[0]) < 0x20;
    out += length == 0 || control ? std::string_view("\xEF\xBF\xBD") : key.substr(0, length);
    key.remove_prefix(length == 0 ? 1 : length);
  }
  return "`" + out + (key.empty() ? "`" : "…`");
}

RFS_INLINE std::string KeyColumn::begin(const ArrowArray& array, std::int64_t first, std::int64_t rows) {
  std::string wrong = check_cells(array, type_.dictionary ? type_.index : type_.layout, first, rows, cells_);
  if (!wrong.empty() || !type_.dictionary) return wrong;
  if (array.dictionary == nullptr) return "a dictionary array has no dictionary";
  return check_cells(*array.dictionary, type_.layout, 0, array.dictionary->length, entries_);
}

RFS_INLINE void KeyColumn::bits(std::int64_t first, std::size_t rows, std::uint64_t* out) const noexcept {
  detail::with_whole(type_.dictionary ? type_.index : type_.layout, [&](auto whole) {
    for (std::size_t i = 0; i < rows; ++i)
      out[i] = static_cast<std::uint64_t>(cells_.at<decltype(whole)>(first + static_cast<std::int64_t>(i)));
  });
}

RFS_INLINE std::optional<std::string_view> KeyColumn::read(std::int64_t row,
                                                           std::array<char, detail::kWholeBytes>& room,
                                                           std::string& wrong) const {
  if (type_.layout == Layout::null || !cells_.has_value(row)) return std::nullopt;
  const Cells* cells = &cells_;
  if (type_.dictionary) {
    const std::string_view index = detail::whole_key(cells_, type_.index, row, room);
    const std::uint64_t at = detail::bits_of(index);
    if (index[0] == '-' || at >= static_cast<std::uint64_t>(entries_.length)) {
      wrong = "the column of keys has an index that is not in its dictionary";
      return std::nullopt;
    }
    row = static_cast<std::int64_t>(at);
    cells = &entries_;
    if (!entries_.has_value(row)) return std::nullopt;
  }
  if (type_.layout < Layout::utf8) return detail::whole_key(*cells, type_.layout, row, room);
  std::string_view text;
  if (!read_text(*cells, type_.layout, row, text)) {
    wrong = "a text of the column of keys does not lie in its buffer";
    return std::nullopt;
  }
  return text;
}

}  // namespace rfs::inline RFS_ABI::batch
