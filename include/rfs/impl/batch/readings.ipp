#pragma once

#include <algorithm>
#include <bit>

#include "rfs/impl/batch/readings.hpp"
#include "rfs/impl/evaluate/step.hpp"
#include "rfs/value/interval.hpp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

/// The set of the first words of a choice.
constexpr std::uint64_t first_words(std::size_t count) noexcept {
  return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

/// Whether one word is left. The plainest machines have no instruction that counts bits.
constexpr bool one_word(std::uint64_t set) noexcept { return set != 0 && (set & (set - 1)) == 0; }

RFS_INLINE std::uint64_t words_of(const program::WordSet& set, std::size_t count) {
  std::uint64_t out = 0;
  for (std::size_t word = 0; word < count; ++word) out |= std::uint64_t{set.contains(word) ? 1U : 0U} << word;
  return out;
}

}  // namespace detail

RFS_INLINE ReadingLanes::ReadingLanes(const program::Program& program, const program::Scaled& scaled,
                                      const Binding& binding)
    : program_(program), scaled_(scaled), binding_(binding) {
  const std::size_t bytes = scaled.nodes.size() * 2 * sizeof(std::int64_t);  // of a row
  std::vector<char> live(scaled.nodes.size(), 0);
  rows_ = rows_within(kMostLanes, bytes);
  usable_ = scaled.possible && rows_ * bytes <= kMostLanes;
  for (const ResultColumn& column : binding.results) {
    const bool text = column.form == Form::text || column.form == Form::list;
    const bool set = column.shows == ResultColumn::Shows::unmet || column.shows == ResultColumn::Shows::error;
    usable_ = usable_ && (!text || set);
  }
  for (const program::Decision& decision : program.decisions) usable_ = usable_ && decision.conditions.size() <= 64;
  if (!usable_) return;
  mark(live);
  for (std::size_t i = 0; i < live.size() && usable_; ++i) {
    if (live[i] == 0) continue;
    Node node;
    node.id = program::NodeId(i);
    node.n = scaled.nodes[i];
    usable_ = prepare(node);
    nodes_.push_back(node);
  }
  if (!usable_) return;
  lanes_.resize(live.size() * 2 * rows_);
  none_.resize(2 * rows_);
  days_.resize(rows_);
}

/// Marks what is asked for, and what that is computed from.
RFS_INLINE void ReadingLanes::mark(std::vector<char>& live) const {
  const auto ask = [&](program::NodeId id) {
    if (id.valid() && id.value < live.size()) live[id.value] = 1;
  };
  for (const program::Decision& decision : program_.decisions) {
    for (const program::NodeId id : {decision.eligible, decision.amount}) ask(id);
    for (const program::Walk& walk : decision.walk) {
      for (const program::NodeId id : {walk.node, walk.under, walk.test}) ask(id);
    }
    for (const program::Condition& condition : decision.conditions) {
      for (const program::NodeId id : {condition.node, condition.under}) ask(id);
    }
  }
  for (const ResultColumn& column : binding_.results) {
    if (column.shows == ResultColumn::Shows::definition) ask(program_.definitions[DefinitionId(column.of)]);
  }
  for (std::size_t i = live.size(); i-- > 0;) {
    if (live[i] == 0) continue;
    const program::ScaledNode& n = scaled_.nodes[i];
    for (const program::NodeId id : {n.a, n.b, n.c}) ask(id);
  }
}

/// Fills in both ends of an interval, in units; returns false where they are not whole.
RFS_INLINE bool ReadingLanes::ends(const value::Interval& of, const Exact& unit, Node& node) const {
  const auto least = (of.least / unit).to_int64(), most = (of.most / unit).to_int64();
  if (!least || !most) return false;
  node.least = *least;
  node.most = *most;
  return true;
}

