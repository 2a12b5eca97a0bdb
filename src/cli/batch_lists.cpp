// Reads files of lists: rows become tables of text columns, one for each piece of the file, which the library reads.
#include "batch_lists.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>
#include <utility>

#include "batch_csv.hpp"
#include "batch_rows.hpp"
#include "batch_table.hpp"
#include "files.hpp"
#include "output.hpp"

namespace rfs_cli {

namespace {

/// A file of one list, as a stream of tables. Once a row cannot be read there are no more.
class ListRows : public Decider {
 public:
  ListRows(const std::vector<rfs::Rules>& files, const RowsOptions& options, const ListFile& list)
      : options_(options), list_(list) {
    for (const rfs::Rules& rules : files) {
      for (const rfs::rule::Fact& fact : rules.file().facts) {
        if (fact.name.text == list.fact) declared_.push_back({&rules, &fact});
      }
    }
  }
  ListRows(const ListRows&) = delete;
  ListRows& operator=(const ListRows&) = delete;
  ~ListRows() override {
    if (descriptor_ > 0) close(descriptor_);
  }

  /// Opens the file and finds its columns. Returns false where that is not possible; problems() says why.
  bool begin() {
    descriptor_ = list_.file == "-" ? STDIN_FILENO : open(list_.file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) return fail_to_read(errno);
    input_.emplace(descriptor_, list_.from);
    std::vector<std::string> header;
    if (list_.from == RowFormat::csv) {
      const auto row = input_->header();
      if (input_->error() != 0) return fail_to_read(input_->error());
      if (!row) {
        return fail(
            finding_at(rfs::Code::facts_shape, list_.file, "there is no header", "name the columns in the first line"));
      }
      auto names = read_csv_header(*row);
      if (!names) return fail(names.error());
      header = std::move(*names);
      for (const std::string& name : header) add_field(name);
      for (std::size_t i = 0; i < header.size(); ++i) fields_.of_column.emplace_back(i);
    } else {
      add_field(list_.key);
      for (const Declared& one : declared_) add_fields(*one.fact);
    }
    reader_ = list_.from == RowFormat::csv ? make_csv_reader(fields_) : make_ndjson_reader(fields_);
    std::vector<std::size_t> columns(fields_.all.size());
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i] = i;
    table_.emplace(fields_, std::move(columns));
    return true;
  }

  ArrowArrayStream stream() {
    ArrowArrayStream out{};
    out.private_data = this;
    out.get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
      static_cast<ListRows*>(self->private_data)->table_->lend(*schema);
      return 0;
    };
    out.get_next = [](ArrowArrayStream* self, ArrowArray* array) {
      return static_cast<ListRows*>(self->private_data)->next(*array);
    };
    out.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
    out.release = [](ArrowArrayStream* self) { self->release = nullptr; };
    return out;
  }

  [[nodiscard]] const rfs::Diagnostics& problems() const noexcept { return problems_; }

  /// Returns the names that were met and not read; of CSV the library says which.
  [[nodiscard]] std::set<std::string> ignored() const {
    std::set<std::string> out;
    if (list_.from == RowFormat::ndjson && reader_) reader_->add_ignored(out);
    return out;
  }

  [[nodiscard]] std::string header() const override { return {}; }
  void begin(std::string_view text) override { table_->begin(text); }
  void write(Written&) override {}
  [[nodiscard]] Tally tally() const override { return {}; }

  void refuse(std::uint64_t line, const std::vector<rfs::Diagnostic>& problems) override {
    for (rfs::Diagnostic problem : problems) {
      problem.message = input_name(list_.file) + " line " + std::to_string(line) + ": " + problem.message;
      if (problem.file != nullptr) problem.message += " at column " + std::to_string(problem.place().column);
      problem.file = nullptr;  // it holds the row alone
      problem.path = list_.fact;
      problems_.add(std::move(problem));
    }
  }

