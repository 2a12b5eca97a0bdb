#include "batch_fields.hpp"

#include <algorithm>
#include <map>

#include "output.hpp"
#include "rfs/diag/suggest.hpp"

namespace rfs_cli {

namespace {

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

class Finder {
 public:
  Finder(const rfs::Rules& rules, const RowsOptions& options, const std::vector<std::string>* header)
      : rules_(rules), options_(options), header_(header) {
    for (const auto& fact : rules.file().facts) names_.push_back(fact.name.text);
  }

  rfs::Result<Fields, rfs::Diagnostics> run() {
    read_header();
    read_map();
    read_unknown();
    for (std::size_t i = 0; i < names_.size(); ++i) find_fact(i);
    find_day();
    find_key();
    for (std::size_t i = 0; i < out_.of_column.size(); ++i) {
      if (!out_.of_column[i]) out_.ignored.push_back((*header_)[i]);
    }
    if (findings_.has_errors()) return findings_;
    return std::move(out_);
  }

 private:
  void error(rfs::Code code, std::string path, std::string message, std::string help) {
    findings_.add(finding_at(code, std::move(path), std::move(message), std::move(help)));
  }

  [[nodiscard]] bool has_column(std::string_view name) const {
    return header_ == nullptr || std::find(header_->begin(), header_->end(), name) != header_->end();
  }

  [[nodiscard]] std::string nearest_column(std::string_view name) const {
    return header_ == nullptr ? "" : rfs::diag::nearest(name, {header_->begin(), header_->end()});
  }

  void read_header() {
    if (header_ == nullptr) return;
    std::vector<std::string_view> sorted(header_->begin(), header_->end());
    std::sort(sorted.begin(), sorted.end());
    for (auto at = sorted.begin(); (at = std::adjacent_find(at, sorted.end())) != sorted.end();) {
      error(rfs::Code::column_name, std::string(*at), "two columns are named " + quoted(*at), "rename one of them");
      at = std::upper_bound(at, sorted.end(), *at);
    }
    if (header_->size() == 1 && header_->front().find(';') != std::string::npos) {
      error(rfs::Code::column_name, "", "the header has no comma, but semicolons",
            "save the file with commas between its cells");
    }
    out_.of_column.resize(header_->size());
  }

  std::optional<std::size_t> fact(std::string_view name, const char* option) {
    const auto at = std::find(names_.begin(), names_.end(), name);
    if (at != names_.end()) return static_cast<std::size_t>(at - names_.begin());
    const std::string near = rfs::diag::nearest(name, names_);
    error(rfs::Code::unknown_fact, option, "unknown fact " + quoted(name) + " in " + quoted(option),
          near.empty() ? "the rules declare no such fact" : "did you mean `" + near + "`?");
    return std::nullopt;
  }

  void read_map() {
    for (const auto& [name, column] : options_.map) {
      if (names_field(name, "--map")) continue;
      const auto index = fact(name, "--map");
      if (!index) continue;
      if (!columns_.emplace(*index, column).second) {
        error(rfs::Code::column_name, "--map", "`--map` gives two columns for the fact " + quoted(name),
              "keep one of them");
      }
    }
  }

  /// Returns whether a name is that of a field, like `gifts.amount`: those of the lists of files are found when the
  /// files are read.
  bool names_field(const std::string& name, const char* option) {
    const std::size_t point = name.find('.');
    if (point == std::string::npos) return false;
    if (!in_file(name.substr(0, point))) {
      error(rfs::Code::unknown_fact, option, quoted(option) + " names the field " + quoted(name) + " of no `--list`",
            "fields have columns only where a list is given by `--list`");
    }
    return true;
  }

  [[nodiscard]] bool in_file(std::string_view fact) const {
    return std::any_of(options_.files.begin(), options_.files.end(),
                       [&](const ListFile& file) { return file.fact == fact; });
  }

  void read_unknown() {
    unknown_.assign(names_.size(), false);
    for (const std::string& name : options_.unknown) {
      if (names_field(name, "--unknown")) continue;
      if (const auto index = fact(name, "--unknown")) unknown_[*index] = true;
    }
  }

  Field& field(const std::string& column) {
    const auto at =
        std::find_if(out_.all.begin(), out_.all.end(), [&](const Field& field) { return field.column == column; });
    if (at != out_.all.end()) return *at;
    if (header_ != nullptr) {
      const auto in_header = std::find(header_->begin(), header_->end(), column);
      out_.of_column[static_cast<std::size_t>(in_header - header_->begin())] = out_.all.size();
    }
    out_.all.emplace_back();
    out_.all.back().column = column;
    return out_.all.back();
  }

