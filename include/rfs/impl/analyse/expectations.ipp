#pragma once

#include <algorithm>

#include "rfs/diag/suggest.hpp"
#include "rfs/impl/analyse/expectations.hpp"
#include "rfs/rule/given.hpp"

namespace rfs::inline RFS_ABI::analyse::detail {

/// A step of the path that may be empty, as keys of JSON may be.
RFS_INLINE std::string_view step_name(std::string_view key) { return key.empty() ? std::string_view("?") : key; }

RFS_INLINE std::string list_text(const std::vector<std::string>& names) {
  std::string out = "[";
  for (const std::string& name : names) out.append(out.size() == 1 ? "" : ", ").append(name);
  return out + "]";
}

/// The names as a JSON array.
RFS_INLINE std::string list_json(const std::vector<std::string>& names) {
  std::string out = "[";
  for (const std::string& name : names) out.append(out.size() == 1 ? "" : ", ").append(json::quote(name));
  return out + "]";
}

RFS_INLINE std::string truth_json(Bool3 truth) {
  if (truth == Bool3::unknown) return "null";
  return truth == Bool3::yes ? "true" : "false";
}

RFS_INLINE std::string_view truth_text(Bool3 truth) {
  if (truth == Bool3::unknown) return "unknown";
  return truth == Bool3::yes ? "true" : "false";
}

/// Reads `458041/176`.
RFS_INLINE std::optional<Exact> read_fraction(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view above = text.substr(0, slash), below = text.substr(slash + 1);
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (!digits(above.substr(above.substr(0, 1) == "-" ? 1 : 0)) || !digits(below)) return std::nullopt;
  const auto numerator = Exact::parse(above), denominator = Exact::parse(below);
  if (!numerator || !denominator || denominator->is_zero()) return std::nullopt;
  return *numerator / *denominator;
}

RFS_INLINE void Expectations::wrong(json::NodeId id, std::string message, std::string help) {
  shape_.error(Code::invalid_expectation, shape_.doc[id].span, std::move(message), std::move(help));
}

RFS_INLINE void Expectations::unknown(source::Span span, std::string_view name, std::string_view what,
                                      const Names& known) {
  const std::string near = diag::nearest(name, {known.begin(), known.end()});
  Diagnostic& finding =
      shape_.error(Code::unknown_expectation, span, "`" + std::string(name) + "` is not " + std::string(what),
                   near.empty() ? "" : "did you mean `" + near + "`?");
  if (!near.empty()) finding.fixes.push_back({"write `" + near + "`", {{span, "\"" + near + "\""}}});
}

RFS_INLINE void Expectations::differs(json::NodeId id, std::string_view expected, std::string_view found,
                                      std::string instead) {
  const std::string& path = shape_.path();
  std::string message = "expected " + std::string(expected) + ", found " + std::string(found);
  failures_.push_back(
      {shape_.doc[id].span, path.substr(std::min(root_, path.size())), std::move(message), std::move(instead)});
}

RFS_INLINE std::string Expectations::plain(const Value& value, const Type& type) const {
  const std::string text = rule::plain(value, type, rules_.module().choices, rules_.file().currency);
  return type.kind == Kind::text ? json::quote(text) : text;
}

RFS_INLINE std::string Expectations::text(const program::Reading& found, const Type& type) const {
  if (is_numeric(type.kind)) {
    const std::string least = plain({found.interval.least, {}}, type);
    return found.interval.known() ? least : least + " to " + plain({found.interval.most, {}}, type);
  }
  if (!found.known(type.kind)) return "unknown";
  if (type.kind == Kind::text) return plain({{}, *found.text}, type);
  if (type.kind == Kind::choice) return plain({static_cast<std::int64_t>(found.words.front()), {}}, type);
  return std::string(truth_text(found.truth));
}

RFS_INLINE std::string Expectations::json_text(const program::Reading& found, const Type& type) const {
  if (is_numeric(type.kind)) {
    std::string least = json::quote(plain({found.interval.least, {}}, type));
    if (found.interval.known()) return least;
    return "{ \"least\": " + least + ", \"most\": " + json::quote(plain({found.interval.most, {}}, type)) + " }";
  }
  if (type.kind == Kind::boolean) return truth_json(found.truth);
  if (!found.known(type.kind)) return "null";
  if (type.kind == Kind::text) return json::quote(*found.text);
  return json::quote(plain({static_cast<std::int64_t>(found.words.front()), {}}, type));
}

RFS_INLINE std::optional<Value> Expectations::read(json::NodeId id, const Type& type) {
  const json::Node& node = shape_.doc[id];
  const bool is_number = node.kind == json::Kind::number, is_bool = node.kind == json::Kind::boolean;
  if (!is_number && !is_bool && node.kind != json::Kind::string) {
    wrong(id, "expected a value, found " + std::string(json::kind_text(node.kind)));
    return std::nullopt;
  }
  Value out;
  if (node.kind == json::Kind::string && (type.kind == Kind::number || type.kind == Kind::money)) {
    if (const auto fraction = read_fraction(node.text)) {
      out.number = *fraction;
      return out;
    }
  }
  const rule::Written written = is_number ? rule::Written::number
                                : is_bool ? rule::Written::boolean
                                          : rule::Written::string;
  const std::string content = is_bool ? (node.boolean ? "true" : "false") : node.text;
  const rule::Domain domain = rule::default_domain(type, rules_.file().currency);
  auto problem =
      rule::read_given(content, written, domain, rules_.module().choices, rules_.file().currency, false, out);
  if (!problem) return out;
  wrong(id, std::move(problem->message), std::move(problem->help));
  return std::nullopt;
}

RFS_INLINE void Expectations::bound(json::NodeId id, const Type& type, const std::optional<Exact>& found) {
  const auto expected = read(id, type);
  if (!expected || !found || expected->number == *found) return;
  const std::string is = plain({*found, {}}, type);
  differs(id, plain(*expected, type), is, json::quote(is));
}

RFS_INLINE void Expectations::value(json::NodeId id, const Type& type, const std::optional<program::Reading>& found) {
  const json::Node& node = shape_.doc[id];
  if (node.kind == json::Kind::null) {
    if (found && found->known(type.kind)) differs(id, "unknown", text(*found, type), json_text(*found, type));
    return;
  }
  if (node.kind == json::Kind::object) {
    if (!is_numeric(type.kind)) return wrong(id, "only numbers, money, dates and durations have bounds");
    shape_.object(id, rule::keys::bounds, "bounds");
    for (const std::string_view key : {"least", "most"}) {
      const json::NodeId end = shape_.find(id, key);
      if (!end.valid()) continue;
      const rule::detail::Shape::Step step(shape_, key);
      std::optional<Exact> is;
      if (found) is = key == "least" ? found->interval.least : found->interval.most;
      bound(end, type, is);
    }
    return;
  }
  const auto expected = read(id, type);
  if (!expected || !found) return;
  bool same = found->known(type.kind);
  if (is_numeric(type.kind)) {
    same = same && found->interval.least == expected->number;
  } else if (type.kind == Kind::text) {
    same = same && *found->text == expected->text;
  } else if (type.kind == Kind::choice) {
    same = same && Exact(static_cast<std::int64_t>(found->words.front())) == expected->number;
  } else {
    same = same && (found->truth == Bool3::yes) == !expected->number.is_zero();
  }
  if (!same) differs(id, plain(*expected, type), text(*found, type), json_text(*found, type));
}

RFS_INLINE void Expectations::definition(json::NodeId id, DefinitionId definition) {
  std::optional<program::Reading> found;
  if (compares()) found = outcome_->reading(definition);
  const Type& type = rules_.module().definitions[definition].type;
  if (type.kind == Kind::list && shape_.doc[id].kind == json::Kind::array) return items(id, definition);
  value(id, outcome_type(type), found);
}

RFS_INLINE void Expectations::status(json::NodeId object, DecisionId decision) {
  const json::NodeId id = shape_.find(object, "status");
  if (!id.valid()) return;
  const rule::detail::Shape::Step step(shape_, "status");
  const Names words{"eligible", "ineligible", "undetermined", "refused"};
  const json::Node& node = shape_.doc[id];
  if (node.kind != json::Kind::string || std::find(words.begin(), words.end(), node.text) == words.end()) {
    const std::string near = diag::nearest(node.text, {words.begin(), words.end()});
    return wrong(
        id,
        "expected `eligible`, `ineligible`, `undetermined` or `refused`, found " +
            (node.kind == json::Kind::string ? "`" + node.text + "`" : std::string(json::kind_text(node.kind))),
        near.empty() ? "" : "did you mean `" + near + "`?");
  }
  if (outcome_ == nullptr) return;
  const std::string_view found = status_text(outcome_->status(decision));
  if (found != node.text) differs(id, node.text, found, json::quote(found));
}

RFS_INLINE void Expectations::amount(json::NodeId object, DecisionId decision) {
  const typed::Decision& declared = rules_.module().decisions[decision];
  std::optional<program::Reading> found;
  if (compares()) {
    if (const auto granted = outcome_->amount(decision)) found.emplace().interval = *granted;
  }
  for (const std::string_view key : {"amount", "least", "most"}) {
    const json::NodeId id = shape_.find(object, key);
    if (!id.valid()) continue;
    const rule::detail::Shape::Step step(shape_, key);
    if (!declared.amount.valid()) {
      wrong(id, "`" + rules_.file().decisions[decision.value].name.text + "` grants no amount");
    } else if (key == "amount") {
      value(id, declared.amount_type, found);
    } else {
      std::optional<Exact> is;
      if (found) is = key == "least" ? found->interval.least : found->interval.most;
      bound(id, declared.amount_type, is);
    }
  }
}

RFS_INLINE void Expectations::names(json::NodeId object, std::string_view key, const Names& known,
                                    std::string_view what, const Names& found) {
  const json::NodeId id = shape_.find(object, key);
  if (!id.valid()) return;
  const rule::detail::Shape::Step step(shape_, key);
  if (!shape_.expect(id, json::Kind::array)) return;
  Names expected;
  for (const json::NodeId item : shape_.doc[id].items) {
    if (!shape_.expect(item, json::Kind::string)) return;
    expected.push_back(shape_.doc[item].text);
    // A cell of a list is named by its place: `gifts[3].state`. That it is needed, only an outcome tells.
    const std::string_view name = std::string_view(expected.back()).substr(0, expected.back().find('['));
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return unknown(shape_.doc[item].span, expected.back(), what, known);
    }
  }
  if (compares() && expected != found) differs(id, list_text(expected), list_text(found), list_json(found));
}