RFS_INLINE bool ReadingLanes::prepare_fact(Node& node) const {
  const program::ScaledNode& n = node.n;
  const rule::Domain& domain = program_.module->facts[FactId(n.data)].domain;
  for (std::size_t i = 0; i < binding_.columns.size(); ++i) {
    const BoundColumn& column = binding_.columns[i];
    if (!column.fact.valid() || column.fact.value != n.data) continue;
    const Target& target = column.decoder.target();
    if (!target.stepped || target.step != scaled_.fact_units[n.data]) return false;
    node.from = Node::From::column;
    node.column = i;
  }
  if (node.from == Node::From::nothing && n.a.valid()) {
    const auto said = std::find(binding_.unknown.begin(), binding_.unknown.end(), FactId(n.data));
    if (said == binding_.unknown.end()) node.from = Node::From::fallback;
  }
  if (domain.type.kind == Kind::boolean) {
    node.most = 1;
    return true;
  }
  if (node.choice) {
    node.least =
        static_cast<std::int64_t>(detail::first_words(program_.module->choices.words(domain.type.choice).size()));
    return true;
  }
  return ends(domain.range, scaled_.units[node.id.value], node);
}

RFS_INLINE bool ReadingLanes::prepare_cut(Node& node) const {
  const program::Node& operand = program_.nodes[node.n.a];
  const program::Cut& cut = program_.cuts[node.n.data];
  node.choice = operand.kind == Kind::choice;
  if (node.choice) {
    node.words = detail::words_of(cut.words, operand.words);
    node.least = static_cast<std::int64_t>(detail::words_of(cut.fallback.words, operand.words));
    return true;
  }
  if (!is_numeric(operand.kind)) return false;
  const Exact& unit = scaled_.units[node.n.a.value];
  if (node.n.nonzero) {
    const auto step = (*program_.ranges[node.n.a].step / unit).to_int64();
    if (!step) return false;
    node.step = *step;
  }
  return node.n.op == program::Op::reaches || ends(cut.fallback.interval, unit, node);
}

/// Fills in what is the same for every applicant; returns false where a node cannot be run.
RFS_INLINE bool ReadingLanes::prepare(Node& node) const {
  using program::Op;
  const program::Node& of = program_.nodes[node.id];
  node.choice = of.kind == Kind::choice;
  if (node.choice && of.words > 64) return false;
  switch (node.n.op) {
    case Op::fact:
      return prepare_fact(node);
    case Op::cut:
    case Op::reaches:
      return prepare_cut(node);
    case Op::parameter: {
      // What lanes hold that are left to evaluate must be as harmless as the ranges prove.
      const program::ScaledParameter& figures = scaled_.parameters[node.n.data];
      const auto on_file = std::find(figures.null.begin(), figures.null.end(), 0);
      if (on_file == figures.null.end()) return false;
      node.least = figures.figures[static_cast<std::size_t>(on_file - figures.null.begin())];
      if (node.choice) node.least = std::int64_t{1} << node.least;
      node.by_word = !node.n.b.valid() && node.n.a.valid() && program_.nodes[node.n.a].kind == Kind::choice;
      node.most = node.least;
      return true;
    }
    case Op::modulo:
      return ends(program_.ranges[node.id].reading.interval, scaled_.units[node.id.value], node);
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
    case Op::brackets:
    case Op::bracket:
    case Op::marginal:
    case Op::present:
    case Op::item:
    case Op::number:
    case Op::listed:
    case Op::member:
    case Op::key:
    case Op::position:
    case Op::unlike:
    case Op::sum_of:
    case Op::count_of:
    case Op::count_unlike:
    case Op::least_of:
    case Op::most_of:
    case Op::mean_of:
    case Op::first_of:
    case Op::last_of:
    case Op::item_at:
    case Op::some_of:
    case Op::equal_lists:
    case Op::weekdays_but:
      return false;
    default:
      return true;
  }
}

RFS_INLINE void ReadingLanes::run(const Decoded& block, const std::vector<std::uint16_t>& rows, std::uint8_t* decided) {
  std::fill_n(decided, rows.size(), 1);
  if (binding_.day) {
    std::fill_n(days_.data(), rows.size(), binding_.day->days);
  } else {
    for (std::size_t i = 0; i < rows.size(); ++i) days_[i] = block.columns.back().lanes[rows[i]];
  }
  for (Node& node : nodes_) {
    if (node.n.op == program::Op::fact) {
      gather(node, block, rows);
    } else {
      step(node, rows.size(), decided);
    }
  }
}

