// Decides rows through the Arrow streams of the library: cells become columns of text, results become rows again.
#include <algorithm>
#include <cerrno>
#include <map>
#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

#include "batch_results.hpp"
#include "batch_rows.hpp"
#include "batch_table.hpp"
#include "rfs/batch/batch.hpp"
#include "rfs/evaluate/facts.hpp"
#include "rfs/rule/given.hpp"

namespace rfs_cli {

namespace {

rfs::BatchOptions library_options(const Fields& fields, const std::vector<std::size_t>& columns,
                                  const rfs::Rules& rules, const RowsOptions& options) {
  rfs::BatchOptions out;
  for (const std::size_t i : columns) {
    const Field& field = fields.all[i];
    if (field.day) out.as_of = field.column;
    for (const rfs::FactId fact : field.facts) {
      out.columns.emplace_back(rules.file().facts[fact.value].name.text, field.column);
    }
  }
  if (options.lists) {
    out.key = options.key;
    out.lists = options.lists;
    out.orphans = options.orphans;
  }
  if (fields.day) out.as_of = *fields.day;
  for (const rfs::FactId fact : fields.unknown) out.unknown.push_back(rules.file().facts[fact.value].name.text);
  out.output = options.output;
  out.sets = options.to == RowFormat::csv ? rfs::SetForm::text : rfs::SetForm::list;
  out.threads = 1;
  return out;
}

/// Lists the fields that are read and not absent.
std::vector<std::size_t> columns_of(const Fields& fields, const std::vector<std::size_t>& absent) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < fields.all.size(); ++i) {
    const Field& field = fields.all[i];
    const bool is_absent = std::find(absent.begin(), absent.end(), i) != absent.end();
    if (!is_absent && (!field.facts.empty() || field.day || field.key)) out.push_back(i);
  }
  return out;
}

/// Lends a table of text columns as a stream that never ends.
ArrowArrayStream stream_of(TextTable& table) {
  ArrowArrayStream out{};
  out.private_data = &table;
  out.get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
    static_cast<TextTable*>(self->private_data)->lend(*schema);
    return 0;
  };
  out.get_next = [](ArrowArrayStream* self, ArrowArray* array) {
    static_cast<TextTable*>(self->private_data)->lend(*array);
    return 0;
  };
  out.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  out.release = [](ArrowArrayStream* self) { self->release = nullptr; };
  return out;
}

/// Applicants who give the same columns, from piece to piece.
class Lane {
 public:
  Lane(const rfs::Rules& rules, const Fields& fields, const RowsOptions& options, std::vector<std::size_t> columns)
      : table(fields, columns) {
    ArrowArrayStream in = stream_of(table);
    auto batch = rules.evaluate(&in, library_options(fields, columns, rules, options), &results_);
    if (!batch) throw std::logic_error(batch.error().all().front().message);
    batch_.emplace(std::move(*batch));
    struct Schema : ArrowSchema {
      ~Schema() {
        if (release != nullptr) release(this);
      }
    } schema{};
    check(results_.get_schema(&results_, &schema));
    writer.emplace(rules, options.to, schema, options.columns);
  }
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;
  ~Lane() {
    drop();
    results_.release(&results_);
  }

  /// Goes on to a row of the table, whose rows are asked for in order and to the end, and returns its place in what the
  /// writer has.
  std::size_t decide(std::size_t row) {
    while (row >= end_) {
      drop();
      check(results_.get_next(&results_, &decided_));
      writer->begin(decided_);
      begin_ = end_;
      end_ += static_cast<std::size_t>(decided_.length);
    }
    return row - begin_;
  }
  /// Empties the table, of which all rows were asked for.
  void begin(std::string_view chunk) {
    drop();
    begin_ = end_ = 0;
    table.begin(chunk);
  }
  [[nodiscard]] rfs::BatchSummary summary() const { return batch_->summary(); }

  TextTable table;
  std::optional<ResultWriter> writer;

 private:
  void check(int number) {
    if (number == 0) return;
    if (number == ENOMEM) throw std::bad_alloc();
    const rfs::Diagnostics keys = batch_->errors();
    if (!keys.empty()) throw RefusedKeys{keys};
    const char* const why = results_.get_last_error(&results_);
    throw std::runtime_error(why == nullptr ? "a batch failed" : why);
  }

  void drop() {
    if (decided_.release != nullptr) decided_.release(&decided_);
  }

  ArrowArrayStream results_{};
  std::optional<rfs::Batch> batch_;
  ArrowArray decided_{};             ///< the batch of results at hand
  std::size_t begin_ = 0, end_ = 0;  ///< its rows
};

class ColumnDecider : public Decider {
 public:
  ColumnDecider(const rfs::Rules& rules, const Fields& fields, const RowsOptions& options)
      : rules_(rules), fields_(fields), options_(options) {
    lane_ = &lane_of({});
    for (const Field& field : fields.all) kinds_.push_back(kinds_of(field));
    before_.decisions.resize(rules.file().decisions.size());
  }

  void begin(std::string_view chunk) override {
    for (auto& [absent, lane] : lanes_) lane.table.begin(chunk);
    chunk_ = chunk;
  }

