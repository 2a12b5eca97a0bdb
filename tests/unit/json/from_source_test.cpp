#include "rfs/json/from_source.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rfs/diag/render.hpp"

using rfs::Code;
using rfs::Diagnostic;
using rfs::Diagnostics;
using rfs::Limits;
namespace json = rfs::json;
using namespace std::string_literals;

namespace {

std::optional<json::Document> read(std::string text, Diagnostics& findings, const Limits& limits = {}) {
  auto file = std::make_shared<const rfs::source::File>(rfs::source::File{"t.json", std::move(text)});
  return json::from_source(std::move(file), limits, findings);
}

json::Document read_good(std::string text, const Limits& limits = {}) {
  Diagnostics findings;
  auto document = read(std::move(text), findings, limits);
  INFO(findings.render());
  REQUIRE(document);
  REQUIRE(findings.empty());
  return std::move(*document);
}

Diagnostic read_bad(std::string text, const Limits& limits = {}) {
  CAPTURE(text.substr(0, 80));
  Diagnostics findings;
  REQUIRE_FALSE(read(std::move(text), findings, limits));
  REQUIRE(findings.all().size() == 1);
  return findings.all().front();
}

std::string_view cut(const json::Document& document, rfs::source::Span span) {
  return std::string_view(document.file->text).substr(span.begin, span.end - span.begin);
}

/// The value written again from its parts.
std::string written(const json::Document& document, json::NodeId id) {
  const json::Node& node = document[id];
  std::string out;
  switch (node.kind) {
    case json::Kind::null:
      return "null";
    case json::Kind::boolean:
      return node.boolean ? "true" : "false";
    case json::Kind::number:
      return node.text;
    case json::Kind::string:
      return json::quote(node.text);
    case json::Kind::array:
      for (const json::NodeId item : node.items) out += (out.empty() ? "" : ",") + written(document, item);
      return '[' + out + ']';
    case json::Kind::object:
      break;
  }
  for (const json::Member& member : node.members) {
    out += (out.empty() ? "" : ",") + json::quote(member.key) + ':' + written(document, member.value);
  }
  return '{' + out + '}';
}

struct Bad {
  std::string text;
  Code code;
  std::uint32_t begin;
  std::uint32_t end;
  std::string message;
  std::string fixed = {};  ///< what the fix makes of it, where there is one
};

void check_bad(const std::vector<Bad>& cases) {
  for (const Bad& bad : cases) {
    CAPTURE(bad.text);
    const Diagnostic found = read_bad(bad.text);
    CHECK(rfs::diag::code_text(found.code) == rfs::diag::code_text(bad.code));
    CHECK(found.message == bad.message);
    CHECK(found.span.begin == bad.begin);
    CHECK(found.span.end == bad.end);
    REQUIRE(found.fixes.size() == (bad.fixed.empty() ? 0 : 1));
    if (!bad.fixed.empty()) {
      CHECK(rfs::diag::apply(found.fixes[0], bad.text) == bad.fixed);
      read_good(bad.fixed);
    }
  }
}

}  // namespace

