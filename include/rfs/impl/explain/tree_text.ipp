#pragma once

#include <algorithm>

#include "rfs/explain/tree.hpp"
#include "rfs/impl/explain/tree.ipp"

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

/// `raised = $149.99, race_cost = $1,000.00`.
RFS_INLINE std::string equations(const std::vector<Named>& values) {
  std::string out;
  for (const Named& one : values) out += (out.empty() ? "" : ", ") + one.name + " = " + one.value;
  return out;
}

/// `yes  On the ballot for two months  (waited)`.
RFS_INLINE std::string condition_line(const Place& place, bool taken) {
  const std::string note = note_of(place);
  std::string out(truth_word(place.is, taken));
  out.resize(5, ' ');
  out += place.text;
  return note.empty() ? out : out + "  (" + note + ')';
}

RFS_INLINE void place_lines(std::string& out, const Place& place, const Line& at) {
  const std::size_t indent = 4 + 2 * at.depth;
  const std::string role(at.role);
  if (place.kind != Place::Kind::condition) {
    std::string mark(truth_word(place.is, at.taken));
    mark.resize(5, ' ');
    const auto as_it_stands = [](const std::string& text) { return text; };
    const char* rest = at.again ? " as above" : at.cut ? " …" : "";
    return line(out, indent, role + mark + joint(place, as_it_stands) + rest);
  }
  line(out, indent, role + condition_line(place, at.taken));
  if (at.again) return;
  const std::size_t inner = indent + role.size() + 5;
  if (!place.source.empty() && place.source != place.text) line(out, inner, place.source);
  if (!place.values.empty()) line(out, inner, "with " + equations(place.values));
}

RFS_INLINE void step_lines(std::string& out, const Step& step) {
  line(out, 4,
       (step.name.empty() ? step.value : step.name + " = " + step.value) +
           (step.is_table ? ", by " + rows_text(step) + " of its table" : ""));
  if (!step.source.empty()) line(out, 6, step.source + (step.round.empty() ? "" : ", rounded " + step.round));
  if (!step.values.empty()) line(out, 6, "with " + equations(step.values));
}

RFS_INLINE void decision_text(std::string& out, const DecisionExplained& decision) {
  const std::string& name = decision.name;
  out += '\n';
  line(out, 0, (decision.title.empty() ? name : decision.title + " (" + name + ')') + ": " + verdict(decision));
  if (!decision.sentence.empty()) line(out, 2, decision.sentence);
  const std::vector<const Place*> because = deciding(decision);
  if (!because.empty()) line(out, 2, decision.status == Status::undetermined ? "open:" : "because:");
  for (const Place* place : because) line(out, 4, condition_line(*place, true));
  line(out, 2, "conditions:");
  for (const Line& at : lines(decision.places)) place_lines(out, decision.places[at.place], at);

  if (!decision.steps.empty()) line(out, 2, "amount:");
  for (const Step& step : decision.steps) step_lines(out, step);
  if (!decision.needed.empty()) line(out, 2, "needed:");
  std::size_t width = 0;
  for (const Needed& needed : decision.needed) width = std::max(width, needed.name.size());
  for (const Needed& needed : decision.needed) {
    std::string shown = needed.name;
    if (!needed.ask.empty()) shown += std::string(width - shown.size() + 2, ' ') + needed.ask;
    if (needed.given_by != "applicant") shown += "  (given by " + needed.given_by + ')';
    line(out, 4, shown);
  }
  if (!decision.missing.empty()) line(out, 2, "figures not on file:");
  for (const std::string& missing : decision.missing) line(out, 4, missing);
}

}  // namespace detail

RFS_INLINE std::string Explanation::text() const {
  using detail::line;
  const std::string name = version.empty() ? rules : rules + ", version " + version;
  std::string out;
  line(out, 0, title.empty() ? name : title + " (" + name + ')');
  line(out, 0, "as of " + as_of);
  if (!problems.empty()) return out + '\n' + problems.render();
  for (const DecisionExplained& decision : decisions) detail::decision_text(out, decision);
  if (!definitions.empty()) out += '\n';
  for (const Named& one : definitions) line(out, 0, one.name + ": " + one.value);
  if (!assumed.empty()) out += "\nassumed, as not given:\n";
  for (const Named& one : assumed) line(out, 2, one.name + " = " + one.value);
  if (!figures.empty()) out += "\nfigures read:\n";
  for (const Figure& figure : figures) {
    const std::string sources = detail::joined(figure.sources, "; ");
    line(out, 2,
         figure.lookup + " = " + figure.value + ", from " + figure.from +
             (sources.empty() ? "" : "  (" + sources + ')'));
  }
  return out;
}

}  // namespace rfs::inline RFS_ABI::explain
