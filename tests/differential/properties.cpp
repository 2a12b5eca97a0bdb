#include "properties.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/program/read.hpp"
#include "rfs/rule/given.hpp"
#include "rfs/rule/keys.hpp"

namespace rfs::differential {

namespace {

using State = program::Given::State;

/// A law that does not hold.
struct Broken {
  std::string law, detail;
};

std::string_view word(Bool3 x) { return x == Bool3::yes ? "yes" : x == Bool3::no ? "no" : "unknown"; }

std::string shown(const program::Reading& x, Kind kind, std::size_t words) {
  if (kind == Kind::boolean) return std::string(word(x.truth));
  if (kind == Kind::text) return !x.text ? "unknown" : "'" + *x.text + "'";
  if (kind != Kind::choice) return "[" + x.interval.least.text() + ", " + x.interval.most.text() + "]";
  std::string out = "{";
  for (std::size_t i = 0; i < words; ++i) out += x.words.contains(i) ? " " + std::to_string(i) : "";
  return out + " }";
}
std::string shown(const reference::Reading& x, Kind kind) {
  if (x.nothing) return "nothing";
  if (kind == Kind::boolean) return std::string(word(x.truth));
  if (kind == Kind::text) return !x.text ? "unknown" : "'" + *x.text + "'";
  if (kind != Kind::choice) return "[" + x.least.text() + ", " + x.most.text() + "]";
  std::string out = "{";
  for (std::size_t i = 0; i < 64; ++i) out += (x.words >> i & 1) != 0 ? " " + std::to_string(i) : "";
  return out + " }";
}

bool agrees(const program::Reading& x, const reference::Reading& y, Kind kind) {
  if (y.nothing) return false;
  switch (kind) {
    case Kind::boolean:
      return x.truth == y.truth;
    case Kind::text:
      return !x.text == !y.text && (!x.text || *x.text == *y.text);
    case Kind::choice:
      for (std::size_t i = 0; i < 64; ++i) {
        if (x.words.contains(i) != ((y.words >> i & 1) != 0)) return false;
      }
      return true;
    default:
      return x.interval.least == y.least && x.interval.most == y.most;
  }
}

/// Whether everything that `inner` allows is allowed by `outer`.
bool within(const program::Reading& inner, const program::Reading& outer, Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return outer.truth == Bool3::unknown || inner.truth == outer.truth;
    case Kind::text:
      return outer.text == nullptr || (inner.text != nullptr && *inner.text == *outer.text);
    case Kind::choice:
      return inner.words.intersected(outer.words) == inner.words;
    default:
      return inner.interval.least >= outer.interval.least && inner.interval.most <= outer.interval.most;
  }
}

std::string first_error(const Diagnostics& findings) {
  for (const Diagnostic& finding : findings.all()) {
    if (finding.severity == Severity::error) return finding.path + ": " + finding.message;
  }
  return {};
}

/// Everything that the engine says of one applicant.
struct Seen {
  std::vector<program::Reading> definitions;
  std::vector<Bool3> eligible;
  std::vector<std::optional<value::Interval>> amounts;
};

class Session {
 public:
  Session(const Rules& rules, const Draft& draft, reference::Fault fault, std::uint64_t seed, Counts& counts,
          std::uint64_t& applicants)
      : rules_(rules),
        draft_(draft),
        module_(rules.module()),
        reference_(rules.program().module, fault),
        scaled_(program::scale(rules.program())),
        facts_(rules),
        outcome_(rules),
        makers_(rules),
        random_(seed),
        counts_(counts),
        evaluated_(applicants) {}

  void run() {
    count_program();
    ranges_agree();
    for (int i = 0; i < 16; ++i) round(i % 9);
    for (const bool most : {false, true}) {
      Applicant all;
      all.as_of = makers_.day(random_);
      for (std::size_t f = 0; f < module_.facts.size(); ++f) all.facts.push_back(makers_.end(FactId(f), most));
      see(all, true);
    }
    filled_gaps();
    on_a_date();
  }

 private:
  // ---- one applicant through both evaluators ----

  void give(const Applicant& applicant) {
    facts_.clear();
    for (std::size_t i = 0; i < applicant.facts.size(); ++i) {
      const program::Given& given = applicant.facts[i];
      const std::string& name = module_.file->facts[i].name.text;
      if (given.state == State::unknown) facts_.set_unknown(name);
      if (given.state != State::known) continue;
      if (given.list != nullptr) {
        facts_.set_list(FactId(i), *given.list);
        continue;
      }
      facts_.set(name, rule::plain(given.value, module_.facts[FactId(i)].domain.type, module_.choices,
                                   module_.file->currency));
    }
    // Both ways in: a day that is not bound, and one bound beforehand, where complete applicants take the scaled path.
    if (++evaluated_ % 2 == 0) {
      outcome_ = Outcome(rules_);
      rules_.evaluate(facts_, applicant.as_of, outcome_);
    } else {
      rules_.on(applicant.as_of).evaluate(facts_, outcome_);
      count_code(applicant);
    }
    if (outcome_.refused()) fail("never fails", "refused: " + outcome_.problems().all().front().message);
  }

