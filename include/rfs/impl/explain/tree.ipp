#pragma once

#include "rfs/explain/tree.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "rfs/evaluate/reasons.hpp"
#include "rfs/explain/text.hpp"
#include "rfs/impl/explain/text.ipp"
#include "rfs/program/program.hpp"
#include "rfs/rule/given.hpp"
#include "rfs/value/text.hpp"

namespace rfs::inline RFS_ABI::explain {

namespace detail {

/// What is shown of one condition: a definition that many decisions read may be as long as a file.
inline constexpr std::size_t kMostValues = 24, kMostNodes = 2'000, kMostSource = 400, kMostLookups = 100,
                             kMostSteps = 32;

/// A part of an expression's text in one line.
RFS_INLINE std::string short_source(const Rules& rules, rule::ExpressionId expression, source::Span span) {
  std::string_view text =
      std::string_view(rules.file().expressions[expression].text).substr(span.begin, span.end - span.begin);
  const bool whole = text.size() <= kMostSource;
  std::size_t end = std::min(text.size(), kMostSource);
  while (!whole && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  std::string out = in_one_line(text.substr(0, end));
  return whole ? out : out + " …";
}
RFS_INLINE std::string short_source(const Rules& rules, typed::NodeId id) {
  const typed::Node& node = rules.module()[id];
  return short_source(rules, node.expression, node.span);
}

/// Finds what the names in an expression read.
class Readings {
 public:
  explicit Readings(const Outcome& outcome) : outcome_(outcome), rules_(outcome.rules()) {
    const program::Program& program = rules_.program();
    facts_.resize(program.module->facts.size());
    lookups_.resize(program.module->parameters.size());
    for (std::size_t i = 0; i < program.nodes.size(); ++i) {
      const program::NodeId id(i);
      const program::Node& node = program.nodes[id];
      // The first one of a fact has its default as of the day of evaluation.
      if (node.op == program::Op::fact && !facts_[FactId(node.data)].valid()) facts_[FactId(node.data)] = id;
      if (node.op == program::Op::parameter && !node.on && node.d == program.read_on)
        lookups_[ParameterId(node.data)].push_back(id);
    }
  }

  /// Returns the names in a typed expression and what they read, each once.
  [[nodiscard]] std::vector<Named> in(typed::NodeId root) const {
    std::vector<Named> out;
    std::set<std::string> seen;
    const typed::Module& module = rules_.module();
    const std::uint32_t begin = module[root].begin.value;
    for (std::uint32_t i = begin; i <= root.value && i - begin < kMostNodes && out.size() < kMostValues; ++i) {
      std::optional<Named> one = named(typed::NodeId(i));
      if (one && seen.insert(one->name).second) out.push_back(std::move(*one));
    }
    return out;
  }

 private:
  [[nodiscard]] std::optional<Named> named(typed::NodeId id) const {
    const typed::Module& module = rules_.module();
    const typed::Node& node = module[id];
    switch (node.op) {
      case typed::Op::as_of:
        return Named{"as_of", value::spoken_date(outcome_.as_of())};
      case typed::Op::fact:
        if (node.type.kind == Kind::list) return list(FactId(node.data));
        [[fallthrough]];
      case typed::Op::definition:
      case typed::Op::parameter:
      case typed::Op::on: {
        const std::optional<program::NodeId> found = lowered(id);
        if (!found) return std::nullopt;
        return Named{short_source(rules_, id), spoken(outcome_.reading(*found), node.type, rules_)};
      }
      case typed::Op::eligible: {
        const Status status = outcome_.status(DecisionId(node.data));
        return Named{rules_.file().decisions[node.data].name.text + ".eligible", status == Status::eligible     ? "yes"
                                                                                 : status == Status::ineligible ? "no"
                                                                                                                : "?"};
      }
      case typed::Op::amount: {
        program::Reading reading;
        reading.interval = outcome_.amount(DecisionId(node.data)).value_or(value::Interval{});
        return Named{rules_.file().decisions[node.data].name.text + ".amount", spoken(reading, node.type, rules_)};
      }
      default:
        return std::nullopt;
    }
  }

  /// Returns how many items a list was given; it has no node of its own.
  [[nodiscard]] Named list(FactId id) const {
    const rule::Fact& fact = rules_.file().facts[id.value];
    program::Reading count;
    count.interval = {0, static_cast<std::int64_t>(fact.domain.list->max_items)};
    const program::Given::State state = outcome_.given(id);
    if (state == program::Given::State::known) {
      const auto items = static_cast<std::int64_t>(outcome_.given()[id.value].list->count);
      count.interval = {items, items};
    }
    if (state == program::Given::State::absent && fact.has_default) count.interval = {0, 0};
    return {fact.name.text, spoken(count, fact.domain.type, rules_)};
  }

  /// Returns the node of the program that holds what a name reads; nothing where that cannot be told.
  [[nodiscard]] std::optional<program::NodeId> lowered(typed::NodeId id) const {
    const typed::Node& node = rules_.module()[id];
    if (node.op == typed::Op::fact) return valid(facts_[FactId(node.data)]);
    if (node.op == typed::Op::on || (node.op == typed::Op::parameter && rules_.module().date(id).valid())) {
      const auto found = rules_.program().on.find(id.value);
      return found == rules_.program().on.end() ? std::nullopt : std::optional(found->second);
    }
    if (node.op == typed::Op::definition) return valid(rules_.program().definitions[DefinitionId(node.data)]);
    return node.op == typed::Op::parameter ? lookup(id) : std::nullopt;
  }

  /// Returns the only lookup of the program that can have these keys.
  [[nodiscard]] std::optional<program::NodeId> lookup(typed::NodeId id) const {
    const typed::Module& module = rules_.module();
    const std::vector<program::NodeId>& lookups = lookups_[ParameterId(module[id].data)];
    if (lookups.size() > kMostLookups) return std::nullopt;
    // First the keys: a key may be a lookup itself, and is to be found once.
    std::vector<std::pair<typed::NodeId, std::optional<program::NodeId>>> keys;
    for (const typed::NodeId operand : module.keys(id)) keys.emplace_back(operand, lowered(operand));
    std::optional<program::NodeId> found;
    for (const program::NodeId one : lookups) {
      const program::Node& node = rules_.program()[one];
      const program::NodeId held[] = {node.a, node.b, node.c};
      bool same = true;
      for (std::size_t i = 0; i < keys.size(); ++i) same = same && may_be(keys[i].first, keys[i].second, held[i]);
      if (!same) continue;
      if (found) return std::nullopt;
      found = one;
    }
    // What is looked up for each item of a list reads as the last item left it.
    if (found && rules_.program()[*found].scope != program::kApplicant) return std::nullopt;
    return found;
  }

  /// Whether a key may be what a node of the program holds; of a key that is neither name nor literal, any may.
  [[nodiscard]] bool may_be(typed::NodeId key, std::optional<program::NodeId> lowered, program::NodeId node) const {
    const typed::Node& typed = rules_.module()[key];
    if (typed.op != typed::Op::literal) return !lowered || *lowered == node;
    const program::Node& held = rules_.program()[node];
    return held.op == program::Op::constant &&
           rules_.program().constants[held.data].number == rules_.module().values[typed.data].number;
  }
  [[nodiscard]] static std::optional<program::NodeId> valid(program::NodeId id) {
    return id.valid() ? std::optional(id) : std::nullopt;
  }

  const Outcome& outcome_;
  const Rules& rules_;
  Table<FactId, program::NodeId> facts_;
  Table<ParameterId, std::vector<program::NodeId>> lookups_;
};

/// The text of a node of the program, as it stands in the file.
RFS_INLINE std::string origin_text(const Rules& rules, program::NodeId id) {
  const program::Origin& origin = rules.program().origins[id];
  return origin.expression.valid() ? short_source(rules, origin.expression, origin.span) : std::string();
}

/// How many conditions an `at_least` wants, as it stands in the file.
RFS_INLINE std::string wanted_count(const Rules& rules, program::NodeId id) {
  const std::string whole = origin_text(rules, id);
  const std::size_t begin = whole.find('('), end = whole.find(',');
  if (whole.rfind("at_least", 0) != 0 || begin == std::string::npos || end == std::string::npos || end < begin)
    return {};
  return whole.substr(begin + 1, end - begin - 1);
}

/// Explains the conditions of one decision.
class Conditions {
 public:
  Conditions(const Outcome& outcome, const Readings& readings, DecisionId id, const Reasons& why,
             std::string_view language)
      : outcome_(outcome),
        readings_(readings),
        id_(id),
        decision_(outcome.rules().program().decisions[id]),
        language_(language),
        decides_(decision_.conditions.size(), false) {
    for (const auto* list : {&why.met, &why.unmet, &why.undetermined}) {
      for (const std::uint32_t index : *list) decides_[index] = true;
    }
  }

  /// Lists the places from the root down, each once: the walk shares what definitions share.
  [[nodiscard]] std::vector<Place> places() const {
    const auto& walk = decision_.walk;
    constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
    std::vector<std::size_t> place_of(walk.size(), kNowhere), order;
    std::vector<std::size_t> open{walk.size() - 1};
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      if (place_of[at] != kNowhere) continue;
      place_of[at] = order.size();
      order.push_back(at);
      for (auto child = walk[at].children.rbegin(); child != walk[at].children.rend(); ++child) open.push_back(*child);
    }
    std::vector<Place> out;
    out.reserve(order.size());
    for (const std::size_t at : order) {
      out.push_back(place(walk[at]));
      for (const std::uint32_t child : walk[at].children) out.back().parts.push_back(place_of[child]);
    }
    return out;
  }

 private:
  [[nodiscard]] Place place(const program::Walk& walk) const {
    using Kind = program::Walk::Kind;
    const Rules& rules = outcome_.rules();
    Place out;
    const bool reached = !walk.under.valid() || outcome_.reading(walk.under).truth != Bool3::no;
    out.is = reached ? outcome_.reading(walk.node).truth : Bool3::unknown;
    switch (walk.kind) {
      case Kind::conjunction:
        out.kind = Place::Kind::all;
        break;
      case Kind::disjunction:
        out.kind = Place::Kind::any;
        break;
      case Kind::negation:
        out.kind = Place::Kind::negation;
        break;
      case Kind::branch:
        out.kind = Place::Kind::branch;
        out.test = origin_text(rules, walk.test);
        out.test_is = outcome_.reading(walk.test).truth;
        break;
      case Kind::at_least:
        out.kind = Place::Kind::at_least;
        out.count = wanted_count(rules, walk.node);
        break;
      case Kind::condition:
        describe(out, walk.condition);
        break;
    }
    return out;
  }

  void describe(Place& out, std::uint32_t index) const {
    const Rules& rules = outcome_.rules();
    const program::Condition& condition = decision_.conditions[index];
    out.is = outcome_.truth(id_, index);
    out.line = index;
    out.name = condition.name;
    out.text = condition_text(outcome_, id_, index, language_);
    out.wanted = condition.wanted;
    out.decides = decides_[index];
    typed::NodeId root = condition.typed;
    if (condition.kind == program::Condition::Kind::definition) {
      root = rules.module().definitions[DefinitionId(condition.index)].root;
    }
    if (!root.valid()) return;
    out.source = short_source(rules, root);
    out.values = readings_.in(root);
  }

  const Outcome& outcome_;
  const Readings& readings_;
  DecisionId id_;
  const program::Decision& decision_;
  std::string_view language_;
  std::vector<bool> decides_;
};

/// The amount as people write it, `?` where nothing is known of it; empty where none is granted.
RFS_INLINE std::string amount_or_mark(const Outcome& outcome, DecisionId id) {
  const auto amount = outcome.amount(id);
  if (!amount) return {};
  program::Reading reading;
  reading.interval = *amount;
  const Rules& rules = outcome.rules();
  return spoken(reading, rules.module().decisions[id].amount_type, rules);
}

/// The same in words.
RFS_INLINE std::string spoken_amount(const Outcome& outcome, DecisionId id) {
  std::string out = amount_or_mark(outcome, id);
  return out == "?" ? "amount not known" : out;
}

/// Tells how an amount is computed, definition by definition.
class Steps {
 public:
  Steps(const Outcome& outcome, const Readings& readings) : outcome_(outcome), readings_(readings) {}

