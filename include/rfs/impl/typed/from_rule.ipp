#pragma once

#include <algorithm>

#include "rfs/diag/suggest.hpp"
#include "rfs/impl/typed/calls.ipp"
#include "rfs/impl/typed/decision_table.ipp"
#include "rfs/impl/typed/expression.ipp"
#include "rfs/impl/typed/on.ipp"
#include "rfs/impl/typed/operators.ipp"
#include "rfs/impl/typed/typer.hpp"
#include "rfs/typed/from_rule.hpp"
#include "rfs/value/text.hpp"

namespace rfs::inline RFS_ABI::typed {

namespace detail {

RFS_INLINE Typer::Typer(std::shared_ptr<const rule::File> file, Diagnostics& findings)
    : file_(*file), findings_(findings) {
  out_.choices = file->choices;
  out_.records = file->records;
  out_.file = std::move(file);
}

RFS_INLINE void Typer::declare() {
  const auto add = [&](const rule::Name& name, Meaning::Kind kind, std::size_t index) {
    meanings_.emplace(name.text, Meaning{kind, static_cast<std::uint32_t>(index), name.span});
  };
  for (std::size_t i = 0; i < file_.facts.size(); ++i) {
    add(file_.facts[i].name, Meaning::Kind::fact, i);
    Fact fact;
    fact.domain = file_.facts[i].domain;
    fact.default_value = file_.facts[i].default_value;
    for (const rule::Fact& field : file_.facts[i].fields) fact.fields.push_back({field.default_value, {}});
    out_.facts.push(std::move(fact));
  }
  for (std::size_t i = 0; i < file_.parameters.size(); ++i) {
    add(file_.parameters[i].name, Meaning::Kind::parameter, i);
  }
  for (std::size_t i = 0; i < file_.definitions.size(); ++i) {
    add(file_.definitions[i].name, Meaning::Kind::definition, i);
    out_.definitions.push({});
  }
  for (std::size_t i = 0; i < file_.decisions.size(); ++i) {
    add(file_.decisions[i].name, Meaning::Kind::decision, i);
    out_.decisions.push({});
  }
  fact_used_.assign(file_.facts.size(), false);
  parameter_used_.assign(file_.parameters.size(), false);
}

/// Whether a fact, or a field of it, takes its default from an expression.
RFS_INLINE bool has_default_expression(const rule::Fact& fact) {
  return fact.default_expression.valid() ||
         std::any_of(fact.fields.begin(), fact.fields.end(),
                     [](const rule::Fact& field) { return field.default_expression.valid(); });
}

/// Orders the units so that operands come before what reads them; reports each cycle with its way round.
RFS_INLINE void Typer::order() {
  const std::size_t facts = file_.facts.size(), definitions = file_.definitions.size();
  const std::size_t first_definition = 1 + facts, first_decision = first_definition + definitions;
  const std::size_t count = first_decision + file_.decisions.size();
  std::vector<std::vector<std::uint32_t>> reads(count);
  const auto scan = [&](std::size_t unit, rule::ExpressionId id) {
    if (!id.valid()) return;
    for (const expr::Node& n : file_.expressions[id].tree.nodes) {
      if (n.kind != expr::Kind::name) continue;
      const auto found = meanings_.find(n.text);
      if (found == meanings_.end()) continue;
      const Meaning& meaning = found->second;
      switch (meaning.kind) {
        case Meaning::Kind::fact:
          if (has_default_expression(file_.facts[meaning.index])) {
            reads[unit].push_back(static_cast<std::uint32_t>(1 + meaning.index));
          }
          break;
        case Meaning::Kind::parameter:
          if (file_.read_on.valid()) reads[unit].push_back(0);
          for (const rule::Name& by : file_.parameters[meaning.index].by) {
            const auto key = meanings_.find(by.text);
            if (key != meanings_.end() && key->second.kind == Meaning::Kind::definition) {
              reads[unit].push_back(static_cast<std::uint32_t>(first_definition + key->second.index));
            }
          }
          break;
        case Meaning::Kind::definition:
          reads[unit].push_back(static_cast<std::uint32_t>(first_definition + meaning.index));
          break;
        case Meaning::Kind::decision:
          reads[unit].push_back(static_cast<std::uint32_t>(first_decision + meaning.index));
          break;
      }
    }
  };
  scan(0, file_.read_on);
  for (std::size_t i = 0; i < facts; ++i) {
    scan(1 + i, file_.facts[i].default_expression);
    for (const rule::Fact& field : file_.facts[i].fields) scan(1 + i, field.default_expression);
  }
  for (std::size_t i = 0; i < definitions; ++i) {
    scan(first_definition + i, file_.definitions[i].value);
    if (!file_.definitions[i].table) continue;
    const rule::DecisionTable& table = *file_.definitions[i].table;
    for (const rule::ExpressionId input : table.inputs) scan(first_definition + i, input);
    for (const rule::DecisionTable::Row& row : table.rows) {
      for (const rule::ExpressionId cell : row.cells) scan(first_definition + i, cell);
      scan(first_definition + i, row.result);
    }
    scan(first_definition + i, table.otherwise);
  }
  for (std::size_t i = 0; i < file_.decisions.size(); ++i) {
    scan(first_decision + i, file_.decisions[i].eligible);
    scan(first_decision + i, file_.decisions[i].amount);
  }
  const auto name_of = [&](std::size_t unit) -> rule::Name {
    if (unit == 0) return {"read_on", file_.expressions[file_.read_on].parts.front().string};
    if (unit < first_definition) return file_.facts[unit - 1].name;
    if (unit < first_decision) return file_.definitions[unit - first_definition].name;
    return file_.decisions[unit - first_decision].name;
  };
  // Depth-first with an explicit stack: a chain of definitions may be as long as the file.
  enum : std::uint8_t { fresh, entered, done };
  std::vector<std::uint8_t> state(count, fresh);
  std::vector<std::pair<std::uint32_t, std::size_t>> stack;
  for (std::uint32_t start = 0; start < count; ++start) {
    if (state[start] != fresh) continue;
    stack.emplace_back(start, 0);
    state[start] = entered;
    while (!stack.empty()) {
      auto& [unit, next] = stack.back();
      if (next < reads[unit].size()) {
        const std::uint32_t read = reads[unit][next++];
        if (state[read] == fresh) {
          state[read] = entered;
          stack.emplace_back(read, 0);
        } else if (state[read] == entered) {
          std::string way;
          std::size_t at = stack.size();
          while (stack[at - 1].first != read) --at;
          for (std::size_t i = at - 1, shown = 0; i < stack.size(); ++i, ++shown) {
            if (shown == 6 && stack.size() - i > 2) {
              way += "… → ";
              i = stack.size() - 2;
              continue;
            }
            way += "`" + name_of(stack[i].first).text + "` → ";
          }
          const rule::Name name = name_of(read);
          const char* section = read == 0                 ? ""
                                : read < first_definition ? "facts."
                                : read < first_decision   ? "definitions."
                                                          : "decisions.";
          error_file(Code::cyclic_definition, name.span, section + name.text,
                     "`" + name.text + "` is defined by itself: " + way + "`" + name.text + "`",
                     "let one of them be stated without the others");
        }
        continue;
      }
      state[unit] = done;
      Unit made{Unit::Kind::read_on, 0};
      if (unit >= first_decision) {
        made = {Unit::Kind::decision, static_cast<std::uint32_t>(unit - first_decision)};
      } else if (unit >= first_definition) {
        made = {Unit::Kind::definition, static_cast<std::uint32_t>(unit - first_definition)};
      } else if (unit >= 1) {
        made = {Unit::Kind::default_value, unit - 1};
      }
      const bool real = made.kind == Unit::Kind::read_on         ? file_.read_on.valid()
                        : made.kind == Unit::Kind::default_value ? has_default_expression(file_.facts[made.index])
                                                                 : true;
      if (real) out_.order.push_back(made);
      stack.pop_back();
    }
  }
}

/// Reads a row's key as a value of the level's type.
RFS_INLINE std::optional<std::int64_t> Typer::row_key(const rule::Name& name, const Type& type) {
  if (type.kind == Kind::error) return std::nullopt;
  std::string help, near;
  if (type.kind == Kind::choice) {
    const std::int64_t index = out_.choices.index(type.choice, name.text);
    if (index >= 0) return index;
    const auto& words = out_.choices.words(type.choice);
    if (!findings_.full()) near = diag::nearest(name.text, {words.begin(), words.end()});
    help = near.empty() ? "the rows are " + text(type).substr(10) + " or `*`" : "did you mean `" + near + "`?";
  } else if (type.kind == Kind::boolean) {
    if (name.text == "true") return 1;
    if (name.text == "false") return 0;
    help = "the rows are `true`, `false` or `*`";
  } else {
    const auto read = value::read_decimal(name.text);
    if (read && read->value.is_integer() && read->value.to_int64()) return read->value.to_int64();
    help = "the rows are whole numbers or `*`";
  }
  Diagnostic& finding =
      error_file(Code::unknown_row, name.span, {}, "`" + name.text + "` is not a key of this level", std::move(help));
  if (!near.empty()) finding.fixes.push_back({"write `" + near + "`", {{name.span, "\"" + near + "\""}}});
  return std::nullopt;
}

RFS_INLINE void Typer::figure(const rule::Cell& cell, Parameter& out) {
  Figure figure;
  figure.null = cell.null || (!cell.value && !cell.expression.valid());
  figure.sources = cell.sources;
  if (cell.value) figure.value = *cell.value;
  if (cell.expression.valid()) {
    figure.root = type(cell.expression);
    const Type& want = out.domain.type;
    const Node& root = out_.nodes[figure.root];
    if (root.type.kind != Kind::error && root.type.kind != want.kind) {
      error_at(Code::argument_type, cell.expression, root.span,
               "expected " + text(want) + ", found " + text(root.type));
      figure.null = true;
    } else if (root.type.kind == Kind::error || !root.constant) {
      if (root.type.kind != Kind::error) {
        error_at(Code::constant_needed, cell.expression, root.span,
                 "a parameter's value must be built of literals only", "write figures, or make it a definition");
      }
      figure.null = true;
    }
    if (figure.null) figure.root = {};
  }
  out.figures.push_back(std::move(figure));
}

/// Adds a schedule's list of brackets. One that is not on file is one bracket without a figure, which begins where
/// begin_null_lists() says.
RFS_INLINE void Typer::list(const rule::Cell& cell, Parameter& out) {
  out.lists.push_back(static_cast<std::uint32_t>(out.figures.size()));
  for (const rule::Cell::Bracket& bracket : cell.brackets) {
    figure(bracket.cell, out);
    out.starts.push_back(bracket.from);
  }
  if (!cell.brackets.empty()) return;
  null_lists_.insert(out.lists.back());
  rule::Cell null;
  null.null = true;
  figure(null, out);
  out.starts.emplace_back();
}

/// Lets the lists that are not on file begin with the earliest of those that are.
RFS_INLINE void Typer::begin_null_lists(Parameter& out) {
  const bool is_text = out.of->type.kind == Kind::text;
  std::optional<Value> first;
  for (const std::uint32_t list : out.lists) {
    const Value& start = out.starts[list];
    const bool earlier = !first || (is_text ? start.text < first->text : start.number < first->number);
    if (!null_lists_.contains(list) && earlier) first = start;
  }
  if (!first) first = Value{out.of->range.least, {}};
  for (const std::uint32_t list : null_lists_) out.starts[list] = *first;
  null_lists_.clear();
}

RFS_INLINE void Typer::cells(const rule::Cell& cell, Parameter& out, const rule::Parameter& from, std::size_t level,
                             std::uint32_t& at) {
  if (level < out.keys.size() && !cell.null) {
    Level made;
    for (const rule::Cell::Row& row : cell.rows) {
      std::uint32_t next = 0;
      if (row.key.text == "*") {
        cells(row.cell, out, from, level + 1, next);
        made.otherwise = next;
        continue;
      }
      const auto key = row_key(row.key, out.keys[level]);
      cells(row.cell, out, from, level + 1, next);
      if (key)
        made.rows.push_back({*key, next});
      else
        made.otherwise = next;  // reported; that the row meant is missing is no second mistake
    }
    std::sort(made.rows.begin(), made.rows.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    for (std::size_t i = 1; i < made.rows.size(); ++i) {
      if (made.rows[i].key == made.rows[i - 1].key) {
        error_file(Code::duplicate_key, cell.span, {}, "two rows of `" + from.name.text + "` have the same key");
      }
    }
    at = static_cast<std::uint32_t>(out.levels.size());
    out.levels.push_back(std::move(made));
    return;
  }
  std::uint32_t next = static_cast<std::uint32_t>(out.of ? out.lists.size() : out.figures.size());
  if (out.of)
    list(cell, out);
  else
    figure(cell, out);
  // A null above the last level stands for every row below it: one level that sends all keys to the null figure.
  for (std::size_t rest = out.keys.size(); rest > level; --rest) {
    out.levels.push_back({{}, next});
    next = static_cast<std::uint32_t>(out.levels.size() - 1);
  }
  at = next;
}

/// Returns the type of the fact or definition that a parameter is keyed by.
RFS_INLINE Type Typer::key_type(const rule::Name& by) const {
  const auto found = meanings_.find(by.text);
  if (found == meanings_.end()) return {};
  if (found->second.kind == Meaning::Kind::fact) return out_.facts[FactId(found->second.index)].domain.type;
  if (found->second.kind == Meaning::Kind::definition) return out_.definitions[DefinitionId(found->second.index)].type;
  return {};
}

RFS_INLINE bool Typer::may_be_key(const Type& type) {
  return type.kind == Kind::choice || type.kind == Kind::boolean ||
         (type.kind == Kind::number && type.flavour == Flavour::integer);
}

RFS_INLINE void Typer::parameters() {
  const bool reads_on = std::any_of(file_.expressions.begin(), file_.expressions.end(), [](const auto& expression) {
    const auto& nodes = expression.tree.nodes;
    return std::any_of(nodes.begin(), nodes.end(), [](const expr::Node& n) { return n.kind == expr::Kind::on; });
  });
  for (const rule::Parameter& from : file_.parameters) {
    Parameter out;
    out.domain = from.domain;
    out.bounded_below = from.bounded_below;
    out.bounded_above = from.bounded_above;
    out.clamp = from.clamp;
    out.of = from.of;
    for (const rule::Name& by : from.by) {
      Type key = key_type(by);
      const auto found = meanings_.find(by.text);
      const auto reported = unknown_names_.find({by.text, nearest_name(by.text)});
      if (found == meanings_.end() && reported != unknown_names_.end()) {
        for (diag::Fix& fix : reported->second.fixes)
          fix.edits.push_back({by.span, "\"" + fix.edits.front().text + "\""});
      } else if (found == meanings_.end()) {
        const std::string near = nearest_name(by.text);
        Diagnostic& finding =
            error_file(Code::unknown_name, by.span, "parameters." + from.name.text + ".by",
                       "unknown name `" + by.text + "`", near.empty() ? "" : "did you mean `" + near + "`?");
        if (!near.empty()) finding.fixes.push_back({"write `" + near + "`", {{by.span, "\"" + near + "\""}}});
      } else if (found->second.kind == Meaning::Kind::fact) {
        fact_used_[found->second.index] = true;
      } else if (found->second.kind != Meaning::Kind::definition) {
        error_file(Code::invalid_by, by.span, "parameters." + from.name.text + ".by",
                   "`" + by.text + "` is neither a fact nor a definition");
      }
      if (key.kind != Kind::error && !may_be_key(key)) {
        error_file(Code::invalid_by, by.span, "parameters." + from.name.text + ".by",
                   "expected a choice, bool or integer, found `" + by.text + "`, which is " + text(key));
        key = {};
      }
      out.keys.push_back(key);
    }
    for (std::size_t i = 0; i < from.periods.size(); ++i) {
      const rule::Period& period = from.periods[i];
      const std::int64_t end = i + 1 < from.periods.size() ? from.periods[i + 1].from.days : kLastDate.days + 1;
      Period made{period.from.days, end, 0};
      if (period.until && period.until->days < end) made.until = period.until->days;
      const std::size_t first_figure = out.figures.size();
      cells(period.cell, out, from, 0, made.root);
      for (std::size_t f = first_figure; f < out.figures.size(); ++f) {
        if (out.figures[f].sources.empty()) out.figures[f].sources = period.sources;
      }
      out.periods.push_back(made);
      if (made.until < end) {  // `until` is short for a null from that day
        Period none{made.until, end, 0};
        rule::Cell null;
        null.null = true;
        cells(null, out, from, 0, none.root);
        out.periods.push_back(none);
      }
    }
    if (reads_on) {
      rule::Cell null;
      null.null = true;
      cells(null, out, from, 0, out.off_file.emplace());
    }
    if (out.of) begin_null_lists(out);
    out_.parameters.push(std::move(out));
  }
}

RFS_INLINE void Typer::definition(DefinitionId id) {
  const rule::Definition& from = file_.definitions[id.value];
  Definition& out = out_.definitions[id];
  if (!from.value.valid() && !from.table) return;
  const NodeId root = from.table ? table(id) : type(from.value);
  const auto words = words_.find(root.value);
  if (words != words_.end() && std::all_of(words->second.begin(), words->second.end(),
                                           [](const std::string& word) { return rule::is_word(word); })) {
    become_choice(root, out_.choices.intern(words->second));
  }
  if (out_.nodes[root].type.kind == Kind::record && !one_value(root, "a definition")) out_.nodes[root].type = {};
  out_.definitions[id].root = root;
  out.type = out_.nodes[root].type;
  if (from.words.any() && out.type.kind != Kind::boolean && out.type.kind != Kind::error &&
      (from.words.met.valid() || from.words.unmet.valid())) {
    error_file(Code::unknown_key, from.name.span, "definitions." + from.name.text,
               "only a bool has `met` and `unmet`, and `" + from.name.text + "` is " + text(out.type));
  }
}

RFS_INLINE void Typer::decision(DecisionId id) {
  const rule::Decision& from = file_.decisions[id.value];
  Decision& out = out_.decisions[id];
  if (from.eligible.valid()) {
    out.eligible = type(from.eligible);
    const Type& found = out_.nodes[out.eligible].type;
    if (found.kind != Kind::boolean && found.kind != Kind::error) {
      error_at(Code::expected_bool, from.eligible, out_.nodes[out.eligible].span,
               "expected a condition, found " + text(found), "compare it with something");
      out.eligible = {};
    }
  }
  if (!from.amount.valid()) return;
  out.amount = type(from.amount);
  out.amount_type = out_.nodes[out.amount].type;
  const source::Span span = out_.nodes[out.amount].span;
  const Kind kind = out.amount_type.kind;
  if (kind == Kind::error) return;
  if (kind != Kind::money && kind != Kind::number) {
    error_at(Code::amount_type, from.amount, span,
             "expected an amount of money or a number, found " + text(out.amount_type));
    out.amount = {};
    out.amount_type = {};
  } else if (kind == Kind::money && !from.has_round) {
    Diagnostic& finding = error_at(Code::rounding_missing, from.amount, span, "an amount of money needs its `round`",
                                   "write `\"round\": \"down to 0.01 " + file_.currency +
                                       "\"`, another mode or step, or `\"none\"` where it is not a payment");
    finding.fixes.push_back(
        {"round down to the minor unit",
         {{{from.amount_span.end, from.amount_span.end},
           ", \"round\": \"down to " +
               rule::plain({Exact::power_of_ten(
                                -static_cast<int>(rule::default_domain({Kind::money, {}, {}}, file_.currency).places)),
                            {}},
                           {Kind::money, {}, {}}, out_.choices, file_.currency) +
               " " + file_.currency + "\""}}});
  } else if (from.mode && (kind == Kind::money) != from.step_has_currency) {
    error_file(Code::invalid_rounding, from.round_span, "decisions." + from.name.text + ".round",
               kind == Kind::money ? "expected a step in " + file_.currency + ", found a plain number"
                                   : "expected a plain number as step, found an amount of money");
  }
}

RFS_INLINE void Typer::default_value(FactId id) {
  const rule::Fact& from = file_.facts[id.value];
  if (!from.fields.empty()) return field_defaults(id);
  const NodeId root = type(from.default_expression);
  Fact& out = out_.facts[id];
  if (has_type(from.default_expression, root, out.domain.type,
               "a default is a value of the fact's type, or an expression of that type"))
    out.default_root = root;
}

/// Whether an expression has a type that was declared, its words made the choice's; reports where not.
RFS_INLINE bool Typer::has_type(rule::ExpressionId id, NodeId root, const Type& want, const char* help) {
  if (want.kind == Kind::choice && words_.contains(root.value)) become_choice(root, want.choice);
  const Type& found = out_.nodes[root].type;
  if (found.kind == Kind::error) return false;
  const bool same = found.kind == want.kind && found.choice == want.choice &&
                    (want.flavour != Flavour::integer || found.flavour == Flavour::integer);
  if (!same)
    error_at(Code::argument_type, id, out_.nodes[root].span, "expected " + text(want) + ", found " + text(found), help);
  return same;
}

/// Types the holes of texts; a money hole's decimals are checked where the steps are known.
RFS_INLINE void Typer::texts() {
  for (const rule::Text& text : file_.texts) {
    for (const rule::Translation& translation : text.translations) {
      for (const rule::Piece& piece : translation.pieces) {
        if (!piece.hole.valid()) continue;
        const NodeId root = type(piece.hole);
        if (!one_value(root, "a text")) out_.nodes[root].type = {};
        out_.holes.emplace(piece.hole.value, root);
      }
    }
  }
}

RFS_INLINE void Typer::unused() {
  const auto warn = [&](const rule::Name& name, const char* what) {
    Diagnostic finding;
    finding.code = Code::unused_name;
    finding.severity = Severity::warning;
    finding.file = file_.file;
    finding.span = name.span;
    finding.path = std::string(what) + "s." + name.text;
    finding.message = "nothing reads the " + std::string(what) + " `" + name.text + "`";
    finding.help = "use it, or delete it";
    findings_.add(std::move(finding));
  };
  if (findings_.has_errors()) return;  // a mistake elsewhere may be why
  for (std::size_t i = 0; i < fact_used_.size(); ++i) {
    if (!fact_used_[i]) warn(file_.facts[i].name, "fact");
  }
  for (std::size_t i = 0; i < parameter_used_.size(); ++i) {
    if (!parameter_used_[i]) warn(file_.parameters[i].name, "parameter");
  }
}

RFS_INLINE Module Typer::run() {
  declare();
  order();
  for (const Unit& unit : out_.order) {
    switch (unit.kind) {
      case Unit::Kind::read_on: {
        out_.read_on = type(file_.read_on);
        const Type& found = out_.nodes[out_.read_on].type;
        if (found.kind != Kind::date && found.kind != Kind::error) {
          error_at(Code::argument_type, file_.read_on, out_.nodes[out_.read_on].span,
                   "expected a date, found " + text(found));
          out_.read_on = {};
        }
        break;
      }
      case Unit::Kind::default_value:
        default_value(FactId(unit.index));
        break;
      case Unit::Kind::definition:
        definition(DefinitionId(unit.index));
        break;
      case Unit::Kind::decision:
        decision(DecisionId(unit.index));
        break;
    }
  }
  parameters();
  texts();
  report_unknown_names();
  unused();
  return std::move(out_);
}

}  // namespace detail

RFS_INLINE Module from_rule(std::shared_ptr<const rule::File> file, Diagnostics& findings) {
  return detail::Typer(std::move(file), findings).run();
}

RFS_INLINE std::string_view text_of(const Module& module, NodeId node) {
  const Node& n = module.nodes[node];
  if (!n.expression.valid()) return {};
  return std::string_view(module.file->expressions[n.expression].text).substr(n.span.begin, n.span.end - n.span.begin);
}

}  // namespace rfs::inline RFS_ABI::typed
