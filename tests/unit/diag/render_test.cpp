#include "rfs/diag/render.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

using rfs::Code;
using rfs::Diagnostic;
using rfs::source::Span;
namespace diag = rfs::diag;

namespace {

rfs::source::FilePtr file(std::string text, std::string name = "a.json") {
  return std::make_shared<const rfs::source::File>(rfs::source::File{std::move(name), std::move(text)});
}

/// The span of the `nth` occurrence of a word.
Span span_of(const rfs::source::FilePtr& in, std::string_view word, int nth = 1) {
  std::size_t at = in->text.find(word);
  for (; nth > 1; --nth) at = in->text.find(word, at + 1);
  REQUIRE(at != std::string::npos);
  return {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + word.size())};
}

Diagnostic finding(rfs::source::FilePtr in, Span span) {
  Diagnostic made;
  made.code = Code::json_syntax;
  made.message = "expected x, found y";
  made.file = std::move(in);
  made.span = span;
  return made;
}

}  // namespace

TEST_CASE("the layout is that of the design") {
  const auto rules =
      file(std::string(13, '\n') + R"(    "enough": "raised * goal >= 15%",)" + "\n", "rules/ballot.rules.json");
  Diagnostic made;
  made.code = Code::money_times_money;
  made.message = "cannot multiply money by money";
  made.file = rules;
  made.span = span_of(rules, "*");
  made.path = "definitions.enough";
  made.labels = {{span_of(rules, "raised"), "money, declared at 5:7"},
                 {span_of(rules, "goal"), "money, declared at 6:7"}};
  made.help = "dividing two amounts gives a ratio";
  made.fixes = {{"replace `*` with `/`", {{made.span, "/"}}}};
  CHECK(diag::render(made) == R"(error[RFS401]: cannot multiply money by money
  --> rules/ballot.rules.json:14:23  definitions.enough
   |
14 |     "enough": "raised * goal >= 15%",
   |                ------ ^ ---- money, declared at 6:7
   |                money, declared at 5:7
   = help: dividing two amounts gives a ratio
   = fix:  replace `*` with `/`
)");
}

TEST_CASE("a label under the caret stands beside it, or below where another mark ends later") {
  const auto in = file("one two three");
  Diagnostic made = finding(in, span_of(in, "two"));
  made.label = "here";
  CHECK(diag::render(made) == R"(error[RFS002]: expected x, found y
 --> a.json:1:5
  |
1 | one two three
  |     ^^^ here
)");
  made.labels = {{span_of(in, "one"), "first"}, {span_of(in, "three"), "third"}};
  CHECK(diag::render(made) == R"(error[RFS002]: expected x, found y
 --> a.json:1:5
  |
1 | one two three
  | --- ^^^ ----- third
  |     here
  | first
)");
}

TEST_CASE("where marks overlap the caret is seen") {
  const auto in = file("one two three");
  Diagnostic made = finding(in, span_of(in, "two"));
  made.labels = {{{0, 13}, "all of it"}};
  CHECK(diag::render(made) == R"(error[RFS002]: expected x, found y
 --> a.json:1:5
  |
1 | one two three
  | ----^^^------ all of it
)");
}

TEST_CASE("labels on other lines have their own snippets, those on one line share it") {
  const auto in = file("{\n  \"a\": 1,\n  \"b\": 2,\n\n\n\n\n\n\n  \"a\": 3\n}\n");
  Diagnostic made = finding(in, span_of(in, "\"a\"", 2));
  made.label = "again";
  made.labels = {{span_of(in, "\"a\""), "first here"}, {span_of(in, "1"), ""}, {span_of(in, "\"b\""), "between"}};
  made.help = "keep one";
  CHECK(diag::render(made) == R"(error[RFS002]: expected x, found y
  --> a.json:10:3
   |
10 |   "a": 3
   |   ^^^ again
   |
  ::: a.json:2:3
   |
2  |   "a": 1,
   |   ---  -
   |   first here
   |
  ::: a.json:3:3
   |
3  |   "b": 2,
   |   --- between
   = help: keep one
)");
}

