// Generated programs over generated columns: batch gives every row what evaluate gives it.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "../unit/batch/arrow_lists.hpp"
#include "batch_rows.hpp"
#include "generator.hpp"
#include "list_programs.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/impl/batch/stream.hpp"
#include "rfs/program/scaled.hpp"

namespace {

using namespace rfs;
using namespace rfs::batch_tests;
using rfs::differential::Random;

std::uint64_t programs = 300;  // accepted ones

/// Picks a layout that holds the texts of a fact's or field's values.
TestColumn lay_out(const std::string& name, const rule::Domain& domain, std::vector<CellText> cells, Random& random) {
  std::vector<std::string> formats = {"u", "U", "vu"};
  const auto add = [&](std::initializer_list<const char*> more) {
    formats.insert(formats.end(), more.begin(), more.end());
  };
  switch (domain.type.kind) {
    case Kind::boolean:
      add({"b", "b"});
      break;
    case Kind::date:
      add({"tdD", "tdD", "tdm", "tss:", "tsu:"});
      break;
    case Kind::number:
    case Kind::money: {
      const std::size_t places = domain.places;
      const Exact most = Exact::power_of_ten(18 - static_cast<int>(places));
      const bool small = domain.range.least > -most && domain.range.most < most;
      if (domain.type.flavour == Flavour::percent || !small) break;
      const std::string scale = std::to_string(places);
      formats.push_back("d:38," + scale);
      formats.push_back("d:18," + scale + ",64");
      formats.push_back("d:76," + std::to_string(places + 3) + ",256");
      if (domain.range.least > -most / 1000 && domain.range.most < most / 1000) add({"g"});
      if (domain.type.flavour == Flavour::integer) add({"l", "l"});
      break;
    }
    default:
      break;
  }
  TestColumn out{name, random.pick(formats), std::move(cells), "", random.from_to(0, 9)};
  if (random.one_in(3)) {
    out.values = out.format;
    out.format = random.pick({"i", "s", "l", "I"});
  }
  if (random.one_in(4)) out.before = 0;
  return out;
}

std::string plain(const Value& value, const rule::Domain& domain, const Rules& rules) {
  return rule::plain(value, domain.type, rules.module().choices, rules.file().currency);
}

/// A list of all applicants on its way into a column.
class ListCells {
 public:
  ListCells(const Rules& rules, FactId fact, Random& random, BatchOptions& options)
      : rules_(rules), fact_(fact), records_(!rules.file().facts[fact.value].fields.empty()) {
    as_text_ = random.one_in(4);
    for (const rule::ListDomain::Field& field : domains()) {
      Field& made = fields_.emplace_back();
      made.unknown = !as_text_ && records_ && random.one_in(12);
      made.given = !made.unknown && !(field.has_default && random.one_in(3));
      if (made.unknown) options.unknown.push_back(name() + "." + field.name);
    }
  }

  /// Takes up an applicant's list, which `facts` are given too.
  void take(const program::Given& given, Facts& facts) {
    using State = program::Given::State;
    Row& row = rows_.emplace_back();
    if (given.state != State::known) return facts.set_unknown(fact_);
    program::GivenList list = *given.list;
    row.null = false;
    row.count = list.count;
    for (std::size_t i = 0; i < list.count; ++i) {
      for (std::size_t f = 0; f < list.width; ++f) {
        program::Given& cell = list.cells[i * list.width + f];
        CellText& text = row.cells.emplace_back();
        if (!fields_[f].given) {
          cell = {fields_[f].unknown ? State::unknown : State::absent, {}, nullptr};
        } else if (cell.state == State::known) {
          text = plain(cell.value, domains()[f].domain, rules_);
        } else {
          cell = {State::unknown, {}, nullptr};
        }
      }
    }
    facts.set_list(fact_, std::move(list));
  }

  /// Adds the column, whose rows are those of the applicants from the first on, again and again.
  void add_to(TestTable& table, std::size_t rows, Random& random, std::map<std::string, std::uint64_t>& counts) const {
    ++counts[as_text_ ? "column of lists as text" : records_ ? "column of lists of records" : "column of lists"];
    if (as_text_) {
      std::vector<CellText> cells;
      for (std::size_t i = 0; i < rows; ++i) cells.push_back(json(rows_[i % rows_.size()]));
      table.columns.push_back({name(), std::string(random.pick({"u", "U", "vu"})), std::move(cells), "", 0});
      return;
    }
    TestList list;
    list.name = name();
    list.format = random.pick({"+l", "+L"});
    list.records = records_;
    list.before = random.from_to(0, 9);
    list.inside = random.from_to(0, 9);
    const bool same =
        std::all_of(rows_.begin(), rows_.end(), [&](const Row& row) { return row.count == rows_[0].count; });
    if (same) list.format = "+w:" + std::to_string(rows_[0].count);
    if (same) list.before = 0;  // whose slots would have items
    for (std::size_t i = 0; i < rows; ++i) {
      list.counts.push_back(rows_[i % rows_.size()].count);
      list.nulls.push_back(rows_[i % rows_.size()].null);
    }
    for (std::size_t f = 0; f < fields_.size(); ++f) {
      if (!fields_[f].given) continue;
      std::vector<CellText> cells;
      for (std::size_t i = 0; i < rows; ++i) {
        const Row& row = rows_[i % rows_.size()];
        for (std::size_t item = 0; item < row.count; ++item) cells.push_back(row.cells[item * fields_.size() + f]);
      }
      list.items.push_back(
          lay_out(records_ ? domains()[f].name : "item", domains()[f].domain, std::move(cells), random));
    }
    table.lists.push_back(std::move(list));
  }

