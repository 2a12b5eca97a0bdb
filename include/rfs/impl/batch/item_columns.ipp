#pragma once

#include <algorithm>

#include "rfs/diag/suggest.hpp"
#include "rfs/impl/batch/column_type.ipp"
#include "rfs/impl/batch/decoder.ipp"
#include "rfs/impl/batch/item_columns.hpp"

namespace rfs::inline RFS_ABI::batch {

RFS_INLINE Diagnostic column_error(Code code, std::string path, std::string message, std::string help) {
  Diagnostic finding;
  finding.code = code;
  finding.path = std::move(path);
  finding.message = std::move(message);
  finding.help = std::move(help);
  return finding;
}

namespace detail {
RFS_INLINE std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

RFS_INLINE std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& names,
                                    const char* otherwise) {
  const std::string near = diag::nearest(name, names);
  return near.empty() ? otherwise : "did you mean " + detail::quoted(near) + "?";
}
}  // namespace detail

RFS_INLINE bool declares_fact(const rule::File& file, std::string_view name) {
  const std::size_t point = name.find('.');
  const auto is = [](std::string_view wanted) {
    return [wanted](const rule::Fact& fact) { return fact.name.text == wanted; };
  };
  const auto fact = std::find_if(file.facts.begin(), file.facts.end(), is(name.substr(0, point)));
  if (fact == file.facts.end() || point == std::string_view::npos) return fact != file.facts.end();
  return std::any_of(fact->fields.begin(), fact->fields.end(), is(name.substr(point + 1)));
}

RFS_INLINE FieldOptions::FieldOptions(const Rules& rules, const BatchOptions& options, Diagnostics& findings) {
  const auto& facts = rules.file().facts;
  const auto find = [&](std::string_view name, const char* option) -> std::optional<Field> {
    const std::string_view list = name.substr(0, name.find('.')), wanted = name.substr(list.size() + 1);
    const auto at = std::find_if(facts.begin(), facts.end(), [&](const rule::Fact& f) { return f.name.text == list; });
    std::vector<std::string_view> names;
    if (at == facts.end() || at->fields.empty()) {
      for (const rule::Fact& fact : facts) {
        if (!fact.fields.empty()) names.push_back(fact.name.text);
      }
      findings.add(column_error(Code::unknown_fact, option,
                                "no list of records is named " + detail::quoted(list) + ", which the option " +
                                    detail::quoted(option) + " names with a field",
                                detail::did_you_mean(list, names, "the rules declare no such list")));
      return std::nullopt;
    }
    for (std::size_t i = 0; i < at->fields.size(); ++i) {
      if (at->fields[i].name.text == wanted) return Field(static_cast<std::uint32_t>(at - facts.begin()), i);
      names.push_back(at->fields[i].name.text);
    }
    findings.add(column_error(Code::unknown_fact, option,
                              "unknown field " + detail::quoted(name) + " in the option " + detail::quoted(option),
                              detail::did_you_mean(wanted, names, "the record declares no such field")));
    return std::nullopt;
  };
  for (const auto& [name, column] : options.columns) {
    if (!names_field(name)) continue;
    const auto field = find(name, "columns");
    if (!field) continue;
    if (this->column(FactId(field->first), field->second) != nullptr) {
      findings.add(column_error(Code::column_name, "columns",
                                "two columns are given for the field " + detail::quoted(name), "keep one of them"));
    }
    columns_.emplace_back(*field, &column);
  }
  for (const std::string& name : options.unknown) {
    if (!names_field(name)) continue;
    if (const auto field = find(name, "unknown")) unknown_.push_back(*field);
  }
}

RFS_INLINE const std::string* FieldOptions::column(FactId fact, std::size_t field) const noexcept {
  for (const auto& [of, column] : columns_) {
    if (of == Field(fact.value, field)) return column;
  }
  return nullptr;
}

RFS_INLINE bool FieldOptions::is_unknown(FactId fact, std::size_t field) const noexcept {
  return std::find(unknown_.begin(), unknown_.end(), Field(fact.value, field)) != unknown_.end();
}

RFS_INLINE std::string ItemColumns::cell_name(std::size_t item, std::size_t field) const {
  return name + "[" + std::to_string(item + 1) + "]" + (names[field].empty() ? "" : "." + names[field]);
}

RFS_INLINE Diagnostic type_refusal(const ColumnType& type, const Target& target, std::string_view column) {
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
  return column_error(Code::column_type, std::string(column),
                      "expected a column of " + rule::type_text(to, *target.choices) + " for " +
                          detail::quoted(target.name) + ", found " + detail::quoted(column) + " of " + type.text,
                      std::move(help));
}