TEST_CASE("every value has the span it was read from") {
  const auto document =
      read_good(" {\"a\" : [ 12 ,-0.5e+3, true,false ,null],\n\t\"b\\n\": {\"c\": \"\\u00e9\"} , \"d\":[] }\r\n");
  const json::Node& root = document[document.root];
  CHECK(root.span == rfs::source::Span{1, static_cast<std::uint32_t>(document.file->text.size() - 2)});
  REQUIRE(root.members.size() == 3);
  CHECK(cut(document, root.members[0].key_span) == "\"a\"");
  CHECK(cut(document, root.members[1].key_span) == "\"b\\n\"");
  CHECK(root.members[1].key == "b\n");
  const json::Node& array = document[document.find(document.root, "a")];
  CHECK(cut(document, array.span) == "[ 12 ,-0.5e+3, true,false ,null]");
  REQUIRE(array.items.size() == 5);
  CHECK(cut(document, document[array.items[0]].span) == "12");
  CHECK(cut(document, document[array.items[1]].span) == "-0.5e+3");
  CHECK(cut(document, document[array.items[2]].span) == "true");
  CHECK(cut(document, document[array.items[3]].span) == "false");
  CHECK(cut(document, document[array.items[4]].span) == "null");
  const json::NodeId inner = document.find(document.root, "b\n");
  CHECK(cut(document, document[inner].span) == "{\"c\": \"\\u00e9\"}");
  const json::Node& text = document[document.find(inner, "c")];
  CHECK(text.text == "\xC3\xA9");
  CHECK(cut(document, text.span) == "\"\\u00e9\"");
  CHECK(cut(document, document[document.find(document.root, "d")].span) == "[]");
  CHECK(written(document, document.root) ==
        "{\"a\":[12,-0.5e+3,true,false,null],\"b\\n\":{\"c\":\"\xC3\xA9\"},\"d\":[]}");
}

TEST_CASE("nodes are in post-order") {
  const auto document = read_good(R"([1, {"a": [2]}, 3])");
  CHECK(document.root == json::NodeId(document.nodes.size() - 1));
  for (std::size_t i = 0; i < document.nodes.size(); ++i) {
    for (const json::NodeId item : document[json::NodeId(i)].items) CHECK(item < json::NodeId(i));
    for (const json::Member& member : document[json::NodeId(i)].members) CHECK(member.value < json::NodeId(i));
  }
}

TEST_CASE("the text of a number is that of the file, wherever it stands") {
  for (const std::string number : {"0", "-0", "1000", "0.10", "-0.0", "1e5", "1E-5", "1e+05", "18446744073709551615",
                                   "18446744073709551616", "-9223372036854775808", "-9223372036854775809",
                                   "1234567890123456789012345", "0.1234567890123456789012345", "1e308", "1e-400"}) {
    CAPTURE(number);
    for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                                                        {"", " "},
                                                                                        {"\n", "\n"},
                                                                                        {"[", "]"},
                                                                                        {"[ ", " ]"},
                                                                                        {"[1,", ",2]"},
                                                                                        {R"({"a":)", "}"},
                                                                                        {R"({"a":1,"b": )", "\n}"}}) {
      const auto document = read_good(before + number + after);
      int seen = 0;
      for (const json::Node& node : document.nodes) {
        if (node.kind != json::Kind::number || node.text != number) continue;
        ++seen;
        CHECK(cut(document, node.span) == number);
        if (node.span.begin == before.size()) CHECK(node.span.end == before.size() + number.size());
      }
      CHECK(seen >= 1);
    }
  }
}

TEST_CASE("a bare number that no double reaches is to be a string") {
  const std::string integer(400, '9');
  check_bad({{"1e400", Code::json_number_range, 0, 5, "expected a number within the range of a double, found `1e400`"},
             {"[0, -1e999 ]", Code::json_number_range, 4, 10,
              "expected a number within the range of a double, found `-1e999`"},
             {R"({"a":1e400})", Code::json_number_range, 5, 10,
              "expected a number within the range of a double, found `1e400`"},
             {"[" + integer + "]", Code::json_number_range, 1, 401,
              "expected a number within the range of a double, found `" + integer.substr(0, 40) + "\xE2\x80\xA6`"}});
  CHECK(read_bad("1e400").help == "write it as a string");
}

TEST_CASE("too many digits are refused, before the range is looked at") {
  Limits limits;
  limits.digits = 5;
  read_good("[12345, -1.2345, 12e34, \"1234567\"]", limits);
  for (const std::string number : {"123456", "-123456", "0.12345", "1e12345", "1e-12345"}) {
    CAPTURE(number);
    const Diagnostic found = read_bad("[1, " + number + "]", limits);
    CHECK(found.code == Code::number_too_long);
    CHECK(found.message == "expected at most 5 digits, found 6");
    CHECK(found.span == rfs::source::Span{4, static_cast<std::uint32_t>(4 + number.size())});
  }
  read_good("0." + std::string(999, '1'));
  CHECK(read_bad("0." + std::string(1000, '1')).code == Code::number_too_long);
  CHECK(read_bad(std::string(1001, '1')).code == Code::number_too_long);
}