  Seen see(const Applicant& applicant, bool compared) {
    applicant_ = &applicant;
    give(applicant);
    Seen out;
    for (std::size_t i = 0; i < module_.definitions.size(); ++i) {
      program::Reading reading = outcome_.reading(DefinitionId(i));
      // Texts may be the outcome's, which is used again.
      if (reading.text != nullptr) reading.text = std::make_shared<const std::string>(*reading.text);
      out.definitions.push_back(std::move(reading));
    }
    for (std::size_t i = 0; i < module_.decisions.size(); ++i) {
      out.eligible.push_back(outcome_.reading(rules_.program().decisions[DecisionId(i)].eligible).truth);
      out.amounts.push_back(outcome_.amount(DecisionId(i)));
    }
    if (compared) compare(applicant);
    return out;
  }

  void compare(const Applicant& applicant) {
    reference::Result expected;
    try {
      expected = reference_.evaluate(applicant.facts, applicant.as_of);
    } catch (const std::logic_error& error) {
      fail("never fails", std::string("the reference says: ") + error.what());
    }
    for (std::size_t i = 0; i < module_.definitions.size(); ++i) {
      const Kind kind = module_.definitions[DefinitionId(i)].type.kind;
      const program::Reading found = outcome_.reading(DefinitionId(i));
      if (!agrees(found, expected.definitions[i], kind)) {
        fail("reference", "definition " + module_.file->definitions[i].name.text + ": reference " +
                              shown(expected.definitions[i], kind) + ", evaluate " + shown(found, kind, 64));
      }
    }
    for (std::size_t i = 0; i < module_.decisions.size(); ++i) compare(DecisionId(i), expected.decisions[i]);
  }

  void compare(DecisionId id, const reference::Decided& expected) {
    const program::Decision& decision = rules_.program().decisions[id];
    const std::string name = "decision " + module_.file->decisions[id.value].name.text + ": ";
    const Bool3 eligible = outcome_.reading(decision.eligible).truth;
    if (eligible != expected.eligible) {
      fail("reference", name + "eligible: reference " + std::string(word(expected.eligible)) + ", evaluate " +
                            std::string(word(eligible)));
    }
    const Status status = eligible == Bool3::yes  ? Status::eligible
                          : eligible == Bool3::no ? Status::ineligible
                                                  : Status::undetermined;
    const DecisionView view = outcome_[id];
    if (view.status() != status) fail("reference", name + "status");
    const auto amount = outcome_.amount(id);
    if (amount.has_value() != expected.amount.has_value()) fail("reference", name + "amount or none");
    if (amount && (amount->least != expected.amount->least || amount->most != expected.amount->most)) {
      program::Reading found;
      found.interval = *amount;
      fail("reference", name + "amount: reference " + shown(*expected.amount, Kind::money) + ", evaluate " +
                            shown(found, Kind::money, 0));
    }
    const auto least = view.least(), most = view.most();
    if (least && (!amount || least->exact() != amount->least)) fail("reference", name + "least: " + least->text());
    if (most && (!amount || most->exact() != amount->most)) fail("reference", name + "most: " + most->text());
    std::string lines, expected_lines;
    for (std::size_t c = 0; c < decision.conditions.size(); ++c) {
      const program::Condition& line = decision.conditions[c];
      lines += (line.wanted ? " " : " not ") + line.name + "=" + std::string(word(outcome_.truth(id, c)));
    }
    for (const reference::Line& line : expected.conditions) {
      expected_lines += (line.wanted ? " " : " not ") + line.name + "=" + std::string(word(line.truth));
    }
    if (lines != expected_lines)
      fail("reference", name + "conditions: reference" + expected_lines + ", evaluate" + lines);
    const Reasons reasons = rfs::reasons(outcome_, id);
    const auto list = [](const auto& of) {
      std::string out;
      for (const auto& item : of) out += " " + std::to_string(item);
      return out;
    };
    const auto same = [&](const char* what, const std::vector<std::uint32_t>& found,
                          const std::vector<std::uint32_t>& wanted) {
      if (found != wanted)
        fail("reference", name + what + ": reference" + list(wanted) + ", evaluate" + list(found) + " of" + lines);
    };
    same("met", reasons.met, expected.met);
    same("unmet", reasons.unmet, expected.unmet);
    std::vector<std::uint32_t> unmet;
    for (std::uint32_t c = 0; c < decision.conditions.size(); ++c) {
      if (view.unmet().contains(c)) unmet.push_back(c);
    }
    same("set of unmet", unmet, expected.unmet);
    same("undetermined", reasons.undetermined, expected.undetermined);
    std::vector<std::uint32_t> needed;
    for (const FactId fact : reasons.needed) needed.push_back(fact.value);
    same("needed", needed, expected.needed);
    std::string cells, wanted_cells;
    for (const Cell& cell : reasons.needed_cells) cells += cell_name(cell.fact.value, cell.item, cell.field);
    for (const reference::Cell& cell : expected.needed_cells)
      wanted_cells += cell_name(cell.fact, cell.item, cell.field);
    if (cells != wanted_cells)
      fail("reference", name + "needed cells: reference" + wanted_cells + ", evaluate" + cells);
    // A key that is not settled: which of its values stands for the others is the engine's choice.
    std::vector<reference::Missing> missing;
    for (const rfs::Missing& figure : reasons.missing)
      missing.push_back({figure.parameter.value, figure.keys, figure.date});
    if (!same_missing(missing, expected.missing)) fail("reference", name + "missing figures");
    if (eligible == Bool3::unknown && needed.empty() && missing.empty())
      fail("needed", name + "undetermined, and nothing is needed");
  }

