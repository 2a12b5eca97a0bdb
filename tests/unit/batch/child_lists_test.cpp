#include "rfs/batch/child_lists.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "arrow_lists.hpp"
#include "rfs/evaluate/shelf.hpp"

namespace {

using namespace rfs;
using namespace rfs::batch_tests;

const Date kDay = *Date::of(2017, 6, 24);

Rules gifts() {
  auto rules = parse(R"json({ "rfs": 1, "rules": "gifts", "currency": "USD",
    "facts": { "member": { "type": "bool" },
      "gifts": { "type": "list", "max_items": 6, "fields": {
        "amount": { "type": "money", "min": "-50.00", "max": "5000.00" },
        "state": { "type": "choice", "of": ["aa", "bb"] }, "donor": "text", "given": "date",
        "count": { "type": "integer", "min": 0, "max": 100 }, "ok": "bool",
        "share": { "type": "percent", "default": "5%" } } },
      "amounts": { "type": "list", "of": { "type": "money", "max": "900.00" }, "max_items": 5, "default": [] } },
    "definitions": { "total": "sum(gifts[state = 'aa'].amount)", "others": "sum(amounts)",
      "many": "count(gifts[ok]) >= 2", "number": "count(gifts)", "donors": "count(distinct(gifts.donor))",
      "last": "max(gifts.given, empty: date(2000, 1, 1))", "things": "sum(gifts.count)",
      "most": "max(gifts.share, empty: 0%)", "young": "last >= date(2001, 1, 1) and things <= 500 and most <= 50%" },
    "decisions": { "grant": { "eligible": "member and (total >= 100 USD or many) and donors >= 1 and young",
      "amount": "max(0 USD, min(total, 1000 USD)) + others", "round": "down to 0.01 USD" } } })json",
                     "gifts");
  REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
  return *rules;
}

BatchOptions everything() {
  BatchOptions out = all_outputs(kDay);
  return out;
}

std::vector<ResultRow> read(const Rules& rules, TestTable table, std::vector<std::size_t> batches,
                            const BatchOptions& options, std::string* error = nullptr) {
  ArrowArrayStream in = make_stream(std::move(table), std::move(batches)), out{};
  const auto bound = rules.evaluate(&in, options, &out);
  REQUIRE_MESSAGE(bool(bound), (bound ? "" : bound.error().render()));
  return read_results(out, error);
}

std::string words(const Diagnostics& findings) {
  std::string out;
  for (const Diagnostic& finding : findings.all()) {
    out += diag::code_text(finding.code) + ": " + finding.message;
    if (!finding.help.empty()) out += " (" + finding.help + ")";
    out += "\n";
  }
  return out;
}

std::string refusal(const Rules& rules, TestTable table, const BatchOptions& options) {
  ArrowArrayStream in = make_stream(std::move(table), {0}), out{};
  const auto bound = rules.evaluate(&in, options, &out);
  REQUIRE_FALSE(bool(bound));
  in.release(&in);
  return words(bound.error());
}

/// Reads one child table; the words of a refusal go into `wrong`.
std::optional<ChildLists> read_child(const Rules& rules, const std::string& fact, const std::string& key,
                                     std::vector<TestColumn> columns, const BatchOptions& options,
                                     std::string* wrong = nullptr, std::size_t batch = 3) {
  std::vector<std::size_t> batches;
  for (std::size_t left = columns[0].cells.size(); left > 0; left -= batches.back())
    batches.push_back(std::min(left, batch));
  ArrowArrayStream in = make_stream(std::move(columns), std::move(batches));
  auto lists = rules.read_lists({{fact, &in, key}}, options);
  if (in.release != nullptr) in.release(&in);
  if (wrong != nullptr) *wrong = lists ? "" : words(lists.error());
  if (wrong == nullptr) REQUIRE_MESSAGE(bool(lists), (lists ? "" : words(lists.error())));
  return lists ? std::optional(*lists) : std::nullopt;
}

/// A field of the random test: how it is laid out, and cells that are good and bad.
struct RandomField {
  std::string name;
  std::vector<std::pair<std::string, std::string>> formats;  ///< and of a dictionary's values
  std::vector<std::string> good, bad;                        ///< as JSON
};

const std::vector<RandomField> kFields = {
    {"amount",
     {{"d:10,2,64", ""}, {"d:12,2", ""}, {"g", ""}, {"u", ""}, {"i", "u"}},
     {"10.5", "250", "99.99", "-50"},
     {"-50.01", "5000.01"}},
    {"state", {{"u", ""}, {"vu", ""}, {"c", "u"}, {"i", "U"}}, {"\"aa\"", "\"bb\""}, {"\"cc\""}},
    {"donor", {{"u", ""}, {"U", ""}, {"vu", ""}, {"s", "u"}}, {"\"ann\"", "\"bob of a long street name\"", "\"\""}, {}},
    {"given", {{"tdD", ""}, {"tsu:", ""}, {"u", ""}}, {"\"2017-01-31\"", "\"2000-12-31\""}, {"\"1899-12-31\""}},
    {"count", {{"C", ""}, {"l", ""}, {"u", ""}}, {"0", "7", "100"}, {"101"}},
    {"ok", {{"b", ""}, {"u", ""}}, {"true", "false"}, {}},
    {"share", {{"u", ""}, {"i", "u"}}, {"\"10%\"", "\"50%\""}, {"\"101%\""}}};