  void find_fact(std::size_t index) {
    const std::string& name = rules_.file().facts[index].name.text;
    const auto mapped = columns_.find(index);
    const std::string& column = mapped == columns_.end() ? name : mapped->second;
    const bool has_default = rules_.file().facts[index].has_default;
    if (in_file(name)) {
      if (unknown_[index] || (header_ != nullptr && has_column(name))) {
        error(rfs::Code::column_name, "--list",
              "`--list` gives the list " + quoted(name) + ", and " +
                  (unknown_[index] ? "`--unknown` names it" : "the column " + quoted(name) + " does too"),
              unknown_[index] ? "take it out of `--unknown`" : "rename the column, or take the list out of `--list`");
      } else if (header_ == nullptr) {
        field(name).unwanted = "--list";
      }
      return;
    }
    if (unknown_[index]) {
      out_.unknown.emplace_back(index);
      if (mapped != columns_.end() || (header_ != nullptr && has_column(column))) {
        error(rfs::Code::column_name, "--unknown",
              "`--unknown` names " + quoted(name) + ", which has the column " + quoted(column),
              "take it out of `--unknown`, or rename the column");
      } else if (header_ == nullptr) {
        field(column).unwanted = "--unknown";
      }
      return;
    }
    if (!has_column(column)) {
      const std::string near = nearest_column(column);
      if (mapped != columns_.end()) {
        error(rfs::Code::column_missing, "--map",
              "no column is named " + quoted(column) + ", which `--map` gives for the fact " + quoted(name),
              near.empty() ? "" : "did you mean `" + near + "`?");
      } else if (!has_default) {
        error(rfs::Code::column_missing, name, "no column for the fact " + quoted(name),
              near.empty() ? "give its column with `--map " + name + "=COLUMN`, or `--unknown " + name +
                                 "` if the data does not have it"
                           : "did you mean the column `" + near + "`? give `--map " + name + "=" + near + "`");
      }
      return;
    }
    Field& found = field(column);
    found.facts.emplace_back(index);
    found.has_default = found.has_default || has_default;
    found.list = found.list || rules_.file().facts[index].domain.type.kind == rfs::Kind::list;
  }

  void find_key() {
    if (options_.key.empty()) return;
    if (has_column(options_.key)) {
      field(options_.key).key = true;
      return;
    }
    const std::string near = nearest_column(options_.key);
    error(rfs::Code::column_missing, "--key", "no column is named " + quoted(options_.key) + ", which `--key` names",
          near.empty() ? "" : "did you mean " + quoted(near) + "?");
  }

  void find_day() {
    const std::string& given = options_.as_of;
    out_.day = rfs::Date::parse(given);
    if (!out_.day && given.find_first_not_of("0123456789-/.") == std::string::npos) {
      error(rfs::Code::invalid_as_of, "--as-of", "expected a date or a column, found " + quoted(given),
            "write a date like `2017-06-24`");
    } else if (!out_.day && !has_column(given)) {
      const std::string near = nearest_column(given);
      error(rfs::Code::column_missing, "--as-of", "no column is named " + quoted(given) + ", which `--as-of` names",
            near.empty() ? "give a date like `2017-06-24`, or a column of dates" : "did you mean `" + near + "`?");
    } else if (!out_.day) {
      field(given).day = true;
    }
  }

  const rfs::Rules& rules_;
  const RowsOptions& options_;
  const std::vector<std::string>* header_;
  std::vector<std::string_view> names_;         ///< of facts
  std::map<std::size_t, std::string> columns_;  ///< of facts, as --map gives them
  std::vector<bool> unknown_;
  Fields out_;
  rfs::Diagnostics findings_;
};

}  // namespace

rfs::Diagnostic finding_at(rfs::Code code, std::string path, std::string message, std::string help) {
  rfs::Diagnostic finding;
  finding.code = code;
  finding.path = std::move(path);
  finding.message = std::move(message);
  finding.help = std::move(help);
  return finding;
}

rfs::Diagnostic ignored_note(const std::vector<std::string>& names, const std::string& what) {
  constexpr std::size_t kMost = 20;
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) list += (i == 0 ? "" : ", ") + quoted(names[i]);
  if (names.size() > kMost) list += " and " + std::to_string(names.size() - kMost) + " more";
  rfs::Diagnostic note =
      finding_at(rfs::Code::column_ignored, "",
                 on_one_line("no fact is named like these " + what + ", which are not read: " + list), "");
  note.severity = rfs::Severity::note;
  return note;
}

rfs::Result<Fields, rfs::Diagnostics> find_fields(const rfs::Rules& rules, const RowsOptions& options,
                                                  const std::vector<std::string>* header) {
  return Finder(rules, options, header).run();
}

}  // namespace rfs_cli