RFS_INLINE ItemColumns bind_items(const Rules& rules, const BatchOptions& options, const FieldOptions& named,
                                  FactId fact, NotANumber nan, const std::vector<NamedColumn>& columns,
                                  std::string_view items, std::vector<bool>& read, Diagnostics& findings) {
  const rule::Fact& declared = rules.file().facts[fact.value];
  const rule::ListDomain& domain = *rules.module().facts[fact].domain.list;
  const bool records = !declared.fields.empty();
  ItemColumns out;
  out.fact = fact;
  out.name = declared.name.text;
  out.most = domain.max_items;
  std::vector<std::string_view> names;
  for (const NamedColumn& column : columns) names.push_back(column.name);
  for (std::size_t i = 0; i < domain.fields.size(); ++i) {
    const rule::ListDomain::Field& field = domain.fields[i];
    const std::string path = records ? out.name + "." + field.name : out.name;
    out.names.push_back(field.name);
    const std::string* const given = named.column(fact, i);
    const std::string_view wanted = given != nullptr ? std::string_view(*given) : records ? field.name : items;
    const auto at = std::find(names.begin(), names.end(), wanted);
    if (named.is_unknown(fact, i)) {
      out.unknown.push_back(i);
      if (given == nullptr && at == names.end()) continue;
      findings.add(column_error(
          Code::column_name, "unknown",
          "the option `unknown` names " + detail::quoted(path) + ", which has the column " + detail::quoted(wanted),
          "take it out of `unknown`, or rename the column"));
      continue;
    }
    if (at == names.end()) {
      if (field.has_default && given == nullptr) continue;
      const std::string near = diag::nearest(wanted, names);
      findings.add(column_error(
          Code::column_missing, path,
          (records ? "no column for the field " : "no column for the items of ") + detail::quoted(path),
          near.empty()
              ? "name its column in the option `columns`, or the field in `unknown` if the data does not have it"
              : "did you mean the column " + detail::quoted(near) + "? name it in the option `columns`"));
      continue;
    }
    const auto child = static_cast<std::size_t>(at - names.begin());
    read[child] = true;
    ColumnType type = column_type(*columns[child].schema);
    Target target(path, field.domain, rules.module().choices, rules.file().currency);
    if (!readable(type, target)) {
      findings.add(type_refusal(type, target, wanted.empty() ? std::string_view(path) : wanted));
      continue;
    }
    out.fields.push_back({child, i, Decoder(std::move(type), std::move(target), options.floats, nan)});
  }
  return out;
}

RFS_INLINE void read_items(const ItemColumns& columns, std::int64_t first, std::size_t rows, Decoded& out) {
  out.problems.clear();
  out.corrupt.clear();
  out.columns.resize(columns.fields.size());
  for (std::size_t i = 0; i < columns.fields.size() && out.corrupt.empty(); ++i) {
    columns.fields[i].decoder.read(first, rows, i, out);
  }
  std::stable_sort(out.problems.begin(), out.problems.end(),
                   [](const CellProblem& a, const CellProblem& b) { return a.row < b.row; });
}

RFS_INLINE bool ListBeing::begin(const ItemColumns& columns, std::size_t count) {
  list = {};
  problems.clear();
  assumed = 0;
  if (count > columns.most) {
    problems.push_back({columns.name, rule::too_many_items(columns.most, count)});
    return false;
  }
  list.count = count;
  list.width = columns.width();
  list.cells.resize(count * list.width);
  return true;
}

template <class Cells>
void ListBeing::put(const ItemColumns& columns, const Cells& cells, std::size_t row, std::size_t item) {
  using State = program::Given::State;
  program::Given* const into = list.cells.data() + item * list.width;
  for (const std::size_t field : columns.unknown) into[field].state = State::unknown;
  bool refused = false;
  for (std::size_t i = 0; i < columns.fields.size(); ++i) {
    const auto& column = cells.columns[i];
    program::Given& cell = into[columns.fields[i].field];
    const Cell is = column.cell(row);
    refused = refused || is == Cell::refused;
    cell.state = is == Cell::known ? State::known : State::unknown;
    if (is != Cell::known) continue;
    const Target& target = columns.fields[i].decoder.target();
    cell.value = target.stepped ? Value{Exact(column.step(row)) * target.step, {}} : column.values[row];
    if (!column.assumed.empty())
      assumed += std::binary_search(column.assumed.begin(), column.assumed.end(), row) ? 1 : 0;
  }
  if (!refused) return;
  auto at = std::lower_bound(cells.problems.begin(), cells.problems.end(), row,
                             [](const CellProblem& problem, std::size_t wanted) { return problem.row < wanted; });
  for (; at != cells.problems.end() && at->row == row; ++at) {
    problems.push_back({columns.cell_name(item, columns.fields[at->column].field), at->problem});
  }
}

RFS_INLINE void ListBeing::put_unknown(std::size_t item) {
  for (std::size_t i = 0; i < list.width; ++i) {
    list.cells[item * list.width + i].state = program::Given::State::unknown;
  }
}

}  // namespace rfs::inline RFS_ABI::batch