  void decide(std::uint64_t line, std::span<const Cell> cells) override {
    bool readable = true;
    absent_.clear();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto is = static_cast<unsigned>(cells[i].is);
      readable = readable && (kinds_[i] >> is & 1) != 0;
      const bool left_away =
          cells[i].is == Cell::Is::absent && fields_.all[i].has_default && !fields_.all[i].day && !fields_.all[i].key;
      if (left_away) absent_.push_back(i);
    }
    if (!readable) return refuse_kinds(line, cells);
    if (absent_ != lane_absent_) {
      lane_ = &lane_of(absent_);
      lane_absent_ = absent_;
    }
    rows_.push_back({line, lane_, lane_->table.rows()});
    lane_->table.add(cells);
  }

  void refuse(std::uint64_t line, const std::vector<rfs::Diagnostic>& problems) override {
    rows_.push_back({line, nullptr, refused_.size()});
    refused_.push_back(refusal_text(line, problems));
    ++before_.rows;
    ++before_.refused;
    for (rfs::DecisionCounts& counts : before_.decisions) {
      ++counts.statuses[static_cast<std::size_t>(rfs::Status::refused)];
    }
    for (const rfs::Diagnostic& problem : problems) ++before_.errors[problem.code];
  }

  void write(Written& out) override {
    write_rows();
    std::swap(out, written_);
  }

  [[nodiscard]] std::string header() const override { return lane_->writer->header(); }

  [[nodiscard]] Tally tally() const override {
    Tally out = before_;
    for (const auto& [absent, lane] : lanes_) {
      rfs::BatchSummary summary = lane.summary();
      out.add({summary.rows, summary.refused, std::move(summary.decisions), std::move(summary.errors)});
    }
    return out;
  }

 private:
  static constexpr std::size_t kMostLanes = 64;
  static constexpr const char* kDay = "as_of";

  struct Row {
    std::uint64_t line;
    Lane* lane;      ///< null: refused_ has it
    std::size_t at;  ///< in the lane's table
  };

  void write_rows() {
    const ResultWriter& any = *lanes_.begin()->second.writer;
    for (const Row& row : rows_) {
      if (row.lane == nullptr) {
        any.write_refused(refused_[row.at], written_.text);
        written_.ends.push_back(written_.text.size());
        written_.refusals.emplace_back(row.line, std::move(refused_[row.at]));
        continue;
      }
      const std::size_t at = row.lane->decide(row.at);
      row.lane->writer->write(at, row.line, written_.text);
      written_.ends.push_back(written_.text.size());
      const std::string_view error = row.lane->writer->error(at);
      if (error.empty()) continue;
      written_.refusals.emplace_back(row.line, "line " + std::to_string(row.line) + ": " + std::string(error));
    }
    for (auto& [absent, lane] : lanes_) lane.begin(chunk_);
    rows_.clear();
    refused_.clear();
  }

  /// Returns in which forms a field's value may be written, as bits: a column of text takes any, JSON says more.
  [[nodiscard]] unsigned kinds_of(const Field& field) const {
    const auto bit = [](Cell::Is is) { return 1U << static_cast<unsigned>(is); };
    unsigned out = ~bit(Cell::Is::nested);
    const auto narrow = [&](rfs::Kind kind) {
      const bool number = kind == rfs::Kind::number || kind == rfs::Kind::money;
      if (kind != rfs::Kind::boolean) out &= ~bit(Cell::Is::boolean);
      if (kind == rfs::Kind::boolean) out &= ~bit(Cell::Is::string);
      if (!number) out &= ~bit(Cell::Is::number);
    };
    for (const rfs::FactId fact : field.facts) {
      const rfs::Kind kind = rules_.module().facts[fact].domain.type.kind;
      if (kind != rfs::Kind::list) {
        narrow(kind);
        continue;
      }
      out |= field.facts.size() == 1 && !field.day && !field.key ? bit(Cell::Is::nested) : 0;
      out &= ~(bit(Cell::Is::boolean) | bit(Cell::Is::number) | bit(Cell::Is::string));
    }
    if (field.day) narrow(rfs::Kind::date);
    if (field.key) out &= ~bit(Cell::Is::boolean);
    return out;
  }

  /// Refuses a row in which JSON wrote a value in a form that its fact does not take.
  void refuse_kinds(std::uint64_t line, std::span<const Cell> cells) {
    std::vector<rfs::Diagnostic> problems;
    const auto read = [&](const std::string& name, const rfs::rule::Domain& domain, const Cell& cell) {
      if (domain.type.kind == rfs::Kind::list) return;
      rfs::Value value;
      auto wrong = cell.is == Cell::Is::nested
                       ? std::optional(nested_problem(cell))
                       : rfs::rule::read_given(cell.text, written(cell.is), domain, rules_.module().choices,
                                               rules_.file().currency, true, value);
      if (!wrong) return;
      const rfs::Code code = name == kDay ? rfs::Code::invalid_as_of : wrong->code;
      problems.push_back(finding_at(code, name, "`" + name + "`: " + wrong->message, std::move(wrong->help)));
    };
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].is == Cell::Is::absent || cells[i].is == Cell::Is::null) continue;
      if (fields_.all[i].key) {
        if (auto wrong = key_problem(cells[i])) {
          problems.push_back(std::move(*wrong));
        } else if (auto again = options_.lists->take(cells[i].text)) {
          rfs::Diagnostics findings;
          findings.add(std::move(*again));
          throw RefusedKeys{findings};
        }
      }
      for (const rfs::FactId fact : fields_.all[i].facts) {
        if (fields_.all[i].list) refuse_list(fact, cells[i], problems);
        read(rules_.file().facts[fact.value].name.text, rules_.module().facts[fact].domain, cells[i]);
      }
      if (!fields_.all[i].day) continue;
      rfs::rule::Domain domain;
      domain.type.kind = rfs::Kind::date;
      domain.range = {rfs::kFirstDate.days, rfs::kLastDate.days};
      read(kDay, domain, cells[i]);
    }
    refuse(line, problems);
  }

  /// Adds what is wrong with what stands for a list.
  void refuse_list(rfs::FactId fact, const Cell& cell, std::vector<rfs::Diagnostic>& problems) const {
    rfs::Facts facts(rules_);
    facts.set(fact, cell.text, cell.is == Cell::Is::nested ? rfs::rule::Written::text : written(cell.is));
    const auto& wrong = facts.problems().all();
    problems.insert(problems.end(), wrong.begin(), wrong.end());
  }

  /// Returns the lane of rows in which these fields are absent; their facts have defaults.
  Lane& lane_of(const std::vector<std::size_t>& absent) {
    const auto found = lanes_.find(absent);
    if (found != lanes_.end()) return found->second;
    if (lanes_.size() == kMostLanes) {
      write_rows();
      before_ = tally();
      lanes_.clear();
    }
    Lane& lane = lanes_.try_emplace(absent, rules_, fields_, options_, columns_of(fields_, absent)).first->second;
    lane.table.begin(chunk_);
    return lane;
  }

  const rfs::Rules& rules_;
  const Fields& fields_;
  const RowsOptions& options_;
  std::vector<unsigned> kinds_;
  std::map<std::vector<std::size_t>, Lane> lanes_;  ///< by the fields that are absent
  Lane* lane_ = nullptr;                            ///< of the last row
  std::vector<std::size_t> lane_absent_, absent_;
  std::string_view chunk_;
  std::vector<Row> rows_;
  Written written_;                   ///< rows of this piece that are decided
  std::vector<std::string> refused_;  ///< rows that did not come into a table
  Tally before_;                      ///< of these, and of lanes that are gone
};

}  // namespace

