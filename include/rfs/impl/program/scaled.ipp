#pragma once

#include <algorithm>
#include <optional>

#include "rfs/program/scaled.hpp"
#include "rfs/value/currency.hpp"

namespace rfs::inline RFS_ABI::program {

namespace detail {

/// Scales one program; stops at the first node that cannot be.
class Scaler {
 public:
  Scaler(const Program& program, bool lists) : program_(program), lists_(lists) {}

  Scaled run() {
    if (!figures()) return {};
    if (lists_) find_read();
    for (std::size_t i = 0; i < program_.deciding; ++i) {
      if (lists_ && !read_[i]) {
        out_.nodes.emplace_back();
        out_.units.emplace_back(1);
        continue;
      }
      const auto made = node(NodeId(i));
      if (!made) return {};
      out_.nodes.push_back(*made);
    }
    for (const typed::Fact& fact : program_.module->facts) out_.fact_units.push_back(fact_unit(fact.domain));
    const Exact cent = Exact::power_of_ten(-value::minor_digits(program_.module->file->currency).value_or(0));
    for (const Decision& decision : program_.decisions) {
      const bool money = decision.amount.valid() && program_.nodes[decision.amount].kind == Kind::money;
      const auto factor = money ? fitting(out_.units[decision.amount.value] / cent) : std::nullopt;
      out_.minor.push_back(factor && fits(program_.ranges[decision.amount].reading.interval, cent) ? *factor : 0);
    }
    out_.possible = true;
    return std::move(out_);
  }

 private:
  // Every intermediate stays below this, so that sums of two do not overflow.
  static constexpr std::int64_t kMost = std::int64_t{1} << 61;

  /// Finds the nodes that something of applicants reads. An item has a node for each of its fields, and a list a node
  /// for what makes its items distinct, though only their number may be asked for: what nothing reads need not be
  /// scaled.
  void find_read() {
    read_.assign(program_.deciding, false);
    const auto mark = [&](NodeId id) {
      if (id.valid() && id.value < read_.size()) read_[id.value] = true;
    };
    for (std::size_t i = program_.deciding; i-- > 0;) {
      const Node& n = program_.nodes[NodeId(i)];
      if (n.scope == kApplicant) read_[i] = true;
      if (!read_[i]) continue;
      for (const NodeId operand : {n.a, n.b, n.c, n.d}) mark(operand);
      if (n.op == Op::listed || n.op == Op::member || n.op == Op::key) {
        for (const NodeId operand : program_.operands[n.data]) mark(operand);
      }
      mark(program_.scopes[n.scope].presence);
      mark(program_.scopes[n.scope].key);
      if (!is_aggregate(n.op)) continue;
      const Scope& over = program_.scopes[program_.aggregates[n.data].scope];
      mark(over.presence);
      mark(over.key);
    }
  }

  static std::optional<std::int64_t> fitting(const Exact& x) {
    const auto whole = x.to_int64();
    if (!whole || *whole > kMost || *whole < -kMost) return std::nullopt;
    return whole;
  }

  /// Returns how many of one unit make the other, where that is whole and every value of the node then fits. What is
  /// always 0 is so in any unit.
  [[nodiscard]] std::optional<std::int64_t> factor(NodeId operand, const Exact& unit) const {
    const value::Interval& range = program_.ranges[operand].reading.interval;
    if (range.known() && range.least.is_zero()) return 1;
    const Exact times = out_.units[operand.value] / unit;
    if (!times.is_integer() || !fits(range, unit)) return std::nullopt;
    return fitting(times);
  }

  static bool fits(const value::Interval& range, const Exact& unit) {
    return fitting((range.least / unit).ceiling()) && fitting((range.most / unit).ceiling());
  }

  static Exact fact_unit(const rule::Domain& domain) {
    const value::Step step = rule::step_of(domain);
    if (domain.type.kind == Kind::text || domain.type.kind == Kind::list || !step || !fits(domain.range, *step))
      return 0;
    return *step;
  }

