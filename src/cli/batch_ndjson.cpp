// Rows as objects of JSON, one a line. Flat objects in which all is plain are read here, in one pass; whatever is not
// so plain is read again by the general reader, so that problems are found and worded in one place.
#include <bit>
#include <cstring>
#include <deque>
#include <unordered_map>

#include "batch_rows.hpp"
#include "rfs/json/from_source.hpp"

namespace rfs_cli {

namespace {

constexpr std::size_t kMostNames = 1'000;  // that are no fields, and are kept

constexpr std::uint64_t each_byte(std::uint64_t byte) { return byte * 0x0101010101010101; }

/// Marks bytes of eight that end a plain string: a quote, a backslash, a control character, a byte past ASCII. Right up
/// to the first of them.
std::uint64_t marks(std::uint64_t eight) noexcept {
  constexpr std::uint64_t kHigh = each_byte(0x80);
  const auto zero = [](std::uint64_t x) { return (x - each_byte(1)) & ~x; };
  const std::uint64_t below_blank = (eight - each_byte(0x20)) & ~eight;
  return (zero(eight ^ each_byte('"')) | zero(eight ^ each_byte('\\')) | below_blank | eight) & kHigh;
}

/// Returns the quote that ends the string which begins at `at`; null where it is not plain. Text is followed by zeros.
const char* string_end(const char* at) noexcept {
  const char* const begin = at;
  bool ascii = true;
  while (true) {
    if constexpr (std::endian::native == std::endian::little) {
      std::uint64_t eight;
      std::memcpy(&eight, at, sizeof eight);
      const std::uint64_t found = marks(eight);
      if (found == 0) {
        at += 8;
        continue;
      }
      at += std::countr_zero(found) / 8;
    }
    const auto c = static_cast<unsigned char>(*at);
    if (c == '"') break;
    if (c == '\\' || c < 0x20) return nullptr;
    if (c >= 0x80) ascii = false;
    ++at;
  }
  const std::string_view text(begin, static_cast<std::size_t>(at - begin));
  return ascii || rfs::source::find_invalid_utf8(text) == std::string_view::npos ? at : nullptr;
}

/// Returns the end of the number which begins at `at`, or null where it is none of JSON.
const char* number_end(const char* at) noexcept {
  const auto digits = [&at] {
    const char* const begin = at;
    while (*at >= '0' && *at <= '9') ++at;
    return at != begin;
  };
  if (*at == '-') ++at;
  if (*at == '0') {
    ++at;
  } else if (!digits()) {
    return nullptr;
  }
  if (*at == '.') {
    ++at;
    if (!digits()) return nullptr;
  }
  if (*at == 'e' || *at == 'E') {
    ++at;
    if (*at == '+' || *at == '-') ++at;
    if (!digits()) return nullptr;
  }
  return at;
}

const char* skip_blanks(const char* at) noexcept {
  while (*at == ' ' || *at == '\t' || *at == '\r') ++at;
  return at;
}

class NdjsonReader : public RowReader {
 public:
  explicit NdjsonReader(const Fields& fields) : cells_(fields.all.size()) {
    for (std::size_t i = 0; i < fields.all.size(); ++i) {
      const Field& field = fields.all[i];
      add_name(field.column, static_cast<std::ptrdiff_t>(i));
      if (field.unwanted != nullptr && field.facts.empty() && !field.day && !field.key)
        unwanted_.emplace_back(i, field.unwanted);
      lists_.push_back(field.list);
    }
  }

  void read(const Chunk& chunk, Decider& decider) override {
    if (chunk.too_long) return decider.refuse(chunk.line, too_long());
    const std::string_view rows = chunk.rows();
    const char* at = rows.data();
    end_ = at + rows.size();
    for (line_ = chunk.line; at < end_; ++line_) {
      const char* const next = read_plain(at);
      if (next != nullptr && static_cast<std::size_t>(next - at) <= kMostOfRow) {
        if (is_row_) give(decider);
        at = next;
        continue;
      }
      const void* const found = std::memchr(at, '\n', static_cast<std::size_t>(end_ - at));
      const char* const line_end = found == nullptr ? end_ : static_cast<const char*>(found);
      read_any({at, static_cast<std::size_t>(line_end - at)}, decider);
      at = found == nullptr ? end_ : line_end + 1;
    }
  }

