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

#include "../unit/batch/arrow_columns.hpp"
#include "batch_rows.hpp"
#include "generator.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/impl/batch/stream.hpp"
#include "rfs/program/scaled.hpp"

namespace {

using namespace rfs;
using namespace rfs::batch_tests;
using rfs::differential::Random;

std::uint64_t programs = 300;  // accepted ones

/// Picks a layout that holds the texts of a fact's values.
TestColumn lay_out(const rule::Fact& fact, std::vector<CellText> cells, Random& random) {
  const rule::Domain& domain = fact.domain;
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
  TestColumn out{fact.name.text, random.pick(formats), std::move(cells), "", random.from_to(0, 9)};
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
  const std::size_t rows = random.one_in(25) ? 20'000 : distinct;  // enough that threads share them
  const bool one_day = random.one_in(2);
  BatchOptions options = all_outputs(made.day(random));
  options.output.needed = random.one_in(2);  // which evaluate alone finds
  if (random.one_in(3)) options.sets = SetForm::columns;
  options.threads = static_cast<unsigned>(random.from_to(1, 4));

  // Columns left out, where a default stands for them, or none.
  std::vector<char> left_out(facts.size(), 0);
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (facts[i].domain.type.kind == Kind::list) {  // columns of lists are compared by a test of their own
      left_out[i] = 2;
      options.unknown.push_back(facts[i].name.text);
    } else if (facts[i].has_default && random.one_in(3)) {
      left_out[i] = 1;
    } else if (random.one_in(12)) {
      left_out[i] = 2;
      options.unknown.push_back(facts[i].name.text);
    }
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
  std::vector<TestColumn> columns;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (left_out[i] != 0) continue;
    columns.push_back(lay_out(facts[i], repeated(cells[i]), random));
    ++counts["column " + columns.back().format + (columns.back().values.empty() ? "" : " of " + columns.back().values)];
  }
  if (!one_day) {
    columns.push_back({"the day", random.pick({"tdD", "u"}) == "u" ? "u" : "tdD", repeated(days), "", 0});
    options.as_of = "the day";
  }
  const auto first = static_cast<std::size_t>(random.from_to(0, static_cast<std::int64_t>(rows)));
  ArrowArrayStream in = make_stream(columns, {first, rows - first}), out{};
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
    const auto rules = parse(differential::generate(seed).text(), "generated");
    if (!rules) continue;
    ++accepted;
    rows += check(*rules, seed, counts);
  }
  std::printf("%llu programs, %zu rows\n", static_cast<unsigned long long>(accepted), rows);
  for (const auto& [what, count] : counts)
    std::printf("  %-24s %llu\n", what.c_str(), static_cast<unsigned long long>(count));
  for (const char* const status : {"eligible", "ineligible", "undetermined"}) CHECK(counts[status] > programs / 10);
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