  void decide(std::uint64_t line, std::span<const Cell> cells) override {
    cells_.assign(cells.begin(), cells.end());
    std::vector<rfs::Diagnostic> wrong;
    for (std::size_t i = 0; i < cells_.size() && list_.from == RowFormat::ndjson; ++i) {
      if (auto problem = i == 0 ? key_problem(cells_[i]) : settle(cells_[i], i)) wrong.push_back(std::move(*problem));
    }
    if (!wrong.empty()) return refuse(line, wrong);
    table_->add(cells_);
  }

 private:
  bool fail(rfs::Diagnostic finding) {
    finding.message = input_name(list_.file) + ": " + finding.message;
    problems_.add(std::move(finding));
    return false;
  }
  bool fail_to_read(int why) {
    problems_.add(finding_at(rfs::Code::unreadable_file, list_.file,
                             "cannot read `" + input_name(list_.file) + "`: " + std::strerror(why), ""));
    return false;
  }

  [[nodiscard]] std::string column_of(const std::string& name) const {
    for (const auto& [fact, column] : options_.map) {
      if (fact == name) return column;
    }
    const std::size_t point = name.find('.');
    return point == std::string::npos ? name : name.substr(point + 1);
  }

  /// Adds a column, once.
  void add_field(std::string column) {
    const auto is = [&](const Field& field) { return field.column == column; };
    if (list_.from == RowFormat::ndjson && std::any_of(fields_.all.begin(), fields_.all.end(), is)) return;
    fields_.all.emplace_back();
    fields_.all.back().column = std::move(column);
  }

  void add_fields(const rfs::rule::Fact& fact) {
    if (fact.fields.empty()) add_field(column_of(fact.name.text));
    for (const rfs::rule::Fact& field : fact.fields) {
      const std::string name = fact.name.text + "." + field.name.text;
      const auto& unknown = options_.unknown;
      if (std::find(unknown.begin(), unknown.end(), name) == unknown.end()) add_field(column_of(name));
    }
  }

  /// Calls `visit` with each file that declares the values in a column, which is not the key, their domain, and the
  /// field, null where items are no records.
  template <class Visit>
  void each_declared(const std::string& column, Visit visit) const {
    for (const Declared& one : declared_) {
      if (one.fact->fields.empty()) visit(*one.rules, one.fact->domain.list->fields[0].domain, nullptr);
      for (const rfs::rule::Fact& field : one.fact->fields) {
        if (column_of(one.fact->name.text + "." + field.name.text) == column) visit(*one.rules, field.domain, &field);
      }
    }
  }

  /// Returns the default of a field that is not given; nothing where it has none. An error where it is an expression,
  /// or files have others.
  std::optional<rfs::Diagnostic> find_default(const std::string& column, std::optional<std::string>& out) const {
    std::optional<rfs::Diagnostic> wrong;
    std::set<std::optional<std::string>> found;
    each_declared(column, [&](const rfs::Rules& rules, const rfs::rule::Domain& domain, const rfs::rule::Fact* field) {
      if (field == nullptr || !field->has_default) {
        found.insert(std::nullopt);
      } else if (field->default_value) {
        found.insert(
            rfs::rule::plain(*field->default_value, domain.type, rules.module().choices, rules.file().currency));
      } else {
        wrong = finding_at(rfs::Code::unreadable_fact, "",
                           "`" + column + "` is not given, and its default is an expression",
                           "give it in each row; where it is not known, as null");
      }
    });
    if (found.size() > 1) {
      wrong = finding_at(rfs::Code::unreadable_fact, "",
                         "`" + column + "` is not given, and files of the folder have other defaults for it",
                         "give it in each row; where it is not known, as null");
    }
    if (!wrong && !found.empty()) out = *found.begin();
    return wrong;
  }