TEST_CASE("a span over several lines underlines the first; an empty one is one caret") {
  const auto in = file("ab [\r\n1\r\n]\r\n");
  CHECK(diag::render(finding(in, {3, 10})) == R"(error[RFS002]: expected x, found y
 --> a.json:1:4
  |
1 | ab [
  |    ^
)");
  CHECK(diag::render(finding(in, {2, 2})) == R"(error[RFS002]: expected x, found y
 --> a.json:1:3
  |
1 | ab [
  |   ^
)");
  const auto end = static_cast<std::uint32_t>(in->text.size());
  CHECK(diag::render(finding(in, {end, end})) == R"(error[RFS002]: expected x, found y
 --> a.json:4:1
  |
4 |
  | ^
)");
}

TEST_CASE("spans outside the text do no harm") {
  const auto in = file("abc");
  const std::string expected = "error[RFS002]: expected x, found y\n --> a.json:1:4\n  |\n1 | abc\n  |    ^\n";
  CHECK(diag::render(finding(in, {4000000000U, 4100000000U})) == expected);
  CHECK(diag::render(finding(in, {3, 1})) == expected);
  CHECK(diag::render(finding(file(""), {5, 9})) == "error[RFS002]: expected x, found y\n --> a.json:1:1\n");
}

TEST_CASE("carets stand under tabs, accents and wide characters") {
  const auto in = file("\t\xC3\xA9\xE4\xB8\xAD x\t\"y\"");
  CHECK(diag::render(finding(in, span_of(in, "x"))) ==
        "error[RFS002]: expected x, found y\n --> a.json:1:5\n  |\n1 |     \xC3\xA9\xE4\xB8\xAD x    \"y\"\n  |        "
        "^\n");
  CHECK(diag::render(finding(in, span_of(in, "\"y\""))) ==
        "error[RFS002]: expected x, found y\n --> a.json:1:7\n  |\n1 |     \xC3\xA9\xE4\xB8\xAD x    \"y\"\n  |        "
        "     ^^^\n");
}

TEST_CASE("what would steer the terminal is not passed on") {
  const auto in = file("\x1b[31m\xC2\x9B\xE2\x80\xAE\xE2\x81\xA6\xFF\x7F!", "bad\nname");
  Diagnostic made = finding(in, span_of(in, "!"));
  made.message = "found `\x1b]0;x\x07`";
  made.path = "a\rb";
  const std::string r = "\xEF\xBF\xBD";
  CHECK(diag::render(made) == "error[RFS002]: found `" + r + "]0;x" + r + "`\n --> bad" + r + "name:1:11  a" + r +
                                  "b\n  |\n1 | " + r + "[31m" + r + r + r + r + r + "!\n  |           ^\n");
}

TEST_CASE("long lines are cut around the span") {
  const std::string line = std::string(500, 'a') + "MARK" + std::string(500, 'b');
  const auto in = file(line);
  CHECK(diag::render(finding(in, span_of(in, "MARK"))) ==
        "error[RFS002]: expected x, found y\n --> a.json:1:501\n  |\n1 | \xE2\x80\xA6" + std::string(60, 'a') + "MARK" +
            std::string(135, 'b') + "\xE2\x80\xA6\n  | " + std::string(61, ' ') + "^^^^\n");
  // A line of 200 columns is whole.
  const auto whole = file(std::string(199, 'a') + '!');
  CHECK(diag::render(finding(whole, span_of(whole, "!"))) ==
        "error[RFS002]: expected x, found y\n --> a.json:1:200\n  |\n1 | " + whole->text + "\n  | " +
            std::string(199, ' ') + "^\n");
  // A mark on the same line that is out of sight gets its own snippet.
  Diagnostic made = finding(in, {0, 1});
  made.labels = {{span_of(in, "MARK"), "there"}};
  const std::string text = diag::render(made);
  CHECK(text.find("1 | " + std::string(200, 'a') + "\xE2\x80\xA6\n  | ^\n") != std::string::npos);
  CHECK(text.find(" ::: a.json:1:501\n") != std::string::npos);
  CHECK(text.find("^^^^") == std::string::npos);
  CHECK(text.find("---- there\n") != std::string::npos);
  // Cutting never splits a code point.
  std::string euros;
  for (int i = 0; i < 400; ++i) euros += "\xE2\x82\xAC";
  const auto wide = file(euros + "!" + euros);
  CHECK(rfs::source::find_invalid_utf8(diag::render(finding(wide, span_of(wide, "!")))) == std::string_view::npos);
}

TEST_CASE("findings without a file have head, path and help") {
  Diagnostic made = finding(nullptr, {});
  made.severity = rfs::Severity::warning;
  CHECK(diag::render(made) == "warning[RFS002]: expected x, found y\n");
  made.path = "facts.raised";
  made.help = "leave it out";
  CHECK(diag::render(made) == "warning[RFS002]: expected x, found y\n --> facts.raised\n  = help: leave it out\n");
}

TEST_CASE("colours only where asked for, and nothing else changes") {
  const auto in = file("one two three");
  Diagnostic made = finding(in, span_of(in, "two"));
  made.label = "here";
  made.labels = {{span_of(in, "one"), "first"}};
  made.help = "mend it";
  const std::string plain = diag::render(made);
  CHECK(plain.find('\x1b') == std::string::npos);
  std::string colored = diag::render(made, true);
  CHECK(colored.find("\x1b[1;31merror[RFS002]\x1b[0m") == 0);
  CHECK(colored.find("\x1b[1;31m^^^\x1b[0m") != std::string::npos);
  for (std::size_t at = colored.find('\x1b'); at != std::string::npos; at = colored.find('\x1b')) {
    colored.erase(at, colored.find('m', at) - at + 1);
  }
  CHECK(colored == plain);
}

TEST_CASE("a finding as JSON has the same members with and without a file") {
  const auto in = file("one\ntwo \"three\"", "dir/a\".json");
  Diagnostic made = finding(in, span_of(in, "two"));
  made.path = "definitions.a";
  made.label = "here";
  made.labels = {{span_of(in, "one"), "first"}};
  made.help = "a\tb";
  made.fixes = {{"swap", {{{0, 3}, "\"x\""}, {{4, 4}, ""}}}};
  CHECK(
      diag::render_json(made) ==
      R"({"code":"RFS002","severity":"error","message":"expected x, found y","file":"dir/a\".json","line":2,"column":1,)"
      R"("end_line":2,"end_column":4,"path":"definitions.a","label":"here",)"
      R"("labels":[{"line":1,"column":1,"end_line":1,"end_column":4,"text":"first"}],"help":"a\tb",)"
      R"("fixes":[{"title":"swap","edits":[{"begin":0,"end":3,"text":"\"x\""},{"begin":4,"end":4,"text":""}]}]})");
  CHECK(diag::render_json(finding(nullptr, {})) ==
        R"({"code":"RFS002","severity":"error","message":"expected x, found y","file":null,"line":null,"column":null,)"
        R"("end_line":null,"end_column":null,"path":"","label":"","labels":[],"help":"","fixes":[]})");
}

TEST_CASE("a fix replaces, inserts and deletes, in any order of its edits") {
  CHECK(diag::apply({"", {}}, "abc") == "abc");
  CHECK(diag::apply({"", {{{1, 2}, "X"}}}, "abc") == "aXc");
  CHECK(diag::apply({"", {{{3, 3}, "!"}, {{0, 1}, ""}, {{1, 1}, "("}, {{1, 1}, ")"}}}, "abc") == "()bc!");
  CHECK(diag::apply({"", {{{7, 9}, "!"}}}, "abc") == "abc!");
}
