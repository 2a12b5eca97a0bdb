#include "rfs/impl/batch/team.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "arrow_columns.hpp"
#include "rfs/batch/batch.hpp"
#include "rfs/evaluate/shelf.hpp"

namespace {

using namespace rfs;
using namespace rfs::batch_tests;

Rules file_of(const std::string& name, const std::string& text) {
  auto rules = parse(R"({ "rfs": 1, "rules": "town/grant", "currency": "USD", )" + text + "}", name);
  REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
  return *rules;
}

Rules early() {
  return file_of("early", R"("effective": { "until": "2018-07-01" },
    "facts": { "raised": { "type": "money" }, "resident": { "type": "bool" },
               "office": { "type": "choice", "of": ["board", "house"] } },
    "definitions": { "here": "resident", "large": "raised >= 100 USD", "share": "raised / 2", "seat": "office",
                     "people": "if here then 2 else 1", "number": "if large then 3 else 0" },
    "decisions": { "grant": { "eligible": "here and large", "amount": "share", "round": "down to 0.01 USD" },
                   "early": { "eligible": "here" } })");
}

/// Another structure: amounts of three decimals, an option more, other conditions, a decision more, a definition of
/// words.
Rules late() {
  return file_of("late", R"("effective": { "from": "2018-07-01", "until": "2020-01-01" },
    "facts": { "raised": { "type": "money" }, "donors": { "type": "integer", "min": 0, "max": 1000 },
               "office": { "type": "choice", "of": ["board", "house", "senate"] } },
    "definitions": { "supported": "donors >= 10", "large": "raised >= 300 USD", "share": "raised / 8",
                     "seat": "office", "label": "if large then 'large' else 'small'",
                     "people": "donors / 2", "number": "donors" },
    "decisions": { "grant": { "eligible": "supported and large or office = 'senate'", "amount": "share",
                              "round": "down to 0.001 USD" },
                   "visit": { "eligible": "large" } })");
}

Rules last() {
  return file_of("last", R"("effective": { "from": "2021-01-01" },
    "facts": { "raised": { "type": "money" } },
    "definitions": { "large": "raised >= 500 USD" }, "decisions": { "grant": { "eligible": "large" } })");
}

Shelf shelf_of(std::vector<Rules> files) {
  auto shelf = Shelf::of(std::move(files));
  REQUIRE_MESSAGE(bool(shelf), (shelf ? "" : shelf.error().render()));
  return *shelf;
}

/// Applicants with days of all files, of none, and none; `in_order` puts the days in order.
std::vector<TestColumn> applicants(std::size_t rows, bool in_order) {
  std::vector<TestColumn> out = {{"day", "u", {}, "", 0},    {"raised", "u", {}, "", 0}, {"resident", "b", {}, "", 0},
                                 {"donors", "i", {}, "", 0}, {"office", "u", {}, "", 0}, {"other", "i", {}, "", 0}};
  std::uint64_t state = 7;
  const auto next = [&](std::uint64_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (state >> 33) % below;
  };
  const std::int32_t first = Date::parse("2017-01-01")->days;
  constexpr std::uint64_t kDays = 2000;  // to the middle of 2022
  for (std::size_t i = 0; i < rows; ++i) {
    const auto day = static_cast<std::int32_t>(in_order ? i * kDays / rows : next(kDays));
    const std::uint64_t odd = next(200);
    out[0].cells.push_back(odd == 0   ? CellText()
                           : odd == 1 ? "soon"
                           : odd == 2 ? "1850-01-01"
                                      : Date{first + day}.text());
    out[1].cells.push_back(next(20) == 0 ? CellText()
                                         : std::to_string(next(800)) + "." + std::to_string(next(90) + 10));
    out[2].cells.push_back(next(20) == 0 ? CellText() : next(2) == 0 ? "true" : "false");
    out[3].cells.push_back(next(20) == 0 ? CellText() : std::to_string(next(30)));
    const std::vector<std::string> offices = {"board", "house", "senate", "bord"};
    out[4].cells.push_back(next(20) == 0 ? CellText() : offices[next(64) / 21]);
    out[5].cells.push_back("1");
  }
  return out;
}

BatchOptions by_day(bool outputs, SetForm sets = SetForm::text) {
  BatchOptions options;
  options.as_of = "day";
  options.sets = sets;
  if (outputs) options.output = {true, true, true, true, true, true};
  options.output.unmet = true;
  return options;
}

struct Decided {
  std::vector<ResultRow> rows;
  std::string columns;
  BatchSummary all;
  std::vector<BatchSummary> files;
  std::string notes;
};

template <class Decider>
Decided decide(const Decider& by, std::vector<TestColumn> columns, const std::vector<std::size_t>& batches,
               const BatchOptions& options) {
  ArrowArrayStream in = make_stream(std::move(columns), batches), out{};
  const auto bound = by.evaluate(&in, options, &out);
  REQUIRE_MESSAGE(bool(bound), (bound ? "" : bound.error().render()));
  Decided decided;
  ArrowSchema schema{};
  REQUIRE(out.get_schema(&out, &schema) == 0);
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    decided.columns += std::string(schema.children[i]->name) + " " + schema.children[i]->format + "\n";
  }
  schema.release(&schema);
  decided.rows = read_results(out);
  decided.all = bound->summary();
  for (std::size_t i = 0; i < bound->files().size(); ++i) decided.files.push_back(bound->summary(i));
  decided.notes = bound->notes().render();
  return decided;
}

