#include "rfs/batch/batch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "arrow_columns.hpp"
#include "rfs/evaluate/reasons.hpp"

namespace {

using namespace rfs;
using namespace rfs::batch_tests;

const Date kDay = *Date::of(2017, 6, 24);

/// A fact of each type, each read by a condition; `note` makes a program that is not of 64-bit numbers.
Rules one_of_each(bool with_text) {
  const std::string text = with_text ? R"(, "noted": "note = 'yes'")" : "";
  auto rules = parse(R"json({ "rfs": 1, "rules": "each", "currency": "USD", "month_end": "clamp",
    "facts": {
      "flag": { "type": "bool" }, "count": { "type": "integer", "min": "-5", "max": "70000" },
      "size": { "type": "number", "places": 3 }, "share": { "type": "percent", "places": 1 },
      "raised": { "type": "money", "min": "-100.00" }, "since": { "type": "date" },
      "wait": { "type": "months" }, "gap": { "type": "days" },
      "office": { "type": "choice", "of": ["board", "house", "state senate of the union"] },
      "note": { "type": "text" }, "wide": { "type": "number", "places": 20, "max": "1e18" } },
    "definitions": { "many": "count >= 100", "large": "size > 1.5", "half": "share >= 50%",
      "enough": "raised >= 150 USD", "waited": "as_of >= since + wait", "near": "gap <= 90 days",
      "local": "office = 'board'", "third": "raised / 3", "start": "since + gap", "both": "share * size",
      "seat": "office", "broad": "wide > 1" )json" +
                         text + R"json( },
    "decisions": { "grant": { "eligible": "flag and (many or large or half or enough) and waited and near and local",
                              "amount": "min(max(raised, 0 USD), 1000 USD)", "round": "down to 0.01 USD" },
                   "score": { "eligible": "flag", "amount": "max(size, 0)" } } })json",
                     "each");
  REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
  return *rules;
}

/// A complete applicant, so that the column under test decides.
std::vector<TestColumn> others(const Rules& rules, const std::string& except, std::size_t rows) {
  const std::map<std::string, std::string> usual = {{"flag", "true"},     {"count", "5"},       {"size", "1"},
                                                    {"share", "20%"},     {"raised", "150.00"}, {"since", "2017-04-24"},
                                                    {"wait", "2 months"}, {"gap", "90 days"},   {"office", "board"},
                                                    {"note", "yes"},      {"wide", "2"}};
  std::vector<TestColumn> out;
  for (const rule::Fact& fact : rules.file().facts) {
    const std::string& name = fact.name.text;
    if (name != except) out.push_back({name, "u", std::vector<CellText>(rows, usual.at(name)), "", 0});
  }
  return out;
}

struct Case {
  const char* fact;
  std::vector<std::string> formats;
  std::vector<CellText> cells;
};

const std::vector<std::string> kTexts = {"u", "U", "vu"};

/// Each fact's column in each form that Arrow has for it.
std::vector<Case> cases() {
  const CellText null;
  return {
      {"flag", {"b", "u", "U", "vu"}, {"true", "false", null, "true"}},
      {"flag", kTexts, {"yes", "TRUE", "", null, "true"}},
      {"count",
       {"s", "i", "l", "f", "g", "d:4,0,32", "d:9,0,64", "d:38,0", "d:76,0,256", "u"},
       {"5", "-5", null, "100", "-6", "101"}},
      {"count",
       {"i", "l", "g", "d:12,0,64", "d:38,0", "d:76,0,256", "u", "U", "vu"},
       {"70000", "70001", null, "99", "-2000000000"}},
      {"count", {"c"}, {"127", "-128", null, "100"}},
      {"count", {"C"}, {"255", "0", null, "100"}},
      {"count", {"S", "I", "L"}, {"65535", "0", null, "100"}},
      {"count", {"L"}, {"18446744073709551615", "9223372036854775808", null, "100"}},
      {"count", {"l"}, {"9223372036854775807", "-9223372036854775808", null, "100"}},
      {"count",
       kTexts,
       {"3.0", "3.5", "1e2", "007", " 5", "5 ", "1,000", "+5", "", "x", null, "9223372036854775808", "-"}},
      {"size",
       {"f", "g", "d:9,3,32", "d:18,3,64", "d:38,3", "d:38,10", "d:76,30,256", "u"},
       {"1.5", "1.501", null, "-2.125", "0", "3", "-0.001"}},
      {"size", {"g", "d:38,7", "u"}, {"1.5005", "0.0001", null, "999999999.999", "-999999999.999"}},
      {"size", {"d:38,0", "d:76,-3,256", "g", "u"}, {"2000", "1000000000", "1000000000000", null, "-1000"}},
      {"share", kTexts, {"50%", "49.9%", "49.99%", "0.5", "50", "101%", "%", "-1%", null, "5e1%"}},
      {"raised",
       {"s", "i", "l", "f", "g", "d:9,2,32", "d:18,2,64", "d:38,2", "d:38,4", "d:76,2,256", "u"},
       {"150", "149", null, "-100", "-101"}},
      {"raised",
       {"g", "d:18,2,64", "d:38,2", "d:76,2,256", "d:38,20", "u"},
       {"150.00", "149.99", null, "0.01", "-100.00", "-100.01", "999999999.99", "1000000000.00"}},
      {"raised", {"d:38,4", "g", "u"}, {"150.0000", "149.9999", null, "149.9900"}},
      {"raised",
       {"d:76,0,256"},
       {"57896044618658097711785492504343953926634992332820282019728792003956564819967", "-9223372036854775809", null,
        "18446744073709551616", "150"}},
      {"raised",
       {"d:38,0"},
       {"170141183460469231731687303715884105727", "-170141183460469231731687303715884105728", null,
        "18446744073709551616", "150"}},
      {"raised",
       kTexts,
       {"150", "150.00 USD", "150.00 EUR", "$150", "1e2", "150.001", "150.000", ".5", "5.", "-0.00", "", null,
        "0000000000000000000150.00", "1234567890123456789012"}},
      {"since",
       {"tdD", "tdm", "tss:", "tsm:", "tsu:", "u", "U", "vu"},
       {"2017-04-24", "2017-04-25", null, "1900-01-01", "1899-12-31", "2199-12-31", "2200-01-01", "1970-01-01",
        "1969-12-31"}},
      {"since", {"tsn:"}, {"2017-04-24", null, "1969-12-31", "2000-02-29"}},
      {"since",
       kTexts,
       {"2017-02-29", "2016-02-29", "2017-4-24", "24/04/2017", "2017-04-24T00:00", "0000-01-01", "2017-13-01",
        "2017-00-10", "2017-04-00", "2017-04-31", "", null, "2017-04-2x"}},
      {"wait", kTexts, {"2 months", "3 months", "1 year", "P2M", "2", "60 days", null, "101 years", ""}},
      {"gap", kTexts, {"90 days", "91 days", "P90D", "90", "-1 days", null, ""}},
      {"office",
       kTexts,
       {"board", "house", "state senate of the union", "state senate of the onion", "bord", "Board", "", null, "board ",
        std::string("board\0", 6), std::string("\0", 1), "boar", "boardroom", "house"}},
      {"note",
       kTexts,
       {"yes", "no", "", null, "a text that is longer than any that stands in a view itself", std::string(5000, 'x'),
        "\xC3\xA9", "\xC3"}},
      {"wide",
       {"d:38,20", "d:76,20,256", "u"},
       {"1.00000000000000000001", "1", null, "0.00000000000000000001", "2", "100000000000000001"}},
      {"flag", {"n"}, {null, null}},
      {"note", {"n"}, {null, null}},
      {"raised", {"n"}, {null, null}},
  };
}

