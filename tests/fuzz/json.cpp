// JSON text: what is read has its bytes where the spans say, and strings that written again are read the same.
#include "rfs/json/from_source.hpp"

#include <memory>
#include <string>

#include "rfs/source/quote.hpp"
#include "target.hpp"

namespace rfs::fuzz {

namespace {

void check_node(const json::Document& document, json::NodeId id, std::string_view text) {
  const json::Node& node = document[id];
  require(node.span.begin < node.span.end && node.span.end <= text.size(), "a value stands in its file");
  const std::string_view bytes = text.substr(node.span.begin, node.span.end - node.span.begin);
  switch (node.kind) {
    case json::Kind::null:
      return require(bytes == "null", "null is its bytes");
    case json::Kind::boolean:
      return require(bytes == (node.boolean ? "true" : "false"), "a truth is its bytes");
    case json::Kind::number:
      return require(bytes == node.text, "a number is its bytes");
    case json::Kind::string: {
      require(bytes.size() >= 2 && bytes.front() == '"' && bytes.back() == '"', "a string has its quotes");
      require(json::offset_in_file(text, node.span, node.text.size()) == node.span.end - 1,
              "the end of a string is its closing quote");
      Diagnostics findings;
      const auto written = std::make_shared<const source::File>(source::File{"again", source::quote(node.text)});
      const auto again = json::from_source(written, {}, findings);
      return require(again && (*again)[again->root].text == node.text, "a string written is read the same");
    }
    case json::Kind::array:
      for (const json::NodeId item : node.items) check_node(document, item, text);
      return;
    case json::Kind::object:
      for (const json::Member& member : node.members) {
        require(member.key_span.end <= document[member.value].span.begin, "a key stands before its value");
        check_node(document, member.value, text);
      }
      return;
  }
}

}  // namespace

bool accepts(std::string_view input) {
  const auto file = std::make_shared<const source::File>(source::File{"fuzz.json", std::string(input)});
  Diagnostics findings;
  const auto document = json::from_source(file, {}, findings);
  read_findings(findings, input);
  require(document || findings.has_errors(), "what is refused has a reason");
  if (document) check_node(*document, document->root, input);
  return document && findings.empty();
}

}  // namespace rfs::fuzz
