#include "batch_results.hpp"

#include <charconv>
#include <cstring>
#include <map>

#include "rfs/evaluate/outcome.hpp"
#include "rfs/rule/given.hpp"
#include "rfs/source/quote.hpp"
#include "rfs/value/currency.hpp"
#include "rfs/value/text.hpp"

namespace rfs_cli {

namespace {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

template <class T>
T value_at(const ArrowArray& array, std::size_t row) {
  T out;
  std::memcpy(&out, static_cast<const char*>(array.buffers[1]) + row * sizeof(T), sizeof out);
  return out;
}

bool bit_at(const void* bits, std::size_t row) {
  return (static_cast<const std::uint8_t*>(bits)[row / 8] >> row % 8 & 1) != 0;
}

std::string_view text_at(const ArrowArray& array, std::size_t row) {
  const auto begin = value_at<std::int32_t>(array, row), end = value_at<std::int32_t>(array, row + 1);
  if (begin == end) return {};
  return {static_cast<const char*>(array.buffers[2]) + begin, static_cast<std::size_t>(end - begin)};
}

/// Returns the types of the columns that hold values, by their names.
std::map<std::string, rfs::Type> value_types(const rfs::Rules& rules) {
  std::map<std::string, rfs::Type> out;
  for (std::size_t i = 0; i < rules.file().decisions.size(); ++i) {
    for (const char* what : {"_amount", "_least", "_most"}) {
      out[rules.file().decisions[i].name.text + what] = rules.module().decisions[rfs::DecisionId(i)].amount_type;
    }
  }
  for (std::size_t i = 0; i < rules.file().definitions.size(); ++i) {
    out[rules.file().definitions[i].name.text] =
        rfs::outcome_type(rules.module().definitions[rfs::DefinitionId(i)].type);
  }
  return out;
}

/// Returns the text as a cell of CSV, in UTF-8 whatever the text.
std::string csv_cell(std::string_view text) {
  std::string out;
  for (std::size_t bad = 0; (bad = rfs::source::find_invalid_utf8(text)) != text.npos; text.remove_prefix(bad + 1)) {
    out.append(text, 0, bad).append("\xEF\xBF\xBD");
  }
  out += text;
  if (out.find_first_of(",\"\r\n") == out.npos) return out;
  std::string quoted = "\"";
  for (const char c : out) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

}  // namespace

ResultWriter::ResultWriter(const rfs::Rules& rules, RowFormat format, const ArrowSchema& schema,
                           const std::vector<std::string>& names)
    : format_(format) {
  std::map<std::string, std::int64_t> children;
  std::vector<std::string> own;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    children.emplace(schema.children[i]->name, i);
    own.emplace_back(schema.children[i]->name);
  }
  const auto types = value_types(rules);
  const int minor = rfs::value::minor_digits(rules.file().currency).value_or(0);
  for (const std::string& name : names.empty() ? own : names) {
    Column column;
    column.name = name;
    const bool first = columns_.empty();
    const std::string separator = first ? "" : ",";
    column.lead = format == RowFormat::csv ? separator : (first ? "{" : ",") + rfs::source::quote(column.name) + ":";
    const auto child = children.find(name);
    if (child == children.end()) {
      column.form = Form::none;
      columns_.push_back(std::move(column));
      continue;
    }
    column.child = child->second;
    const ArrowSchema& from = *schema.children[column.child];
    const std::string_view arrow = from.format;
    if (from.dictionary != nullptr) {
      column.form = Form::word;
      column.wide_index = arrow == "i";
    } else if (arrow == "b") {
      column.form = Form::boolean;
    } else if (arrow == "tdD") {
      column.form = Form::day;
    } else if (arrow == "l") {
      column.form = Form::whole;
    } else if (arrow.substr(0, 2) == "d:") {
      column.form = Form::decimal;
      const std::string_view scale = arrow.substr(arrow.find(',') + 1);
      std::from_chars(scale.data(), scale.data() + scale.size(), column.scale);
      const rfs::Type& type = types.at(column.name);
      column.percent = type.flavour == rfs::Flavour::percent;
      column.least_scale = type.kind == rfs::Kind::money ? minor : 0;
    } else if (arrow == "+l") {
      column.form = Form::list;
    } else {
      column.form = column.child + 1 == schema.n_children ? Form::error : Form::text;  // `error` is the last
    }
    columns_.push_back(std::move(column));
  }
}

std::string ResultWriter::header() const {
  if (format_ != RowFormat::csv) return {};
  std::string out;
  for (const Column& column : columns_) out += column.lead + csv_cell(column.name);
  return out + '\n';
}

std::string ResultWriter::written(std::string_view text) const {
  return format_ == RowFormat::csv ? csv_cell(text) : rfs::source::quote(text);
}

void ResultWriter::begin(const ArrowArray& results) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    if (column.form == Form::none) continue;
    column.array = results.children[column.child];
    column.valid = static_cast<const std::uint8_t*>(column.array->buffers[0]);
    if (column.form != Form::word || !column.words.empty()) continue;
    const ArrowArray& words = *column.array->dictionary;
    for (std::int64_t w = 0; w < words.length; ++w) {
      column.words.push_back(written(text_at(words, static_cast<std::size_t>(w))));
    }
  }
}