/// Returns what evaluating each row by itself gives, its column given as text.
std::vector<ResultRow> row_by_row(const Rules& rules, const std::vector<TestColumn>& columns) {
  std::vector<ResultRow> out;
  for (std::size_t row = 0; row < columns[0].cells.size(); ++row) {
    Facts facts(rules);
    for (const rule::Fact& fact : rules.file().facts) {
      for (const TestColumn& column : columns) {
        if (column.name != fact.name.text) continue;
        const CellText& cell = column.cells[row];
        cell ? facts.set(column.name, *cell) : facts.set_unknown(column.name);
      }
    }
    out.push_back(by_evaluate(rules, facts, kDay));
  }
  return out;
}

void check_same(const std::vector<ResultRow>& found, const std::vector<ResultRow>& expected, const std::string& what) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO(what, ", row ", i, "\nbatch:    ", row_text(found[i]), "\nevaluate: ", row_text(expected[i]));
    CHECK(same_row(found[i], expected[i]));
  }
}

std::vector<ResultRow> decide(const Rules& rules, std::vector<TestColumn> columns, std::vector<std::size_t> batches,
                              const BatchOptions& options) {
  ArrowArrayStream in = make_stream(std::move(columns), std::move(batches));
  ArrowArrayStream out{};
  const auto bound = rules.evaluate(&in, options, &out);
  REQUIRE_MESSAGE(bool(bound), (bound ? "" : bound.error().render()));
  const bool taken = in.release == nullptr;
  CHECK(taken);
  return read_results(out);
}

}  // namespace

TEST_SUITE("decoder") {
  TEST_CASE("every form of a column gives what evaluate gives for the cell's text") {
    std::size_t forms = 0;
    for (const bool with_text : {false, true}) {
      const Rules rules = one_of_each(with_text);
      for (const Case& one : cases()) {
        std::vector<CellText> cells = one.cells;
        std::vector<TestColumn> columns = others(rules, one.fact, cells.size());
        columns.push_back({one.fact, "u", cells, "", 0});
        const std::vector<ResultRow> expected = row_by_row(rules, columns);
        for (const std::string& format : one.formats) {
          for (const char* const named : {"", "c", "C", "s", "S", "i", "I", "l", "L"}) {
            const std::string index = named;
            if (!index.empty() && format == "n") continue;
            columns.back() = index.empty() ? TestColumn{one.fact, format, cells, "", 0}
                                           : TestColumn{one.fact, index, cells, format, 0};
            columns.back().before = static_cast<std::int64_t>(forms % 11);
            ++forms;
            const std::string what = std::string(one.fact) + " as " + format + " by " + index;
            const std::size_t first = cells.size() / 3;
            check_same(decide(rules, columns, {first, 0, cells.size() - first}, all_outputs(kDay)), expected, what);
            // Each cell by itself, so that none is read in the way that another needs.
            const std::vector<std::size_t> alone(cells.size(), 1);
            check_same(decide(rules, columns, alone, all_outputs(kDay)), expected, what + ", each alone");
          }
        }
      }
    }
    CHECK(forms > 1000);
  }
}