  static std::string cell_name(std::uint32_t fact, std::size_t item, std::size_t field) {
    return " " + std::to_string(fact) + "[" + std::to_string(item) + "]." + std::to_string(field);
  }
  static bool same_missing(const std::vector<reference::Missing>& found,
                           const std::vector<reference::Missing>& wanted) {
    const auto covers = [](const reference::Missing& by, const reference::Missing& figure) {
      if (by.parameter != figure.parameter || by.date != figure.date || by.keys.size() != figure.keys.size())
        return false;
      for (std::size_t i = 0; i < by.keys.size(); ++i) {
        if (by.keys[i] != reference::kAnyKey && by.keys[i] != figure.keys[i]) return false;
      }
      return true;
    };
    const auto all = [&](const auto& of, const auto& in, bool turned) {
      return std::all_of(of.begin(), of.end(), [&](const auto& x) {
        return std::any_of(in.begin(), in.end(), [&](const auto& y) { return turned ? covers(x, y) : covers(y, x); });
      });
    };
    return all(found, wanted, false) && all(wanted, found, true);
  }

  // ---- laws ----

  void within_all(const Seen& inner, const Seen& outer, const char* law) {
    for (std::size_t i = 0; i < outer.definitions.size(); ++i) {
      const Kind kind = module_.definitions[DefinitionId(i)].type.kind;
      if (within(inner.definitions[i], outer.definitions[i], kind)) continue;
      fail(law, "definition " + module_.file->definitions[i].name.text + ": " + shown(inner.definitions[i], kind, 64) +
                    " is not within " + shown(outer.definitions[i], kind, 64));
    }
    for (std::size_t i = 0; i < outer.eligible.size(); ++i) {
      const std::string name = "decision " + module_.file->decisions[i].name.text;
      if (outer.eligible[i] != Bool3::unknown && inner.eligible[i] != outer.eligible[i]) fail(law, name + ": eligible");
      if (!outer.amounts[i]) continue;
      program::Reading a, b;
      a.interval = *inner.amounts[i];
      b.interval = *outer.amounts[i];
      if (!within(a, b, Kind::money)) {
        fail(law, name + ": amount " + shown(a, Kind::money, 0) + " is not within " + shown(b, Kind::money, 0));
      }
    }
  }

  /// Which nodes stand where the applicant's facts lead: the others read something harmless, which no law holds for.
  [[nodiscard]] std::vector<char> reached() const {
    using Op = program::Op;
    const program::Program& program = rules_.program();
    std::vector<char> out(program.deciding, 0);
    const auto mark = [&](program::NodeId id) {
      if (id.valid()) out[id.value] = 1;
    };
    for (const program::NodeId id : program.definitions) mark(id);
    for (const program::Decision& decision : program.decisions) {
      mark(decision.eligible);
      mark(decision.amount);
      mark(decision.granted);
    }
    for (std::size_t i = program.deciding; i-- > 0;) {
      const program::Node& node = program.nodes[program::NodeId(i)];
      if (out[i] == 0 || node.op == Op::reaches || node.scope != program::kApplicant) continue;
      mark(node.a);
      const bool settled = node.kind == Kind::boolean && node.a.valid() && program.nodes[node.a].kind == Kind::boolean;
      const Bool3 first = settled || node.op == Op::select ? outcome_.reading(node.a).truth : Bool3::unknown;
      if ((node.op == Op::logical_and && first == Bool3::no) || (node.op == Op::logical_or && first == Bool3::yes))
        continue;
      const bool select = node.op == Op::select;
      if (!select || first != Bool3::no) mark(node.b);
      if (!select || first != Bool3::yes) mark(node.c);
      mark(node.d);
    }
    return out;
  }

  /// Every reading lies in its range; values keep the steps and digits that the checker found.
  void within_ranges(bool complete) {
    const program::Program& program = rules_.program();
    outcome_.read_texts();  // all nodes, also those that a bound day does without
    const std::vector<char> counts = reached();
    for (std::size_t i = 0; i < program.deciding; ++i) {
      const program::NodeId id(i);
      const program::Range& range = program.ranges[id];
      const program::Node& node = program.nodes[id];
      const program::Reading reading = outcome_.reading(id);
      if (range.nothing || node.scope != program::kApplicant) continue;
      if (!within(reading, range.reading, node.kind)) {
        fail("range", node_name(id) + ": " + shown(reading, node.kind, 64) + " is not within " +
                          shown(range.reading, node.kind, 64));
      }
      if (counts[i] == 0) continue;
      if (node.op == program::Op::cut) {
        program::Reading left = outcome_.reading(node.a);
        if (!program::apply_cut(program.cuts[node.data], node.kind, program.ranges[node.a].step, left)) {
          fail("range", node_name(id) + ": a guard leaves nothing of what is read");
        }
      }
      if (!is_numeric(node.kind) || !complete || !outcome_.known(id)) continue;
      const Exact& value = reading.interval.least;
      if (value.numerator_bits() > range.numerator_bits)
        fail("digits", node_name(id) + ": numerator of " + value.text());
      if (value.denominator_bits() > range.denominator_bits)
        fail("digits", node_name(id) + ": denominator of " + value.text());
      if (range.nonzero && value.is_zero()) fail("range", node_name(id) + " is 0");
      if (!range.step) continue;
      const bool on_step = range.step->is_zero() ? value.is_zero() : (value / *range.step).is_integer();
      if (!on_step) fail("steps", node_name(id) + ": " + value.text() + " is no multiple of " + range.step->text());
    }
  }
  [[nodiscard]] std::string node_name(program::NodeId id) const {
    return "node " + std::to_string(id.value) + " (op " +
           std::to_string(static_cast<int>(rules_.program().nodes[id].op)) + ")";
  }

