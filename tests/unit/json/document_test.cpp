#include "rfs/json/document.hpp"

#include <doctest/doctest.h>

#include <string>

namespace json = rfs::json;

TEST_CASE("kinds have the words that people say") {
  CHECK(json::kind_text(json::Kind::null) == "null");
  CHECK(json::kind_text(json::Kind::boolean) == "a boolean");
  CHECK(json::kind_text(json::Kind::number) == "a number");
  CHECK(json::kind_text(json::Kind::string) == "a string");
  CHECK(json::kind_text(json::Kind::array) == "an array");
  CHECK(json::kind_text(json::Kind::object) == "an object");
}

TEST_CASE("a member is found by its key, the first of equals") {
  json::Document document;
  json::Node object;
  object.kind = json::Kind::object;
  object.members = {
      {"a", {}, document.nodes.push({})}, {"b", {}, document.nodes.push({})}, {"a", {}, document.nodes.push({})}};
  document.root = document.nodes.push(object);
  CHECK(document.find(document.root, "b") == json::NodeId(1));
  CHECK(document.find(document.root, "a") == json::NodeId(0));
  CHECK_FALSE(document.find(document.root, "c").valid());
  CHECK_FALSE(document.find(json::NodeId(0), "a").valid());
}

TEST_CASE("offsets go through the escapes") {
  // In the file:             0123456789012345678901234567890123456
  const std::string text = R"(  "a\"b\u0041\u00e9\ud83d\uDDF3c€\\")";
  const rfs::source::Span string{2, static_cast<std::uint32_t>(text.size())};
  const auto at = [&](std::size_t decoded) { return json::offset_in_file(text, string, decoded); };
  CHECK(at(0) == 3);   // a
  CHECK(at(1) == 4);   // the quote
  CHECK(at(2) == 6);   // b
  CHECK(at(3) == 7);   // A
  CHECK(at(4) == 13);  // two bytes of an accent
  CHECK(at(5) == 13);
  CHECK(at(6) == 19);  // four bytes of a pair
  CHECK(at(9) == 19);
  CHECK(at(10) == 31);  // c
  CHECK(at(11) == 32);  // three bytes as they are
  CHECK(at(13) == 32);
  CHECK(at(14) == 35);  // the backslash
  CHECK(at(15) == 37);  // the closing quote
  CHECK(at(99) == 37);
}

TEST_CASE("offsets of an empty string and of senseless spans stay in the text") {
  CHECK(json::offset_in_file("\"\"", {0, 2}, 0) == 1);
  CHECK(json::offset_in_file("\"\"", {0, 2}, 5) == 1);
  CHECK(json::offset_in_file("abc", {9, 20}, 5) == 3);
  CHECK(json::offset_in_file("", {0, 0}, 0) == 0);
}
