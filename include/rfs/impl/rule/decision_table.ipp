#pragma once

#include <algorithm>
#include <iterator>

#include "rfs/impl/rule/reader.hpp"

namespace rfs::inline RFS_ABI::rule::detail {

RFS_INLINE DecisionTable Reader::table(json::NodeId id, source::Span key) {
  DecisionTable out;
  Expression place;
  place.path = shape_.path();
  place.text = "table";
  place.parts.push_back({0, key, 0});
  out.place = out_.expressions.push(std::move(place));
  if (!shape_.object(id, keys::table, "a decision table")) return out;
  const json::NodeId hit = shape_.find(id, "hit"), in = shape_.find(id, "inputs"), list = shape_.find(id, "rows"),
                     otherwise = shape_.find(id, "otherwise");
  if (hit.valid()) out.hit_span = shape_.doc[hit].span;
  if (const auto word = shape_.one_of(id, "hit", words::hit))
    out.hit = static_cast<Hit>(std::find(std::begin(words::hit), std::end(words::hit), *word) - words::hit);
  if (const auto type = result_type(shape_.find(id, "gives"))) out.gives = *type;
  check_gives(id, out);
  if (in.valid()) out.inputs = inputs(in);
  if (list.valid()) rows(list, out);
  if (otherwise.valid()) {
    const Shape::Step step(shape_, "otherwise");
    out.otherwise = expression(otherwise);
  }
  return out;
}

/// Reports a type that cannot be collected.
RFS_INLINE void Reader::check_gives(json::NodeId object, const DecisionTable& table) {
  if (!table.hit || !is_collecting(*table.hit) || table.gives.kind == Kind::error) return;
  if (may_collect(*table.hit, table.gives)) return;
  const Shape::Step step(shape_, "gives");
  const std::string found = type_text(table.gives, out_.choices);
  shape_.error(Code::unknown_type, shape_.doc[shape_.find(object, "gives")].span,
               "`" + std::string(words::hit[static_cast<std::size_t>(*table.hit)]) + "` " +
                   (*table.hit == Hit::collect_count ? "gives an integer, not "
                    : *table.hit == Hit::collect_sum ? "adds numbers, money, months or days, not "
                                                     : "compares numbers, money, dates, months or days, not ") +
                   found);
}

RFS_INLINE std::vector<ExpressionId> Reader::inputs(json::NodeId id) {
  std::vector<ExpressionId> out;
  const Shape::Step step(shape_, "inputs");
  if (!shape_.expect(id, json::Kind::array)) return out;
  const std::vector<json::NodeId>& items = shape_.doc[id].items;
  if (items.empty()) shape_.error(Code::table_row, shape_.doc[id].span, "a decision table needs at least one input");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Shape::Step at(shape_, "[" + std::to_string(i) + "]");
    out.push_back(expression(items[i]));
  }
  return out;
}

RFS_INLINE void Reader::rows(json::NodeId id, DecisionTable& table) {
  const Shape::Step step(shape_, "rows");
  if (!shape_.expect(id, json::Kind::array)) return;
  const std::vector<json::NodeId>& items = shape_.doc[id].items;
  if (items.empty()) shape_.error(Code::table_row, shape_.doc[id].span, "a decision table needs at least one row");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Shape::Step at(shape_, "[" + std::to_string(i) + "]");
    table.rows.push_back(row(items[i], table));
  }
}

/// Reads a row: its cells, or `{ "row": [cells], "source": … }`.
RFS_INLINE DecisionTable::Row Reader::row(json::NodeId id, const DecisionTable& table) {
  DecisionTable::Row out;
  out.span = shape_.doc[id].span;
  json::NodeId list = id;
  if (shape_.doc[id].kind == json::Kind::object) {
    shape_.object(id, keys::table_row, "a row");
    sources_of(id);
    list = shape_.find(id, "row");
    if (!list.valid()) return out;
  }
  if (!shape_.expect(list, json::Kind::array)) return out;
  const bool has_result = table.hit != Hit::collect_count;
  const std::vector<json::NodeId>& items = shape_.doc[list].items;
  const std::size_t wanted = table.inputs.size() + (has_result ? 1 : 0);
  if (table.inputs.empty() || !table.hit) return out;  // reported; how many cells there should be is not known
  if (items.size() != wanted) {
    shape_.error(Code::table_row, shape_.doc[list].span,
                 "expected " + std::to_string(wanted) + (wanted == 1 ? " cell, found " : " cells, found ") +
                     std::to_string(items.size()),
                 has_result
                     ? "a row has a cell for each input, then what it gives; `-` is a cell where any value will do"
                     : "a row of `collect count` has a cell for each input and gives nothing: it is counted");
    return out;
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Shape::Step at(shape_, "[" + std::to_string(i) + "]");
    if (i < table.inputs.size())
      out.cells.push_back(expression(items[i], expr::cell_from_text));
    else
      out.result = expression(items[i]);
  }
  return out;
}

}  // namespace rfs::inline RFS_ABI::rule::detail