  void round(int known) {
    const Applicant partial = makers_.some(random_, known);
    const Seen at_first = see(partial, true);
    count_readings();
    within_ranges(false);
    std::vector<Reasons> needed;
    for (std::size_t d = 0; d < module_.decisions.size(); ++d) needed.push_back(rfs::reasons(outcome_, DecisionId(d)));
    const std::vector<Open> open = open_in(partial);
    Applicant complete = partial;
    fill_all(complete, open);
    const Seen at_last = see(complete, true);
    within_all(at_last, at_first, "sound");
    within_ranges(true);
    if (open.empty()) return;
    Applicant one_more = partial;
    const Open given = random_.pick(open);
    give_from(complete, given, one_more);
    const Seen then = see(one_more, true);
    within_all(then, at_first, "steady");
    within_all(at_last, then, "sound");
    // Of a long list some cells.
    constexpr std::size_t kTried = 48;
    if (open.size() <= kTried)
      for (const Open& one : open) not_needed(complete, at_last, needed, one);
    else
      for (std::size_t i = 0; i < kTried; ++i) not_needed(complete, at_last, needed, random_.pick(open));
  }

  /// A fact that is not known, or a cell of a list that was given.
  struct Open {
    std::size_t fact = 0;
    std::optional<std::size_t> cell;
  };
  std::vector<Open> open_in(const Applicant& applicant) const {
    std::vector<Open> out;
    for (std::size_t f = 0; f < applicant.facts.size(); ++f) {
      const program::GivenList* const list = applicant.facts[f].list.get();
      if (!counts_as_given(applicant, f)) out.push_back({f, std::nullopt});
      for (std::size_t c = 0; list != nullptr && c < list->cells.size(); ++c) {
        if (!has_value(list->cells[c], f, c % list->width)) out.push_back({f, c});
      }
    }
    return out;
  }
  bool has_value(const program::Given& cell, std::size_t fact, std::size_t field) const {
    if (cell.state != State::absent) return cell.state == State::known;
    const auto& fields = module_.facts[FactId(fact)].fields;
    return field < fields.size() && (fields[field].default_value || fields[field].default_root.valid());
  }
  static void set_cell(Applicant& applicant, const Open& at, program::Given cell) {
    program::GivenList list = *applicant.facts[at.fact].list;
    list.cells[*at.cell] = std::move(cell);
    applicant.facts[at.fact].list = std::make_shared<const program::GivenList>(std::move(list));
  }
  /// Gives what is open a value that it may have.
  void fill(Applicant& applicant, const Open& at) {
    const FactId fact(at.fact);
    if (!at.cell) {
      applicant.facts[at.fact] = makers_.given(fact, random_);
      return;
    }
    const std::size_t field = *at.cell % applicant.facts[at.fact].list->width;
    set_cell(applicant, at, {State::known, makers_.cell(fact, field, random_), nullptr});
  }
  /// Gives all that is open such values. A list is copied once, however many of its cells are.
  void fill_all(Applicant& applicant, const std::vector<Open>& open) {
    for (std::size_t i = 0; i < open.size();) {
      if (!open[i].cell) {
        fill(applicant, open[i++]);
        continue;
      }
      const std::size_t fact = open[i].fact;
      program::GivenList list = *applicant.facts[fact].list;
      for (; i < open.size() && open[i].fact == fact; ++i) {
        const std::size_t cell = *open[i].cell;
        list.cells[cell] = {State::known, makers_.cell(FactId(fact), cell % list.width, random_), nullptr};
      }
      applicant.facts[fact].list = std::make_shared<const program::GivenList>(std::move(list));
    }
  }
  /// Gives what is open the value that it has in `from`; of a list sometimes only how many items it has, and some
  /// cells.
  void give_from(const Applicant& from, const Open& at, Applicant& to) {
    if (at.cell) return set_cell(to, at, from.facts[at.fact].list->cells[*at.cell]);
    to.facts[at.fact] = from.facts[at.fact];
    if (from.facts[at.fact].list == nullptr || random_.one_in(2)) return;
    program::GivenList list = *from.facts[at.fact].list;
    for (program::Given& cell : list.cells) {
      if (random_.one_in(2)) cell = {State::unknown, {}, nullptr};
    }
    to.facts[at.fact].list = std::make_shared<const program::GivenList>(std::move(list));
  }

  bool counts_as_given(const Applicant& applicant, std::size_t fact) const {
    const typed::Fact& declared = module_.facts[FactId(fact)];
    if (applicant.facts[fact].state == State::known) return true;
    return applicant.facts[fact].state == State::absent && (declared.default_value || declared.default_root.valid());
  }

