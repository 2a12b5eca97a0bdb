#pragma once

#include <algorithm>

#include "rfs/impl/typed/typer.hpp"

namespace rfs::inline RFS_ABI::typed::detail {

/// Notes where the parts of the expression begin in which the items of a list are at work: behind the list, up to the
/// end of the loop, filter or group.
RFS_INLINE void Typer::find_contexts() {
  opens_.clear();
  for (std::size_t i = 0; i < tree_->nodes.size(); ++i) {
    const E e(i);
    const expr::Node& n = (*tree_)[e];
    const bool binds = n.kind == expr::Kind::loop || n.kind == expr::Kind::quantified || n.kind == expr::Kind::index ||
                       (n.kind == expr::Kind::call && n.text == "group");
    const auto operands = tree_->operands(e);
    if (!binds || operands.size() < 2) continue;
    if (n.kind == expr::Kind::index && skip_[operands[0].value]) continue;  // the figure of a parameter by its keys
    const std::uint32_t begin = operands[0].value + 1;
    if (begin < i) opens_.emplace(begin, e);
  }
}

/// Enters such a part; the nodes of loops, filters and groups leave it.
RFS_INLINE void Typer::open(E parent) {
  const expr::Node& n = (*tree_)[parent];
  const E list = tree_->operands(parent)[0];
  Context context;
  context.is_group = n.kind == expr::Kind::call;
  if (n.kind == expr::Kind::loop || n.kind == expr::Kind::quantified) context.name = n.text;
  context.failed = !of(list).valid() || kind_of(list) != Kind::list;
  Binder binder;
  if (!context.failed) binder.item = item_of(type_of(list));
  binder.list = of(list);
  if (!contexts_.empty()) binder.outer = contexts_.back().binder;
  if (context.is_group && binder.item.kind != Kind::record) context.failed = true;
  context.binder = out_.binders.push(binder);
  if (!context.name.empty()) {
    const bool taken = meanings_.contains(context.name) || context.name == "as_of" ||
                       std::any_of(contexts_.begin(), contexts_.end(),
                                   [&](const Context& outer) { return outer.name == context.name; });
    if (taken)
      error(Code::shadowed_name, parent, "`" + n.text + "` means something else already",
            "give the variable of the loop another name");
  }
  contexts_.push_back(context);
}

/// The variable of a loop, `item` of a filter, `items` of a group.
RFS_INLINE bool Typer::name_in_context(E e) {
  const std::string& text = (*tree_)[e].text;
  const bool is_item = text == "item", is_items = text == "items";
  for (auto context = contexts_.rbegin(); context != contexts_.rend(); ++context) {
    const bool fits = is_item    ? context->name.empty() && !context->is_group
                      : is_items ? context->is_group
                                 : !context->name.empty() && context->name == text;
    const Type item = out_.binders[context->binder].item;
    const bool is_record = context->name.empty() && !context->is_group && !context->failed && item.kind == Kind::record;
    if (is_items && is_record && out_.records.index(item.record, text) >= 0) return field_in_context(e);  // of a group
    if (!fits) continue;
    if (context->failed || item.kind == Kind::error)
      fail(e);
    else
      emit(e, context->is_group ? Op::members : Op::variable, context->is_group ? list_of(item) : item, {},
           context->binder.value);
    return true;
  }
  if (!is_item && !is_items) return false;
  error(Code::unknown_name, e, "`" + text + "` stands for nothing here",
        is_item ? "`item` is the item of a filter: `xs[item > 0]`"
                : "`items` are the members of a group: `group(xs, by: name, n: count(items))`");
  fail(e);
  return true;
}

/// A field of the innermost record that has it; of a group, the list of that field.
RFS_INLINE bool Typer::field_in_context(E e) {
  const std::string& text = (*tree_)[e].text;
  bool silent = false;
  for (auto context = contexts_.rbegin(); context != contexts_.rend(); ++context) {
    silent = silent || context->failed;
    if (!context->name.empty() || context->failed) continue;
    const Type item = out_.binders[context->binder].item;
    if (item.kind != Kind::record) continue;
    const std::int64_t field = out_.records.index(item.record, text);
    if (field < 0) continue;
    const Type type = out_.records.fields(item.record)[static_cast<std::size_t>(field)].type;
    const NodeId whole[] = {emit(e, context->is_group ? Op::members : Op::variable,
                                 context->is_group ? list_of(item) : item, {}, context->binder.value)};
    if (type.kind == Kind::error)
      fail(e);
    else
      emit(e, context->is_group ? Op::project : Op::field, context->is_group ? list_of(type) : type, whole,
           static_cast<std::uint32_t>(field));
    return true;
  }
  if (silent) fail(e);
  return silent;
}

/// `[a, b]` where it is a value.
RFS_INLINE void Typer::list(E e) {
  const auto items = tree_->operands(e);
  if (items.empty()) {
    error(Code::item_types, e, "an empty list does not say what it is a list of", "write a filter that nothing passes");
    fail(e);
    return;
  }
  std::vector<NodeId> operands;
  std::vector<std::string> words;
  bool good = true;
  for (const E item : items) {
    if (failed(item)) {
      good = false;
      continue;
    }
    if (kind_of(item) == Kind::list) {
      error(Code::item_types, item, "a list cannot be an item of a list", "join lists with `concatenate`");
      good = false;
    } else if (!agree(items[0], item)) {
      Diagnostic& finding =
          error(Code::item_types, item,
                "the items of a list have one type, found " + text(type_of(items[0])) + " and " + text(type_of(item)));
      describe(finding, items[0]);
      describe(finding, item);
      good = false;
    }
  }
  if (!good) {
    fail(e);
    return;
  }
  Type type = type_of(items[0]);
  for (const E item : items) {
    operands.push_back(of(item));
    if (type.kind == Kind::number) type.flavour = rule::common_flavour(type, type_of(item));
    if (is_words(item)) words.insert(words.end(), words_[of(item).value].begin(), words_[of(item).value].end());
  }
  const NodeId made = emit(e, Op::list, list_of(type), operands);
  if (type.kind == Kind::text && std::all_of(items.begin(), items.end(), [&](E item) { return is_words(item); }))
    words_[made.value] = std::move(words);
}

/// `1..12` of a loop; the ranges of `in` are resolved there.
RFS_INLINE void Typer::numbers(E e) {
  const auto ends = tree_->operands(e);
  const auto loop = opens_.find(e.value + 1);
  if (loop == opens_.end() || (*tree_)[loop->second].kind != expr::Kind::loop) return;
  const bool least = whole_argument(ends[0], "for"), most = whole_argument(ends[1], "for");
  if (!least || !most) {
    fail(e);
    return;
  }
  const NodeId operands[] = {of(ends[0]), of(ends[1])};
  emit(e, Op::numbers, list_of({Kind::number, Flavour::integer, {}}), operands);
}

/// Whether a list stands where one is needed; reports where not.
RFS_INLINE bool Typer::is_list(E e, std::string_view what) {
  if (!of(e).valid() || failed(e)) return false;
  if (kind_of(e) == Kind::list) return true;
  Diagnostic& finding = error(Code::list_expected, e, std::string(what) + " needs a list, found " + text(type_of(e)));
  describe(finding, e);
  return false;
}

RFS_INLINE void Typer::loop(E e) {
  const E list = tree_->operands(e)[0], body = tree_->operands(e)[1];
  const BinderId binder = contexts_.back().binder;
  contexts_.pop_back();
  if (!is_list(list, "`for`") || failed(body)) {
    fail(e);
    return;
  }
  words_.erase(of(body).value);
  const NodeId operands[] = {of(list), of(body)};
  emit(e, Op::loop, list_of(type_of(body)), operands, binder.value);
}

RFS_INLINE void Typer::quantified(E e) {
  const E list = tree_->operands(e)[0], body = tree_->operands(e)[1];
  const BinderId binder = contexts_.back().binder;
  contexts_.pop_back();
  const bool is_some = (*tree_)[e].op == expr::Op::some;
  bool good = is_list(list, is_some ? "`some`" : "`every`") && !failed(body);
  if (!failed(body) && kind_of(body) != Kind::boolean) {
    Diagnostic& finding =
        error(Code::expected_bool, body, "expected a condition after `satisfies`, found " + text(type_of(body)),
              "compare it with something");
    describe(finding, body);
    good = false;
  }
  if (!good) {
    fail(e);
    return;
  }
  const NodeId operands[] = {of(list), of(body)};
  emit(e, is_some ? Op::some : Op::every, {Kind::boolean, {}, {}}, operands, binder.value);
}

/// `record.field`, or `records.field` for the list of it; returns whether the object is one of these.
RFS_INLINE bool Typer::part_of_record(E e) {
  const expr::Node& n = (*tree_)[e];
  const E object = tree_->operands(e)[0];
  const Type type = type_of(object);
  const bool is_list = type.kind == Kind::list;
  const Type record = is_list ? item_of(type) : type;
  if (record.kind != Kind::record) return false;
  const std::int64_t field = out_.records.index(record.record, n.text);
  if (field < 0) {
    std::vector<std::string_view> names;
    for (const RecordField& known : out_.records.fields(record.record)) names.push_back(known.name);
    const std::string near = findings_.full() ? std::string() : diag::nearest(n.text, names);
    std::string all;
    for (const std::string_view name : names) all.append(all.empty() ? "" : ", ").append(name);
    Diagnostic& finding = error(Code::unknown_member, e, "the record has no field `" + n.text + "`",
                                near.empty() ? "its fields are " + all : "did you mean `" + near + "`?");
    if (!near.empty()) finding.fixes.push_back({"write `" + near + "`", {{finding.span, near}}});
    fail(e);
    return true;
  }
  const Type found = out_.records.fields(record.record)[static_cast<std::size_t>(field)].type;
  const NodeId operands[] = {of(object)};
  if (found.kind == Kind::error)
    fail(e);
  else
    emit(e, is_list ? Op::project : Op::field, is_list ? list_of(found) : found, operands,
         static_cast<std::uint32_t>(field));
  return true;
}

/// `list[condition]` or `list[number]`.
RFS_INLINE void Typer::filter_or_item(E e) {
  const auto operands = tree_->operands(e);
  const BinderId binder = contexts_.back().binder;
  contexts_.pop_back();
  const E list = operands[0], test = operands[1];
  bool good = !failed(list);
  if (good && kind_of(list) != Kind::list) {
    Diagnostic& finding =
        error(Code::list_expected, e, "only a list or a parameter with `by` takes `[…]`, found " + text(type_of(list)));
    describe(finding, list);
    good = false;
  }
  if (good && operands.size() > 2) {
    error(Code::wrong_argument_count, e, "a filter has one condition, found " + std::to_string(operands.size() - 1),
          "join them with `and`");
    good = false;
  }
  if (!good || failed(test)) {
    fail(e);
    return;
  }
  const NodeId parts[] = {of(list), of(test)};
  if (kind_of(test) == Kind::boolean) {
    emit(e, Op::filter, type_of(list), parts, binder.value);
  } else if (kind_of(test) == Kind::number && type_of(test).flavour == Flavour::integer) {
    emit(e, Op::item_at, item_of(type_of(list)), parts);
  } else {
    Diagnostic& finding = error(Code::expected_bool, test,
                                "expected a condition or a whole number in `[…]`, found " + text(type_of(test)),
                                "compare it with something");
    describe(finding, test);
    fail(e);
  }
}

/// Brings a value and the items of a list together; reports where they have not one type.
RFS_INLINE bool Typer::agree_with_items(E list, E item) {
  if (failed(list) || failed(item)) return false;
  const Type items = item_of(type_of(list));
  if (items.kind == Kind::choice && is_words(item)) become_choice(of(item), items.choice);
  if (kind_of(item) == Kind::choice && is_words(list)) become_choice(of(list), type_of(item).choice);
  if (failed(list) || failed(item)) return false;
  const Type a = item_of(type_of(list)), &b = type_of(item);
  if (a.kind == b.kind && a.choice == b.choice && a.kind != Kind::record && a.kind != Kind::list) return true;
  Diagnostic& finding =
      error(Code::comparison_types, item, "cannot compare the items of a " + text(type_of(list)) + " with " + text(b));
  describe(finding, list);
  describe(finding, item);
  return false;
}

/// Returns the function that a call means: of those with its name the one for what its arguments are; null where there
/// is none.
RFS_INLINE const Function* Typer::overload(E e) const {
  const auto operands = tree_->operands(e);
  const std::string& name = (*tree_)[e].text;
  const auto is_list = [&](E operand) { return of(operand).valid() && kind_of(operand) == Kind::list; };
  const bool of_lists = !operands.empty() && (is_list(operands[0]) || (name == "at_least" && is_list(operands.back())));
  // Of what is wrong, which is reported, it is not known whether it would be a list.
  const bool open = !operands.empty() && of(operands[0]).valid() && failed(operands[0]);
  const auto takes = [&](const Function& function) {
    const bool names_fit = std::all_of(operands.begin(), operands.end(), [&](E operand) {
      const expr::Node& n = (*tree_)[operand];
      return n.kind != expr::Kind::argument || n.text == named_argument(function.op);
    });
    return names_fit && operands.size() >= function.least_arguments && operands.size() <= function.most_arguments;
  };
  const Function* out = nullptr;
  for (const Function& function : kFunctions) {
    if (function.name != name) continue;
    const bool is_kind = function.of_lists == of_lists || (open && out != nullptr && !takes(*out));
    if (out == nullptr || (is_kind && takes(function))) out = &function;
  }
  return out;
}

/// Whether items hold lists of their own, as groups do.
RFS_INLINE bool Typer::has_lists(const Type& item) const {
  if (item.kind == Kind::list) return true;
  if (item.kind != Kind::record) return false;
  const auto& fields = out_.records.fields(item.record);
  return std::any_of(fields.begin(), fields.end(), [](const RecordField& f) { return f.type.kind == Kind::list; });
}

/// Types a call whose argument is a list.
RFS_INLINE void Typer::list_call(E e, const Function& function, const std::vector<E>& arguments) {
  const std::string name(function.name);
  if (function.op == Op::group) return group(e, arguments);
  const Type integer{Kind::number, Flavour::integer, {}}, truth{Kind::boolean, {}, {}};
  const E list = function.op == Op::at_least_in ? arguments[1] : arguments[0];
  std::vector<NodeId> operands;
  bool good = is_list(list, "`" + name + "`");
  for (const E a : arguments) {
    if (!of(a).valid()) {
      error(Code::argument_type, a, "`" + name + "` does not take conditions here");
      good = false;
    } else if (failed(a)) {
      good = false;
    } else {
      operands.push_back(of(a));
    }
  }
  if (!good) {
    fail(e);
    return;
  }
  Type item = item_of(type_of(list));
  const auto wrong_items = [&](std::string_view expected) {
    Diagnostic& finding = error(Code::argument_type, list,
                                "`" + name + "` expects " + std::string(expected) + ", found " + text(type_of(list)));
    if (item.kind == Kind::record) finding.help = "name a field of the records, like `" + name + "(list.field)`";
    describe(finding, list);
    fail(e);
  };
  switch (function.op) {
    case Op::count_of:
      return void(emit(e, function.op, integer, operands));
    case Op::sum_of:
      if (!is_numeric(item.kind) || item.kind == Kind::date) return wrong_items("a list of numbers or amounts");
      return void(emit(e, function.op, item, operands));
    case Op::mean_of:
      if (item.kind != Kind::number && item.kind != Kind::money) return wrong_items("a list of numbers or amounts");
      if (item.flavour == Flavour::integer) item.flavour = Flavour::plain;
      break;
    case Op::least_of:
    case Op::most_of:
      if (!is_numeric(item.kind)) return wrong_items("a list of ordered values");
      break;
    case Op::first_of:
    case Op::last_of:
      if (item.kind == Kind::list) return wrong_items("a list of single values or records");
      break;
    case Op::all_in:
    case Op::any_in:
      if (item.kind != Kind::boolean) return wrong_items("a list of conditions");
      return void(emit(e, function.op, truth, operands));
    case Op::at_least_in:
      if (item.kind != Kind::boolean) return wrong_items("a list of conditions");
      if (!whole_argument(arguments[0], name)) return void(fail(e));
      return void(emit(e, function.op, truth, operands));
    case Op::holds_item:
    case Op::index_of:
      if (!agree_with_items(list, arguments[1])) return void(fail(e));
      return void(emit(e, function.op, function.op == Op::index_of ? list_of(integer) : truth, operands));
    case Op::distinct:
      if (item.kind == Kind::record || item.kind == Kind::list) return wrong_items("a list of single values");
      return void(emit(e, function.op, type_of(list), operands));
    case Op::reverse:
      if (has_lists(item)) return wrong_items("a list of single values or plain records");
      return void(emit(e, function.op, type_of(list), operands));
    case Op::flatten:
      if (item.kind != Kind::list || has_lists(item_of(item)))
        return wrong_items("a list of lists of single values or plain records");
      return void(emit(e, function.op, item, operands));
    case Op::concatenate: {
      const bool appends = function.name == "append";
      Type type = type_of(list);
      if (has_lists(item)) return wrong_items("a list of single values or plain records");
      for (std::size_t i = 1; i < arguments.size(); ++i) {
        const bool fits = appends ? agree_with_items(list, arguments[i])
                                  : is_list(arguments[i], "`concatenate`") && agree(list, arguments[i]);
        if (fits) {
          if (item.kind == Kind::number) type.flavour = rule::common_flavour(type, type_of(arguments[i]));
          continue;
        }
        if (!appends && !failed(arguments[i]) && kind_of(arguments[i]) == Kind::list) {
          Diagnostic& finding = error(Code::item_types, arguments[i],
                                      "cannot join a " + text(type_of(list)) + " and a " + text(type_of(arguments[i])));
          describe(finding, list);
        }
        return void(fail(e));
      }
      if (appends) {  // what is appended is a list of its own
        const std::span<const NodeId> rest = std::span(operands).subspan(1);
        operands = {operands[0], emit(e, Op::list, list_of(type_of(arguments[1])), rest)};
      }
      return void(emit(e, function.op, type, operands));
    }
    default:
      return void(fail(e));
  }
  // What aggregates of an empty list say is of the type of its items.
  if (arguments.size() > 1) {
    if (item.kind == Kind::record) {
      error(Code::argument_type, arguments[1], "no value stands for a record",
            "name a field: `" + name + "(list.field, empty: …)`");
      return void(fail(e));
    }
    if ((*tree_)[arguments[1]].kind != expr::Kind::argument) {
      Diagnostic& finding =
          error(Code::argument_type, arguments[1], "`" + name + "` takes one list, or values one by one, found both",
                "name what stands for an empty list: `empty: …`");
      describe(finding, list);
      return void(fail(e));
    }
    if (!agree_with_items(list, arguments[1])) return void(fail(e));
    if (item.kind == Kind::number) item.flavour = rule::common_flavour(item, type_of(arguments[1]));
  }
  emit(e, function.op, item, operands);
}

/// group(list, by: field, name: aggregate, …)
RFS_INLINE void Typer::group(E e, const std::vector<E>& arguments) {
  const Context context = contexts_.back();
  contexts_.pop_back();
  const E list = arguments[0];
  bool good = is_list(list, "`group`");
  const Type record = good ? item_of(type_of(list)) : Type{};
  if (good && record.kind != Kind::record) {
    Diagnostic& finding =
        error(Code::argument_type, list, "`group` expects a list of records, found " + text(type_of(list)));
    describe(finding, list);
    good = false;
  }
  std::optional<std::uint32_t> key;
  std::vector<RecordField> fields{{}, {"items", list_of(record)}};
  std::vector<NodeId> operands{of(list)};
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const E a = arguments[i];
    const expr::Node& named = (*tree_)[a];
    if (named.kind != expr::Kind::argument) {
      error(Code::unknown_argument, a, "the fields of a group have names", "write `total: sum(amount)`");
      good = false;
      continue;
    }
    if (!of(a).valid() || failed(a)) {
      if (!of(a).valid())
        error(Code::value_expected, a, "expected one value for each group, found a list", "write an aggregate of it");
      good = false;
      key = named.text == "by" ? key.value_or(0) : key;
      continue;
    }
    const Node& value = out_.nodes[of(a)];
    if (named.text == "by") {
      const Type item = value.type.kind == Kind::list ? item_of(value.type) : Type{};
      const bool is_field = value.op == Op::project && out_.nodes[out_.operands(of(a))[0]].op == Op::members;
      const bool may_be_key = item.kind == Kind::text || item.kind == Kind::choice || item.kind == Kind::boolean ||
                              item.kind == Kind::date ||
                              (item.kind == Kind::number && item.flavour == Flavour::integer);
      if (!is_field || !may_be_key || key) {
        error(Code::group_field, a,
              key ? "a group has one `by`"
                  : "`by` is a field of type text, choice, bool, integer or date, found " +
                        (is_field ? text(item) : std::string("an expression")),
              key ? "group the groups once more for a second field" : "write `by: field`");
        good = false;
      }
      key = value.data;
      continue;
    }
    const bool twice =
        std::any_of(fields.begin(), fields.end(), [&](const RecordField& f) { return f.name == named.text; });
    if (twice || meanings_.contains(named.text)) {
      error(Code::group_field, a,
            twice ? "`" + named.text + "` is given twice"
                  : "`" + named.text + "` is the name of something else in the file",
            "give the field another name");
      good = false;
    }
    if (value.type.kind == Kind::list || value.type.kind == Kind::record) {
      Diagnostic& finding =
          error(Code::value_expected, a, "expected one value for each group, found " + text(value.type),
                "write an aggregate of it, like `sum(…)` or `count(…)`");
      describe(finding, a);
      good = false;
    }
    fields.push_back({named.text, value.type});
    operands.push_back(of(a));
  }
  if (good && !key) {
    error(Code::group_field, e, "a group needs the field that its members share", "write `by: field`");
    good = false;
  }
  if (!good || context.failed) {
    fail(e);
    return;
  }
  const RecordField& by = out_.records.fields(record.record)[*key];
  if (std::any_of(fields.begin() + 1, fields.end(), [&](const RecordField& f) { return f.name == by.name; })) {
    error(Code::group_field, e, "`" + by.name + "` is given twice", "give the field another name");
    fail(e);
    return;
  }
  fields[0] = by;
  out_.binders[context.binder].key = *key;
  Type made;
  made.kind = Kind::record;
  made.record = out_.records.intern(std::move(fields));
  emit(e, Op::group, list_of(made), operands, context.binder.value);
}