 private:
  struct Field {
    bool given = true, unknown = false;
  };
  struct Row {
    bool null = true;
    std::size_t count = 0;
    std::vector<CellText> cells;
  };
  [[nodiscard]] const std::vector<rule::ListDomain::Field>& domains() const {
    return rules_.module().facts[fact_].domain.list->fields;
  }
  [[nodiscard]] const std::string& name() const { return rules_.file().facts[fact_.value].name.text; }

  [[nodiscard]] CellText json(const Row& row) const {
    if (row.null) return std::nullopt;
    std::string out;
    for (std::size_t i = 0; i < row.count; ++i) {
      std::string item;
      for (std::size_t f = 0; f < fields_.size(); ++f) {
        if (!fields_[f].given) continue;
        const CellText& cell = row.cells[i * fields_.size() + f];
        const bool bare = !cell || domains()[f].domain.type.kind == Kind::boolean;
        const std::string value = bare ? cell.value_or("null") : "\"" + *cell + "\"";
        item += (item.empty() ? "" : ", ") + (records_ ? "\"" + domains()[f].name + "\": " : "") + value;
      }
      out += (i == 0 ? "" : ", ") + (records_ ? "{" + item + "}" : item);
    }
    return "[" + out + "]";
  }

  const Rules& rules_;
  FactId fact_;
  bool records_, as_text_ = false;
  std::vector<Field> fields_;
  std::vector<Row> rows_;
};

/// Leaves of a row what the options ask for, as they ask for it.
void shape(const Rules& rules, const BatchOptions& options, ResultRow& row) {
  for (std::size_t i = 0; i < rules.file().decisions.size(); ++i) {
    const std::string& name = rules.file().decisions[i].name.text;
    if (!options.output.needed) row.erase(name + "_needed");
    if (options.sets != SetForm::columns) continue;
    const CellText unmet = row.at(name + "_unmet");
    row.erase(name + "_unmet");
    for (const program::Condition& condition : rules.program().decisions[DecisionId(i)].conditions) {
      CellText& cell = row[name + "_unmet_" + condition.name];
      if (!unmet) continue;
      const std::string all = ", " + unmet->substr(1, unmet->size() - 2) + ", ";
      cell = all.find(", " + condition.name + ", ") == std::string::npos ? "false" : "true";
    }
  }
}

/// Makes applicants for one program and compares; returns how many rows were.
std::size_t check(const Rules& rules, std::uint64_t seed, std::map<std::string, std::uint64_t>& counts) {
  Random random(seed);
  const differential::Applicants made(rules);
  const auto& facts = rules.file().facts;
  const std::size_t distinct = static_cast<std::size_t>(random.from_to(1, 40));
  const bool has_lists = rules.program().scopes.size() > 1;
  const std::size_t many = has_lists ? 5'000 : 20'000;  // enough that threads share them
  const std::size_t rows = random.one_in(25) ? many : distinct;
  const bool one_day = random.one_in(2);
  BatchOptions options = all_outputs(made.day(random));
  options.output.needed = random.one_in(2);  // which evaluate alone finds
  if (random.one_in(3)) options.sets = SetForm::columns;
  options.threads = static_cast<unsigned>(random.from_to(1, 4));

  // Columns left out, where a default stands for them, or none.
  std::vector<char> left_out(facts.size(), 0);
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (facts[i].has_default && random.one_in(3)) {
      left_out[i] = 1;
    } else if (random.one_in(12)) {
      left_out[i] = 2;
      options.unknown.push_back(facts[i].name.text);
    }
  }
  std::map<std::size_t, ListCells> lists;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (left_out[i] == 0 && facts[i].domain.type.kind == Kind::list)
      lists.emplace(i, ListCells(rules, FactId(i), random, options));
  }
  std::vector<std::vector<CellText>> cells(facts.size());
  std::vector<CellText> days;
  std::vector<ResultRow> expected;
  const int known = static_cast<int>(random.from_to(4, 9));
  for (std::size_t row = 0; row < distinct; ++row) {
    differential::Applicant applicant = made.some(random, known);
    if (one_day) applicant.as_of = std::get<Date>(options.as_of);
    Facts given(rules);
    for (std::size_t i = 0; i < facts.size(); ++i) {
      if (left_out[i] == 1) continue;
      if (const auto list = lists.find(i); list != lists.end()) {
        list->second.take(applicant.facts[i], given);
        continue;
      }
      CellText cell;
      if (left_out[i] == 0 && applicant.facts[i].state == program::Given::State::known) {
        cell = plain(applicant.facts[i].value, facts[i].domain, rules);
      }
      cell ? given.set(facts[i].name.text, *cell) : given.set_unknown(facts[i].name.text);
      cells[i].push_back(cell);
    }
    days.push_back(applicant.as_of.text());
    expected.push_back(by_evaluate(rules, given, applicant.as_of));
    shape(rules, options, expected.back());
    for (const auto& [name, cell] : expected.back()) {
      if (name.size() > 7 && name.substr(name.size() - 7) == "_status") ++counts[*cell];
    }
  }
  const auto repeated = [&](const std::vector<CellText>& some) {
    std::vector<CellText> all;
    for (std::size_t i = 0; i < rows; ++i) all.push_back(some[i % distinct]);
    return all;
  };
  TestTable table;
  std::vector<TestColumn>& columns = table.columns;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (left_out[i] != 0) continue;
    if (const auto list = lists.find(i); list != lists.end()) {
      list->second.add_to(table, rows, random, counts);
      continue;
    }
    columns.push_back(lay_out(facts[i].name.text, facts[i].domain, repeated(cells[i]), random));
    ++counts["column " + columns.back().format + (columns.back().values.empty() ? "" : " of " + columns.back().values)];
  }
  if (!one_day) {
    columns.push_back({"the day", random.pick({"tdD", "u"}) == "u" ? "u" : "tdD", repeated(days), "", 0});
    options.as_of = "the day";
  }
  const auto first = static_cast<std::size_t>(random.from_to(0, static_cast<std::int64_t>(rows)));
  ArrowArrayStream in = make_stream(std::move(table), {first, rows - first}), out{};
  ArrowSchema schema{};
  REQUIRE(in.get_schema(&in, &schema) == 0);
  auto binding = batch::bind_rules(rules, options, schema);
  REQUIRE_MESSAGE(bool(binding), (binding ? "" : binding.error().render()));
  const auto stream = std::make_shared<batch::Stream>(std::vector{rules}, options, std::move(*binding), schema);
  schema.release(&schema);
  stream->open(&in);
  batch::detail::export_stream(stream, out);
  std::array<std::uint64_t, 3> by{};
  const std::vector<ResultRow> found = read_results(out, nullptr, [&] {
    by = {stream->decided(batch::By::kernel), stream->decided(batch::By::readings),
          stream->decided(batch::By::nothing) + stream->decided(batch::By::evaluate)};
  });
  if (has_lists) counts["rows with lists by stages"] += by[0];
  if (has_lists) counts["rows with lists by evaluate"] += by[2];
  counts["rows by kernel"] += by[0];
  counts["rows by readings"] += by[1];
  counts["rows by evaluate"] += by[2];
  const program::Scaled scaled = program::scale(rules.program());
  for (const program::ScaledNode& n : scaled.nodes) {
    const std::string op = std::to_string(static_cast<int>(n.op));
    counts["operator " + op + " by kernel"] += by[0];
    counts["operator " + op + " by readings"] += by[1];
  }
  REQUIRE(found.size() == rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const ResultRow& wanted = expected[row % distinct];
    if (same_row(found[row], wanted)) continue;
    FAIL_CHECK("seed ", seed, ", row ", row, "\nbatch:    ", row_text(found[row]), "\nevaluate: ", row_text(wanted),
               "\n", rules.file().file->text);
    break;
  }
  return rows;
}

}  // namespace

