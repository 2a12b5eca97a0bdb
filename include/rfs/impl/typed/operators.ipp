#pragma once

#include "rfs/impl/typed/typer.hpp"

namespace rfs::inline RFS_ABI::typed::detail {

RFS_INLINE void Typer::need_month_end(E e) {
  if (file_.month_end || month_end_reported_) return;
  month_end_reported_ = true;
  error(Code::month_end_missing, e, "this file adds months to dates and does not say what becomes of month ends",
        "write `\"month_end\": \"clamp\"` at the top of the file (31 January + 1 month is the last day of February) or "
        "`\"next_day\"` (1 March)");
}

/// Where money meets a number, says how the number is written as money.
RFS_INLINE void Typer::suggest_money(Diagnostic& finding, E left, E right) {
  const bool left_is_number = kind_of(left) == Kind::number;
  const E number = left_is_number ? left : right;
  const E other = left_is_number ? right : left;
  if (file_.currency.empty() || kind_of(number) != Kind::number || kind_of(other) != Kind::money) return;
  const expr::Node& n = (*tree_)[number];
  if (n.kind != expr::Kind::number || !n.text.empty()) {
    finding.help = "both must be money; a number times `1 " + file_.currency + "` is money";
    return;
  }
  const source::Span span = rule::locate(file_, expression_, n.span);
  const std::string title = "write `" + n.number.text() + " " + file_.currency + "`";
  finding.help = "the number needs its currency";
  finding.fixes.push_back({title, {{{span.end, span.end}, " " + file_.currency}}});
}

RFS_INLINE void Typer::operand_error(E e, E left, E right, std::string_view verb) {
  const Type& a = type_of(left);
  const Type& b = type_of(right);
  const bool durations =
      (a.kind == Kind::days && b.kind == Kind::months) || (a.kind == Kind::months && b.kind == Kind::days);
  if (durations) {
    Diagnostic& finding =
        error(Code::days_against_months, e, "cannot " + std::string(verb) + " days and months",
              "months have no fixed number of days: add both to a date, like `as_of >= start + 2 months`");
    describe(finding, left);
    describe(finding, right);
    return;
  }
  Diagnostic& finding =
      error(Code::operand_types, e, "cannot " + std::string(verb) + " " + text(a) + " and " + text(b));
  describe(finding, left);
  describe(finding, right);
  if (a.kind == Kind::money || b.kind == Kind::money) {
    suggest_money(finding, left, right);
  } else if (a.kind == Kind::date && b.kind == Kind::number) {
    finding.help = "say what is added, like `30 days` or `2 months`";
  } else if (verb == "add" && (a.kind == Kind::text || b.kind == Kind::text)) {
    finding.help = "`+` joins two texts; a title or sentence shows other values in braces, like `{raised}`";
  }
}

RFS_INLINE Type Typer::sum_type(const Type& a, const Type& b, bool plus) {
  if (a.kind == Kind::number && b.kind == Kind::number) return {Kind::number, rule::common_flavour(a, b), {}};
  if (a.kind == b.kind && (a.kind == Kind::money || a.kind == Kind::months || a.kind == Kind::days)) return a;
  if (a.kind == Kind::date && (b.kind == Kind::months || b.kind == Kind::days)) return a;
  if (plus && b.kind == Kind::date && (a.kind == Kind::months || a.kind == Kind::days)) return b;
  if (!plus && a.kind == Kind::date && b.kind == Kind::date) return {Kind::days, {}, {}};
  if (plus && a.kind == Kind::text && b.kind == Kind::text) return a;
  return {};
}

RFS_INLINE Type Typer::product_type(const Type& a, const Type& b) {
  if (a.kind == Kind::number && b.kind == Kind::number) {
    const bool whole = a.flavour == Flavour::integer && b.flavour == Flavour::integer;
    return {Kind::number, whole ? Flavour::integer : Flavour::plain, {}};
  }
  for (const bool swapped : {false, true}) {
    const Type& unit = swapped ? b : a;
    const Type& number = swapped ? a : b;
    if (number.kind != Kind::number) continue;
    if (unit.kind == Kind::money) return unit;
    if ((unit.kind == Kind::months || unit.kind == Kind::days) && number.flavour == Flavour::integer) return unit;
  }
  return {};
}

RFS_INLINE Type Typer::quotient_type(const Type& a, const Type& b) {
  const Type number{Kind::number, Flavour::plain, {}};
  if (a.kind == Kind::number && b.kind == Kind::number) return number;
  if (a.kind == Kind::money && b.kind == Kind::number) return a;
  if (a.kind == b.kind && (a.kind == Kind::money || a.kind == Kind::months || a.kind == Kind::days)) return number;
  return {};
}

RFS_INLINE void Typer::arithmetic(E e) {
  const expr::Node& n = (*tree_)[e];
  const E left = tree_->operands(e)[0], right = tree_->operands(e)[1];
  if (failed(left) || failed(right)) {
    fail(e);
    return;
  }
  const Type a = type_of(left), b = type_of(right);
  const NodeId straight[] = {of(left), of(right)};
  const NodeId swapped[] = {of(right), of(left)};
  if (n.op == expr::Op::add || n.op == expr::Op::subtract) {
    const bool plus = n.op == expr::Op::add;
    const Type type = sum_type(a, b, plus);
    if (type.kind == Kind::error) {
      operand_error(e, left, right, plus ? "add" : "subtract");
      fail(e);
    } else if (a.kind == Kind::months && b.kind == Kind::date) {
      need_month_end(e);
      emit(e, Op::plus_months, type, swapped);
    } else if (a.kind == Kind::date && b.kind == Kind::months) {
      need_month_end(e);
      emit(e, plus ? Op::plus_months : Op::minus_months, type, straight);
    } else if (type.kind == Kind::text) {
      emit(e, Op::join, type, straight);
    } else {
      emit(e, plus ? Op::add : Op::subtract, type, straight);
    }
    return;
  }
  const bool times = n.op == expr::Op::multiply;
  const Type type = times ? product_type(a, b) : quotient_type(a, b);
  if (type.kind != Kind::error) {
    emit(e, times ? Op::multiply : Op::divide, type, straight);
    return;
  }
  if (times && a.kind == Kind::money && b.kind == Kind::money) {
    Diagnostic& finding =
        error(Code::money_times_money, e, "cannot multiply money by money", "dividing two amounts gives a ratio");
    describe(finding, left);
    describe(finding, right);
    finding.fixes.push_back({"replace `*` with `/`", {{finding.span, "/"}}});
  } else if ((a.kind == Kind::months || a.kind == Kind::days || b.kind == Kind::months || b.kind == Kind::days) &&
             (a.kind == Kind::number || b.kind == Kind::number)) {
    Diagnostic& finding =
        error(Code::months_times_fraction, e,
              times ? "a duration is multiplied by whole numbers only" : "a duration cannot be divided by a number",
              "months and days have no fractions: use a whole number, or `round_down(…)` to one");
    describe(finding, left);
    describe(finding, right);
  } else {
    operand_error(e, left, right, times ? "multiply" : "divide");
  }
  fail(e);
}

RFS_INLINE void Typer::negate(E e) {
  const E operand = tree_->operands(e)[0];
  if (failed(operand)) {
    fail(e);
    return;
  }
  const Type type = type_of(operand);
  if (type.kind == Kind::date || !is_numeric(type.kind)) {
    Diagnostic& finding = error(Code::operand_types, e, "cannot negate " + text(type));
    describe(finding, operand);
    if (type.kind == Kind::boolean) finding.help = "write `not(…)`";
    fail(e);
    return;
  }
  const NodeId operands[] = {of(operand)};
  emit(e, Op::negate, type, operands);
}

/// Whether two operands can be compared, with words resolved; reports where not.
RFS_INLINE bool Typer::comparable(E at, E left, E right, bool ordered) {
  if (failed(left) || failed(right)) return false;
  const bool same = agree(left, right);
  if (failed(left) || failed(right)) return false;  // a word that is no option: reported
  const Type& a = type_of(left);
  const Type& b = type_of(right);
  if (!same) {
    const bool choices = a.kind == Kind::choice && b.kind == Kind::choice;
    if (a.kind == b.kind && choices) {
      Diagnostic& finding = error(Code::comparison_types, at, "cannot compare two choices with different options");
      describe(finding, left);
      describe(finding, right);
    } else if ((a.kind == Kind::days && b.kind == Kind::months) || (a.kind == Kind::months && b.kind == Kind::days)) {
      operand_error(at, left, right, "compare");
    } else {
      Diagnostic& finding = error(Code::comparison_types, at, "cannot compare " + text(a) + " with " + text(b));
      describe(finding, left);
      describe(finding, right);
      suggest_money(finding, left, right);
    }
    return false;
  }
  if (a.kind == Kind::record || a.of == Kind::record) {
    Diagnostic& finding =
        error(Code::comparison_types, at, "cannot compare records", "compare a field, like `a.name = b.name`");
    describe(finding, left);
    return false;
  }
  if (ordered && !is_numeric(a.kind) && a.kind != Kind::text) {
    Diagnostic& finding = error(Code::not_ordered, at, "values of type " + text(a) + " have no order",
                                a.kind == Kind::choice ? "list the words: `x in ('a', 'b')`" : "use `=` or `!=`");
    describe(finding, left);
    return false;
  }
  return true;
}

RFS_INLINE void Typer::compare(E e) {
  const E left = tree_->operands(e)[0], right = tree_->operands(e)[1];
  const expr::Op op = (*tree_)[e].op;
  const bool ordered = op != expr::Op::equal && op != expr::Op::not_equal;
  if (!comparable(e, left, right, ordered)) {
    fail(e);
    return;
  }
  const NodeId operands[] = {of(left), of(right)};
  const Op made = op == expr::Op::equal        ? Op::equal
                  : op == expr::Op::not_equal  ? Op::not_equal
                  : op == expr::Op::less       ? Op::less
                  : op == expr::Op::less_equal ? Op::less_equal
                  : op == expr::Op::greater    ? Op::greater
                                               : Op::greater_equal;
  emit(e, made, {Kind::boolean, {}, {}}, operands);
}

RFS_INLINE void Typer::between(E e) {
  const auto operands = tree_->operands(e);
  const bool least = comparable(e, operands[0], operands[1], true);
  const bool most = comparable(e, operands[0], operands[2], true);
  if (!least || !most) {
    fail(e);
    return;
  }
  const NodeId parts[] = {of(operands[0]), of(operands[1]), of(operands[2])};
  emit(e, Op::between, {Kind::boolean, {}, {}}, parts);
}

}  // namespace rfs::inline RFS_ABI::typed::detail