  bool figures() {
    for (std::size_t p = 0; p < program_.parameters.size(); ++p) {
      const Parameter& from = program_.parameters[ParameterId(p)];
      const typed::Parameter& declared = program_.module->parameters[ParameterId(p)];
      ScaledParameter made;
      const Exact unit = is_numeric(declared.domain.type.kind) ? figure_unit(ParameterId(p)) : Exact(1);
      for (std::size_t f = 0; f < from.figures.size(); ++f) {
        const bool null = declared.figures[f].null;
        const auto k = null || unit.is_zero() ? std::optional<std::int64_t>(0) : fitting(from.figures[f].number / unit);
        if (!k) return false;
        made.figures.push_back(*k);
        made.null.push_back(null ? 1 : 0);
      }
      out_.parameters.push_back(std::move(made));
    }
    return true;
  }

  /// Returns whether a unit is of a size that 64-bit values are counted in. What is computed from larger ones would
  /// grow without end.
  static bool is_small(const Exact& unit) { return unit.numerator_bits() <= 63 && unit.denominator_bits() <= 63; }

  /// Returns the unit of a parameter's figures; a figure that is not on file leaves them no step, and the others have
  /// one. 0 where there is no small one.
  [[nodiscard]] Exact figure_unit(ParameterId id) const {
    const Parameter& from = program_.parameters[id];
    if (const auto unit = unit_of(from.step)) return *unit;
    const typed::Parameter& declared = program_.module->parameters[id];
    Exact unit = 0;
    for (std::size_t f = 0; f < from.figures.size(); ++f) {
      if (!declared.figures[f].null) unit = gcd(unit, from.figures[f].number);
      if (!is_small(unit)) return 0;
    }
    return unit.is_zero() ? Exact(1) : unit;
  }

  /// Returns a unit of a node whose range has no step because a figure is not on file: for those of whom every figure
  /// is, it has one.
  [[nodiscard]] std::optional<Exact> own_unit(const Node& n) const {
    const auto of = [&](NodeId operand) -> const Exact& { return out_.units[operand.value]; };
    switch (n.op) {
      case Op::parameter:
        return figure_unit(ParameterId(n.data));
      case Op::add:
      case Op::subtract:
      case Op::minimum:
      case Op::maximum:
      case Op::modulo:
        return gcd(of(n.a), of(n.b));
      case Op::select:
        return gcd(of(n.b), of(n.c));
      case Op::negate:
      case Op::absolute:
      case Op::cut:
        return of(n.a);
      case Op::multiply:
        return of(n.a) * of(n.b);
      case Op::divide: {
        const value::Interval& by = program_.ranges[n.b].reading.interval;
        return by.known() ? std::optional<Exact>((of(n.a) / by.least).abs()) : std::nullopt;
      }
      default:
        return std::nullopt;
    }
  }

  static std::optional<Exact> unit_of(const value::Step& step) {
    if (!step) return std::nullopt;
    return step->is_zero() ? Exact(1) : *step;
  }

  std::optional<ScaledNode> node(NodeId id) {
    const Node& n = program_.nodes[id];
    const Range& range = program_.ranges[id];
    ScaledNode out;
    out.op = n.op;
    out.a = n.a;
    out.b = n.b;
    out.c = n.c;
    out.data = n.data;
    Exact unit = 1;
    if (is_numeric(n.kind)) {
      // Dates and durations are counted in days and months, whatever larger steps they have.
      const bool counted = n.kind == Kind::date || n.kind == Kind::months || n.kind == Kind::days;
      auto step = counted ? std::optional<Exact>(1) : unit_of(range.step);
      if (!step) step = own_unit(n);
      if (!step || step->is_zero() || !is_small(*step) || !fits(range.reading.interval, *step)) return std::nullopt;
      unit = *step;
    } else if (n.kind != Kind::boolean && n.kind != Kind::choice) {
      return std::nullopt;
    }
    if (!operands(n, range.reading.interval, unit, out)) return std::nullopt;
    out_.units.push_back(std::move(unit));
    return out;
  }