/// Cells agree where they are the same text or the same number.
bool agree(const CellText& a, const CellText& b) {
  if (a == b || !a || !b) return a == b;
  const auto x = Exact::parse(*a), y = Exact::parse(*b);
  return x && y && *x == *y;
}

std::string refusal(const Shelf& shelf, const BatchOptions& options) {
  ArrowArrayStream in = make_stream(applicants(1, true), {1}), out{};
  const auto bound = shelf.evaluate(&in, options, &out);
  REQUIRE_FALSE(bool(bound));
  in.release(&in);
  std::string text;
  for (const Diagnostic& finding : bound.error().all()) {
    text += diag::code_text(finding.code) + ": " + finding.message + "\n";
  }
  return text;
}

}  // namespace

TEST_SUITE("shelf of columns") {
  TEST_CASE("results have the columns of all files, wide enough for all") {
    const Decided decided =
        decide(shelf_of({early(), late(), last()}), applicants(3, true), {3}, by_day(true, SetForm::columns));
    CHECK(decided.columns ==
          "grant_status c\ngrant_amount d:38,3\ngrant_least d:38,3\ngrant_most d:38,3\ngrant_unmet_here b\n"
          "grant_unmet_large b\ngrant_needed +l\ngrant_condition_here b\ngrant_condition_large b\nearly_status c\n"
          "early_unmet_here b\nearly_needed +l\nearly_condition_here b\nhere b\nlarge b\nshare d:38,5\nseat u\n"
          "people d:38,1\nnumber l\n"
          "grant_unmet_supported b\ngrant_unmet_grant#1 b\ngrant_condition_supported b\n"
          "grant_condition_grant#1 b\nvisit_status c\nvisit_unmet_large b\nvisit_needed +l\n"
          "visit_condition_large b\nsupported b\nlabel i\nerror u\n");
    CHECK(decided.notes.find("`other`") != std::string::npos);
    CHECK(decided.notes.find("`donors`") == std::string::npos);
  }

  TEST_CASE("each row is decided as its file decides it") {
    const Shelf shelf = shelf_of({last(), early(), late()});
    for (const bool in_order : {true, false}) {
      for (const bool outputs : {true, false}) {
        for (const SetForm sets : {SetForm::text, SetForm::list, SetForm::columns}) {
          // Several blocks, whose texts and lists are joined; columns of conditions have none.
          const std::size_t many = sets == SetForm::columns ? 1'200 : 12'000;
          const std::vector<TestColumn> columns = applicants(many, in_order);
          const std::vector<std::size_t> batches = {1, many / 2, 0, many / 2 - 1};
          const BatchOptions options = by_day(outputs, sets);
          const Decided decided = decide(shelf, columns, batches, options);
          REQUIRE(decided.rows.size() == many);
          std::vector<Decided> alone;
          for (const Rules& rules : shelf.files()) alone.push_back(decide(rules, columns, batches, options));
          std::vector<std::uint64_t> rows(3), refused(3), eligible(3);
          std::uint64_t wrong = 0;
          for (std::size_t row = 0; row < many; ++row) {
            std::size_t file = 2;  // refuses what no file decides
            const auto day = Date::parse(columns[0].cells[row].value_or(""));
            const auto rules = day ? shelf.at(*day) : Result<Rules, Diagnostic>(Diagnostic());
            while (rules && shelf.files()[file].digest() != rules->digest()) --file;
            ResultRow expected = alone[file].rows[row];
            if (day && !rules) {
              expected["error"] = "RFS606: " + rules.error().message + " (" + rules.error().help + ")";
            }
            ++rows[file];
            refused[file] += expected.at("grant_status") == "refused" ? 1 : 0;
            eligible[file] += expected.at("grant_status") == "eligible" ? 1 : 0;
            for (const auto& [name, cell] : decided.rows[row]) {
              const auto of_file = expected.find(name);
              const CellText what = of_file == expected.end() ? CellText() : of_file->second;
              if (agree(cell, what) || ++wrong > 5) continue;
              const std::string where = name + ": " + cell.value_or("(null)");
              CHECK_MESSAGE(false, row << " " << where << " not " << what.value_or("(null)"));
            }
          }
          CHECK(wrong == 0);
          std::uint64_t sum = 0;
          for (std::size_t file = 0; file < 3; ++file) {
            CHECK(rows[file] > many / 10);
            CHECK(decided.files[file].rows == rows[file]);
            CHECK(decided.files[file].refused == refused[file]);
            CHECK(decided.files[file].decisions[0].count(Status::eligible) == eligible[file]);
            CHECK(eligible[file] > 0);
            sum += refused[file];
          }
          CHECK(decided.all.rows == many);
          CHECK(decided.all.refused == sum);
          CHECK(decided.all.errors.at(Code::as_of_range) > 0);
          CHECK(decided.all.errors.at(Code::invalid_as_of) > 0);
        }
      }
    }
  }

  TEST_CASE("on one day that day's file decides") {
    const Shelf shelf = shelf_of({early(), late()});
    BatchOptions options;
    options.as_of = *Date::parse("2018-07-01");
    const Decided decided = decide(shelf, applicants(3, true), {3}, options);
    CHECK(decided.columns == "grant_status c\ngrant_amount d:38,3\nvisit_status c\nerror u\n");
    options.as_of = *Date::parse("2020-01-01");
    CHECK(refusal(shelf, options) ==
          "RFS606: the files of `town/grant` hold from 1900-01-01 to 2019-12-31, not on 2020-01-01\n");
  }

  TEST_CASE("options name facts of any file, and mistakes are said once") {
    const Shelf shelf = shelf_of({early(), late()});
    BatchOptions options = by_day(false);
    options.columns = {{"raised", "raised"}, {"donors", "donors"}, {"donors_", "donors"}};
    options.unknown = {"residnt"};
    options.as_of = "when";
    CHECK(refusal(shelf, options) ==
          "RFS601: unknown fact `donors_` in the option `columns`\n"
          "RFS601: unknown fact `residnt` in the option `unknown`\n"
          "RFS611: no column is named `when`, which the option `as_of` names\n");
    options = by_day(false);
    options.columns = {{"donors", "other"}};
    CHECK(decide(shelf, applicants(3, true), {3}, options).notes.find("`donors`") != std::string::npos);
  }

  TEST_CASE("columns of one name that hold different things are refused") {
    const Rules other = file_of("other", R"("effective": { "from": "2018-07-01" },
      "facts": { "raised": { "type": "money" } },
      "definitions": { "large": "raised * 2", "early_status": "raised" }, "decisions": {
        "grant": { "eligible": "raised > 1 USD", "amount": "if large > 5 USD then 2 else 1" } })");
    BatchOptions options = by_day(false);
    options.output.definitions = true;
    CHECK(
        refusal(shelf_of({early(), other}), options) ==
        "RFS613: two files would write different columns named `grant_amount`: money in USD by `early` and integer by "
        "`other`\n"
        "RFS613: two files would write different columns named `large`: bool by `early` and money in USD by `other`\n"
        "RFS613: two files would write different columns named `early_status`: names by `early` and money in USD by "
        "`other`\n");
  }
}
