#pragma once

#include <algorithm>
#include <bit>

#include "rfs/impl/program/builder.hpp"
#include "rfs/program/read.hpp"
#include "rfs/rule/given.hpp"
#include "rfs/value/date.hpp"

namespace rfs::inline RFS_ABI::program::detail {

/// Proves that digits stay inside the limit, before anything is computed; returns false where they may not. For nodes
/// without a step these are the bounds; with one, set_steps() finds closer ones from the range.
RFS_INLINE bool Builder::step_and_bits(const Node& node, Range& range, const Origin& origin) {
  const auto numerator = [&](NodeId id) { return std::uint64_t{range_of(id).numerator_bits}; };
  const auto denominator = [&](NodeId id) { return std::uint64_t{range_of(id).denominator_bits}; };
  std::uint64_t n = 1, d = 1;
  switch (node.op) {
    case Op::add:
    case Op::subtract:
      n = std::max(numerator(node.a) + denominator(node.b), numerator(node.b) + denominator(node.a)) + 1;
      d = denominator(node.a) + denominator(node.b);
      break;
    case Op::multiply:
      n = numerator(node.a) + numerator(node.b);
      d = denominator(node.a) + denominator(node.b);
      break;
    case Op::divide: {
      // Where the divisor has both signs, its step stands for its nearest values to 0.
      const Exact& step = out_.constants[node.data].number;
      n = numerator(node.a) + std::max<std::uint64_t>(denominator(node.b), step.denominator_bits());
      d = denominator(node.a) + std::max<std::uint64_t>(numerator(node.b), step.numerator_bits());
      break;
    }
    case Op::modulo:
      d = denominator(node.a) + denominator(node.b);
      n = numerator(node.b) + d;
      break;
    case Op::round:
      d = denominator(node.b);
      n = numerator(node.a) + numerator(node.b) + d + 1;
      break;
    case Op::constant:
      n = out_.constants[node.data].number.numerator_bits();
      d = out_.constants[node.data].number.denominator_bits();
      break;
    case Op::select:
      n = std::max(numerator(node.b), numerator(node.c));
      d = std::max(denominator(node.b), denominator(node.c));
      break;
    case Op::minimum:
    case Op::maximum:
      n = std::max(numerator(node.a), numerator(node.b));
      d = std::max(denominator(node.a), denominator(node.b));
      break;
    case Op::negate:
    case Op::absolute:
      n = numerator(node.a);
      d = denominator(node.a);
      break;
    case Op::cut: {
      n = numerator(node.a);
      d = denominator(node.a);
      const Cut& cut = out_.cuts[node.data];
      for (const auto& end : {cut.least, cut.most}) {
        if (!end) continue;
        n = std::max<std::uint64_t>(n, end->numerator_bits());
        d = std::max<std::uint64_t>(d, end->denominator_bits());
      }
      break;
    }
    case Op::marginal: {
      // Every sum is a multiple of the figures' divisor times that of the argument and the starts, and its size is at
      // most that of the greatest figure times the whole argument.
      const Parameter& figures = out_.parameters[ParameterId(node.data)];
      std::uint64_t figure =
          std::max(figures.null_range.least.numerator_bits(), figures.null_range.most.numerator_bits());
      std::uint64_t argument = numerator(node.b);
      for (const Value& value : figures.figures)
        figure = std::max<std::uint64_t>(figure, value.number.numerator_bits());
      for (const Value& start : out_.module->parameters[ParameterId(node.data)].starts)
        argument = std::max<std::uint64_t>(argument, start.number.numerator_bits());
      d = figures.divisor.denominator_bits() + figures.starts_divisor.denominator_bits() + denominator(node.b);
      n = figure + argument + 1 + d;
      break;
    }
    case Op::bracket:
    case Op::parameter: {
      const Parameter& figures = out_.parameters[ParameterId(node.data)];
      for (const Value& figure : figures.figures) {
        n = std::max<std::uint64_t>(n, figure.number.numerator_bits());
        d = std::max<std::uint64_t>(d, figure.number.denominator_bits());
      }
      for (const Exact& end : {figures.null_range.least, figures.null_range.most}) {
        n = std::max<std::uint64_t>(n, end.numerator_bits());
        d = std::max<std::uint64_t>(d, end.denominator_bits());
      }
      break;
    }
    case Op::fact: {
      const rule::Domain& domain = out_.module->facts[FactId(node.data)].domain;
      for (const Exact& end : {domain.range.least, domain.range.most}) {
        n = std::max<std::uint64_t>(n, end.numerator_bits());
        d = std::max<std::uint64_t>(d, end.denominator_bits());
      }
      if (const value::Step step = rule::step_of(domain)) {  // between whole ends lie values with decimals
        n += step->denominator_bits();
        d = std::max<std::uint64_t>(d, step->denominator_bits());
      }
      if (node.a.valid()) {
        n = std::max(n, numerator(node.a));
        d = std::max(d, denominator(node.a));
      }
      break;
    }
    case Op::item: {
      const rule::Domain& list = out_.module->facts[FactId(out_.scopes[node.scope].data)].domain;
      const rule::Domain& domain = list.list->fields[node.data].domain;
      for (const Exact& end : {domain.range.least, domain.range.most}) {
        n = std::max<std::uint64_t>(n, end.numerator_bits());
        d = std::max<std::uint64_t>(d, end.denominator_bits());
      }
      if (const value::Step step = rule::step_of(domain)) {
        n += step->denominator_bits();
        d = std::max<std::uint64_t>(d, step->denominator_bits());
      }
      if (node.a.valid()) {
        n = std::max(n, numerator(node.a));
        d = std::max(d, denominator(node.a));
      }
      break;
    }
    case Op::listed:
    case Op::member:
    case Op::key:
      for (const NodeId operand : out_.operands[node.data]) {
        n = std::max(n, numerator(operand));
        d = std::max(d, denominator(operand));
      }
      break;
    case Op::least_of:
    case Op::most_of:
    case Op::first_of:
    case Op::last_of:
    case Op::item_at:
      n = numerator(node.a);
      d = denominator(node.a);
      if (node.op == Op::item_at || !node.c.valid()) break;
      n = std::max(n, numerator(node.c));
      d = std::max(d, denominator(node.c));
      break;
    case Op::sum_of:
    case Op::mean_of: {
      // Items of one step have one denominator; of others, each may bring its own.
      const std::uint64_t count = out_.scopes[out_.aggregates[node.data].scope].most_count;
      const auto digits = static_cast<std::uint64_t>(std::bit_width(count));
      const value::Step& step = range_of(node.a).step;
      d = step ? std::max<std::uint64_t>(denominator(node.a), step->denominator_bits())
               : denominator(node.a) * std::max<std::uint64_t>(count, 1);
      n = numerator(node.a) + digits + d;
      if (node.op == Op::mean_of) {
        d += digits;
        if (node.c.valid()) {
          n = std::max(n, numerator(node.c));
          d = std::max(d, denominator(node.c));
        }
      }
      break;
    }
    default:
      n = 64;
      break;  // dates and counts
  }
  const auto most = static_cast<std::uint64_t>(static_cast<double>(limits_.digits) * kBitsPerDigit);
  if (n <= most && d <= most) {
    range.numerator_bits = static_cast<std::uint32_t>(n);
    range.denominator_bits = static_cast<std::uint32_t>(d);
    return true;
  }
  const auto digits = static_cast<std::uint64_t>(static_cast<double>(std::max(n, d)) / kBitsPerDigit);
  report(Code::digits_limit, Severity::error, origin,
         "this number may take " + std::to_string(digits) + " digits, the limit is " + std::to_string(limits_.digits),
         "round it, or narrow the `min`, `max` and `places` of what it is computed from");
  return false;
}

/// Whether a node that reads a parameter may do so on a day without figures.
RFS_INLINE bool Builder::may_be_off_file(const Node& node) const {
  const Node& lookup = node.op == Op::parameter ? node : out_.nodes[node.a];
  if (!lookup.on) return false;
  const OnFile on = on_file(out_, ParameterId(node.data));
  const value::Interval& days = readings_[lookup.d].interval;
  return days.least < Exact(on.from) || days.most >= Exact(on.until);
}

/// Returns what divides the figures that a node may read.
RFS_INLINE const value::Step& Builder::step_of_figures(const Node& node) const {
  const Parameter& figures = out_.parameters[ParameterId(node.data)];
  return may_be_off_file(node) ? figures.off_step : figures.step;
}

/// Returns the node that reads a figure that is not on file, where a node may be of any number of digits because of it.
RFS_INLINE NodeId Builder::not_on_file(NodeId id) const {
  while (id.valid() && !range_of(id).step) {
    const Node& n = out_.nodes[id];
    const bool reads = n.op == Op::parameter || n.op == Op::bracket || n.op == Op::marginal;
    if (reads && !step_of_figures(n)) return id;
    id = {};
    for (const NodeId operand : {n.a, n.b, n.c, n.d}) {
      if (operand.valid() && is_numeric(out_.nodes[operand].kind) && !range_of(operand).step) id = operand;
    }
  }
  return {};
}

/// Finds the number that divides all values of a node, and from it closer bounds of its digits.
RFS_INLINE void Builder::set_steps(const Node& node, Range& range) {
  const auto step = [&](NodeId id) -> const value::Step& { return range_of(id).step; };
  const auto both = [&](NodeId a, NodeId b) -> value::Step {
    if (!step(a) || !step(b)) return std::nullopt;
    return gcd(*step(a), *step(b));
  };
  switch (node.op) {
    case Op::constant:
      range.step = out_.constants[node.data].number.abs();
      break;
    case Op::fact: {
      range.step = rule::step_of(out_.module->facts[FactId(node.data)].domain);
      if (range.reading.interval.known() && !range.step) range.step = range.reading.interval.least.abs();
      if (node.a.valid())
        range.step = range.step && step(node.a) ? value::Step(gcd(*range.step, *step(node.a))) : std::nullopt;
      break;
    }
    case Op::parameter:
    case Op::bracket:
      range.step = step_of_figures(node);
      break;
    case Op::marginal: {
      const Parameter& figures = out_.parameters[ParameterId(node.data)];
      const value::Step& figure = step_of_figures(node);
      if (figure && step(node.b)) range.step = *figure * gcd(*step(node.b), figures.starts_divisor);
      break;
    }
    case Op::add:
    case Op::subtract:
    case Op::minimum:
    case Op::maximum:
    case Op::modulo:
      range.step = both(node.a, node.b);
      break;
    case Op::select:
      range.step = both(node.b, node.c);
      break;
    case Op::multiply:
      if (step(node.a) && step(node.b)) range.step = *step(node.a) * *step(node.b);
      break;
    case Op::divide: {
      const value::Interval& divisor = range_of(node.b).reading.interval;
      if (step(node.a) && divisor.known()) range.step = (*step(node.a) / divisor.least).abs();
      break;
    }
    case Op::negate:
    case Op::absolute:
    case Op::cut:
      range.step = step(node.a);
      break;
    case Op::round:
      if (step(node.b)) {
        const Range& to = range_of(node.b);
        const bool idle =
            to.reading.interval.known() && step(node.a) && (*step(node.a) / to.reading.interval.least).is_integer();
        range.step = idle ? step(node.a) : step(node.b);
      }
      break;
    case Op::item:
      range.step =
          rule::step_of(out_.module->facts[FactId(out_.scopes[node.scope].data)].domain.list->fields[node.data].domain);
      if (node.a.valid())
        range.step = range.step && step(node.a) ? value::Step(gcd(*range.step, *step(node.a))) : std::nullopt;
      break;
    case Op::listed:
    case Op::member:
    case Op::key:
      range.step = Exact(0);
      for (const NodeId operand : out_.operands[node.data])
        range.step = range.step && step(operand) ? value::Step(gcd(*range.step, *step(operand))) : std::nullopt;
      break;
    case Op::sum_of:
    case Op::item_at:
      range.step = step(node.a);
      break;
    case Op::least_of:
    case Op::most_of:
    case Op::first_of:
    case Op::last_of:
      range.step = node.c.valid() ? both(node.a, node.c) : step(node.a);
      break;
    case Op::mean_of:
      break;  // a mean may have any decimals
    default:
      range.step = Exact(1);
      break;  // dates and counts
  }
  if (range.nothing) range.step = Exact(0);  // every number divides all of no values
  if (!range.step) return;
  const Exact largest = std::max(range.reading.interval.least.abs(), range.reading.interval.most.abs());
  range.denominator_bits =
      static_cast<std::uint32_t>(std::min<std::size_t>(range.denominator_bits, range.step->denominator_bits()));
  const Exact whole = largest.ceiling();
  const std::size_t closer = whole.numerator_bits() + range.step->denominator_bits();
  range.numerator_bits = static_cast<std::uint32_t>(std::min<std::size_t>(range.numerator_bits, closer));
}

RFS_INLINE bool Builder::refuse_date(const Node& node, const Range& range, const Origin& origin) {
  const value::Interval& x = range.reading.interval;
  if (node.kind == Kind::date && (x.least < kFirstDate.days || x.most > kLastDate.days)) {
    report(Code::date_range, Severity::error, origin, "this date may leave the years 0001 to 9999",
           "narrow the `min` and `max` of the facts it is computed from");
    return true;
  }
  return false;
}

RFS_INLINE bool Builder::refuse_rounding_step(const Node& node, const Origin& origin) {
  if (node.op != Op::round || range_of(node.b).reading.interval.least.sign() > 0) return false;
  report(Code::step_not_positive, Severity::error, origin, "the step to round to may be 0 or less",
         "give the parameter a `min` above 0, or correct its values");
  return true;
}

/// Proves how many bytes a text takes at most, before anything is computed; returns whether the operators on texts may
/// read and make more bytes than the limit, which bounds both their time and their memory.
RFS_INLINE bool Builder::refuse_texts(const Node& node, Range& range, const Origin& origin) {
  const auto bytes = [&](NodeId id) { return range_of(id).bytes; };
  std::uint64_t work = 0;
  switch (node.op) {
    case Op::constant:
      range.bytes = out_.constants[node.data].text.size();
      return false;
    case Op::fact:
      if (node.kind == Kind::text) range.bytes = rule::kTextBytes;
      return false;
    case Op::parameter:
    case Op::bracket: {
      if (node.kind != Kind::text) return false;
      const typed::Parameter& parameter = out_.module->parameters[ParameterId(node.data)];
      const std::size_t unread = parameter.off_file && !may_be_off_file(node) ? 1 : 0;
      for (std::size_t f = 0; f + unread < parameter.figures.size(); ++f) {
        const typed::Figure& figure = parameter.figures[f];
        range.bytes = std::max<std::uint64_t>(range.bytes, figure.null ? rule::kTextBytes : figure.value.text.size());
      }
      return false;
    }
    case Op::select:
      range.bytes = std::max(bytes(node.b), bytes(node.c));
      return false;
    case Op::item:
      if (node.kind == Kind::text) range.bytes = rule::kTextBytes;
      if (node.a.valid()) range.bytes = std::max(range.bytes, bytes(node.a));
      return false;
    case Op::listed:
    case Op::member:
    case Op::key:
      for (const NodeId operand : out_.operands[node.data]) range.bytes = std::max(range.bytes, bytes(operand));
      return false;
    case Op::first_of:
    case Op::last_of:
    case Op::item_at:
      range.bytes = bytes(node.a);
      if (node.op != Op::item_at && node.c.valid()) range.bytes = std::max(range.bytes, bytes(node.c));
      return false;
    case Op::join:
      work = range.bytes = bytes(node.a) + bytes(node.b);
      break;
    case Op::upper:
    case Op::lower:
      work = range.bytes = bytes(node.a) + bytes(node.a) / 2;
      break;
    case Op::substring: {
      work = range.bytes = bytes(node.a);
      if (!node.c.valid()) break;
      const auto letters = range_of(node.c).reading.interval.most.to_int64();
      constexpr std::uint64_t kLetterBytes = 4;  // in UTF-8, at most
      if (letters && static_cast<std::uint64_t>(*letters) < (range.bytes + kLetterBytes - 1) / kLetterBytes)
        range.bytes = static_cast<std::uint64_t>(*letters) * kLetterBytes;
      break;
    }
    case Op::length:
      work = bytes(node.a);
      break;
    case Op::contains:
      work = bytes(node.a) + bytes(node.b);
      break;
    case Op::starts_with:
    case Op::ends_with:
    case Op::equal_text:
    case Op::less_text:
    case Op::less_equal_text:
      work = std::min(bytes(node.a), bytes(node.b));
      break;
    default:
      return false;
  }
  // Inside a list once for each of its items.
  for (ScopeId scope = node.scope; scope != kApplicant; scope = out_.scopes[scope].parent) {
    const std::uint64_t items = std::max<std::uint64_t>(out_.scopes[scope].most_count, 1);
    work = work > limits_.text_bytes / items ? limits_.text_bytes + 1 : work * items;
  }
  text_bytes_ += work;
  if (text_bytes_ <= limits_.text_bytes) return false;
  report(Code::texts_limit, Severity::error, origin,
         "the texts up to here may take " + std::to_string(text_bytes_) + " bytes, the limit is " +
             std::to_string(limits_.text_bytes),
         "keep to the part that matters: `substring(…, 1, 100)`");
  text_bytes_ -= work;
  return true;
}

RFS_INLINE bool Builder::refuse_divisor(const Node& node, const Origin& origin) {
  if (node.op != Op::divide && node.op != Op::modulo) return false;
  const Range& divisor = range_of(node.b);
  const value::Interval& x = divisor.reading.interval;
  const bool holds_zero = x.least.sign() <= 0 && x.most.sign() >= 0;
  if (!holds_zero || divisor.nonzero) return false;
  // The divisor's own text, for the guard to write.
  const Origin at = out_.origins[node.b];
  const bool named = at.expression == origin.expression && at.expression.valid() && at.span.end > at.span.begin;
  std::string guard = named ? std::string(text_of(at)) : "the divisor";
  const rule::File& file = *out_.module->file;
  Kind kind = out_.nodes[node.b].kind;
  std::string zero = kind == Kind::money    ? "0 " + file.currency
                     : kind == Kind::days   ? "0 days"
                     : kind == Kind::months ? "0 months"
                                            : "0";
  if (!divisor.step) {
    report(Code::divisor_zero, Severity::error, origin, "the divisor may be 0",
           "guard it with a lower bound above 0: `if " + guard + " >= … then … else …`");
    return true;
  }
  Diagnostic& finding = report(Code::divisor_zero, Severity::error, origin, "the divisor may be 0",
                               "guard it: `if " + guard + " != " + zero + " then … else …`");
  if (!named) return true;
  const source::Span span = rule::locate(file, origin.expression, origin.span);
  const std::string otherwise = node.kind == Kind::money ? "0 " + file.currency : "0";
  finding.fixes.push_back({"guard the division, 0 otherwise",
                           {{{span.begin, span.begin}, "(if " + guard + " != " + zero + " then "},
                            {{span.end, span.end}, " else " + otherwise + ")"}}});
  return true;
}

RFS_INLINE bool Builder::refuse_lookup(const Node& node, const Origin& origin) {
  if (node.op != Op::parameter && node.op != Op::brackets) return false;
  const ParameterId id(node.data);
  const typed::Parameter& parameter = out_.module->parameters[id];
  const rule::Parameter& declared = out_.module->file->parameters[node.data];
  std::vector<Reading> keys;
  for (const NodeId key : {node.a, node.b, node.c}) {
    if (key.valid()) keys.push_back(readings_[key]);
  }
  std::string gap, row, period;
  bool off_file = false;
  for_each_figure(out_, node, readings_[node.d].interval, keys, [&](const Found& found) {
    off_file = off_file || (found.period == kNoFigure && found.figure != kNoFigure);
    if (found.figure != kNoFigure) return;
    if (found.period == kNoFigure) {
      gap = "the values of `" + declared.name.text + "` begin on " +
            (declared.periods.empty() ? std::string("no day") : declared.periods.front().from.text()) +
            ", and it is read from " +
            Date{static_cast<std::int32_t>(*readings_[node.d].interval.least.to_int64())}.text();
      return;
    }
    if (!row.empty()) return;
    for (std::size_t i = 0; i < found.keys.size(); ++i) {
      const std::string key = rule::plain({found.keys[i], {}}, parameter.keys[i], out_.module->choices, {});
      row += (row.empty() ? "" : ", ") + key;
    }
    period = Date{static_cast<std::int32_t>(parameter.periods[found.period].from)}.text();
  });
  if (!gap.empty()) {
    report(Code::parameter_gap, Severity::error, origin, gap,
           "add a value from that day, or `null` where it is not on file, or let `effective` begin later")
        .labels.push_back({declared.name.span, "declared here"});
    return true;
  }
  if (off_file) note_off_file(node, origin);
  if (row.empty()) return false;
  report(Code::lookup_missing, Severity::error, origin,
         "`" + declared.name.text + "` has no row for " + row + " from " + period,
         "add the row, `null` where it is not on file, or `\"*\"` for all others; or guard the lookup with `in`")
      .labels.push_back({declared.name.span, "declared here"});
  return true;
}

/// Notes that a parameter may be read on days for which there is no figure, once for each place.
RFS_INLINE void Builder::note_off_file(const Node& node, const Origin& origin) {
  const auto place = std::tuple(node.data, origin.expression.value, origin.span.begin);
  if (!noted_off_file_.insert(place).second) return;
  const rule::Name& name = out_.module->file->parameters[node.data].name;
  const OnFile on = on_file(out_, ParameterId(node.data));
  const auto day = [](std::int64_t days) { return Date{static_cast<std::int32_t>(days)}.text(); };
  const value::Interval& days = readings_[node.d].interval;
  const std::string first = day(*days.least.to_int64()), last = day(*days.most.to_int64());
  report(Code::off_file, Severity::note, origin,
         "figures of `" + name.text + "` are on file from " + day(on.from) +
             (on.until > kLastDate.days ? std::string() : " to " + day(on.until - 1)) + ", and it " +
             (first == last ? "is read on " + first : "may be read from " + first + " to " + last),
         "on the other days it reads as a figure that is not on file, and outcomes list it as missing")
      .labels.push_back({name.span, "declared here"});
}

/// Refuses an argument that is not proven to be in one of a schedule's brackets.
RFS_INLINE bool Builder::refuse_below(const Node& node, const Origin& origin) {
  if ((node.op != Op::bracket && node.op != Op::marginal) || range_of(node.b).nothing) return false;
  const typed::Parameter& parameter = out_.module->parameters[ParameterId(node.data)];
  const Type& type = parameter.of->type;
  const Reading& x = readings_[node.b];
  const Value* latest = nullptr;  // of the first brackets of the lists that may be read
  for (std::size_t list = 0; list < parameter.lists.size(); ++list) {
    const Value& first = parameter.starts[parameter.lists[list]];
    if (!readings_[node.a].words.contains(list)) continue;
    if (latest == nullptr || (type.kind == Kind::text ? latest->text < first.text : latest->number < first.number))
      latest = &first;
  }
  if (latest == nullptr) return false;
  const bool is_text = type.kind == Kind::text;
  if (is_text ? latest->text.empty() || (x.text != nullptr && *x.text >= latest->text)
              : x.interval.least >= latest->number)
    return false;
  const rule::File& file = *out_.module->file;
  const rule::Name& name = file.parameters[node.data].name;
  const Origin at = out_.origins[node.b];
  const bool named = at.expression == origin.expression && at.expression.valid() && at.span.end > at.span.begin;
  const std::string argument = named ? std::string(text_of(at)) : "the argument";
  std::string start = rule::plain(*latest, type, out_.module->choices, file.currency);
  if (type.kind == Kind::money) start += " " + file.currency;
  if (type.kind == Kind::date) start = "@'" + start + "'";
  if (is_text) start = "'" + start + "'";
  Diagnostic& finding =
      report(Code::below_brackets, Severity::error, origin,
             "`" + argument + "` may be below the first bracket of `" + name.text + "`, which begins at " + start,
             is_text ? "let the first bracket begin at `\"\"`"
                     : "guard it: `if " + argument + " >= " + start + " then … else …`, or add a bracket");
  finding.labels.push_back({name.span, "declared here"});
  if (!named || node.op != Op::marginal) return true;
  const source::Span span = finding.span;
  const std::string none = node.kind == Kind::money    ? "0 " + file.currency
                           : node.kind == Kind::days   ? "0 days"
                           : node.kind == Kind::months ? "0 months"
                                                       : "0";
  finding.fixes.push_back({"guard the sum, 0 otherwise",
                           {{{span.begin, span.begin}, "(if " + argument + " >= " + start + " then "},
                            {{span.end, span.end}, " else " + none + ")"}}});
  return true;
}

/// Refuses what would go through more brackets than an applicant may cost. All else takes one step a node.
RFS_INLINE bool Builder::refuse_steps(const Node& node, const Origin& origin) {
  if (node.op != Op::bracket && node.op != Op::marginal) return false;
  const bool passed_before = bracket_steps_ > limits_.steps;
  bracket_steps_ += out_.module->parameters[ParameterId(node.data)].figures.size();
  if (bracket_steps_ <= limits_.steps) return false;
  if (passed_before) return true;  // one mistake, however many read schedules
  report(Code::steps_limit, Severity::error, origin,
         "the schedules of this file may take " + std::to_string(bracket_steps_) + " steps, the limit is " +
             std::to_string(limits_.steps),
         "give `" + out_.module->file->parameters[node.data].name.text +
             "` fewer brackets, or read it in one definition that others name")
      .labels.push_back({out_.module->file->parameters[node.data].name.span, "declared here"});
  return true;
}

}  // namespace rfs::inline RFS_ABI::program::detail
