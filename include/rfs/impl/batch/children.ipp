#pragma once

#include <algorithm>
#include <map>
#include <set>

#include "rfs/evaluate/facts.hpp"
#include "rfs/impl/batch/children.hpp"
#include "rfs/impl/batch/item_columns.ipp"
#include "rfs/impl/batch/kept_cells.ipp"
#include "rfs/impl/batch/keys.ipp"

namespace rfs::inline RFS_ABI {

namespace batch {

namespace detail {
RFS_INLINE std::string rows_have(std::uint64_t count) { return count == 1 ? "a row" : std::to_string(count) + " rows"; }

/// Numbers of keys by what one array has for them: the same few keys come again and again, or one many times.
class MetKeys {
 public:
  /// Returns where the number of a key with these bits is kept; kNone where it was not met.
  std::uint32_t& find(std::uint64_t bits) {
    Met& met = met_[static_cast<std::size_t>(bits * 0x9E3779B97F4A7C15 >> (64 - kBits))];
    if (met.bits != bits) met = {bits, KeyTable::kNone};
    return met.number;
  }

 private:
  static constexpr int kBits = 12;
  struct Met {
    std::uint64_t bits = 0;
    std::uint32_t number = KeyTable::kNone;
  };
  std::vector<Met> met_ = std::vector<Met>(std::size_t{1} << kBits);
};

template <class Struct>
void let_go(Struct& what) {
  if (what.release != nullptr) what.release(&what);
}
}  // namespace detail

RFS_INLINE std::optional<Diagnostic> key_refusal(const ColumnType& type, KeyColumn::Kind other,
                                                 std::string_view column) {
  using Kind = KeyColumn::Kind;
  const auto kind = KeyColumn::kind_of(type);
  if (!kind) {
    return column_error(Code::column_type, std::string(column),
                        "expected a column of keys, found " + detail::quoted(column) + " of " + type.text,
                        "keys are whole numbers or text: cast it to int64 or utf8");
  }
  if (*kind == Kind::none || other == Kind::none || *kind == other) return std::nullopt;
  const bool number = *kind == Kind::number;
  return column_error(Code::column_type, std::string(column),
                      "expected keys that are " + std::string(number ? "text" : "whole numbers") +
                          ", as those of other tables are, found " + detail::quoted(column) + " of " + type.text,
                      std::string("cast one of them: to ") + (number ? "utf8" : "int64"));
}

RFS_INLINE const std::vector<ChildList>* Children::lists(std::string_view rules) const noexcept {
  const auto at = std::find_if(files_.begin(), files_.end(), [&](const File& file) { return file.rules == rules; });
  return at == files_.end() ? nullptr : &at->lists;
}

RFS_INLINE void Children::read(const Rules& rules, const BatchOptions& options, const FieldOptions& named,
                               const ChildTable& table, Diagnostics& findings) {
  const auto error = [&](Code code, std::string message, std::string help) {
    findings.add(column_error(code, table.fact, std::move(message), std::move(help)));
  };
  const std::string name = detail::quoted(table.fact);
  const auto& facts = rules.file().facts;
  std::vector<std::string_view> names;
  std::optional<FactId> fact;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (facts[i].domain.type.kind != Kind::list) continue;
    names.push_back(facts[i].name.text);
    if (facts[i].name.text == table.fact) fact = FactId(i);
  }
  if (!fact) {
    return error(Code::unknown_fact, "no list is named " + name + ", which a child table is for",
                 detail::did_you_mean(table.fact, names, "the rules declare no such list"));
  }
  const auto is_fact = [&](const ChildList& list) { return list.columns.fact == *fact; };
  if (std::any_of(files_.back().lists.begin(), files_.back().lists.end(), is_fact)) {
    return error(Code::column_name, "two child tables are given for the list " + name, "put their rows in one");
  }
  struct Schema : ArrowSchema {
    ~Schema() { detail::let_go(*static_cast<ArrowSchema*>(this)); }
  } schema{};
  const auto failed = [&](ArrowArrayStream* stream, int number) {
    const char* const why = stream->get_last_error(stream);
    error(Code::column_type,
          "the child table for " + name +
              " cannot be read: " + (why == nullptr ? "error " + std::to_string(number) : why),
          "");
  };
  if (const int number = table.rows->get_schema(table.rows, &schema); number != 0) return failed(table.rows, number);
  if (schema.format == nullptr || std::string_view(schema.format) != "+s") {
    return error(Code::column_type, "expected a table of columns for " + name + ", found an array of another type",
                 "give a stream of record batches");
  }
  std::vector<NamedColumn> columns;
  std::vector<std::string_view> column_names;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const char* const column = schema.children[i]->name;
    columns.push_back({column == nullptr ? "" : column, schema.children[i]});
    if (std::find(column_names.begin(), column_names.end(), columns.back().name) != column_names.end()) {
      error(Code::column_name,
            "two columns of the child table for " + name + " are named " + detail::quoted(columns.back().name),
            "rename one of them");
    }
    column_names.push_back(columns.back().name);
  }
  std::vector<bool> read(columns.size());
  std::string_view items = table.fact;
  for (const auto& [of, column] : options.columns) {
    if (of == table.fact) items = column;
  }
  const std::size_t problems = findings.count(Severity::error);
  ChildList list;
  list.columns = bind_items(rules, options, named, *fact, table.nan, columns, items, read, findings);
  const auto key = std::find(column_names.begin(), column_names.end(), table.key);
  if (key == column_names.end()) {
    return error(Code::column_missing,
                 "the child table for " + name + " has no column of keys named " + detail::quoted(table.key),
                 detail::did_you_mean(table.key, column_names, "name the column that says whose each row is"));
  }
  const auto key_child = static_cast<std::size_t>(key - column_names.begin());
  const ColumnType key_type = column_type(*columns[key_child].schema);
  if (auto wrong = key_refusal(key_type, kind_, table.key)) findings.add(std::move(*wrong));
  if (findings.count(Severity::error) != problems) return;
  read[key_child] = true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!read[i]) list.ignored.emplace_back(columns[i].name);
  }
  if (kind_ == KeyColumn::Kind::none) kind_ = *KeyColumn::kind_of(key_type);
  KeyColumn keys(key_type);

  struct Rows : ArrowArrayStream {
    ~Rows() { detail::let_go(*static_cast<ArrowArrayStream*>(this)); }
  } rows{};
  static_cast<ArrowArrayStream&>(rows) = *table.rows;
  table.rows->release = nullptr;
  for (;;) {
    struct Batch : ArrowArray {
      ~Batch() { detail::let_go(*static_cast<ArrowArray*>(this)); }
    } batch{};
    if (const int number = rows.get_next(&rows, &batch); number != 0) return failed(&rows, number);
    if (batch.release == nullptr) break;
    const std::string wrong = read_rows(batch, schema.n_children, key_child, keys, list);
    if (!wrong.empty()) return error(Code::column_type, "the child table for " + name + ": " + wrong, "");
  }
  const auto none = std::count(list.keys.begin(), list.keys.end(), KeyTable::kNone);
  if (none > 0 && options.orphans == Orphans::refuse) {
    const auto first = std::find(list.keys.begin(), list.keys.end(), KeyTable::kNone) - list.keys.begin();
    error(Code::child_orphan,
          detail::rows_have(static_cast<std::uint64_t>(none)) + " of the child table for " + name +
              (none == 1 ? " has no key: row " : " have no key, the first of them row ") + std::to_string(first + 1),
          "give the key, or set the option `orphans` to `ignore` to leave such rows out");
  }
  files_.back().lists.push_back(std::move(list));
}

