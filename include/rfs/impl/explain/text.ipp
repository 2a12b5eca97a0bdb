#pragma once

#include "rfs/explain/text.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "rfs/program/program.hpp"
#include "rfs/program/read.hpp"
#include "rfs/rule/given.hpp"

namespace rfs::inline RFS_ABI::explain {

namespace detail {

RFS_INLINE std::string spoken_end(const Exact& end, const Type& type, const Rules& rules) {
  return rule::spoken({end, {}}, type, rules.module().choices, rules.file().currency);
}

RFS_INLINE std::string spoken_bounds(const value::Interval& bounds, const Type& type, const Rules& rules) {
  const value::Interval bare = rule::default_domain(type, rules.file().currency).range;
  // 0 is where money, percentages and durations begin by nature: an end worth saying, unless nothing else is known.
  const Exact lowest = bare.least.is_zero() ? -bare.most : bare.least;
  const bool least_open = bounds.least <= lowest, most_open = bounds.most >= bare.most;
  if (most_open && bounds.least <= bare.least) return "?";
  if (most_open) return "at least " + spoken_end(bounds.least, type, rules);
  if (least_open) return "at most " + spoken_end(bounds.most, type, rules);
  return spoken_end(bounds.least, type, rules) + " to " + spoken_end(bounds.most, type, rules);
}

/// The words that people read about a condition; an unnamed one has none.
RFS_INLINE rule::Words words_of(const rule::File& file, const program::Condition& condition) {
  switch (condition.kind) {
    case program::Condition::Kind::fact:
      return file.facts[condition.index].words;
    case program::Condition::Kind::definition:
      return file.definitions[condition.index].words;
    case program::Condition::Kind::decision:
      return file.decisions[condition.index].words;
    case program::Condition::Kind::unnamed:
      break;
  }
  return {};
}

/// A text with each run of blanks and line ends as one blank.
RFS_INLINE std::string in_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  return out;
}

/// An expression as it stands in the file, in one line.
RFS_INLINE std::string source_text(const Rules& rules, typed::NodeId id) {
  const typed::Node& node = rules.module()[id];
  const std::string_view whole = rules.file().expressions[node.expression].text;
  return in_one_line(whole.substr(node.span.begin, node.span.end - node.span.begin));
}

}  // namespace detail

RFS_INLINE std::string spoken(const program::Reading& reading, const Type& type, const Rules& rules) {
  if (type.kind == Kind::list) {
    const std::string count = spoken(reading, outcome_type(type), rules);
    return count + (count == "1" ? " item" : " items");
  }
  if (!reading.known(type.kind)) {
    return is_numeric(type.kind) ? detail::spoken_bounds(reading.interval, type, rules) : "?";
  }
  switch (type.kind) {
    case Kind::boolean:
      return reading.truth == Bool3::yes ? "yes" : "no";
    case Kind::choice:
      return rules.module().choices.words(type.choice)[reading.words.front()];
    case Kind::text:
      return *reading.text;
    default:
      return detail::spoken_end(reading.interval.least, type, rules);
  }
}

namespace detail {

/// The fields of a list's items; one without a name where they are no records.
RFS_INLINE std::vector<RecordField> item_fields(const Rules& rules, DefinitionId definition) {
  const Type item = item_of(rules.module().definitions[definition].type);
  if (item.kind != Kind::record) return {{"", item}};
  return rules.module().records.fields(item.record);
}

/// The items of a definition that is a list, where it is known which there are and they can be shown.
RFS_INLINE std::optional<std::vector<ListItem>> certain_items(const Outcome& outcome, DefinitionId definition) {
  if (item_of(outcome.rules().module().definitions[definition].type).kind == Kind::list) return std::nullopt;
  std::vector<ListItem> items = outcome.items(definition);
  const bool certain = std::all_of(items.begin(), items.end(), [](const ListItem& item) { return item.certain; });
  if (!certain) return std::nullopt;
  return items;
}

}  // namespace detail

