// Gives each row to the file of its day, and puts what these write in the order of the rows again.
#include "batch_shelf.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace rfs_cli {

namespace {

std::unique_ptr<Decider> make_decider_of(const BoundFile& file) {
  return file.options.outcome ? make_outcome_decider(file.rules, file.fields, file.options)
                              : make_column_decider(file.rules, file.fields, file.options);
}

class ShelfDecider : public Decider {
 public:
  explicit ShelfDecider(const BoundRows& bound) : bound_(bound), windows_(bound.shelf->windows()) {
    for (const BoundFile& file : bound.files) deciders_.push_back(make_decider_of(file));
    for (std::size_t i = 0; i < bound.fields.all.size(); ++i) {
      if (bound.fields.all[i].day) day_ = i;
      if (bound.fields.all[i].key) key_ = i;
    }
    written_.resize(deciders_.size());
  }

  [[nodiscard]] std::string header() const override { return deciders_.back()->header(); }

  void begin(std::string_view text) override {
    for (auto& decider : deciders_) decider->begin(text);
  }

  void decide(std::uint64_t line, std::span<const Cell> cells) override {
    const Cell& cell = cells[day_];
    const bool is_text = cell.is == Cell::Is::string || cell.is == Cell::Is::text;
    const auto day = is_text ? rfs::Date::parse(cell.text) : std::nullopt;
    std::size_t file = deciders_.size() - 1;  // refuses what is no day
    if (day) {
      const auto holds = [&](const rfs::Window& window) { return *day >= window.first && *day <= window.last; };
      const auto window = std::find_if(windows_.begin(), windows_.end(), holds);
      if (window == windows_.end()) {
        take_key(cells);
        rfs::Diagnostic none = bound_.shelf->at(*day).error();
        return refuse(line, {std::move(none)});
      }
      file = static_cast<std::size_t>(window - windows_.begin());
    }
    cells_.clear();
    for (const std::size_t place : bound_.files[file].places) cells_.push_back(cells[place]);
    deciders_[file]->decide(line, cells_);
    rows_.push_back(file);
  }

  void refuse(std::uint64_t line, const std::vector<rfs::Diagnostic>& problems) override {
    deciders_.back()->refuse(line, problems);
    rows_.push_back(deciders_.size() - 1);
  }

  void write(Written& out) override {
    std::vector<std::size_t> next(deciders_.size());  // of each file, its next row
    for (std::size_t file = 0; file < deciders_.size(); ++file) {
      written_[file].clear();
      deciders_[file]->write(written_[file]);
      out.refusals.insert(out.refusals.end(), written_[file].refusals.begin(), written_[file].refusals.end());
    }
    std::sort(out.refusals.begin(), out.refusals.end());
    for (const std::size_t file : rows_) {
      const Written& from = written_[file];
      const std::size_t row = next[file]++, begin = row == 0 ? 0 : from.ends[row - 1];
      out.text.append(from.text, begin, from.ends[row] - begin);
      out.ends.push_back(out.text.size());
    }
    rows_.clear();
  }

  [[nodiscard]] Tally tally() const override {
    Tally out;
    out.decisions.resize(bound_.decisions.size());
    for (std::size_t file = 0; file < deciders_.size(); ++file) {
      Tally of_file = deciders_[file]->tally();
      std::vector<rfs::DecisionCounts> all(bound_.decisions.size());
      const auto& decisions = bound_.files[file].rules.file().decisions;
      for (std::size_t i = 0; i < of_file.decisions.size(); ++i) {
        const auto at = std::find(bound_.decisions.begin(), bound_.decisions.end(), decisions[i].name.text);
        all[static_cast<std::size_t>(at - bound_.decisions.begin())] = std::move(of_file.decisions[i]);
      }
      of_file.decisions = std::move(all);
      out.add(of_file);
    }
    return out;
  }

 private:
  /// Notes the key of an applicant whom no file decides.
  void take_key(std::span<const Cell> cells) const {
    const std::optional<rfs::ChildLists>& lists = bound_.files.front().options.lists;
    if (!lists || cells[key_].is == Cell::Is::absent || cells[key_].is == Cell::Is::null) return;
    if (key_problem(cells[key_])) return;
    if (auto again = lists->take(cells[key_].text)) {
      rfs::Diagnostics findings;
      findings.add(std::move(*again));
      throw RefusedKeys{findings};
    }
  }

