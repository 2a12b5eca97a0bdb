#pragma once

#include <algorithm>

#include "rfs/diag/suggest.hpp"
#include "rfs/evaluate/facts.hpp"
#include "rfs/json/from_source.hpp"

namespace rfs::inline RFS_ABI {

RFS_INLINE Facts::Facts(const Rules& rules)
    : rules_(rules),
      given_(rules.file().facts.size()),
      words_(rules.scaled().possible ? program::FactWords{given_.size()}.size() : 0) {
  clear();
}

RFS_INLINE void Facts::clear() {
  for (std::size_t i = 0; i < given_.size(); ++i) mark(i, program::Given::State::absent);
  problems_ = {};
}

RFS_INLINE const rule::Fact* Facts::find(std::string_view name, std::size_t& index) const {
  const auto& facts = rules_.file().facts;
  const auto& by_name = rules_.data_->facts_by_name;
  const auto at = std::lower_bound(by_name.begin(), by_name.end(), name, [&](FactId id, std::string_view wanted) {
    return facts[id.value].name.text < wanted;
  });
  if (at == by_name.end() || facts[at->value].name.text != name) return nullptr;
  index = at->value;
  return &facts[index];
}

RFS_INLINE void Facts::unknown_name(std::string_view name, Diagnostic finding) {
  std::vector<std::string_view> names;
  for (const rule::Fact& fact : rules_.file().facts) names.push_back(fact.name.text);
  const std::string near = problems_.full() ? std::string() : diag::nearest(name, names);
  finding.code = Code::unknown_fact;
  finding.message = "unknown fact `" + std::string(name) + "`";
  const auto& definitions = rules_.file().definitions;
  const bool computed = std::any_of(definitions.begin(), definitions.end(),
                                    [&](const rule::Definition& one) { return one.name.text == name; });
  finding.help = computed
                     ? "it is a definition, which the rules compute: leave it out, or in a test give it under `fix`"
                 : near.empty() ? "the rules declare no such fact"
                                : "did you mean `" + near + "`?";
  finding.path = std::string(name);
  problems_.add(std::move(finding));
}

RFS_INLINE void Facts::problem(rule::Problem what, std::string_view name, Diagnostic finding) {
  finding.code = what.code;
  finding.message = "`" + std::string(name) + "`: " + what.message;
  finding.help = std::move(what.help);
  finding.path = std::string(name);
  problems_.add(std::move(finding));
}

RFS_INLINE void Facts::set(std::string_view name, std::string_view text) {
  std::size_t index = 0;
  const rule::Fact* fact = find(name, index);
  if (fact == nullptr) return unknown_name(name, {});
  if (fact->domain.type.kind == Kind::list) return read_list(text, index);
  Value value;
  auto wrong = rule::read_given(text, rule::Written::text, fact->domain, rules_.module().choices,
                                rules_.file().currency, true, value);
  if (wrong) return problem(std::move(*wrong), name, {});
  give(index, std::move(value));
}

RFS_INLINE void Facts::give(std::size_t index, Value value) {
  mark(index, program::Given::State::known);
  if (rules_.scaled().possible) {
    const Exact& unit = rules_.scaled().fact_units[index];
    if (!unit.is_zero()) words_[program::FactWords{given_.size()}.value(index)] = *(value.number / unit).to_int64();
  }
  given_[index].value = std::move(value);
}

RFS_INLINE void Facts::mark(std::size_t index, program::Given::State state) {
  given_[index].state = state;
  if (!rules_.scaled().possible) return;
  const program::FactWords words{given_.size()};
  const auto put = [&](std::size_t word, bool bit) {
    const auto mask = static_cast<std::int64_t>(std::uint64_t{1} << index % 64);
    words_[word] = bit ? words_[word] | mask : words_[word] & ~mask;
  };
  put(words.known(index), state == program::Given::State::known);
  put(words.not_unknown(index), state != program::Given::State::unknown);
}

/// Holds a typed value to the fact's declaration, as one in text form would be.
RFS_INLINE void Facts::give_checked(FactId fact, Value value) {
  if (!fact.valid()) return problem({Code::unknown_fact, "an empty handle names no fact", ""}, "", {});
  const rule::Domain& domain = rules_.module().facts[fact].domain;
  const std::string& name = rules_.file().facts[fact.value].name.text;
  const auto shown = [&](const Exact& x) {
    return rule::plain({x, {}}, domain.type, rules_.module().choices, rules_.file().currency);
  };
  if (value.number < domain.range.least || value.number > domain.range.most) {
    return problem({Code::fact_range,
                    "expected a value from " + shown(domain.range.least) + " to " + shown(domain.range.most) +
                        ", found " + value.number.text(),
                    "correct the value, or widen `min` and `max`"},
                   name, {});
  }
  const value::Step step = rule::step_of(domain);
  if (step && !(value.number / *step).is_integer()) {
    return problem({Code::fact_places,
                    "expected at most " + std::to_string(domain.places) + " decimals, found " + value.number.text(),
                    "round it, or give the fact more `places`"},
                   name, {});
  }
  give(fact.value, std::move(value));
}

RFS_INLINE void Facts::set(FactOf<bool> fact, bool value) {
  if (!fact.id().valid()) return give_checked({}, {});
  give(fact.id().value, {value ? 1 : 0, {}});
}
RFS_INLINE void Facts::set(FactOf<std::int64_t> fact, std::int64_t value) { give_checked(fact.id(), {value, {}}); }
RFS_INLINE void Facts::set(FactOf<Exact> fact, const Exact& value) { give_checked(fact.id(), {value, {}}); }
RFS_INLINE void Facts::set(FactOf<Date> fact, Date value) { give_checked(fact.id(), {value.days, {}}); }
RFS_INLINE void Facts::set(FactOf<Months> fact, Months value) { give_checked(fact.id(), {value.count, {}}); }
RFS_INLINE void Facts::set(FactOf<Days> fact, Days value) { give_checked(fact.id(), {value.count, {}}); }

RFS_INLINE void Facts::set(FactOf<Money> fact, Money value) {
  const auto amount = value.in(rules_.file().currency);
  if (amount) return give_checked(fact.id(), {amount->exact(), {}});
  problem({Code::fact_currency, "expected an amount in " + rules_.file().currency + ", found " + value.text(),
           "amounts are in the currency of the file"},
          fact.id().valid() ? std::string_view(rules_.file().facts[fact.id().value].name.text) : "", {});
}

RFS_INLINE void Facts::set(FactOf<Word> fact, Word value) {
  if (!fact.id().valid()) return give_checked({}, {});
  const Type& type = rules_.module().facts[fact.id()].domain.type;
  if (value.index < rules_.module().choices.words(type.choice).size()) {
    return give(fact.id().value, {static_cast<std::int64_t>(value.index), {}});
  }
  problem({Code::fact_word, "expected one of its options, found an empty word", "find words with Rules::word"},
          rules_.file().facts[fact.id().value].name.text, {});
}

RFS_INLINE void Facts::set(FactOf<std::string_view> fact, std::string_view value) {
  if (!fact.id().valid()) return give_checked({}, {});
  set(rules_.file().facts[fact.id().value].name.text, value);
}

RFS_INLINE void Facts::set_unknown(std::string_view name) {
  std::size_t index = 0;
  if (find(name, index) == nullptr) return unknown_name(name, {});
  mark(index, program::Given::State::unknown);
}

RFS_INLINE void Facts::set(FactId fact, std::string_view text, rule::Written written) {
  const rule::Fact& declared = rules_.file().facts[fact.value];
  if (declared.domain.type.kind == Kind::list) {
    if (written == rule::Written::text) return read_list(text, fact.value);
    return refuse(fact, {Code::unreadable_fact, "expected a list, found a single value", "give its items: `[ … ]`"});
  }
  Value value;
  auto wrong =
      rule::read_given(text, written, declared.domain, rules_.module().choices, rules_.file().currency, true, value);
  if (wrong) return refuse(fact, std::move(*wrong));
  give(fact.value, std::move(value));
}

RFS_INLINE void Facts::set_unknown(FactId fact) { mark(fact.value, program::Given::State::unknown); }

RFS_INLINE void Facts::refuse(FactId fact, rule::Problem problem, std::string_view place) {
  const std::string_view name = rules_.file().facts[fact.value].name.text;
  this->problem(std::move(problem), place.empty() ? name : place, {});
}

RFS_INLINE void Facts::read_json(std::string_view text, std::string_view name, const Limits& limits) {
  if (read_flat_json(text, limits)) return;
  auto file = std::make_shared<const source::File>(source::File{std::string(name), std::string(text)});
  const auto document = json::from_source(std::move(file), limits, problems_, kFewerFacts);
  if (document) read_json(*document, document->root);
}

RFS_INLINE void Facts::read_json(const json::Document& document, json::NodeId object) {
  Diagnostic finding;
  finding.file = document.file;
  finding.span = document[object].span;
  if (document[object].kind != json::Kind::object) {
    finding.code = Code::facts_shape;
    finding.message = "expected an object of facts, found " + std::string(json::kind_text(document[object].kind));
    finding.help = "write `{ \"name\": value, … }`";
    problems_.add(std::move(finding));
    return;
  }
  for (const json::Member& member : document[object].members) {
    const json::Node& node = document[member.value];
    finding.span = member.key_span;
    std::size_t index = 0;
    const rule::Fact* fact = find(member.key, index);
    if (fact == nullptr) {
      unknown_name(member.key, finding);
      continue;
    }
    finding.span = node.span;
    if (node.kind == json::Kind::null) {
      mark(index, program::Given::State::unknown);
    } else if (fact->domain.type.kind == Kind::list) {
      read_list(document, member.value, index);
    } else if (auto value = read_value(document, member.value, fact->domain, member.key)) {
      give(index, std::move(*value));
    }
  }
}

/// Reads a value as it stands in JSON; a problem is kept under `name`.
RFS_INLINE std::optional<Value> Facts::read_value(const json::Document& document, json::NodeId id,
                                                  const rule::Domain& domain, std::string_view name) {
  const json::Node& node = document[id];
  Diagnostic finding;
  finding.file = document.file;
  finding.span = node.span;
  rule::Written written = rule::Written::string;
  std::string_view text = node.text;
  if (node.kind == json::Kind::boolean) {
    written = rule::Written::boolean;
    text = node.boolean ? "true" : "false";
  } else if (node.kind == json::Kind::number) {
    written = rule::Written::number;
  } else if (node.kind != json::Kind::string) {
    problem({Code::unreadable_fact, "expected a value, found " + std::string(json::kind_text(node.kind)), ""}, name,
            std::move(finding));
    return std::nullopt;
  }
  Value out;
  auto wrong = rule::read_given(text, written, domain, rules_.module().choices, rules_.file().currency, true, out);
  if (!wrong) return out;
  problem(std::move(*wrong), name, std::move(finding));
  return std::nullopt;
}

}  // namespace rfs::inline RFS_ABI