RFS_INLINE std::string spoken_items(const Outcome& outcome, DefinitionId definition) {
  const Rules& rules = outcome.rules();
  const auto items = detail::certain_items(outcome, definition);
  if (!items) return spoken(outcome.reading(definition), rules.module().definitions[definition].type, rules);
  const std::vector<RecordField> fields = detail::item_fields(rules, definition);
  std::string out = "[";
  for (const ListItem& item : *items) {
    std::string one;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].type.kind == Kind::list) continue;
      if (!fields[i].name.empty()) one += (one.empty() ? "{ " : ", ") + fields[i].name + ": ";
      one += spoken(item.fields[i], fields[i].type, rules);
    }
    if (!fields.front().name.empty()) one += one.empty() ? "{}" : " }";
    out += (out.size() == 1 ? "" : ", ") + one;
  }
  return out + "]";
}

RFS_INLINE std::string text(const Outcome& outcome, rule::TextId id, std::string_view language) {
  if (!id.valid()) return {};
  const Rules& rules = outcome.rules();
  const auto& translations = rules.file().texts[id].translations;
  if (translations.empty()) return {};
  auto chosen = std::find_if(translations.begin(), translations.end(),
                             [&](const rule::Translation& t) { return t.language == language; });
  if (chosen == translations.end()) chosen = translations.begin();
  std::string out;
  for (const rule::Piece& piece : chosen->pieces) {
    if (!piece.hole.valid()) {
      out += piece.words;
      continue;
    }
    const auto node = rules.program().holes.find(piece.hole.value);
    const auto root = rules.module().holes.find(piece.hole.value);
    const bool read = !outcome.refused() && node != rules.program().holes.end() && root != rules.module().holes.end();
    out += read ? spoken(outcome.reading(node->second), rules.module()[root->second].type, rules) : "?";
  }
  return out;
}

RFS_INLINE std::string condition_text(const Outcome& outcome, DecisionId decision, std::size_t condition,
                                      std::string_view language) {
  const Rules& rules = outcome.rules();
  const program::Condition& line = rules.program().decisions[decision].conditions[condition];
  const rule::Words words = detail::words_of(rules.file(), line);
  rule::TextId id = words.title;
  const Bool3 is = outcome.truth(decision, condition);
  if (is == Bool3::yes && words.met.valid()) id = words.met;
  if (is == Bool3::no && words.unmet.valid()) id = words.unmet;
  if (id.valid()) return text(outcome, id, language);
  return line.kind == program::Condition::Kind::unnamed ? detail::source_text(rules, line.typed) : line.name;
}

RFS_INLINE std::string key_text(const Rules& rules, ParameterId parameter, std::size_t index, std::int64_t key) {
  const Type& type = rules.module().parameters[parameter].keys[index];
  return rule::plain({Exact(key), {}}, type, rules.module().choices, rules.file().currency);
}

RFS_INLINE std::string lookup_text(const Rules& rules, ParameterId parameter, std::span<const std::int64_t> keys) {
  std::string out = rules.file().parameters[parameter.value].name.text;
  for (std::size_t i = 0; i < keys.size(); ++i) out += (i == 0 ? "[" : ", ") + key_text(rules, parameter, i, keys[i]);
  return keys.empty() ? out : out + ']';
}

RFS_INLINE std::string figure_text(const Rules& rules, const FigureRead& figure) {
  std::string out = lookup_text(rules, figure.parameter, figure.keys);
  const typed::Parameter& parameter = rules.module().parameters[figure.parameter];
  if (!parameter.of) return out;
  const std::string start =
      rule::plain(parameter.starts[figure.figure], parameter.of->type, rules.module().choices, rules.file().currency);
  return out + " from " + start;
}

RFS_INLINE program::Reading default_reading(const Outcome& outcome, FactId fact) {
  const Rules& rules = outcome.rules();
  const typed::Fact& declared = rules.module().facts[fact];
  if (declared.default_value) return program::reading_of(*declared.default_value, declared.domain.type.kind);
  const auto& nodes = rules.program().nodes;
  for (std::size_t i = 0; i < rules.program().deciding; ++i) {
    const program::Node& node = nodes[program::NodeId(i)];
    if (node.op == program::Op::fact && node.data == fact.value) return outcome.reading(program::NodeId(i));
  }
  // Nothing reads the fact, so nothing has computed its default.
  return program::reading_of(declared.domain, rules.module().choices);
}

}  // namespace rfs::inline RFS_ABI::explain