TEST_CASE("a text that ends too early is not merely wrong") {
  check_bad({{"", Code::json_truncated, 0, 0, "expected a JSON value, found the end of the file"},
             {" \n ", Code::json_truncated, 0, 0, "expected a JSON value, found the end of the file"},
             {"{", Code::json_truncated, 1, 1, "expected a key or `}`, found the end of the file"},
             {"[\n\n", Code::json_truncated, 1, 1, "expected a value or `]`, found the end of the file"},
             {R"({"a")", Code::json_truncated, 4, 4, "expected `:`, found the end of the file"},
             {R"({"a": )", Code::json_truncated, 5, 5, "expected a value, found the end of the file"},
             {R"({"a": 1)", Code::json_truncated, 7, 7, "expected `,` or `}`, found the end of the file"},
             {R"({"a": 1,)", Code::json_truncated, 8, 8, "expected a key, found the end of the file"},
             {"[1", Code::json_truncated, 2, 2, "expected `,` or `]`, found the end of the file"},
             {"[1,", Code::json_truncated, 3, 3, "expected a value, found the end of the file"},
             {"[\"abc", Code::json_truncated, 5, 5, "expected `\"`, found the end of the file"},
             {"\"a\\", Code::json_truncated, 3, 3, "expected an escape, found the end of the file"},
             {"\"a\\u12", Code::json_truncated, 6, 6, "expected four hexadecimal digits, found the end of the file"},
             {"[-", Code::json_truncated, 2, 2, "expected a digit, found the end of the file"},
             {"1.", Code::json_truncated, 2, 2, "expected a digit, found the end of the file"},
             {"1e+", Code::json_truncated, 3, 3, "expected a digit, found the end of the file"},
             {"[tru", Code::json_truncated, 4, 4, "expected `true`, found the end of the file"}});
  const Diagnostic found = read_bad("{\"a\": [1,\n 2");
  REQUIRE(found.labels.size() == 1);
  CHECK(found.labels[0].text == "opened here");
  CHECK(found.labels[0].span == rfs::source::Span{6, 7});
}

