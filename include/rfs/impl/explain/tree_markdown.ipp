#pragma once

#include <algorithm>

#include "rfs/explain/tree.hpp"
#include "rfs/impl/explain/tree_text.ipp"

namespace rfs::inline RFS_ABI::explain {

namespace detail {

RFS_INLINE bool is_digit(char c) { return c >= '0' && c <= '9'; }
RFS_INLINE bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0; }

/// Whether a character in the middle of a text could begin or join markup: signs of CommonMark and HTML, and what is
/// taken for an address (`//host`, `name@host`, `www.host`) or, `$x$`, for a formula.
RFS_INLINE bool is_markup(char before, char c, char after) {
  if (c == '/') return after == '/';
  if (c == '$') return !is_digit(after);
  if (c == '.') {
    return (is_letter(before) && (is_letter(after) || is_digit(after))) || (is_digit(before) && is_letter(after));
  }
  return std::string_view("\\`*_[]<>#|~&!@").find(c) != std::string_view::npos;
}

/// A text of a stranger as Markdown that shows it as it is: neither markup nor HTML, in one line.
RFS_INLINE std::string escaped(std::string_view text) {
  std::string plain = one_line(text);
  plain.erase(0, std::min(plain.find_first_not_of(' '), plain.size()));  // four blanks would begin a block of code
  std::string out;
  bool number = true;  // so far only digits: `1.` and `1)` begin a list
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const char c = plain[i];
    const bool markup = is_markup(i > 0 ? plain[i - 1] : ' ', c, i + 1 < plain.size() ? plain[i + 1] : ' ');
    const bool begins = i == 0 && (c == '-' || c == '+' || c == '=');
    const bool item = number && i > 0 && (c == '.' || c == ')');
    if (markup || begins || item) out += '\\';
    out += c;
    number = number && is_digit(c);
  }
  return out;
}

/// A code span; its fence is longer than every run of backticks in it.
RFS_INLINE std::string code(std::string_view text) {
  const std::string plain = one_line(text);
  if (plain.empty()) return {};
  std::size_t longest = 0, run = 0;
  for (const char c : plain) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  // Between blanks a backtick at an end is not taken for the fence.
  return longest == 0 ? fence + plain + fence : fence + ' ' + plain + ' ' + fence;
}

/// `**no** Raise $0.01 more. (`raised_enough`)`.
RFS_INLINE std::string condition_markdown(const Place& place, bool taken) {
  std::string out = "**" + std::string(truth_word(place.is, taken)) + "** ";
  out += place.text == place.source || place.text == place.name ? code(place.text) : escaped(place.text);
  std::string note = place.text == place.name ? "" : code(place.name);
  if (!place.wanted) note += note.empty() ? "not wanted" : ", not wanted";
  return note.empty() ? out : out + " (" + note + ')';
}

/// `raised = $149.99, race_cost = $1,000.00`, names as code.
RFS_INLINE std::string equations_markdown(const std::vector<Named>& values) {
  std::string out;
  for (const Named& one : values) out += (out.empty() ? "" : ", ") + code(one.name) + " = " + escaped(one.value);
  return out;
}

RFS_INLINE std::string place_markdown(const Place& place, const Line& at) {
  const std::string indent(2 * at.depth, ' '), begin = indent + "- " + std::string(at.role);
  if (place.kind != Place::Kind::condition) {
    const char* rest = at.again ? " as above" : at.cut ? " …" : "";
    return begin + "**" + std::string(truth_word(place.is, at.taken)) + "** " + joint(place, code) + rest + '\n';
  }
  std::string out = begin + condition_markdown(place, at.taken);
  if (!at.again && !place.source.empty() && place.source != place.text)
    out += "  \n" + indent + "  " + code(place.source);
  if (!at.again && !place.values.empty()) out += "  \n" + indent + "  with " + equations_markdown(place.values);
  return out + '\n';
}

RFS_INLINE std::string step_markdown(const Step& step) {
  std::string out = "- " + (step.name.empty() ? "" : code(step.name) + " = ") + "**" + escaped(step.value) + "**";
  if (step.is_table) out += ", by " + rows_text(step) + " of its table";
  if (!step.source.empty()) {
    out += "  \n  " + code(step.source) + (step.round.empty() ? "" : ", rounded " + escaped(step.round));
  }
  if (!step.values.empty()) out += "  \n  with " + equations_markdown(step.values);
  return out + '\n';
}

RFS_INLINE void decision_markdown(std::string& out, const DecisionExplained& decision) {
  const std::string title = decision.title.empty() ? code(decision.name) : escaped(decision.title);
  out += "\n## " + title + ": " + escaped(verdict(decision)) + '\n';
  if (!decision.sentence.empty()) out += '\n' + escaped(decision.sentence) + '\n';
  const std::vector<const Place*> because = deciding(decision);
  if (!because.empty()) out += decision.status == Status::undetermined ? "\nOpen:\n\n" : "\nBecause:\n\n";
  for (const Place* place : because) out += "- " + condition_markdown(*place, true) + '\n';
  out += "\n### Conditions\n\n";
  for (const Line& at : lines(decision.places)) out += place_markdown(decision.places[at.place], at);
  if (!decision.steps.empty()) out += "\n### Amount\n\n";
  for (const Step& step : decision.steps) out += step_markdown(step);
  if (!decision.needed.empty()) out += "\n### Needed\n\n";
  for (const Needed& needed : decision.needed) {
    out += "- " + code(needed.name);
    if (!needed.ask.empty()) out += ": " + escaped(needed.ask);
    if (needed.given_by != "applicant") out += " (given by " + needed.given_by + ')';
    out += '\n';
  }
  if (!decision.missing.empty()) out += "\n### Figures not on file\n\n";
  for (const std::string& missing : decision.missing) out += "- " + escaped(missing) + '\n';
}

}  // namespace detail

RFS_INLINE std::string Explanation::markdown() const {
  using detail::code;
  using detail::escaped;
  std::string out = "# " + (title.empty() ? code(rules) : escaped(title)) + "\n\n" + code(rules);
  if (!version.empty()) out += ", version " + escaped(version);
  out += ", as of " + as_of + '\n';
  if (!problems.empty()) out += "\n## Refused\n\n";
  for (const Diagnostic& problem : problems.all()) {
    out += "- " + diag::code_text(problem.code) + ' ' + (problem.path.empty() ? "" : code(problem.path) + ": ") +
           escaped(problem.message) + '\n';
  }
  for (const DecisionExplained& decision : decisions) detail::decision_markdown(out, decision);
  if (!definitions.empty()) out += "\n## Values\n\n";
  for (const Named& one : definitions) out += "- " + code(one.name) + " = " + escaped(one.value) + '\n';
  if (!assumed.empty()) out += "\n## Assumed, as not given\n\n";
  for (const Named& one : assumed) out += "- " + code(one.name) + " = " + escaped(one.value) + '\n';
  if (figures.empty()) return out;
  out += "\n## Figures read\n\n| figure | value | from | source |\n| --- | --- | --- | --- |\n";
  for (const Figure& figure : figures) {
    out += "| " + escaped(figure.lookup) + " | " + escaped(figure.value) + " | " + figure.from + " | " +
           escaped(detail::joined(figure.sources, "; ")) + " |\n";
  }
  return out;
}

}  // namespace rfs::inline RFS_ABI::explain
