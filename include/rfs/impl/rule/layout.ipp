#pragma once

#include "rfs/rule/layout.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "rfs/expr/layout.hpp"

namespace rfs::inline RFS_ABI::rule {

namespace detail {

/// Writes a document; every value is known in advance with how wide it is on one line.
class Layout {
 public:
  Layout(const json::Document& document, const Limits& limits)
      : doc_(document), limits_(limits), plans_(document.nodes.size()) {}

  std::string run(std::span<const Key> keys);

 private:
  struct Plan {
    std::size_t width = 0;           ///< in characters, on one line
    bool is_broken = false;          ///< never on one line
    std::vector<std::string> lines;  ///< of an expression: its strings as they are written
  };

  void choose(json::NodeId object, std::span<const Key> keys);
  using LayOut = std::string (*)(std::string_view text, const Limits& limits);
  void choose_expression(json::NodeId id, LayOut lay_out = expr::layout);
  void choose_rows(json::NodeId list, std::size_t inputs);
  void choose_definitions(json::NodeId object);
  void measure();

  void write(json::NodeId id, std::size_t indent, std::size_t after);
  void write_flat(json::NodeId id);
  void break_line(std::size_t indent) { out_.append(1, '\n').append(indent, ' '); }

  [[nodiscard]] Plan& plan(json::NodeId id) { return plans_[id.value]; }
  [[nodiscard]] std::string_view written(source::Span span) const {
    return std::string_view(doc_.file->text).substr(span.begin, span.end - span.begin);
  }

  const json::Document& doc_;
  const Limits& limits_;
  std::vector<Plan> plans_;
  std::string out_;
};

/// An expression is a string, or its lines; line breaks stay where they are.
RFS_INLINE void Layout::choose_expression(json::NodeId id, LayOut lay_out) {
  const json::Node& node = doc_[id];
  const bool has_lines = node.kind == json::Kind::array && !node.items.empty();
  std::string text = node.text;
  if (has_lines) {
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      if (doc_[node.items[i]].kind != json::Kind::string) return;
      text += (i == 0 ? "" : "\n") + doc_[node.items[i]].text;
    }
  } else if (node.kind != json::Kind::string) {
    return;
  }
  std::string laid_out = lay_out(text, limits_);
  Plan& chosen = plan(id);
  chosen.is_broken = node.items.size() > 1;
  if (laid_out == text) return;  // and its escapes are left alone
  for (std::size_t begin = 0; has_lines && begin <= laid_out.size();) {
    const std::size_t end = std::min(laid_out.find('\n', begin), laid_out.size());
    chosen.lines.push_back(json::quote(std::string_view(laid_out).substr(begin, end - begin)));
    begin = end + 1;
  }
  if (!has_lines) chosen.lines.push_back(json::quote(laid_out));
}

RFS_INLINE void Layout::choose_definitions(json::NodeId object) {
  for (const json::Member& member : doc_[object].members) {
    if (doc_[member.value].kind == json::Kind::object)
      choose(member.value, keys::definition);
    else
      choose_expression(member.value);
  }
}

/// Rows of a decision table: cells, then what the row gives.
RFS_INLINE void Layout::choose_rows(json::NodeId list, std::size_t inputs) {
  for (const json::NodeId row : doc_[list].items) {
    const json::NodeId cells = doc_[row].kind == json::Kind::object ? doc_.find(row, "row") : row;
    if (!cells.valid()) continue;
    const std::vector<json::NodeId>& items = doc_[cells].items;
    for (std::size_t i = 0; i < items.size(); ++i)
      choose_expression(items[i], i < inputs ? expr::layout_cell : expr::layout);
  }
}

/// Finds what is always broken and what is an expression.
RFS_INLINE void Layout::choose(json::NodeId object, std::span<const Key> keys) {
  for (const json::Member& member : doc_[object].members) {
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const Key& one) { return one.name == member.key; });
    if (key == keys.end()) continue;
    const bool is_expression = key->holds == Holds::expression;
    if (is_expression) choose_expression(member.value);
    if (key->holds == Holds::table) choose(member.value, keys::table);
    if (key->holds == Holds::inputs) {
      for (const json::NodeId input : doc_[member.value].items) choose_expression(input);
    }
    if (key->holds == Holds::table_rows) {
      const json::NodeId inputs = doc_.find(object, "inputs");
      choose_rows(member.value, inputs.valid() ? doc_[inputs].items.size() : 0);
    }
    if (key->holds == Holds::definitions) choose_definitions(member.value);
    if (key->holds == Holds::decisions) {
      for (const json::Member& decision : doc_[member.value].members) choose(decision.value, keys::decision);
    }
    const bool is_section = key->holds == Holds::sources || key->holds == Holds::facts ||
                            key->holds == Holds::parameters || key->holds == Holds::definitions ||
                            key->holds == Holds::decisions || key->holds == Holds::tests ||
                            key->holds == Holds::allowances;
    if (is_section) plan(member.value).is_broken = true;
  }
}

