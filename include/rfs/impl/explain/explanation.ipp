#pragma once

#include "rfs/explain/explanation.hpp"

#include <algorithm>
#include <vector>

#include "rfs/evaluate/reasons.hpp"
#include "rfs/explain/text.hpp"
#include "rfs/program/program.hpp"
#include "rfs/rule/given.hpp"
#include "rfs/value/text.hpp"

namespace rfs::inline RFS_ABI::explain {

namespace detail {

/// A text of a stranger in one line, without what would steer a terminal.
RFS_INLINE std::string one_line(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool c1 = c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (c1) ++i;
    out += c < 0x20 || c == 0x7F || c1 ? ' ' : text[i];
  }
  return out;
}

RFS_INLINE void line(std::string& out, std::size_t indent, std::string_view text) {
  out.append(indent, ' ').append(one_line(text)).append(1, '\n');
}

/// `eligible, $150.00`: the amount where the decision grants one and is not refused.
RFS_INLINE std::string verdict(const Outcome& outcome, DecisionId id) {
  std::string out(status_text(outcome.status(id)));
  const auto amount = outcome.amount(id);
  if (!amount) return out;
  program::Reading reading;
  reading.interval = *amount;
  const Rules& rules = outcome.rules();
  const std::string shown = spoken(reading, rules.module().decisions[id].amount_type, rules);
  return out + ", " + (shown == "?" ? "amount not known" : shown);
}

/// `average_cost[president] on 31 December 2015`.
RFS_INLINE std::string missing_text(const Missing& missing, const Rules& rules) {
  const std::string lookup = lookup_text(rules, missing.parameter, missing.keys);
  return missing.date ? lookup + " on " + value::spoken_date(*missing.date) : lookup;
}

/// `yes  On the ballot for two months  (waited)`.
RFS_INLINE std::string condition_line(const Outcome& outcome, DecisionId id, std::size_t index,
                                      std::string_view language) {
  const program::Condition& condition = outcome.rules().program().decisions[id].conditions[index];
  const Bool3 is = outcome.truth(id, index);
  const std::string text = condition_text(outcome, id, index, language);
  std::string out = is == Bool3::unknown ? "?    " : is == Bool3::yes ? "yes  " : "no   ";
  out += text;
  std::string note = text == condition.name ? "" : condition.name;
  if (!condition.wanted) note += note.empty() ? "not wanted" : ", not wanted";
  return note.empty() ? out : out + "  (" + note + ')';
}

RFS_INLINE void explain_decision(std::string& out, const Outcome& outcome, DecisionId id, std::string_view language) {
  const Rules& rules = outcome.rules();
  const rule::Decision& declared = rules.file().decisions[id.value];
  const program::Decision& decision = rules.program().decisions[id];
  const std::string title = text(outcome, declared.words.title, language);
  const std::string& name = declared.name.text;
  out += '\n';
  line(out, 0, (title.empty() ? name : title + " (" + name + ')') + ": " + verdict(outcome, id));
  const Status status = outcome.status(id);
  const rule::TextId sentence = status == Status::eligible     ? declared.words.met
                                : status == Status::ineligible ? declared.words.unmet
                                                               : rule::TextId{};
  if (sentence.valid()) line(out, 2, text(outcome, sentence, language));

  const Reasons why = reasons(outcome, id);
  std::vector<std::uint32_t> deciding = why.met;
  deciding.insert(deciding.end(), why.unmet.begin(), why.unmet.end());
  deciding.insert(deciding.end(), why.undetermined.begin(), why.undetermined.end());
  if (!deciding.empty()) line(out, 2, status == Status::undetermined ? "open:" : "because:");
  for (const std::uint32_t index : deciding) line(out, 4, condition_line(outcome, id, index, language));
  bool others = false;
  for (std::uint32_t index = 0; index < decision.conditions.size(); ++index) {
    if (std::find(deciding.begin(), deciding.end(), index) != deciding.end()) continue;
    if (!others) line(out, 2, deciding.empty() ? "conditions:" : "other conditions:");
    others = true;
    line(out, 4, condition_line(outcome, id, index, language));
  }

  if (!why.needed.empty()) line(out, 2, "needed:");
  std::size_t width = 0;
  for (const FactId fact : why.needed) width = std::max(width, rules.file().facts[fact.value].name.text.size());
  for (const FactId fact : why.needed) {
    const rule::Fact& needed = rules.file().facts[fact.value];
    const std::string ask = text(outcome, needed.words.ask.valid() ? needed.words.ask : needed.words.title, language);
    std::string shown = needed.name.text;
    if (!ask.empty()) shown += std::string(width - shown.size() + 2, ' ') + ask;
    if (needed.given_by != "applicant") shown += "  (given by " + needed.given_by + ')';
    line(out, 4, shown);
  }
  if (!why.missing.empty()) line(out, 2, "figures not on file:");
  for (const Missing& missing : why.missing) line(out, 4, missing_text(missing, rules));
}

RFS_INLINE std::string source_titles(const rule::File& file, const std::vector<std::string>& keys) {
  std::string out;
  for (const std::string& key : keys) {
    const auto source = std::find_if(file.sources.begin(), file.sources.end(),
                                     [&](const rule::Source& s) { return s.key.text == key; });
    out += "; " + (source == file.sources.end() || source->title.empty() ? key : source->title);
    if (source != file.sources.end() && !source->published.empty()) out += ", " + source->published;
  }
  return out.empty() ? out : "  (" + out.substr(2) + ')';
}

RFS_INLINE void explain_figures(std::string& out, const Outcome& outcome) {
  const Rules& rules = outcome.rules();
  bool any = false;
  for (const FigureRead& read : figures_read(outcome)) {
    const typed::Parameter& parameter = rules.module().parameters[read.parameter];
    const typed::Figure& figure = parameter.figures[read.figure];
    if (figure.null) continue;
    if (!any) out += "\nfigures read:\n";
    any = true;
    const Date from{static_cast<std::int32_t>(parameter.periods[read.period].from)};
    const Value& value = rules.program().parameters[read.parameter].figures[read.figure];
    line(out, 2,
         lookup_text(rules, read.parameter, read.keys) + " = " +
             rule::spoken(value, parameter.domain.type, rules.module().choices, rules.file().currency) + ", from " +
             value::spoken_date(from) + source_titles(rules.file(), figure.sources));
  }
}

RFS_INLINE void explain_assumed(std::string& out, const Outcome& outcome) {
  const Rules& rules = outcome.rules();
  const std::vector<FactId> facts = assumed(outcome);
  if (!facts.empty()) out += "\nassumed, as not given:\n";
  for (const FactId id : facts) {
    const rule::Fact& fact = rules.file().facts[id.value];
    line(out, 2, fact.name.text + " = " + spoken(default_reading(outcome, id), fact.domain.type, rules));
  }
}

}  // namespace detail