  /// Of facts and cells that a decision does not need, none can change its status or amount.
  void not_needed(const Applicant& complete, const Seen& before, const std::vector<Reasons>& needed, const Open& open) {
    const FactId fact(open.fact);
    const auto needs = [&](std::size_t d) {
      const auto holds = [](const auto& all, const auto& one) {
        return std::find(all.begin(), all.end(), one) != all.end();
      };
      if (!open.cell) return holds(needed[d].needed, fact);
      const std::size_t width = complete.facts[open.fact].list->width;
      return holds(needed[d].needed_cells, Cell{fact, *open.cell / width, *open.cell % width});
    };
    bool needed_by_all = true;
    for (std::size_t d = 0; d < needed.size(); ++d) needed_by_all = needed_by_all && needs(d);
    if (needed_by_all) return;
    Applicant other = complete;
    for (int i = 0; i < 2; ++i) {
      if (!open.cell && i == 0)
        other.facts[open.fact] = makers_.end(fact, random_.one_in(2));
      else
        fill(other, open);
      const Seen after = see(other, false);
      for (std::size_t d = 0; d < needed.size(); ++d) {
        if (needs(d) || (after.eligible[d] == before.eligible[d] && after.amounts[d] == before.amounts[d])) continue;
        fail("needed", "decision " + module_.file->decisions[d].name.text + " changes with " +
                           module_.file->facts[open.fact].name.text +
                           (open.cell ? " cell " + std::to_string(*open.cell) : "") +
                           ", which it does not list as needed");
      }
    }
  }

  /// A file whose missing figures are filled in gives values within what was read before.
  void filled_gaps() {
    bool gaps = false;
    for (const Item& item : draft_.parameters) gaps = gaps || !item.gaps.empty();
    if (!gaps) return;
    for (int i = 0; i < 3; ++i) {
      const Draft filled = fill_gaps(draft_, rules_, random_);
      applicant_ = nullptr;
      const auto again = parse(filled.text(), "filled.rules.json");
      if (!again)
        fail("filled", "refused once its figures are filled in: " + first_error(again.error()) + "\n" + filled.text());
      for (int k = 0; k < 4; ++k) {
        const Applicant applicant = makers_.some(random_, k == 0 ? 5 : 8);
        const Seen before = see(applicant, true);
        Session inner(again.value(), filled, reference::Fault::none, 0, counts_, evaluated_);
        within_all(inner.see(applicant, false), before, "sound with figures filled in");
      }
    }
  }

  /// A definition `on` a date is what it is where `as_of` is that date.
  void on_a_date() {
    if (draft_.definitions.empty() || !random_.one_in(4)) return;
    const std::size_t count = module_.definitions.size();
    std::vector<std::size_t> dated_definitions;  // those that are one value
    const value::Interval& days = rules_.program().effective;
    const auto day = [](const Exact& of) { return Date{static_cast<std::int32_t>(*of.to_int64())}.text(); };
    Draft dated = draft_;
    dated.facts.push_back({"\"on_day\": { \"type\": \"date\", \"min\": \"" + day(days.least) + "\", \"max\": \"" +
                               day(days.most) + "\" }",
                           {},
                           0});
    for (std::size_t i = 0; i < count; ++i) {
      const std::string& name = module_.file->definitions[i].name.text;
      if (module_.definitions[DefinitionId(i)].type.kind == Kind::list) continue;
      dated_definitions.push_back(i);
      dated.definitions.push_back({"\"" + name + "_then\": \"" + name + " on on_day\"", {}, 0});
    }
    applicant_ = nullptr;
    const auto other = parse(dated.text(), "dated.rules.json");
    if (!other) fail("on a date", "refused: " + first_error(other.error()) + "\n" + dated.text());
    Session inner(other.value(), dated, reference::Fault::none, 0, counts_, evaluated_);
    for (int i = 0; i < 4; ++i) {
      const Applicant then = makers_.some(random_, i == 0 ? 8 : 5);
      const Seen wanted = see(then, false);
      Applicant now = then;
      now.as_of = makers_.day(random_);
      now.facts.push_back({State::known, {then.as_of.days, {}}, nullptr});
      const Seen found = inner.see(now, false);
      for (std::size_t k = 0; k < dated_definitions.size(); ++k) {
        const std::size_t d = dated_definitions[k];
        const Kind kind = module_.definitions[DefinitionId(d)].type.kind;
        const program::Reading &a = found.definitions[count + k], &b = wanted.definitions[d];
        if (within(a, b, kind) && within(b, a, kind)) continue;
        fail("on a date", module_.file->definitions[d].name.text + " reads " + shown(b, kind, 64) +
                              ", and on that date " + shown(a, kind, 64) + " as of " + now.as_of.text());
      }
    }
  }

  void ranges_agree() {
    for (std::size_t i = 0; i < module_.definitions.size(); ++i) {
      const DefinitionId id(i);
      const Kind kind = module_.definitions[id].type.kind;
      const program::Range& found = rules_.program().ranges[rules_.program().definitions[id]];
      const std::string name = "definition " + module_.file->definitions[i].name.text + ": ";
      if (!agrees(found.reading, reference_.range(id), kind)) {
        fail("ranges",
             name + "reference " + shown(reference_.range(id), kind) + ", checker " + shown(found.reading, kind, 64));
      }
      if (is_numeric(kind) && found.step != reference_.step(id)) {
        const auto step = [](const std::optional<Exact>& s) { return s ? s->text() : std::string("none"); };
        fail("ranges", name + "step: reference " + step(reference_.step(id)) + ", checker " + step(found.step));
      }
    }
  }

  // ---- counts ----

  void count_program();
  void count_code(const Applicant& applicant);
  void count_dates(const program::Node& lookup);
  [[nodiscard]] bool crosses_starts(const program::Node& node) const;
  void count_readings();