/// Takes up a batch of a child table; returns what breaks Arrow's rules.
RFS_INLINE std::string Children::read_rows(const ArrowArray& table, std::int64_t columns, std::size_t key_child,
                                           KeyColumn& keys, ChildList& list) {
  if (table.length < 0 || table.offset < 0) return "a table has a negative length or offset";
  if (table.n_children != columns) {
    return "a table has " + std::to_string(table.n_children) + " columns, not the " + std::to_string(columns) +
           " of its schema";
  }
  std::string wrong = keys.begin(*table.children[key_child], table.offset, table.length);
  for (ItemColumns::Field& field : list.columns.fields) {
    if (!wrong.empty()) return wrong;
    wrong = field.decoder.begin(*table.children[field.child], table.offset, table.length);
  }
  if (!wrong.empty()) return wrong;
  Cells present;
  if (table.null_count != 0 && table.n_buffers > 0)
    present.validity = static_cast<const std::uint8_t*>(table.buffers[0]);
  present.offset = table.offset;
  if (list.keys.size() + static_cast<std::size_t>(table.length) > KeyTable::kMost) return "it has too many rows";
  for (std::int64_t row = 0; table.null_count != 0 && row < table.length; ++row) {
    if (!present.has_value(row)) return "a table has rows that are null themselves";
  }
  const auto rows = static_cast<std::size_t>(table.length);
  const std::size_t before = list.keys.size();
  std::vector<KeptColumn>& kept = list.cells.columns;
  if (before == 0) {
    kept.clear();
    for (const ItemColumns::Field& field : list.columns.fields) kept.emplace_back(field.decoder.target());
  }
  struct Part {
    std::string wrong;
    std::vector<CellProblem> problems;
  };
  std::vector<Part> parts(kept.size() + 1);  // of the columns, then of the keys
  share_work(threads_for(rows), parts.size(), [&](std::size_t i) {
    Part& part = parts[i];
    part.wrong = i == kept.size() ? read_keys(keys, rows, list.keys)
                                  : read_column(list.columns, i, rows, before, kept[i], part.problems);
  });
  std::vector<CellProblem>& problems = list.cells.problems;
  const auto known = static_cast<std::ptrdiff_t>(problems.size());
  for (Part& part : parts) {
    if (!part.wrong.empty()) return std::move(part.wrong);
    problems.insert(problems.end(), std::make_move_iterator(part.problems.begin()),
                    std::make_move_iterator(part.problems.end()));
  }
  std::stable_sort(problems.begin() + known, problems.end(),
                   [](const CellProblem& a, const CellProblem& b) { return a.row < b.row; });
  return {};
}