TEST_CASE("a text that is wrong is explained at the wrong place") {
  check_bad({
      {"{\"a\": 1 \"b\": 2}", Code::json_syntax, 8, 9, "expected `,` or `}`, found a string", "{\"a\": 1, \"b\": 2}"},
      {"[1 2]", Code::json_syntax, 3, 4, "expected `,` or `]`, found a number", "[1, 2]"},
      {"{\"a\" 1}", Code::json_syntax, 5, 6, "expected `:`, found a number", "{\"a\": 1}"},
      {"{\"a\" = 1}", Code::json_syntax, 5, 6, "expected `:`, found `=`"},
      {"[1,]", Code::json_syntax, 3, 4, "expected a value, found `]`", "[1]"},
      {"{\"a\": 1, }", Code::json_syntax, 9, 10, "expected a key, found `}`", "{\"a\": 1 }"},
      {"{\"a\": 1, ]", Code::json_syntax, 9, 10, "expected a key, found `]`"},
      {"[1,,2]", Code::json_syntax, 3, 4, "expected a value, found `,`"},
      {"[,1]", Code::json_syntax, 1, 2, "expected a value or `]`, found `,`"},
      {"{,}", Code::json_syntax, 1, 2, "expected a key or `}`, found `,`"},
      {"[1}", Code::json_syntax, 2, 3, "expected `,` or `]`, found `}`"},
      {"{\"a\":}", Code::json_syntax, 5, 6, "expected a value, found `}`"},
      {"{a: 1}", Code::json_syntax, 1, 2, "expected a key in double quotes, found `a`", "{\"a\": 1}"},
      {"{\"a\": school_board}", Code::json_syntax, 6, 18, "expected a value, found `school_board`",
       "{\"a\": \"school_board\"}"},
      {"{1: 2}", Code::json_syntax, 1, 2, "expected a key in double quotes, found `1`", "{\"1\": 2}"},
      {"[True]", Code::json_syntax, 1, 5, "expected a value or `]`, found `True`", "[true]"},
      {"[1, None]", Code::json_syntax, 4, 8, "expected a value, found `None`", "[1, null]"},
      {"[nul]", Code::json_syntax, 1, 4, "expected a value or `]`, found `nul`", "[\"nul\"]"},
      {"[truely]", Code::json_syntax, 1, 7, "expected a value, found `truely`", "[\"truely\"]"},
      {"true.", Code::json_syntax, 4, 5, "expected the end of the file, found `.`"},
      {"['a']", Code::json_syntax, 1, 2, "expected a value or `]`, found `'`"},
      {"[1] // why", Code::json_syntax, 4, 5, "expected the end of the file, found `/`"},
      {"{} {}", Code::json_syntax, 3, 4, "expected the end of the file, found `{`"},
      {"1 x", Code::json_syntax, 2, 3, "expected the end of the file, found `x`"},
      {"[]]", Code::json_syntax, 2, 3, "expected the end of the file, found `]`"},
      {"[.5]", Code::json_syntax, 1, 2, "expected a value or `]`, found `.`"},
      {"+1", Code::json_syntax, 0, 1, "expected a JSON value, found `+`"},
      {"[01]", Code::json_syntax, 1, 3, "expected a number, found `01`"},
      {"-012", Code::json_syntax, 0, 4, "expected a number, found `-012`"},
      {"{\"a\": 1_000}", Code::json_syntax, 6, 11, "expected a number, found `1_000`"},
      {"12px", Code::json_syntax, 0, 4, "expected a number, found `12px`"},
      {"[1.2.3]", Code::json_syntax, 1, 6, "expected a number, found `1.2.3`"},
      {"[1, 2-3]", Code::json_syntax, 4, 7, "expected a number, found `2-3`"},
      {"[1.]", Code::json_syntax, 3, 4, "expected a digit, found `]`"},
      {"[1e]", Code::json_syntax, 3, 4, "expected a digit, found `]`"},
      {"[- 1]", Code::json_syntax, 2, 3, "expected a digit, found a space"},
      {"[\xE2\x82\xAC]", Code::json_syntax, 1, 4, "expected a value or `]`, found `\xE2\x82\xAC`"},
      {"[\x01]", Code::json_syntax, 1, 2, "expected a value or `]`, found the control character U+0001"},
      {"[`]", Code::json_syntax, 1, 2, "expected a value or `]`, found a backtick"},
  });
}

TEST_CASE("a zero byte is no end of the text") {
  const std::string zero(1, '\0');
  check_bad(
      {{"[1]" + zero, Code::json_syntax, 3, 4, "expected the end of the file, found the control character U+0000"},
       {"1" + zero + "2", Code::json_syntax, 1, 2, "expected the end of the file, found the control character U+0000"},
       {"[" + zero + "1]", Code::json_syntax, 1, 2, "expected a value or `]`, found the control character U+0000"},
       {zero, Code::json_syntax, 0, 1, "expected a JSON value, found the control character U+0000"}});
}

