#pragma once

#include "rfs/expr/from_text.hpp"
#include "rfs/impl/rule/reader.hpp"

namespace rfs::inline RFS_ABI::rule::detail {

RFS_INLINE void Reader::parameters(json::NodeId id) {
  const Shape::Step step(shape_, "parameters");
  if (!shape_.expect(id, json::Kind::object)) return;
  for (const json::Member& member : shape_.doc[id].members) {
    const Shape::Step at(shape_, member.key.empty() ? "?" : std::string_view(member.key));
    if (name(member, "a parameter")) parameter(member);
  }
}

RFS_INLINE void Reader::parameter(const json::Member& member) {
  Parameter out;
  out.name = {member.key, member.key_span};
  if (!shape_.object(member.value, keys::parameter, "a parameter")) {
    out_.parameters.push_back(std::move(out));
    return;
  }
  if (const auto declared = type(member.value, false)) {
    out.domain = domain(member.value, *declared, out.bounded_below, out.bounded_above);
  }
  out.words.title = text(member.value, "title");
  const json::NodeId by = shape_.find(member.value, "by");
  if (by.valid()) {
    const Shape::Step step(shape_, "by");
    if (shape_.expect(by, json::Kind::array)) {
      for (const json::NodeId item : shape_.doc[by].items) {
        if (shape_.expect(item, json::Kind::string)) out.by.push_back({shape_.doc[item].text, shape_.doc[item].span});
      }
      if (shape_.doc[by].items.empty() || shape_.doc[by].items.size() > kMostKeys) {
        shape_.error(Code::invalid_by, shape_.doc[by].span, "expected one to three names in `by`");
        out.by.resize(std::min<std::size_t>(out.by.size(), kMostKeys));
      }
    }
  }
  out.clamp = shape_.one_of(member.value, "beyond", words::beyond).has_value();
  const json::NodeId values = shape_.find(member.value, "values");
  if (values.valid()) periods(values, out);
  out_.parameters.push_back(std::move(out));
}

RFS_INLINE void Reader::periods(json::NodeId id, Parameter& parameter) {
  const Shape::Step step(shape_, "values");
  if (!shape_.expect(id, json::Kind::array)) return;
  const auto& items = shape_.doc[id].items;
  if (items.empty())
    shape_.error(Code::parameter_gap, shape_.doc[id].span, "`" + parameter.name.text + "` has no values");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Shape::Step at(shape_, "[" + std::to_string(i) + "]");
    if (!shape_.object(items[i], keys::period, "a parameter value")) continue;
    Period out;
    out.span = shape_.doc[items[i]].span;
    const auto from = shape_.date(items[i], "from");
    if (!from) continue;
    out.from = *from;
    out.from_span = shape_.doc[shape_.find(items[i], "from")].span;
    out.until = shape_.date(items[i], "until");
    if (out.until && *out.until <= out.from) {
      shape_.error(Code::dates_out_of_order, shape_.doc[shape_.find(items[i], "until")].span,
                   "`until` is not after `from`", "`until` is the first day on which the value no longer holds");
      out.until.reset();
    }
    if (!parameter.periods.empty()) {
      const Period& before = parameter.periods.back();
      if (out.from <= before.from) {
        shape_.error(Code::dates_out_of_order, out.from_span, "values are not in the order of their `from`",
                     "each value holds from its `from` until the next one's");
        continue;
      }
      if (before.until && *before.until > out.from) {
        shape_.error(Code::dates_out_of_order, out.from_span,
                     "the value before holds until " + before.until->text() + ", after this one begins",
                     "leave the `until` away: a value ends where the next begins");
      }
    }
    out.sources = sources_of(items[i]);
    const json::NodeId value_id = shape_.find(items[i], "value");
    if (value_id.valid()) {
      const Shape::Step in(shape_, "value");
      out.cell = cell(value_id, parameter, 0);
    } else {
      out.cell.null = true;  // reported as a missing key; a figure nobody knows keeps later rooms going
    }
    parameter.periods.push_back(std::move(out));
  }
}

/// Reads a figure or, while there are keys left, a level of rows.
RFS_INLINE Cell Reader::cell(json::NodeId id, const Parameter& parameter, std::size_t level) {
  Cell out;
  const json::Node& node = shape_.doc[id];
  out.span = node.span;
  if (node.kind == json::Kind::null) {
    out.null = true;
    return out;
  }
  if (level == parameter.by.size()) {
    figure(id, parameter, out);
    return out;
  }
  if (node.kind != json::Kind::object) {
    shape_.error(Code::wrong_shape, node.span,
                 "expected an object with a row for each `" + parameter.by[level].text + "`, found " +
                     std::string(json::kind_text(node.kind)));
    out.null = true;
    return out;
  }
  for (const json::Member& member : node.members) {
    const Shape::Step at(shape_, member.key.empty() ? "?" : std::string_view(member.key));
    out.rows.push_back({{member.key, member.key_span}, cell(member.value, parameter, level + 1)});
  }
  return out;
}

/// Reads a value, `{ "value": …, "source": … }`, or a constant expression.
RFS_INLINE void Reader::figure(json::NodeId id, const Parameter& parameter, Cell& out) {
  json::NodeId at = id;
  if (shape_.doc[id].kind == json::Kind::object) {
    if (!shape_.object(id, keys::cell, "a figure")) return;
    out.sources = sources_of(id);
    at = shape_.find(id, "value");
    if (!at.valid()) {
      out.null = true;
      return;
    }
  }
  const json::Node& node = shape_.doc[at];
  out.span = node.span;
  const Kind kind = parameter.domain.type.kind;
  if (node.kind == json::Kind::null || kind == Kind::error) {
    out.null = true;
    return;
  }
  Domain domain = parameter.domain;
  if (!parameter.bounded_below && !parameter.bounded_above && is_numeric(kind)) {
    // A parameter has the range of its values; only decimals are held to the type.
    domain.range = {-Exact::power_of_ten(30), Exact::power_of_ten(30)};
    if (kind == Kind::date) domain.range = {kFirstDate.days, kLastDate.days};
  }
  const bool may_be_expression = kind == Kind::number || kind == Kind::money;
  if (node.kind == json::Kind::array && may_be_expression) {
    out.expression = expression(at);
    return;
  }
  if (node.kind == json::Kind::string && may_be_expression) {
    Value read;
    const auto problem = read_given(node.text, Written::string, domain, out_.choices, out_.currency, true, read);
    if (!problem) {
      out.value = std::move(read);
    } else if (problem->code == Code::unreadable_fact && !expr::from_text(node.text, limits_).error) {
      out.expression = expression(at);
    } else {
      shape_.error(Code::invalid_value, node.span, problem->message, problem->help);
      out.null = true;
    }
    return;
  }
  out.value = value(at, domain, true, "a figure or null");
  if (!out.value) out.null = true;
}

}  // namespace rfs::inline RFS_ABI::rule::detail