struct RandomApplicant {
  bool null = false;
  std::vector<std::vector<CellText>> items;  ///< cells as JSON; no cells: a null item
  std::vector<CellText> amounts;
};

/// Reads a JSON value as the text of a cell.
CellText plain_text(const CellText& json) {
  if (!json || json->front() != '"') return json;
  return json->substr(1, json->size() - 2);
}

std::string json_of(const RandomApplicant& applicant, const std::vector<bool>& has_field) {
  std::string out;
  for (const auto& item : applicant.items) {
    std::string fields;
    for (std::size_t f = 0; f < item.size(); ++f) {
      if (!has_field[f]) continue;
      fields += (fields.empty() ? "\"" : ", \"") + kFields[f].name + "\": " + item[f].value_or("null");
    }
    out += (out.empty() ? "" : ", ") + (item.empty() ? "null" : "{" + fields + "}");
  }
  return "[" + out + "]";
}

std::string amounts_json(const RandomApplicant& applicant) {
  std::string out;
  for (const CellText& amount : applicant.amounts) out += (out.empty() ? "" : ", ") + amount.value_or("null");
  return "[" + out + "]";
}

/// Files that declare other fields of one list, and one that does not declare it.
Shelf shelf_of_gifts() {
  const auto file = [](const std::string& name, const std::string& text) {
    auto rules = parse(R"({ "rfs": 1, "rules": "gifts", "currency": "USD", )" + text + "}", name);
    REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
    return *rules;
  };
  auto shelf =
      Shelf::of({file("early", R"json("effective": { "until": "2018-07-01" },
         "facts": { "member": { "type": "bool" }, "gifts": { "type": "list", "max_items": 50, "fields": {
           "amount": "money", "state": { "type": "choice", "of": ["aa", "bb"] } } } },
         "definitions": { "total": "sum(gifts[state = 'aa'].amount)" },
         "decisions": { "grant": { "eligible": "member and total >= 20 USD", "amount": "max(0 USD, total)", "round": "none" } })json"),
                 file("middle", R"json("effective": { "from": "2018-07-01", "until": "2020-01-01" },
         "facts": { "gifts": { "type": "list", "max_items": 60, "fields": { "donor": "text", "amount": "money" } } },
         "definitions": { "donors": "count(distinct(gifts.donor))", "total": "sum(gifts.amount)" },
         "decisions": { "grant": { "eligible": "donors >= 2", "amount": "max(0 USD, total / 8)", "round": "down to 0.001 USD" } })json"),
                 file("late", R"json("effective": { "from": "2020-01-01" }, "facts": { "member": { "type": "bool" } },
         "decisions": { "grant": { "eligible": "member" } })json")});
  REQUIRE_MESSAGE(bool(shelf), (shelf ? "" : shelf.error().render()));
  return *shelf;
}

/// Applicants on days of all files, and their gifts.
struct Gifts {
  TestColumn day{"day", "tdD", {}, "", 0}, member{"member", "b", {}, "", 0}, id{"id", "l", {}, "", 0};
  TestColumn who{"id", "l", {}, "", 0}, amount{"amount", "d:12,2,64", {}, "", 0}, state{"state", "u", {}, "", 0},
      donor{"donor", "u", {}, "", 0}, place{"place", "u", {}, "", 0};
};

Gifts make_gifts(std::size_t applicants) {
  Gifts out;
  std::mt19937 random(20'263);
  for (std::size_t i = 0; i < applicants; ++i) {
    out.day.cells.push_back(Date{Date::parse("2017-06-01")->days + static_cast<std::int32_t>(random() % 1'500)}.text());
    out.member.cells.push_back(random() % 9 == 0 ? CellText() : random() % 3 == 0 ? "false" : "true");
    out.id.cells.push_back(std::to_string(i));
    for (std::size_t k = random() % 5; k > 0; --k) {
      out.who.cells.push_back(std::to_string((i * 7 + k) % applicants));
      out.amount.cells.push_back(random() % 40 == 0 ? CellText() : std::to_string(random() % 30) + ".25");
      out.state.cells.push_back(random() % 60 == 0 ? "cc" : random() % 2 == 0 ? "aa" : "bb");
      out.donor.cells.push_back(random() % 60 == 0 ? CellText() : "donor " + std::to_string(random() % 3));
      out.place.cells.push_back("x");
    }
  }
  return out;
}

}  // namespace

TEST_SUITE("lists in tables") {
  TEST_CASE("a shelf's files read of a child table what each declares, and decide the rows of their days by it") {
    const Shelf shelf = shelf_of_gifts();
    const Gifts given = make_gifts(5'000);
    BatchOptions options = everything();
    options.as_of = "day";
    options.key = "id";
    const auto decided = [&](const auto& rules, bool with_lists) {
      BatchOptions own = options;
      if (!with_lists) own.key.clear();
      ArrowArrayStream items =
          make_stream({given.who, given.amount, given.state, given.donor, given.place}, {given.who.cells.size()});
      if (with_lists) {
        auto lists = rules.read_lists({{"gifts", &items, "id"}}, own);
        REQUIRE_MESSAGE(bool(lists), (lists ? "" : words(lists.error())));
        own.lists = *lists;
      }
      if (items.release != nullptr) items.release(&items);
      ArrowArrayStream in = make_stream({given.day, given.member, given.id}, {3'000, 2'000}), out{};
      const auto bound = rules.evaluate(&in, own, &out);
      REQUIRE_MESSAGE(bool(bound), (bound ? "" : words(bound.error())));
      std::string error;
      auto rows = read_results(out, &error);
      CHECK(error == "");
      if (own.lists) CHECK(words(own.lists->notes()).find("`place`") != std::string::npos);
      return rows;
    };
    const std::vector<ResultRow> rows = decided(shelf, true);
    REQUIRE(rows.size() == 5'000);
    const std::vector<Window> windows = shelf.windows();
    std::size_t refused = 0;
    for (std::size_t file = 0; file < 3; ++file) {
      const std::vector<ResultRow> alone = decided(shelf.files()[file], file < 2);
      std::size_t compared = 0, wrong = 0;
      for (std::size_t row = 0; row < rows.size(); ++row) {
        const Date day = *Date::parse(*given.day.cells[row]);
        if (day < windows[file].first || windows[file].last < day) continue;
        ++compared;
        for (const auto& [column, cell] : alone[row]) {
          const bool amount = column.find("_amount") != std::string::npos ||
                              column.find("_least") != std::string::npos || column.find("_most") != std::string::npos ||
                              column == "total";
          const auto& found = rows[row].at(column);
          // Amounts have the decimals of the file that has most.
          if (amount && cell && found ? found->compare(0, cell->size(), *cell) != 0 : found != cell) ++wrong;
        }
        refused += *rows[row].at("grant_status") == "refused" ? 1 : 0;
      }
      INFO("file ", file);
      CHECK(compared > 800);
      CHECK(wrong == 0);
    }
    CHECK(refused > 20);
  }

  TEST_CASE("a shelf refuses lists that none of its files declares, orphans and applicants that come twice, once") {
    const Shelf shelf = shelf_of_gifts();
    BatchOptions options = everything();
    options.as_of = "day";
    options.key = "id";
    const auto read = [&](const std::string& fact, const BatchOptions& how, std::vector<TestColumn> columns) {
      ArrowArrayStream items = make_stream(std::move(columns), {2});
      auto lists = shelf.read_lists({{fact, &items, "id"}}, how);
      if (items.release != nullptr) items.release(&items);
      return lists;
    };
    const std::vector<TestColumn> items = {{"id", "l", {"1", "9"}, "", 0},
                                           {"amount", "l", {"5", "6"}, "", 0},
                                           {"state", "u", {"aa", "bb"}, "", 0},
                                           {"donor", "u", {"ann", "bo"}, "", 0}};
    CHECK(words(read("gift", options, items).error()).find("no list is named `gift`") != std::string::npos);
    CHECK(read("gift", options, items).error().count(Severity::error) == 1);
    BatchOptions misspelt = options;
    misspelt.columns = {{"gifts.sate", "state"}};
    CHECK(words(read("gifts", misspelt, items).error()).find("unknown field `gifts.sate`") != std::string::npos);
    BatchOptions renamed = options;
    renamed.columns = {{"gifts.state", "state"}, {"gifts.donor", "donor"}};  // of different files
    CHECK(bool(read("gifts", renamed, items)));

    const auto run = [&](std::vector<CellText> ids, std::vector<CellText> days) {
      options.lists = *read("gifts", options, items);
      const std::size_t rows = ids.size();
      ArrowArrayStream in = make_stream({{"id", "l", std::move(ids), "", 0},
                                         {"day", "u", std::move(days), "", 0},
                                         {"member", "b", std::vector<CellText>(rows, "true"), "", 0}},
                                        {rows}),
                       out{};
      const auto bound = shelf.evaluate(&in, options, &out);
      REQUIRE_MESSAGE(bool(bound), (bound ? "" : words(bound.error())));
      std::string error;
      read_results(out, &error);
      return error;
    };
    // Of a file without lists, or on a day of none, an applicant is one all the same.
    CHECK(run({"1", "9"}, {"2017-01-01", "2021-01-01"}) == "");
    CHECK(run({"1", "9"}, {"2017-01-01", "soon"}) == "");
    const std::string orphans = run({"1"}, {"2021-01-01"});
    CHECK(orphans.find("a row of the child table for `gifts` has a key that no applicant has: `9`") !=
          std::string::npos);
    CHECK(orphans.find("; ") == std::string::npos);
    CHECK(run({"1", "9", "1"}, {"2017-01-01", "2018-08-01", "2021-01-01"}).find("two applicants have the key `1`") !=
          std::string::npos);
  }

  TEST_CASE("columns, child tables and text give what evaluate decides of the same lists") {
    const Rules rules = gifts();
    std::size_t refused = 0, decided = 0, undecided = 0;
    for (unsigned seed = 0; seed < 60; ++seed) {
      std::mt19937 random(seed);
      const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
      const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
      const std::size_t rows = below(40) + 1;
      const unsigned bad = seed % 3 == 0 ? 0 : 3, unknown = seed % 4 == 0 ? 0 : 6;
      std::vector<bool> has_field(kFields.size(), true);
      has_field[6] = chance(70);  // it has a default
      std::vector<RandomApplicant> applicants(rows);
      for (RandomApplicant& one : applicants) {
        one.null = chance(unknown);
        for (std::size_t i = below(chance(3) ? 9 : 7); i > 0; --i) {
          auto& item = one.items.emplace_back();
          if (chance(unknown)) continue;
          for (const RandomField& field : kFields) {
            const bool wrong = !field.bad.empty() && chance(bad);
            const auto& from = wrong ? field.bad : field.good;
            item.push_back(chance(unknown) ? CellText() : from[below(from.size())]);
          }
        }
        for (std::size_t i = below(6); i > 0; --i)
          one.amounts.push_back(chance(unknown) ? CellText() : chance(bad) ? "900.01" : "12.5");
      }
      // What evaluate says.
      std::vector<ResultRow> wanted;
      for (const RandomApplicant& one : applicants) {
        Facts facts(rules);
        facts.read_json("{\"member\": true, \"gifts\": " + (one.null ? "null" : json_of(one, has_field)) +
                        ", \"amounts\": " + amounts_json(one) + "}");
        wanted.push_back(by_evaluate(rules, facts, kDay));
        const std::string status = *wanted.back().at("grant_status");
        (status == "refused" ? refused : status == "undetermined" ? undecided : decided) += 1;
      }
      TestList list{"gifts", chance(50) ? "+l" : "+L", {}, true, {}, {}, {}, chance(50) ? 3 : 0, chance(50) ? 5 : 0};
      TestList amounts{"amounts",
                       chance(50) ? "+l" : "+L",
                       {{"item", chance(50) ? "d:9,2,64" : "u", {}, "", 0}},
                       false,
                       {},
                       {},
                       {},
                       0,
                       0};
      TestColumn text{"gifts", "u", {}, "", 0}, member{"member", "b", {}, "", 0}, applicant_key{"id", "l", {}, "", 0};
      for (std::size_t f = 0; f < kFields.size(); ++f) {
        const auto& [format, values] = kFields[f].formats[below(kFields[f].formats.size())];
        if (has_field[f]) list.items.push_back({kFields[f].name, format, {}, values, chance(30) ? 2 : 0});
      }
      const bool text_keys = chance(50);
      const auto key_of = [&](std::size_t row) { return std::to_string(row * 7 % 41) + (text_keys ? "x" : ""); };
      std::vector<std::pair<std::size_t, std::size_t>> child_rows;  // applicant, item
      for (std::size_t row = 0; row < rows; ++row) {
        const RandomApplicant& one = applicants[row];
        member.cells.emplace_back("true");
        applicant_key.cells.emplace_back(key_of(row));
        list.counts.push_back(one.items.size());
        list.nulls.push_back(one.null);
        for (std::size_t i = 0; i < one.items.size(); ++i) {
          child_rows.emplace_back(row, i);
          list.null_items.push_back(one.items[i].empty());
          std::size_t column = 0;
          for (std::size_t f = 0; f < kFields.size(); ++f) {
            if (!has_field[f]) continue;
            list.items[column++].cells.push_back(one.items[i].empty() ? CellText("null") : one.items[i][f]);
          }
        }
        amounts.counts.push_back(one.amounts.size());
        for (const CellText& amount : one.amounts) amounts.items[0].cells.push_back(amount);
        text.cells.push_back(one.null ? CellText() : json_of(one, has_field));
      }
      for (TestColumn& column : list.items) {
        for (CellText& cell : column.cells) cell = cell == CellText("null") ? CellText() : plain_text(cell);
      }
      std::vector<std::size_t> batches;
      for (std::size_t left = rows; left > 0; left -= batches.back()) batches.push_back(below(left) + 1);
      const auto compare = [&](const char* what, const std::vector<ResultRow>& found, bool nulls) {
        CAPTURE(what);
        CAPTURE(seed);
        REQUIRE(found.size() == rows);
        for (std::size_t row = 0; row < rows; ++row) {
          // A child table has neither null lists nor null items.
          const auto& items = applicants[row].items;
          const bool null_item = std::any_of(items.begin(), items.end(), [](const auto& item) { return item.empty(); });
          if (!nulls && (applicants[row].null || null_item)) continue;
          CAPTURE(row);
          CHECK_MESSAGE(same_row(wanted[row], found[row]), (row_text(wanted[row]) + "\n" + row_text(found[row]) + "\n" +
                                                            text.cells[row].value_or("null")));
        }
      };
      BatchOptions options = everything();
      options.threads = 1 + static_cast<unsigned>(below(3));
      compare("list column", read(rules, {{member}, {list, amounts}}, batches, options), true);
      compare("text column", read(rules, {{member, text}, {amounts}}, batches, options), true);

      // The rows of all applicants in any order, but each one's in its own.
      std::vector<std::size_t> places(child_rows.size());
      for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
      std::shuffle(places.begin(), places.end(), random);
      std::vector<std::size_t> order(places.size());
      for (std::size_t begin = 0; begin < child_rows.size();) {
        std::size_t end = begin;
        while (end < child_rows.size() && child_rows[end].first == child_rows[begin].first) ++end;
        std::sort(places.begin() + static_cast<std::ptrdiff_t>(begin),
                  places.begin() + static_cast<std::ptrdiff_t>(end));
        for (; begin < end; ++begin) order[places[begin]] = begin;
      }
      TestColumn child_key{"who", text_keys ? "i" : "s", {}, text_keys ? "u" : "", chance(50) ? 2 : 0};
      std::vector<TestColumn> child = list.items;
      for (TestColumn& column : child) column.cells.clear();
      for (const std::size_t at : order) {
        child_key.cells.emplace_back(key_of(child_rows[at].first));
        for (std::size_t c = 0; c < child.size(); ++c) child[c].cells.push_back(list.items[c].cells[at]);
      }
      child.insert(child.begin() + static_cast<std::ptrdiff_t>(below(child.size())), child_key);
      applicant_key.format = text_keys ? "vu" : "l";
      options.key = "id";
      options.lists = read_child(rules, "gifts", "who", child, options, nullptr, below(20) + 1);
      compare("child table", read(rules, {{member, applicant_key}, {amounts}}, batches, options), false);
    }
    CHECK(refused > 100);
    CHECK(decided > 300);
    CHECK(undecided > 100);
  }

  TEST_CASE("places in errors, and cells that are needed") {
    const Rules rules = gifts();
    TestTable table;
    table.columns = {{"member", "b", {"true", "true"}, "", 0}};
    table.lists = {{"gifts",
                    "+l",
                    {{"amount", "u", {"10", "1.005", "x", "20", CellText()}, "", 0},
                     {"state", "u", {"aa", "aa", "zz", CellText(), "aa"}, "", 0},
                     {"donor", "u", {"a", "b", "c", "d", "e"}, "", 0},
                     {"given", "u", {"2017-01-01", "2017-01-01", "2017-01-01", "2017-01-01", "2017-01-01"}, "", 0},
                     {"count", "l", {"1", "1", "1", "1", "1"}, "", 0},
                     {"ok", "b", {"false", "false", "false", "false", "false"}, "", 0}},
                    true,
                    {3, 2},
                    {},
                    {},
                    0,
                    0}};
    BatchOptions options;
    options.as_of = kDay;
    options.output.needed = true;
    const auto rows = read(rules, table, {2}, options);
    CHECK(*rows[0].at("error") ==
          "RFS604: `gifts[2].amount`: expected at most 2 decimals, found `1.005` (round it, or give the fact more "
          "`places`); RFS602: `gifts[3].amount`: expected an amount of money, found `x` (write it like `1000.00`: no "
          "currency sign, no thousands separator, no blanks); RFS605: `gifts[3].state`: expected one of its options, "
          "found `zz` (the options are aa, bb)");
    CHECK(*rows[1].at("grant_needed") == "gifts[1].state; gifts[2].amount");
  }

  TEST_CASE("null lists, lists of nulls and lists of one size") {
    const Rules rules = gifts();
    TestTable table;
    table.columns = {{"member", "b", {"true", "true"}, "", 0}, {"gifts", "n", {CellText(), CellText()}, "", 0}};
    BatchOptions options = everything();
    CHECK(read(rules, table, {2}, options)[0].at("number") == CellText());
    options.null_lists = NullLists::empty;
    CHECK(*read(rules, table, {2}, options)[0].at("number") == "0");
    table.columns.pop_back();
    table.lists = {{"gifts", "+l", {{"item", "n", {CellText()}, "", 0}}, false, {1, 0}, {}, {}, 0, 0},
                   {"amounts", "+w:2", {{"item", "l", {"1", "2", "3", "4"}, "", 0}}, false, {2, 2}, {}, {}, 0, 0}};
    const auto rows = read(rules, table, {2}, options);
    CHECK(*rows[0].at("number") == "1");
    CHECK(rows[0].at("total") == CellText());
    CHECK(*rows[1].at("number") == "0");
    CHECK(*rows[0].at("others") == "3.00");
    CHECK(*rows[1].at("others") == "7.00");
  }

  TEST_CASE("columns of items that are missing, misspelt, of another type, or of nothing") {
    const Rules rules = gifts();
    const auto with = [](std::vector<TestColumn> items, bool records = true) {
      TestTable out;
      out.columns = {{"member", "b", {}, "", 0}};
      out.lists = {{"gifts", "+l", std::move(items), records, {}, {}, {}, 0, 0}};
      return out;
    };
    const std::vector<TestColumn> all = {{"amount", "l", {}, "", 0}, {"state", "u", {}, "", 0},
                                         {"donor", "u", {}, "", 0},  {"given", "tdD", {}, "", 0},
                                         {"count", "l", {}, "", 0},  {"ok", "b", {}, "", 0}};
    BatchOptions options = everything();
    std::vector<TestColumn> items = all;
    items[1].name = "stat";
    items[5].format = "l";
    CHECK(refusal(rules, with(items), options) ==
          "RFS611: no column for the field `gifts.state` (did you mean the column `stat`? name it in the option "
          "`columns`)\nRFS612: expected a column of bool for `gifts.ok`, found `ok` of int64 (cast it to bool)\n");
    options.columns = {{"gifts.state", "stat"}};
    options.unknown = {"gifts.ok"};
    items[5] = {"extra", "f", {}, "", 0};
    ArrowArrayStream in = make_stream(with(items), {}), out{};
    const auto bound = rules.evaluate(&in, options, &out);
    REQUIRE(bool(bound));
    CHECK(words(bound->notes()) == "RFS614: no fact is named like these columns, which are not read: `gifts.extra`\n");
    out.release(&out);
    CHECK(refusal(rules, with({{"item", "l", {}, "", 0}}, false), everything()) ==
          "RFS612: expected lists of records for `gifts`, found lists of int64 (make each item a struct of the "
          "fields)\n");
    options.columns = {{"gift.state", "x"}, {"gifts.stat", "x"}};
    options.unknown = {};
    CHECK(refusal(rules, with(all), options) ==
          "RFS601: no list of records is named `gift`, which the option `columns` names with a field (did you mean "
          "`gifts`?)\nRFS601: unknown field `gifts.stat` in the option `columns` (did you mean `state`?)\n");
    TestTable plain;
    plain.columns = {{"member", "b", {}, "", 0}, {"gifts", "l", {}, "", 0}};
    CHECK(
        refusal(rules, plain, everything()) ==
        "RFS612: expected a column of lists for `gifts`, found `gifts` of int64 (give lists of structs, JSON as text, "
        "or a child table in the option `lists`)\n");
    plain.columns.pop_back();
    CHECK(refusal(rules, plain, everything()) ==
          "RFS611: no column for the fact `gifts` (give its child table in the option `lists`, its column in "
          "`columns`, or name it in `unknown` if the data does not have it)\n");
  }

  TEST_CASE("arrays of lists that break Arrow's rules") {
    const Rules rules = gifts();
    const auto broken = [&](auto change) {
      TestTable table;
      table.columns = {{"member", "b", {"true", "true"}, "", 0}};
      table.lists = {{"amounts", "+l", {{"item", "u", {"1", "2", "3"}, "", 0}}, false, {1, 2}, {}, {}, 0, 0}};
      struct State {
        ArrowArrayStream in;
        std::function<void(ArrowArray&)> change;
      } state{make_stream(table, {2}), change};
      ArrowArrayStream in{};
      in.private_data = &state;
      in.get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
        auto& of = static_cast<State*>(self->private_data)->in;
        return of.get_schema(&of, schema);
      };
      in.get_next = [](ArrowArrayStream* self, ArrowArray* array) {
        auto& of = *static_cast<State*>(self->private_data);
        const int number = of.in.get_next(&of.in, array);
        if (array->release != nullptr) of.change(*array->children[1]);
        return number;
      };
      in.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
      in.release = [](ArrowArrayStream* self) { self->release = nullptr; };
      BatchOptions options = everything();
      options.unknown = {"gifts"};
      ArrowArrayStream out{};
      REQUIRE(bool(rules.evaluate(&in, options, &out)));
      std::string error;
      const std::size_t rows = read_results(out, &error).size();
      CHECK(rows == (error.empty() ? 2 : 0));
      state.in.release(&state.in);
      return error;
    };
    const auto offset = [](ArrowArray& list, std::size_t at, std::int32_t value) {
      static_cast<std::int32_t*>(const_cast<void*>(list.buffers[1]))[at] = value;
    };
    CHECK(broken([](ArrowArray&) {}).empty());
    const std::string of = "the column for `amounts`: ";
    CHECK(broken([&](ArrowArray& list) { offset(list, 0, -1); }) == of + "an array of lists has a negative offset");
    CHECK(broken([&](ArrowArray& list) { offset(list, 1, 4); }) == of + "lists of an array overlap");
    CHECK(broken([&](ArrowArray& list) { offset(list, 2, 4); }) == of + "a list ends behind the items");
    CHECK(broken([&](ArrowArray& list) { list.length = 1; }) == of + "an array is shorter than its table");
    CHECK(broken([&](ArrowArray& list) { list.children[0]->length = -1; }) ==
          of + "an array has a negative or impossible length or offset");
    CHECK(broken([&](ArrowArray& list) { offset(*list.children[0], 1, 9); }) ==
          "a text of the column for `amounts` does not lie in its buffer");
  }

  TEST_CASE("keys: orphans, nulls and applicants that come twice") {
    const Rules rules = gifts();
    const auto child = [](std::vector<CellText> keys) {
      std::vector<CellText> values(keys.size(), "10");
      return std::vector<TestColumn>{{"amounts", "l", values, "", 0}, {"who", "l", std::move(keys), "", 0}};
    };
    const auto run = [&](std::vector<CellText> rows, std::vector<CellText> applicants, Orphans orphans) {
      BatchOptions options = everything();
      options.unknown = {"gifts"};
      options.orphans = orphans;
      options.key = "id";
      std::string wrong;
      options.lists = read_child(rules, "amounts", "who", child(std::move(rows)), options, &wrong);
      if (!wrong.empty()) return wrong;
      TestTable table;
      const std::size_t count = applicants.size();
      table.columns = {{"member", "b", std::vector<CellText>(count, "true"), "", 0}, {"id", "C", applicants, "", 0}};
      ArrowArrayStream in = make_stream(table, {count / 2, count - count / 2}), out{};
      const auto bound = rules.evaluate(&in, options, &out);
      REQUIRE_MESSAGE(bool(bound), (bound ? "" : bound.error().render()));
      std::string error, sums;
      for (const ResultRow& row : read_results(out, &error)) sums += row.at("others").value_or("?") + " ";
      CHECK(error.empty() == bound->errors().empty());
      return error.empty() ? sums : words(bound->errors());
    };
    const CellText none;
    CHECK(run({"1", "3", "1"}, {"1", "2", "3"}, Orphans::refuse) == "20.00 0.00 10.00 ");
    CHECK(
        run({"1", "4", "-5", "4"}, {"1", "2"}, Orphans::refuse) ==
        "RFS615: 3 rows of the child table for `amounts` have keys that no applicant has: `4`, `-5` (correct the keys, "
        "or set the option `orphans` to `ignore` to leave such rows out)\n");
    CHECK(run({"1", "4", "-5", "4"}, {"1", "2"}, Orphans::ignore) == "10.00 0.00 ");
    CHECK(run({"1", none, "1", none}, {"1", "2"}, Orphans::refuse) ==
          "RFS615: 2 rows of the child table for `amounts` have no key, the first of them row 2 (give the key, or set "
          "the option `orphans` to `ignore` to leave such rows out)\n");
    CHECK(run({"1", none, "1", none}, {"1", "2"}, Orphans::ignore) == "20.00 0.00 ");
    CHECK(run({"1"}, {"1", "2", "3", "1"}, Orphans::ignore) ==
          "RFS616: two applicants have the key `1` (give each applicant once)\n");
    CHECK(run({"1"}, {"1", "2", "3", "2"}, Orphans::ignore) ==
          "RFS616: two applicants have the key `2` (give each applicant once)\n");
    CHECK(run({"1"}, {"1", none}, Orphans::refuse) ==
          "RFS616: an applicant has no key (give it one, or set the option `orphans` to `ignore`: its lists are then "
          "unknown)\n");
    CHECK(run({"1"}, {"1", none}, Orphans::ignore) == "10.00 ? ");
    CHECK(run({}, {"1"}, Orphans::refuse) == "0.00 ");
  }

  TEST_CASE("long lists: results are those of applicants one by one, for any number of threads") {
    const auto rules = parse(R"json({ "rfs": 1, "rules": "long", "currency": "USD",
      "facts": { "member": { "type": "bool" }, "gifts": { "type": "list", "max_items": 60000, "fields": {
        "donor": { "type": "integer", "max": 40000000 }, "amount": { "type": "money", "min": "0.01", "max": "99.00" } } } },
      "definitions": { "capped": "sum(for d in group(gifts, by: donor, given: sum(amount)) return min(d.given, 50 USD))",
        "large": "capped >= 100000 USD" },
      "decisions": { "grant": { "eligible": "member and capped >= 100 USD", "amount": "capped / 2",
        "round": "down to 0.01 USD" } } })json",
                             "long");
    REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
    constexpr std::size_t kApplicants = 45;
    std::mt19937 random(3);
    std::vector<TestColumn> items = {
        {"id", "i", {}, "", 0}, {"donor", "i", {}, "", 0}, {"amount", "d:10,2,64", {}, "", 0}};
    TestTable applicants;
    applicants.columns = {{"id", "i", {}, "", 0}, {"member", "b", {}, "", 0}};
    for (std::size_t i = 0; i < kApplicants; ++i) {
      applicants.columns[0].cells.emplace_back(std::to_string(i));
      applicants.columns[1].cells.push_back(i % 7 == 4 ? CellText() : CellText(i % 5 == 0 ? "false" : "true"));
      const std::size_t count = i == 9 ? 60'001 : i == 2 ? 60'000 : 1'500;  // too many, as many as may be, others
      for (std::size_t item = 0; item < count; ++item) {
        items[0].cells.emplace_back(std::to_string(i));
        items[1].cells.emplace_back(std::to_string(random() % (count / 3) * 997));
        items[2].cells.emplace_back(i == 20 && item == 700 ? CellText("99.01")
                                                           : CellText(std::to_string(1 + random() % 99)));
      }
    }
    const auto run = [&](unsigned threads, std::size_t batch) {
      BatchOptions options = everything();
      options.threads = threads;
      options.key = "id";
      options.lists = read_child(*rules, "gifts", "id", items, options, nullptr, 80'000);
      std::vector<std::size_t> batches(kApplicants / batch, batch);
      return read(*rules, applicants, batches, options);
    };
    const std::vector<ResultRow> alone = run(1, 1);
    REQUIRE(alone.size() == kApplicants);
    CHECK(alone[9].at("grant_status") == CellText("refused"));
    CHECK(alone[20].at("error").value_or("").find("gifts[701].amount") != std::string::npos);
    CHECK(alone[4].at("grant_status") == CellText("undetermined"));
    CHECK(alone[2].at("large") == CellText("true"));
    CHECK(alone[3].at("large") == CellText("false"));
    CHECK(run(1, kApplicants) == alone);
    CHECK(run(3, kApplicants) == alone);
  }

  TEST_CASE("child tables and keys that cannot be read") {
    const Rules rules = gifts();
    const auto wrong = [&](const std::string& fact, const std::string& key, std::vector<TestColumn> columns) {
      std::string out;
      read_child(rules, fact, key, std::move(columns), everything(), &out);
      return out;
    };
    const std::vector<TestColumn> good = {{"amounts", "l", {"1"}, "", 0}, {"who", "l", {"1"}, "", 0}};
    CHECK(wrong("amounts", "who", good).empty());
    const auto more = read_child(rules, "amounts", "who", {good[0], good[1], {"zip", "f", {"1"}, "", 0}}, everything());
    CHECK(words(more->notes()) ==
          "RFS614: no field of `amounts` is named like these columns of its child table, which are not read: `zip`\n");
    CHECK(wrong("amount", "who", good) ==
          "RFS601: no list is named `amount`, which a child table is for (did you mean `amounts`?)\n");
    CHECK(wrong("amounts", "whom", good) ==
          "RFS611: the child table for `amounts` has no column of keys named `whom` (did you mean `who`?)\n");
    CHECK(wrong("amounts", "who", {{"amount", "l", {"1"}, "", 0}, {"who", "g", {"1"}, "", 0}}) ==
          "RFS611: no column for the items of `amounts` (did you mean the column `amount`? name it in the option "
          "`columns`)\nRFS612: expected a column of keys, found `who` of float64 (keys are whole numbers or text: cast "
          "it to int64 or utf8)\n");
    BatchOptions options = everything();
    options.lists = read_child(rules, "amounts", "who", good, options);
    TestTable table;
    table.columns = {{"member", "b", {}, "", 0}, {"gifts", "n", {}, "", 0}};
    CHECK(refusal(rules, table, options) ==
          "RFS611: child tables are given, and no column of the applicants' keys (name the column in the option "
          "`key`)\n");
    options.key = "id";
    CHECK(refusal(rules, table, options) == "RFS611: no column is named `id`, which the option `key` names\n");
    table.columns.push_back({"id", "u", {}, "", 0});
    CHECK(refusal(rules, table, options) ==
          "RFS612: expected keys that are whole numbers, as those of other tables are, found `id` of utf8 (cast one of "
          "them: to int64)\n");
    table.columns.back().format = "l";
    table.lists = {{"amounts", "+l", {{"item", "l", {}, "", 0}}, false, {}, {}, {}, 0, 0}};
    CHECK(refusal(rules, table, options) ==
          "RFS613: the list `amounts` has a child table, and the column `amounts` (rename the column, or leave the "
          "child table out)\n");
    options.lists.reset();
    CHECK(refusal(rules, table, options) ==
          "RFS613: the option `key` is given, and no child table (give the child tables in `lists`, or leave `key` "
          "out)\n");
  }
}