/// weekdays_between(from, to, except: dates)
RFS_INLINE void Typer::weekdays_but(E e, const std::vector<E>& arguments) {
  const bool from = argument(arguments[0], Kind::date, "weekdays_between");
  const bool to = argument(arguments[1], Kind::date, "weekdays_between");
  bool good = is_list(arguments[2], "`except`");
  if (good && item_of(type_of(arguments[2])).kind != Kind::date) {
    error(Code::argument_type, arguments[2], "`except` expects a list of dates, found " + text(type_of(arguments[2])));
    good = false;
  }
  if (good && (*tree_)[arguments[2]].kind != expr::Kind::argument) {
    error(Code::unknown_argument, arguments[2], "the days that do not count are named", "write `except: dates`");
    good = false;
  }
  if (!good || !from || !to) {
    fail(e);
    return;
  }
  const NodeId operands[] = {of(arguments[0]), of(arguments[1]), of(arguments[2])};
  emit(e, Op::weekdays_but, {Kind::number, Flavour::integer, {}}, operands);
}

/// Whether an expression gives one value; reports where it is a list or a record.
RFS_INLINE bool Typer::one_value(NodeId root, std::string_view what) {
  const Node& n = out_.nodes[root];
  if (n.type.kind != Kind::list && n.type.kind != Kind::record) return true;
  const bool is_record = n.type.kind == Kind::record;
  error_at(Code::value_expected, n.expression, n.span,
           std::string(what) + (is_record ? " cannot be a record" : " needs one value, found " + text(n.type)),
           is_record ? "name a field of it, like `first(list).field`" : "write an aggregate of it, like `count(…)`");
  return false;
}

