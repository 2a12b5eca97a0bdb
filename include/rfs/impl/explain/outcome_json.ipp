#pragma once

#include "rfs/explain/outcome_json.hpp"

#include <utility>
#include <vector>

#include "rfs/diag/render.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/explain/text.hpp"
#include "rfs/program/program.hpp"
#include "rfs/rule/given.hpp"
#include "rfs/source/quote.hpp"

namespace rfs::inline RFS_ABI::explain {

namespace detail {

using source::quote;

/// Joins JSON values to an array.
template <class Range, class Write>
std::string array(const Range& range, Write write) {
  std::string out = "[";
  for (const auto& item : range) {
    if (out.size() > 1) out += ',';
    out += write(item);
  }
  return out + ']';
}

/// Builds a JSON object; values are JSON already.
class Members {
 public:
  Members& add(std::string_view key, const std::string& json) {
    text_ += (text_.empty() ? "" : ",") + quote(key) + ':' + json;
    return *this;
  }
  [[nodiscard]] std::string json() const { return '{' + text_ + '}'; }

 private:
  std::string text_;
};

RFS_INLINE std::string value_json(const Value& value, const Type& type, const Rules& rules) {
  std::string plain = rule::plain(value, type, rules.module().choices, rules.file().currency);
  return type.kind == Kind::boolean ? plain : quote(plain);
}

RFS_INLINE std::string bounds_json(const value::Interval& bounds, const Type& type, const Rules& rules) {
  return Members()
      .add("least", value_json({bounds.least, {}}, type, rules))
      .add("most", value_json({bounds.most, {}}, type, rules))
      .json();
}

/// The type's name alone; the words of a choice and the fields of a record are in the rule file.
RFS_INLINE std::string type_name(const Type& type, const Rules& rules) {
  if (type.kind == Kind::list && item_of(type).kind != Kind::record)
    return "list of " + type_name(item_of(type), rules);
  return type.kind == Kind::choice ? "choice" : rule::type_text(type, rules.module().choices);
}

RFS_INLINE std::string names_json(const std::vector<std::uint32_t>& lines, const program::Decision& decision) {
  return array(lines, [&](std::uint32_t line) { return quote(decision.conditions[line].name); });
}

RFS_INLINE std::string truth_json(Bool3 truth) {
  return truth == Bool3::unknown ? "null" : truth == Bool3::yes ? "true" : "false";
}

RFS_INLINE std::string given_json(const program::Given& given, const Type& type, const Rules& rules) {
  return given.state == program::Given::State::known ? value_json(given.value, type, rules) : "null";
}

/// A list as it was given: of records, their fields that were given.
RFS_INLINE std::string list_json(const program::GivenList& list, const rule::ListDomain& domain, const Rules& rules) {
  std::string out = "[";
  for (std::size_t i = 0; i < list.count; ++i) {
    if (i > 0) out += ',';
    if (domain.fields.front().name.empty()) {
      out += given_json(list.at(i, 0), domain.fields.front().domain.type, rules);
      continue;
    }
    Members record;
    for (std::size_t f = 0; f < list.width; ++f) {
      const program::Given& cell = list.at(i, f);
      if (cell.state == program::Given::State::absent) continue;
      record.add(domain.fields[f].name, given_json(cell, domain.fields[f].domain.type, rules));
    }
    out += record.json();
  }
  return out + ']';
}

RFS_INLINE std::string facts_json(const Outcome& outcome) {
  const Rules& rules = outcome.rules();
  Members out;
  const std::vector<program::Given> all = outcome.given();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const program::Given& given = all[i];
    const rule::Fact& fact = rules.file().facts[i];
    if (given.state == program::Given::State::absent) continue;
    const bool is_list = given.state == program::Given::State::known && given.list != nullptr;
    out.add(fact.name.text,
            is_list ? list_json(*given.list, *fact.domain.list, rules) : given_json(given, fact.domain.type, rules));
  }
  return out.json();
}

RFS_INLINE std::string missing_json(const Missing& missing, const Rules& rules) {
  std::size_t index = 0;
  return Members()
      .add("parameter", quote(rules.file().parameters[missing.parameter.value].name.text))
      .add("key", array(missing.keys,
                        [&](std::int64_t key) { return quote(key_text(rules, missing.parameter, index++, key)); }))
      .add("date", missing.date ? quote(missing.date->text()) : "null")
      .json();
}

RFS_INLINE std::string decision_json(const Outcome& outcome, DecisionId id, std::string_view language) {
  const Rules& rules = outcome.rules();
  const program::Decision& decision = rules.program().decisions[id];
  Members out;
  out.add("status", quote(status_text(outcome.status(id))));
  if (decision.amount.valid()) {
    const Type& type = rules.module().decisions[id].amount_type;
    const auto bounds = outcome.amount(id);
    const auto end = [&](const Exact& value) { return value_json({value, {}}, type, rules); };
    out.add("amount", bounds && bounds->known() ? end(bounds->least) : "null");
    out.add("least", bounds ? end(bounds->least) : "null");
    out.add("most", bounds ? end(bounds->most) : "null");
  }
  std::vector<std::size_t> lines(outcome.refused() ? 0 : decision.conditions.size());
  for (std::size_t i = 0; i < lines.size(); ++i) lines[i] = i;
  out.add("conditions", array(lines, [&](std::size_t line) {
            return Members()
                .add("name", quote(decision.conditions[line].name))
                .add("wanted", decision.conditions[line].wanted ? "true" : "false")
                .add("is", truth_json(outcome.truth(id, line)))
                .add("text", quote(condition_text(outcome, id, line, language)))
                .json();
          }));
  const Reasons why = reasons(outcome, id);
  out.add("met", names_json(why.met, decision));
  out.add("unmet", names_json(why.unmet, decision));
  out.add("undetermined", names_json(why.undetermined, decision));
  out.add("needed", array(needed_names(rules, why), quote));
  out.add("missing", array(why.missing, [&](const Missing& missing) { return missing_json(missing, rules); }));
  return out.json();
}

/// The figures read that are on file, each under its lookup, and the date where it has one of its own.
RFS_INLINE std::string parameters_json(const Outcome& outcome) {
  const Rules& rules = outcome.rules();
  Members out;
  for (const FigureRead& figure : figures_read(outcome)) {
    const typed::Parameter& parameter = rules.module().parameters[figure.parameter];
    const typed::Figure& found = parameter.figures[figure.figure];
    if (found.null) continue;
    const Date from{static_cast<std::int32_t>(parameter.periods[figure.period].from)};
    const Value& value = rules.program().parameters[figure.parameter].figures[figure.figure];
    const auto& sources = found.sources;
    std::string source = "null";
    if (sources.size() == 1) source = quote(sources.front());
    if (sources.size() > 1) source = array(sources, [](const std::string& key) { return quote(key); });
    const std::string on = figure.on ? " on " + figure.on->text() : "";
    out.add(figure_text(rules, figure) + on, Members()
                                                 .add("value", value_json(value, parameter.domain.type, rules))
                                                 .add("from", quote(from.text()))
                                                 .add("source", source)
                                                 .json());
  }
  return out.json();
}

}  // namespace detail