  /// Returns the definitions that an amount reads which are no conditions, each before what reads it, and the amount.
  [[nodiscard]] std::vector<Step> of(DecisionId id) const {
    const Rules& rules = outcome_.rules();
    const rule::Decision& declared = rules.file().decisions[id.value];
    const typed::NodeId root = rules.module().decisions[id].amount;
    std::vector<Step> out;
    for (const DefinitionId definition : read_by(root)) out.push_back(definition_step(definition));
    Step amount;
    amount.value = amount_or_mark(outcome_, id);
    amount.source = short_source(rules, root);
    amount.values = readings_.in(root);
    if (declared.mode) {
      const std::string step = rule::plain({declared.step, {}}, {Kind::number}, rules.module().choices, "");
      amount.round = std::string(value::rounding_text(*declared.mode)) + " to " + step +
                     (declared.step_has_currency ? " " + rules.file().currency : "");
    }
    out.push_back(std::move(amount));
    return out;
  }

 private:
  /// Lists the definitions below an expression, the first ones of many: a stack holds what is at work, since chains of
  /// definitions may be long.
  [[nodiscard]] std::vector<DefinitionId> read_by(typed::NodeId root) const {
    const typed::Module& module = outcome_.rules().module();
    std::vector<DefinitionId> out;
    std::set<std::uint32_t> seen;
    struct Open {
      std::optional<DefinitionId> definition;
      std::uint32_t next, end;
    };
    const auto open = [&](std::optional<DefinitionId> definition, typed::NodeId top) {
      return Open{definition, module[top].begin.value, top.value};
    };
    std::vector<Open> stack{open(std::nullopt, root)};
    std::size_t nodes = 0;
    while (!stack.empty() && nodes < kMostNodes && out.size() < kMostSteps) {
      Open& at = stack.back();
      if (at.next > at.end) {
        if (at.definition) out.push_back(*at.definition);
        stack.pop_back();
        continue;
      }
      ++nodes;
      const typed::Node& node = module[typed::NodeId(at.next++)];
      if (node.op != typed::Op::definition || node.type.kind == Kind::boolean || !seen.insert(node.data).second)
        continue;
      const DefinitionId definition(node.data);
      stack.push_back(open(definition, module.definitions[definition].root));
    }
    return out;
  }

