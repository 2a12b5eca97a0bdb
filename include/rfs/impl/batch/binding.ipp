#pragma once

#include <algorithm>
#include <set>

#include "rfs/diag/suggest.hpp"
#include "rfs/impl/batch/binding.hpp"
#include "rfs/impl/batch/column_type.ipp"
#include "rfs/impl/batch/decoder.ipp"
#include "rfs/impl/batch/results.ipp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

/// Binds one table's columns.
class Binder {
 public:
  Binder(const Rules& rules, const BatchOptions& options, const ArrowSchema& schema)
      : rules_(rules), options_(options), schema_(schema) {}

  Result<Binding, Diagnostics> run() {
    if (schema_.format == nullptr || std::string_view(schema_.format) != "+s") {
      error(Code::column_type, "", "expected a table of columns, found an array of another type",
            "give a stream of record batches");
      return findings_;
    }
    name_columns();
    name_facts();
    bind_day();
    for (std::size_t i = 0; i < facts().size(); ++i) bind_fact(i);
    out_.facts = rules_.file().facts.size();
    if (out_.day == std::nullopt && day_child_) {
      add_column(*day_child_, {}, Target("as_of", day_domain(), rules_.module().choices, rules_.file().currency));
    }
    out_.results = result_columns(rules_, options_);
    for (std::size_t i = 0; i < out_.results.size(); ++i) out_.places.push_back(i);
    find_clashes();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!read_[i]) out_.ignored.emplace_back(columns_[i]);
    }
    if (findings_.has_errors()) return findings_;
    return std::move(out_);
  }

 private:
  [[nodiscard]] const std::vector<rule::Fact>& facts() const { return rules_.file().facts; }

  void error(Code code, std::string path, std::string message, std::string help) {
    Diagnostic finding;
    finding.code = code;
    finding.path = std::move(path);
    finding.message = std::move(message);
    finding.help = std::move(help);
    findings_.add(std::move(finding));
  }

  static std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

  static rule::Domain day_domain() {
    rule::Domain domain;
    domain.type.kind = Kind::date;
    domain.range = {kFirstDate.days, kLastDate.days};
    return domain;
  }

  void name_columns() {
    for (std::int64_t i = 0; i < schema_.n_children; ++i) {
      const char* const name = schema_.children[i]->name;
      columns_.emplace_back(name == nullptr ? "" : name);
    }
    std::vector<std::string_view> sorted = columns_;
    std::sort(sorted.begin(), sorted.end());
    for (auto at = sorted.begin(); (at = std::adjacent_find(at, sorted.end())) != sorted.end();) {
      error(Code::column_name, std::string(*at), "two columns are named " + quoted(*at), "rename one of them");
      at = std::upper_bound(at, sorted.end(), *at);
    }
    read_.assign(columns_.size(), false);
  }

  [[nodiscard]] std::optional<std::size_t> find_column(std::string_view name) const {
    const auto at = std::find(columns_.begin(), columns_.end(), name);
    if (at == columns_.end()) return std::nullopt;
    return static_cast<std::size_t>(at - columns_.begin());
  }

  [[nodiscard]] std::optional<std::size_t> find_fact(std::string_view name, const char* option) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < facts().size(); ++i) {
      if (facts()[i].name.text == name) return i;
      names.push_back(facts()[i].name.text);
    }
    const std::string near = diag::nearest(name, names);
    error(Code::unknown_fact, option, "unknown fact " + quoted(name) + " in the option " + quoted(option),
          near.empty() ? "the rules declare no such fact" : "did you mean `" + near + "`?");
    return std::nullopt;
  }

  void no_column(std::string_view name, const char* option, const std::string& what) {
    const std::string near = diag::nearest(name, columns_);
    error(Code::column_missing, option, "no column is named " + quoted(name) + what,
          near.empty() ? "" : "did you mean `" + near + "`?");
  }

  /// Reads the options that name facts: columns of other names, and facts that are unknown on purpose.
  void name_facts() {
    named_.assign(facts().size(), nullptr);
    unknown_.assign(facts().size(), false);
    for (const auto& [fact, column] : options_.columns) {
      const auto index = find_fact(fact, "columns");
      if (!index) continue;
      if (named_[*index] != nullptr) {
        error(Code::column_name, "columns", "two columns are given for the fact " + quoted(fact), "keep one of them");
      }
      named_[*index] = &column;
    }
    for (const std::string& fact : options_.unknown) {
      if (const auto index = find_fact(fact, "unknown")) unknown_[*index] = true;
    }
  }

  void bind_day() {
    if (const Date* day = std::get_if<Date>(&options_.as_of)) {
      out_.day = *day;
      return;
    }
    const std::string& name = std::get<std::string>(options_.as_of);
    if (name.empty()) {
      return error(Code::invalid_as_of, "as_of", "there is no date of evaluation",
                   "set the option `as_of` to a date, or to the name of the column that has them");
    }
    day_child_ = find_column(name);
    if (!day_child_) no_column(name, "as_of", ", which the option `as_of` names");
  }

  void bind_fact(std::size_t index) {
    const rule::Fact& fact = facts()[index];
    const std::string& name = fact.name.text;
    const std::string& column = named_[index] == nullptr ? name : *named_[index];
    const auto child = find_column(column);
    if (unknown_[index]) {
      out_.unknown.emplace_back(index);
      if (named_[index] == nullptr && !child) return;
      return error(Code::column_name, "unknown",
                   "the option `unknown` names " + quoted(name) + ", which has the column " + quoted(column),
                   "take it out of `unknown`, or rename the column");
    }
    if (!child && named_[index] != nullptr) {
      return no_column(column, "columns", ", which the option `columns` gives for the fact " + quoted(name));
    }
    if (!child) {
      const bool has_default = fact.has_default;
      if (has_default) return;
      const std::string near = diag::nearest(name, columns_);
      return error(
          Code::column_missing, name, "no column for the fact " + quoted(name),
          near.empty()
              ? "name its column in the option `columns`, or the fact in `unknown` if the data does not have it"
              : "did you mean the column `" + near + "`? name it in the option `columns`");
    }
    add_column(
        *child, FactId(index),
        Target(name, rules_.module().facts[FactId(index)].domain, rules_.module().choices, rules_.file().currency));
  }

  void add_column(std::size_t child, FactId fact, Target target) {
    read_[child] = true;
    ColumnType type = column_type(*schema_.children[child]);
    if (!batch::readable(type, target)) return refuse_type(child, type, target);
    out_.columns.push_back({child, fact, Decoder(std::move(type), std::move(target), options_.floats, options_.nan)});
  }

  void refuse_type(std::size_t child, const ColumnType& type, const Target& target) {
    const Type& to = target.domain.type;
    std::string help;
    switch (to.kind) {
      case Kind::boolean:
        help = "cast it to bool";
        break;
      case Kind::date:
        help = type.zoned ? "a day begins at other times in other zones: cast it to date32 in the zone that counts"
                          : "cast it to date32";
        break;
      case Kind::months:
        help = "cast it to utf8, written like `2 months`";
        break;
      case Kind::days:
        help = "cast it to utf8, written like `90 days`";
        break;
      case Kind::choice:
      case Kind::text:
        help = "cast it to utf8";
        break;
      default:
        help = to.flavour == Flavour::percent   ? "15 and 0.15 could both mean 15%: cast it to utf8, written like `15%`"
               : to.flavour == Flavour::integer ? "cast it to int64"
                                                : "cast it to decimal128(38, " + std::to_string(target.places) + ")";
    }
    error(Code::column_type, std::string(columns_[child]),
          "expected a column of " + rule::type_text(to, rules_.module().choices) + " for " + quoted(target.name) +
              ", found " + quoted(columns_[child]) + " of " + type.text,
          std::move(help));
  }

  void find_clashes() {
    std::set<std::string_view> names;
    if (options_.append) names.insert(columns_.begin(), columns_.end());
    for (const ResultColumn& column : out_.results) {
      if (names.insert(column.name).second) continue;
      const bool appended = options_.append && find_column(column.name);
      error(Code::column_name, appended ? "append" : "output",
            "two columns of the result would be named " + quoted(column.name),
            appended ? "rename the column that is read, or do not append"
                     : "rename a definition, decision or condition in the rules, or ask for fewer outputs");
    }
  }

  const Rules& rules_;
  const BatchOptions& options_;
  const ArrowSchema& schema_;
  std::vector<std::string_view> columns_;
  std::vector<bool> read_;
  std::vector<const std::string*> named_;  ///< for each fact, the column that an option gives
  std::vector<bool> unknown_;
  std::optional<std::size_t> day_child_;
  Binding out_;
  Diagnostics findings_;
};

}  // namespace detail

RFS_INLINE Result<Binding, Diagnostics> bind_columns(const Rules& rules, const BatchOptions& options,
                                                     const ArrowSchema& schema) {
  return detail::Binder(rules, options, schema).run();
}

/// Notes which columns no fact is named like, where there are any.
RFS_INLINE Diagnostics note_ignored(const std::vector<std::string>& names) {
  Diagnostics out;
  if (names.empty()) return out;
  Diagnostic note;
  note.code = Code::column_ignored;
  note.severity = Severity::note;
  note.message = "no fact is named like these columns, which are not read: ";
  for (std::size_t i = 0; i < names.size(); ++i) note.message += (i == 0 ? "`" : ", `") + names[i] + "`";
  out.add(std::move(note));
  return out;
}

RFS_INLINE Result<Bound, Diagnostics> bind_rules(const Rules& rules, const BatchOptions& options,
                                                 const ArrowSchema& schema) {
  auto binding = bind_columns(rules, options, schema);
  if (!binding) return binding.error();
  Bound out;
  out.notes = note_ignored(binding->ignored);
  for (const ResultColumn& column : binding->results) out.columns.push_back({column, 0});
  out.files.push_back(std::move(*binding));
  return out;
}

}  // namespace rfs::inline RFS_ABI::batch