RFS_INLINE std::string reading_json(const program::Reading& reading, const Type& of, const Rules& rules) {
  const Type type = outcome_type(of);
  if (!reading.known(type.kind)) {
    return is_numeric(type.kind) ? detail::bounds_json(reading.interval, type, rules) : "null";
  }
  switch (type.kind) {
    case Kind::boolean:
      return detail::truth_json(reading.truth);
    case Kind::choice:
      return detail::quote(rules.module().choices.words(type.choice)[reading.words.front()]);
    case Kind::text:
      return detail::quote(*reading.text);
    default:
      return detail::value_json({reading.interval.least, {}}, type, rules);
  }
}

RFS_INLINE std::string items_json(const Outcome& outcome, DefinitionId definition) {
  const Rules& rules = outcome.rules();
  const auto items = detail::certain_items(outcome, definition);
  if (!items) return "null";
  const std::vector<RecordField> fields = detail::item_fields(rules, definition);
  return detail::array(*items, [&](const ListItem& item) {
    if (fields.front().name.empty()) return reading_json(item.fields.front(), fields.front().type, rules);
    detail::Members record;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].type.kind != Kind::list)
        record.add(fields[i].name, reading_json(item.fields[i], fields[i].type, rules));
    }
    return record.json();
  });
}

RFS_INLINE std::string outcome_json(Outcome& outcome, std::string_view language) {
  using detail::Members;
  using detail::quote;
  outcome.read_texts();
  const Rules& rules = outcome.rules();
  const rule::File& file = rules.file();
  Members decisions, definitions;
  for (std::size_t i = 0; i < file.decisions.size(); ++i) {
    decisions.add(file.decisions[i].name.text, detail::decision_json(outcome, DecisionId(i), language));
  }
  for (std::size_t i = 0; i < file.definitions.size() && !outcome.refused(); ++i) {
    const Type& type = rules.module().definitions[DefinitionId(i)].type;
    definitions.add(file.definitions[i].name.text, Members()
                                                       .add("type", quote(detail::type_name(type, rules)))
                                                       .add(type.kind == Kind::list ? "count" : "value",
                                                            reading_json(outcome.reading(DefinitionId(i)), type, rules))
                                                       .json());
  }
  const auto assumption = [&](FactId id) {
    const rule::Fact& fact = file.facts[id.value];
    const bool is_list = fact.domain.type.kind == Kind::list;  // empty: it has no other default
    return Members()
        .add("fact", quote(fact.name.text))
        .add("value", is_list ? "[]" : reading_json(default_reading(outcome, id), fact.domain.type, rules))
        .json();
  };
  return Members()
      .add("format", "1")
      .add("rules", quote(file.rules))
      .add("version", quote(file.version))
      .add("digest", quote(rules.digest()))
      .add("engine", quote(RFS_VERSION))
      .add("as_of", quote(outcome.as_of().text()))
      .add("currency", file.currency.empty() ? "null" : quote(file.currency))
      .add("facts", detail::facts_json(outcome))
      .add("decisions", decisions.json())
      .add("definitions", definitions.json())
      .add("parameters", detail::parameters_json(outcome))
      .add("assumed", detail::array(assumed(outcome), assumption))
      .add("errors", detail::array(outcome.problems().all(), diag::render_json))
      .json();
}

}  // namespace rfs::inline RFS_ABI::explain