  /// Holds a member of JSON to what its field takes: a column of text takes more. A member that is not there has the
  /// field's default, which a null has not.
  std::optional<rfs::Diagnostic> settle(Cell& cell, std::size_t index) {
    const std::string& column = fields_.all[index].column;
    if (cell.is == Cell::Is::null) return std::nullopt;
    if (cell.is == Cell::Is::absent) {
      std::optional<std::string> given;
      auto wrong = find_default(column, given);
      if (wrong || !given) return wrong;
      defaults_.push_back(std::move(*given));
      cell = {Cell::Is::text, defaults_.back()};
      return std::nullopt;
    }
    // What text can say wrong too is the applicant's problem alone, and so is what one file of several takes.
    std::optional<rfs::Diagnostic> wrong;
    bool taken = false;
    each_declared(column, [&](const rfs::Rules& rules, const rfs::rule::Domain& domain, const rfs::rule::Fact*) {
      const auto read = [&](rfs::rule::Written written) {
        rfs::Value value;
        return rfs::rule::read_given(cell.text, written, domain, rules.module().choices, rules.file().currency, false,
                                     value);
      };
      const bool nested = cell.is == Cell::Is::nested;
      auto problem = nested ? std::optional(nested_problem(cell)) : read(written(cell.is));
      if (!problem || (!nested && read(rfs::rule::Written::text))) {
        taken = true;
      } else {
        wrong = finding_at(problem->code, "", "`" + column + "`: " + problem->message, std::move(problem->help));
      }
    });
    return taken ? std::nullopt : wrong;
  }

  int next(ArrowArray& out) {
    out = {};
    if (!input_->next(chunk_)) {
      if (input_->error() != 0) fail_to_read(input_->error());
      return input_->error();
    }
    defaults_.clear();
    table_->begin(chunk_.rows());
    reader_->read(chunk_, *this);
    if (!problems_.empty()) return EINVAL;
    table_->lend(out);
    return 0;
  }

  /// A file of rules, and the list as it declares it.
  struct Declared {
    const rfs::Rules* rules;
    const rfs::rule::Fact* fact;
  };
  const RowsOptions& options_;
  const ListFile& list_;
  std::vector<Declared> declared_;  ///< by the files that have such a list
  int descriptor_ = -1;
  std::optional<Input> input_;
  Fields fields_;
  std::unique_ptr<RowReader> reader_;
  std::optional<TextTable> table_;
  Chunk chunk_;
  std::vector<Cell> cells_;
  std::deque<std::string> defaults_;  ///< texts of the chunk's rows
  rfs::Diagnostics problems_;
};

}  // namespace

rfs::Result<rfs::ChildLists, rfs::Diagnostics> read_list_files(const std::vector<rfs::Rules>& rules,
                                                               const std::optional<rfs::Shelf>& shelf,
                                                               const RowsOptions& options) {
  rfs::Diagnostics findings;
  std::deque<ListRows> files;
  std::deque<ArrowArrayStream> streams;
  std::vector<rfs::ChildTable> tables;
  for (const ListFile& list : options.files) {
    ListRows& rows = files.emplace_back(rules, options, list);
    if (!rows.begin()) continue;
    streams.push_back(rows.stream());
    tables.push_back({list.fact, &streams.back(), list.key, rfs::NotANumber::error});
  }
  rfs::BatchOptions how;
  how.columns = options.map;
  how.unknown = options.unknown;
  how.orphans = options.orphans;
  std::optional<rfs::Result<rfs::ChildLists, rfs::Diagnostics>> read;
  if (tables.size() == options.files.size())
    read.emplace(shelf ? shelf->read_lists(tables, how) : rules.front().read_lists(tables, how));

  for (const ListRows& rows : files) findings.append(rows.problems());
  if (!findings.empty()) return findings;
  rfs::Diagnostics notes;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::set<std::string> names = files[i].ignored();
    if (!names.empty())
      notes.add(ignored_note({names.begin(), names.end()}, "members of " + input_name(options.files[i].file)));
  }
  if (*read) notes.append((*read)->notes());
  report(notes, rfs::Severity::note);
  return std::move(*read);
}

}  // namespace rfs_cli
