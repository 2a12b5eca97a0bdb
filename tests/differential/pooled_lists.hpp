#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "pooled_columns.hpp"
#include "rfs/batch/options.hpp"
#include "rfs/evaluate/facts.hpp"

namespace rfs::differential {

/// A list of all applicants: fields whose rows are the items, and for each applicant some of these, in a row.
class PooledList {
 public:
  /// Makes the lists of so many applicants; `most_items` in all. Says in `options` what is left out.
  PooledList(const Rules& rules, FactId fact, const Applicants& made, std::size_t applicants, std::size_t most_items,
             Random& random, BatchOptions& options);

  /// Whether the items stand in a table of their own.
  [[nodiscard]] bool is_child() const noexcept { return form_ == Form::child; }
  /// Adds the column of an applicants' table.
  void add_to(PooledTable& table) const;
  /// Fills a child table, whose column of keys is `key`; applicants' keys are `keys`.
  void fill(PooledTable& table, const std::vector<std::int64_t>& keys, Random& random) const;
  /// Gives the list of an applicant; `drop_last` leaves out its last item.
  void give(std::size_t applicant, bool drop_last, Facts& facts) const;
  void count(Counts& counts) const;

 private:
  enum class Form : std::uint8_t { list, large, fixed, child };
  struct Field {
    bool given = true;  ///< has a column
    bool unknown = false;
    PooledColumn column;
  };
  [[nodiscard]] std::size_t size(Random& random) const;
  void export_items(PooledTable& table) const;

  const Rules& rules_;
  FactId fact_;
  bool records_;
  std::size_t most_;
  Form form_ = Form::list;
  std::int64_t style_ = 0;  ///< of sizes
  std::size_t before_ = 0;  ///< slots of items before the first
  std::int64_t offset_ = 0, inside_ = 0;
  std::vector<Field> fields_;
  std::vector<std::size_t> begins_;  ///< of each applicant the first of its items, and the end
  std::vector<bool> null_, null_item_;
  bool null_is_empty_ = false;
};

}  // namespace rfs::differential
