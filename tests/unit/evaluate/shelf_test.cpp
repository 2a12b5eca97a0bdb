#include "rfs/evaluate/shelf.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "rfs/rfs.hpp"

namespace {

using namespace rfs;

/// A file that holds in a window, with a fact of a type and a decision.
Rules file_of(const std::string& name, const std::string& effective, const std::string& fact = "\"integer\"",
              const std::string& more = "") {
  auto rules = parse(R"({ "rfs": 1, "rules": "town/visit", "currency": "USD", "effective": )" + effective +
                         R"(, "facts": { "age": { "type": )" + fact + R"( }, "met": { "type": "bool" } },
    "definitions": { "known": { "value": "met", "title": "Met" } },
    "decisions": { ")" + name +
                         R"(": { "eligible": "known" } })" + more + "}",
                     name);
  REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
  return *rules;
}

Rules early() { return file_of("early", R"({ "until": "2018-07-01" })"); }
Rules late() { return file_of("late", R"({ "from": "2018-07-01", "until": "2020-01-01" })"); }
Rules last() { return file_of("last", R"({ "from": "2021-01-01" })"); }

Shelf shelf_of(std::vector<Rules> files) {
  auto shelf = Shelf::of(std::move(files));
  REQUIRE_MESSAGE(bool(shelf), (shelf ? "" : shelf.error().render()));
  return *shelf;
}

/// Returns the findings between files as `code file: message`, a line each.
std::string between(std::vector<Rules> files) {
  std::string out;
  const Diagnostics findings = check_shelf(std::move(files));
  for (const Diagnostic& finding : findings.all()) {
    out += diag::code_text(finding.code) + " " + finding.file->name + ": " + finding.message + "\n";
  }
  return out;
}

/// Returns whether a code is among the findings; those files leave a fact unread.
bool has(const Diagnostics& findings, Code code) {
  return std::any_of(findings.all().begin(), findings.all().end(),
                     [&](const Diagnostic& finding) { return finding.code == code; });
}

Date day(std::string_view text) { return *Date::parse(text); }

}  // namespace