  [[nodiscard]] Step definition_step(DefinitionId id) const {
    const Rules& rules = outcome_.rules();
    const typed::Definition& definition = rules.module().definitions[id];
    Step out;
    out.name = rules.file().definitions[id.value].name.text;
    out.value = spoken(outcome_.reading(id), definition.type, rules);
    const auto rows = rules.program().rows.find(id.value);
    out.is_table = rows != rules.program().rows.end();
    if (!out.is_table) {
      out.source = short_source(rules, definition.root);
      out.values = readings_.in(definition.root);
      return out;
    }
    const bool all = rule::is_collecting(rules.module().tables[rules.module()[definition.root].data].hit);
    for (std::size_t i = 0; i < rows->second.size(); ++i) {
      const Bool3 holds = outcome_.reading(rows->second[i]).truth;
      if (holds == Bool3::no) continue;
      out.rows.push_back(i + 1);
      if (!all && holds == Bool3::yes) break;
    }
    return out;
  }

  const Outcome& outcome_;
  const Readings& readings_;
};

/// `row 2`, `rows 1, 3`, `no row` of a table that gave a value; those that are possible, while that is open.
RFS_INLINE std::string rows_text(const Step& step) {
  std::string out;
  for (const std::size_t row : step.rows) out += (out.empty() ? "" : ", ") + std::to_string(row);
  return out.empty() ? "no row" : (step.rows.size() == 1 ? "row " : "rows ") + out;
}

/// `average_cost[president] on 31 December 2015`.
RFS_INLINE std::string missing_text(const Missing& missing, const Rules& rules) {
  const std::string lookup = lookup_text(rules, missing.parameter, missing.keys);
  return missing.date ? lookup + " on " + value::spoken_date(*missing.date) : lookup;
}

RFS_INLINE DecisionExplained explain_decision(const Outcome& outcome, const Readings& readings, DecisionId id,
                                              std::string_view language) {
  const Rules& rules = outcome.rules();
  const rule::Decision& declared = rules.file().decisions[id.value];
  DecisionExplained out;
  out.name = declared.name.text;
  out.title = text(outcome, declared.words.title, language);
  out.status = outcome.status(id);
  out.amount = spoken_amount(outcome, id);
  if (out.status == Status::eligible) out.sentence = text(outcome, declared.words.met, language);
  if (out.status == Status::ineligible) out.sentence = text(outcome, declared.words.unmet, language);
  const Reasons why = reasons(outcome, id);
  out.places = Conditions(outcome, readings, id, why, language).places();
  for (const std::string& name : needed_names(rules, why)) {
    const std::string_view fact = std::string_view(name).substr(0, name.find('['));  // a cell: `gifts[2].state`
    const auto needed = std::find_if(rules.file().facts.begin(), rules.file().facts.end(),
                                     [&](const rule::Fact& one) { return one.name.text == fact; });
    const rule::TextId ask = needed->words.ask.valid() ? needed->words.ask : needed->words.title;
    out.needed.push_back({name, text(outcome, ask, language), needed->given_by});
  }
  const auto granted = outcome.amount(id);
  const bool nothing = !granted || (out.status == Status::ineligible && granted->known());
  if (!nothing) out.steps = Steps(outcome, readings).of(id);
  for (const Missing& missing : why.missing) out.missing.push_back(missing_text(missing, rules));
  return out;
}

RFS_INLINE std::string source_title(const rule::File& file, const std::string& key) {
  const auto source =
      std::find_if(file.sources.begin(), file.sources.end(), [&](const rule::Source& s) { return s.key.text == key; });
  if (source == file.sources.end()) return key;
  const std::string& title = source->title.empty() ? key : source->title;
  const auto published = Date::parse(source->published);
  return published ? title + ", " + value::spoken_date(*published) : title;
}

RFS_INLINE std::vector<Figure> explain_figures(const Outcome& outcome) {
  const Rules& rules = outcome.rules();
  std::vector<Figure> out;
  for (const FigureRead& read : figures_read(outcome)) {
    const typed::Parameter& parameter = rules.module().parameters[read.parameter];
    const typed::Figure& figure = parameter.figures[read.figure];
    if (figure.null) continue;
    const Date from{static_cast<std::int32_t>(parameter.periods[read.period].from)};
    const Value& value = rules.program().parameters[read.parameter].figures[read.figure];
    const std::string on = read.on ? " on " + value::spoken_date(*read.on) : "";
    out.push_back({figure_text(rules, read) + on,
                   rule::spoken(value, parameter.domain.type, rules.module().choices, rules.file().currency),
                   value::spoken_date(from),
                   {}});
    for (const std::string& key : figure.sources) out.back().sources.push_back(source_title(rules.file(), key));
  }
  return out;
}

/// How the places of a decision stand under each other.
struct Line {
  std::size_t place = 0;
  std::size_t depth = 0;
  std::string_view role;  ///< `then`, `else` under an `if`
  bool taken = true;      ///< not under the branch of an `if` that was not taken
  bool again = false;     ///< stands above already, with its parts
  bool cut = false;       ///< its parts stand too deep to be shown
};

inline constexpr std::size_t kMostDepth = 24;

RFS_INLINE std::vector<Line> lines(const std::vector<Place>& places) {
  std::vector<Line> out, open;
  std::vector<bool> shown(places.size(), false);
  if (!places.empty()) open.push_back({});
  while (!open.empty()) {
    Line line = open.back();
    open.pop_back();
    const Place& place = places[line.place];
    line.again = shown[line.place];
    line.cut = !place.parts.empty() && line.depth >= kMostDepth;
    shown[line.place] = true;
    out.push_back(line);
    if (line.again || line.cut) continue;
    for (std::size_t i = place.parts.size(); i-- > 0;) {
      Line part{place.parts[i], line.depth + 1, {}, line.taken, false, false};
      if (place.kind == Place::Kind::branch) {
        part.role = i == 0 ? "then " : "else ";
        part.taken = line.taken && place.test_is != (i == 0 ? Bool3::no : Bool3::yes);
      }
      open.push_back(part);
    }
  }
  return out;
}

/// `yes`, `no`, `?`; `-` where it does not count.
RFS_INLINE std::string_view truth_word(Bool3 is, bool taken) {
  if (!taken) return "-";
  return is == Bool3::unknown ? "?" : is == Bool3::yes ? "yes" : "no";
}

/// How a place that has parts begins: `all of:`. The test of an `if` goes through `source`.
template <class Source>
std::string joint(const Place& place, Source source) {
  switch (place.kind) {
    case Place::Kind::all:
      return "all of:";
    case Place::Kind::any:
      return "any of:";
    case Place::Kind::negation:
      return "not:";
    case Place::Kind::branch:
      return "if " + source(place.test) + " (" + std::string(truth_word(place.test_is, true)) + "):";
    case Place::Kind::at_least:
      return "at least " + source(place.count) + " of:";
    case Place::Kind::condition:
      break;
  }
  return {};
}

/// `waited`, `barred, not wanted`: what stands behind a condition's sentence.
RFS_INLINE std::string note_of(const Place& place) {
  std::string note = place.text == place.name ? "" : place.name;
  if (!place.wanted) note += note.empty() ? "not wanted" : ", not wanted";
  return note;
}

/// The conditions that decide, each once, in the order of the decision's list.
RFS_INLINE std::vector<const Place*> deciding(const DecisionExplained& decision) {
  std::map<std::size_t, const Place*> by_line;
  for (const Place& place : decision.places) {
    if (place.decides) by_line.emplace(place.line, &place);
  }
  std::vector<const Place*> out;
  for (const auto& [line, place] : by_line) out.push_back(place);
  return out;
}

/// `eligible, $150.00`.
RFS_INLINE std::string verdict(const DecisionExplained& decision) {
  const std::string status(status_text(decision.status));
  return decision.amount.empty() ? status : status + ", " + decision.amount;
}

RFS_INLINE std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) out.append(out.empty() ? "" : between).append(word);
  return out;
}

}  // namespace detail