void ResultWriter::write_number(const Column& column, std::size_t row, std::string& out) const {
  const Int128 value =
      column.form == Form::whole ? value_at<std::int64_t>(*column.array, row) : value_at<Int128>(*column.array, row);
  const bool negative = value < 0;
  auto rest = negative ? -static_cast<UInt128>(value) : static_cast<UInt128>(value);
  int scale = column.scale;
  if (column.percent) scale -= 2;  // 0.15 is 15%
  for (; scale < 0; ++scale) rest *= 10;
  for (; scale > column.least_scale && rest % 10 == 0; --scale) rest /= 10;
  char digits[48];
  char* const end = digits + sizeof digits;
  char* at = end;
  const auto put = [&](auto whole) {  // 64 bits are quicker
    for (int written = 0; whole != 0 || written <= scale; ++written) {
      if (written == scale && scale > 0) *--at = '.';
      *--at = static_cast<char>('0' + static_cast<int>(whole % 10));
      whole /= 10;
    }
  };
  if (rest >> 64 == 0) {
    put(static_cast<std::uint64_t>(rest));
  } else {
    put(rest);
  }
  if (negative) *--at = '-';
  if (format_ == RowFormat::ndjson) out += '"';
  out.append(at, end);
  if (column.percent) out += '%';
  if (format_ == RowFormat::ndjson) out += '"';
}

void ResultWriter::write_list(const ArrowArray& list, std::size_t row, std::string& out) const {
  out += '[';
  const auto begin = value_at<std::int32_t>(list, row), end = value_at<std::int32_t>(list, row + 1);
  for (std::int32_t i = begin; i < end; ++i) {
    if (i > begin) out += ',';
    out += rfs::source::quote(text_at(*list.children[0], static_cast<std::size_t>(i)));
  }
  out += ']';
}

void ResultWriter::write_value(const Column& column, std::size_t row, std::string& out) const {
  const bool null = column.form == Form::none || (column.valid != nullptr && !bit_at(column.valid, row));
  if (null) {
    if (format_ == RowFormat::ndjson) out += "null";
    return;
  }
  switch (column.form) {
    case Form::none:
      break;
    case Form::word: {
      const std::int32_t word =
          column.wide_index ? value_at<std::int32_t>(*column.array, row) : value_at<std::int8_t>(*column.array, row);
      out += column.words[static_cast<std::size_t>(word)];
      break;
    }
    case Form::boolean:
      out += bit_at(column.array->buffers[1], row) ? "true" : "false";
      break;
    case Form::day:
      out += written(rfs::Date{value_at<std::int32_t>(*column.array, row)}.text());
      break;
    case Form::whole:
    case Form::decimal:
      write_number(column, row, out);
      break;
    case Form::list:
      write_list(*column.array, row, out);
      break;
    case Form::text:
    case Form::error:
      out += written(text_at(*column.array, row));
  }
}

std::string_view ResultWriter::error(std::size_t row) const {
  const Column& column = columns_.back();
  const bool refused = column.valid == nullptr || bit_at(column.valid, row);
  return refused ? text_at(*column.array, row) : std::string_view();
}

void ResultWriter::write(std::size_t row, std::uint64_t line, std::string& out) const {
  for (const Column& column : columns_) {
    out += column.lead;
    const bool refused = column.form == Form::error && !error(row).empty();
    if (refused) {
      out += written("line " + std::to_string(line) + ": " + std::string(error(row)));
    } else {
      write_value(column, row, out);
    }
  }
  out += format_ == RowFormat::csv ? "\n" : "}\n";
}

void ResultWriter::write_refused(std::string_view error, std::string& out) const {
  for (const Column& column : columns_) {
    out += column.lead;
    const bool status = column.form == Form::word && !column.wide_index;
    if (column.form == Form::error) {
      out += written(error);
    } else if (status) {
      out += written(rfs::status_text(rfs::Status::refused));
    } else if (format_ == RowFormat::ndjson) {
      out += "null";
    }
  }
  out += format_ == RowFormat::csv ? "\n" : "}\n";
}

}  // namespace rfs_cli
