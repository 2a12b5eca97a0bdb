#pragma once

#include "rfs/impl/program/axis.ipp"
#include "rfs/impl/program/builder.ipp"
#include "rfs/impl/program/conditions.ipp"
#include "rfs/impl/program/coverage.ipp"
#include "rfs/impl/program/decision_table.ipp"
#include "rfs/impl/program/guards.ipp"
#include "rfs/impl/program/lint.ipp"
#include "rfs/impl/program/lists.ipp"
#include "rfs/impl/program/lower.ipp"
#include "rfs/impl/program/lowerer.hpp"
#include "rfs/impl/program/nested_lists.ipp"
#include "rfs/impl/program/on.ipp"
#include "rfs/impl/program/ranges.ipp"
#include "rfs/impl/program/table_checks.ipp"
#include "rfs/program/from_typed.hpp"
#include "rfs/value/currency.hpp"
#include "rfs/value/date.hpp"

namespace rfs::inline RFS_ABI::program {

namespace detail {

RFS_INLINE Lowerer::Lowerer(std::shared_ptr<const typed::Module> module, const Limits& limits, Diagnostics& findings)
    : shared_module_(std::move(module)),
      module_(*shared_module_),
      file_(*module_.file),
      limits_(limits),
      findings_(findings),
      builder_(out_, limits, findings),
      coverage_(kTableWork),
      unused_rows_(kTableWork) {
  out_.module = shared_module_;
  const Date first = file_.effective_from.value_or(*Date::of(1900, 1, 1));
  const Date last = file_.effective_until ? Date{file_.effective_until->days - 1} : *Date::of(2199, 12, 31);
  out_.effective = {first.days, std::max(first, last).days};
  lowered_.resize(module_.nodes.size());
  under_of_.resize(module_.nodes.size());
  elsewhere_.lowered.resize(module_.nodes.size());
  elsewhere_.under_of.resize(module_.nodes.size());
  parents_.resize(module_.nodes.size());
  defaults_.resize(module_.facts.size());
  items_.resize(module_.binders.size());
  binder_scopes_.resize(module_.binders.size(), kApplicant);
  out_.definitions.resize(module_.definitions.size());
  out_.decisions.resize(module_.decisions.size());
}

/// Evaluates constant expressions among the figures, and finds what reads a figure that is not on file.
RFS_INLINE void Lowerer::figures() {
  for (std::size_t p = 0; p < module_.parameters.size(); ++p) {
    const typed::Parameter& from = module_.parameters[ParameterId(p)];
    Parameter out;
    const Kind kind = from.domain.type.kind;
    const bool whole = kind != Kind::money && !(kind == Kind::number && from.domain.type.flavour != Flavour::integer);
    bool has_null = false, first = true;
    Exact step = 0;
    value::Interval hull{0, 0};
    for (std::size_t f = 0; f < from.figures.size(); ++f) {
      const typed::Figure& figure = from.figures[f];
      Value value = figure.value;
      if (figure.root.valid()) {
        const NodeId node = expression(figure.root);
        if (out_.nodes[node].op == Op::constant) value = out_.constants[out_.nodes[node].data];
      }
      out.figures.push_back(value);
      if (figure.null) {
        // The null of days without figures counts where it may be read.
        has_null = has_null || !from.off_file || f + 1 < from.figures.size();
        continue;
      }
      step = gcd(step, value.number);
      hull = first ? value::Interval{value.number, value.number} : value::hull(hull, {value.number, value.number});
      first = false;
    }
    if (is_numeric(kind)) {
      // Declared ends stay; the ends of a type's default range give way to the figures that are on file.
      out.null_range = from.domain.range;
      if (!first && !from.bounded_below && hull.least < out.null_range.least) out.null_range.least = hull.least;
      if (!first && !from.bounded_above && hull.most > out.null_range.most) out.null_range.most = hull.most;
      if (whole)
        out.step = out.off_step = Exact(1);
      else if (!has_null)
        out.step = step;
      out.divisor = gcd(step, gcd(out.null_range.least, out.null_range.most));
    }
    for (const Value& start : from.starts) out.starts_divisor = gcd(out.starts_divisor, start.number);
    out_.parameters.push(std::move(out));
  }
}

/// Returns the least amount that can be paid in the file's currency.
RFS_INLINE Exact Lowerer::minor_unit() const {
  return Exact::power_of_ten(-value::minor_digits(file_.currency).value_or(2));
}

RFS_INLINE void Lowerer::definition(DefinitionId id) {
  const typed::Definition& from = module_.definitions[id];
  if (from.fixed) {
    const std::size_t words = from.type.kind == Kind::choice ? module_.choices.words(from.type.choice).size() : 0;
    out_.definitions[id] = builder_.constant(*from.fixed, from.type.kind, words, {});
    return;
  }
  if (from.type.kind != Kind::list) {
    out_.definitions[id] = expression(from.root);
    return;
  }
  const auto list = definition_list(id, kApplicant);
  out_.definitions[id] = counted(*list, origin(from.root));
  if (builder_.poisoned(out_.definitions[id])) return;
  ListNodes shown{list->scope, list->presence, {}, {}};
  const Made& item = list->fields[0];
  if (item.node.valid()) shown.fields.push_back(item.node);
  if (item.parts && !item.parts->presence.valid()) {
    for (const Made& field : item.parts->fields) shown.fields.push_back(field.node);
  }
  out_.definition_lists.emplace(id.value, std::move(shown));
}

RFS_INLINE void Lowerer::decision(DecisionId id, Decision& out) {
  const typed::Decision& from = module_.decisions[id];
  const rule::Decision& declared = file_.decisions[id.value];
  out.eligible = expression(from.eligible);
  if (!from.amount.valid()) {
    // An amount that was refused, or none: who reads it is told once.
    if (declared.amount.valid()) out.amount = builder_.poison({}, {});
    return;
  }
  const Origin at = origin(from.amount);
  out.granted = expression(from.amount);
  if (declared.mode) {
    const NodeId step = builder_.constant({declared.step, {}}, from.amount_type.kind, 0, at);
    if (!builder_.poisoned(out.granted)) {
      const value::Step exact = out_.ranges[out.granted].step;
      const bool minor = from.amount_type.kind == Kind::money && declared.step == minor_unit();
      if (here() && !minor && exact && (*exact / declared.step).is_integer()) {
        Diagnostic& finding = builder_.report(Code::rounding_idle, Severity::note, at,
                                              "rounding to " + declared.step.text() + " changes nothing here");
        finding.span = declared.round_span;
        finding.help = "every amount is a multiple of " + declared.step.text() + " already";
      }
    }
    out.granted = builder_.binary(Op::round, from.amount_type.kind, out.granted, step, at,
                                  static_cast<std::uint32_t>(*declared.mode));
  }
  if (!builder_.poisoned(out.granted) && out_.ranges[out.granted].reading.interval.least.sign() < 0) {
    const rule::Expression& text = file_.expressions[module_[from.amount].expression];
    const std::string none = from.amount_type.kind == Kind::money ? "0 " + file_.currency : "0";
    Diagnostic& finding = builder_.report(
        Code::amount_negative, Severity::error, at,
        "the amount may be as low as " + rule::spoken({out_.ranges[out.granted].reading.interval.least, {}},
                                                      from.amount_type, module_.choices, file_.currency),
        "write `max(" + none + ", …)`");
    const source::Span span =
        rule::locate(file_, module_[from.amount].expression, {0, static_cast<std::uint32_t>(text.text.size())});
    finding.fixes.push_back({"write `max(" + none + ", …)`",
                             {{{span.begin, span.begin}, "max(" + none + ", "}, {{span.end, span.end}, ")"}}});
  }
  Node made;
  made.op = Op::select;
  made.kind = from.amount_type.kind;
  made.a = out.eligible;
  made.b = out.granted;
  made.c = zero(from.amount_type, at);
  out.amount = builder_.push(made, at);
}

/// Returns a fact's default; invalid where it was refused.
RFS_INLINE NodeId Lowerer::default_value(FactId id) {
  const typed::Fact& fact = module_.facts[id];
  const rule::Fact& declared = file_.facts[id.value];
  if (fact.domain.type.kind == Kind::list) {
    if (here()) field_defaults(id);
    return {};
  }
  if (fact.default_value) {
    const std::size_t words =
        fact.domain.type.kind == Kind::choice ? module_.choices.words(fact.domain.type.choice).size() : 0;
    return builder_.constant(*fact.default_value, fact.domain.type.kind, words, {});
  }
  const NodeId node = expression(fact.default_root);
  if (builder_.poisoned(node)) return {};
  default_in_range(node, fact.domain, declared.name.text, fact.default_root);
  return node;
}

/// Proves that a default is a value that could be given.
RFS_INLINE void Lowerer::default_in_range(NodeId node, const rule::Domain& domain, const std::string& name,
                                          typed::NodeId root) {
  if (domain.type.kind == Kind::text && out_.ranges[node].bytes > rule::kTextBytes) {
    builder_.report(Code::default_range, Severity::error, origin(root),
                    "the default of `" + name + "` may take " + std::to_string(out_.ranges[node].bytes) +
                        " bytes, a text that is given takes at most " + std::to_string(rule::kTextBytes),
                    "keep to the part that matters: `substring(…, 1, 100)`");
  }
  if (!is_numeric(domain.type.kind)) return;
  const value::Interval& found = out_.ranges[node].reading.interval;
  const value::Interval& want = domain.range;
  if (found.least >= want.least && found.most <= want.most) return;
  const auto shown = [&](const Exact& x) { return rule::plain({x, {}}, domain.type, module_.choices, file_.currency); };
  builder_.report(Code::default_range, Severity::error, origin(root),
                  "the default of `" + name + "` may be from " + shown(found.least) + " to " + shown(found.most) +
                      ", outside " + shown(want.least) + " to " + shown(want.most),
                  "cut it with `min` and `max`, or widen the fact's range");
}

/// Lowers the holes of texts, each where its condition is true or false.
RFS_INLINE void Lowerer::texts() {
  const auto holes = [&](rule::TextId text, typed::NodeId condition, bool holds) {
    if (!text.valid()) return;
    for (const rule::Translation& translation : file_.texts[text].translations) {
      for (const rule::Piece& piece : translation.pieces) {
        if (!piece.hole.valid()) continue;
        const typed::NodeId root = module_.holes.at(piece.hole.value);
        under_ = {};
        const Mark mark{undo_.size(), under_};
        if (condition.valid() && module_[condition].op != typed::Op::error) {
          // The condition is lowered again, so that its guards find their constants.
          top_ = condition;
          range(module_[condition].begin, condition);
          push_guards(guards_of(condition, holds), lowered_[condition], holds, origin(condition));
        }
        top_ = root;
        range(module_[root].begin, root);
        const NodeId node = lowered_[root];
        leave(mark);
        out_.holes.emplace(piece.hole.value, node);
        if (module_[root].type.kind != Kind::money || builder_.poisoned(node)) continue;
        const value::Step& step = out_.ranges[node].step;
        if (step && (*step / minor_unit()).is_integer()) continue;
        std::string message = "this amount may be finer than the minor unit";
        const NodeId any = builder_.not_on_file(node);
        if (any.valid()) {
          const std::string& name = file_.parameters[out_.nodes[any].data].name.text;
          message += out_.parameters[ParameterId(out_.nodes[any].data)].step
                         ? ": `" + name + "` may be read on a day without figures"
                         : ": a figure of `" + name + "` is `null`";
        }
        Diagnostic& finding = builder_.report(Code::text_too_fine, Severity::error, origin(root), std::move(message),
                                              "say how it is rounded, like `round_up(…)`");
        if (any.valid()) finding.labels.push_back({file_.parameters[out_.nodes[any].data].name.span, "declared here"});
        const source::Span span = finding.span;
        finding.fixes.push_back({"round up", {{{span.begin, span.begin}, "round_up("}, {{span.end, span.end}, ")"}}});
      }
    }
  };
  const auto words = [&](const rule::Words& w, typed::NodeId condition) {
    holes(w.title, {}, true);
    holes(w.ask, {}, true);
    holes(w.met, condition, true);
    holes(w.unmet, condition, false);
  };
  words(file_.words, {});
  for (const rule::Fact& fact : file_.facts) words(fact.words, {});
  for (const rule::Parameter& parameter : file_.parameters) words(parameter.words, {});
  for (std::size_t i = 0; i < file_.definitions.size(); ++i) {
    // A definition fixed by a test has no condition left that would guard its sentences, and tests show none.
    const typed::Definition& definition = module_.definitions[DefinitionId(i)];
    if (!definition.fixed) words(file_.definitions[i].words, definition.root);
  }
  for (std::size_t i = 0; i < file_.decisions.size(); ++i) {
    words(file_.decisions[i].words, module_.decisions[DecisionId(i)].eligible);
  }
}

RFS_INLINE Program Lowerer::run() {
  figures();
  Node as_of;
  as_of.op = Op::as_of;
  as_of.kind = Kind::date;
  out_.read_on = today_ = builder_.push(as_of, {});
  day_ = {today_, today_, false};
  for (std::size_t i = 0; i < module_.facts.size(); ++i) {
    if (module_.facts[FactId(i)].default_value && module_.facts[FactId(i)].domain.type.kind != Kind::list)
      defaults_[i] = default_value(FactId(i));
  }
  for (const typed::Unit& unit : module_.order) {
    switch (unit.kind) {
      case typed::Unit::Kind::read_on:
        out_.read_on = day_.read_on = expression(module_.read_on);
        break;
      case typed::Unit::Kind::default_value:
        defaults_[unit.index] = default_value(FactId(unit.index));
        break;
      case typed::Unit::Kind::definition:
        definition(DefinitionId(unit.index));
        break;
      case typed::Unit::Kind::decision:
        decision(DecisionId(unit.index), out_.decisions[DecisionId(unit.index)]);
        if (!findings_.has_errors()) conditions(DecisionId(unit.index));
        break;
    }
  }
  out_.deciding = out_.nodes.size();
  if (!findings_.has_errors()) lint();
  texts();
  bodies();
  if (out_.scopes.size() > 1) refuse_long();
  return std::move(out_);
}

}  // namespace detail

RFS_INLINE Program from_typed(std::shared_ptr<const typed::Module> module, const Limits& limits,
                              Diagnostics& findings) {
  return detail::Lowerer(std::move(module), limits, findings).run();
}

}  // namespace rfs::inline RFS_ABI::program
