// Rows of CSV as RFC 4180 has them: quoted cells may hold commas, line breaks and doubled quotes.
#include <cstring>
#include <deque>

#include "batch_csv.hpp"
#include "batch_rows.hpp"

namespace rfs_cli {

namespace {

/// Takes the cells of one row, one after the other.
class CellScanner {
 public:
  CellScanner(const char* at, const char* end) : at_(at), end_(end) {}

  /// Reads the next cell; returns false where it was the row's last, and stands behind the row's end.
  bool next(std::string_view& text) {
    if (at_ != end_ && *at_ == '"') {
      quoted(text);
    } else {
      const char* const begin = at_;
      to_end();
      text = {begin, static_cast<std::size_t>(at_ - begin)};
      if (at_end() && !text.empty() && text.back() == '\r') text.remove_suffix(1);
      if (text.find('"') != text.npos) problem_ = "a quote stands inside a cell that does not begin with one";
    }
    if (at_end()) {
      if (at_ != end_) ++at_;
      return false;
    }
    ++at_;
    return true;
  }

  [[nodiscard]] const char* at() const noexcept { return at_; }
  [[nodiscard]] std::uint64_t line_breaks() const noexcept { return line_breaks_; }
  /// Returns what is wrong with the row's quotes, or null.
  [[nodiscard]] const char* problem() const noexcept { return problem_; }

 private:
  [[nodiscard]] bool at_end() const noexcept { return at_ == end_ || *at_ == '\n'; }
  void to_end() noexcept {
    while (at_ != end_ && *at_ != ',' && *at_ != '\n') ++at_;
  }

  void quoted(std::string_view& text) {
    const char* begin = ++at_;
    std::string* joined = nullptr;  // where a quote is doubled
    while (true) {
      const void* const found = std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_));
      if (found == nullptr) {
        problem_ = "the quote of a cell is not closed";
        at_ = end_;
        return;
      }
      at_ = static_cast<const char*>(found);
      const bool doubled = at_ + 1 != end_ && at_[1] == '"';
      if (!doubled) break;
      if (joined == nullptr) joined = &texts_.emplace_back();
      joined->append(begin, at_ + 1);
      at_ += 2;
      begin = at_;
    }
    if (joined != nullptr) joined->append(begin, at_);
    text =
        joined != nullptr ? std::string_view(*joined) : std::string_view(begin, static_cast<std::size_t>(at_ - begin));
    for (const char c : text) line_breaks_ += c == '\n' ? 1 : 0;
    const char* const behind = ++at_;
    to_end();
    const std::string_view more(behind, static_cast<std::size_t>(at_ - behind));
    if (!more.empty() && !(more == "\r" && at_end())) problem_ = "text stands behind the quotes of a cell";
  }

  const char* at_;
  const char* end_;
  std::deque<std::string> texts_;
  std::uint64_t line_breaks_ = 0;
  const char* problem_ = nullptr;
};

std::vector<rfs::Diagnostic> malformed(const std::string& message, const std::string& help) {
  return {finding_at(rfs::Code::facts_shape, "", message, help)};
}

constexpr const char* kQuotesHelp = "put cells with quotes, commas or line breaks in quotes, and double quotes in them";

class CsvReader : public RowReader {
 public:
  explicit CsvReader(const Fields& fields) : fields_(fields), cells_(fields.all.size()) {}

  void read(const Chunk& chunk, Decider& decider) override {
    if (chunk.too_long) return decider.refuse(chunk.line, too_long());
    const char* at = chunk.rows().data();
    const char* const end = at + chunk.rows().size();
    for (std::uint64_t line = chunk.line; at < end; ++line) {
      const bool crlf = *at == '\r' && at + 1 != end && at[1] == '\n';
      if (*at == '\n' || crlf) {  // an empty line is no row
        at += crlf ? 2 : 1;
        continue;
      }
      at = read_row(at, end, line, decider);
    }
  }

  void add_ignored(std::set<std::string>& names) const override {
    names.insert(fields_.ignored.begin(), fields_.ignored.end());
  }

  [[nodiscard]] bool has_met(std::size_t) const override { return true; }  // it is in the header

 private:
  const char* read_row(const char* at, const char* end, std::uint64_t& line, Decider& decider) {
    CellScanner scanner(at, end);
    const std::size_t columns = fields_.of_column.size();
    std::size_t column = 0;
    for (bool more = true; more; ++column) {
      std::string_view text;
      more = scanner.next(text);
      if (column >= columns || !fields_.of_column[column]) continue;
      cells_[*fields_.of_column[column]] = {text.empty() ? Cell::Is::null : Cell::Is::text, text};
    }
    const std::uint64_t first = line;
    line += scanner.line_breaks();
    if (static_cast<std::size_t>(scanner.at() - at) > kMostOfRow) {
      decider.refuse(first, too_long());
    } else if (scanner.problem() != nullptr) {
      decider.refuse(first, malformed(scanner.problem(), kQuotesHelp));
    } else if (column != columns) {
      decider.refuse(first, malformed("expected " + std::to_string(columns) + " cells, as the header has, found " +
                                          std::to_string(column),
                                      "put cells with commas in quotes"));
    } else {
      decider.decide(first, cells_);
    }
    return scanner.at();
  }

  const Fields& fields_;
  std::vector<Cell> cells_;
};

}  // namespace

rfs::Result<std::vector<std::string>, rfs::Diagnostic> read_csv_header(std::string_view row) {
  const auto wrong = [](const std::string& message, const std::string& help) {
    return finding_at(rfs::Code::facts_shape, "", message, help);
  };
  if (rfs::source::find_invalid_utf8(row) != row.npos)
    return wrong("the header is not UTF-8", "save the file as UTF-8");
  if (row.empty()) return wrong("the first line is empty", "name the columns in the first line");
  std::vector<std::string> out;
  CellScanner scanner(row.data(), row.data() + row.size());
  for (bool more = true; more;) {
    std::string_view text;
    more = scanner.next(text);
    out.emplace_back(text);
  }
  if (scanner.problem() != nullptr) return wrong("the header: " + std::string(scanner.problem()), kQuotesHelp);
  return out;
}

std::unique_ptr<RowReader> make_csv_reader(const Fields& fields) { return std::make_unique<CsvReader>(fields); }

}  // namespace rfs_cli