/// Returns how many threads rows of a child table are worth.
RFS_INLINE std::size_t Children::threads_for(std::size_t rows) const noexcept {
  constexpr std::size_t kWorth = std::size_t{1} << 16;
  return rows < kWorth ? 1 : threads_;
}

/// Reads a field of rows that come behind the `before` that were read before.
RFS_INLINE std::string Children::read_column(const ItemColumns& columns, std::size_t column, std::size_t rows,
                                             std::size_t before, KeptColumn& out, std::vector<CellProblem>& problems) {
  out.make_room(rows);
  Decoded block;
  block.columns.resize(columns.fields.size());
  for (std::size_t row = 0; row < rows; row += kBlock) {
    const std::size_t some = std::min(kBlock, rows - row);
    block.problems.clear();
    columns.fields[column].decoder.read(static_cast<std::int64_t>(row), some, column, block);
    if (!block.corrupt.empty()) return block.corrupt;
    out.append(block.columns[column], some);
    for (CellProblem& problem : block.problems) {
      problem.row += before + row;
      problems.push_back(std::move(problem));
    }
  }
  return {};
}

/// Reads the keys of rows that come behind those that were read before, as their numbers.
RFS_INLINE std::string Children::read_keys(const KeyColumn& keys, std::size_t rows, std::vector<std::uint32_t>& out) {
  if (out.size() + rows > out.capacity()) out.reserve(std::max(out.size() + rows, 2 * out.capacity()));
  detail::MetKeys met;
  std::array<std::uint32_t, kBlock> numbers;
  std::string wrong;
  for (std::size_t row = 0; row < rows && wrong.empty(); row += kBlock) {
    const std::size_t some = std::min(kBlock, rows - row);
    wrong = number_keys(keys, static_cast<std::int64_t>(row), some, met, numbers.data());
    out.insert(out.end(), numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(some));
  }
  return wrong;
}

/// Numbers the keys of a block's rows.
RFS_INLINE std::string Children::number_keys(const KeyColumn& keys, std::int64_t first, std::size_t rows,
                                             detail::MetKeys& met, std::uint32_t* out) {
  std::string wrong;
  std::array<char, 9> room;
  const auto number = [&](std::int64_t row) {
    const auto key = keys.read(row, room, wrong);
    return key ? keys_.insert(*key) : KeyTable::kNone;
  };
  if (!keys.has_bits()) {
    for (std::size_t i = 0; i < rows && wrong.empty(); ++i) out[i] = number(first + static_cast<std::int64_t>(i));
    return wrong;
  }
  std::array<std::uint64_t, kBlock> bits;
  keys.bits(first, rows, bits.data());
  for (std::size_t i = 0; i < rows && wrong.empty(); ++i) {
    const std::int64_t row = first + static_cast<std::int64_t>(i);
    out[i] = KeyTable::kNone;
    if (!keys.has_value(row)) continue;
    std::uint32_t& known = met.find(bits[i]);
    if (known == KeyTable::kNone) known = keys.is_whole(bits[i]) ? keys_.insert(bits[i]) : number(row);
    out[i] = known;
  }
  return wrong;
}