TEST_CASE("what a string cannot hold is explained inside it") {
  check_bad({
      {"[\"a\tb\"]", Code::json_bad_string, 3, 4, "expected an escape, found the control character U+0009",
       "[\"a\\tb\"]"},
      {"{\"a\x1f\": 1}", Code::json_bad_string, 3, 4, "expected an escape, found the control character U+001F",
       "{\"a\\u001f\": 1}"},
      {"[\"a\n\"]", Code::json_bad_string, 3, 3, "expected `\"`, found the end of the line"},
      {"[\"a\\xb\"]", Code::json_bad_string, 3, 5, "expected an escape, found `\\x`", "[\"a\\\\xb\"]"},
      {"[\"\\u12g4\"]", Code::json_bad_string, 2, 6, "expected four hexadecimal digits after `\\u`, found `g4`"},
      {"[\"\\ud800\"]", Code::json_bad_string, 2, 8, "expected a pair of surrogates, found `\\ud800` alone"},
      {"[\"\\ud800\\u0041\"]", Code::json_bad_string, 2, 8, "expected a pair of surrogates, found `\\ud800` alone"},
      {"[1, \"x\\uDC00\"]", Code::json_bad_string, 6, 12, "expected a pair of surrogates, found `\\uDC00` alone"},
  });
  const Diagnostic open_string = read_bad("[\"a,\n1]");
  REQUIRE(open_string.labels.size() == 1);
  CHECK(open_string.labels[0].span == rfs::source::Span{1, 2});
  CHECK(open_string.labels[0].text == "the string begins here");
}

TEST_CASE("strings are decoded") {
  const auto document = read_good(R"(["\"\\\/\b\f\n\r\t", "\u0000\u0041\u00e9\u20AC\ud83d\udDF3", "é€"])");
  const json::Node& root = document[document.root];
  CHECK(document[root.items[0]].text == "\"\\/\b\f\n\r\t");
  CHECK(document[root.items[1]].text == "\0A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x97\xB3"s);
  CHECK(document[root.items[2]].text == "\xC3\xA9\xE2\x82\xAC");
}

TEST_CASE("text that is not UTF-8 is refused at its first wrong byte") {
  check_bad({{"[\"caf\xE9\"]", Code::not_utf8, 5, 6, "expected UTF-8, found the byte 0xE9"},
             {"[1]\xFF", Code::not_utf8, 3, 4, "expected UTF-8, found the byte 0xFF"},
             {"not JSON \xC0\x80", Code::not_utf8, 9, 10, "expected UTF-8, found the byte 0xC0"}});
  CHECK(read_bad("[\xE9]").help == "save the file as UTF-8");
  CHECK(read_bad("\xFF\xFE[\0]\0"s).help == "the file looks like UTF-16; save it as UTF-8");
}

TEST_CASE("a byte-order mark is refused and its fix deletes it") {
  check_bad({{"\xEF\xBB\xBF[1]", Code::byte_order_mark, 0, 3, "expected JSON, found a byte-order mark", "[1]"}});
}

TEST_CASE("each duplicate key is reported with the first, which counts") {
  Diagnostics findings;
  const auto document = read(R"({"a": 1, "b": {"c": 1, "c": 2}, "\u0061": 3, "a": 4, "d": 5})", findings);
  REQUIRE(document);
  REQUIRE(findings.all().size() == 3);
  CHECK(findings.all()[0].message == "expected each key once, found `c` again");
  for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) {
    const Diagnostic& found = findings.all()[i];
    CHECK(found.code == Code::duplicate_key);
    CHECK(found.message == "expected each key once, found `a` again");
    REQUIRE(found.labels.size() == 1);
    CHECK(found.labels[0].span == rfs::source::Span{1, 4});
    CHECK(found.labels[0].text == "first here");
  }
  CHECK(cut(*document, findings.all()[1].span) == R"("\u0061")");
  CHECK(cut(*document, findings.all()[2].span) == R"("a")");
  CHECK(findings.all()[2].span.begin > findings.all()[1].span.begin);
  CHECK(written(*document, document->root) == R"({"a":1,"b":{"c":1},"d":5})");
}

TEST_CASE("a flood of duplicate keys does not flood the report") {
  std::string text = "{\"a\":1";
  for (int i = 0; i < 5000; ++i) text += ",\"a\":1";
  Diagnostics findings;
  CHECK(read(text + "}", findings));
  CHECK(findings.all().size() == 100);
  CHECK(findings.all().back().help == "further duplicate keys are not shown");
}