RFS_INLINE void ReadingLanes::gather(const Node& node, const Decoded& block, const std::vector<std::uint16_t>& rows) {
  const Span out = span(node.id);
  if (node.from == Node::From::fallback) {
    const Span from = span(node.n.a);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      out.least[i] = from.least[i] * node.n.y;
      out.most[i] = from.most[i] * node.n.y;
    }
    return;
  }
  if (node.from == Node::From::nothing) {
    std::fill_n(out.least, rows.size(), node.least);
    std::fill_n(out.most, rows.size(), node.most);
    return;
  }
  const Column& column = block.columns[node.column];
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t step = column.step(rows[i]);
    const std::int64_t given = node.choice ? std::int64_t{1} << step : step * node.n.x;
    const bool known = column.cell(rows[i]) == Cell::known;
    out.least[i] = known ? given : node.least;
    out.most[i] = known ? given : node.most;
  }
}

/// Computes one node in all lanes; program::read defines what each reads.
RFS_INLINE void ReadingLanes::step(Node& node, std::size_t rows, std::uint8_t* decided) {
  using program::Op;
  const program::ScaledNode& n = node.n;
  const Span a = span(n.a), b = span(n.b), c = span(n.c), out = span(node.id);
  const std::int64_t x = n.x, y = n.y;
  const auto each = [&](auto least, auto most) {
    for (std::size_t i = 0; i < rows; ++i) {
      const std::int64_t low = least(i), high = most(i);
      out.least[i] = low;
      out.most[i] = high;
    }
  };
  const auto same = [&](auto value) {
    for (std::size_t i = 0; i < rows; ++i) out.least[i] = out.most[i] = value(i);
  };
  switch (n.op) {
    case Op::constant:
      return same([&](std::size_t) { return node.choice ? std::int64_t{1} << x : x; });
    case Op::as_of:
      return same([&](std::size_t i) { return days_[i]; });
    case Op::fact:
      return;
    case Op::parameter:
      return look_up(node, rows, decided);
    case Op::add:
    case Op::add_truth:
      return each([&](std::size_t i) { return x * a.least[i] + y * b.least[i]; },
                  [&](std::size_t i) { return x * a.most[i] + y * b.most[i]; });
    case Op::subtract:
      return each([&](std::size_t i) { return x * a.least[i] - y * b.most[i]; },
                  [&](std::size_t i) { return x * a.most[i] - y * b.least[i]; });
    case Op::multiply:
      for (std::size_t i = 0; i < rows; ++i) {
        const auto [least, most] = std::minmax(
            {a.least[i] * b.least[i], a.least[i] * b.most[i], a.most[i] * b.least[i], a.most[i] * b.most[i]});
        out.least[i] = least;
        out.most[i] = most;
      }
      return;
    case Op::divide:  // by one of one value: the unit is divided instead
      return each([&](std::size_t i) { return x < 0 ? -a.most[i] : a.least[i]; },
                  [&](std::size_t i) { return x < 0 ? -a.least[i] : a.most[i]; });
    case Op::negate:
      return each([&](std::size_t i) { return -x * a.most[i]; }, [&](std::size_t i) { return -x * a.least[i]; });
    case Op::minimum:
      return each([&](std::size_t i) { return std::min(x * a.least[i], y * b.least[i]); },
                  [&](std::size_t i) { return std::min(x * a.most[i], y * b.most[i]); });
    case Op::maximum:
      return each([&](std::size_t i) { return std::max(x * a.least[i], y * b.least[i]); },
                  [&](std::size_t i) { return std::max(x * a.most[i], y * b.most[i]); });
    case Op::absolute:
      return each(
          [&](std::size_t i) {
            return std::max({x * a.least[i], -x * a.most[i], std::int64_t{0}});
          },
          [&](std::size_t i) { return std::max(-x * a.least[i], x * a.most[i]); });
    case Op::modulo:
      for (std::size_t i = 0; i < rows; ++i) {
        const bool known = a.least[i] == a.most[i] && b.least[i] == b.most[i];
        decided[i] &= known ? 1 : 0;
        const std::int64_t rest = known ? evaluate::detail::modulo(x * a.least[i], y * b.least[i]) : 0;
        out.least[i] = known ? rest : node.least;
        out.most[i] = known ? rest : node.most;
      }
      return;
    case Op::round:
      if (y == 1) {
        return each([&](std::size_t i) { return x * a.least[i]; }, [&](std::size_t i) { return x * a.most[i]; });
      }
      return each([&](std::size_t i) { return evaluate::detail::rounded(x * a.least[i], y, n.rounding); },
                  [&](std::size_t i) { return evaluate::detail::rounded(x * a.most[i], y, n.rounding); });
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
      return date(node, rows);
    case Op::less:
      return each([&](std::size_t i) { return std::int64_t{x * a.most[i] < y * b.least[i]}; },
                  [&](std::size_t i) { return std::int64_t{x * a.least[i] < y * b.most[i]}; });
    case Op::less_equal:
      return each([&](std::size_t i) { return std::int64_t{x * a.most[i] <= y * b.least[i]}; },
                  [&](std::size_t i) { return std::int64_t{x * a.least[i] <= y * b.most[i]}; });
    case Op::equal:
      return each(
          [&](std::size_t i) {
            return std::int64_t{(a.least[i] == a.most[i]) & (b.least[i] == b.most[i]) &
                                (x * a.least[i] == y * b.least[i])};
          },
          [&](std::size_t i) {
            return std::int64_t{(x * a.least[i] <= y * b.most[i]) & (y * b.least[i] <= x * a.most[i])};
          });
    case Op::equal_truth:
      return each(
          [&](std::size_t i) {
            return std::int64_t{(a.least[i] == a.most[i]) & (b.least[i] == b.most[i]) & (a.least[i] == b.least[i])};
          },
          [&](std::size_t i) {
            return std::int64_t{(a.least[i] != a.most[i]) | (b.least[i] != b.most[i]) | (a.least[i] == b.least[i])};
          });
    case Op::equal_word:
      return each(
          [&](std::size_t i) {
            return std::int64_t{a.least[i] == b.least[i] && detail::one_word(static_cast<std::uint64_t>(a.least[i]))};
          },
          [&](std::size_t i) { return std::int64_t{(a.least[i] & b.least[i]) != 0}; });
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
    case Op::brackets:
    case Op::bracket:
    case Op::marginal:
    case Op::present:
    case Op::item:
    case Op::number:
    case Op::listed:
    case Op::member:
    case Op::key:
    case Op::position:
    case Op::unlike:
    case Op::sum_of:
    case Op::count_of:
    case Op::count_unlike:
    case Op::least_of:
    case Op::most_of:
    case Op::mean_of:
    case Op::first_of:
    case Op::last_of:
    case Op::item_at:
    case Op::some_of:
    case Op::equal_lists:
    case Op::weekdays_but:
      return;  // prepare() refuses them
    case Op::logical_and:
      return each([&](std::size_t i) { return a.least[i] & b.least[i]; },
                  [&](std::size_t i) { return a.most[i] & b.most[i]; });
    case Op::logical_or:
      return each([&](std::size_t i) { return a.least[i] | b.least[i]; },
                  [&](std::size_t i) { return a.most[i] | b.most[i]; });
    case Op::logical_not:
      return each([&](std::size_t i) { return 1 - a.most[i]; }, [&](std::size_t i) { return 1 - a.least[i]; });
    case Op::select:
      for (std::size_t i = 0; i < rows; ++i) {
        const bool yes = a.most[i] != 0, no = a.least[i] == 0;  // which branches may be
        if (node.choice) {
          out.least[i] = (yes ? b.least[i] : 0) | (no ? c.least[i] : 0);
          continue;
        }
        const std::int64_t b_least = x * b.least[i], b_most = x * b.most[i];
        const std::int64_t c_least = y * c.least[i], c_most = y * c.most[i];
        out.least[i] = !no ? b_least : !yes ? c_least : std::min(b_least, c_least);
        out.most[i] = !no ? b_most : !yes ? c_most : std::max(b_most, c_most);
      }
      return;
    case Op::cut:
    case Op::reaches:
      return cut(node, rows);
    case Op::refine_no:
    case Op::refine_yes:
      if (n.data != 0) return same([&](std::size_t) { return std::int64_t{n.data == program::kSettledYes}; });
      if (n.op == Op::refine_no) {
        return each([&](std::size_t i) { return a.least[i]; },
                    [&](std::size_t i) { return b.most[i] == 0 ? a.least[i] : a.most[i]; });
      }
      return each([&](std::size_t i) { return b.most[i] == 0 ? a.most[i] : a.least[i]; },
                  [&](std::size_t i) { return a.most[i]; });
  }
}