rfs::Diagnostics find_clashes(const rfs::Rules& rules, const Fields& fields, const RowsOptions& options) {
  const std::vector<std::size_t> columns = columns_of(fields, {});
  TextTable table(fields, columns);
  ArrowArrayStream in = stream_of(table), out{};
  const auto batch = rules.evaluate(&in, library_options(fields, columns, rules, options), &out);
  if (!batch) return batch.error();
  out.release(&out);
  return {};
}

rfs::Result<std::vector<std::string>, rfs::Diagnostics> find_columns(const rfs::Shelf& shelf,
                                                                     const std::vector<Fields>& of_files,
                                                                     const RowsOptions& options) {
  Fields all;
  rfs::BatchOptions named;
  for (std::size_t file = 0; file < of_files.size(); ++file) {
    const auto of_file = library_options(of_files[file], columns_of(of_files[file], {}), shelf.files()[file], options);
    named.output = of_file.output;
    named.sets = of_file.sets;
    named.as_of = of_file.as_of;
    named.key = of_file.key;
    named.lists = of_file.lists;
    const auto add = [](auto& to, const auto& more) {
      for (const auto& one : more) {
        if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(one);
      }
    };
    add(named.columns, of_file.columns);
    add(named.unknown, of_file.unknown);
    for (const std::size_t i : columns_of(of_files[file], {})) {
      const Field& field = of_files[file].all[i];
      const auto same = [&](const Field& other) { return other.column == field.column; };
      if (std::none_of(all.all.begin(), all.all.end(), same)) all.all.push_back(field);
    }
  }
  std::vector<std::size_t> columns(all.all.size());
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i] = i;
  TextTable table(all, columns);
  ArrowArrayStream in = stream_of(table), out{};
  const auto batch = shelf.evaluate(&in, named, &out);
  if (!batch) return batch.error();
  ArrowSchema schema{};
  std::vector<std::string> names;
  if (out.get_schema(&out, &schema) != 0) throw std::bad_alloc();
  for (std::int64_t i = 0; i < schema.n_children; ++i) names.emplace_back(schema.children[i]->name);
  schema.release(&schema);
  out.release(&out);
  return names;
}

std::unique_ptr<Decider> make_column_decider(const rfs::Rules& rules, const Fields& fields,
                                             const RowsOptions& options) {
  return std::make_unique<ColumnDecider>(rules, fields, options);
}

}  // namespace rfs_cli
