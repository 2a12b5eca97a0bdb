#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <tuple>

#include "rfs/impl/batch/binding.ipp"
#include "rfs/impl/batch/decide.hpp"
#include "rfs/impl/batch/replay.ipp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

/// Puts the columns that several files write together.
class ColumnJoiner {
 public:
  ColumnJoiner(const Shelf& shelf, Bound& bound, Diagnostics& findings)
      : shelf_(shelf), bound_(bound), findings_(findings) {}

  void run() {
    for (std::size_t file = 0; file < bound_.files.size(); ++file) {
      for (const ResultColumn& column : bound_.files[file].results) add(column, file);
    }
    // `error` is the last, whatever the files have before it.
    const auto is_error = [](const WrittenColumn& one) { return one.column.shows == ResultColumn::Shows::error; };
    const auto error = std::find_if(bound_.columns.begin(), bound_.columns.end(), is_error);
    std::rotate(error, error + 1, bound_.columns.end());
    for (Binding& binding : bound_.files) {
      binding.places.clear();
      for (ResultColumn& column : binding.results) {
        const auto at = find(column.name);
        binding.places.push_back(static_cast<std::size_t>(at - bound_.columns.begin()));
        column.form = at->column.form;
        column.scale = at->column.scale;
      }
    }
  }

 private:
  [[nodiscard]] std::vector<WrittenColumn>::iterator find(const std::string& name) {
    return std::find_if(bound_.columns.begin(), bound_.columns.end(),
                        [&](const WrittenColumn& one) { return one.column.name == name; });
  }

  [[nodiscard]] const Rules& rules(std::size_t file) const { return shelf_.files()[file]; }

  /// Returns what a column holds, in words.
  [[nodiscard]] std::string words(const ResultColumn& column, std::size_t file) const {
    if (column.type.kind == Kind::error) return "names";
    const std::string type = rule::type_text(column.type, rules(file).module().choices);
    return column.type.kind == Kind::money ? type + " in " + rules(file).file().currency : type;
  }

  void add(const ResultColumn& column, std::size_t file) {
    const auto at = find(column.name);
    if (at == bound_.columns.end()) {
      bound_.columns.push_back({column, file});
    } else if (!join(*at, column, file)) {
      Diagnostic finding;
      finding.code = Code::column_name;
      finding.path = "output";
      finding.message = "two files would write different columns named `" + column.name +
                        "`: " + words(at->column, at->file) + " by `" + rules(at->file).file().file->name + "` and " +
                        words(column, file) + " by `" + rules(file).file().file->name + "`";
      finding.help = "rename the definition or decision in one of the files, or ask for fewer outputs";
      findings_.add(std::move(finding));
    }
  }

  /// Finds a form that holds the values of both files; returns whether there is one.
  bool join(WrittenColumn& to, const ResultColumn& column, std::size_t file) const {
    ResultColumn& one = to.column;
    const bool same_currency = rules(to.file).file().currency == rules(file).file().currency;
    if (one.shows != column.shows || one.type.kind != column.type.kind) return false;
    if (one.type.kind == Kind::money && !same_currency) return false;
    const auto is_number = [](Form form) { return form == Form::whole || form == Form::decimal; };
    if (one.form == Form::whole && column.form == Form::whole) return true;
    if (is_number(one.form) && is_number(column.form)) {
      const int scale = std::max(one.scale, column.scale);
      if (fits(one, to.file, scale) && fits(column, file, scale)) {
        one.form = Form::decimal;
        one.scale = scale;
        return true;
      }
    } else if (one.form == column.form) {
      if (one.form != Form::word || words_of(rules(to.file), one) == words_of(rules(file), column)) return true;
    }
    one.form = Form::text;
    return true;
  }

  [[nodiscard]] bool fits(const ResultColumn& column, std::size_t file, int scale) const {
    const program::Program& program = rules(file).program();
    const value::Interval& range = program.ranges[Worker::node_of(program, column)].reading.interval;
    const Exact most = Exact::power_of_ten(38 - scale);
    return range.least > -most && range.most < most;
  }

  const Shelf& shelf_;
  Bound& bound_;
  Diagnostics& findings_;
};

