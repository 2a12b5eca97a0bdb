#pragma once

#include <algorithm>

#include "rfs/diag/suggest.hpp"
#include "rfs/impl/typed/typer.hpp"
#include "rfs/value/currency.hpp"
#include "rfs/value/rounding.hpp"

namespace rfs::inline RFS_ABI::typed::detail {

/// Whether an argument has the kind wanted; reports where not.
RFS_INLINE bool Typer::argument(E at, Kind kind, std::string_view function) {
  if (!of(at).valid()) {
    error(Code::argument_type, at,
          "`" + std::string(function) + "` expects " + text({kind, {}, {}}) + ", found a list");
    return false;
  }
  if (failed(at)) return false;
  if (kind_of(at) == kind) return true;
  Diagnostic& finding =
      error(Code::argument_type, at,
            "`" + std::string(function) + "` expects " + text({kind, {}, {}}) + ", found " + text(type_of(at)));
  describe(finding, at);
  return false;
}

/// The same for a number without a fraction.
RFS_INLINE bool Typer::whole_argument(E at, std::string_view function) {
  if (!argument(at, Kind::number, function)) return false;
  if (type_of(at).flavour == Flavour::integer) return true;
  Diagnostic& finding =
      error(Code::argument_type, at, "`" + std::string(function) + "` expects integer, found " + text(type_of(at)),
            "round it, like `floor(…)`");
  describe(finding, at);
  return false;
}

RFS_INLINE void Typer::call(E e) {
  const expr::Node& n = (*tree_)[e];
  const Function* const known = overload(e);
  if (known == nullptr) {
    std::vector<std::string_view> names;
    names.reserve(kFunctions.size());
    for (const Function& f : kFunctions) names.push_back(f.name);
    const std::string near = diag::nearest(n.text, names);
    Diagnostic& finding = error(Code::unknown_function, e, "unknown function `" + n.text + "`",
                                near.empty() ? "" : "did you mean `" + near + "`?");
    if (!near.empty()) finding.fixes.push_back({"write `" + near + "`", {{finding.span, near}}});
    fail(e);
    return;
  }
  const Function& function = *known;
  std::vector<E> arguments;
  bool good = true;
  for (const E operand : tree_->operands(e)) {
    const expr::Node& argument_node = (*tree_)[operand];
    const std::string_view named = named_argument(function.op);
    if (argument_node.kind == expr::Kind::argument && function.op != Op::group && argument_node.text != named) {
      const std::string help = named.empty() ? "`" + n.text + "` takes no named arguments"
                                             : "its named argument is `" + std::string(named) + "`";
      error(Code::unknown_argument, operand, "`" + n.text + "` has no argument `" + argument_node.text + "`", help);
      good = false;
    }
    arguments.push_back(operand);
  }
  if (good && (arguments.size() < function.least_arguments || arguments.size() > function.most_arguments)) {
    std::string expected = std::to_string(function.least_arguments);
    if (function.most_arguments == kAnyNumber) {
      expected += " or more";
    } else if (function.most_arguments != function.least_arguments) {
      expected += " or " + std::to_string(function.most_arguments);
    }
    error(Code::wrong_argument_count, e,
          "`" + n.text + "` takes " + expected + " arguments, found " + std::to_string(arguments.size()),
          "`" + n.text + "(" + std::string(function.arguments) + ")`");
    good = false;
  }
  if (!good) {
    fail(e);
    return;
  }
  if (function.of_lists) return list_call(e, function, arguments);
  const Type integer{Kind::number, Flavour::integer, {}};
  const auto emit_all = [&](Type type) {
    std::vector<NodeId> operands;
    operands.reserve(arguments.size());
    for (const E a : arguments) operands.push_back(of(a));
    emit(e, function.op, type, operands);
  };
  switch (function.op) {
    case Op::minimum:
    case Op::maximum:
      extremes(e, function, arguments);
      return;
    case Op::round:
      round(e, function, arguments);
      return;
    case Op::at_least:
    case Op::all_of:
    case Op::any_of:
      counting(e, function, arguments);
      return;
    case Op::make_date:
      make_date(e, arguments);
      return;
    case Op::bracket:
    case Op::marginal:
      schedule(e, function, arguments);
      return;
    case Op::weekdays_but:
      weekdays_but(e, arguments);
      return;
    case Op::logical_not:
      if (argument(arguments[0], Kind::boolean, n.text)) return emit_all({Kind::boolean, {}, {}});
      break;
    case Op::absolute: {
      if (!of(arguments[0]).valid() || failed(arguments[0])) {
        argument(arguments[0], Kind::number, n.text);
        break;
      }
      Type type = type_of(arguments[0]);
      if (!is_numeric(type.kind) || type.kind == Kind::date) {
        argument(arguments[0], Kind::number, n.text);
        break;
      }
      if (type.flavour == Flavour::percent) type.flavour = Flavour::plain;
      return emit_all(type);
    }
    case Op::modulo: {
      const bool left = argument(arguments[0], Kind::number, n.text);
      const bool right = argument(arguments[1], Kind::number, n.text);
      if (!left || !right) break;
      const bool whole =
          type_of(arguments[0]).flavour == Flavour::integer && type_of(arguments[1]).flavour == Flavour::integer;
      return emit_all({Kind::number, whole ? Flavour::integer : Flavour::plain, {}});
    }
    case Op::even:
    case Op::odd:
      if (whole_argument(arguments[0], n.text)) return emit_all({Kind::boolean, {}, {}});
      break;
    case Op::length:
      if (argument(arguments[0], Kind::text, n.text)) return emit_all(integer);
      break;
    case Op::upper:
    case Op::lower:
      if (argument(arguments[0], Kind::text, n.text)) return emit_all({Kind::text, {}, {}});
      break;
    case Op::starts_with:
    case Op::ends_with:
    case Op::contains: {
      const bool whole = argument(arguments[0], Kind::text, n.text);
      const bool part = argument(arguments[1], Kind::text, n.text);
      if (whole && part) return emit_all({Kind::boolean, {}, {}});
      break;
    }
    case Op::substring: {
      bool fits = argument(arguments[0], Kind::text, n.text);
      for (std::size_t i = 1; i < arguments.size(); ++i) fits = whole_argument(arguments[i], n.text) && fits;
      if (fits) return emit_all({Kind::text, {}, {}});
      break;
    }
    case Op::months_between:
    case Op::age:
    case Op::weekdays_between: {
      const bool from = argument(arguments[0], Kind::date, n.text);
      const bool to = argument(arguments[1], Kind::date, n.text);
      if (!from || !to) break;
      if (function.op != Op::weekdays_between) need_month_end(e);
      return emit_all(integer);
    }
    case Op::start_of_month:
    case Op::end_of_month:
      if (argument(arguments[0], Kind::date, n.text)) return emit_all({Kind::date, {}, {}});
      break;
    default:
      break;
  }
  fail(e);
}

/// min and max of values of one ordered type.
RFS_INLINE void Typer::extremes(E e, const Function& function, const std::vector<E>& arguments) {
  std::vector<NodeId> operands;
  bool good = true;
  Type type;
  for (const E a : arguments) {
    if (!of(a).valid() || failed(a)) {
      if (!of(a).valid()) argument(a, Kind::number, function.name);
      good = false;
      continue;
    }
    const Type& found = type_of(a);
    operands.push_back(of(a));
    if (!is_numeric(found.kind)) {
      Diagnostic& finding = error(Code::not_ordered, a,
                                  "`" + std::string(function.name) + "` takes ordered values, found " + text(found));
      describe(finding, a);
      good = false;
    } else if (type.kind == Kind::error) {
      type = found;
    } else if (type.kind != found.kind) {
      operand_error(e, arguments.front(), a,
                    "take the " + std::string(function.op == Op::minimum ? "least" : "greatest") + " of");
      good = false;
      break;
    } else if (type.kind == Kind::number) {
      type.flavour = rule::common_flavour(type, found);
    }
  }
  if (good) {
    emit(e, function.op, type, operands);
  } else {
    fail(e);
  }
}

/// The rounding functions: to whole numbers (money: minor units), to places, or to a step.
RFS_INLINE void Typer::round(E e, const Function& function, const std::vector<E>& arguments) {
  const E x = arguments[0];
  if (!of(x).valid() || failed(x)) {
    argument(x, Kind::number, function.name);
    fail(e);
    return;
  }
  Type type = type_of(x);
  if (type.kind != Kind::number && type.kind != Kind::money) {
    Diagnostic& finding = error(Code::argument_type, x,
                                "`" + std::string(function.name) + "` rounds numbers and money, found " + text(type));
    describe(finding, x);
    fail(e);
    return;
  }
  const std::string_view word = function.name.substr(0, 6) == "round_" ? function.name.substr(6) : function.name;
  const Rounding mode = *value::parse_rounding(word);
  NodeId step;
  bool whole = false;
  if (arguments.size() == 1) {
    int places = 0;
    if (type.kind == Kind::money) {
      if (mode == Rounding::floor || mode == Rounding::ceiling) {
        error(Code::wrong_argument_count, e, "`" + std::string(function.name) + "` of money needs its step",
              "write `" + std::string(function.name) + "(x, to: 1 " + file_.currency + ")`, or give the decimals");
        fail(e);
        return;
      }
      places = value::minor_digits(file_.currency).value_or(2);  // of an unknown currency, which is reported elsewhere
    }
    whole = places == 0;
    step = emit_literal(e, type, {Exact::power_of_ten(-places), {}});
  } else if ((*tree_)[arguments[1]].kind == expr::Kind::argument) {
    const E to = arguments[1];
    if (!of(to).valid() || failed(to)) {
      argument(to, type.kind, function.name);
      fail(e);
      return;
    }
    const Node& n = out_.nodes[of(to)];
    if (n.type.kind != type.kind) {
      Diagnostic& finding =
          error(Code::argument_type, to, "expected a step of type " + text(type) + ", found " + text(n.type));
      describe(finding, to);
      fail(e);
      return;
    }
    if (!n.constant && n.op != Op::parameter) {
      error(Code::constant_needed, to, "a step is a constant or a parameter");
      fail(e);
      return;
    }
    step = of(to);
    whole = n.type.flavour == Flavour::integer;
  } else {
    const E places = arguments[1];
    if (!argument(places, Kind::number, function.name)) {
      fail(e);
      return;
    }
    const Node& n = out_.nodes[of(places)];
    const bool negative = n.op == Op::negate && out_.nodes[out_.operands(of(places))[0]].op == Op::literal;
    const Node& inner = negative ? out_.nodes[out_.operands(of(places))[0]] : n;
    const auto count = inner.op == Op::literal ? out_.values[inner.data].number.to_int64() : std::nullopt;
    if (!count || *count < 0 || *count > 30) {
      error(Code::constant_needed, places, "the number of places is a whole number from -30 to 30");
      fail(e);
      return;
    }
    const int shift = static_cast<int>(negative ? -*count : *count);
    whole = shift <= 0;
    step = emit_literal(e, type, {Exact::power_of_ten(-shift), {}});
  }
  if (type.kind == Kind::number && whole)
    type.flavour = Flavour::integer;
  else if (type.flavour == Flavour::percent)
    type.flavour = Flavour::plain;
  const NodeId operands[] = {of(x), step};
  emit(e, Op::round, type, operands, static_cast<std::uint32_t>(mode));
}

/// at_least(n, [conditions]), all([conditions]), any([conditions]).
RFS_INLINE void Typer::counting(E e, const Function& function, const std::vector<E>& arguments) {
  const E list = arguments.back();
  std::vector<NodeId> operands;
  bool good = true;
  if (function.op == Op::at_least) {
    good = argument(arguments[0], Kind::number, function.name);
    if (good && type_of(arguments[0]).flavour != Flavour::integer) {
      error(Code::argument_type, arguments[0],
            "`at_least` counts in whole numbers, found " + text(type_of(arguments[0])));
      good = false;
    }
    if (good) operands.push_back(of(arguments[0]));
  }
  if ((*tree_)[list].kind != expr::Kind::list) {
    error(Code::argument_type, list, "`" + std::string(function.name) + "` expects a list of conditions",
          "write `[a, b, c]`");
    fail(e);
    return;
  }
  for (const E item : tree_->operands(list)) {
    if (!argument(item, Kind::boolean, function.name)) {
      good = false;
      continue;
    }
    operands.push_back(of(item));
  }
  if (good && tree_->operands(list).empty()) {
    error(Code::wrong_argument_count, list, "`" + std::string(function.name) + "` of no conditions",
          "name at least one");
    good = false;
  }
  if (good) {
    emit(e, function.op, {Kind::boolean, {}, {}}, operands);
  } else {
    fail(e);
  }
}

/// date(y, 4, 24): month and day are literals that exist in every year.
RFS_INLINE void Typer::make_date(E e, const std::vector<E>& arguments) {
  bool good = argument(arguments[0], Kind::number, "date");
  if (good && type_of(arguments[0]).flavour != Flavour::integer) {
    error(Code::argument_type, arguments[0], "a year is a whole number, found " + text(type_of(arguments[0])));
    good = false;
  }
  std::int64_t part[2] = {0, 0};
  for (int i = 0; i < 2; ++i) {
    const E a = arguments[static_cast<std::size_t>(i) + 1];
    const bool is_literal = of(a).valid() && out_.nodes[of(a)].op == Op::literal && kind_of(a) == Kind::number;
    const auto number = is_literal ? out_.values[out_.nodes[of(a)].data].number.to_int64() : std::nullopt;
    if (!number) {
      if (!of(a).valid() || !failed(a))
        error_at(Code::constant_needed, expression_, (*tree_)[a].span,
                 std::string(i == 0 ? "the month" : "the day") + " of `date` is a literal",
                 "only the year may be computed");
      good = false;
    } else {
      part[i] = *number;
    }
  }
  if (good && (part[0] < 1 || part[0] > 12 || part[1] < 1 || part[1] > 31 ||
               !Date::of(2023, static_cast<int>(part[0]), static_cast<int>(part[1])))) {
    error(Code::constant_needed, arguments[2], "this day does not exist in every year",
          "write a month from 1 to 12 and a day that the month always has");
    good = false;
  }
  if (!good) {
    fail(e);
    return;
  }
  const NodeId operands[] = {of(arguments[0])};
  emit(e, Op::make_date, {Kind::date, {}, {}}, operands, static_cast<std::uint32_t>(part[0] * 100 + part[1]));
}

/// Returns what stands before `on`, or all where there is no `on`.
RFS_INLINE Typer::E Typer::undated(E at) const {
  return (*tree_)[at].kind == expr::Kind::on ? tree_->operands(at)[0] : at;
}

/// Returns the schedule that an argument names, with keys and a date or without; null where it names none.
RFS_INLINE const rule::Parameter* Typer::schedule_at(E at) const {
  const Meaning* found = meaning_of(undated(at));
  if (found == nullptr || found->kind != Meaning::Kind::parameter) return nullptr;
  const rule::Parameter& parameter = file_.parameters[found->index];
  return parameter.of ? &parameter : nullptr;
}

/// bracket(schedule, x), marginal(schedule, x).
RFS_INLINE void Typer::schedule(E e, const Function& function, const std::vector<E>& arguments) {
  const std::string name(function.name);
  const rule::Parameter* parameter = schedule_at(arguments[0]);
  if (parameter == nullptr) {
    if (!of(arguments[0]).valid() || !failed(arguments[0])) {
      error(Code::argument_type, arguments[0],
            "`" + name + "` expects a schedule" +
                (of(arguments[0]).valid() ? ", found " + text(type_of(arguments[0])) : std::string()),
            "a schedule is a parameter with `\"type\": \"schedule\"`");
    }
    fail(e);
    return;
  }
  const auto at = static_cast<std::uint32_t>(parameter - file_.parameters.data());
  parameter_used_[at] = true;
  const E lookup = undated(arguments[0]);
  std::optional<std::vector<NodeId>> keys;
  if ((*tree_)[lookup].kind == expr::Kind::index)
    keys = keys_of(lookup, *parameter);
  else if (keys_given(lookup, *parameter))
    keys.emplace();
  const bool dated = lookup != arguments[0];
  if (dated && !is_date(tree_->operands(arguments[0])[1])) keys.reset();
  const Type &divided = parameter->of->type, &given = parameter->domain.type;
  // What a schedule is made of may be a mistake that was reported where it is declared.
  bool good = keys.has_value() && divided.kind != Kind::error && given.kind != Kind::error;
  if (divided.kind != Kind::error) good = argument(arguments[1], divided.kind, name) && good;
  if (!good) {
    fail(e);
    return;
  }
  Type type = given;
  if (function.op == Op::marginal) {
    type = product_type(given, divided.kind == Kind::date ? Type{Kind::days, {}, {}} : type_of(arguments[1]));
    if (given.kind != Kind::number || type.kind == Kind::error) {
      const bool durations = divided.kind == Kind::date || divided.kind == Kind::months || divided.kind == Kind::days;
      error(Code::argument_type, arguments[0],
            "`marginal` sums numbers times parts, and `" + parameter->name.text + "` is of " + text(divided) +
                " and gives " + text(given),
            durations && given.kind == Kind::number ? "days and months are multiplied by integers only"
                                                    : "`bracket` gives the value of the bracket");
      fail(e);
      return;
    }
    // A part begins where a bracket does: it is whole where the argument and all starts are.
    if (type.flavour == Flavour::integer && divided.flavour != Flavour::integer) type.flavour = Flavour::plain;
  }
  std::vector<NodeId> operands{of(arguments[1])};
  operands.insert(operands.end(), keys->begin(), keys->end());
  if (dated) operands.push_back(of(tree_->operands(arguments[0])[1]));
  emit(e, function.op, type, operands, at);
}

}  // namespace rfs::inline RFS_ABI::typed::detail