/// program::apply_cut in all lanes.
RFS_INLINE void ReadingLanes::cut(const Node& node, std::size_t rows) {
  const program::ScaledNode& n = node.n;
  const Span a = span(n.a), out = span(node.id);
  const bool reaches = n.op == program::Op::reaches;
  for (std::size_t i = 0; i < rows; ++i) {
    std::int64_t least = a.least[i], most = a.most[i];
    bool left = true;
    if (node.choice) {
      least &= static_cast<std::int64_t>(node.words);
      left = least != 0;
    } else {
      least = std::max(least, n.least);
      most = std::min(most, n.most);
      if (n.nonzero) {
        if (least == 0) least = node.step;
        if (most == 0) most = -node.step;
      }
      left = least <= most && (!n.nonzero || node.step != 0);
    }
    out.least[i] = reaches ? std::int64_t{left} : left ? least : node.least;
    out.most[i] = reaches ? std::int64_t{left} : left ? most : node.most;
  }
}

RFS_INLINE void ReadingLanes::date(const Node& node, std::size_t rows) {
  using program::Op;
  const program::ScaledNode& n = node.n;
  const Span a = span(n.a), b = span(n.b), out = span(node.id);
  const MonthEnd end = program_.module->file->month_end.value_or(MonthEnd::clamp);
  evaluate::Instruction step;
  step.detail = static_cast<std::uint8_t>(n.op);
  step.d = n.data;
  const auto at = [&](std::int64_t first, std::int64_t second) {
    return evaluate::detail::date_step(step, first, second, end);
  };
  for (std::size_t i = 0; i < rows; ++i) {
    std::int64_t a_least = a.least[i], a_most = a.most[i], b_least = b.least[i], b_most = b.most[i];
    switch (n.op) {
      case Op::month:
      case Op::day:
      case Op::weekday:  // these begin anew inside an interval
        if (a_least != a_most) {
          const value::Interval days{a_least, a_most};
          const value::Interval found = n.op == Op::month ? value::month(days)
                                        : n.op == Op::day ? value::day(days)
                                                          : value::weekday(days);
          out.least[i] = *found.least.to_int64();
          out.most[i] = *found.most.to_int64();
          continue;
        }
        break;
      case Op::minus_months:  // falls with the second
        std::swap(b_least, b_most);
        break;
      case Op::months_between:
      case Op::age:
      case Op::weekdays_between:  // fall with the first
        std::swap(a_least, a_most);
        break;
      default:
        break;
    }
    out.least[i] = at(a_least, b_least);
    out.most[i] = a_least == a_most && b_least == b_most ? out.least[i] : at(a_most, b_most);
  }
}

