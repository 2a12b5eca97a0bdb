// The schemas of rule files and test files, from the tables of rule/keys.hpp and rule/type.hpp.
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parts.hpp"
#include "rfs/diag/codes.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/expr/from_text.hpp"
#include "rfs/rule/file.hpp"
#include "rfs/rule/keys.hpp"
#include "rfs/rule/type.hpp"
#include "rfs/value/currency.hpp"
#include "rfs/value/rounding.hpp"

namespace rfs_schema {

namespace {

using rfs::Flavour;
using rfs::Kind;
using rfs::rule::Holds;
using rfs::rule::Key;
using rfs::rule::Presence;
using rfs::rule::TypeWord;
namespace keys = rfs::rule::keys;

const std::string kDecimal = "-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?";

// Words, and `{expression}`s, in which a quoted text may hold a `}`; doubled braces are braces.
const std::string kSentence = R"re(([^{}]|\{\{|\}\}|\{(?!\{)([^}'"]|'[^']*'|"[^"]*")+\})*)re";

// The characters of the expression language; quoted texts may hold any other.
const std::string kExpression = R"re(([A-Za-z0-9_ \t\r\n+*/()\[\],.<>=!%@:-]|'[^']*'|"[^"]*")+)re";

std::string any_word(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "(" : "|") + word;
  return out + ")";
}

std::vector<std::string> rounding_modes() {
  std::vector<std::string> out;
  for (auto mode = rfs::Rounding::up; mode <= rfs::Rounding::ceiling;
       mode = static_cast<rfs::Rounding>(int(mode) + 1)) {
    out.emplace_back(rfs::value::rounding_text(mode));
  }
  return out;
}

std::vector<std::string> currencies() {
  std::vector<std::string> out;
  std::string code = "AAA";
  for (code[0] = 'A'; code[0] <= 'Z'; ++code[0]) {
    for (code[1] = 'A'; code[1] <= 'Z'; ++code[1]) {
      for (code[2] = 'A'; code[2] <= 'Z'; ++code[2]) {
        if (rfs::value::minor_digits(code)) out.push_back(code);
      }
    }
  }
  return out;
}

std::vector<std::string> statuses() {
  std::vector<std::string> out;
  for (const auto status :
       {rfs::Status::eligible, rfs::Status::ineligible, rfs::Status::undetermined, rfs::Status::refused}) {
    out.emplace_back(rfs::status_text(status));
  }
  return out;
}

/// The codes that a rule file may allow: what lint finds, but for what it says of allowances.
std::vector<std::string> lint_codes() {
  std::vector<std::string> out;
  for (const auto& row : rfs::diag::kCodes) {
    if (row.code == rfs::Code::allowance_unused || row.code == rfs::Code::allowance_ended) continue;
    if (std::string code = rfs::diag::code_text(row.code); code.substr(0, 4) == "RFS8") out.push_back(std::move(code));
  }
  return out;
}

/// Declarations by name.
Json declarations(Json one) {
  Json out = map_of(std::move(one));
  out["propertyNames"] = refer("name");
  return out;
}

/// The words of a choice.
Json options() {
  Json out = list_of(refer("word"));
  out["minItems"] = 1;
  out["uniqueItems"] = true;
  return out;
}

std::vector<std::string_view> type_words() {
  std::vector<std::string_view> out;
  for (const TypeWord& type : rfs::rule::kTypeWords) out.push_back(type.word);
  return out;
}

/// What an item or a field is declared as: a word for a type, or an object with the keys of this part.
Json item_of(std::string_view part) {
  std::vector<std::string_view> words;
  for (const TypeWord& type : rfs::rule::kTypeWords) {
    if (type.kind != Kind::choice) words.push_back(type.word);
  }
  return {{"if", of_type("object")}, {"then", refer(part)}, {"else", one_of_words(words)}};
}