RFS_INLINE std::string explanation(Outcome& outcome, std::string_view language) {
  outcome.read_texts();
  const Rules& rules = outcome.rules();
  const rule::File& file = rules.file();
  const std::string title = text(outcome, file.words.title, language);
  const std::string name = file.version.empty() ? file.rules : file.rules + ", version " + file.version;
  std::string out;
  detail::line(out, 0, title.empty() ? name : title + " (" + name + ')');
  detail::line(out, 0, "as of " + value::spoken_date(outcome.as_of()));
  if (outcome.refused()) return out + '\n' + outcome.problems().render();
  for (std::size_t i = 0; i < file.decisions.size(); ++i) {
    detail::explain_decision(out, outcome, DecisionId(i), language);
  }
  if (file.decisions.empty()) out += '\n' + summary(outcome, language);
  detail::explain_assumed(out, outcome);
  detail::explain_figures(out, outcome);
  return out;
}

RFS_INLINE std::string summary(Outcome& outcome, std::string_view language) {
  outcome.read_texts();
  const Rules& rules = outcome.rules();
  const rule::File& file = rules.file();
  std::string out;
  for (std::size_t i = 0; i < file.decisions.size(); ++i) {
    const DecisionId id(i);
    detail::line(out, 0, file.decisions[i].name.text + ": " + detail::verdict(outcome, id));
    const Reasons why = reasons(outcome, id);
    const auto& conditions = rules.program().decisions[id].conditions;
    for (const std::uint32_t index : why.unmet) {
      const char* mark = conditions[index].wanted ? "  unmet: " : "  not wanted: ";
      detail::line(out, 0, mark + condition_text(outcome, id, index, language));
    }
    std::string needed;
    for (const FactId fact : why.needed) needed += (needed.empty() ? "" : ", ") + file.facts[fact.value].name.text;
    if (!needed.empty()) detail::line(out, 2, "needed: " + needed);
    for (const Missing& missing : why.missing) {
      detail::line(out, 2, "not on file: " + detail::missing_text(missing, rules));
    }
  }
  if (!file.decisions.empty() || outcome.refused()) return out;
  // A file without decisions is read for its definitions.
  for (std::size_t i = 0; i < file.definitions.size(); ++i) {
    const DefinitionId id(i);
    detail::line(
        out, 0,
        file.definitions[i].name.text + ": " + spoken(outcome.reading(id), rules.module().definitions[id].type, rules));
  }
  return out;
}

}  // namespace rfs::inline RFS_ABI::explain