RFS_INLINE void ReadingLanes::look_up(Node& node, std::size_t rows, std::uint8_t* decided) {
  const std::vector<typed::Period>& periods = program_.module->parameters[ParameterId(node.n.data)].periods;
  const bool on = program_.nodes[node.id].on;
  const typed::Period* last = nullptr;
  const Span out = span(node.id), dates = span(node.n.c);
  const auto look_up_on = [&](std::uint32_t root, std::size_t i) {
    return node.by_word ? look_up_word(node, root, i) : look_up(node, root, i);
  };
  for (std::size_t i = 0; i < rows; ++i) {
    if (on) {
      // A date that is not known is left to evaluate.
      std::uint32_t root = evaluate::kNothing;
      if (dates.least[i] == dates.most[i])
        root = evaluate::detail::root_on(program_, ParameterId(node.n.data), dates.least[i]);
      if (root != evaluate::kNothing && look_up_on(root, i)) continue;
    } else {
      const std::int64_t day = days_[i];
      if (last == nullptr || day < last->from || day >= last->until) {
        last = nullptr;
        for (const typed::Period& period : periods) {
          if (period.from <= day && day < period.until) last = &period;
        }
      }
      if (last != nullptr && look_up_on(last->root, i)) continue;
    }
    decided[i] = 0;
    out.least[i] = node.least;
    out.most[i] = node.most;
  }
}