/// What stands under a key, whatever the other keys of its object say.
Json held(const Key& key) {
  switch (key.holds) {
    case Holds::language:
      return {{"const", 1}};
    case Holds::string:
    case Holds::name:
      return of_type("string");
    case Holds::filled:
      return {{"type", "string"}, {"pattern", "[^ ]"}};
    case Holds::programme: {
      const std::string word(rfs::rule::kWordPattern);
      return matching(word + "(/" + word + ")*");
    }
    case Holds::currency:
      return refer("currency");
    case Holds::date:
      return refer("date");
    case Holds::date_or_null:
      return any_of({refer("date"), of_type("null")});
    case Holds::bool_or_null:
      return {{"type", {"boolean", "null"}}};
    case Holds::boolean:
      return of_type("boolean");
    case Holds::word:
      return one_of_words(key.words);
    case Holds::sentence:
      return refer("sentence");
    case Holds::expression:
      return refer("expression");
    case Holds::citation:
      return refer("citation");
    case Holds::rounding:
      return matching("none|" + any_word(rounding_modes()) + " to [0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?( [A-Z]{3})?");
    case Holds::options:
      return options();
    case Holds::type: {
      std::vector<std::string_view> words = type_words();
      words.push_back(rfs::rule::kListWord);
      return one_of_words(words);
    }
    case Holds::item_type:
      return one_of_words(type_words());
    case Holds::fields: {
      Json out = declarations(item_of("field"));
      out["minProperties"] = 1;
      return out;
    }
    case Holds::count:
      return {{"type", "integer"}, {"minimum", 1}, {"maximum", rfs::rule::kMostItems}};
    case Holds::figure_type: {
      std::vector<std::string_view> words = type_words();
      words.push_back(rfs::rule::kScheduleWord);
      return one_of_words(words);
    }
    case Holds::result_type: {
      std::vector<std::string_view> words;
      for (const TypeWord& type : rfs::rule::kTypeWords) {
        if (type.kind != Kind::choice) words.push_back(type.word);
      }
      return {{"if", of_type("array")}, {"then", options()}, {"else", one_of_words(words)}};
    }
    case Holds::places:
      return {{"type", "integer"}, {"minimum", 0}, {"maximum", rfs::rule::kMostPlaces}};
    case Holds::items:
    case Holds::divided:
    case Holds::bound:
    case Holds::fallback:
    case Holds::figures:
    case Holds::figure:
      return Json::object();  // by the type: see typed(), list() and schedule()
    case Holds::keyed_by: {
      Json out = list_of(of_type("string"));
      out["minItems"] = 1;
      out["maxItems"] = rfs::rule::kMostKeys;
      return out;
    }
    case Holds::lint_code:
      return one_of_words(lint_codes());
    case Holds::window:
      return refer("effective");
    case Holds::sources: {
      Json out = map_of(refer("source"));
      out["propertyNames"] = refer("word");
      return out;
    }
    case Holds::facts:
      return declarations(refer("fact"));
    case Holds::parameters:
      return declarations(refer("parameter"));
    case Holds::periods: {
      Json out = list_of(refer("period"));
      out["minItems"] = 1;
      return out;
    }
    case Holds::table:
      return refer("table");
    case Holds::inputs: {
      Json out = list_of(refer("expression"));
      out["minItems"] = 1;
      return out;
    }
    case Holds::table_rows: {
      Json out = list_of({{"if", of_type("object")}, {"then", refer("table_row")}, {"else", refer("cells")}});
      out["minItems"] = 1;
      return out;
    }
    case Holds::cells:
      return refer("cells");
    case Holds::definitions:
      return declarations({{"if", of_type("object")}, {"then", refer("definition")}, {"else", refer("expression")}});
    case Holds::decisions:
      return declarations(refer("decision"));
    case Holds::tests:
      return list_of(refer("test"));
    case Holds::allowances:
      return list_of(refer("allowance"));
    case Holds::given:
    case Holds::fixed:
      return of_type("object");
    case Holds::expected:
      return map_of({{"if", of_type("object")}, {"then", refer("expected_decision")}});
    case Holds::status:
      return one_of_words(statuses());
    case Holds::expectation:
      return {{"if", of_type("object")}, {"then", refer("bounds")}, {"else", {{"not", of_type("array")}}}};
    case Holds::names:
      return list_of(of_type("string"));
    case Holds::row_keys:
      return list_of({{"type", {"string", "number", "boolean"}}});
    case Holds::missing_figures:
      return list_of(refer("missing_figure"));
    case Holds::conditions:
      return {{"if", of_type("array")},
              {"then",
               {{"items",
                 {{"if", of_type("object")}, {"then", refer("expected_condition")}, {"else", of_type("string")}}}}},
              {"else", map_of({{"type", {"boolean", "null"}}})}};
    case Holds::later:
      break;
  }
  return false;
}