/// Nodes stand after their parts, so one pass knows the widths of all.
RFS_INLINE void Layout::measure() {
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    Plan& out = plans_[i];
    const json::Node& node = doc_[json::NodeId(i)];
    if (!out.lines.empty()) {
      out.width = source::count_code_points(out.lines.front()) + (node.kind == json::Kind::array ? 2 : 0);
      out.is_broken = out.lines.size() > 1;
      continue;
    }
    const bool is_array = node.kind == json::Kind::array;
    if (!is_array && node.kind != json::Kind::object) {
      out.width = source::count_code_points(written(node.span));
      continue;
    }
    std::size_t parts = 0, rows = 0;
    const auto add = [&](json::NodeId part, std::size_t width) {
      parts += 1;
      out.width += width + plan(part).width + 2;
      out.is_broken = out.is_broken || plan(part).is_broken;
      const bool is_row = doc_[part].kind == json::Kind::object || doc_[part].kind == json::Kind::array;
      rows += is_array && is_row ? 1 : 0;
    };
    for (const json::NodeId item : node.items) add(item, 0);
    for (const json::Member& member : node.members)
      add(member.value, source::count_code_points(written(member.key_span)) + 2);
    out.width += parts == 0 || !is_array ? 2 : 0;
    out.is_broken = parts != 0 && (out.is_broken || rows > 1);
  }
}

RFS_INLINE void Layout::write_flat(json::NodeId id) {
  const json::Node& node = doc_[id];
  const Plan& chosen = plan(id);
  const bool is_array = node.kind == json::Kind::array;
  if (!chosen.lines.empty()) {
    out_ += is_array ? "[" + chosen.lines.front() + "]" : chosen.lines.front();
    return;
  }
  if (!is_array && node.kind != json::Kind::object) {
    out_ += written(node.span);
    return;
  }
  if (node.items.empty() && node.members.empty()) {
    out_ += is_array ? "[]" : "{}";
    return;
  }
  out_ += is_array ? "[" : "{ ";
  const char* separator = "";
  for (const json::NodeId item : node.items) {
    out_ += separator;
    separator = ", ";
    write_flat(item);
  }
  for (const json::Member& member : node.members) {
    out_.append(separator).append(written(member.key_span)).append(": ");
    separator = ", ";
    write_flat(member.value);
  }
  out_ += is_array ? "]" : " }";
}

/// `indent` is that of the line, `after` how many characters of it stand before the value and right after it.
RFS_INLINE void Layout::write(json::NodeId id, std::size_t indent, std::size_t after) {
  const json::Node& node = doc_[id];
  const Plan& chosen = plan(id);
  const bool is_container = node.kind == json::Kind::array || node.kind == json::Kind::object;
  const bool is_empty = node.items.empty() && node.members.empty();
  if (!is_container || is_empty || (!chosen.is_broken && indent + after + chosen.width <= kLineLength)) {
    return write_flat(id);
  }
  const bool is_array = node.kind == json::Kind::array;
  out_ += is_array ? '[' : '{';
  const char* separator = "";
  const auto next = [&] {
    out_ += separator;
    separator = ",";
    break_line(indent + 2);
  };
  if (!chosen.lines.empty()) {
    for (const std::string& line : chosen.lines) {
      next();
      out_ += line;
    }
  } else {
    for (const json::NodeId item : node.items) {
      next();
      write(item, indent + 2, 1);
    }
  }
  for (const json::Member& member : node.members) {
    next();
    const std::string_view key = written(member.key_span);
    out_.append(key).append(": ");
    write(member.value, indent + 2, source::count_code_points(key) + 3);
  }
  break_line(indent);
  out_ += is_array ? ']' : '}';
}

RFS_INLINE std::string Layout::run(std::span<const Key> keys) {
  choose(doc_.root, keys);
  plan(doc_.root).is_broken = true;
  measure();
  write(doc_.root, 0, 0);
  return std::move(out_) + '\n';
}

}  // namespace detail

RFS_INLINE std::string layout(const json::Document& document, std::span<const Key> keys, const Limits& limits) {
  return detail::Layout(document, limits).run(keys);
}

}  // namespace rfs::inline RFS_ABI::rule