RFS_INLINE Explanation explain(Outcome& outcome, std::string_view language) {
  outcome.read_texts();
  const Rules& rules = outcome.rules();
  const rule::File& file = rules.file();
  Explanation out;
  out.title = text(outcome, file.words.title, language);
  out.rules = file.rules;
  out.version = file.version;
  out.digest = rules.digest();
  out.as_of = value::spoken_date(outcome.as_of());
  out.problems = outcome.problems();
  if (outcome.refused()) return out;
  const detail::Readings readings(outcome);
  for (std::size_t i = 0; i < file.decisions.size(); ++i) {
    out.decisions.push_back(detail::explain_decision(outcome, readings, DecisionId(i), language));
  }
  for (std::size_t i = 0; i < file.definitions.size() && file.decisions.empty(); ++i) {
    const DefinitionId id(i);
    out.definitions.push_back(
        {file.definitions[i].name.text, spoken(outcome.reading(id), rules.module().definitions[id].type, rules)});
  }
  for (const FactId id : assumed(outcome)) {
    const rule::Fact& fact = file.facts[id.value];
    const bool is_list = fact.domain.type.kind == Kind::list;  // empty: it has no other default
    out.assumed.push_back(
        {fact.name.text, is_list ? "empty" : spoken(default_reading(outcome, id), fact.domain.type, rules)});
  }
  out.figures = detail::explain_figures(outcome);
  return out;
}

RFS_INLINE bool speaks(const Rules& rules, std::string_view language) {
  for (const rule::Text& text : rules.file().texts) {
    for (const rule::Translation& translation : text.translations) {
      if (translation.language == language) return true;
    }
  }
  return false;
}

}  // namespace rfs::inline RFS_ABI::explain

namespace rfs::inline RFS_ABI {

RFS_INLINE explain::Explanation Rules::explain(const Facts& facts, Date as_of, std::string_view language) const {
  Outcome outcome(*this);
  evaluate(facts, as_of, outcome);
  return explain::explain(outcome, language);
}

}  // namespace rfs::inline RFS_ABI