/// An object with the keys of a table, as Shape::object reads it: `note` and keys beginning with `x-` are free.
Json object_of(std::span<const Key> table) {
  Json required = Json::array(), properties = Json::object();
  for (const Key& key : table) {
    if (key.presence == Presence::later) continue;
    if (key.presence == Presence::required) required.push_back(key.name);
    Json& property = properties[std::string(key.name)] = {{"description", key.about}};
    property.update(held(key));
  }
  properties["note"] = {{"description", "A remark for readers of the file; rfs ignores it."}};
  Json out = of_type("object");
  if (!required.empty()) out["required"] = std::move(required);
  out["properties"] = std::move(properties);
  out["patternProperties"] = {{"^x-", {{"description", "A key of your own; rfs ignores it."}}}};
  out["additionalProperties"] = false;
  return out;
}

/// A given value of a type, in the text form of language.md section 2.
Json given(const TypeWord& type) {
  switch (type.kind) {
    case Kind::boolean:
      return of_type("boolean");
    case Kind::number:
      if (type.flavour == Flavour::percent) return matching(kDecimal + "%");
      return any_of({of_type(type.flavour == Flavour::integer ? "integer" : "number"), matching(kDecimal)});
    case Kind::money:
      return any_of({of_type("number"), matching(kDecimal + "( [A-Z]{3})?")});
    case Kind::date:
      return refer("date");
    case Kind::months:
      return matching("-?[0-9]{1,15} (month|year)s?|P(?=[0-9])([0-9]{1,15}Y)?([0-9]{1,15}M)?");
    case Kind::days:
      return matching("-?[0-9]{1,15} days?|P[0-9]{1,15}D");
    case Kind::choice:
      return of_type("string");
    case Kind::text:
      return {{"type", "string"}, {"maxLength", 4096}};
    case Kind::list:
    case Kind::record:
    case Kind::error:
      break;
  }
  return false;
}

std::string given_name(const TypeWord& type) { return "given_" + std::string(type.word); }

/// An expression where a value of the type may stand too.
Json expression_of(const TypeWord& type) {
  // A bare number is no expression: as a percentage it would have two meanings.
  const bool may_be_number = type.kind == Kind::number || type.kind == Kind::money;
  if (!may_be_number) return refer("expression");
  return {{"allOf", {refer("expression"), {{"not", matching(kDecimal)}}}}};
}

/// A figure: a value, a constant expression where the type is a number, or null.
Json figure(const TypeWord& type) {
  Json forms = {of_type("null"), refer(given_name(type))};
  if (type.kind == Kind::number || type.kind == Kind::money) forms.push_back(expression_of(type));
  return any_of(std::move(forms));
}

std::string figures_name(const TypeWord& type, std::size_t keys) {
  return keys == 0 ? "figure_" + std::string(type.word) : std::string(type.word) + "_by_" + std::to_string(keys);
}

/// Figures by so many keys; with none left, a figure or an object of keys::cell.
Json figures(const TypeWord& type, std::size_t keys) {
  if (keys > 0) {
    return {{"type", {"object", "null"}}, {"additionalProperties", refer(figures_name(type, keys - 1))}};
  }
  Json cell = refer("cell");
  cell["properties"] = {{"value", figure(type)}};
  return {{"if", of_type("object")}, {"then", std::move(cell)}, {"else", figure(type)}};
}

