#pragma once

#include "rfs/expr/from_text.hpp"
#include "rfs/impl/rule/allowances.ipp"
#include "rfs/impl/rule/decision_table.ipp"
#include "rfs/impl/rule/declarations.ipp"
#include "rfs/impl/rule/expressions.ipp"
#include "rfs/impl/rule/lists.ipp"
#include "rfs/impl/rule/parameters.ipp"
#include "rfs/impl/rule/reader.hpp"
#include "rfs/rule/from_json.hpp"
#include "rfs/value/currency.hpp"
#include "rfs/value/text.hpp"

namespace rfs::inline RFS_ABI::rule {

namespace detail {

/// Returns the name that a word with capitals, blanks or hyphens stands for, or nothing.
RFS_INLINE std::string near_name(std::string_view word) {
  if (word.size() > 60) return {};
  std::string out(word);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-' || c == ' ' || c == '.') c = '_';
  }
  return expr::is_name(out) ? out : std::string();
}

/// Checks that a member's key may be a name and is not taken.
RFS_INLINE bool Reader::name(const json::Member& member, std::string_view what) {
  if (!expr::is_name(member.key) || member.key == "as_of") {
    const bool taken = expr::is_keyword(member.key) || expr::is_unit_word(member.key) || member.key == "as_of";
    std::string help = taken ? "it is a word of the language"
                             : "a name begins with a small letter and has small letters, digits and `_`";
    const std::string near = near_name(member.key);
    if (!taken && !near.empty()) help += ", like `" + near + "`";
    shape_.error(Code::invalid_name, member.key_span, "`" + member.key + "` cannot be the name of " + std::string(what),
                 std::move(help));
    refused_names_.insert(member.key);
    return false;
  }
  const auto [other, fresh] = names_.emplace(member.key, member.key_span);
  if (fresh) return true;
  Diagnostic& finding = shape_.error(Code::name_taken, member.key_span, "`" + member.key + "` is declared twice",
                                     "facts, parameters, definitions and decisions share one namespace");
  finding.labels.push_back({other->second, "declared first here"});
  return false;
}

/// Whether a field may have its name, as far as its record tells; reports where not.
RFS_INLINE bool Reader::field_name(const json::Member& member) {
  if (!expr::is_name(member.key) || member.key == "as_of") {
    shape_.error(Code::invalid_name, member.key_span, "`" + member.key + "` cannot be the name of a field",
                 expr::is_keyword(member.key) || expr::is_unit_word(member.key) || member.key == "as_of"
                     ? "it is a word of the language"
                     : "a name begins with a small letter and has small letters, digits and `_`");
    refused_names_.insert(member.key);
    return false;
  }
  field_names_.push_back({{member.key, member.key_span}, shape_.path()});
  return true;
}

/// Reports fields that have the name of something else in the file: a bare name in a filter would mean both.
RFS_INLINE void Reader::field_names() {
  for (const auto& [name, path] : field_names_) {
    const auto other = names_.find(name.text);
    if (other == names_.end()) continue;
    Diagnostic& finding = shape_.error(Code::name_taken, name.span, "`" + name.text + "` is declared twice",
                                       "a field may not have the name of a fact, parameter, definition or decision");
    finding.path = path;
    finding.labels.push_back({other->second, "declared first here"});
  }
}

/// The version as the file writes it, where that is short enough for a message.
RFS_INLINE std::string shown_version(const json::Document& doc, json::NodeId id) {
  const json::Node& node = doc[id];
  const bool short_number = node.kind == json::Kind::number && node.text.size() <= 20;
  return short_number ? "`" + node.text + "`" : std::string(json::kind_text(node.kind));
}

RFS_INLINE void check_version(Shape& shape, json::NodeId root) {
  const json::NodeId id = shape.find(root, "rfs");
  if (!id.valid()) return;
  const json::Node& node = shape.doc[id];
  if (node.kind == json::Kind::number && node.text == "1") return;
  const Shape::Step step(shape, "rfs");
  Diagnostic& finding = shape.error(Code::unsupported_version, node.span,
                                    "expected version 1 of the rule language, found " + shown_version(shape.doc, id),
                                    "write `\"rfs\": 1`");
  finding.fixes.push_back({"write `1`", {{node.span, "1"}}});
}

RFS_INLINE void Reader::header() {
  const json::NodeId root = shape_.doc.root;
  check_version(shape_, root);
  shape_.string(root, "$schema");
  if (const auto rules = shape_.string(root, "rules")) {
    out_.rules = *rules;
    bool good = true;
    for (std::size_t begin = 0; begin <= rules->size();) {
      const std::size_t end = std::min(rules->find('/', begin), rules->size());
      good = good && is_word(std::string_view(*rules).substr(begin, end - begin));
      begin = end + 1;
    }
    if (!good) {
      const Shape::Step step(shape_, "rules");
      shape_.error(Code::invalid_word, shape_.doc[shape_.find(root, "rules")].span,
                   "expected words joined by `/`, found `" + *rules + "`", "write it like `run-for-something/funding`");
    }
  }
  out_.version = shape_.string(root, "version").value_or("");
  if (const auto currency = shape_.string(root, "currency")) {
    if (value::minor_digits(*currency)) {
      out_.currency = *currency;
    } else {
      const Shape::Step step(shape_, "currency");
      shape_.error(Code::invalid_currency, shape_.doc[shape_.find(root, "currency")].span,
                   "`" + *currency + "` is not a currency code of ISO 4217", "write it like `USD` or `EUR`");
      out_.currency = "USD";  // what follows is checked with some currency; the file is refused anyway
    }
  }
  if (const auto end = shape_.one_of(root, "month_end", words::month_end)) {
    out_.month_end = *end == "clamp" ? MonthEnd::clamp : MonthEnd::next_day;
  } else if (shape_.find(root, "month_end").valid()) {
    out_.month_end = MonthEnd::clamp;  // reported; that it is not declared is no second mistake
  }
  const json::NodeId effective = shape_.find(root, "effective");
  if (effective.valid()) {
    const Shape::Step step(shape_, "effective");
    if (shape_.object(effective, keys::effective, "`effective`")) {
      out_.effective_from = shape_.date(effective, "from");
      out_.effective_until = shape_.date(effective, "until");
      if (out_.effective_from && out_.effective_until && *out_.effective_until <= *out_.effective_from) {
        shape_.error(Code::dates_out_of_order, shape_.doc[effective].span, "`until` is not after `from`",
                     "`until` is the first day on which the rules no longer hold");
        out_.effective_until.reset();
      }
    }
  }
}

RFS_INLINE void Reader::definitions(json::NodeId id) {
  const Shape::Step step(shape_, "definitions");
  if (!shape_.expect(id, json::Kind::object)) return;
  for (const json::Member& member : shape_.doc[id].members) {
    const Shape::Step at(shape_, member.key.empty() ? "?" : std::string_view(member.key));
    if (!name(member, "a definition")) continue;
    Definition out;
    out.name = {member.key, member.key_span};
    if (shape_.doc[member.value].kind == json::Kind::object) {
      shape_.object(member.value, keys::definition, "a definition");
      const json::NodeId value_id = shape_.find(member.value, "value"), table_id = shape_.find(member.value, "table");
      const std::uint32_t begin = shape_.doc[member.value].span.begin;
      if (value_id.valid()) {
        const Shape::Step in(shape_, "value");
        out.value = expression(value_id);
      } else if (!table_id.valid()) {
        shape_.error(Code::missing_key, {begin, begin + 1}, "a definition lacks its `value`",
                     "or give it a decision table: `table`");
      }
      if (table_id.valid()) {
        const Shape::Step in(shape_, "table");
        const source::Span key = shape_.key_span(member.value, table_id);
        if (value_id.valid())
          shape_.error(Code::unknown_key, key, "a definition has a `value` or a `table`, not both", "keep one of them");
        else
          out.table = table(table_id, key);
      }
      out.words = words(member.value, false);
      out.sources = sources_of(member.value);
    } else {
      out.value = expression(member.value);
    }
    out_.definitions.push_back(std::move(out));
  }
}

/// Reads `"down to 0.01 USD"` or `"none"`.
RFS_INLINE void Reader::round(json::NodeId object, Decision& decision) {
  const auto text = shape_.string(object, "round");
  if (!text) return;
  const Shape::Step step(shape_, "round");
  decision.has_round = true;
  decision.round_span = shape_.doc[shape_.find(object, "round")].span;
  if (*text == "none") return;
  const auto wrong = [&](std::string message) {
    shape_.error(
        Code::invalid_rounding, decision.round_span, std::move(message),
        "write `\"<mode> to <step>\"`, like `\"down to 0.01 USD\"`, or `\"none\"`; the modes are up, down, half_up, "
        "half_down, half_even, floor, ceiling");
  };
  const std::size_t to = text->find(" to ");
  if (to == std::string::npos) return wrong("expected a mode and a step, found `" + *text + "`");
  const auto mode = value::parse_rounding(std::string_view(*text).substr(0, to));
  if (!mode) return wrong("unknown rounding mode `" + text->substr(0, to) + "`");
  std::string_view step_text = std::string_view(*text).substr(to + 4);
  if (step_text.size() > 4 && step_text[step_text.size() - 4] == ' ') {
    const std::string_view code = step_text.substr(step_text.size() - 3);
    if (code != out_.currency)
      return wrong("expected a step in the file's currency, found `" + std::string(step_text) + "`");
    decision.step_has_currency = true;
    step_text.remove_suffix(4);
  }
  const auto read = value::read_decimal(step_text);
  if (!read) return wrong("expected a step, found `" + std::string(step_text) + "`");
  if (read->value.sign() <= 0) {
    shape_.error(Code::step_not_positive, decision.round_span, "the step to round to is not above 0");
    return;
  }
  decision.mode = mode;
  decision.step = read->value;
}

RFS_INLINE void Reader::decision(const json::Member& member) {
  Decision out;
  out.name = {member.key, member.key_span};
  if (!shape_.object(member.value, keys::decision, "a decision")) {
    out_.decisions.push_back(std::move(out));
    return;
  }
  const json::NodeId eligible = shape_.find(member.value, "eligible");
  const json::NodeId amount = shape_.find(member.value, "amount");
  if (eligible.valid()) {
    const Shape::Step in(shape_, "eligible");
    out.eligible = expression(eligible);
  }
  if (amount.valid()) {
    const Shape::Step in(shape_, "amount");
    out.amount = expression(amount);
    out.amount_span = shape_.doc[amount].span;
  }
  round(member.value, out);
  if (out.has_round && !amount.valid()) {
    shape_.error(Code::missing_key, out.round_span, "`round` without an `amount`");
  }
  out.words = words(member.value, false);
  out.sources = sources_of(member.value);
  out_.decisions.push_back(std::move(out));
}

RFS_INLINE void Reader::decisions(json::NodeId id) {
  const Shape::Step step(shape_, "decisions");
  if (!shape_.expect(id, json::Kind::object)) return;
  for (const json::Member& member : shape_.doc[id].members) {
    const Shape::Step at(shape_, member.key.empty() ? "?" : std::string_view(member.key));
    if (name(member, "a decision")) decision(member);
  }
}

RFS_INLINE std::vector<Test> read_tests(Shape& shape, json::NodeId id) {
  std::vector<Test> out;
  const Shape::Step step(shape, "tests");
  if (!shape.expect(id, json::Kind::array)) return out;
  const auto& items = shape.doc[id].items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Shape::Step at(shape, "[" + std::to_string(i) + "]");
    if (!shape.object(items[i], keys::test, "a test")) continue;
    Test test;
    test.span = shape.doc[items[i]].span;
    test.name = shape.string(items[i], "name").value_or("");
    const auto as_of = shape.date(items[i], "as_of");
    test.facts = shape.find(items[i], "facts");
    test.expect = shape.find(items[i], "expect");
    test.fix = shape.find(items[i], "fix");
    bool good = as_of && test.facts.valid() && test.expect.valid();
    for (const json::NodeId part : {test.facts, test.expect, test.fix}) {
      if (part.valid() && !shape.expect(part, json::Kind::object)) good = false;
    }
    if (!good) continue;
    test.as_of = *as_of;
    out.push_back(std::move(test));
  }
  return out;
}

