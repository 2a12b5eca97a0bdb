#pragma once

#include <algorithm>

#include "rfs/impl/analyse/expectations.ipp"

namespace rfs::inline RFS_ABI::analyse::detail {

RFS_INLINE void Expectations::truth(json::NodeId id, DecisionId decision, std::size_t index) {
  const json::Node& node = shape_.doc[id];
  if (node.kind != json::Kind::boolean && node.kind != json::Kind::null) {
    return wrong(id, "expected true, false or null for unknown, found " + std::string(json::kind_text(node.kind)));
  }
  if (!compares()) return;
  const Bool3 expected = node.kind == json::Kind::null ? Bool3::unknown : to_bool3(node.boolean);
  const Bool3 found = outcome_->truth(decision, index);
  if (expected != found) differs(id, truth_text(expected), truth_text(found), truth_json(found));
}

/// One line of the list: its name, or an object with any of its parts.
RFS_INLINE void Expectations::condition(json::NodeId id, DecisionId decision, std::size_t index) {
  const program::Condition& line = rules_.program().decisions[decision].conditions[index];
  const json::Node& node = shape_.doc[id];
  if (node.kind == json::Kind::string) {
    if (node.text != line.name) differs(id, node.text, line.name, json::quote(line.name));
    return;
  }
  if (!shape_.object(id, rule::keys::expected_condition, "an expected condition")) return;
  if (const auto name = shape_.string(id, "name"); name && *name != line.name) {
    differs(shape_.find(id, "name"), *name, line.name, json::quote(line.name));
  }
  const json::NodeId wanted = shape_.find(id, "wanted"), is = shape_.find(id, "is");
  if (wanted.valid()) {
    const rule::detail::Shape::Step step(shape_, "wanted");
    if (shape_.expect(wanted, json::Kind::boolean) && shape_.doc[wanted].boolean != line.wanted) {
      const std::string_view is_wanted = truth_text(to_bool3(line.wanted));
      differs(wanted, truth_text(to_bool3(!line.wanted)), is_wanted, std::string(is_wanted));
    }
  }
  if (is.valid()) {
    const rule::detail::Shape::Step step(shape_, "is");
    truth(is, decision, index);
  }
}

/// The whole list in order, or `{ "waited": true }`: what some conditions read, by name.
RFS_INLINE void Expectations::conditions(json::NodeId object, DecisionId decision) {
  const json::NodeId id = shape_.find(object, "conditions");
  if (!id.valid()) return;
  const rule::detail::Shape::Step step(shape_, "conditions");
  const auto& lines = rules_.program().decisions[decision].conditions;
  const json::Node& node = shape_.doc[id];
  if (node.kind == json::Kind::array) {
    if (node.items.size() != lines.size()) {
      Names all;
      for (const program::Condition& line : lines) all.push_back(line.name);
      if (compares()) {
        differs(id, std::to_string(node.items.size()) + " conditions", std::to_string(lines.size()), list_json(all));
      }
      return;
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const rule::detail::Shape::Step at(shape_, "[" + std::to_string(i) + "]");
      condition(node.items[i], decision, i);
    }
    return;
  }
  if (node.kind != json::Kind::object) return wrong(id, "expected a list of conditions, or an object by their names");
  Names known;
  for (const program::Condition& line : lines) known.push_back(line.name);
  for (const json::Member& member : node.members) {
    const rule::detail::Shape::Step at(shape_, step_name(member.key));
    const auto line = std::find(known.begin(), known.end(), member.key);
    if (line == known.end()) {
      unknown(member.key_span, member.key, "a condition of this decision", known);
    } else {
      truth(member.value, decision, static_cast<std::size_t>(line - known.begin()));
    }
  }
}

/// Returns the keys of a figure as the outcome lists them.
RFS_INLINE std::vector<std::string> key_texts(const Rules& rules, const Missing& figure) {
  std::vector<std::string> out;
  const typed::Parameter& parameter = rules.module().parameters[figure.parameter];
  for (std::size_t i = 0; i < figure.keys.size(); ++i) {
    out.push_back(rule::plain({figure.keys[i], {}}, parameter.keys[i], rules.module().choices, rules.file().currency));
  }
  return out;
}

RFS_INLINE std::string Expectations::json_text(const Missing& found) const {
  const Names keys = key_texts(rules_, found);
  return "{ \"parameter\": " + json::quote(rules_.file().parameters[found.parameter.value].name.text) +
         (keys.empty() ? "" : ", \"key\": " + list_json(keys)) +
         ", \"date\": " + (found.date ? json::quote(found.date->text()) : "null") + " }";
}

RFS_INLINE void Expectations::missing_figure(json::NodeId id, const Missing* found) {
  if (!shape_.object(id, rule::keys::missing_figure, "an expected missing figure")) return;
  const auto& parameters = rules_.file().parameters;
  if (const auto name = shape_.string(id, "parameter")) {
    Names known;
    for (const rule::Parameter& parameter : parameters) known.push_back(parameter.name.text);
    const json::NodeId at = shape_.find(id, "parameter");
    const rule::detail::Shape::Step step(shape_, "parameter");
    if (std::find(known.begin(), known.end(), *name) == known.end()) {
      unknown(shape_.doc[at].span, *name, "a parameter", known);
    } else if (found != nullptr && parameters[found->parameter.value].name.text != *name) {
      const std::string& is = parameters[found->parameter.value].name.text;
      differs(at, *name, is, json::quote(is));
    }
  }
  const json::NodeId key = shape_.find(id, "key"), date = shape_.find(id, "date");
  if (key.valid()) {
    const rule::detail::Shape::Step step(shape_, "key");
    if (!shape_.expect(key, json::Kind::array)) return;
    Names expected;
    for (const json::NodeId item : shape_.doc[key].items) {
      const json::Node& node = shape_.doc[item];
      if (node.kind != json::Kind::string && node.kind != json::Kind::number && node.kind != json::Kind::boolean) {
        return wrong(item, "expected the key of a row, found " + std::string(json::kind_text(node.kind)));
      }
      expected.push_back(node.kind == json::Kind::boolean ? std::string(truth_text(to_bool3(node.boolean)))
                                                          : node.text);
    }
    if (found != nullptr && expected != key_texts(rules_, *found)) {
      differs(key, list_text(expected), list_text(key_texts(rules_, *found)), list_json(key_texts(rules_, *found)));
    }
  }
  if (!date.valid()) return;
  const bool is_null = shape_.doc[date].kind == json::Kind::null;
  const auto day = is_null ? std::optional<Date>() : shape_.date(id, "date");
  const rule::detail::Shape::Step step(shape_, "date");
  if ((!is_null && !day) || found == nullptr || day == found->date) return;
  const std::string is = found->date ? found->date->text() : "unknown";
  differs(date, day ? day->text() : "unknown", is, found->date ? json::quote(is) : "null");
}

RFS_INLINE void Expectations::missing(json::NodeId object, const Reasons& why) {
  const json::NodeId id = shape_.find(object, "missing");
  if (!id.valid()) return;
  const rule::detail::Shape::Step step(shape_, "missing");
  if (!shape_.expect(id, json::Kind::array)) return;
  const auto& items = shape_.doc[id].items;
  const bool same_size = items.size() == why.missing.size();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const rule::detail::Shape::Step at(shape_, "[" + std::to_string(i) + "]");
    missing_figure(items[i], compares() && same_size ? &why.missing[i] : nullptr);
  }
  if (!compares() || same_size) return;
  Names found;
  std::string instead;
  for (const Missing& figure : why.missing) {
    found.push_back(rules_.file().parameters[figure.parameter.value].name.text + list_text(key_texts(rules_, figure)));
    instead += (instead.empty() ? "[" : ", ") + json_text(figure);
  }
  differs(id, std::to_string(items.size()) + " missing figures", list_text(found),
          instead.empty() ? "[]" : instead + "]");
}

}  // namespace rfs::inline RFS_ABI::analyse::detail