/// Says that the object's `type` is this one, for `if`.
Json is_type(const TypeWord& type) {
  return {{"properties", {{"type", {{"const", type.word}}}}}, {"required", {"type"}}};
}

/// What `places`, `min` and `max` hold beside a type.
Json ranged(const TypeWord& type) {
  Json properties = Json::object();
  if (!rfs::rule::has_places(type.kind, type.flavour)) properties["places"] = false;
  for (const char* key : {"min", "max"}) {
    if (rfs::is_numeric(type.kind))
      properties[key] = refer(given_name(type));
    else
      properties[key] = false;
  }
  return properties;
}

/// What the keys of a declaration hold because of its type, as Reader::type and Reader::domain read it.
Json typed(const TypeWord& type) {
  Json out = {{"properties", ranged(type)}};
  if (type.kind == Kind::choice) {
    out["properties"]["of"] = options();
    out["required"] = {"of"};
  } else {
    out["properties"]["of"] = false;
  }
  return out;
}

/// An object with the keys of a table, whose `type` says what the others hold; `also` gives what it says of keys that
/// not all declarations have.
template <class AlsoOf>
Json declaration(std::span<const Key> table, AlsoOf also) {
  Json out = object_of(table);
  for (const TypeWord& type : rfs::rule::kTypeWords) {
    Json then = typed(type);
    then.merge_patch(also(type));
    out["allOf"].push_back({{"if", is_type(type)}, {"then", std::move(then)}});
  }
  return out;
}

Json fallback(const TypeWord& type) {
  return {{"properties", {{"default", any_of({refer(given_name(type)), expression_of(type)})}}}};
}

/// True of a declaration of a list.
Json is_list() { return {{"properties", {{"type", {{"const", rfs::rule::kListWord}}}}}, {"required", {"type"}}}; }

/// What the keys of a list hold, as Reader::list reads it.
Json list() {
  Json properties = {{"of", item_of("item")}, {"default", {{"const", Json::array()}}}};
  for (const char* key : {"min", "max", "places", "title", "met", "unmet"}) properties[key] = false;
  return {{"properties", std::move(properties)}, {"oneOf", {{{"required", {"of"}}}, {{"required", {"fields"}}}}}};
}

/// True of a declaration of a list whose items, or a field of them, are of this type.
Json is_list_of(const TypeWord& type) {
  Json object = is_type(type);
  object["type"] = "object";
  const Json item = any_of({{{"const", type.word}}, std::move(object)});
  Json of = is_list(), fields = is_list();
  of["properties"]["of"] = item;
  of["required"].push_back("of");
  fields["properties"]["fields"] = {{"not", map_of({{"not", item}})}};
  fields["required"].push_back("fields");
  return any_of({std::move(of), std::move(fields)});
}

/// True of a file that declares something for which `is` holds under a key.
Json declares(const char* key, Json is) {
  return {{"required", {key}}, {"properties", {{key, {{"not", map_of({{"not", std::move(is)}})}}}}}};
}

Json fact() {
  Json out = declaration(keys::fact, [](const TypeWord& type) {
    Json also = fallback(type);
    for (const char* key : {"fields", "max_items"}) also["properties"][key] = false;
    for (const char* key : {"title", "met", "unmet"}) {
      if (type.kind != Kind::boolean) also["properties"][key] = false;
    }
    return also;
  });
  out["allOf"].push_back({{"if", is_list()}, {"then", list()}});
  return out;
}

/// Says what stands under `value` by how many keys there are; `name` gives the part for so many.
template <class NameOf>
Json by_keys(NameOf name) {
  const auto values = [&](std::size_t count) -> Json {
    return {{"items", {{"properties", {{"value", refer(name(count))}}}}}};
  };
  // Each `else` has one key less.
  Json by = {{"properties", {{"values", values(0)}}}};
  for (std::size_t count = 1; count <= rfs::rule::kMostKeys; ++count) {
    Json is = {{"properties", {{"by", {{"minItems", count}}}}}, {"required", {"by"}}};
    by = {{"if", std::move(is)}, {"then", {{"properties", {{"values", values(count)}}}}}, {"else", std::move(by)}};
  }
  return by;
}