TEST_CASE("nesting stops at the limit") {
  Limits limits;
  limits.json_depth = 3;
  read_good(R"([{"a": []}])", limits);
  const Diagnostic found = read_bad(R"([{"a": [{}]}])", limits);
  CHECK(found.code == Code::json_too_deep);
  CHECK(found.message == "expected at most 3 levels of nesting, found more");
  CHECK(found.span == rfs::source::Span{8, 9});
  read_good(std::string(64, '[') + std::string(64, ']'));
  CHECK(read_bad(std::string(65, '[')).code == Code::json_too_deep);
  CHECK(read_bad(std::string(100'000, '[')).code == Code::json_too_deep);
  limits.json_depth = 200'000;
  const auto deep = read_good(std::string(100'000, '[') + std::string(100'000, ']'), limits);
  CHECK(deep.nodes.size() == 100'000);
}

TEST_CASE("a file over its limit is not read") {
  Limits limits;
  limits.file_bytes = 5;
  read_good("[1,2]", limits);
  const Diagnostic found = read_bad("[1, 2]", limits);
  CHECK(found.code == Code::file_too_large);
  CHECK(found.message == "expected at most 5 bytes, found 6");
}

TEST_CASE("large files are read in one pass") {
  std::string numbers = "[0";
  for (int i = 1; i < 1'000'000; ++i) numbers += ',' + std::to_string(i);
  const auto document = read_good(numbers + "]");
  const json::Node& root = document[document.root];
  REQUIRE(root.items.size() == 1'000'000);
  CHECK(document[root.items.back()].text == "999999");
  CHECK(cut(document, document[root.items.back()].span) == "999999");

  std::string keys = "{\"k\":0";
  for (int i = 1; i < 200'000; ++i) keys += ",\"k" + std::to_string(i) + "\":{}";
  CHECK(read_good(keys + "}").nodes.size() == 200'001);
}

TEST_CASE("whatever bytes come, the answer is a document or one error inside the text") {
  const std::string seedling = R"({"a": [1, -2.5e3, "x\n\u00e9", true, null], "b": {"c": "d"}, "e": 0})";
  std::uint32_t seed = 7;
  const auto random = [&seed](std::size_t below) {
    seed = seed * 1664525U + 1013904223U;
    return static_cast<std::size_t>(seed >> 8U) % below;
  };
  const std::string spice = "{}[]:,\"\\eE+-.019 \n\tutfn/'\0\xC3\xA9\xFF"s;
  int good = 0;
  int bad = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = seedling.substr(0, round % 4 == 0 ? random(seedling.size()) : seedling.size());
    for (std::size_t edits = random(4); edits != 0 && !text.empty(); --edits) {
      const std::size_t at = random(text.size());
      if (random(2) == 0) {
        text.replace(at, 1, 1, spice[random(spice.size())]);
      } else {
        text.insert(at, 1, spice[random(spice.size())]);
      }
    }
    CAPTURE(text);
    Diagnostics findings;
    const auto document = read(text, findings);
    const auto refusals = std::count_if(findings.all().begin(), findings.all().end(),
                                        [](const Diagnostic& found) { return found.code != Code::duplicate_key; });
    REQUIRE(refusals == (document ? 0 : 1));
    for (const Diagnostic& found : findings.all()) {
      REQUIRE(found.span.begin <= found.span.end);
      REQUIRE(found.span.end <= text.size());
      REQUIRE(found.message.rfind("expected ", 0) == 0);
      REQUIRE_FALSE(rfs::diag::render(found).empty());
    }
    if (document) {
      ++good;
      // What was understood, written again, is understood the same.
      const std::string again = written(*document, document->root);
      const auto second = read_good(again);
      REQUIRE(written(second, second.root) == again);
      for (const json::Node& node : document->nodes) {
        if (node.kind == json::Kind::array || node.kind == json::Kind::object) continue;
        const auto alone = read_good(std::string(cut(*document, node.span)));
        REQUIRE(alone[alone.root].text == node.text);
        REQUIRE(alone[alone.root].kind == node.kind);
      }
    } else {
      ++bad;
    }
  }
  CHECK(good > 1000);
  CHECK(bad > 1000);
}