RFS_INLINE void Children::sort() {
  for (File& file : files_) {
    std::sort(file.lists.begin(), file.lists.end(),
              [](const ChildList& a, const ChildList& b) { return a.columns.fact.value < b.columns.fact.value; });
    for (ChildList& list : file.lists) sort(list);
  }
  taken_.assign(keys_.size(), false);
  note_ignored();
}

/// Puts the rows of a list in the order of their keys.
RFS_INLINE void Children::sort(ChildList& list) const {
  list.begins.assign(keys_.size() + 1, 0);
  for (const std::uint32_t key : list.keys) {
    if (key != KeyTable::kNone) ++list.begins[key + 1];
  }
  for (std::size_t i = 0; i < keys_.size(); ++i) list.begins[i + 1] += list.begins[i];
  std::vector<std::size_t> next(list.begins.begin(), list.begins.end() - 1);
  Places places{std::exchange(list.keys, {}), list.begins.back()};
  bool sorted = true;
  for (std::size_t row = 0; row < places.of.size(); ++row) {
    std::uint32_t& place = places.of[row];
    if (place != Places::kNowhere) place = static_cast<std::uint32_t>(next[place]++);
    sorted = sorted && place == row;
  }
  if (!sorted) list.cells.move(places, threads_for(places.count));
}

/// Notes the columns of each child table that no file reads.
RFS_INLINE void Children::note_ignored() {
  std::map<std::string, std::vector<std::string>> tables;
  for (const File& file : files_) {
    for (const ChildList& list : file.lists) {
      const auto [at, fresh] = tables.emplace(list.columns.name, list.ignored);
      std::erase_if(at->second, [&](const std::string& column) {
        return std::find(list.ignored.begin(), list.ignored.end(), column) == list.ignored.end();
      });
    }
  }
  for (const auto& [fact, columns] : tables) {
    if (columns.empty()) continue;
    std::string names;
    for (const std::string& column : columns) names += (names.empty() ? "" : ", ") + detail::quoted(column);
    Diagnostic note = column_error(Code::column_ignored, fact,
                                   "no field of " + detail::quoted(fact) +
                                       " is named like these columns of its child table, which are not read: " + names,
                                   "");
    note.severity = Severity::note;
    notes_.add(std::move(note));
  }
}

/// Notes that an applicant has a key, a text or a whole number. Returns false where another had it.
template <class Key>
bool Children::take_locked(Key key, std::uint32_t& number) {
  number = keys_.find(key);
  if (number == KeyTable::kNone) {
    const std::size_t before = others_.size();
    return others_.insert(key) == KeyTable::kNone || others_.size() != before;
  }
  const bool again = taken_[number];
  taken_[number] = true;
  return !again;
}

RFS_INLINE Diagnostic Children::taken_again(std::string_view key) const {
  return column_error(Code::applicant_key, "", "two applicants have the key " + KeyColumn::shown(key, kind_),
                      "give each applicant once");
}

RFS_INLINE std::optional<Diagnostic> Children::take(std::string_view key, std::uint32_t& number) {
  const std::lock_guard lock(mutex_);
  if (take_locked(key, number)) return std::nullopt;
  return taken_again(key);
}

RFS_INLINE std::optional<Diagnostic> Children::take(const KeyColumn& column, std::int64_t rows, Orphans orphans,
                                                    std::vector<std::uint32_t>& numbers) {
  numbers.resize(static_cast<std::size_t>(rows));
  std::array<char, detail::kWholeBytes> room;
  std::array<std::uint64_t, kBlock> bits;
  std::string wrong;
  const std::lock_guard lock(mutex_);
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::size_t at = static_cast<std::size_t>(row) % kBlock;
    if (at == 0 && column.has_bits())
      column.bits(row, std::min(kBlock, static_cast<std::size_t>(rows - row)), bits.data());
    std::uint32_t& number = numbers[static_cast<std::size_t>(row)];
    if (column.has_bits() && column.is_whole(bits[at]) && column.has_value(row)) {
      if (!take_locked(bits[at], number)) return taken_again(*column.read(row, room, wrong));
      continue;
    }
    const auto key = column.read(row, room, wrong);
    if (!wrong.empty()) return column_error(Code::column_type, "", wrong, "");
    number = kNoKey;
    if (!key && orphans == Orphans::refuse) {
      return column_error(Code::applicant_key, "", "an applicant has no key",
                          "give it one, or set the option `orphans` to `ignore`: its lists are then unknown");
    }
    if (key && !take_locked(*key, number)) return taken_again(*key);
  }
  return std::nullopt;
}

