// Decides row after row and writes whole outcomes, the same as `evaluate` does for one applicant.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "batch_rows.hpp"
#include "output.hpp"

namespace rfs_cli {

namespace {

class OutcomeDecider : public Decider {
 public:
  OutcomeDecider(const rfs::Rules& rules, const Fields& fields, const RowsOptions& options)
      : rules_(rules), fields_(fields), options_(options), facts_(rules), outcome_(rules) {
    tally_.decisions.resize(rules.file().decisions.size());
  }

  [[nodiscard]] std::string header() const override { return {}; }
  void begin(std::string_view) override {}

  void decide(std::uint64_t line, std::span<const Cell> cells) override {
    facts_.clear();
    for (const rfs::FactId fact : fields_.unknown) facts_.set_unknown(fact);
    std::optional<rfs::Date> day = fields_.day;
    std::vector<rfs::Diagnostic> unusable;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (fields_.all[i].day) day = read_day(cells[i], unusable);
      if (fields_.all[i].key) give_lists(cells[i], unusable);
      if (cells[i].is == Cell::Is::absent) continue;
      for (const rfs::FactId fact : fields_.all[i].facts) {
        give(fact, cells[i]);
      }
    }
    if (!unusable.empty()) {
      unusable.insert(unusable.end(), facts_.problems().all().begin(), facts_.problems().all().end());
      return refuse(line, unusable);
    }
    on(*day).evaluate(facts_, outcome_);
    std::string text = rfs::explain::outcome_json(outcome_);
    if (outcome_.refused()) {
      // The errors are the outcome's last member; here they say their line.
      text.resize(text.size() - findings_json(outcome_.problems()).size() - 1);
      text += errors_json(line, outcome_.problems().all()) + '}';
    }
    add(text);
    count(outcome_.problems().all(), line);
    for (std::size_t i = 0; i < tally_.decisions.size(); ++i) {
      ++tally_.decisions[i].statuses[static_cast<std::size_t>(outcome_.status(rfs::DecisionId(i)))];
    }
  }

  void refuse(std::uint64_t line, const std::vector<rfs::Diagnostic>& problems) override {
    add("{\"format\":1,\"engine\":" + rfs::source::quote(RFS_VERSION) + ",\"errors\":" + errors_json(line, problems) +
        "}");
    count(problems, line);
    for (rfs::DecisionCounts& counts : tally_.decisions) {
      ++counts.statuses[static_cast<std::size_t>(rfs::Status::refused)];
    }
  }

  void write(Written& out) override { std::swap(out, written_); }

  [[nodiscard]] Tally tally() const override { return tally_; }

 private:
  void add(const std::string& row) {
    written_.text += row + '\n';
    written_.ends.push_back(written_.text.size());
  }

  void give(rfs::FactId fact, const Cell& cell) {
    if (cell.is == Cell::Is::null) return facts_.set_unknown(fact);
    const bool is_list = rules_.module().facts[fact].domain.type.kind == rfs::Kind::list;
    if (cell.is == Cell::Is::nested && is_list) return facts_.set(fact, cell.text, rfs::rule::Written::text);
    if (cell.is == Cell::Is::nested) return facts_.refuse(fact, nested_problem(cell));
    facts_.set(fact, cell.text, written(cell.is));
  }

  /// Gives the lists of the files.
  void give_lists(const Cell& key, std::vector<rfs::Diagnostic>& problems) {
    std::optional<rfs::Diagnostic> wrong = key_problem(key);
    if (wrong) return problems.push_back(std::move(*wrong));
    if (key.is == Cell::Is::absent || key.is == Cell::Is::null) {
      if (options_.orphans == rfs::Orphans::refuse) {
        wrong = finding_at(rfs::Code::applicant_key, "", "an applicant has no key",
                           "give it one, or give `--orphans ignore`: its lists are then unknown");
      }
      for (const rfs::rule::Fact& fact : rules_.file().facts) {
        const auto is_fact = [&](const ListFile& list) { return list.fact == fact.name.text; };
        if (std::any_of(options_.files.begin(), options_.files.end(), is_fact)) facts_.set_unknown(fact.name.text);
      }
    } else {
      wrong = options_.lists->give(key.text, facts_);
    }
    if (!wrong) return;
    rfs::Diagnostics findings;
    findings.add(std::move(*wrong));
    throw RefusedKeys{findings};
  }

  static std::optional<rfs::Date> read_day(const Cell& cell, std::vector<rfs::Diagnostic>& problems) {
    const bool is_text = cell.is == Cell::Is::string || cell.is == Cell::Is::text;
    const auto day = is_text ? rfs::Date::parse(cell.text) : std::nullopt;
    const bool is_missing = cell.is == Cell::Is::absent || cell.is == Cell::Is::null;
    if (!day) {
      problems.push_back(
          finding_at(rfs::Code::invalid_as_of, "as_of",
                     "`as_of`: expected a date, found " + (is_missing ? "a null" : "`" + std::string(cell.text) + "`"),
                     is_missing ? "" : "write it like `2017-04-24`"));
    }
    return day;
  }

  static std::string errors_json(std::uint64_t line, const std::vector<rfs::Diagnostic>& problems) {
    rfs::Diagnostics out;
    for (rfs::Diagnostic problem : problems) {
      problem.message = "line " + std::to_string(line) + ": " + problem.message;
      if (problem.file != nullptr) problem.message += " at column " + std::to_string(problem.place().column);
      problem.file = nullptr;  // it holds the row alone
      out.add(std::move(problem));
    }
    return findings_json(out);
  }

  void count(const std::vector<rfs::Diagnostic>& problems, std::uint64_t line) {
    ++tally_.rows;
    if (problems.empty()) return;
    ++tally_.refused;
    for (const rfs::Diagnostic& problem : problems) ++tally_.errors[problem.code];
    written_.refusals.emplace_back(line, refusal_text(line, problems));
  }

  const rfs::RulesOn& on(rfs::Date day) {
    constexpr std::size_t kMostDays = 4096;
    const auto found = days_.find(day.days);
    if (found != days_.end()) return found->second;
    if (days_.size() == kMostDays) days_.clear();
    return days_.emplace(day.days, rules_.on(day)).first->second;
  }

  const rfs::Rules& rules_;
  const Fields& fields_;
  const RowsOptions& options_;
  rfs::Facts facts_;
  rfs::Outcome outcome_;
  std::unordered_map<std::int32_t, rfs::RulesOn> days_;
  Written written_;
  Tally tally_;
};

}  // namespace

std::unique_ptr<Decider> make_outcome_decider(const rfs::Rules& rules, const Fields& fields,
                                              const RowsOptions& options) {
  return std::make_unique<OutcomeDecider>(rules, fields, options);
}

}  // namespace rfs_cli
