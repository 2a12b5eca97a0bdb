#pragma once

#include <algorithm>

#include "rfs/diag/suggest.hpp"
#include "rfs/impl/typed/lists.ipp"
#include "rfs/impl/typed/typer.hpp"
#include "rfs/value/currency.hpp"
#include "rfs/value/date.hpp"

namespace rfs::inline RFS_ABI::typed::detail {

RFS_INLINE Diagnostic& Typer::error_file(Code code, source::Span span, std::string path, std::string message,
                                         std::string help) {
  Diagnostic finding;
  finding.code = code;
  finding.message = std::move(message);
  finding.file = file_.file;
  finding.span = span;
  finding.path = std::move(path);
  finding.help = std::move(help);
  return findings_.add(std::move(finding));
}

RFS_INLINE Diagnostic& Typer::error_at(Code code, rule::ExpressionId id, source::Span span, std::string message,
                                       std::string help) {
  return error_file(code, findings_.full() ? source::Span{} : rule::locate(file_, id, span), file_.expressions[id].path,
                    std::move(message), std::move(help));
}

RFS_INLINE Diagnostic& Typer::error(Code code, E e, std::string message, std::string help) {
  return error_at(code, expression_, (*tree_)[e].mark, std::move(message), std::move(help));
}

/// Labels an operand with its type and where it was declared.
RFS_INLINE void Typer::describe(Diagnostic& finding, E e) {
  const expr::Node& n = (*tree_)[e];
  std::string label = text(type_of(e));
  if (n.kind == expr::Kind::input) {  // it stands at the top of the column
    finding.labels.push_back({rule::locate(file_, out_.nodes[of(e)].expression, out_.nodes[of(e)].span), label});
    return;
  }
  E named = e;
  if (n.kind == expr::Kind::index) named = tree_->operands(e)[0];
  if ((*tree_)[named].kind == expr::Kind::name) {
    const auto found = meanings_.find((*tree_)[named].text);
    if (found != meanings_.end()) {
      const source::Place place = source::place_of(file_.file->text, found->second.declared.begin);
      label += ", declared at " + std::to_string(place.line) + ":" + std::to_string(place.column);
    }
  }
  finding.labels.push_back({rule::locate(file_, expression_, n.span), std::move(label)});
}

RFS_INLINE NodeId Typer::emit(E e, Op op, Type type, std::span<const NodeId> operands, std::uint32_t data) {
  const expr::Node& from = (*tree_)[e];
  Node made;
  made.op = op;
  made.type = type;
  made.first = static_cast<std::uint32_t>(out_.operand_pool.size());
  made.count = static_cast<std::uint32_t>(operands.size());
  made.data = data;
  made.expression = expression_;
  made.span = from.span;
  made.mark = from.mark;
  made.begin = NodeId(out_.nodes.size());
  made.constant = !operands.empty() && op != Op::error;
  for (const NodeId operand : operands) {
    made.begin = std::min(made.begin, out_.nodes[operand].begin);
    made.constant = made.constant && out_.nodes[operand].constant;
  }
  if (op == Op::literal) made.constant = true;
  if (op == Op::parameter || op == Op::bracket || op == Op::marginal || op == Op::on) made.constant = false;
  out_.operand_pool.insert(out_.operand_pool.end(), operands.begin(), operands.end());
  const NodeId id = out_.nodes.push(made);
  map_[e] = id;
  return id;
}

/// Marks a construct as wrong: reported already, so that nothing built on it is reported again.
RFS_INLINE NodeId Typer::fail(E e) { return emit(e, Op::error, {}, {}); }

RFS_INLINE std::uint32_t Typer::literal(Value value) {
  out_.values.push_back(std::move(value));
  return static_cast<std::uint32_t>(out_.values.size() - 1);
}

RFS_INLINE NodeId Typer::emit_literal(E e, Type type, Value value) {
  return emit(e, Op::literal, type, {}, literal(std::move(value)));
}

RFS_INLINE std::string Typer::nearest_name(std::string_view word) const {
  if (findings_.full() || unknown_names_.size() >= Diagnostics::kMost) return {};
  for (auto context = contexts_.rbegin(); context != contexts_.rend(); ++context) {  // `total` for `one.total`
    if (context->name.empty() || context->failed) continue;
    const Type item = out_.binders[context->binder].item;
    if (item.kind != Kind::record) continue;
    for (const auto& field : out_.records.fields(item.record)) {
      if (field.name == word) return std::string(context->name) + "." + field.name;
    }
  }
  std::vector<std::string_view> names{"as_of"};
  for (const auto& fact : file_.facts) names.push_back(fact.name.text);
  for (const auto& parameter : file_.parameters) names.push_back(parameter.name.text);
  for (const auto& definition : file_.definitions) names.push_back(definition.name.text);
  for (const auto& decision : file_.decisions) names.push_back(decision.name.text);
  for (const Context& context : contexts_) {  // fields that may be named here
    if (!context.name.empty() || context.failed) continue;
    const Type item = out_.binders[context.binder].item;
    if (item.kind != Kind::record) continue;
    for (const auto& field : out_.records.fields(item.record)) names.push_back(field.name);
  }
  return diag::nearest(word, names);
}

/// Types one expression and returns its root.
RFS_INLINE NodeId Typer::type(rule::ExpressionId id) {
  expression_ = id;
  tree_ = &file_.expressions[id].tree;
  map_.clear();
  if (tree_->failed()) {
    Node made;
    made.begin = NodeId(out_.nodes.size());
    made.expression = id;
    return out_.nodes.push(made);
  }
  map_.resize(tree_->nodes.size());
  skip_.assign(tree_->nodes.size(), false);
  list_allowed_.assign(tree_->nodes.size(), false);
  for (std::size_t i = 0; i < tree_->nodes.size(); ++i) {
    const E e(i);
    const expr::Kind kind = (*tree_)[e].kind;
    // `in` and the functions that take conditions resolve a list's items themselves.
    if ((kind == expr::Kind::call && takes_conditions((*tree_)[e].text)) ||
        (kind == expr::Kind::test && (*tree_)[e].op == expr::Op::equal)) {
      for (const E operand : tree_->operands(e)) list_allowed_[operand.value] = true;
    }
    if (kind == expr::Kind::call && is_of_schedules((*tree_)[e].text) && !tree_->operands(e).empty()) {
      const E first = tree_->operands(e)[0];
      skip_[first.value] = skip_[first.value] || schedule_at(first) != nullptr;
    }
    if (kind == expr::Kind::on) {
      const E value = tree_->operands(e)[0];
      skip_[value.value] = skip_[value.value] || has_dates(value);
    }
    if (kind == expr::Kind::member || kind == expr::Kind::index) {
      const E object = tree_->operands(e)[0];
      if ((*tree_)[object].kind != expr::Kind::name) continue;
      const auto found = meanings_.find((*tree_)[object].text);
      if (found == meanings_.end()) continue;
      skip_[object.value] =
          found->second.kind == (kind == expr::Kind::member ? Meaning::Kind::decision : Meaning::Kind::parameter);
    }
  }
  find_contexts();
  for (std::size_t i = 0; i < tree_->nodes.size(); ++i) {
    const auto opened = opens_.find(static_cast<std::uint32_t>(i));
    // What a lookup finds is no list.
    if (opened != opens_.end() && !skip_[tree_->operands(opened->second)[0].value]) open(opened->second);
    node(E(i));
  }
  return map_[tree_->root];
}

RFS_INLINE void Typer::node(E e) {
  switch ((*tree_)[e].kind) {
    case expr::Kind::error:
      fail(e);
      break;
    case expr::Kind::number:
    case expr::Kind::string:
    case expr::Kind::date:
    case expr::Kind::boolean:
      leaf(e);
      break;
    case expr::Kind::name:
      if (!skip_[e.value]) name(e);
      break;
    case expr::Kind::call:
      call(e);
      break;
    case expr::Kind::argument:
      set(e, of(tree_->operands(e)[0]));
      break;
    case expr::Kind::member:
      member(e);
      break;
    case expr::Kind::index:
      if (!skip_[e.value]) index(e);
      break;
    case expr::Kind::on:
      if (!skip_[e.value]) on(e);
      break;
    case expr::Kind::list:
      if (!list_allowed_[e.value]) list(e);
      break;
    case expr::Kind::negate:
      negate(e);
      break;
    case expr::Kind::arithmetic:
      arithmetic(e);
      break;
    case expr::Kind::compare:
      compare(e);
      break;
    case expr::Kind::between:
      between(e);
      break;
    case expr::Kind::in:
      in(e);
      break;
    case expr::Kind::test:
      break;  // resolved by `in`
    case expr::Kind::range:
      numbers(e);
      break;
    case expr::Kind::logical_and:
    case expr::Kind::logical_or:
      logical(e);
      break;
    case expr::Kind::conditional:
      conditional(e);
      break;
    case expr::Kind::quantified:
      quantified(e);
      break;
    case expr::Kind::loop:
      loop(e);
      break;
    case expr::Kind::input:
      set(e, cell_input_);
      break;
  }
}

RFS_INLINE void Typer::leaf(E e) {
  const expr::Node& n = (*tree_)[e];
  switch (n.kind) {
    case expr::Kind::boolean:
      emit_literal(e, {Kind::boolean, {}, {}}, {n.number, {}});
      return;
    case expr::Kind::date:
      emit_literal(e, {Kind::date, {}, {}}, {Date::parse(n.text)->days, {}});
      return;
    case expr::Kind::string: {
      const NodeId id = emit_literal(e, {Kind::text, {}, {}}, {0, n.text});
      words_[id.value] = {n.text};
      return;
    }
    default:
      break;
  }
  if (n.text.empty()) {
    emit_literal(e, {Kind::number, n.number.is_integer() ? Flavour::integer : Flavour::plain, {}}, {n.number, {}});
  } else if (n.text == "%") {
    emit_literal(e, {Kind::number, Flavour::percent, {}}, {n.number / 100, {}});
  } else if (value::minor_digits(n.text)) {
    if (file_.currency.empty()) {
      error(Code::invalid_currency, e, "money needs a `currency`",
            "say at the top of the file which currency amounts are in");
      fail(e);
    } else if (n.text != file_.currency) {
      error(Code::two_currencies, e, "cannot use " + n.text + " in a file whose currency is " + file_.currency,
            "one file has one currency; convert before, at a stated rate");
      fail(e);
    } else {
      emit_literal(e, {Kind::money, {}, {}}, {n.number, {}});
    }
  } else if (!n.number.is_integer()) {
    error(Code::months_times_fraction, e,
          "a duration is a whole number of " + std::string(n.text[0] == 'd' ? "days" : "months"),
          "months and days have no fractions");
    fail(e);
  } else if (n.text[0] == 'd') {
    emit_literal(e, {Kind::days, {}, {}}, {n.number, {}});
  } else {
    emit_literal(e, {Kind::months, {}, {}}, {n.text[0] == 'y' ? n.number * 12 : n.number, {}});
  }
}

/// Keeps a name that is not declared. However often it is used, it is one mistake and one repair.
RFS_INLINE void Typer::unknown_name(E e) {
  const std::string& name = (*tree_)[e].text;
  const source::Span span = rule::locate(file_, expression_, (*tree_)[e].mark);
  const std::string near = nearest_name(name);
  const auto known = unknown_names_.find({name, near});
  if (known != unknown_names_.end()) {
    for (diag::Fix& fix : known->second.fixes) fix.edits.push_back({span, fix.edits.front().text});
    return;
  }
  Diagnostic finding;
  finding.code = Code::unknown_name;
  finding.message = "unknown name `" + name + "`";
  finding.file = file_.file;
  finding.span = span;
  finding.path = file_.expressions[expression_].path;
  finding.help = near.empty() ? "declare it as a fact, parameter or definition" : "did you mean `" + near + "`?";
  if (!near.empty()) finding.fixes.push_back({"write `" + near + "`", {{span, near}}});
  unknown_names_.emplace(std::pair(name, near), std::move(finding));
}

RFS_INLINE void Typer::report_unknown_names() {
  for (auto& [name, finding] : unknown_names_) {
    const std::size_t places = finding.fixes.empty() ? 1 : finding.fixes.front().edits.size();
    if (places > 1) finding.fixes.front().title += " in " + std::to_string(places) + " places";
    findings_.add(std::move(finding));
  }
  unknown_names_.clear();
}

RFS_INLINE void Typer::name(E e) {
  const expr::Node& n = (*tree_)[e];
  if (n.text == "as_of") {
    emit(e, Op::as_of, {Kind::date, {}, {}}, {});
    return;
  }
  if (name_in_context(e)) return;
  const auto found = meanings_.find(n.text);
  if (found == meanings_.end()) {
    if (field_in_context(e)) return;
    unknown_name(e);
    fail(e);
    return;
  }
  const Meaning& meaning = found->second;
  switch (meaning.kind) {
    case Meaning::Kind::fact: {
      fact_used_[meaning.index] = true;
      emit(e, Op::fact, file_.facts[meaning.index].domain.type, {}, meaning.index);
      return;
    }
    case Meaning::Kind::definition:
      emit(e, Op::definition, out_.definitions[DefinitionId(meaning.index)].type, {}, meaning.index);
      return;
    case Meaning::Kind::decision: {
      Diagnostic& finding =
          error(Code::decision_as_value, e, "`" + n.text + "` is a decision, which has no value of its own",
                "write `" + n.text + ".eligible` or `" + n.text + ".amount`");
      finding.fixes.push_back(
          {"write `" + n.text + ".eligible`", {{{finding.span.end, finding.span.end}, ".eligible"}}});
      fail(e);
      return;
    }
    case Meaning::Kind::parameter:
      break;
  }
  const rule::Parameter& parameter = file_.parameters[meaning.index];
  parameter_used_[meaning.index] = true;
  if (parameter.of) return schedule_as_value(e, parameter);
  if (!keys_given(e, parameter)) {
    fail(e);
    return;
  }
  emit(e, Op::parameter, parameter.domain.type, {}, meaning.index);
}

/// Whether a parameter may stand without keys; reports where not.
RFS_INLINE bool Typer::keys_given(E at, const rule::Parameter& parameter) {
  if (parameter.by.empty()) return true;
  std::string keys;
  for (const rule::Name& by : parameter.by) keys += (keys.empty() ? "" : ", ") + by.text;
  const std::string written = parameter.name.text + "[" + keys + "]";
  Diagnostic& finding =
      error(Code::keys_missing, at, "`" + parameter.name.text + "` is given by " + keys, "write `" + written + "`");
  finding.fixes.push_back({"write `" + written + "`", {{{finding.span.end, finding.span.end}, "[" + keys + "]"}}});
  return false;
}

/// Reports a schedule that is neither looked into by `marginal` nor by `bracket`.
RFS_INLINE void Typer::schedule_as_value(E e, const rule::Parameter& parameter) {
  const expr::Node& n = (*tree_)[e];
  const source::Span span = n.span;
  const std::string_view written =
      std::string_view(file_.expressions[expression_].text).substr(span.begin, span.end - span.begin);
  error_at(Code::schedule_as_value, expression_, span,
           "`" + parameter.name.text + "` is a schedule, which has no value of its own",
           "write `marginal(" + std::string(written) + ", x)` or `bracket(" + std::string(written) + ", x)`");
  fail(e);
}

RFS_INLINE void Typer::member(E e) {
  const expr::Node& n = (*tree_)[e];
  const E object = tree_->operands(e)[0];
  const std::string help_words =
      "a decision has `eligible` and `amount`; a date has `year`, `month`, `day` and `weekday`";
  if (skip_[object.value]) {
    const std::uint32_t index = meanings_.find((*tree_)[object].text)->second.index;
    if (n.text == "eligible") {
      emit(e, Op::eligible, {Kind::boolean, {}, {}}, {}, index);
    } else if (n.text == "amount") {
      if (file_.decisions[index].amount.valid()) {
        emit(e, Op::amount, out_.decisions[DecisionId(index)].amount_type, {}, index);
      } else {
        error(Code::unknown_member, e, "the decision `" + (*tree_)[object].text + "` grants no amount", "");
        fail(e);
      }
    } else {
      const std::string near = diag::nearest(n.text, {"eligible", "amount"});
      Diagnostic& finding = error(Code::unknown_member, e, "a decision has no `" + n.text + "`",
                                  near.empty() ? help_words : "did you mean `" + near + "`?");
      if (!near.empty()) finding.fixes.push_back({"write `" + near + "`", {{finding.span, near}}});
      fail(e);
    }
    return;
  }
  if (failed(object)) {
    fail(e);
    return;
  }
  if (part_of_record(e)) return;
  const Type integer{Kind::number, Flavour::integer, {}};
  if (kind_of(object) == Kind::date) {
    const NodeId operands[] = {of(object)};
    if (n.text == "year") {
      emit(e, Op::year, integer, operands);
      return;
    }
    if (n.text == "month") {
      emit(e, Op::month, integer, operands);
      return;
    }
    if (n.text == "day") {
      emit(e, Op::day, integer, operands);
      return;
    }
    if (n.text == "weekday") {
      emit(e, Op::weekday, integer, operands);
      return;
    }
  }
  const std::string near =
      kind_of(object) == Kind::date ? diag::nearest(n.text, {"year", "month", "day", "weekday"}) : "";
  Diagnostic& finding =
      error(Code::unknown_member, e, "a value of type " + text(type_of(object)) + " has no `" + n.text + "`",
            near.empty() ? help_words : "did you mean `" + near + "`?");
  if (!near.empty()) finding.fixes.push_back({"write `" + near + "`", {{finding.span, near}}});
  fail(e);
}

/// A lookup `p[key, …]`, a filter, or an item of a list.
RFS_INLINE void Typer::index(E e) {
  const auto operands = tree_->operands(e);
  const E object = operands[0];
  if (!skip_[object.value]) return filter_or_item(e);
  const std::uint32_t at = meanings_.find((*tree_)[object].text)->second.index;
  const rule::Parameter& parameter = file_.parameters[at];
  parameter_used_[at] = true;
  if (parameter.of) return schedule_as_value(e, parameter);
  if (const auto keys = keys_of(e, parameter)) {
    emit(e, Op::parameter, parameter.domain.type, *keys, at);
  } else {
    fail(e);
  }
}

/// Returns the keys of a lookup, one for each name in the parameter's `by`; reports what is wrong with them.
RFS_INLINE std::optional<std::vector<NodeId>> Typer::keys_of(E e, const rule::Parameter& parameter) {
  const auto operands = tree_->operands(e);
  if (operands.size() - 1 != parameter.by.size()) {
    error(Code::wrong_key_count, e,
          "`" + parameter.name.text + "` takes " + std::to_string(parameter.by.size()) +
              (parameter.by.size() == 1 ? " key, found " : " keys, found ") + std::to_string(operands.size() - 1),
          parameter.by.empty() ? "it has no `by`: write its name alone"
                               : "one key for each name in its `by`, in that order");
    return std::nullopt;
  }
  std::vector<NodeId> keys;
  bool good = true;
  for (std::size_t i = 1; i < operands.size(); ++i) {
    const Type want = key_type(parameter.by[i - 1]);
    if (want.kind == Kind::choice && is_words(operands[i])) become_choice(of(operands[i]), want.choice);
    const Type found = type_of(operands[i]);
    keys.push_back(of(operands[i]));
    if (found.kind == Kind::error || want.kind == Kind::error || !may_be_key(want)) {
      good = false;
      continue;
    }
    if (found.kind == want.kind && found.choice == want.choice &&
        (want.flavour != Flavour::integer || found.flavour == Flavour::integer)) {
      continue;
    }
    Diagnostic& finding =
        error(Code::argument_type, operands[i],
              "expected " + text(want) + " as key of `" + parameter.name.text + "`, found " + text(found));
    describe(finding, operands[i]);
    good = false;
  }
  if (!good) return std::nullopt;
  return keys;
}

/// Gives words the type of the choice they meet; a word that is not an option is reported.
RFS_INLINE void Typer::become_choice(NodeId id, ChoiceId choice) {
  // A subtree of words is literals and the branches of conditionals, nested as deep as syntax may nest.
  std::vector<NodeId> open{id};
  while (!open.empty()) {
    const NodeId at = open.back();
    open.pop_back();
    Node& n = out_.nodes[at];
    if (!words_.contains(at.value)) continue;
    words_.erase(at.value);
    if (n.op == Op::list) {
      n.type.of = Kind::choice;
      n.type.choice = choice;
      const auto operands = out_.operands(at);
      open.insert(open.end(), operands.begin(), operands.end());
      continue;
    }
    n.type = {Kind::choice, {}, choice};
    if (n.op == Op::conditional) {
      const auto operands = out_.operands(at);
      open.push_back(operands[1]);
      open.push_back(operands[2]);
      continue;
    }
    Value& value = out_.values[n.data];
    const std::int64_t index = out_.choices.index(choice, value.text);
    if (index < 0) {
      const auto& words = out_.choices.words(choice);
      const std::string near =
          findings_.full() ? std::string() : diag::nearest(value.text, {words.begin(), words.end()});
      Diagnostic& finding =
          error_at(Code::unknown_word, n.expression, n.span, "`" + value.text + "` is not an option here",
                   near.empty() ? "the options are " + text(n.type).substr(10) : "did you mean `" + near + "`?");
      if (!near.empty()) finding.fixes.push_back({"write `'" + near + "'`", {{finding.span, "'" + near + "'"}}});
      n.op = Op::error;
      n.type = {};
      n.constant = false;
      continue;
    }
    value = {index, {}};
  }
}

/// Brings words and choices together; returns whether the two have one type now.
RFS_INLINE bool Typer::agree(E a, E b) {
  if (kind_of(a) == Kind::choice && is_words(b)) become_choice(of(b), type_of(a).choice);
  if (kind_of(b) == Kind::choice && is_words(a)) become_choice(of(a), type_of(b).choice);
  const Type& x = type_of(a);
  const Type& y = type_of(b);
  if (x.kind == Kind::list && y.kind == Kind::list) {
    if (item_of(x).kind == Kind::choice && is_words(b)) become_choice(of(b), x.choice);
    if (item_of(y).kind == Kind::choice && is_words(a)) become_choice(of(a), y.choice);
  }
  return x.kind == Kind::error || y.kind == Kind::error ||
         (x.kind == y.kind && x.choice == y.choice && x.of == y.of && x.depth == y.depth && x.record == y.record);
}

RFS_INLINE void Typer::conditional(E e) {
  const auto operands = tree_->operands(e);
  const E condition = operands[0], yes = operands[1], no = operands[2];
  bool good = true;
  if (kind_of(condition) != Kind::boolean && !failed(condition)) {
    Diagnostic& finding =
        error(Code::expected_bool, condition, "expected a condition after `if`, found " + text(type_of(condition)),
              "compare it with something");
    describe(finding, condition);
    good = false;
  }
  if (!agree(yes, no)) {
    Diagnostic& finding =
        error(Code::branch_types, e, "the branches of `if` are " + text(type_of(yes)) + " and " + text(type_of(no)),
              "both must have one type");
    describe(finding, yes);
    describe(finding, no);
    good = false;
  }
  if (!good || failed(condition) || failed(yes) || failed(no)) {
    fail(e);
    return;
  }
  if (has_lists(type_of(yes)) && (kind_of(yes) != Kind::list || has_lists(item_of(type_of(yes))))) {
    error(Code::branch_types, e, "the branches of `if` cannot be records or lists that hold lists",
          "choose between the values that are read of them");
    fail(e);
    return;
  }
  Type type = type_of(yes);
  if (type.kind == Kind::number || type.of == Kind::number) type.flavour = rule::common_flavour(type, type_of(no));
  const bool words = is_words(yes) && is_words(no);
  const NodeId parts[] = {of(condition), of(yes), of(no)};
  const NodeId made = emit(e, Op::conditional, type, parts);
  if (words) {
    std::vector<std::string> all = words_[of(yes).value];
    const auto& others = words_[of(no).value];
    all.insert(all.end(), others.begin(), others.end());
    words_[made.value] = std::move(all);
  }
}

RFS_INLINE void Typer::logical(E e) {
  const bool is_and = (*tree_)[e].kind == expr::Kind::logical_and;
  std::vector<NodeId> operands;
  bool good = true;
  for (const E operand : tree_->operands(e)) {
    if (failed(operand)) {
      good = false;
      continue;
    }
    operands.push_back(of(operand));
    if (kind_of(operand) == Kind::boolean) continue;
    Diagnostic& finding = error(
        Code::expected_bool, operand,
        "expected conditions around `" + std::string(is_and ? "and" : "or") + "`, found " + text(type_of(operand)),
        "compare it with something");
    describe(finding, operand);
    good = false;
  }
  if (good) {
    emit(e, is_and ? Op::logical_and : Op::logical_or, {Kind::boolean, {}, {}}, operands);
  } else {
    fail(e);
  }
}

RFS_INLINE void Typer::in(E e) {
  const auto operands = tree_->operands(e);
  const E value = operands[0];
  std::vector<NodeId> parts;
  std::vector<expr::Op> ops;
  bool good = !failed(value);
  if (good) parts.push_back(of(value));
  const auto test = [&](E at, E operand, bool ordered) {
    if (!good || failed(operand) || !comparable(at, value, operand, ordered)) {
      good = false;
      return;
    }
    parts.push_back(of(operand));
  };
  for (const E t : operands.subspan(1)) {
    const expr::Node& n = (*tree_)[t];
    const auto inner = tree_->operands(t);
    if (n.kind == expr::Kind::range) {
      test(t, inner[0], true);
      test(t, inner[1], true);
      ops.push_back(n.op);
    } else if (n.op == expr::Op::equal && (*tree_)[inner[0]].kind == expr::Kind::list) {
      for (const E item : tree_->operands(inner[0])) {  // a list inside it is refused, being no operand of a test
        test(item, item, false);
        ops.push_back(expr::Op::equal);
      }
    } else if (n.op == expr::Op::equal && kind_of(inner[0]) == Kind::list) {
      if (good && agree_with_items(inner[0], value)) {
        parts.push_back(of(inner[0]));
        ops.push_back(n.op);
      } else {
        good = false;
      }
    } else {
      test(t, inner[0], n.op != expr::Op::equal && n.op != expr::Op::not_equal);
      ops.push_back(n.op);
    }
  }
  if (good && ops.empty()) {
    error(Code::wrong_argument_count, e, "`in` an empty list is never true", "name at least one value");
    good = false;
  }
  if (!good) {
    fail(e);
    return;
  }
  out_.tests.push_back(std::move(ops));
  emit(e, Op::in, {Kind::boolean, {}, {}}, parts, static_cast<std::uint32_t>(out_.tests.size() - 1));
}

}  // namespace rfs::inline RFS_ABI::typed::detail
