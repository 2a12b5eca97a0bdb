#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rfs/impl/batch/arrow_export.hpp"
#include "rfs/rfs.hpp"

namespace rfs::batch_tests {

/// A cell as text, the form that `Facts::set` takes; nothing is a null.
using CellText = std::optional<std::string>;

/// A column to make: cells as text, laid out as an Arrow format says; with `values`, a dictionary of these.
struct TestColumn {
  std::string name;
  std::string format;
  std::vector<CellText> cells;
  std::string values;       ///< format of the dictionary's values
  std::int64_t before = 0;  ///< cells of other rows before the first: the array's offset
};

/// Bytes of an array, kept alive by it.
template <class T>
batch::Buffer buffer_of(const std::vector<T>& items) {
  batch::Buffer out(items.size() * sizeof(T));
  if (!items.empty()) std::memcpy(out.as<T>(), items.data(), items.size() * sizeof(T));
  return out;
}

/// Returns the whole number that a decimal text is in units of 10^-scale.
inline Exact units_of(const std::string& text, int scale) { return *Exact::parse(text) * Exact::power_of_ten(scale); }

inline std::int64_t day_of(const std::string& text) { return Date::parse(text).value().days; }

/// Lays cells out; nulls keep a slot that holds nonsense.
class Layouter {
 public:
  Layouter(std::string format, const std::vector<CellText>& cells) : format_(std::move(format)), cells_(cells) {}

  std::vector<batch::Buffer> run() {
    std::vector<batch::Buffer> out(1);
    out[0] = batch::Buffer(cells_.size() / 8 + 1);
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (cells_[i]) out[0].as<std::uint8_t>()[i / 8] |= static_cast<std::uint8_t>(1U << i % 8);
    }
    if (format_ == "n") return {};
    if (format_ == "b") {
      out.emplace_back(cells_.size() / 8 + 1);
      for (std::size_t i = 0; i < cells_.size(); ++i) {
        if (!cells_[i] || *cells_[i] == "true")
          out[1].as<std::uint8_t>()[i / 8] |= static_cast<std::uint8_t>(1U << i % 8);
      }
    } else if (format_ == "u") {
      texts<std::int32_t>(out);
    } else if (format_ == "U") {
      texts<std::int64_t>(out);
    } else if (format_ == "vu") {
      views(out);
    } else if (format_[0] == 'd') {
      decimals(out);
    } else {
      fixed(out);
    }
    return out;
  }

 private:
  template <class T, class Make>
  void put(std::vector<batch::Buffer>& out, Make make) {
    std::vector<T> items;
    for (const CellText& cell : cells_) items.push_back(cell ? static_cast<T>(make(*cell)) : static_cast<T>(0x5A));
    out.push_back(buffer_of(items));
  }

  template <class T>
  void texts(std::vector<batch::Buffer>& out) {
    std::vector<T> offsets{0};
    std::string bytes;
    for (const CellText& cell : cells_) {
      bytes += cell.value_or("nonsense");
      offsets.push_back(static_cast<T>(bytes.size()));
    }
    out.push_back(buffer_of(offsets));
    out.push_back(buffer_of(std::vector<char>(bytes.begin(), bytes.end())));
  }