RFS_INLINE void Expectations::decision(json::NodeId id, DecisionId decision) {
  if (shape_.doc[id].kind != json::Kind::object) {
    return wrong(id,
                 "expected an object with parts of a decision's outcome, found " +
                     std::string(json::kind_text(shape_.doc[id].kind)),
                 "write it like `{ \"status\": \"eligible\", \"amount\": \"150.00\" }`");
  }
  shape_.object(id, rule::keys::expected_decision, "an expected decision");
  status(id, decision);
  amount(id, decision);
  Names listed, facts;
  const auto& lines = rules_.program().decisions[decision].conditions;
  for (const program::Condition& line : lines) listed.push_back(line.name);
  for (const rule::Fact& fact : rules_.file().facts) facts.push_back(fact.name.text);
  Reasons why;
  if (compares()) why = reasons(*outcome_, decision);
  const auto chosen = [&](const std::vector<std::uint32_t>& indices) {
    Names out;
    for (const std::uint32_t index : indices) out.push_back(listed[index]);
    return out;
  };
  const std::string what = "a condition of `" + rules_.file().decisions[decision.value].name.text + "`";
  names(id, "met", listed, what, chosen(why.met));
  names(id, "unmet", listed, what, chosen(why.unmet));
  names(id, "undetermined", listed, what, chosen(why.undetermined));
  Names needed;
  for (const std::string& name : needed_names(rules_, why)) needed.push_back(name);
  names(id, "needed", facts, "a fact", needed);
  missing(id, why);
  conditions(id, decision);
}