  void add_ignored(std::set<std::string>& names) const override {
    for (const Name& name : names_) {
      if (name.field < 0) names.insert(name.text);
    }
  }

  [[nodiscard]] bool has_met(std::size_t field) const override { return names_[field].row != 0; }

 private:
  /// A member's name.
  struct Name {
    std::string text;
    std::ptrdiff_t field = -1;  ///< negative: it is none
    std::uint64_t row = 0;      ///< where it was met last, counted; 0: nowhere
  };

  std::size_t add_name(std::string_view text, std::ptrdiff_t field) {
    names_.push_back({std::string(text), field, 0});
    index_.emplace(names_.back().text, names_.size() - 1);
    return names_.size() - 1;
  }

  /// Returns the number of a name; nothing where there are too many of them.
  std::optional<std::size_t> name(std::string_view text) {
    const auto found = index_.find(text);
    if (found != index_.end()) return found->second;
    if (names_.size() >= cells_.size() + kMostNames) return std::nullopt;
    return add_name(text, -1);
  }

  void begin_row() {
    for (Cell& cell : cells_) cell.is = Cell::Is::absent;
    ++row_;
  }

  /// Reads a name up to its quote and moves behind it; null where it is not plain. Rows mostly have their names in one
  /// order.
  Name* read_name(const char*& at, std::size_t position) {
    if (position < order_.size()) {
      Name& expected = names_[order_[position]];
      const std::size_t size = expected.text.size();
      if (static_cast<std::size_t>(end_ - at) > size && at[size] == '"' &&
          std::memcmp(at, expected.text.data(), size) == 0) {
        at += size + 1;
        return &expected;
      }
    }
    const char* const end = string_end(at);
    if (end == nullptr) return nullptr;
    const auto number = name({at, static_cast<std::size_t>(end - at)});
    if (!number) return nullptr;
    if (position < order_.size()) {
      order_[position] = *number;
    } else if (position == order_.size()) {
      order_.push_back(*number);
    }
    at = end + 1;
    return &names_[*number];
  }

  /// Reads a value that is no object and no list and moves behind it.
  static bool read_value(const char*& at, Cell& cell) {
    const char* const begin = at;
    const auto literal = [&](std::string_view word, Cell::Is is) {
      if (std::memcmp(begin, word.data(), word.size()) != 0) return false;
      at += word.size();
      cell = {is, word};
      return true;
    };
    switch (*at) {
      case '"':
        at = string_end(begin + 1);
        if (at == nullptr) return false;
        cell = {Cell::Is::string, {begin + 1, static_cast<std::size_t>(at - begin - 1)}};
        ++at;
        return true;
      case 't':
        return literal("true", Cell::Is::boolean);
      case 'f':
        return literal("false", Cell::Is::boolean);
      case 'n':
        return literal("null", Cell::Is::null);
      default:
        at = number_end(begin);
        if (at == nullptr) return false;
        cell = {Cell::Is::number, {begin, static_cast<std::size_t>(at - begin)}};
        return cell.text.size() <= rfs::Limits().digits;
    }
  }

