#include "rfs/batch/batch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "arrow_columns.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/impl/batch/columns.hpp"

namespace {

using namespace rfs;
using namespace rfs::batch_tests;

const Date kDay = *Date::of(2017, 6, 24);

/// The kernels run it; with a figure that is not on file it is left to evaluate.
Rules funding(const std::string& house_in_2020 = "\"60000.00\"") {
  auto rules = parse(R"json({ "rfs": 1, "rules": "funding", "currency": "USD", "month_end": "clamp",
    "effective": { "from": "2017-01-01" },
    "facts": { "office": { "type": "choice", "of": ["board", "house"] }, "since": { "type": "date" },
               "raised": { "type": "money" }, "plan": { "type": "bool", "default": false } },
    "parameters": { "cost": { "type": "money", "by": ["office"], "values": [
      { "from": "2017-01-01", "value": { "board": "1000.00", "house": "50000.00" } },
      { "from": "2020-01-01", "value": { "board": "1200.00", "house": )json" +
                         house_in_2020 + R"json( } } ] } },
    "definitions": { "waited": "as_of >= since + 2 months", "enough": "raised >= 15% * cost[office]" },
    "decisions": { "funding": { "eligible": "waited and (enough or plan)", "amount": "min(raised, 15% * cost[office])",
                                "round": "down to 0.01 USD" } } })json",
                     "funding");
  REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
  return *rules;
}

std::vector<TestColumn> applicants(std::size_t rows) {
  const std::vector<std::string> offices = {"board", "house"}, raised = {"150.00", "149.99", "7500.00", "0.00"};
  std::vector<TestColumn> out = {{"office", "i", {}, "u", 0},
                                 {"since", "tdD", {}, "", 0},
                                 {"raised", "d:18,2,64", {}, "", 3},
                                 {"plan", "b", {}, "", 0}};
  for (std::size_t i = 0; i < rows; ++i) {
    out[0].cells.push_back(i % 7 == 6 ? CellText() : offices[i / 3 % 2]);
    out[1].cells.push_back(Date{Date::parse("2017-04-24")->days + static_cast<std::int32_t>(i % 3)}.text());
    out[2].cells.push_back(i % 11 == 10 ? CellText() : raised[i % 4]);
    out[3].cells.push_back(i % 5 == 0 ? "true" : "false");
  }
  return out;
}

/// Binds columns that must be refused, and returns what is said.
std::string refusal(const std::vector<TestColumn>& columns, const BatchOptions& options) {
  ArrowArrayStream in = make_stream(columns, {0}), out{};
  const auto bound = funding().evaluate(&in, options, &out);
  REQUIRE_FALSE(bool(bound));
  const bool left = in.release != nullptr;
  CHECK(left);
  in.release(&in);
  std::string text;
  for (const Diagnostic& finding : bound.error().all()) {
    text += diag::code_text(finding.code) + ": " + finding.message + " (" + finding.help + ")\n";
  }
  return text;
}

BatchOptions on_the_day() {
  BatchOptions options;
  options.as_of = kDay;
  return options;
}

std::vector<ResultRow> decide(const Rules& rules, std::vector<TestColumn> columns, std::vector<std::size_t> batches,
                              const BatchOptions& options, BatchSummary* summary = nullptr,
                              std::string* error = nullptr) {
  ArrowArrayStream in = make_stream(std::move(columns), std::move(batches)), out{};
  const auto bound = rules.evaluate(&in, options, &out);
  REQUIRE_MESSAGE(bool(bound), (bound ? "" : bound.error().render()));
  auto rows = read_results(out, error);
  if (summary != nullptr) *summary = bound->summary();
  return rows;
}

}  // namespace

TEST_SUITE("batch") {
  TEST_CASE("columns of results and their order") {
    ArrowArrayStream in = make_stream(applicants(3), {3}), out{};
    BatchOptions options = on_the_day();
    options.output = {true, true, true, true, true, true};
    options.append = true;
    const auto bound = funding().evaluate(&in, options, &out);
    REQUIRE(bool(bound));
    CHECK(bound->notes().empty());
    ArrowSchema schema{};
    REQUIRE(out.get_schema(&out, &schema) == 0);
    std::string all;
    for (std::int64_t i = 0; i < schema.n_children; ++i) {
      all += std::string(schema.children[i]->name) + " " + schema.children[i]->format + "\n";
    }
    CHECK(all ==
          "office i\nsince tdD\nraised d:18,2,64\nplan b\n"
          "funding_status c\nfunding_amount d:38,2\nfunding_least d:38,2\nfunding_most d:38,2\n"
          "funding_unmet u\nfunding_needed u\n"
          "funding_condition_plan b\nfunding_condition_waited b\nfunding_condition_enough b\nwaited b\nenough b\nerror "
          "u\n");
    schema.release(&schema);
    out.release(&out);
  }

  TEST_CASE("statuses, amounts, sets and errors") {
    std::vector<TestColumn> columns = {{"office", "u", {"board", "board", "board", "bord"}, "", 0},
                                       {"since", "u", {"2017-04-24", "2017-04-25", CellText(), "soon"}, "", 0},
                                       {"raised", "l", {"150", "149", "149", "150"}, "", 0}};
    BatchOptions options = on_the_day();
    options.output = {true, true, true, true, false, false};
    const auto rows = decide(funding(), columns, {4}, options);
    REQUIRE(rows.size() == 4);
    CHECK(row_text(rows[0]) ==
          "error=(null)  funding_amount=150.00  funding_least=150.00  funding_most=150.00  funding_needed=  "
          "funding_status=eligible  funding_unmet=  ");
    CHECK(row_text(rows[1]) ==
          "error=(null)  funding_amount=0.00  funding_least=0.00  funding_most=0.00  funding_needed=  "
          "funding_status=ineligible  funding_unmet=plan; waited; enough  ");
    CHECK(rows[2].at("funding_status") == "ineligible");
    CHECK(row_text(rows[3]) ==
          "error=RFS605: `office`: expected one of its options, found `bord` (did you mean `board`?); "
          "RFS602: `since`: expected a date, found `soon` (write it like `2017-04-24`)  "
          "funding_amount=(null)  funding_least=(null)  funding_most=(null)  funding_needed=(null)  "
          "funding_status=refused  funding_unmet=(null)  ");
  }

  TEST_CASE("sets as columns, and needed then as a list") {
    std::vector<TestColumn> columns = {{"office", "u", {"board", CellText()}, "", 0},
                                       {"since", "u", {"2017-04-25", CellText()}, "", 0},
                                       {"raised", "l", {"150", "300"}, "", 0}};
    BatchOptions options = on_the_day();
    options.output.unmet = options.output.needed = true;
    options.sets = SetForm::columns;
    const auto rows = decide(funding(), columns, {2}, options);
    CHECK(rows[0].at("funding_unmet_waited") == "true");
    CHECK(rows[0].at("funding_unmet_enough") == "false");
    CHECK(rows[0].at("funding_unmet_plan") == "false");
    CHECK(rows[1].at("funding_unmet_waited") == "false");
    CHECK(rows[1].at("funding_needed") == "[office, since]");
  }

  TEST_CASE("columns of other names, unknown facts, defaults and columns that are not read") {
    std::vector<TestColumn> columns = {{"office", "u", {"board"}, "", 0},
                                       {"total", "l", {"150"}, "", 0},
                                       {"plan", "b", {CellText()}, "", 0},
                                       {"id", "+l", {CellText()}, "", 0}};
    BatchOptions options = on_the_day();
    options.columns = {{"raised", "total"}};
    options.unknown = {"since"};
    options.output.needed = true;
    ArrowArrayStream in = make_stream(columns, {1}), out{};
    const auto bound = funding().evaluate(&in, options, &out);
    REQUIRE(bool(bound));
    REQUIRE(bound->notes().all().size() == 1);
    CHECK(bound->notes().all()[0].message == "no fact is named like these columns, which are not read: `id`");
    const auto rows = read_results(out);
    CHECK(rows[0].at("funding_status") == "undetermined");
    CHECK(rows[0].at("funding_needed") == "since");  // `plan` is null, so it is unknown, and raised is enough
  }

  TEST_CASE("a day for each applicant") {
    std::vector<TestColumn> columns = {
        {"office", "u", {"board", "board", "house", "board", "board"}, "", 0},
        {"since", "u", {"2017-04-24", "2017-04-24", "2017-04-24", "2017-04-24", "2017-04-24"}, "", 0},
        {"raised", "l", {"150", "150", "150", "150", "150"}, "", 0},
        {"applied", "tsu:", {"2017-06-24", "2017-06-23", "2020-01-01", CellText(), "2016-12-31"}, "", 0}};
    BatchOptions options;
    options.as_of = "applied";
    const auto rows = decide(funding("null"), columns, {5}, options);
    CHECK(rows[0].at("funding_status") == "eligible");
    CHECK(rows[1].at("funding_status") == "ineligible");
    CHECK(rows[2].at("funding_status") == "undetermined");  // its cost is not on file
    CHECK(rows[3].at("error") == "RFS610: `as_of`: expected a date, found a null");
    CHECK(rows[4].at("error")->substr(0, 8) == "RFS606: ");
    columns.back() = {"applied", "u", {"2017-06-24", "24.6.2017", "2017-06-24", "2017-06-24", "2017-06-24"}, "", 0};
    const auto texts = decide(funding(), columns, {5}, options);
    CHECK(texts[1].at("error") == "RFS610: `as_of`: expected a date, found `24.6.2017` (write it like `2017-04-24`)");
    CHECK(texts[1].at("funding_status") == "refused");
  }

  TEST_CASE("binding refuses what cannot be meant") {
    const BatchOptions options = on_the_day();
    const std::vector<TestColumn> columns = applicants(0);
    BatchOptions changed = options;
    changed.as_of = std::string();
    CHECK(refusal(columns, changed).find("RFS610: there is no date of evaluation") == 0);
    changed.as_of = "sinc";
    CHECK(refusal(columns, changed) ==
          "RFS611: no column is named `sinc`, which the option `as_of` names (did you mean `since`?)\n");
    changed = options;
    changed.columns = {{"rased", "raised"}, {"plan", "plans"}};
    CHECK(refusal(columns, changed) ==
          "RFS601: unknown fact `rased` in the option `columns` (did you mean `raised`?)\n"
          "RFS611: no column is named `plans`, which the option `columns` gives for the fact `plan` (did you mean "
          "`plan`?)\n");
    changed = options;
    changed.unknown = {"raised"};
    CHECK(refusal(columns, changed).find("RFS613: the option `unknown` names `raised`, which has the column") == 0);
    std::vector<TestColumn> missing = columns;
    missing[2].name = "raisd";
    CHECK(
        refusal(missing, options) ==
        "RFS611: no column for the fact `raised` (did you mean the column `raisd`? name it in the option `columns`)\n");
    std::vector<TestColumn> twice = columns;
    twice.push_back(twice[0]);
    CHECK(refusal(twice, options) == "RFS613: two columns are named `office` (rename one of them)\n");
    std::vector<TestColumn> clash = columns;
    clash.push_back({"funding_status", "u", {}, "", 0});
    changed = options;
    changed.append = true;
    CHECK(refusal(clash, changed) ==
          "RFS613: two columns of the result would be named `funding_status` (rename the column that is read, or do "
          "not append)\n");
  }

  TEST_CASE("types that cannot be read are refused with the cast") {
    struct Row {
      std::size_t column;
      const char *format, *values, *found, *help;
    };
    const std::vector<Row> table = {
        {0, "i", "", "found `office` of int32", "cast it to utf8"},
        {0, "z", "", "found `office` of binary", "cast it to utf8"},
        {0, "i", "i", "found `office` of dictionary of int32", "cast it to utf8"},
        {0, "f", "u", "found `office` of dictionary of utf8", "cast it to utf8"},
        {1, "tsu:UTC", "", "found `since` of timestamp[us, UTC]", "cast it to date32 in the zone"},
        {1, "i", "", "found `since` of int32", "cast it to date32"},
        {1, "ttu", "", "found `since` of time", "cast it to date32"},
        {2, "e", "", "found `raised` of float16", "cast it to decimal128(38, 2)"},
        {2, "b", "", "found `raised` of bool", "cast it to decimal128(38, 2)"},
        {2, "+s", "", "found `raised` of struct", "cast it to decimal128(38, 2)"},
        {2, "d:9", "", "found `raised` of decimal", "cast it to decimal128(38, 2)"},
        {2, "x?", "", "found `raised` of x?", "cast it to decimal128(38, 2)"},
        {3, "c", "", "found `plan` of int8", "cast it to bool"}};
    for (const Row& row : table) {
      std::vector<TestColumn> columns = applicants(0);
      columns[row.column].format = row.format;
      columns[row.column].values = row.values;
      const std::string said = refusal(columns, on_the_day());
      INFO(said);
      CHECK(said.find("RFS612: expected a column of ") == 0);
      CHECK(said.find(row.found) != std::string::npos);
      CHECK(said.find(row.help) != std::string::npos);
    }
  }

  TEST_CASE("floats are read by their shortest decimal") {
    struct Row {
      const char *value, *exact, *nearest;
    };
    // What is raised, and what the error begins with; nothing where it is read.
    const std::vector<Row> table = {{"150", nullptr, nullptr},
                                    {"149.99", nullptr, nullptr},
                                    {"0.1", nullptr, nullptr},
                                    {"-0", nullptr, nullptr},
                                    {"999999999.99", nullptr, nullptr},
                                    {"0.30000000000000004", "RFS604: `raised`: expected at most 15 digits", nullptr},
                                    {"0.125", "RFS604: `raised`: expected at most 2 decimals",
                                     "RFS604: `raised`: expected a float within a millionth of 0.01"},
                                    {"149.99000000001", "RFS604: `raised`: expected at most 2 decimals", nullptr},
                                    {"149.9900001", "RFS604: `raised`: expected at most 2 decimals", "RFS604: "},
                                    {"1e300", "RFS603: ", "RFS603: "},
                                    {"-1", "RFS603: ", "RFS603: "},
                                    {"5e-324", "RFS604: ", nullptr},
                                    {"1234567890123456", "RFS604: `raised`: expected at most 15 digits", "RFS603: "},
                                    {"inf", "RFS602: `raised`: expected a number, found infinity", "RFS602: "},
                                    {"nan", "RFS602: `raised`: expected a number, found NaN", "RFS602: "}};
    for (const Floats floats : {Floats::exact, Floats::nearest}) {
      std::vector<TestColumn> columns = {
          {"office", "u", {}, "", 0}, {"since", "u", {}, "", 0}, {"raised", "g", {}, "", 1}};
      for (const Row& row : table) {
        columns[0].cells.emplace_back("board");
        columns[1].cells.emplace_back("2017-04-24");
        columns[2].cells.emplace_back(row.value);
      }
      for (const char* const values : {"", "g"}) {
        columns[2].format = *values == 0 ? "g" : "i";
        columns[2].values = values;
        BatchOptions options = on_the_day();
        options.floats = floats;
        BatchSummary summary;
        const auto rows = decide(funding(), columns, {table.size()}, options, &summary);
        std::uint64_t errors = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
          const char* const expected = floats == Floats::exact ? table[i].exact : table[i].nearest;
          const CellText& found = rows[i].at("error");
          INFO(table[i].value, " ", found.value_or("(null)"));
          CHECK(found.has_value() == (expected != nullptr));
          if (expected != nullptr && found) CHECK(found->substr(0, std::strlen(expected)) == expected);
          if (found && found->substr(0, 6) == "RFS604" && floats == Floats::exact) {
            CHECK(found->find("set the option `floats` to `nearest`") != std::string::npos);
          }
          errors += found.has_value() ? 1 : 0;
        }
        CHECK(summary.refused == errors);
        CHECK(summary.assumed[2] == (floats == Floats::exact ? 0 : 3));
      }
    }
    std::vector<TestColumn> columns = {
        {"office", "u", {"board"}, "", 0}, {"since", "u", {"2017-04-24"}, "", 0}, {"raised", "f", {"nan"}, "", 1}};
    BatchOptions options = on_the_day();
    options.nan = NotANumber::unknown;
    CHECK(decide(funding(), columns, {1}, options)[0].at("funding_status") == "undetermined");
    columns[2].cells[0] = "7500.01";  // a float32 has fewer digits, and says no more than they do
    CHECK(decide(funding(), columns, {1}, options)[0].at("funding_status") == "eligible");
    columns[2].cells[0] = "1234567.8";
    CHECK(decide(funding(), columns, {1}, options)[0].at("funding_status") == "eligible");
  }

  TEST_CASE("more words than a byte holds, in dictionaries and as texts") {
    std::vector<std::string> all;
    std::string words;
    for (int i = 0; i < 300; ++i) {
      all.push_back("w" + std::to_string(i));
      words += (i == 0 ? "\"" : ", \"") + all.back() + "\"";
    }
    const auto rules = parse(R"json({ "rfs": 1, "rules": "many", "facts": {
      "region": { "type": "choice", "of": [)json" +
                                 words + R"json(] }, "home": { "type": "choice", "of": [)json" + words + R"json(] } },
      "definitions": { "moved": "region != home", "moved_to": "if moved then region else 'w7'",
                       "far": "moved_to in ('w3', 'w270')" },
      "decisions": { "grant": { "eligible": "far or home = 'w299'" } } })json",
                             "many");
    REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
    for (const char* const format : {"i", "u"}) {
      const std::string dictionary = *format == 'i' ? "u" : "";
      std::vector<TestColumn> columns = {{"region", format, {}, dictionary, 0}, {"home", format, {}, dictionary, 0}};
      for (std::size_t i = 0; i < 900; ++i) {
        columns[0].cells.push_back(all[i % 300]);
        columns[1].cells.push_back(all[(i + i / 300) % 300]);
      }
      BatchOptions options = on_the_day();
      options.output.definitions = true;
      const auto rows = decide(*rules, columns, {900}, options);
      REQUIRE(rows.size() == 900);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::size_t region = i % 300, home = (i + i / 300) % 300;
        const bool moved = region != home;
        CAPTURE(i);
        CHECK(rows[i].at("moved") == (moved ? "true" : "false"));
        CHECK(rows[i].at("moved_to") == (moved ? all[region] : "w7"));
        const bool eligible = (moved && (region == 3 || region == 270)) || home == 299;
        CHECK(rows[i].at("grant_status") == (eligible ? "eligible" : "ineligible"));
      }
    }
  }

  TEST_CASE("any number of threads and any batches give the same results and counts") {
    constexpr std::size_t kRows = 40'000;  // enough blocks for four threads
    const Rules rules = funding();
    const std::vector<TestColumn> columns = applicants(kRows);
    BatchSummary one, many;
    BatchOptions options = all_outputs(kDay);
    options.threads = 1;
    const auto expected = decide(rules, columns, {kRows}, options, &one);
    CHECK(one.rows == kRows);
    CHECK(one.decisions[0].count(Status::eligible) > 1000);
    CHECK(one.decisions[0].count(Status::undetermined) > 500);
    CHECK(one.decisions[0].unmet[2] > 1000);
    for (const unsigned threads : {2U, 4U}) {
      options.threads = threads;
      std::uint64_t told = 0;
      options.progress = [&](const BatchSummary& summary) { told = summary.rows; };
      for (const std::vector<std::size_t>& batches : {std::vector<std::size_t>{kRows}, {1, 9'999, 0, 30'000}}) {
        const auto found = decide(rules, columns, batches, options, &many);
        CHECK(found == expected);
        CHECK(told == kRows);
        CHECK(many.rows == one.rows);
        CHECK(many.decisions[0].statuses == one.decisions[0].statuses);
        CHECK(many.decisions[0].unmet == one.decisions[0].unmet);
      }
    }
  }

  TEST_CASE("appended columns are those that were read, also of a slice of a table") {
    const Rules rules = funding();
    std::vector<TestColumn> columns = applicants(10);
    columns.push_back({"id", "l", {}, "", 0});
    for (std::size_t i = 0; i < 10; ++i) columns.back().cells.push_back(std::to_string(100 + i));
    // A stream whose tables are rows 2 to 7 of their columns.
    ArrowArrayStream in = make_stream(columns, {10});
    static int (*get_next)(ArrowArrayStream*, ArrowArray*) = nullptr;
    get_next = in.get_next;
    in.get_next = [](ArrowArrayStream* self, ArrowArray* table) {
      const int number = get_next(self, table);
      if (number == 0 && table->release != nullptr) {
        table->offset = 2;
        table->length = 5;
      }
      return number;
    };
    BatchOptions options = on_the_day();
    options.append = true;
    ArrowArrayStream out{};
    REQUIRE(bool(rules.evaluate(&in, options, &out)));
    ArrowSchema schema{};
    REQUIRE(out.get_schema(&out, &schema) == 0);
    ArrowArray table{};
    REQUIRE(out.get_next(&out, &table) == 0);
    const auto whole = decide(rules, applicants(10), {10}, on_the_day());
    REQUIRE(table.length == 5);
    for (std::int64_t row = 0; row < 5; ++row) {
      CHECK(cell_text(*schema.children[4], *table.children[4], row) == std::to_string(102 + row));
      CHECK(cell_text(*schema.children[5], *table.children[5], row) ==
            whole[static_cast<std::size_t>(row) + 2].at("funding_status"));
    }
    // The columns may outlive the stream.
    out.release(&out);
    CHECK(cell_text(*schema.children[4], *table.children[4], 0) == "102");
    table.release(&table);
    schema.release(&schema);
  }

  TEST_CASE("a large batch comes out in parts, of which each may be the last that is kept") {
    constexpr std::size_t kMost = batch::kPart, kRows = kMost + 1000;
    const Rules rules = funding();
    std::vector<TestColumn> columns = applicants(kRows);
    columns[2].cells[kMost + 3] = "-0.01";
    BatchOptions options = on_the_day();
    options.append = true;
    options.threads = 1;
    const auto expected = decide(rules, columns, {70'000, kRows - 70'000}, options);
    ArrowArrayStream in = make_stream(std::move(columns), {kRows, 0}), out{};
    REQUIRE(bool(rules.evaluate(&in, options, &out)));
    ArrowSchema schema{};
    REQUIRE(out.get_schema(&out, &schema) == 0);
    std::vector<ArrowArray> parts(3);
    for (ArrowArray& part : parts) REQUIRE(out.get_next(&out, &part) == 0);
    CHECK(parts[0].length == batch::kPart);
    CHECK(parts[1].length == 1000);
    CHECK(parts[2].length == 0);
    out.release(&out);
    // A column and its words, moved out of their parents, outlive all else.
    ArrowArray office = *parts[1].children[0], words = *office.dictionary;
    parts[1].children[0]->release = office.dictionary->release = nullptr;
    std::size_t row = 0, differ = 0;
    for (ArrowArray& part : parts) {
      for (std::int64_t i = 0; i < part.length; ++i, ++row) {
        for (std::int64_t c = part.children[0]->release == nullptr ? 1 : 0; c < schema.n_children; ++c) {
          const CellText found = cell_text(*schema.children[c], *part.children[c], i);
          differ += found == expected[row].at(schema.children[c]->name) ? 0 : 1;
        }
      }
      part.release(&part);
    }
    CHECK(row == kRows);
    CHECK(differ == 0);
    CHECK(expected[kMost + 3].at("error").has_value());
    office.dictionary = &words;
    CHECK(cell_text(*schema.children[0], office, 999) == expected.back().at("office"));
    words.release(&words);
    office.release(&office);
    schema.release(&schema);
  }

  TEST_CASE("batches of long texts have fewer rows") {
    constexpr std::size_t kRows = 100'000;
    const Rules rules = funding();
    std::vector<TestColumn> columns = applicants(kRows);
    for (TestColumn& column : columns) {
      column.format = "u";
      column.values.clear();
      for (std::size_t i = 0; i < kRows; ++i) {
        if (i % 4 != 0) column.cells[i] = "number " + std::to_string(i);
      }
    }
    BatchSummary summary;
    BatchOptions options = on_the_day();
    options.threads = 3;
    std::vector<std::uint64_t> told;
    options.progress = [&](const BatchSummary& so_far) { told.push_back(so_far.rows); };
    const auto found = decide(rules, columns, {kRows}, options, &summary);
    CHECK(told.size() > 1);
    CHECK(told[0] % batch::kBlock == 0);
    CHECK(summary.rows == kRows);
    CHECK(summary.refused == kRows / 4 * 3);
    const std::vector<std::size_t> small(kRows / 1000, 1000);
    const bool same = found == decide(rules, columns, small, on_the_day());
    CHECK(same);
  }

  TEST_CASE("a table without columns has rows") {
    auto rules = parse(R"json({ "rfs": 1, "rules": "none", "facts": { "x": { "type": "bool", "default": true } },
      "decisions": { "go": { "eligible": "x" } } })json",
                       "none");
    REQUIRE(bool(rules));
    const auto rows = decide(*rules, {}, {3, 0, 2}, on_the_day());
    CHECK(rows.size() == 5);
    CHECK(rows[4].at("go_status") == "eligible");
  }

  TEST_CASE("a number of no finite decimals is written as a fraction") {
    auto rules = parse(R"json({ "rfs": 1, "rules": "thirds", "currency": "USD", "facts": { "x": { "type": "money" } },
      "decisions": { "go": { "eligible": "x >= 0 USD", "amount": "x / 3", "round": "none" } } })json",
                       "thirds");
    REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
    BatchOptions options = on_the_day();
    options.output.most = true;
    const auto rows = decide(*rules, {{"x", "l", {"1", "3", CellText()}, "", 0}}, {3}, options);
    CHECK(rows[0].at("go_amount") == "1/3");
    CHECK(rows[1].at("go_amount") == "1.00");
    CHECK(rows[2].at("go_amount") == CellText());
    CHECK(rows[2].at("go_most") == "333333333.33");
  }

  TEST_CASE("texts that are computed are a column, and even numbers a condition") {
    auto rules = parse(R"json({ "rfs": 1, "rules": "permits", "facts": { "permit": { "type": "text" },
      "unit": { "type": "integer", "min": 1, "max": 99 } },
      "definitions": { "label": "upper(substring(permit, 1, 2)) + '!'", "side": "even(unit)" },
      "decisions": { "go": { "eligible": "side and starts_with(label, 'É')" } } })json",
                       "permits");
    REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
    BatchOptions options = on_the_day();
    options.output.definitions = true;
    const std::vector<TestColumn> columns = {{"permit", "u", {"éa7", "éa7", "b", CellText()}, "", 0},
                                             {"unit", "l", {"12", "13", "12", "12"}, "", 0}};
    const auto rows = decide(*rules, columns, {4}, options);
    CHECK(rows[0].at("label") == "ÉA!");
    CHECK(rows[2].at("label") == "B!");
    CHECK(rows[3].at("label") == CellText());
    const std::vector<std::string> statuses = {"eligible", "ineligible", "ineligible", "undetermined"};
    for (std::size_t i = 0; i < 4; ++i) CHECK(rows[i].at("go_status") == statuses[i]);
  }

  TEST_CASE("a failing stream of applicants fails the stream of results") {
    ArrowArrayStream in = make_stream(applicants(3), {3}), out{};
    in.get_next = [](ArrowArrayStream*, ArrowArray*) { return EIO; };
    in.get_last_error = [](ArrowArrayStream*) { return "the disk is gone"; };
    REQUIRE(bool(funding().evaluate(&in, on_the_day(), &out)));
    ArrowArray table{};
    CHECK(out.get_next(&out, &table) == EIO);
    CHECK(std::string(out.get_last_error(&out)) == "the disk is gone");
    out.release(&out);

    in = make_stream(applicants(3), {3});
    const auto get_schema = in.get_schema;
    in.get_schema = [](ArrowArrayStream*, ArrowSchema*) { return ENOSYS; };
    CHECK_FALSE(bool(funding().evaluate(&in, on_the_day(), &out)));
    in.get_schema = get_schema;
    in.release(&in);
  }

  TEST_CASE("arrays that break Arrow's rules fail the stream") {
    using Break = void (*)(ArrowArray&);
    struct Row {
      const char* said;
      Break change;
    };
    // Of columns 0 `office` (dictionary), 1 `since` (date32), 2 `raised` (utf8), 3 `plan` (utf8_view).
    const std::vector<Row> rows = {
        {"negative", [](ArrowArray& t) { t.length = -1; }},
        {"negative", [](ArrowArray& t) { t.offset = -1; }},
        {"negative", [](ArrowArray& t) { t.children[1]->offset = -1; }},
        {"negative", [](ArrowArray& t) { t.children[1]->length = INT64_MAX; }},
        {"shorter", [](ArrowArray& t) { t.children[1]->length = 2; }},
        {"shorter", [](ArrowArray& t) { t.offset = 1; }},
        {"columns", [](ArrowArray& t) { t.n_children = 3; }},
        {"buffers", [](ArrowArray& t) { t.children[1]->n_buffers = 1; }},
        {"buffers", [](ArrowArray& t) { t.children[2]->n_buffers = 2; }},
        {"no values", [](ArrowArray& t) { t.children[1]->buffers[1] = nullptr; }},
        {"no values", [](ArrowArray& t) { t.children[2]->buffers[1] = nullptr; }},
        {"no bytes", [](ArrowArray& t) { t.children[2]->buffers[2] = nullptr; }},
        {"no dictionary", [](ArrowArray& t) { t.children[0]->dictionary = nullptr; }},
        {"into a dictionary of 2",
         [](ArrowArray& t) {
           const_cast<std::int32_t*>(static_cast<const std::int32_t*>(t.children[0]->buffers[1]))[1] = 2;
         }},
        {"into a dictionary of 2",
         [](ArrowArray& t) {
           const_cast<std::int32_t*>(static_cast<const std::int32_t*>(t.children[0]->buffers[1]))[1] = -1;
         }},
        {"does not lie in its buffer",
         [](ArrowArray& t) {
           const_cast<std::int32_t*>(static_cast<const std::int32_t*>(t.children[2]->buffers[1]))[1] = 1000;
         }},
        {"does not lie in its buffer",
         [](ArrowArray& t) {
           const_cast<std::int32_t*>(static_cast<const std::int32_t*>(t.children[2]->buffers[1]))[0] = -4;
         }},
        {"does not lie in its buffer",
         [](ArrowArray& t) {
           const_cast<std::int32_t*>(static_cast<const std::int32_t*>(t.children[3]->buffers[1]))[0] = -4;
         }},
        {"does not lie in its buffer",
         [](ArrowArray& t) {
           auto* const view = const_cast<std::int32_t*>(static_cast<const std::int32_t*>(t.children[3]->buffers[1]));
           view[0] = 100;
           view[2] = 0;
           view[3] = 0;
         }},
        {"does not lie in its buffer",
         [](ArrowArray& t) {
           auto* const view = const_cast<std::int32_t*>(static_cast<const std::int32_t*>(t.children[3]->buffers[1]));
           view[0] = 100;
           view[2] = 7;
         }},
    };
    static Break change = nullptr;
    static int (*get_next)(ArrowArrayStream*, ArrowArray*) = nullptr;
    for (const Row& row : rows) {
      const std::vector<TestColumn> columns = {{"office", "i", {"board", "house", "board"}, "u", 0},
                                               {"since", "tdD", {"2017-04-24", "2017-04-24", "2017-04-24"}, "", 0},
                                               {"raised", "u", {"150.00", "150.00", "1.00"}, "", 0},
                                               {"plan", "vu", {"true", "false", "true"}, "", 0}};
      ArrowArrayStream in = make_stream(columns, {3}), out{};
      change = row.change;
      get_next = in.get_next;
      // What is changed must be put back, for its owner to release it.
      struct Changed {
        ArrowArray original{}, table{};
        ArrowArray columns[4]{};
        ArrowArray* pointers[4]{};
        const void* buffers[4][4]{};
      };
      in.get_next = [](ArrowArrayStream* self, ArrowArray* table) {
        auto* const kept = new Changed;
        const int number = get_next(self, &kept->original);
        if (number != 0 || kept->original.release == nullptr) {
          delete kept;
          return number;
        }
        kept->table = kept->original;
        for (std::size_t i = 0; i < 4; ++i) {
          kept->columns[i] = *kept->original.children[i];
          kept->pointers[i] = &kept->columns[i];
          for (std::int64_t b = 0; b < kept->columns[i].n_buffers; ++b) {
            kept->buffers[i][b] = kept->columns[i].buffers[b];
          }
          kept->columns[i].buffers = kept->buffers[i];
        }
        kept->table.children = kept->pointers;
        change(kept->table);
        kept->table.private_data = kept;
        kept->table.release = [](ArrowArray* array) {
          auto* const holder = static_cast<Changed*>(array->private_data);
          holder->original.release(&holder->original);
          delete holder;
          array->release = nullptr;
        };
        *table = kept->table;
        return 0;
      };
      REQUIRE(bool(funding().evaluate(&in, on_the_day(), &out)));
      std::string error;
      CHECK(read_results(out, &error).empty());
      INFO(error);
      CHECK(error.find(row.said) != std::string::npos);
    }
  }
}