  /// Brings two operands to one unit.
  bool common(NodeId a, NodeId b, const Exact& unit, ScaledNode& out) const {
    const auto x = factor(a, unit), y = factor(b, unit);
    if (!x || !y) return false;
    out.x = *x;
    out.y = *y;
    return true;
  }

  bool operands(const Node& n, const value::Interval& range, Exact& unit, ScaledNode& out) const {
    switch (n.op) {
      case Op::constant: {
        const auto k = fitting(program_.constants[n.data].number / unit);
        if (k) out.x = *k;
        return k.has_value();
      }
      case Op::fact: {
        const Exact given = is_numeric(n.kind)
                                ? unit_of(rule::step_of(program_.module->facts[FactId(n.data)].domain)).value_or(0)
                                : Exact(1);
        const auto x = fitting(given / unit);
        if (!x || *x == 0) return false;
        out.x = *x;
        if (!n.a.valid()) return true;
        const auto y = factor(n.a, unit);
        if (y) out.y = *y;
        return y.has_value();
      }
      case Op::parameter:
        // The third key is the date of what is read on one.
        if (n.on) {
          if (n.c.valid()) return false;
          out.c = n.d;
        } else if (n.d != as_of_read()) {
          return false;
        }
        return key(n.a, out.x) && key(n.b, out.y) && key(out.c, out.z);
      case Op::as_of:
      case Op::plus_months:
      case Op::minus_months:
      case Op::months_between:
      case Op::age:
      case Op::weekdays_between:
      case Op::year:
      case Op::month:
      case Op::day:
      case Op::weekday:
      case Op::start_of_month:
      case Op::end_of_month:
      case Op::make_date:
      case Op::add_truth:
        return ones(n, unit);
      case Op::add:
      case Op::subtract:
      case Op::minimum:
      case Op::maximum:
      case Op::modulo:
        return common(n.a, n.b, unit, out);
      case Op::multiply:
        unit = out_.units[n.a.value] * out_.units[n.b.value];
        return fits(range, unit);
      case Op::divide: {
        // Only by a divisor of one value: then the unit is the dividend's through it.
        const value::Interval& by = program_.ranges[n.b].reading.interval;
        if (!by.known()) return false;
        unit = (out_.units[n.a.value] / by.least).abs();
        out.x = by.least.sign();
        return fits(range, unit);
      }
      case Op::negate:
      case Op::absolute: {
        const auto x = factor(n.a, unit);
        if (x) out.x = *x;
        return x.has_value();
      }
      case Op::round: {
        const value::Interval& to = program_.ranges[n.b].reading.interval;
        if (!to.known()) return false;
        out.rounding = static_cast<Rounding>(n.data);
        const Exact ratio = out_.units[n.a.value] / to.least;
        if (ratio.is_integer()) {  // nothing to round
          const auto x = factor(n.a, unit);
          if (x) out.x = *x;
          out.y = 1;
          return x.has_value();
        }
        const auto parts = Exact::parse(ratio.numerator()), steps = Exact::parse(ratio.denominator());
        if (!parts || !steps || unit != to.least) return false;
        const auto x = fitting(*parts), y = fitting(*steps);
        // Twice the dividend is compared with the divisor.
        const value::Interval& from = program_.ranges[n.a].reading.interval;
        if (!x || !y || *y > kMost / 4 || !fits(from, out_.units[n.a.value] / *parts / 4)) return false;
        out.x = *x;
        out.y = *y;
        return true;
      }
      case Op::less:
      case Op::less_equal:
      case Op::equal:
        return common(n.a, n.b, gcd(out_.units[n.a.value], out_.units[n.b.value]), out);
      case Op::equal_truth:
      case Op::equal_word:
      case Op::logical_and:
      case Op::logical_or:
      case Op::logical_not:
      case Op::refine_no:
      case Op::refine_yes:
        return true;
      case Op::present:
      case Op::key:
      case Op::count_of:
      case Op::count_unlike:
      case Op::some_of:
        return lists_;
      case Op::item: {
        const rule::Domain& list = program_.module->facts[FactId(program_.scopes[n.scope].data)].domain;
        const Exact given = fact_unit(list.list->fields[n.data].domain);
        if (!lists_ || given.is_zero()) return false;
        const auto x = fitting(given / unit);
        if (!x || *x == 0) return false;
        out.x = *x;
        if (!n.a.valid()) return true;
        const auto y = factor(n.a, unit);
        if (y) out.y = *y;
        return y.has_value();
      }
      case Op::member:
        return lists_ && program_.operands[n.data].size() == 1 &&
               out_.units[program_.operands[n.data][0].value] == unit;
      case Op::sum_of:
      case Op::first_of:
      case Op::last_of:
      case Op::least_of:
      case Op::most_of: {
        // What aggregates make of items is in the unit of these.
        const bool same = !is_numeric(n.kind) || out_.units[n.a.value] == unit;
        return lists_ && same && (n.op == Op::sum_of || !n.c.valid() || !is_numeric(n.kind) || factor(n.c, unit));
      }
      case Op::number:
      case Op::listed:
      case Op::position:
      case Op::unlike:
      case Op::mean_of:
      case Op::item_at:
      case Op::equal_lists:
      case Op::weekdays_but:
      case Op::brackets:
      case Op::bracket:
      case Op::marginal:
      case Op::equal_text:
      case Op::less_text:
      case Op::less_equal_text:
      case Op::join:
      case Op::length:
      case Op::upper:
      case Op::lower:
      case Op::starts_with:
      case Op::ends_with:
      case Op::contains:
      case Op::substring:
        return false;
      case Op::select:
        return !is_numeric(n.kind) || common(n.b, n.c, unit, out);
      case Op::cut:
      case Op::reaches:
        return cut(n, unit, out);
    }
    return false;
  }