  [[nodiscard]] std::string written(const program::Given& given, const rule::Domain& domain) const {
    if (given.state == State::absent) return "absent";
    if (given.state == State::unknown) return "null";
    return rule::plain(given.value, domain.type, module_.choices, module_.file->currency);
  }
  [[noreturn]] void fail(const std::string& law, std::string detail) const {
    if (applicant_ != nullptr) {
      detail += "\n  as_of " + applicant_->as_of.text();
      for (std::size_t i = 0; i < applicant_->facts.size(); ++i) {
        const program::Given& given = applicant_->facts[i];
        detail += "\n  " + module_.file->facts[i].name.text + " = ";
        const rule::Domain& domain = module_.facts[FactId(i)].domain;
        if (given.list == nullptr) {
          detail += written(given, domain);
          continue;
        }
        for (std::size_t c = 0; c < given.list->cells.size(); ++c) {
          const std::size_t field = c % given.list->width;
          detail += (field == 0 ? "; " : ", ") + written(given.list->cells[c], domain.list->fields[field].domain);
        }
      }
    }
    throw Broken{law, std::move(detail)};
  }

  Rules rules_;
  const Draft& draft_;
  const typed::Module& module_;
  reference::Reference reference_;
  program::Scaled scaled_;
  Facts facts_;
  Outcome outcome_;
  Applicants makers_;
  Random random_;
  Counts& counts_;
  std::uint64_t& evaluated_;
  const Applicant* applicant_ = nullptr;
};

constexpr std::array kOps{"error",
                          "literal",
                          "fact",
                          "as_of",
                          "parameter",
                          "definition",
                          "eligible",
                          "amount",
                          "add",
                          "subtract",
                          "multiply",
                          "divide",
                          "negate",
                          "plus_months",
                          "minus_months",
                          "less",
                          "less_equal",
                          "greater",
                          "greater_equal",
                          "equal",
                          "not_equal",
                          "between",
                          "in",
                          "and",
                          "or",
                          "not",
                          "if",
                          "min",
                          "max",
                          "abs",
                          "modulo",
                          "at_least",
                          "all",
                          "any",
                          "round",
                          "months_between",
                          "age",
                          "weekdays_between",
                          "year",
                          "month",
                          "day",
                          "weekday",
                          "start_of_month",
                          "end_of_month",
                          "date",
                          "even",
                          "odd",
                          "join",
                          "length",
                          "upper",
                          "lower",
                          "starts_with",
                          "ends_with",
                          "contains",
                          "substring",
                          "bracket",
                          "marginal",
                          "table",
                          "on",
                          "item at work",
                          "field",
                          "members",
                          "projection",
                          "filter",
                          "for",
                          "some",
                          "every",
                          "numbers",
                          "list",
                          "group",
                          "sum",
                          "count",
                          "min of a list",
                          "max of a list",
                          "mean",
                          "first",
                          "last",
                          "index",
                          "all of a list",
                          "any of a list",
                          "at_least of a list",
                          "contains of a list",
                          "index_of",
                          "distinct",
                          "reverse",
                          "concatenate",
                          "flatten",
                          "weekdays_between except"};
constexpr std::array kKinds{"error", "bool",   "number", "money", "date",  "months",
                            "days",  "choice", "text",   "list",  "record"};
// Without a name: needs more conditions, or options of a choice, than programs have here; the unit tests have them.
constexpr std::array kInstructions{"copy",   "add",    "subtract", "multiply",   "minimum", "maximum", "absolute",
                                   "modulo", "round",  "less",     "less_equal", "turned",  "turned",  "equal",
                                   "",       "",       "select",   "inside",     "cut",     "",        "",
                                   "date",   "figure", "given",    "index",      "on_file"};
static_assert(kInstructions.size() == static_cast<std::size_t>(evaluate::Op::on_file) + 1, "one for each");
constexpr std::array kModes{"up", "down", "half_up", "half_down", "half_even", "floor", "ceiling"};

static_assert(kOps.size() == static_cast<std::size_t>(typed::Op::weekdays_but) + 1,
              "name each operator, by its number");
constexpr std::array kReadings{"reading: and, or settled by one",
                               "reading: and, or unknown",
                               "reading: bracket, argument unknown",
                               "reading: bracket without a figure",
                               "reading: bracket, list unknown",
                               "reading: comparison settled by bounds",
                               "reading: condition settled by reach",
                               "reading: count unknown",
                               "reading: cut by a guard",
                               "reading: dates unknown",
                               "reading: divisor on both sides of 0",
                               "reading: divisor unknown",
                               "reading: fact known",
                               "reading: fact unknown",
                               "reading: figure not on file",
                               "reading: figures on and off file",
                               "reading: figures on a date",
                               "reading: if, condition unknown",
                               "reading: length unknown",
                               "reading: list, count unknown",
                               "reading: list, equality unknown",
                               "reading: list, first or last unknown",
                               "reading: list, index unknown",
                               "reading: list, mean unknown",
                               "reading: list, min or max unknown",
                               "reading: list, number of different values unknown",
                               "reading: list, some unknown",
                               "reading: list, sum unknown",
                               "reading: list, weekdays unknown",
                               "reading: lookup, day unknown",
                               "reading: lookup, key unknown",
                               "reading: marginal across starts",
                               "reading: marginal, argument unknown",
                               "reading: marginal, list unknown",
                               "reading: min or max unknown",
                               "reading: modulo unknown",
                               "reading: part of an unknown date",
                               "reading: part out of reach",
                               "reading: rounding of unknown",
                               "reading: rounding to an unknown step",
                               "reading: text computed",
                               "reading: text unknown"};

void Session::count_program() {
  for (const typed::Node& node : module_.nodes) {
    ++counts_.at(std::string("operator ") + kOps[static_cast<std::size_t>(node.op)]);
    ++counts_.at(std::string("type ") + kKinds[static_cast<std::size_t>(node.type.kind)]);
    if (node.op == typed::Op::table) {
      const rule::Hit hit = module_.tables[node.data].hit;
      ++counts_.at("table " + std::string(rule::words::hit[static_cast<std::size_t>(hit)]));
    }
    if (node.op == typed::Op::round) ++counts_.at(std::string("rounding ") + kModes[node.data]);
  }
}

void Session::count_code(const Applicant& applicant) {
  const bool complete = std::all_of(applicant.facts.begin(), applicant.facts.end(),
                                    [](const program::Given& given) { return given.state == State::known; });
  if (!complete || !scaled_.possible) return;
  const auto bound = evaluate::bind(rules_.program(), scaled_, applicant.as_of.days);
  for (const evaluate::Instruction& n : bound->code) {
    const std::string op = kInstructions[static_cast<std::size_t>(n.op)];
    if (!op.empty()) ++counts_.at("bound code " + op);
    if (n.table != evaluate::kNothing) ++counts_.at("bound: operand through a table");
  }
  if (bound->walked.size() < bound->decisions.size()) ++counts_.at("bound: unmet tabulated");
}

/// Whether a bracket of a known list begins between the ends of what a sum is over.
bool Session::crosses_starts(const program::Node& node) const {
  if (!outcome_.known(node.a)) return false;
  const typed::Parameter& schedule = module_.parameters[ParameterId(node.data)];
  const std::size_t list = outcome_.reading(node.a).words.front();
  const value::Interval x = outcome_.reading(node.b).interval;
  for (std::size_t f = schedule.lists[list]; f < schedule.end_of(list); ++f) {
    if (x.least < schedule.starts[f].number && schedule.starts[f].number < x.most) return true;
  }
  return false;
}

/// Counts what is read `on` a date, and on days both with figures and without.
void Session::count_dates(const program::Node& lookup) {
  if (!lookup.on) return;
  const program::OnFile on = program::on_file(rules_.program(), ParameterId(lookup.data));
  const value::Interval days = outcome_.reading(lookup.d).interval;
  ++counts_.at("reading: figures on a date");
  const bool strays = days.least < Exact(on.from) || days.most >= Exact(on.until);
  if (strays && days.most >= Exact(on.from) && days.least < Exact(on.until))
    ++counts_.at("reading: figures on and off file");
}

void Session::count_readings() {
  const program::Program& program = rules_.program();
  using Op = program::Op;
  for (std::size_t i = 0; i < program.deciding; ++i) {
    const program::Node& node = program.nodes[program::NodeId(i)];
    const auto unknown = [&](program::NodeId id) { return id.valid() && !outcome_.known(id); };
    if (node.scope != program::kApplicant) continue;
    const bool open = unknown(program::NodeId(i));
    switch (node.op) {
      case Op::fact:
        ++counts_.at(open ? "reading: fact unknown" : "reading: fact known");
        break;
      case Op::select:
        if (unknown(node.a)) ++counts_.at("reading: if, condition unknown");
        break;
      case Op::parameter:
        if (unknown(node.a)) ++counts_.at("reading: lookup, key unknown");
        if (unknown(node.d)) ++counts_.at("reading: lookup, day unknown");
        if (open && !unknown(node.a) && !unknown(node.b) && !unknown(node.c) && !unknown(node.d))
          ++counts_.at("reading: figure not on file");
        count_dates(node);
        break;
      case Op::bracket:
      case Op::marginal: {
        const std::string reading = node.op == Op::bracket ? "reading: bracket" : "reading: marginal";
        if (unknown(node.a)) ++counts_.at(reading + ", list unknown");
        if (unknown(node.b)) ++counts_.at(reading + ", argument unknown");
        if (open && !unknown(node.a) && !unknown(node.b)) ++counts_.at("reading: bracket without a figure");
        if (node.op == Op::marginal && crosses_starts(node)) ++counts_.at("reading: marginal across starts");
        break;
      }
      case Op::cut: {
        const program::Reading whole = outcome_.reading(node.a), left = outcome_.reading(program::NodeId(i));
        if (!within(whole, left, node.kind)) ++counts_.at("reading: cut by a guard");
        break;
      }
      case Op::reaches:
        if (outcome_.reading(program::NodeId(i)).truth == Bool3::no) ++counts_.at("reading: part out of reach");
        break;
      case Op::refine_no:
      case Op::refine_yes:
        if (!open && unknown(node.a)) ++counts_.at("reading: condition settled by reach");
        break;
      case Op::divide:
        if (unknown(node.b)) {
          const value::Interval by = outcome_.reading(node.b).interval;
          ++counts_.at(by.least.sign() < 0 && by.most.sign() > 0 ? "reading: divisor on both sides of 0"
                                                                 : "reading: divisor unknown");
        }
        break;
      case Op::modulo:
        if (open) ++counts_.at("reading: modulo unknown");
        break;
      case Op::round:
        if (unknown(node.b))
          ++counts_.at("reading: rounding to an unknown step");
        else if (open)
          ++counts_.at("reading: rounding of unknown");
        break;
      case Op::plus_months:
      case Op::minus_months:
      case Op::months_between:
      case Op::age:
      case Op::weekdays_between:
        if (open) ++counts_.at("reading: dates unknown");
        break;
      case Op::month:
      case Op::day:
      case Op::weekday:
        if (open) ++counts_.at("reading: part of an unknown date");
        break;
      case Op::minimum:
      case Op::maximum:
        if (open) ++counts_.at("reading: min or max unknown");
        break;
      case Op::logical_and:
      case Op::logical_or:
        if (!open && (unknown(node.a) || unknown(node.b))) ++counts_.at("reading: and, or settled by one");
        if (open) ++counts_.at("reading: and, or unknown");
        break;
      case Op::add_truth:
        if (open) ++counts_.at("reading: count unknown");
        break;
      case Op::sum_of:
        if (open) ++counts_.at("reading: list, sum unknown");
        break;
      case Op::count_of:
        if (open) ++counts_.at("reading: list, count unknown");
        break;
      case Op::count_unlike:
        if (open) ++counts_.at("reading: list, number of different values unknown");
        break;
      case Op::least_of:
      case Op::most_of:
        if (open) ++counts_.at("reading: list, min or max unknown");
        break;
      case Op::mean_of:
        if (open) ++counts_.at("reading: list, mean unknown");
        break;
      case Op::first_of:
      case Op::last_of:
        if (open) ++counts_.at("reading: list, first or last unknown");
        break;
      case Op::item_at:
        if (open) ++counts_.at("reading: list, index unknown");
        break;
      case Op::some_of:
        if (open) ++counts_.at("reading: list, some unknown");
        break;
      case Op::equal_lists:
        if (open) ++counts_.at("reading: list, equality unknown");
        break;
      case Op::weekdays_but:
        if (open) ++counts_.at("reading: list, weekdays unknown");
        break;
      case Op::length:
        if (open) ++counts_.at("reading: length unknown");
        break;
      case Op::join:
      case Op::upper:
      case Op::lower:
      case Op::substring:
        ++counts_.at(open ? "reading: text unknown" : "reading: text computed");
        break;
      case Op::equal:
      case Op::equal_word:
      case Op::less:
      case Op::less_equal:
        if (!open && (unknown(node.a) || unknown(node.b))) ++counts_.at("reading: comparison settled by bounds");
        break;
      default:
        break;
    }
  }
}

}  // namespace