/// Looks up one lane whose word is known by the figures of all words, which are looked up once a root.
RFS_INLINE bool ReadingLanes::look_up_word(Node& node, std::uint32_t root, std::size_t lane) {
  const std::uint64_t set = words(node.n.a, lane);
  if (!detail::one_word(set)) return look_up(node, root, lane);
  if (node.root != root) {
    const typed::Parameter& parameter = program_.module->parameters[ParameterId(node.n.data)];
    node.root = root;
    node.figures.clear();
    for (std::int64_t word = 0; word < program_.nodes[node.n.a].words; ++word) {
      const std::int64_t keys[3] = {word, 0, 0};
      node.figures.push_back(evaluate::detail::figure_from(root, parameter, scaled_.parameters[node.n.data], keys));
    }
  }
  const std::int64_t figure = node.figures[static_cast<std::size_t>(std::countr_zero(set))];
  if (figure == evaluate::detail::kMissing) return false;
  const Span out = span(node.id);
  out.least[lane] = out.most[lane] = node.choice ? std::int64_t{1} << figure : figure;
  return true;
}

/// Looks up one lane: the hull of the figures of all words that keys may be. Returns false where that is left to
/// evaluate.
RFS_INLINE bool ReadingLanes::look_up(const Node& node, std::uint32_t root, std::size_t lane) {
  constexpr std::size_t kMostFigures = 256;
  const typed::Parameter& parameter = program_.module->parameters[ParameterId(node.n.data)];
  std::int64_t first[3] = {}, last[3] = {};
  std::uint64_t words[3] = {};
  std::size_t figures = 1, count = 0;
  for (const auto& [key, times] : {std::pair(node.n.a, node.n.x), {node.n.b, node.n.y}, {node.n.c, node.n.z}}) {
    if (!key.valid()) continue;
    const std::size_t k = count++;
    first[k] = least(key, lane) * times;
    last[k] = most(key, lane) * times;
    const Kind kind = program_.nodes[key].kind;
    if (kind == Kind::choice) {
      words[k] = this->words(key, lane);
      first[k] = std::countr_zero(words[k]);
      last[k] = 63 - std::countl_zero(words[k]);
    } else if (kind == Kind::boolean) {
      words[k] = first[k] == last[k] ? std::uint64_t{1} << first[k] : 3;
    } else if (first[k] != last[k]) {
      return false;
    }
    if (words[k] != 0) figures *= static_cast<std::size_t>(std::popcount(words[k]));
  }
  if (figures > kMostFigures) return false;
  const Span out = span(node.id);
  const auto possible = [&](std::size_t k, std::int64_t key) { return words[k] == 0 || (words[k] >> key & 1) != 0; };
  bool some = false;
  for (std::int64_t i = first[0]; i <= last[0]; ++i) {
    if (!possible(0, i)) continue;
    for (std::int64_t j = first[1]; j <= last[1]; ++j) {
      if (!possible(1, j)) continue;
      for (std::int64_t k = first[2]; k <= last[2]; ++k) {
        if (!possible(2, k)) continue;
        std::int64_t figure =
            evaluate::detail::figure_from(root, parameter, scaled_.parameters[node.n.data], {i, j, k});
        if (figure == evaluate::detail::kMissing) return false;
        if (node.choice) figure = (some ? out.least[lane] : 0) | std::int64_t{1} << figure;
        out.least[lane] = some && !node.choice ? std::min(out.least[lane], figure) : figure;
        out.most[lane] = some ? std::max(out.most[lane], figure) : figure;
        some = true;
      }
    }
  }
  return some;
}

}  // namespace rfs::inline RFS_ABI::batch