  /// Reads a line in which all is well and plain and returns what stands behind it; otherwise null.
  const char* read_plain(const char* at) {
    const auto line_end = [this](const char* behind) -> const char* {
      behind = skip_blanks(behind);
      if (behind == end_) return behind;
      return *behind == '\n' ? behind + 1 : nullptr;
    };
    is_row_ = false;
    at = skip_blanks(at);
    if (*at != '{') return line_end(at);  // an empty line is no row
    begin_row();
    is_row_ = true;
    at = skip_blanks(at + 1);
    if (*at == '}') return line_end(at + 1);
    for (std::size_t position = 0;; ++position) {
      if (*at++ != '"') return nullptr;
      Name* const name = read_name(at, position);
      if (name == nullptr || name->row == row_) return nullptr;
      name->row = row_;
      at = skip_blanks(at);
      if (*at != ':') return nullptr;
      at = skip_blanks(at + 1);
      Cell ignored;
      if (!read_value(at, name->field < 0 ? ignored : cells_[static_cast<std::size_t>(name->field)])) return nullptr;
      at = skip_blanks(at);
      if (*at == '}') return line_end(at + 1);
      if (*at != ',') return nullptr;
      at = skip_blanks(at + 1);
    }
  }

  /// Reads a line of any kind.
  void read_any(std::string_view text, Decider& decider) {
    if (text.size() > kMostOfRow) return decider.refuse(line_, too_long());
    rfs::Diagnostics problems;
    const auto file = std::make_shared<const rfs::source::File>(rfs::source::File{"row", std::string(text)});
    const auto document = rfs::json::from_source(file, {}, problems);
    if (!document || !problems.empty()) return decider.refuse(line_, problems.all());
    const rfs::json::Node& root = (*document)[document->root];
    if (root.kind != rfs::json::Kind::object) {
      return decider.refuse(
          line_, {finding_at(rfs::Code::facts_shape, "",
                             "expected an object of facts, found " + std::string(rfs::json::kind_text(root.kind)),
                             "write `{ \"name\": value, … }`")});
    }
    begin_row();
    for (const rfs::json::Member& member : root.members) {
      const auto number = name(member.key);
      if (!number) continue;
      Name& found = names_[*number];
      found.row = row_;
      if (found.field < 0) continue;
      Cell& cell = cells_[static_cast<std::size_t>(found.field)];
      const rfs::json::Node& node = (*document)[member.value];
      switch (node.kind) {
        case rfs::json::Kind::null:
          cell = {Cell::Is::null, {}};
          break;
        case rfs::json::Kind::boolean:
          cell = {Cell::Is::boolean, node.boolean ? "true" : "false"};
          break;
        case rfs::json::Kind::number:
          cell = {Cell::Is::number, node.text};
          break;
        case rfs::json::Kind::string:
          cell = {Cell::Is::string, node.text};
          break;
        case rfs::json::Kind::array:
        case rfs::json::Kind::object:
          cell = {Cell::Is::nested, lists_[static_cast<std::size_t>(found.field)]
                                        ? text.substr(node.span.begin, node.span.end - node.span.begin)
                                        : rfs::json::kind_text(node.kind)};
          break;
      }
    }
    give(decider);
  }

  void give(Decider& decider) {
    for (const auto& [field, option] : unwanted_) {
      if (cells_[field].is == Cell::Is::absent) continue;
      const std::string& name = names_[field].text;
      return decider.refuse(line_, {finding_at(rfs::Code::column_name, name,
                                               "`" + name + "` is given, and `" + option + "` says that it is not",
                                               "take it out of `" + std::string(option) + "`")});
    }
    decider.decide(line_, cells_);
  }

  std::deque<Name> names_;  ///< of the fields, then those met
  std::unordered_map<std::string_view, std::size_t> index_;
  std::vector<std::size_t> order_;                             ///< names in the order of the last rows
  std::vector<std::pair<std::size_t, const char*>> unwanted_;  ///< and the options that say so
  std::vector<bool> lists_;                                    ///< of each field
  std::vector<Cell> cells_;
  const char* end_ = nullptr;
  std::uint64_t line_ = 1;
  std::uint64_t row_ = 0;  ///< rows begun so far
  bool is_row_ = false;
};

}  // namespace

std::unique_ptr<RowReader> make_ndjson_reader(const Fields& fields) { return std::make_unique<NdjsonReader>(fields); }

}  // namespace rfs_cli
