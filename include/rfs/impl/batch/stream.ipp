#pragma once

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "rfs/impl/batch/blocks.ipp"
#include "rfs/impl/batch/shelf_binding.ipp"
#include "rfs/impl/batch/stream.hpp"
#include "rfs/impl/batch/team.ipp"
#include "rfs/impl/batch/threads.ipp"

namespace rfs::inline RFS_ABI {

namespace batch {

namespace detail {

template <class Struct>
void release(Struct& what) {
  if (what.release != nullptr) what.release(&what);
}

/// Adds the counts of one summary to another of the same rules.
RFS_INLINE void add_summary(const BatchSummary& from, BatchSummary& into) {
  into.rows += from.rows;
  into.refused += from.refused;
  into.decisions.resize(from.decisions.size());
  into.assumed.resize(from.assumed.size());
  const auto add = [](const auto& some, auto& sums) {
    for (std::size_t i = 0; i < some.size(); ++i) sums[i] += some[i];
  };
  for (std::size_t i = 0; i < from.decisions.size(); ++i) {
    into.decisions[i].unmet.resize(from.decisions[i].unmet.size());
    add(from.decisions[i].statuses, into.decisions[i].statuses);
    add(from.decisions[i].unmet, into.decisions[i].unmet);
  }
  add(from.assumed, into.assumed);
  for (const auto& [code, count] : from.errors) into.errors[code] += count;
}

/// Adds up what does not depend on the file; of one file it is all.
RFS_INLINE BatchSummary sum_of(const Stream& stream) {
  if (stream.files().size() == 1) return stream.summary(0);
  BatchSummary out;
  for (std::size_t i = 0; i < stream.files().size(); ++i) {
    const BatchSummary of_file = stream.summary(i);
    out.rows += of_file.rows;
    out.refused += of_file.refused;
    for (const auto& [code, count] : of_file.errors) out.errors[code] += count;
  }
  return out;
}

/// Lends rows of a column of a table, whose own rows may begin anywhere in the column.
RFS_INLINE ArrowArray lend_rows(const std::shared_ptr<const ArrowArray>& table, std::size_t column, std::size_t first,
                                std::size_t rows) {
  ArrowArray out = lend_array(*table->children[column], table);
  const std::int64_t length = out.length;
  out.offset += table->offset + static_cast<std::int64_t>(first);
  out.length = static_cast<std::int64_t>(rows);
  if (out.length != length && out.null_count > 0) out.null_count = -1;
  return out;
}

}  // namespace detail

RFS_INLINE Stream::Stream(std::vector<Rules> files, const BatchOptions& options, Bound bound, const ArrowSchema& schema)
    : files_(std::move(files)), options_(options), bound_(std::move(bound)) {
  children_ = static_cast<std::size_t>(schema.n_children);
  if (options_.append) appended_.resize(children_);
  for (std::size_t i = 0; i < appended_.size(); ++i) copy_schema(*schema.children[i], appended_[i]);
  for (std::size_t i = thread_count(options_.threads); i > 0; --i) teams_.emplace_back(files_, bound_);
  add_up();
}

RFS_INLINE Stream::~Stream() {
  close();
  for (ArrowSchema& column : appended_) detail::release(column);
}

RFS_INLINE void Stream::open(ArrowArrayStream* in) {
  in_ = *in;
  in->release = nullptr;
}

RFS_INLINE void Stream::close() {
  detail::release(in_);
  table_.reset();
  teams_.clear();
}

RFS_INLINE int Stream::fail(int number, std::string why) {
  error_ = std::move(why);
  return number;
}

RFS_INLINE BatchSummary Stream::summary(std::size_t file) const {
  const std::lock_guard lock(mutex_);
  return summaries_[file];
}

RFS_INLINE std::uint64_t Stream::decided(By by) const noexcept {
  std::uint64_t sum = 0;
  for (const Team& team : teams_) sum += team.decided(by);
  return sum;
}

RFS_INLINE void Stream::add_up() {
  std::vector<BatchSummary> sums(files_.size());
  for (const Team& team : teams_) {
    for (std::size_t i = 0; i < sums.size(); ++i) detail::add_summary(team.summary(i), sums[i]);
  }
  const std::lock_guard lock(mutex_);
  summaries_ = std::move(sums);
}

RFS_INLINE void Stream::schema(ArrowSchema& out) const {
  std::vector<ArrowSchema> columns(appended_.size() + bound_.columns.size());
  for (std::size_t i = 0; i < appended_.size(); ++i) copy_schema(appended_[i], columns[i]);
  for (std::size_t i = 0; i < bound_.columns.size(); ++i) {
    export_result_schema(bound_.columns[i].column, columns[appended_.size() + i]);
  }
  export_schema("+s", "", 0, std::move(columns), nullptr, out);
}

/// Takes up a table of applicants; returns what breaks Arrow's rules.
RFS_INLINE std::string Stream::begin(const ArrowArray& table) {
  if (table.length < 0 || table.offset < 0) return "a table has a negative length or offset";
  if (table.n_children != static_cast<std::int64_t>(children_)) {
    return "a table has " + std::to_string(table.n_children) + " columns, not the " + std::to_string(children_) +
           " of its schema";
  }
  if (table.null_count != 0 && table.n_buffers > 0 && table.buffers[0] != nullptr) {
    Cells rows;
    rows.validity = static_cast<const std::uint8_t*>(table.buffers[0]);
    rows.offset = table.offset;
    for (std::int64_t row = 0; row < table.length; ++row) {
      if (!rows.has_value(row)) return "a table has rows that are null themselves";
    }
  }
  const BoundKeys* first = nullptr;  // files share what the keys are numbered by: each applicant is taken once
  for (Binding& file : bound_.files) {
    for (BoundColumn& column : file.columns) {
      std::string wrong = column.decoder.begin(*table.children[column.child], table.offset, table.length);
      if (!wrong.empty()) return wrong;
    }
    for (BoundList& list : file.lists) {
      std::string wrong = list.column.begin(*table.children[list.child], table.offset, table.length);
      if (!wrong.empty()) return wrong;
    }
    if (!file.keys) continue;
    if (first != nullptr) {
      file.keys->numbers = first->numbers;
      continue;
    }
    first = &*file.keys;
    std::string wrong = begin_keys(table, *file.keys);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

/// Reads the keys of a batch's applicants.
RFS_INLINE std::string Stream::begin_keys(const ArrowArray& table, BoundKeys& keys) {
  const std::string wrong = keys.column.begin(*table.children[keys.child], table.offset, table.length);
  if (!wrong.empty()) return "the column of keys: " + wrong;
  const auto refused = keys.children->take(keys.column, table.length, keys.orphans, keys.numbers);
  return refused ? refuse(*refused) : std::string();
}

/// Keeps an error, and returns its words.
RFS_INLINE std::string Stream::refuse(const Diagnostic& finding) {
  const std::lock_guard lock(mutex_);
  errors_.add(finding);
  return diag::code_text(finding.code) + ": " + finding.message +
         (finding.help.empty() ? "" : " (" + finding.help + ")");
}

RFS_INLINE Diagnostics Stream::errors() const {
  const std::lock_guard lock(mutex_);
  return errors_;
}

/// Returns what is wrong when all applicants were read: rows of child tables that are none's.
RFS_INLINE std::string Stream::find_orphans() {
  const std::optional<BoundKeys>& keys = bound_.files.front().keys;  // those of all files
  std::string words;
  if (!keys || keys->orphans == Orphans::ignore) return words;
  const Diagnostics orphans = keys->children->orphans();
  for (const Diagnostic& finding : orphans.all()) words += (words.empty() ? "" : "; ") + refuse(finding);
  return words;
}

/// Cuts a part of the table into blocks, smaller ones where applicants have long lists. Of a shelf these are the lists
/// of the first file that has any.
RFS_INLINE Blocks Stream::cut(std::size_t first, std::size_t rows) const {
  const auto with_lists =
      std::find_if(bound_.files.begin(), bound_.files.end(), [](const Binding& one) { return one.has_lists(); });
  if (with_lists == bound_.files.end()) return cut_blocks(first, rows, nullptr);
  const Binding& file = *with_lists;
  return cut_blocks(first, rows, [&](std::size_t at, std::size_t count) {
    std::size_t sum = 0;
    for (std::size_t row = at; file.keys && row < at + count; ++row) {
      sum += Children::items(*file.keys->lists, file.keys->numbers[row]);
    }
    const auto begin = static_cast<std::int64_t>(at), end = static_cast<std::int64_t>(at + count);
    for (const BoundList& list : file.lists) {
      if (list.column.in_a_row()) sum += static_cast<std::size_t>(list.column.item(end) - list.column.item(begin));
    }
    return sum;
  });
}

/// Shares blocks among the workers, and stops early where the texts of the results take too much memory. Every block's
/// results are its own, so it does not matter who decides it. `rows` becomes how many were decided, if not all.
RFS_INLINE std::string Stream::decide(const Blocks& blocks, std::vector<ResultData>& results, std::size_t& rows) {
  const std::vector<Block>& all = blocks.all;
  std::atomic<std::size_t> next{0}, texts{0};
  std::vector<std::string> wrong(all.size());
  run_threads(std::min(teams_.size(), blocks.threads), [&](std::size_t index) {
    try {
      while (texts < kMostTexts) {
        const std::size_t block = next++;
        if (block >= all.size()) break;
        wrong[block] = teams_[index].decide(all[block], results);
        for (const ResultData& column : results) texts += column.texts.empty() ? 0 : column.texts[block].held();
      }
    } catch (...) {
      next = all.size();  // the others need not go on
      throw;
    }
  });
  for (std::string& text : wrong) {
    if (!text.empty()) return std::move(text);
  }
  if (next < all.size()) rows = all[next].at;
  return {};
}

/// Takes the next table of the applicants' stream; there is none at its end.
RFS_INLINE int Stream::take_table() {
  if (in_.release == nullptr) return 0;
  const auto release = [](ArrowArray* table) {
    detail::release(*table);
    delete table;
  };
  const std::shared_ptr<ArrowArray> table(new ArrowArray{}, release);
  if (const int number = in_.get_next(&in_, table.get()); number != 0) {
    const char* const why = in_.get_last_error(&in_);
    return fail(number, why == nullptr ? "the stream of applicants failed" : why);
  }
  if (table->release == nullptr) {
    std::string orphans = find_orphans();
    return orphans.empty() ? 0 : fail(EINVAL, std::move(orphans));
  }
  if (std::string wrong = begin(*table); !wrong.empty()) return fail(EINVAL, std::move(wrong));
  table_ = table;
  decided_rows_ = 0;
  return 0;
}

RFS_INLINE int Stream::next(ArrowArray& out) {
  out = {};
  if (!error_.empty()) return fail(EINVAL, error_);
  if (!table_) {
    if (const int number = take_table(); number != 0 || !table_) return number;
  }
  const std::shared_ptr<const ArrowArray> table = table_;
  const std::size_t first = decided_rows_, length = static_cast<std::size_t>(table->length);
  // Threads are started for each part, so that where there are several a part is twice as large.
  const std::size_t room = std::min(length - first, teams_.size() == 1 ? kPart : 2 * kPart);
  const Blocks blocks = cut(first, room);
  std::vector<ResultData> results;
  for (const auto& [column, file] : bound_.columns) {
    results.push_back(make_results(column.form, room));
    // One at least: a column without is none of texts.
    if (column.form == Form::text || column.form == Form::list) results.back().texts.resize(blocks.all.size() + 1);
  }
  std::size_t rows = room;
  std::string wrong = decide(blocks, results, rows);
  if (!wrong.empty()) return fail(EINVAL, std::move(wrong));
  decided_rows_ += rows;
  if (decided_rows_ == length) table_.reset();
  std::vector<ArrowArray> columns;
  for (std::size_t i = 0; i < appended_.size(); ++i) columns.push_back(detail::lend_rows(table, i, first, rows));
  bool fits = true;
  for (std::size_t i = 0; i < results.size(); ++i) {
    ArrowArray array{};
    const auto& [column, file] = bound_.columns[i];
    if (rows < room) trim_results(column.form, rows, results[i]);
    fits = export_results(files_[file], column, std::move(results[i]), rows, array) && fits;
    columns.push_back(array);
  }
  export_array(static_cast<std::int64_t>(rows), 0, std::vector<Buffer>(1), std::move(columns), nullptr, out);
  if (!fits) {
    out.release(&out);
    return fail(EOVERFLOW, "the texts of a batch pass 2 GiB: read smaller batches");
  }
  add_up();
  if (options_.progress) options_.progress(detail::sum_of(*this));
  return 0;
}

namespace detail {

RFS_INLINE std::shared_ptr<Stream>& stream_of(ArrowArrayStream* self) {
  return *static_cast<std::shared_ptr<Stream>*>(self->private_data);
}

/// What C calls must not throw: memory is all that can run out.
RFS_INLINE void export_stream(std::shared_ptr<Stream> stream, ArrowArrayStream& out) {
  out.private_data = new std::shared_ptr<Stream>(std::move(stream));
  out.get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
    try {
      stream_of(self)->schema(*schema);
      return 0;
    } catch (...) {
      return ENOMEM;
    }
  };
  out.get_next = [](ArrowArrayStream* self, ArrowArray* array) {
    try {
      return stream_of(self)->next(*array);
    } catch (...) {
      return ENOMEM;
    }
  };
  out.get_last_error = [](ArrowArrayStream* self) { return stream_of(self)->error(); };
  out.release = [](ArrowArrayStream* self) {
    stream_of(self)->close();
    delete &stream_of(self);
    self->release = nullptr;
  };
}

}  // namespace detail

}  // namespace batch

RFS_INLINE const Diagnostics& Batch::notes() const noexcept { return stream_->notes(); }

RFS_INLINE const std::vector<Rules>& Batch::files() const noexcept { return stream_->files(); }

RFS_INLINE Diagnostics Batch::errors() const { return stream_->errors(); }

RFS_INLINE BatchSummary Batch::summary() const { return batch::detail::sum_of(*stream_); }

RFS_INLINE BatchSummary Batch::summary(std::size_t file) const { return stream_->summary(file); }

namespace batch::detail {

/// Reads the schema of the applicants, binds it by `bind`, and opens the stream of results.
template <class Bind>
Result<std::shared_ptr<Stream>, Diagnostics> open_stream(ArrowArrayStream* in, const BatchOptions& options,
                                                         std::vector<Rules> files, Bind bind, ArrowArrayStream* out) {
  struct Schema : ArrowSchema {
    ~Schema() { detail::release(*static_cast<ArrowSchema*>(this)); }
  } schema{};
  if (const int number = in->get_schema(in, &schema); number != 0) {
    const char* const why = in->get_last_error(in);
    Diagnostic finding;
    finding.code = Code::column_type;
    finding.message = std::string("the stream of applicants has no schema: ") +
                      (why == nullptr ? "error " + std::to_string(number) : why);
    Diagnostics findings;
    findings.add(std::move(finding));
    return findings;
  }
  auto bound = bind(schema);
  if (!bound) return bound.error();
  auto stream = std::make_shared<Stream>(std::move(files), options, std::move(*bound), schema);
  stream->open(in);
  export_stream(stream, *out);
  return stream;
}

}  // namespace batch::detail

RFS_INLINE Result<Batch, Diagnostics> Rules::evaluate(ArrowArrayStream* in, const BatchOptions& options,
                                                      ArrowArrayStream* out) const {
  const auto bind = [&](const ArrowSchema& schema) { return batch::bind_rules(*this, options, schema); };
  auto stream = batch::detail::open_stream(in, options, {*this}, bind, out);
  if (!stream) return stream.error();
  return Batch(std::move(*stream));
}

RFS_INLINE Result<Batch, Diagnostics> Shelf::evaluate(ArrowArrayStream* in, const BatchOptions& options,
                                                      ArrowArrayStream* out) const {
  if (const Date* const day = std::get_if<Date>(&options.as_of)) {
    const auto rules = at(*day);
    if (rules) return rules->evaluate(in, options, out);
    Diagnostics findings;
    findings.add(rules.error());
    return findings;
  }
  const auto bind = [&](const ArrowSchema& schema) { return batch::bind_shelf(*this, options, schema); };
  auto stream = batch::detail::open_stream(in, options, files_, bind, out);
  if (!stream) return stream.error();
  return Batch(std::move(*stream));
}

}  // namespace rfs::inline RFS_ABI