/// Says that the parameter is a schedule and has this type under a key, for `if`.
Json is_schedule(const char* key, const TypeWord& type) {
  Json is = {{"const", type.word}};
  if (type.kind == Kind::choice) is = of_type("array");
  return {{"properties", {{"type", {{"const", rfs::rule::kScheduleWord}}}, {key, std::move(is)}}},
          {"required", {"type", key}}};
}

std::string starts_name(const TypeWord& type, std::size_t keys) {
  return "starts_" + std::string(type.word) + (keys == 0 ? "" : "_by_" + std::to_string(keys));
}

std::string brackets_name(const TypeWord& type, std::size_t keys) {
  return "brackets_" + std::string(type.word) + (keys == 0 ? "" : "_by_" + std::to_string(keys));
}

/// Lists of brackets by so many keys: where brackets of the type begin.
Json starts(const TypeWord& type, std::size_t keys) {
  if (keys > 0) return {{"additionalProperties", refer(starts_name(type, keys - 1))}};
  return {{"items", {{"properties", {{"from", refer(given_name(type))}}}}}};
}

/// Lists of brackets by so many keys: their form, and figures of the type.
Json brackets(const TypeWord& type, std::size_t keys) {
  if (keys > 0) {
    return {{"type", {"object", "null"}}, {"additionalProperties", refer(brackets_name(type, keys - 1))}};
  }
  Json bracket = refer("bracket");
  bracket["properties"] = {{"value", figure(type)}};
  return {{"type", {"array", "null"}}, {"minItems", 1}, {"items", std::move(bracket)}};
}

/// What the keys of a schedule hold, as Reader::schedule and Reader::brackets read it.
Json schedule() {
  std::vector<std::string_view> ordered;
  Json all = Json::array();
  for (const TypeWord& type : rfs::rule::kTypeWords) {
    if (rfs::rule::is_ordered(type.kind)) {
      ordered.push_back(type.word);
      all.push_back({{"if", is_schedule("of", type)},
                     {"then", by_keys([&](std::size_t count) { return starts_name(type, count); })}});
    }
    Json then = by_keys([&](std::size_t count) { return brackets_name(type, count); });
    all.push_back(
        {{"if", is_schedule("gives", type)}, {"then", {{"properties", ranged(type)}, {"allOf", {std::move(then)}}}}});
  }
  return {{"required", {"of", "gives"}}, {"properties", {{"of", one_of_words(ordered)}}}, {"allOf", std::move(all)}};
}

Json parameter() {
  Json out = declaration(keys::parameter, [](const TypeWord& type) -> Json {
    Json also = {{"properties", {{"gives", false}}}};
    also["allOf"].push_back(by_keys([&](std::size_t count) { return figures_name(type, count); }));
    return also;
  });
  Json is = {{"properties", {{"type", {{"const", rfs::rule::kScheduleWord}}}}}, {"required", {"type"}}};
  out["allOf"].push_back({{"if", std::move(is)}, {"then", schedule()}});
  return out;
}

/// A definition: an expression under `value`, or a table.
Json definition() {
  Json out = object_of(keys::definition);
  out["if"] = {{"required", {"table"}}};
  out["then"] = {{"properties", {{"value", false}}}};
  out["else"] = {{"required", {"value"}}};
  return out;
}

/// What a table may give depends on how its rows are taken together, as Reader::check_gives reads it.
Json table() {
  Json out = object_of(keys::table);
  for (const auto& word : rfs::rule::words::hit) {
    const auto hit = static_cast<rfs::rule::Hit>(&word - rfs::rule::words::hit);
    if (!rfs::rule::is_collecting(hit)) continue;
    std::vector<std::string_view> types;
    for (const TypeWord& type : rfs::rule::kTypeWords) {
      if (rfs::rule::may_collect(hit, {type.kind, type.flavour, {}})) types.push_back(type.word);
    }
    out["allOf"].push_back({{"if", {{"properties", {{"hit", {{"const", word}}}}}, {"required", {"hit"}}}},
                            {"then", {{"properties", {{"gives", one_of_words(types)}}}}}});
  }
  return out;
}