  const BoundRows& bound_;
  std::vector<rfs::Window> windows_;
  std::vector<std::unique_ptr<Decider>> deciders_;  ///< one a file
  std::size_t day_ = 0, key_ = 0;                   ///< the fields that have them
  std::vector<Cell> cells_;
  std::vector<std::size_t> rows_;  ///< since the last call of write, the file that each went to
  std::vector<Written> written_;
};

/// Returns the options as they concern one file: facts that only others declare are left out.
RowsOptions options_of(const std::vector<rfs::Rules>& files, const rfs::Rules& file, const RowsOptions& options) {
  const auto declares = [](const rfs::Rules& rules, const std::string& name) {
    const std::string_view fact = std::string_view(name).substr(0, name.find('.'));
    const auto is = [](std::string_view wanted) {
      return [wanted](const rfs::rule::Fact& one) { return one.name.text == wanted; };
    };
    const auto& facts = rules.file().facts;
    const auto at = std::find_if(facts.begin(), facts.end(), is(fact));
    if (at == facts.end() || fact.size() == name.size()) return at != facts.end();
    return std::any_of(at->fields.begin(), at->fields.end(), is(std::string_view(name).substr(fact.size() + 1)));
  };
  const auto is_others = [&](const std::string& name) {
    const auto declared = [&](const rfs::Rules& other) { return declares(other, name); };
    return !declares(file, name) && std::any_of(files.begin(), files.end(), declared);
  };
  RowsOptions out = options;
  std::erase_if(out.map, [&](const auto& named) { return is_others(named.first); });
  std::erase_if(out.unknown, is_others);
  return out;
}

/// Adds the fields of a file to those of all.
void add_fields(BoundFile& file, const std::vector<std::string>* header, Fields& all) {
  all.of_column.resize(header == nullptr ? 0 : header->size());
  for (const Field& field : file.fields.all) {
    auto at =
        std::find_if(all.all.begin(), all.all.end(), [&](const Field& one) { return one.column == field.column; });
    const auto place = static_cast<std::size_t>(at - all.all.begin());
    file.places.push_back(place);
    if (at == all.all.end()) {
      at = all.all.insert(at, field);
      const auto column =
          header == nullptr
              ? std::size_t{0}
              : static_cast<std::size_t>(std::find(header->begin(), header->end(), field.column) - header->begin());
      if (column < all.of_column.size()) all.of_column[column] = place;
    }
    if (at->unwanted == nullptr) at->unwanted = field.unwanted;
  }
}

}  // namespace

rfs::Result<BoundRows, rfs::Diagnostics> bind_rows(const std::vector<rfs::Rules>& files,
                                                   const std::optional<rfs::Shelf>& shelf, const RowsOptions& options,
                                                   const std::vector<std::string>* header) {
  BoundRows out;
  out.shelf = shelf;
  rfs::Diagnostics findings;
  std::set<std::tuple<rfs::Code, std::string, std::string>> reported;  // what several files say is said once
  for (const rfs::Rules& rules : files) {
    BoundFile file{rules, {}, {}, options_of(files, rules, options)};
    auto fields = find_fields(rules, file.options, header);
    if (!fields) {
      for (const rfs::Diagnostic& finding : fields.error().all()) {
        if (reported.emplace(finding.code, finding.path, finding.message).second) findings.add(finding);
      }
      continue;
    }
    file.fields = std::move(*fields);
    add_fields(file, header, out.fields);
    for (const auto& decision : rules.file().decisions) {
      const auto at = std::find(out.decisions.begin(), out.decisions.end(), decision.name.text);
      if (at == out.decisions.end()) out.decisions.push_back(decision.name.text);
    }
    if (!options.outcome && findings.empty()) findings = find_clashes(rules, file.fields, file.options);
    out.files.push_back(std::move(file));
  }
  if (findings.has_errors()) return findings;
  for (std::size_t i = 0; i < out.fields.of_column.size(); ++i) {
    if (!out.fields.of_column[i]) out.fields.ignored.push_back((*header)[i]);
  }
  if (!shelf || options.outcome) return out;
  std::vector<Fields> fields;
  for (const BoundFile& file : out.files) fields.push_back(file.fields);
  const auto columns = find_columns(*shelf, fields, options);
  if (!columns) return columns.error();
  for (BoundFile& file : out.files) file.options.columns = *columns;
  return out;
}

std::unique_ptr<Decider> make_decider(const BoundRows& bound) {
  if (!bound.shelf) return make_decider_of(bound.files.front());
  return std::make_unique<ShelfDecider>(bound);
}

}  // namespace rfs_cli
