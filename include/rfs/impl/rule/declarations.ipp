#pragma once

#include "rfs/expr/from_text.hpp"
#include "rfs/impl/rule/reader.hpp"

namespace rfs::inline RFS_ABI::rule::detail {

/// Returns the type that a word names; the options of a choice are not in it. `also` is a word that stands for a type
/// here, and is read elsewhere.
RFS_INLINE std::optional<Type> Reader::named_type(std::string_view word, source::Span span, std::string_view also) {
  std::vector<std::string_view> names;
  for (const TypeWord& known : kTypeWords) {
    names.push_back(known.word);
    if (known.word != word) continue;
    if (known.kind == Kind::money && out_.currency.empty()) {
      shape_.error(Code::invalid_currency, span, "money needs a `currency`",
                   "say at the top of the file which currency amounts are in, like `\"currency\": \"USD\"`");
    }
    return Type{known.kind, known.flavour, {}};
  }
  if (!also.empty()) names.push_back(also);
  const std::string near = diag::nearest(word, names);
  std::string list;
  for (const std::string_view name : names) list.append(list.empty() ? "" : ", ").append(name);
  Diagnostic& finding = shape_.error(Code::unknown_type, span, "unknown type `" + std::string(word) + "`",
                                     near.empty() ? "the types are " + list : "did you mean `" + near + "`?");
  if (!near.empty()) finding.fixes.push_back({"write `" + near + "`", {{span, "\"" + near + "\""}}});
  return std::nullopt;
}

/// Reads the words of a choice.
RFS_INLINE std::optional<ChoiceId> Reader::options(json::NodeId id) {
  if (!shape_.expect(id, json::Kind::array)) return std::nullopt;
  std::vector<std::string> words;
  std::set<std::string_view> seen;
  for (const json::NodeId item : shape_.doc[id].items) {
    if (!shape_.expect(item, json::Kind::string)) continue;
    const json::Node& option = shape_.doc[item];
    if (!is_word(option.text)) {
      shape_.error(Code::invalid_word, option.span, "`" + option.text + "` is not a word",
                   "a word has 1 to 64 letters, digits, `_`, `-`, `.` and inner blanks");
    } else if (!seen.insert(option.text).second) {
      shape_.error(Code::invalid_options, option.span, "`" + option.text + "` is listed twice");
    } else {
      words.push_back(option.text);
    }
  }
  if (words.empty()) {
    shape_.error(Code::invalid_options, shape_.doc[id].span, "a choice needs at least one option");
    return std::nullopt;
  }
  return out_.choices.intern(std::move(words));
}

/// Reads `gives`: the type of what a schedule or a decision table gives.
RFS_INLINE std::optional<Type> Reader::result_type(json::NodeId gives) {
  if (!gives.valid()) return std::nullopt;
  const Shape::Step step(shape_, "gives");
  const json::Node& node = shape_.doc[gives];
  if (node.kind == json::Kind::array) {
    const auto choice = options(gives);
    return choice ? std::optional(Type{Kind::choice, {}, *choice}) : std::nullopt;
  }
  if (!shape_.expect(gives, json::Kind::string)) return std::nullopt;
  const auto type = named_type(node.text, node.span, {});
  if (type && type->kind == Kind::choice) {
    shape_.error(Code::wrong_shape, node.span, "expected the words of the choice, found `choice`",
                 "list them: `\"gives\": [\"a\", \"b\"]`");
    return std::nullopt;
  }
  return type;
}

/// Reads `type` and `of`; `also` as in named_type.
RFS_INLINE std::optional<Type> Reader::type(json::NodeId object, std::string_view also) {
  const auto word = shape_.string(object, "type");
  if (!word) return std::nullopt;
  const source::Span span = shape_.doc[shape_.find(object, "type")].span;
  if (*word == kListWord && also != kListWord) {
    shape_.error(Code::unknown_type, span, "a parameter cannot be a list",
                 "keep its figures `by` something or in a schedule, or make it a fact");
    return std::nullopt;
  }
  auto out = named_type(*word, span, also);
  if (!out) return std::nullopt;
  const json::NodeId of = shape_.find(object, "of");
  if (out->kind != Kind::choice) {
    if (of.valid()) shape_.error(Code::unknown_key, shape_.doc[of].span, "only a choice or a list has `of`");
    return out;
  }
  if (!of.valid()) {
    shape_.error(Code::missing_key, span, "a choice lacks its options `of`",
                 "list its words: `\"of\": [\"a\", \"b\"]`");
    return std::nullopt;
  }
  const Shape::Step step(shape_, "of");
  const auto choice = options(of);
  if (!choice) return std::nullopt;
  out->choice = *choice;
  return out;
}

/// Reads a literal value as a fact of the domain's type would be.
RFS_INLINE std::optional<Value> Reader::value(json::NodeId id, const Domain& domain, bool bounded,
                                              std::string_view what) {
  const json::Node& node = shape_.doc[id];
  Written written = Written::string;
  std::string_view text = node.text;
  if (node.kind == json::Kind::number) written = Written::number;
  if (node.kind == json::Kind::boolean) {
    written = Written::boolean;
    text = node.boolean ? "true" : "false";
  }
  if (node.kind == json::Kind::object || node.kind == json::Kind::array || node.kind == json::Kind::null) {
    shape_.error(Code::wrong_shape, node.span,
                 "expected " + std::string(what) + ", found " + std::string(json::kind_text(node.kind)));
    return std::nullopt;
  }
  Value out;
  if (auto problem = read_given(text, written, domain, out_.choices, out_.currency, bounded, out)) {
    shape_.error(Code::invalid_value, node.span, std::move(problem->message), std::move(problem->help));
    return std::nullopt;
  }
  return out;
}

/// Reads `places`, `min` and `max`.
RFS_INLINE Domain Reader::domain(json::NodeId object, const Type& type, bool& below, bool& above) {
  Domain out = default_domain(type, out_.currency);
  const json::NodeId places = shape_.find(object, "places");
  if (places.valid()) {
    const Shape::Step step(shape_, "places");
    const json::Node& node = shape_.doc[places];
    if (node.kind != json::Kind::number || node.text.size() > 2 ||
        node.text.find_first_not_of("0123456789") != std::string::npos || std::stoi(node.text) > kMostPlaces) {
      shape_.error(Code::invalid_range, node.span,
                   "expected a whole number of decimals from 0 to " + std::to_string(kMostPlaces));
    } else if (!has_places(type.kind, type.flavour)) {
      shape_.error(Code::invalid_range, node.span, "only a number, percent or money has `places`");
    } else {
      out.places = static_cast<std::size_t>(std::stoi(node.text));
      out.range.most = value::previous_on_step(out.range.most, step_of(out), false);
    }
  }
  for (const bool is_min : {true, false}) {
    const std::string_view key = is_min ? "min" : "max";
    const json::NodeId id = shape_.find(object, key);
    if (!id.valid()) continue;
    const Shape::Step step(shape_, key);
    if (!is_numeric(type.kind)) {
      shape_.error(Code::invalid_range, shape_.doc[id].span,
                   "only numbers, money, dates and durations have `" + std::string(key) + "`");
      continue;
    }
    const auto bound = value(id, out, false, "a value");
    if (!bound) continue;
    const value::Step unit = step_of(out);
    if (unit && !(bound->number / *unit).is_integer()) {
      shape_.error(Code::invalid_range, shape_.doc[id].span,
                   "`" + std::string(key) + "` has more decimals than the `places` of its values");
      continue;
    }
    if ((type.kind == Kind::date && (bound->number < kFirstDate.days || bound->number > kLastDate.days))) continue;
    (is_min ? below : above) = true;
    (is_min ? out.range.least : out.range.most) = bound->number;
  }
  if (out.range.least > out.range.most) {
    const json::NodeId at = shape_.find(object, below ? "min" : "max");
    shape_.error(Code::invalid_range, shape_.doc[at.valid() ? at : object].span,
                 "the range from " + plain({out.range.least, {}}, type, out_.choices, out_.currency) + " to " +
                     plain({out.range.most, {}}, type, out_.choices, out_.currency) + " is empty",
                 below && above ? "`min` must not be above `max`" : "give `min` and `max` both");
    out.range.most = out.range.least;
  }
  return out;
}

RFS_INLINE void Reader::default_of(json::NodeId id, Fact& fact) {
  const Shape::Step step(shape_, "default");
  fact.has_default = true;
  const json::Node& node = shape_.doc[id];
  if (node.kind == json::Kind::string) {
    Value read;
    const auto problem = read_given(node.text, Written::string, fact.domain, out_.choices, out_.currency, true, read);
    if (!problem) {
      fact.default_value = std::move(read);
      return;
    }
    if (is_numeric(fact.domain.type.kind) && (node.text == "least" || node.text == "most")) {
      fact.default_value = Value{node.text == "least" ? fact.domain.range.least : fact.domain.range.most, {}};
      return;
    }
    // A text that would be a value but for its size or form is a mistake in the value; anything else is an expression.
    if (problem->code == Code::unreadable_fact || problem->code == Code::fact_word) {
      fact.default_expression = expression(id);
      return;
    }
    shape_.error(Code::invalid_value, node.span, problem->message, problem->help);
    return;
  }
  if (node.kind == json::Kind::array) {
    fact.default_expression = expression(id);
    return;
  }
  fact.default_value = value(id, fact.domain, true, "a value or an expression");
}

RFS_INLINE void Reader::fact(const json::Member& member) {
  Fact out;
  out.name = {member.key, member.key_span};
  const json::Node& declaration = shape_.doc[member.value];
  if (declaration.kind == json::Kind::string) {  // as the fields of a list may be declared
    const std::string instead = "{ \"type\": " + source::quote(declaration.text) + " }";
    Diagnostic& finding = shape_.error(Code::wrong_shape, declaration.span, "expected an object, found a string",
                                       "a fact may have more than a type: write `" + instead + "`");
    finding.fixes.push_back({"make it an object", {{declaration.span, instead}}});
    out_.facts.push_back(std::move(out));  // its uses are no further mistakes
    return;
  }
  if (!shape_.object(member.value, keys::fact, "a fact")) {
    out_.facts.push_back(std::move(out));  // its uses are no further mistakes
    return;
  }
  const json::NodeId word = shape_.find(member.value, "type");
  if (word.valid() && shape_.doc[word].kind == json::Kind::string && shape_.doc[word].text == kListWord) {
    list(member.value, out);
  } else if (const auto declared = type(member.value, kListWord)) {
    bool below = false, above = false;
    out.domain = domain(member.value, *declared, below, above);
    for (const std::string_view key : {"fields", "max_items"}) {
      const json::NodeId id = shape_.find(member.value, key);
      if (id.valid())
        shape_.error(Code::unknown_key, shape_.doc[id].span, "only a list has `" + std::string(key) + "`");
    }
  }
  out.words = words(member.value, true);
  if (out.words.any() && out.domain.type.kind != Kind::boolean && out.domain.type.kind != Kind::error) {
    for (const auto key : {"title", "met", "unmet"}) {
      const json::NodeId id = shape_.find(member.value, key);
      if (id.valid())
        shape_.error(Code::unknown_key, shape_.doc[id].span, std::string("only a bool fact has `") + key + "`",
                     "use `ask`, or a definition");
    }
    out.words.title = out.words.met = out.words.unmet = {};
  }
  if (const auto who = shape_.one_of(member.value, "given_by", words::given_by)) out.given_by = *who;
  if (const auto how = shape_.one_of(member.value, "can_change", words::can_change)) out.can_change = *how;
  const json::NodeId absent = shape_.find(member.value, "default");
  const bool is_list = out.domain.type.kind == Kind::list;  // whose default is read with it
  if (absent.valid() && !is_list && out.domain.type.kind != Kind::error) default_of(absent, out);
  out_.facts.push_back(std::move(out));
}

RFS_INLINE void Reader::facts(json::NodeId id) {
  const Shape::Step step(shape_, "facts");
  if (!shape_.expect(id, json::Kind::object)) return;
  for (const json::Member& member : shape_.doc[id].members) {
    const Shape::Step at(shape_, member.key.empty() ? "?" : std::string_view(member.key));
    if (name(member, "a fact")) fact(member);
  }
}

/// Reads `source`: a key, or a list of keys.
RFS_INLINE std::vector<std::string> Reader::sources_of(json::NodeId object) {
  std::vector<std::string> out;
  const json::NodeId id = shape_.find(object, "source");
  if (!id.valid()) return out;
  const Shape::Step step(shape_, "source");
  const json::Node& node = shape_.doc[id];
  const std::vector<json::NodeId> items = node.kind == json::Kind::array ? node.items : std::vector{id};
  for (const json::NodeId item : items) {
    if (!shape_.expect(item, json::Kind::string)) continue;
    const std::string& key = shape_.doc[item].text;
    if (!source_keys_.contains(key) && unknown_sources_.insert(key).second) {
      const std::string near = diag::nearest(key, {source_keys_.begin(), source_keys_.end()});
      Diagnostic& finding = shape_.error(Code::unknown_source, shape_.doc[item].span, "unknown source `" + key + "`",
                                         near.empty() ? "declare it under `sources`" : "did you mean `" + near + "`?");
      if (!near.empty())
        finding.fixes.push_back({"write `" + near + "`", {{shape_.doc[item].span, "\"" + near + "\""}}});
    }
    out.push_back(key);
  }
  return out;
}

RFS_INLINE void Reader::sources(json::NodeId id) {
  const Shape::Step step(shape_, "sources");
  if (!shape_.expect(id, json::Kind::object)) return;
  for (const json::Member& member : shape_.doc[id].members) {
    const Shape::Step at(shape_, member.key.empty() ? "?" : std::string_view(member.key));
    if (!is_word(member.key)) {
      shape_.error(Code::invalid_word, member.key_span, "`" + member.key + "` is not a word");
    }
    source_keys_.insert(member.key);
    if (!shape_.object(member.value, keys::source, "a source")) continue;
    Source out;
    out.key = {member.key, member.key_span};
    out.title = shape_.string(member.value, "title").value_or("");
    out.url = shape_.string(member.value, "url").value_or("");
    for (const auto key : {"published", "retrieved"}) {
      if (const auto date = shape_.date(member.value, key)) {
        (std::string_view(key) == "published" ? out.published : out.retrieved) = date->text();
      }
    }
    out_.sources.push_back(std::move(out));
  }
}

}  // namespace rfs::inline RFS_ABI::rule::detail
