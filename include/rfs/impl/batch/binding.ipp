#pragma once

#include <algorithm>
#include <set>

#include "rfs/diag/suggest.hpp"
#include "rfs/impl/batch/binding.hpp"
#include "rfs/impl/batch/children.ipp"
#include "rfs/impl/batch/column_type.ipp"
#include "rfs/impl/batch/decoder.ipp"
#include "rfs/impl/batch/list_column.ipp"
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
    fields_.emplace(rules_, options_, findings_);
    bind_day();
    bind_keys();
    for (std::size_t i = 0; i < facts().size(); ++i) bind_fact(i);
    out_.facts = rules_.file().facts.size();
    if (out_.day == std::nullopt && day_child_) {
      add_column(*day_child_, {}, Target("as_of", day_domain(), rules_.module().choices, rules_.file().currency));
    }
    out_.null_lists = options_.null_lists;
    out_.results = result_columns(rules_, options_);
    for (std::size_t i = 0; i < out_.results.size(); ++i) out_.places.push_back(i);
    find_clashes();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!read_[i]) out_.ignored.emplace_back(columns_[i]);
    }
    out_.ignored.insert(out_.ignored.end(), ignored_.begin(), ignored_.end());
    if (findings_.has_errors()) return findings_;
    return std::move(out_);
  }

 private:
  [[nodiscard]] const std::vector<rule::Fact>& facts() const { return rules_.file().facts; }

  void error(Code code, std::string path, std::string message, std::string help) {
    findings_.add(column_error(code, std::move(path), std::move(message), std::move(help)));
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
      if (FieldOptions::names_field(fact)) continue;
      const auto index = find_fact(fact, "columns");
      if (!index) continue;
      if (named_[*index] != nullptr) {
        error(Code::column_name, "columns", "two columns are given for the fact " + quoted(fact), "keep one of them");
      }
      named_[*index] = &column;
    }
    for (const std::string& fact : options_.unknown) {
      if (FieldOptions::names_field(fact)) continue;
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

  /// Finds the column of the applicants' keys, where lists stand in child tables.
  void bind_keys() {
    const std::string& name = options_.key;
    if (!options_.lists) {
      if (!name.empty()) {
        error(Code::column_name, "key", "the option `key` is given, and no child table",
              "give the child tables in `lists`, or leave `key` out");
      }
      return;
    }
    if (name.empty()) {
      return error(Code::column_missing, "key", "child tables are given, and no column of the applicants' keys",
                   "name the column in the option `key`");
    }
    const auto child = find_column(name);
    if (!child) return no_column(name, "key", ", which the option `key` names");
    read_[*child] = true;
    ColumnType type = column_type(*schema_.children[*child]);
    const auto& children = options_.lists->children();
    const std::vector<ChildList>* const lists = children->lists(rules_.digest());
    if (lists == nullptr) {
      return error(Code::column_type, "lists", "the child tables were read for other rules than decide",
                   "read them by `read_lists` of the rules, or of the shelf, that decides");
    }
    if (auto wrong = key_refusal(type, children->kind(), name)) {
      findings_.add(std::move(*wrong));
      return;
    }
    out_.keys.emplace(BoundKeys{*child, KeyColumn(std::move(type)), children, lists, options_.orphans, {}});
  }

  /// Binds a list that has a column of its own.
  void bind_list(std::size_t index, std::size_t child, const std::string& column) {
    read_[child] = true;
    const ArrowSchema& schema = *schema_.children[child];
    const auto form = ListColumn::form_of(schema);
    if (!form) {
      return error(Code::column_type, column,
                   "expected a column of lists for " + quoted(facts()[index].name.text) + ", found " + quoted(column) +
                       " of " + column_type(schema).text,
                   "give lists of structs, JSON as text, or a child table in the option `lists`");
    }
    out_.lists.push_back(
        {child, ListColumn(*form, schema, rules_, options_, *fields_, FactId(index), ignored_, findings_)});
  }

  /// Returns whether the list stands in a child table; a column beside it is an error.
  [[nodiscard]] bool in_child_table(std::size_t index, std::optional<std::size_t> child, const std::string& column) {
    const std::vector<ChildList>* const lists =
        options_.lists ? options_.lists->children()->lists(rules_.digest()) : nullptr;
    const auto is_fact = [&](const ChildList& list) { return list.columns.fact == FactId(index); };
    if (lists == nullptr || std::none_of(lists->begin(), lists->end(), is_fact)) return false;
    const std::string& name = facts()[index].name.text;
    if (unknown_[index] || child) {
      error(Code::column_name, "lists",
            "the list " + quoted(name) + " has a child table, and " +
                (child ? "the column " + quoted(column) : "the option `unknown` names it"),
            child ? "rename the column, or leave the child table out" : "take it out of `unknown`");
    }
    return true;
  }

  void bind_fact(std::size_t index) {
    const rule::Fact& fact = facts()[index];
    const bool is_list = fact.domain.type.kind == Kind::list;
    const std::string& name = fact.name.text;
    const std::string& column = named_[index] == nullptr ? name : *named_[index];
    const auto child = find_column(column);
    if (is_list && in_child_table(index, child, column)) return;
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
              ? std::string(is_list ? "give its child table in the option `lists`, its column in `columns`, or name it "
                                      "in `unknown` if the data does not have it"
                                    : "name its column in the option `columns`, or the fact in `unknown` if the data "
                                      "does not have it")
              : "did you mean the column `" + near + "`? name it in the option `columns`");
    }
    if (is_list) return bind_list(index, *child, column);
    add_column(
        *child, FactId(index),
        Target(name, rules_.module().facts[FactId(index)].domain, rules_.module().choices, rules_.file().currency));
  }

  void add_column(std::size_t child, FactId fact, Target target) {
    read_[child] = true;
    ColumnType type = column_type(*schema_.children[child]);
    if (!batch::readable(type, target)) {
      findings_.add(type_refusal(type, target, columns_[child]));
      return;
    }
    out_.columns.push_back({child, fact, Decoder(std::move(type), std::move(target), options_.floats, options_.nan)});
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
  std::optional<FieldOptions> fields_;
  std::vector<std::string> ignored_;  ///< columns of items that no field is named like
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
  if (options.lists) out.notes.append(options.lists->notes());
  for (const ResultColumn& column : binding->results) out.columns.push_back({column, 0});
  out.files.push_back(std::move(*binding));
  return out;
}

}  // namespace rfs::inline RFS_ABI::batch