RFS_INLINE File Reader::read() {
  const json::NodeId root = shape_.doc.root;
  if (!shape_.object(root, keys::file, "a rule file")) return std::move(out_);
  header();
  const auto find = [&](std::string_view key) { return shape_.find(root, key); };
  // Sources and the currency come first, wherever they stand: the rest refers to them.
  if (find("sources").valid()) sources(find("sources"));
  if (find("facts").valid()) facts(find("facts"));
  if (find("parameters").valid()) parameters(find("parameters"));
  if (find("definitions").valid()) definitions(find("definitions"));
  if (find("decisions").valid()) decisions(find("decisions"));
  field_names();
  if (find("read_on").valid()) {
    const Shape::Step step(shape_, "read_on");
    out_.read_on = expression(find("read_on"));
  }
  out_.words.title = text(root, "title");
  if (find("allow").valid()) allowances(find("allow"));
  if (find("tests").valid()) out_.tests.tests = read_tests(shape_, find("tests"));
  return std::move(out_);
}

}  // namespace detail

RFS_INLINE File from_json(json::Document document, const Limits& limits, Diagnostics& findings) {
  File out = detail::Reader(document, limits, findings).read();
  out.tests.document = std::move(document);  // facts and expectations of tests stay JSON
  return out;
}

RFS_INLINE TestSet tests_from_json(const json::Document& document, Diagnostics& findings) {
  TestSet out;
  out.document = document;
  detail::Shape shape(document, findings);
  if (!shape.object(document.root, keys::test_file, "a test file")) return out;
  detail::check_version(shape, document.root);
  shape.string(document.root, "$schema");
  out.rules = shape.string(document.root, "rules").value_or("");
  const json::NodeId tests = shape.find(document.root, "tests");
  if (tests.valid()) out.tests = detail::read_tests(shape, tests);
  return out;
}

}  // namespace rfs::inline RFS_ABI::rule
