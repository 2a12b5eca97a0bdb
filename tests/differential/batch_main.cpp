// Generated programs over generated columns: batch gives every row what evaluate gives it.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "../unit/batch/arrow_columns.hpp"
#include "generator.hpp"
#include "rfs/evaluate/reasons.hpp"

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

/// Makes applicants for one program and compares; returns how many rows were.
std::size_t check(const Rules& rules, std::uint64_t seed, std::map<std::string, std::uint64_t>& counts) {
  Random random(seed);
  const differential::Applicants made(rules);
  const auto& facts = rules.file().facts;
  const std::size_t distinct = static_cast<std::size_t>(random.from_to(1, 40));
  const std::size_t rows = random.one_in(25) ? 20'000 : distinct;  // enough that threads share them
  const bool one_day = random.one_in(2);
  BatchOptions options = all_outputs(made.day(random));
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
  const auto bound = rules.evaluate(&in, options, &out);
  REQUIRE_MESSAGE(bool(bound), (bound ? "" : bound.error().render()));
  const std::vector<ResultRow> found = read_results(out);
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
  if (argc == 3 && std::string(argv[1]) == "--programs") programs = std::strtoull(argv[2], nullptr, 10);
  return doctest::Context().run();
}
