#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/batch/child_lists.hpp"
#include "rfs/impl/batch/item_columns.hpp"
#include "rfs/impl/batch/kept_cells.hpp"
#include "rfs/impl/batch/keys.hpp"

namespace rfs::inline RFS_ABI::batch {

/// The rows of a child table, as one file of rules reads them.
struct ChildList {
  ItemColumns columns;
  std::vector<std::string> ignored;  ///< columns that no field is named like
  KeptCells cells;                   ///< of all rows, by key, those of one key in the table's order
  std::vector<std::uint32_t> keys;   ///< of each row its key's number; only while tables are read
  std::vector<std::size_t> begins;   ///< where the rows of each key begin, and the end
};

namespace detail {
class MetKeys;
}

/// Child tables, found by the keys of applicants, as the files of rules that decide read them. What was read does not
/// change; which keys applicants had is kept under a lock.
class Children {
 public:
  /// The number of an applicant that has no key.
  static constexpr std::uint32_t kNoKey = KeyTable::kNone - 1;

  /// Tables are read from so many threads.
  explicit Children(std::size_t threads) : threads_(threads) {}

  /// Begins with a file of rules; the tables that are read from here on are for it.
  void begin(const Rules& rules) { files_.push_back({rules.digest(), {}}); }
  /// Reads a table whole and releases it. Problems are kept.
  void read(const Rules& rules, const BatchOptions& options, const FieldOptions& named, const ChildTable& table,
            Diagnostics& findings);
  /// Puts tables in file order and their rows in the order of their keys; after the last read().
  void sort();

  /// Returns the lists of the rules with this digest, in file order; null where tables were read for others.
  [[nodiscard]] const std::vector<ChildList>* lists(std::string_view rules) const noexcept;
  [[nodiscard]] const Diagnostics& notes() const noexcept { return notes_; }
  [[nodiscard]] KeyColumn::Kind kind() const noexcept { return kind_; }

  /// Reads the keys of `rows` applicants as numbers: KeyTable::kNone for one without rows, kNoKey for a null, which is
  /// an error unless orphans are ignored. Returns what is wrong: a key that an applicant had before.
  std::optional<Diagnostic> take(const KeyColumn& column, std::int64_t rows, Orphans orphans,
                                 std::vector<std::uint32_t>& numbers);
  std::optional<Diagnostic> take(std::string_view key, std::uint32_t& number);
  /// Returns how many rows an applicant has in lists, by its key's number.
  [[nodiscard]] static std::size_t items(const std::vector<ChildList>& lists, std::uint32_t number) noexcept;
  /// Makes the list of an applicant, by its key's number.
  static void make(const ChildList& list, std::uint32_t number, ListBeing& out);

  /// Returns errors for rows whose key no applicant had.
  [[nodiscard]] Diagnostics orphans() const;

 private:
  std::string read_rows(const ArrowArray& table, std::int64_t columns, std::size_t key_child, KeyColumn& keys,
                        ChildList& list);
  [[nodiscard]] std::size_t threads_for(std::size_t rows) const noexcept;
  std::string read_keys(const KeyColumn& keys, std::size_t rows, std::vector<std::uint32_t>& out);
  std::string number_keys(const KeyColumn& keys, std::int64_t first, std::size_t rows, detail::MetKeys& met,
                          std::uint32_t* out);
  static std::string read_column(const ItemColumns& columns, std::size_t column, std::size_t rows, std::size_t before,
                                 KeptColumn& out, std::vector<CellProblem>& problems);
  template <class Key>
  bool take_locked(Key key, std::uint32_t& number);
  [[nodiscard]] Diagnostic taken_again(std::string_view key) const;

  void sort(ChildList& list) const;
  void note_ignored();

  /// The lists of a file of rules.
  struct File {
    std::string rules;  ///< their digest
    std::vector<ChildList> lists;
  };
  std::size_t threads_;
  std::vector<File> files_;
  KeyTable keys_;
  KeyColumn::Kind kind_ = KeyColumn::Kind::none;
  Diagnostics notes_;

  mutable std::mutex mutex_;
  std::vector<bool> taken_;  ///< of keys_, those that an applicant had
  KeyTable others_;          ///< keys of applicants without rows
};

/// Says that a column cannot have keys; nothing where it can.
std::optional<Diagnostic> key_refusal(const ColumnType& type, KeyColumn::Kind other, std::string_view column);

}  // namespace rfs::inline RFS_ABI::batch
