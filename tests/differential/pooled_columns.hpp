#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "generator.hpp"
#include "rfs/batch/arrow.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/program/reading.hpp"
#include "rfs/rule/given.hpp"

namespace rfs::differential {

using Counts = std::map<std::string, std::uint64_t>;

/// A column: a few values, and for each row one of them, or none.
struct PooledColumn {
  static constexpr std::int32_t kNull = -1;
  std::vector<Value> values;
  std::vector<std::string> texts;
  std::vector<std::int32_t> rows;
  bool decimals = false;  ///< laid out as numbers, not as a dictionary
  int scale = 0;

  /// Takes up a value, unless it is there.
  void add(const Rules& rules, const rule::Domain& domain, Value value);
  /// Chooses a layout that holds the domain's values.
  void lay_out(const rule::Domain& domain, Random& random);
  void export_to(const std::string& name, ArrowSchema& schema, ArrowArray& array) const;
};

/// A table, given as a stream of one batch for each part of its rows. Each batch has all rows, and says which it means.
struct PooledTable {
  std::vector<ArrowSchema> schemas;
  std::vector<ArrowArray> arrays;
  std::size_t rows = 0;
  std::vector<std::size_t> parts;   ///< rows of each batch
  std::size_t next = 0, first = 0;  ///< what stream() gives next
  std::vector<ArrowArray*> columns;

  /// Cuts the rows in some parts.
  void cut(Random& random);
  /// Moves the columns' schemas into one of the table.
  ArrowSchema schema();
  /// The table must outlive the stream, and what was read of it.
  ArrowArrayStream stream();
  PooledTable() = default;
  PooledTable(const PooledTable&) = delete;
  PooledTable& operator=(const PooledTable&) = delete;
  ~PooledTable();
};

}  // namespace rfs::differential