/// Types the defaults of a record's fields; they may read each other without a cycle.
RFS_INLINE void Typer::field_defaults(FactId id) {
  const rule::Fact& from = file_.facts[id.value];
  Fact& fact = out_.facts[id];
  const std::size_t count = from.fields.size();
  // In the order in which they read each other.
  enum : std::uint8_t { fresh, open_, done };
  std::vector<std::uint8_t> state(count, fresh);
  const auto reads = [&](std::size_t field) {
    std::vector<std::size_t> out;
    if (!from.fields[field].default_expression.valid()) return out;
    for (const expr::Node& n : file_.expressions[from.fields[field].default_expression].tree.nodes) {
      if (n.kind != expr::Kind::name) continue;
      for (std::size_t other = 0; other < count; ++other)
        if (from.fields[other].name.text == n.text) out.push_back(other);
    }
    return out;
  };
  std::vector<std::pair<std::size_t, std::vector<std::size_t>>> stack;
  std::vector<std::size_t> order;
  for (std::size_t start = 0; start < count; ++start) {
    if (state[start] != fresh) continue;
    state[start] = open_;
    stack.emplace_back(start, reads(start));
    while (!stack.empty()) {
      auto& [field, rest] = stack.back();
      if (rest.empty()) {
        state[field] = done;
        order.push_back(field);
        stack.pop_back();
        continue;
      }
      const std::size_t next = rest.back();
      rest.pop_back();
      if (state[next] == fresh) {
        state[next] = open_;
        stack.emplace_back(next, reads(next));
      } else if (state[next] == open_) {
        error_file(Code::cyclic_definition, from.fields[next].name.span,
                   "facts." + from.name.text + ".fields." + from.fields[next].name.text,
                   "the default of `" + from.fields[next].name.text + "` is defined by itself",
                   "let one of them be stated without the others");
        return;
      }
    }
  }
  Binder binder;
  binder.item = item_of(fact.domain.type);
  fact.binder = out_.binders.push(binder);
  for (const std::size_t at : order) {
    const rule::Fact& field = from.fields[at];
    if (!field.default_expression.valid()) continue;
    contexts_.push_back({{}, fact.binder, false, false});
    const NodeId root = type(field.default_expression);
    const Type& want = field.domain.type;
    if (want.kind == Kind::choice && words_.contains(root.value)) become_choice(root, want.choice);
    const Type& found = out_.nodes[root].type;
    if (found.kind == Kind::error || want.kind == Kind::error) continue;
    if (found.kind != want.kind || found.choice != want.choice ||
        (want.flavour == Flavour::integer && found.flavour != Flavour::integer)) {
      error_at(Code::argument_type, field.default_expression, out_.nodes[root].span,
               "expected " + text(want) + ", found " + text(found),
               "a default is a value of the field's type, or an expression of that type");
      continue;
    }
    fact.fields[at].default_root = root;
  }
  fact.field_order = std::move(order);
}

}  // namespace rfs::inline RFS_ABI::typed::detail