RFS_INLINE void Expectations::error(json::NodeId id) {
  const json::Node& node = shape_.doc[id];
  const bool is_code = node.kind == json::Kind::string && node.text.size() == 6 &&
                       node.text.compare(0, 4, "RFS6") == 0 &&
                       node.text.find_first_not_of("0123456789", 3) == std::string::npos;
  if (!is_code) return wrong(id, "expected the code of a refusal", "write it like `RFS603`");
  if (outcome_ == nullptr) return;
  Names found;
  for (const Diagnostic& problem : outcome_->problems().all()) {
    std::string code = diag::code_text(problem.code);
    if (code == node.text) return;
    found.push_back(std::move(code));
  }
  differs(id, node.text, found.empty() ? "no error" : list_text(found),
          found.empty() ? "" : json::quote(found.front()));
}

/// An applicant who was refused although the test expects an outcome: the reasons, once.
RFS_INLINE void Expectations::refused_otherwise(const rule::Test& test) {
  for (const Diagnostic& problem : outcome_->problems().all()) {
    const std::string code = diag::code_text(problem.code);
    differs(test.expect, "an outcome", code + ": " + problem.message,
            failures_.empty() ? "{ \"error\": \"" + code + "\" }" : "");
  }
}

RFS_INLINE std::vector<Failure> Expectations::walk(const rule::Test& test) {
  const rule::detail::Shape::Step step(shape_, "expect");
  root_ = shape_.path().size() + 1;
  const auto& decisions = rules_.file().decisions;
  const auto& definitions = rules_.file().definitions;
  const auto find = [](const auto& declared, std::string_view name) {
    return static_cast<std::size_t>(
        std::find_if(declared.begin(), declared.end(), [&](const auto& one) { return one.name.text == name; }) -
        declared.begin());
  };
  expects_refusal_ = false;
  for (const json::Member& member : shape_.doc[test.expect].members) {
    const rule::detail::Shape::Step at(shape_, step_name(member.key));
    const std::size_t which = find(decisions, member.key), value_of = find(definitions, member.key);
    if (which < decisions.size()) {
      decision(member.value, DecisionId(which));
      const json::Node& node = shape_.doc[member.value];
      const json::NodeId is = node.kind == json::Kind::object ? shape_.find(member.value, "status") : json::NodeId();
      expects_refusal_ = expects_refusal_ || (is.valid() && shape_.doc[is].text == "refused");
    } else if (value_of < definitions.size()) {
      definition(member.value, DefinitionId(value_of));
    } else if (member.key == "error") {
      error(member.value);
      expects_refusal_ = true;
    } else {
      Names known;
      for (const rule::Decision& one : decisions) known.push_back(one.name.text);
      for (const rule::Definition& one : definitions) known.push_back(one.name.text);
      unknown(member.key_span, member.key, "a decision or definition", known);
    }
  }
  if (outcome_ != nullptr && outcome_->refused() && !expects_refusal_) {
    failures_.clear();
    refused_otherwise(test);
  }
  return std::move(failures_);
}

}  // namespace rfs::inline RFS_ABI::analyse::detail