/// Returns the options as they concern one file of a shelf: facts that only others declare are left out.
RFS_INLINE BatchOptions options_of(const Shelf& shelf, std::size_t file, const BatchOptions& options) {
  const auto declares = [](const Rules& rules, const std::string& name) { return declares_fact(rules.file(), name); };
  // A name that no file declares is a mistake, which is reported with each.
  const auto is_others = [&](const std::string& name) {
    return !declares(shelf.files()[file], name) &&
           std::any_of(shelf.files().begin(), shelf.files().end(),
                       [&](const Rules& other) { return declares(other, name); });
  };
  BatchOptions out = options;
  std::erase_if(out.columns, [&](const auto& named) { return is_others(named.first); });
  std::erase_if(out.unknown, is_others);
  return out;
}

}  // namespace detail

RFS_INLINE Result<Bound, Diagnostics> bind_shelf(const Shelf& shelf, const BatchOptions& options,
                                                 const ArrowSchema& schema) {
  Bound out;
  Diagnostics findings;
  std::set<std::tuple<Code, std::string, std::string>> reported;  // what several files say is said once
  const auto shared = std::make_shared<const Shelf>(shelf);
  for (std::size_t file = 0; file < shelf.files().size(); ++file) {
    auto binding = bind_columns(shelf.files()[file], detail::options_of(shelf, file, options), schema);
    if (binding) {
      binding->shelf = shared;
      out.files.push_back(std::move(*binding));
      continue;
    }
    for (const Diagnostic& finding : binding.error().all()) {
      if (reported.emplace(finding.code, finding.path, finding.message).second) findings.add(finding);
    }
  }
  if (!findings.has_errors()) detail::ColumnJoiner(shelf, out, findings).run();
  if (findings.has_errors()) return findings;
  std::vector<std::string> ignored = out.files.front().ignored;
  std::erase_if(ignored, [&](const std::string& name) {
    return std::any_of(out.files.begin(), out.files.end(), [&](const Binding& file) {
      return std::find(file.ignored.begin(), file.ignored.end(), name) == file.ignored.end();
    });
  });
  out.notes = note_ignored(ignored);
  return out;
}

}  // namespace rfs::inline RFS_ABI::batch

namespace rfs::inline RFS_ABI {

RFS_INLINE Result<ChildLists, Diagnostics> Shelf::read_lists(const std::vector<ChildTable>& tables,
                                                             const BatchOptions& options) const {
  Diagnostics findings;
  std::set<std::tuple<Code, std::string, std::string>> reported;  // what several files say is said once
  auto children = std::make_shared<batch::Children>(batch::thread_count(options.threads));
  // Which files read a table; all, where none declares its list, so that one says so.
  const auto reads = [&](const Rules& rules, const ChildTable& table) {
    const auto declares = [&](const Rules& one) { return batch::declares_fact(one.file(), table.fact); };
    return declares(rules) || std::none_of(files_.begin(), files_.end(), declares);
  };
  std::deque<std::optional<batch::Replay>> kept;  // of tables that several files read
  for (const ChildTable& table : tables) {
    const auto readers =
        std::count_if(files_.begin(), files_.end(), [&](const Rules& one) { return reads(one, table); });
    kept.emplace_back();
    if (readers > 1) kept.back().emplace(table.rows);
  }
  for (std::size_t file = 0; file < files_.size(); ++file) {
    const Rules& rules = files_[file];
    const BatchOptions own = batch::detail::options_of(*this, file, options);
    Diagnostics of_file;
    const batch::FieldOptions named(rules, own, of_file);
    children->begin(rules);
    for (std::size_t i = 0; i < tables.size(); ++i) {
      if (!reads(rules, tables[i])) continue;
      if (!kept[i]) {
        children->read(rules, own, named, tables[i], of_file);
        continue;
      }
      ArrowArrayStream rows = kept[i]->stream();
      ChildTable again = tables[i];
      again.rows = &rows;
      children->read(rules, own, named, again, of_file);
      if (rows.release != nullptr) rows.release(&rows);
    }
    for (const Diagnostic& finding : of_file.all()) {
      if (reported.emplace(finding.code, finding.path, finding.message).second) findings.add(finding);
    }
  }
  if (findings.has_errors()) return findings;
  children->sort();
  return ChildLists(std::move(children));
}

}  // namespace rfs::inline RFS_ABI