RFS_INLINE std::size_t Children::items(const std::vector<ChildList>& lists, std::uint32_t number) noexcept {
  std::size_t sum = 0;
  if (number == KeyTable::kNone || number == kNoKey) return sum;
  for (const ChildList& list : lists) sum += list.begins[number + 1] - list.begins[number];
  return sum;
}

RFS_INLINE void Children::make(const ChildList& list, std::uint32_t number, ListBeing& out) {
  const bool none = number == KeyTable::kNone;
  const std::size_t begin = none ? 0 : list.begins[number], end = none ? 0 : list.begins[number + 1];
  if (!out.begin(list.columns, end - begin)) return;
  for (std::size_t at = begin; at < end; ++at) out.put(list.columns, list.cells, at, at - begin);
}

RFS_INLINE Diagnostics Children::orphans() const {
  constexpr std::size_t kShown = 3;
  Diagnostics out;
  const std::lock_guard lock(mutex_);
  std::set<std::string_view> told;  // files read the same rows
  const auto tell = [&](const ChildList& list) {
    std::uint64_t rows = 0;
    std::size_t keys = 0;
    std::string shown;
    for (std::uint32_t key = 0; key < taken_.size(); ++key) {
      const std::uint64_t count = list.begins[key + 1] - list.begins[key];
      if (taken_[key] || count == 0) continue;
      rows += count;
      if (keys++ < kShown) shown += (shown.empty() ? "" : ", ") + KeyColumn::shown(keys_.key(key), kind_);
    }
    if (rows == 0) return;
    if (keys > kShown) shown += " and " + std::to_string(keys - kShown) + " more";
    out.add(column_error(Code::child_orphan, list.columns.name,
                         detail::rows_have(rows) + " of the child table for " + detail::quoted(list.columns.name) +
                             (rows == 1 ? " has a key" : " have keys") + " that no applicant has: " + shown,
                         "correct the keys, or set the option `orphans` to `ignore` to leave such rows out"));
  };
  for (const File& file : files_) {
    for (const ChildList& list : file.lists) {
      if (told.insert(list.columns.name).second) tell(list);
    }
  }
  return out;
}

}  // namespace batch

RFS_INLINE std::optional<Diagnostic> ChildLists::give(std::string_view key, Facts& facts) const {
  std::uint32_t number = batch::KeyTable::kNone;
  if (auto wrong = children_->take(key, number)) return wrong;
  const std::vector<batch::ChildList>* const lists = children_->lists(facts.rules().digest());
  if (lists == nullptr) return std::nullopt;
  batch::ListBeing being;
  for (const batch::ChildList& list : *lists) {
    batch::Children::make(list, number, being);
    for (batch::ListBeing::Problem& problem : being.problems) {
      facts.refuse(list.columns.fact, std::move(problem.what), problem.name);
    }
    if (being.problems.empty()) facts.set_list(list.columns.fact, std::move(being.list));
  }
  return std::nullopt;
}

RFS_INLINE std::optional<Diagnostic> ChildLists::take(std::string_view key) const {
  std::uint32_t number = batch::KeyTable::kNone;
  return children_->take(key, number);
}

RFS_INLINE const Diagnostics& ChildLists::notes() const noexcept { return children_->notes(); }

RFS_INLINE Diagnostics ChildLists::orphans() const { return children_->orphans(); }

RFS_INLINE Result<ChildLists, Diagnostics> Rules::read_lists(const std::vector<ChildTable>& tables,
                                                             const BatchOptions& options) const {
  Diagnostics findings;
  const batch::FieldOptions named(*this, options, findings);
  auto children = std::make_shared<batch::Children>(batch::thread_count(options.threads));
  children->begin(*this);
  for (const ChildTable& table : tables) children->read(*this, options, named, table, findings);
  if (findings.has_errors()) return findings;
  children->sort();
  return ChildLists(std::move(children));
}

}  // namespace rfs::inline RFS_ABI