/// Says that the definition is a table that gives this type, for `if`.
Json is_table_giving(const TypeWord& type) {
  const Json gives = {{"type", "object"}, {"properties", {{"gives", {{"const", type.word}}}}}, {"required", {"gives"}}};
  return {{"type", "object"}, {"properties", {{"table", gives}}}, {"required", {"table"}}};
}

void add_tests(Json& defs) {
  defs["date"] = date();
  defs["test"] = object_of(keys::test);
  defs["expected_decision"] = object_of(keys::expected_decision);
  defs["bounds"] = object_of(keys::bounds);
  defs["missing_figure"] = object_of(keys::missing_figure);
  defs["expected_condition"] = object_of(keys::expected_condition);
}

}  // namespace

Json rules_schema() {
  Json defs = Json::object();
  std::vector<std::string_view> reserved = rfs::expr::reserved_words();
  reserved.push_back("as_of");
  defs["name"] = {{"pattern", "^[a-z][a-z0-9_]*$"}, {"not", one_of_words(reserved)}};
  defs["word"] = matching(std::string(rfs::rule::kWordPattern));
  defs["currency"] = one_of_words(currencies());
  defs["expression"] = {{"if", of_type("array")},
                        {"then", {{"items", of_type("string")}, {"minItems", 1}}},
                        {"else", matching(kExpression)}};
  defs["sentence"] = {{"if", of_type("object")},
                      {"then", {{"minProperties", 1}, {"additionalProperties", matching(kSentence)}}},
                      {"else", matching(kSentence)}};
  defs["citation"] = {{"if", of_type("array")}, {"then", {{"items", refer("word")}}}, {"else", refer("word")}};
  defs["effective"] = object_of(keys::effective);
  defs["source"] = object_of(keys::source);
  defs["fact"] = fact();
  defs["item"] = declaration(keys::item, [](const TypeWord&) { return Json::object(); });
  defs["field"] = declaration(keys::field, fallback);
  defs["parameter"] = parameter();
  defs["period"] = object_of(keys::period);
  defs["cell"] = object_of(keys::cell);
  defs["bracket"] = object_of(keys::bracket);
  defs["definition"] = definition();
  defs["table"] = table();
  defs["table_row"] = object_of(keys::table_row);
  defs["cells"] = list_of(refer("expression"));
  defs["decision"] = object_of(keys::decision);
  defs["decision"]["dependentRequired"] = {{"round", {"amount"}}};
  defs["allowance"] = object_of(keys::allowance);
  add_tests(defs);
  for (const TypeWord& type : rfs::rule::kTypeWords) {
    defs[given_name(type)] = given(type);
    for (std::size_t count = 0; count <= rfs::rule::kMostKeys; ++count) {
      defs[figures_name(type, count)] = figures(type, count);
      if (rfs::rule::is_ordered(type.kind)) defs[starts_name(type, count)] = starts(type, count);
      defs[brackets_name(type, count)] = brackets(type, count);
    }
  }
  Json body = object_of(keys::file);
  for (const TypeWord& type : rfs::rule::kTypeWords) {
    if (type.kind != Kind::money) continue;
    body["if"] =
        any_of({declares("facts", is_type(type)), declares("facts", is_list_of(type)),
                declares("parameters", is_type(type)), declares("parameters", is_schedule("of", type)),
                declares("parameters", is_schedule("gives", type)), declares("definitions", is_table_giving(type))});
    body["then"] = {{"required", {"currency"}}};
  }
  body["$defs"] = std::move(defs);
  return headed("rules", "A rule file of rfs", "One funding programme: *.rules.json, version 1 of the language.", body);
}

Json tests_schema() {
  Json body = object_of(keys::test_file);
  add_tests(body["$defs"]);
  return headed("tests", "A test file of rfs", "Tests beside a rule file: *.tests.json.", body);
}

}  // namespace rfs_schema