  /// Finds the factor that brings a key to ones: rows are found by whole numbers.
  bool key(NodeId key, std::int64_t& times) const {
    if (!key.valid() || !is_numeric(program_.nodes[key].kind)) return true;
    const auto ones = factor(key, Exact(1));
    if (ones) times = *ones;
    return ones.has_value();
  }

  /// Whether a node and its numeric operands are counted in ones, as dates and counts are.
  [[nodiscard]] bool ones(const Node& n, const Exact& unit) const {
    if (unit != Exact(1)) return false;
    for (const NodeId operand : {n.a, n.b}) {
      if (operand.valid() && out_.units[operand.value] != Exact(1)) return false;
    }
    return true;
  }

  /// The node on whose day figures are read, where that is as_of.
  [[nodiscard]] NodeId as_of_read() const {
    return program_.nodes[program_.read_on].op == Op::as_of ? program_.read_on : NodeId{};
  }

  bool cut(const Node& n, const Exact& unit, ScaledNode& out) const {
    const Cut& cut = program_.cuts[n.data];
    if (program_.nodes[n.a].kind == Kind::choice) {
      if (n.op == Op::cut) out.fallback = static_cast<std::int64_t>(cut.fallback.words.front());
      return true;
    }
    const Exact& of = out_.units[n.a.value];
    if (n.op == Op::cut && unit != of) return false;
    out.least = -kMost;
    out.most = kMost;
    out.nonzero = cut.nonzero && program_.ranges[n.a].step.has_value();
    const auto end = [&](const std::optional<Exact>& at, std::int64_t& into) {
      if (!at) return true;
      const auto k = fitting(*at / of);
      if (k) into = *k;
      return k.has_value();
    };
    if (!end(cut.least, out.least) || !end(cut.most, out.most)) return false;
    if (n.op == Op::reaches) return true;
    return end(cut.fallback.interval.least, out.fallback);
  }

  const Program& program_;
  bool lists_;  ///< whether aggregates may be among the nodes
  std::vector<bool> read_;
  Scaled out_;
};

}  // namespace detail

RFS_INLINE Scaled scale(const Program& program, bool with_lists) { return detail::Scaler(program, with_lists).run(); }

}  // namespace rfs::inline RFS_ABI::program