Properties::Properties(reference::Fault fault) : fault_(fault) {
  for (const std::string op : kOps) {
    if (op != "error") counts["operator " + op] = 0;
  }
  for (const std::string kind : kKinds) {
    if (kind != "error") counts["type " + kind] = 0;
  }
  for (const std::string mode : kModes) counts["rounding " + mode] = 0;
  for (const auto hit : rule::words::hit) counts["table " + std::string(hit)] = 0;
  for (const std::string op : kInstructions) {
    if (!op.empty()) counts["bound code " + op] = 0;
  }
  for (const char* what : {"operand through a table", "unmet tabulated"}) counts[std::string("bound: ") + what] = 0;
  for (const char* reading : kReadings) counts[reading] = 0;
}

Finding Properties::check(const Draft& draft, std::uint64_t seed) { return check(draft.text(), draft, seed); }

Finding Properties::check(const std::string& text, std::uint64_t seed) { return check(text, Draft{}, seed); }

Finding Properties::check(const std::string& text, const Draft& draft, std::uint64_t seed) {
  const auto rules = parse(text, "generated.rules.json");
  if (!rules) {
    std::string codes;
    for (const Diagnostic& finding : rules.error().all()) {
      if (finding.severity == Severity::error)
        codes += diag::code_text(finding.code) + " " + finding.path + ": " + finding.message + "\n";
    }
    return {Finding::Kind::refused, {}, codes};
  }
  try {
    Session(rules.value(), draft, fault_, seed, counts, applicants).run();
  } catch (const Broken& broken) {
    return {Finding::Kind::failed, broken.law, broken.detail};
  } catch (const std::logic_error& error) {
    return {Finding::Kind::failed, "reference", std::string("the reference says: ") + error.what()};
  }
  return {};
}

Draft Properties::shrink(Draft draft, std::uint64_t seed) {
  const std::string law = check(draft, seed).law;
  std::vector<Item> Draft::*const lists[] = {&Draft::decisions, &Draft::definitions, &Draft::parameters, &Draft::facts};
  bool smaller = true;
  while (smaller) {
    smaller = false;
    for (const auto list : lists) {
      for (std::size_t i = (draft.*list).size(); i-- > 0;) {
        Draft less = draft;
        (less.*list).erase((less.*list).begin() + static_cast<std::ptrdiff_t>(i));
        for (std::size_t p = 0; p < less.parameters.size(); ++p)
          less.parameters[p].parameter = static_cast<std::uint32_t>(p);
        bool fails = false;
        for (std::uint64_t more = 0; more < 12 && !fails; ++more) {
          const Finding found = check(less, seed + more);
          if (found.kind == Finding::Kind::refused) break;
          fails = found.kind == Finding::Kind::failed && found.law == law;
          if (fails) seed += more;
        }
        if (!fails) continue;
        draft = std::move(less);
        smaller = true;
      }
    }
  }
  return draft;
}

}  // namespace rfs::differential