  void views(std::vector<batch::Buffer>& out) {
    std::vector<char> rows(cells_.size() * 16), bytes;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      char* const at = rows.data() + i * 16;
      const auto put_int = [&](std::size_t offset, std::int64_t value) {
        const auto small = static_cast<std::int32_t>(value);
        std::memcpy(at + offset, &small, sizeof small);
      };
      if (!cells_[i]) {
        put_int(0, -1);
        continue;
      }
      const std::string& text = *cells_[i];
      put_int(0, static_cast<std::int64_t>(text.size()));
      std::memcpy(at + 4, text.data(), std::min<std::size_t>(text.size(), text.size() <= 12 ? 12 : 4));
      if (text.size() <= 12) continue;
      put_int(8, 0);
      put_int(12, static_cast<std::int64_t>(bytes.size()));
      bytes.insert(bytes.end(), text.begin(), text.end());
    }
    out.push_back(buffer_of(rows));
    out.push_back(buffer_of(bytes));
    out.push_back(buffer_of(std::vector<std::int64_t>{static_cast<std::int64_t>(bytes.size())}));
  }

  void decimals(std::vector<batch::Buffer>& out) {
    int precision = 0, scale = 0, bits = 128;
    REQUIRE(std::sscanf(format_.c_str(), "d:%d,%d,%d", &precision, &scale, &bits) >= 2);
    std::vector<std::uint8_t> bytes;
    for (const CellText& cell : cells_) {
      Exact units = cell ? units_of(*cell, scale) : Exact(0x5A);
      REQUIRE(units.is_integer());
      for (int byte = 0; byte < bits / 8; ++byte) {
        const Exact rest = (units / 256).floor();
        bytes.push_back(static_cast<std::uint8_t>(*(units - rest * 256).to_int64()));
        units = rest;
      }
    }
    out.push_back(buffer_of(bytes));
  }

  void fixed(std::vector<batch::Buffer>& out) {
    const auto whole = [](const std::string& text) { return std::stoll(text); };
    const auto unsigned_whole = [](const std::string& text) { return std::stoull(text); };
    const auto ticks = [](std::int64_t per_day) {
      return [per_day](const std::string& text) {
        const auto hour = text.size() > 11 ? std::stoll(text.substr(11, 2)) : 0;
        return day_of(text.substr(0, 10)) * per_day + hour * (per_day / 24);
      };
    };
    if (format_ == "c") return put<std::int8_t>(out, whole);
    if (format_ == "C") return put<std::uint8_t>(out, whole);
    if (format_ == "s") return put<std::int16_t>(out, whole);
    if (format_ == "S") return put<std::uint16_t>(out, whole);
    if (format_ == "i") return put<std::int32_t>(out, whole);
    if (format_ == "I") return put<std::uint32_t>(out, whole);
    if (format_ == "l") return put<std::int64_t>(out, whole);
    if (format_ == "L") return put<std::uint64_t>(out, unsigned_whole);
    if (format_ == "f")
      return put<float>(out, [](const std::string& text) { return std::strtof(text.c_str(), nullptr); });
    if (format_ == "g")
      return put<double>(out, [](const std::string& text) { return std::strtod(text.c_str(), nullptr); });
    if (format_ == "tdD") return put<std::int32_t>(out, day_of);
    if (format_ == "tdm") return put<std::int64_t>(out, ticks(86'400'000));
    if (format_.substr(0, 3) == "tss") return put<std::int64_t>(out, ticks(86'400));
    if (format_.substr(0, 3) == "tsm") return put<std::int64_t>(out, ticks(86'400'000));
    if (format_.substr(0, 3) == "tsu") return put<std::int64_t>(out, ticks(86'400'000'000));
    if (format_.substr(0, 3) == "tsn") return put<std::int64_t>(out, ticks(86'400'000'000'000));
    // What cannot be read is refused by its schema alone.
    out.emplace_back(cells_.size() * 16);
  }

  std::string format_;
  const std::vector<CellText>& cells_;
};

inline void make_schema(const TestColumn& column, ArrowSchema& out) {
  ArrowSchema values{};
  if (!column.values.empty()) batch::export_schema(column.values, "", ARROW_FLAG_NULLABLE, {}, nullptr, values);
  batch::export_schema(column.format, column.name, ARROW_FLAG_NULLABLE, {}, column.values.empty() ? nullptr : &values,
                       out);
}

/// Makes the array of a column's rows from `first` to `last`.
inline void make_array(const TestColumn& column, std::size_t first, std::size_t last, ArrowArray& out) {
  std::vector<CellText> cells(static_cast<std::size_t>(column.before));
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (column.cells.size() > i % 2) cells[i] = column.cells[column.cells.size() - 1 - i % column.cells.size()];
  }
  cells.insert(cells.end(), column.cells.begin() + static_cast<std::ptrdiff_t>(first),
               column.cells.begin() + static_cast<std::ptrdiff_t>(last));
  ArrowArray values{};
  if (!column.values.empty()) {
    // Each batch has a dictionary of its own, in the order of its rows; nulls point anywhere.
    std::vector<CellText> words;
    for (CellText& cell : cells) {
      if (!cell) continue;
      const auto at = std::find(words.begin(), words.end(), cell);
      const auto index = at - words.begin();
      if (at == words.end()) words.push_back(cell);
      cell = std::to_string(index);
    }
    batch::export_array(static_cast<std::int64_t>(words.size()), -1, Layouter(column.values, words).run(), {}, nullptr,
                        values);
  }
  batch::export_array(static_cast<std::int64_t>(last - first), -1, Layouter(column.format, cells).run(), {},
                      column.values.empty() ? nullptr : &values, out);
  out.offset = column.before;
}

/// Makes a stream of tables, in batches of these sizes.
inline ArrowArrayStream make_stream(std::vector<TestColumn> columns, std::vector<std::size_t> batches) {
  struct State {
    std::vector<TestColumn> columns;
    std::vector<std::size_t> batches;
    std::size_t at = 0, row = 0;
  };
  ArrowArrayStream out{};
  out.private_data = new State{std::move(columns), std::move(batches), 0, 0};
  out.get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
    const auto& state = *static_cast<State*>(self->private_data);
    std::vector<ArrowSchema> children(state.columns.size());
    for (std::size_t i = 0; i < children.size(); ++i) make_schema(state.columns[i], children[i]);
    batch::export_schema("+s", "", 0, std::move(children), nullptr, *schema);
    return 0;
  };
  out.get_next = [](ArrowArrayStream* self, ArrowArray* array) {
    auto& state = *static_cast<State*>(self->private_data);
    *array = {};
    if (state.at == state.batches.size()) return 0;
    const std::size_t rows = state.batches[state.at++];
    std::vector<ArrowArray> children(state.columns.size());
    for (std::size_t i = 0; i < children.size(); ++i) {
      make_array(state.columns[i], state.row, state.row + rows, children[i]);
    }
    state.row += rows;
    batch::export_array(static_cast<std::int64_t>(rows), 0, std::vector<batch::Buffer>(1), std::move(children), nullptr,
                        *array);
    return 0;
  };
  out.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  out.release = [](ArrowArrayStream* self) {
    delete static_cast<State*>(self->private_data);
    self->release = nullptr;
  };
  return out;
}

/// A row of results: each column's text, nothing for a null.
using ResultRow = std::map<std::string, CellText>;

/// Writes a cell of an array as text: words, decimals, dates, `[a, b]` for lists.
inline CellText cell_text(const ArrowSchema& schema, const ArrowArray& array, std::int64_t row) {
  const std::int64_t at = array.offset + row;
  const auto* const valid = static_cast<const std::uint8_t*>(array.n_buffers == 0 ? nullptr : array.buffers[0]);
  if (valid != nullptr && (valid[at / 8] >> (at % 8) & 1) == 0) return std::nullopt;
  const std::string format = schema.format;
  const auto value = [&](auto type) { return static_cast<const decltype(type)*>(array.buffers[1])[at]; };
  if (schema.dictionary != nullptr) {
    const std::int64_t index = format == "c" ? std::int64_t{value(std::int8_t{})} : std::int64_t{value(std::int32_t{})};
    return cell_text(*schema.dictionary, *array.dictionary, index);
  }
  if (format == "u") {
    const auto* const offsets = static_cast<const std::int32_t*>(array.buffers[1]) + at;
    return std::string(static_cast<const char*>(array.buffers[2]) + offsets[0],
                       static_cast<std::size_t>(offsets[1] - offsets[0]));
  }
  if (format == "b")
    return (static_cast<const std::uint8_t*>(array.buffers[1])[at / 8] >> (at % 8) & 1) != 0 ? "true" : "false";
  if (format == "tdD") return Date{value(std::int32_t{})}.text();
  if (format == "l") return std::to_string(value(std::int64_t{}));
  if (format == "+l") {
    const auto* const offsets = static_cast<const std::int32_t*>(array.buffers[1]) + at;
    std::string out;
    for (std::int32_t i = offsets[0]; i < offsets[1]; ++i) {
      out += (out.empty() ? "" : ", ") + *cell_text(*schema.children[0], *array.children[0], i);
    }
    return "[" + out + "]";
  }
  int precision = 0, scale = 0, bits = 128;
  REQUIRE(std::sscanf(format.c_str(), "d:%d,%d,%d", &precision, &scale, &bits) >= 2);
  if (bits == 64) {
    return (Exact(value(std::int64_t{})) * Exact::power_of_ten(-scale)).text(static_cast<std::size_t>(scale));
  }
  const auto* const words = static_cast<const std::int64_t*>(array.buffers[1]) + at * 2;
  const Exact half = Exact(std::int64_t{1} << 32);
  const auto low = static_cast<std::uint64_t>(words[0]);
  const Exact units = (Exact(words[1]) * half + static_cast<std::int64_t>(low >> 32)) * half +
                      static_cast<std::int64_t>(low & 0xFFFFFFFF);
  return (units * Exact::power_of_ten(-scale)).text(static_cast<std::size_t>(scale));
}

/// Reads a stream of results to its end and releases it; `error` takes the words of a failure.
inline std::vector<ResultRow> read_results(ArrowArrayStream& stream, std::string* error = nullptr,
                                           const std::function<void()>& before_release = nullptr) {
  std::vector<ResultRow> out;
  ArrowSchema schema{};
  REQUIRE(stream.get_schema(&stream, &schema) == 0);
  for (;;) {
    ArrowArray array{};
    const int number = stream.get_next(&stream, &array);
    if (number != 0) {
      REQUIRE(error != nullptr);
      *error = stream.get_last_error(&stream);
      break;
    }
    if (array.release == nullptr) break;
    CHECK(array.n_children == schema.n_children);
    for (std::int64_t row = 0; row < array.length; ++row) {
      ResultRow cells;
      for (std::int64_t i = 0; i < schema.n_children; ++i) {
        CHECK(array.children[i]->length == array.length);
        cells[schema.children[i]->name] = cell_text(*schema.children[i], *array.children[i], row);
      }
      out.push_back(std::move(cells));
    }
    array.release(&array);
  }
  if (before_release) before_release();
  schema.release(&schema);
  stream.release(&stream);
  return out;
}

/// What one applicant's evaluation gives, in the form of a row of results with all outputs and sets as lists.
inline ResultRow by_evaluate(const Rules& rules, const Facts& facts, Date as_of) {
  Outcome out(rules);
  rules.evaluate(facts, as_of, out);
  ResultRow row;
  std::string error;
  for (const Diagnostic& finding : out.problems().all()) {
    error += (error.empty() ? "" : "; ") + diag::code_text(finding.code) + ": " + finding.message;
    if (!finding.help.empty()) error += " (" + finding.help + ")";
  }
  row["error"] = error.empty() ? CellText() : CellText(error);
  const auto& file = rules.file();
  const auto number = [&](const Exact& value, const Type& type) {
    return rule::plain({value, {}}, type, rules.module().choices, file.currency);
  };
  for (std::size_t i = 0; i < file.decisions.size(); ++i) {
    const DecisionId id(i);
    const program::Decision& decision = rules.program().decisions[id];
    const std::string& name = file.decisions[i].name.text;
    const auto names = [&](const auto& range, auto name_of) {
      std::string text;
      for (const auto& item : range) text += (text.empty() ? "" : ", ") + std::string(name_of(item));
      return "[" + text + "]";
    };
    row[name + "_status"] = std::string(status_text(out.status(id)));
    const Reasons why = reasons(out, id);
    if (decision.amount.valid()) {
      const Type& type = rules.module().decisions[id].amount_type;
      const auto bounds = out.amount(id);
      row[name + "_least"] = bounds ? CellText(number(bounds->least, type)) : std::nullopt;
      row[name + "_most"] = bounds ? CellText(number(bounds->most, type)) : std::nullopt;
      row[name + "_amount"] = bounds && bounds->known() ? row[name + "_least"] : std::nullopt;
    }
    row[name + "_unmet"] =
        out.refused() ? CellText() : names(why.unmet, [&](std::uint32_t c) { return decision.conditions[c].name; });
    row[name + "_needed"] =
        out.refused() ? CellText() : names(needed_names(rules, why), [](const std::string& cell) { return cell; });
    for (std::size_t c = 0; c < decision.conditions.size(); ++c) {
      CellText& is = row[name + "_condition_" + decision.conditions[c].name];
      if (is || out.refused() || out.truth(id, c) == Bool3::unknown) continue;
      is = out.truth(id, c) == Bool3::yes ? "true" : "false";
    }
  }
  for (std::size_t i = 0; i < file.definitions.size(); ++i) {
    CellText& value = row[file.definitions[i].name.text];
    if (out.refused()) continue;
    const program::Reading reading = out.reading(DefinitionId(i));
    const Type type = outcome_type(rules.module().definitions[DefinitionId(i)].type);
    if (!reading.known(type.kind)) continue;
    Value known;
    if (type.kind == Kind::boolean) known.number = reading.truth == Bool3::yes ? 1 : 0;
    if (type.kind == Kind::choice) known.number = static_cast<std::int64_t>(reading.words.front());
    if (type.kind == Kind::text) known.text = *reading.text;
    if (is_numeric(type.kind)) known.number = reading.interval.least;
    value = rule::plain(known, type, rules.module().choices, file.currency);
  }
  return row;
}

/// Returns whether two cells say the same: numbers may have more zeros, and percentages stand as numbers.
inline bool same_cell(const CellText& a, const CellText& b) {
  if (a == b) return true;
  if (!a || !b) return false;
  const auto number = [](const std::string& text) {
    const bool percent = !text.empty() && text.back() == '%';
    const auto read = Exact::parse(percent ? text.substr(0, text.size() - 1) : text);
    return read && percent ? std::optional<Exact>(*read / 100) : read;
  };
  const auto x = number(*a), y = number(*b);
  return x && y && *x == *y;
}

/// Returns whether two errors are the same but for how they write the value that was found, and for the repair.
inline bool same_error(const CellText& a, const CellText& b) {
  const auto gist = [](const CellText& text) { return text ? text->substr(0, text->find(", found ")) : ""; };
  return a.has_value() == b.has_value() && gist(a) == gist(b);
}

inline std::string row_text(const ResultRow& row) {
  std::string out;
  for (const auto& [name, cell] : row) out += name + "=" + cell.value_or("(null)") + "  ";
  return out;
}

inline bool same_row(const ResultRow& a, const ResultRow& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [name, cell] : a) {
    const auto found = b.find(name);
    if (found == b.end()) return false;
    const bool same = name == "error" ? same_error(cell, found->second) : same_cell(cell, found->second);
    if (!same) return false;
  }
  return true;
}

/// Options that ask for everything, sets as lists.
inline BatchOptions all_outputs(Date as_of) {
  BatchOptions out;
  out.as_of = as_of;
  out.output = {true, true, true, true, true, true};
  out.sets = SetForm::list;
  return out;
}

}  // namespace rfs::batch_tests
