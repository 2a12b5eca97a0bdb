#pragma once

#include <algorithm>

#include "rfs/expr/from_text.hpp"
#include "rfs/impl/rule/reader.hpp"

namespace rfs::inline RFS_ABI::rule::detail {

/// Reads an expression: a string, or an array of strings read as its lines.
RFS_INLINE ExpressionId Reader::expression(json::NodeId id, Grammar grammar) {
  Expression e;
  e.path = shape_.path();
  const json::Node& node = shape_.doc[id];
  if (node.kind == json::Kind::array && !node.items.empty()) {
    for (const json::NodeId line : node.items) {
      if (!shape_.expect(line, json::Kind::string)) return {};
      if (!e.parts.empty()) e.text += '\n';
      e.parts.push_back({e.text.size(), shape_.doc[line].span, 0});
      e.text += shape_.doc[line].text;
    }
    return parse(std::move(e), grammar);
  }
  if (node.kind == json::Kind::number || node.kind == json::Kind::boolean) {
    Diagnostic& finding = shape_.error(Code::wrong_shape, node.span, "expected an expression in quotes",
                                       "an expression is a string, or an array of strings read as its lines");
    const std::string text(shape_.doc.file->text.substr(node.span.begin, node.span.end - node.span.begin));
    finding.fixes.push_back({"put it in quotes", {{node.span, "\"" + text + "\""}}});
    return {};
  }
  if (!shape_.expect(id, json::Kind::string)) return {};
  e.parts.push_back({0, node.span, 0});
  e.text = node.text;
  return parse(std::move(e), grammar);
}

/// Parses an expression and reports its syntax error at its place in the file.
RFS_INLINE ExpressionId Reader::parse(Expression e, Grammar grammar) {
  expr::Parsed parsed = grammar(e.text, limits_);
  e.tree = std::move(parsed.tree);
  nodes_ += e.tree.nodes.size();
  const ExpressionId id = out_.expressions.push(std::move(e));
  if (nodes_ > limits_.nodes) {
    if (!too_many_nodes_) {
      too_many_nodes_ = true;
      shape_.error(Code::too_many_nodes, locate(out_, id, {0, 0}),
                   "the expressions of this file have more than " + std::to_string(limits_.nodes) + " parts",
                   "split the programme into several files");
    }
    out_.expressions[id].tree = {};  // nothing after the limit is worked on
    return id;
  }
  if (parsed.error) {
    const expr::SyntaxError& wrong = *parsed.error;
    const std::string_view from_here = std::string_view(out_.expressions[id].text).substr(wrong.span.begin);
    const bool refused = std::any_of(refused_names_.begin(), refused_names_.end(), [&](const std::string& name) {
      return !name.empty() && from_here.substr(0, name.size()) == name;
    });
    if (refused) return id;
    Diagnostic& finding = shape_.error(wrong.code, locate(out_, id, wrong.span), wrong.message, wrong.help);
    if (!wrong.fix_title.empty()) {
      diag::Fix fix{wrong.fix_title, {}};
      for (const auto& [span, text] : wrong.edits) {
        // The replacement stands in a JSON string: what must be escaped there is.
        const std::string quoted = json::quote(text);
        fix.edits.push_back({locate(out_, id, span), quoted.substr(1, quoted.size() - 2)});
      }
      finding.fixes.push_back(std::move(fix));
    }
  }
  return id;
}

/// Splits a sentence into words and `{expression}`s; `{{` and `}}` are braces.
RFS_INLINE std::vector<Piece> Reader::pieces(json::NodeId id) {
  const json::Node& node = shape_.doc[id];
  const std::string& text = node.text;
  std::vector<Piece> out;
  std::string plain;
  const auto wrong = [&](std::size_t at, const char* message, const char* help) {
    const std::uint32_t begin = json::offset_in_file(shape_.doc.file->text, node.span, at);
    shape_.error(Code::text_braces, {begin, begin + 1}, message, help);
  };
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if ((c == '{' || c == '}') && i + 1 < text.size() && text[i + 1] == c) {
      plain += c;
      i += 2;
      continue;
    }
    if (c == '}') {
      wrong(i, "`}` without its `{`", "write `}}` for a brace");
      return out;
    }
    if (c != '{') {
      plain += c;
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    for (char quote = 0; end < text.size() && (quote != 0 || text[end] != '}'); ++end) {
      if (quote == 0 && (text[end] == '\'' || text[end] == '"')) {
        quote = text[end];
      } else if (text[end] == quote) {
        quote = 0;
      }
    }
    if (end >= text.size()) {
      wrong(i, "`{` without its `}`", "write `{{` for a brace");
      return out;
    }
    if (!plain.empty()) out.push_back({std::move(plain), {}});
    plain.clear();
    Expression hole;
    hole.path = shape_.path();
    hole.text = text.substr(i + 1, end - i - 1);
    hole.parts.push_back({0, node.span, i + 1});
    out.push_back({{}, parse(std::move(hole))});
    i = end + 1;
  }
  if (!plain.empty()) out.push_back({std::move(plain), {}});
  return out;
}

/// Reads a sentence: a string, or an object with one string a language.
RFS_INLINE TextId Reader::text(json::NodeId object, std::string_view key) {
  const json::NodeId id = shape_.find(object, key);
  if (!id.valid()) return {};
  const Shape::Step step(shape_, key);
  Text out;
  out.path = shape_.path();
  const json::Node& node = shape_.doc[id];
  if (node.kind == json::Kind::object && !node.members.empty()) {
    for (const json::Member& member : node.members) {
      const Shape::Step language(shape_, member.key.empty() ? "?" : std::string_view(member.key));
      if (shape_.expect(member.value, json::Kind::string))
        out.translations.push_back({member.key, pieces(member.value)});
    }
  } else if (shape_.expect(id, json::Kind::string)) {
    out.translations.push_back({{}, pieces(id)});
  }
  if (out.translations.empty()) return {};
  return out_.texts.push(std::move(out));
}

RFS_INLINE Words Reader::words(json::NodeId object, bool with_ask) {
  Words out;
  out.title = text(object, "title");
  out.met = text(object, "met");
  out.unmet = text(object, "unmet");
  if (with_ask) out.ask = text(object, "ask");
  return out;
}

}  // namespace rfs::inline RFS_ABI::rule::detail