TEST_CASE("batch gives every row what evaluate gives it") {
  std::map<std::string, std::uint64_t> counts;
  std::size_t rows = 0;
  std::uint64_t accepted = 0;
  for (std::uint64_t seed = 1; accepted < programs; ++seed) {
    const std::string text = seed % 4 == 0   ? differential::list_program(seed)
                             : seed % 4 == 1 ? differential::generate(seed, differential::Lists::with).text()
                                             : differential::generate(seed).text();
    const auto rules = parse(text, "generated");
    if (!rules) continue;
    ++accepted;
    rows += check(*rules, seed, counts);
  }
  std::printf("%llu programs, %zu rows\n", static_cast<unsigned long long>(accepted), rows);
  for (const auto& [what, count] : counts)
    std::printf("  %-24s %llu\n", what.c_str(), static_cast<unsigned long long>(count));
  for (const char* const status : {"eligible", "ineligible", "undetermined"}) CHECK(counts[status] > programs / 10);
  if (programs >= 1000) CHECK(counts["rows with lists by stages"] > programs / 4);
}

int main(int argc, char** argv) {
  std::uint64_t rows = 0, seed = 1;
  std::string fault;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--programs") programs = std::strtoull(argv[i + 1], nullptr, 10);
    if (option == "--rows") rows = std::strtoull(argv[i + 1], nullptr, 10);
    if (option == "--seed") seed = std::strtoull(argv[i + 1], nullptr, 10);
    if (option == "--fault") fault = argv[i + 1];
  }
  if (!fault.empty()) return differential::check_rows(rows, seed, fault) ? 0 : 1;
  const int failed = doctest::Context().run();
  return differential::check_rows(rows, seed, fault) ? failed : 1;
}