TEST_SUITE("shelf") {
  TEST_CASE("a day is decided by the file that holds on it") {
    const Shelf shelf = shelf_of({last(), late(), early()});  // in any order
    const auto name_on = [&](std::string_view text) {
      const auto rules = shelf.at(day(text));
      return rules ? rules->file().file->name : rules.error().message;
    };
    CHECK(name_on("1900-01-01") == "early");
    CHECK(name_on("2018-06-30") == "early");
    CHECK(name_on("2018-07-01") == "late");
    CHECK(name_on("2019-12-31") == "late");
    CHECK(name_on("2021-01-01") == "last");
    CHECK(name_on("2020-06-01") ==
          "the files of `town/visit` hold from 1900-01-01 to 2019-12-31 and from 2021-01-01 to 2199-12-31, not on "
          "2020-06-01");
    CHECK(name_on("1899-12-31").find("not on 1899-12-31") != std::string::npos);
    CHECK(name_on("2200-01-01").find("not on 2200-01-01") != std::string::npos);
    CHECK(shelf.at(day("2020-06-01")).error().code == Code::as_of_range);
    REQUIRE(shelf.files().size() == 3);
    CHECK(shelf.files().front().file().file->name == "early");
  }

  TEST_CASE("an applicant is read and decided by the file of the day") {
    const Shelf shelf = shelf_of({early(), late()});
    const auto decided = shelf.evaluate(R"({ "age": 30, "met": true })", day("2018-07-01"));
    REQUIRE(bool(decided));
    CHECK(decided->rules().file().file->name == "late");
    CHECK(decided->status(decided->rules().decision("late").value()) == Status::eligible);
    const auto refused = shelf.evaluate(R"({ "ag": 30 })", day("2018-07-01"), "body");
    REQUIRE(bool(refused));
    CHECK(refused->refused());
    CHECK(refused->problems().all().front().file->name == "body");
    const auto outside = shelf.evaluate("{}", day("2020-01-01"));
    REQUIRE_FALSE(bool(outside));
    CHECK(outside.error().all().front().code == Code::as_of_range);
  }

  TEST_CASE("windows that touch are neither an overlap nor a gap") { CHECK(between({early(), late()}).empty()); }

  TEST_CASE("files that hold on one day are refused") {
    const Rules wide = file_of("wide", R"({ "from": "2018-06-30", "until": "2018-07-02" })");
    const std::string found = between({early(), wide, late()});
    CHECK(found ==
          "RFS707 late: these rules and those at `wide:1:68` both hold on 2018-07-01\n"
          "RFS707 wide: these rules and those at `early:1:68` both hold on 2018-06-30\n");
    CHECK_FALSE(bool(Shelf::of({early(), wide})));
    // One that holds long reaches past the next: both that it covers are found.
    const Rules always = file_of("always", "{}");
    CHECK(between({always, late(), last()}) ==
          "RFS707 last: these rules and those at `always:1:68` both hold from 2021-01-01 to 2199-12-31\n"
          "RFS707 late: these rules and those at `always:1:68` both hold from 2018-07-01 to 2019-12-31\n");
  }

  TEST_CASE("days between files are a warning, which the later file may allow") {
    CHECK(between({early(), last(), late()}) ==
          "RFS807 last: no file holds from 2020-01-01 to 2020-12-31, between that at `late:1:68` and this\n");
    const Shelf shelf = shelf_of({early(), last(), late()});
    CHECK(has(shelf.findings(), Code::window_gap));
    const auto allowing = [](const std::string& from) {
      return file_of("allowing", R"({ "from": ")" + from + "\" }", "\"integer\"",
                     R"(, "allow": [{ "code": "RFS807", "at": "effective", "reason": "paused" }])");
    };
    const Rules allowed = allowing("2021-01-01");
    CHECK_FALSE(has(allowed.findings(), Code::allowance_unused));  // one file alone cannot tell
    const Diagnostics findings = check_shelf({late(), allowed});
    REQUIRE(findings.all().size() == 1);
    CHECK(findings.all().front().allowed == "paused");
    CHECK(between({late(), allowing("2020-01-01")}) == "RFS805 allowing: there is no RFS807 at `effective` to allow\n");
  }

  TEST_CASE("a fact has one type in all files") {
    const auto later = [](const std::string& fact) { return file_of("later", R"({ "from": "2018-07-01" })", fact); };
    CHECK(between({early(), later(R"("number")")}) ==
          "RFS708 later: `age` is number here and integer at `early:1:106`\n");
    CHECK(between({early(), later(R"("money")")}) ==
          "RFS708 later: `age` is money in USD here and integer at `early:1:106`\n");
    CHECK(between({early(), later(R"("integer", "min": 18)")}).empty());
    const Rules choice = file_of("choice", R"({ "until": "2018-07-01" })", R"("choice", "of": ["young", "old"])");
    CHECK(between({choice, later(R"("choice", "of": ["young", "older", "old"])")}).empty());
    CHECK_FALSE(bool(Shelf::of({early(), later(R"("number")")})));
  }

  TEST_CASE("files of several names are no shelf") {
    const auto other = parse(R"({ "rfs": 1, "rules": "town/other", "effective": { "from": "2018-07-01" },
      "facts": { "met": { "type": "bool" } }, "decisions": { "other": { "eligible": "met" } } })",
                             "other");
    REQUIRE(bool(other));
    const auto shelf = Shelf::of({early(), *other});
    REQUIRE_FALSE(bool(shelf));
    CHECK(has(shelf.error(), Code::shelf_names));
  }

  TEST_CASE("what is no folder is refused") {
    const auto shelf = load_folder("no such folder");
    REQUIRE_FALSE(bool(shelf));
    CHECK(shelf.error().all().front().code == Code::unreadable_file);
  }
}
