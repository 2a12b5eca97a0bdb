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
  const json::NodeId kind = shape_.find(member.value, "type"), gives = shape_.find(member.value, "gives");
  const bool is_schedule =
      kind.valid() && shape_.doc[kind].kind == json::Kind::string && shape_.doc[kind].text == kScheduleWord;
  if (const auto declared = is_schedule ? schedule(member.value, out) : type(member.value, kScheduleWord)) {
    out.domain = domain(member.value, *declared, out.bounded_below, out.bounded_above);
  }
  if (!is_schedule && gives.valid())
    shape_.error(Code::unknown_key, shape_.doc[gives].span, "only a schedule has `gives`");
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

/// Reads what a schedule is `of`, and returns the type of what it `gives`.
RFS_INLINE std::optional<Type> Reader::schedule(json::NodeId object, Parameter& parameter) {
  parameter.of = Domain{};
  const json::NodeId of = shape_.find(object, "of"), gives = shape_.find(object, "gives");
  for (const auto& [id, key] : {std::pair(of, "of"), std::pair(gives, "gives")}) {
    if (id.valid()) continue;
    shape_.error(Code::missing_key, shape_.doc[shape_.find(object, "type")].span,
                 "a schedule lacks its `" + std::string(key) + "`",
                 "`of` is the type that its brackets divide, `gives` the type of their figures");
  }
  if (of.valid()) {
    const Shape::Step step(shape_, "of");
    const json::Node& node = shape_.doc[of];
    if (shape_.expect(of, json::Kind::string)) {
      const auto type = named_type(node.text, node.span, {});
      if (type && is_ordered(type->kind)) {
        parameter.of = default_domain(*type, out_.currency);
      } else if (type) {
        shape_.error(Code::unknown_type, node.span, "expected an ordered type, found `" + node.text + "`",
                     "brackets divide numbers, money, dates, months, days or text; for words, keep figures `by` them");
      }
    }
  }
  return result_type(gives);
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
    if (parameter.of)
      brackets(id, parameter, out);
    else
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

/// Widens a domain to what a figure may be: it has the range of its values, and only decimals are held to the type.
RFS_INLINE Domain unbounded(Domain domain) {
  const Kind kind = domain.type.kind;
  if (is_numeric(kind)) domain.range = {-Exact::power_of_ten(30), Exact::power_of_ten(30)};
  if (kind == Kind::date) domain.range = {kFirstDate.days, kLastDate.days};
  return domain;
}

/// Reads a schedule's list of brackets.
RFS_INLINE void Reader::brackets(json::NodeId id, const Parameter& parameter, Cell& list) {
  const json::Node& node = shape_.doc[id];
  if (node.kind != json::Kind::array) {
    shape_.error(Code::wrong_shape, node.span,
                 "expected a list of brackets, found " + std::string(json::kind_text(node.kind)),
                 "write `[{ \"from\": …, \"value\": … }]`");
  } else if (node.items.empty()) {
    shape_.error(Code::invalid_brackets, node.span, "a list of brackets needs at least one",
                 "write `null` where the brackets are not on file");
  }
  const bool is_text = parameter.of->type.kind == Kind::text;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const json::NodeId item = node.items[i];
    const Shape::Step at(shape_, "[" + std::to_string(i) + "]");
    if (!shape_.object(item, keys::bracket, "a bracket")) continue;
    Cell::Bracket out;
    out.cell.span = shape_.doc[item].span;
    const json::NodeId from = shape_.find(item, "from"), given = shape_.find(item, "value");
    if (given.valid()) {
      const Shape::Step step(shape_, "value");
      out.cell.sources = sources_of(item);
      figure_value(given, parameter, out.cell);
    } else {
      out.cell.null = true;
    }
    if (!from.valid() || parameter.of->type.kind == Kind::error) continue;
    const Shape::Step step(shape_, "from");
    auto read = value(from, unbounded(*parameter.of), true, "where the bracket begins");
    if (!read) continue;
    out.from = std::move(*read);
    if (!list.brackets.empty()) {
      const Value& before = list.brackets.back().from;
      if (is_text ? out.from.text <= before.text : out.from.number <= before.number) {
        shape_.error(Code::invalid_brackets, shape_.doc[from].span, "the bracket begins at or before the one above it",
                     "list brackets in the order of their `from`; each reaches to where the next begins");
        continue;
      }
    }
    list.brackets.push_back(std::move(out));
  }
  list.null = list.brackets.empty();
}

/// Reads a value or `{ "value": …, "source": … }`.
RFS_INLINE void Reader::figure(json::NodeId id, const Parameter& parameter, Cell& out) {
  if (shape_.doc[id].kind != json::Kind::object) return figure_value(id, parameter, out);
  if (!shape_.object(id, keys::cell, "a figure")) return;
  out.sources = sources_of(id);
  const json::NodeId at = shape_.find(id, "value");
  if (at.valid())
    figure_value(at, parameter, out);
  else
    out.null = true;
}

/// Reads a value, a constant expression, or null.
RFS_INLINE void Reader::figure_value(json::NodeId at, const Parameter& parameter, Cell& out) {
  const json::Node& node = shape_.doc[at];
  out.span = node.span;
  const Kind kind = parameter.domain.type.kind;
  if (node.kind == json::Kind::null || kind == Kind::error) {
    out.null = true;
    return;
  }
  const bool bounded = parameter.bounded_below || parameter.bounded_above;
  const Domain domain = bounded ? parameter.domain : unbounded(parameter.domain);
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
