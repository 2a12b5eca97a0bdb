// The schemas of what rfs writes: outcomes (explain/outcome_json.hpp) and diagnostics (diag/render.hpp). The words come
// from the library; that the members are those written is what tests/schema/test_schemas.py shows.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "parts.hpp"
#include "rfs/diag/codes.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/rule/type.hpp"

namespace rfs_schema {

namespace {

struct Member {
  std::string_view name;
  std::string_view about;
  Json holds;
};

/// An object with all of these members and no others.
Json object_of(const std::vector<Member>& members) {
  Json required = Json::array(), properties = Json::object();
  for (const Member& member : members) {
    required.push_back(member.name);
    Json& property = properties[std::string(member.name)] = {{"description", member.about}};
    property.update(member.holds);
  }
  return {{"type", "object"},
          {"required", std::move(required)},
          {"properties", std::move(properties)},
          {"additionalProperties", false}};
}

Json or_null(Json one) { return any_of({std::move(one), of_type("null")}); }

Json names() { return list_of(of_type("string")); }

Json digest() { return matching("sha256:[0-9a-f]{64}"); }

Json format() { return {{"const", 1}}; }

Json count() { return {{"type", "integer"}, {"minimum", 0}}; }

std::vector<Member> place() {
  const Json number = {{"type", {"integer", "null"}}, {"minimum", 1}};
  return {{"line", "The first line, from 1; null without a file.", number},
          {"column", "The first character of the line, from 1.", number},
          {"end_line", "The line of the end.", number},
          {"end_column", "The character after the last one.", number}};
}

std::vector<Member> joined(std::vector<Member> first, const std::vector<Member>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Json diagnostic() {
  std::vector<std::string> codes;
  for (const auto& row : rfs::diag::kCodes) codes.push_back(rfs::diag::code_text(row.code));
  std::vector<std::string_view> severities;
  for (const auto severity : {rfs::Severity::error, rfs::Severity::warning, rfs::Severity::note})
    severities.push_back(rfs::diag::severity_text(severity));
  const std::vector<Member> before = {
      {"code", "Which kind of finding it is; each has a page in the reference.", one_of_words(codes)},
      {"severity", "Whether it refuses (error) or not.", one_of_words(severities)},
      {"message", "What is wrong, in one line.", of_type("string")},
      {"file", "The file's name; null where the finding has no place in one.", {{"type", {"string", "null"}}}}};
  const std::vector<Member> after = {
      {"path", "Where in the file's structure, like `definitions.enough`.", of_type("string")},
      {"label", "Words for the place itself.", of_type("string")},
      {"labels", "Other places that explain it.", list_of(refer("label"))},
      {"help", "The repair in words; may be empty.", of_type("string")},
      {"fixes", "Changes of the text, each of which repairs it.", list_of(refer("fix"))}};
  Json out = object_of(joined(joined(before, place()), after));
  Json& allowed = out["properties"]["allowed"] = {{"description", "Why the rule file accepts it; else absent."}};
  allowed.update(refer("allowance"));
  return out;
}

void add_diagnostic_parts(Json& defs) {
  defs["date"] = date();
  defs["allowance"] =
      object_of({{"reason", "The reason that the file gives.", of_type("string")},
                 {"until", "The first day on which it no longer holds; null without one.", or_null(refer("date"))}});
  defs["label"] = object_of(joined(place(), {{"text", "What is there.", of_type("string")}}));
  defs["fix"] = object_of({{"title", "What is done.", of_type("string")},
                           {"edits", "All of them are made at once.", list_of(refer("edit"))}});
  defs["edit"] = object_of({{"begin", "The first byte that is replaced, from 0.", count()},
                            {"end", "The byte after the last one that is replaced.", count()},
                            {"text", "What stands there then.", of_type("string")}});
}

/// A fact as it was given: a list item by item, its records with the fields that were given.
Json given() {
  const Json value = {{"type", {"string", "boolean", "null"}}};
  const Json item = {{"if", of_type("object")}, {"then", map_of(value)}, {"else", value}};
  return {{"if", of_type("array")}, {"then", list_of(item)}, {"else", value}};
}

/// A value as an outcome writes it: a plain text, true or false; bounds while it is part-known; null while unknown.
Json reading() {
  return {{"type", {"string", "boolean", "object", "null"}},
          {"required", {"least", "most"}},
          {"properties", {{"least", of_type("string")}, {"most", of_type("string")}}},
          {"additionalProperties", false}};
}

Json decision() {
  std::vector<std::string_view> statuses;
  for (const auto status :
       {rfs::Status::eligible, rfs::Status::ineligible, rfs::Status::undetermined, rfs::Status::refused}) {
    statuses.push_back(rfs::status_text(status));
  }
  const Json end = {{"type", {"string", "null"}}};
  Json out =
      object_of({{"status", "What was decided.", one_of_words(statuses)},
                 {"amount", "What is granted, rounded; null while unknown. Absent where nothing is granted.", end},
                 {"least", "The least that the amount can be; null where refused.", end},
                 {"most", "The most that the amount can be; null where refused.", end},
                 {"conditions", "All conditions, in the order of the file.", list_of(refer("condition"))},
                 {"met", "The conditions because of which it is eligible.", names()},
                 {"unmet", "The conditions because of which it is not eligible.", names()},
                 {"undetermined", "The unknown conditions that still matter.", names()},
                 {"needed", "The facts that could still change the status or the amount.", names()},
                 {"missing", "The figures that are not on file and matter.", list_of(refer("missing"))}});
  Json& required = out["required"];
  for (const char* key : {"amount", "least", "most"}) required.erase(std::find(required.begin(), required.end(), key));
  out["dependentRequired"] = {{"amount", {"least", "most"}}, {"least", {"amount"}}, {"most", {"amount"}}};
  return out;
}

void add_outcome_parts(Json& defs) {
  std::vector<std::string_view> types;
  for (const auto& type : rfs::rule::kTypeWords) types.push_back(type.word);
  std::string words;
  for (const std::string_view word : types) words.append(words.empty() ? "" : "|").append(word);
  defs["date"] = date();
  defs["reading"] = reading();
  defs["decision"] = decision();
  defs["condition"] =
      object_of({{"name", "The condition.", of_type("string")},
                 {"wanted", "Whether it speaks for the applicant where it is true.", of_type("boolean")},
                 {"is", "Whether it is true; null for unknown.", {{"type", {"boolean", "null"}}}},
                 {"text", "The condition as people read it.", of_type("string")}});
  defs["missing"] = object_of({{"parameter", "The parameter.", of_type("string")},
                               {"key", "The keys of its row.", names()},
                               {"date", "The day it is read on; null for unknown.", or_null(refer("date"))}});
  const Json single = object_of({{"type", "What kind of value it is.", one_of_words(types)},
                                 {"value", "The value, bounds, or null for unknown.", refer("reading")}});
  const Json list = object_of({{"type", "What its items are.", matching("(list of )+(records|" + words + ")")},
                               {"count", "How many items it has, or bounds.", refer("reading")}});
  defs["definition"] = {{"if", {{"required", {"count"}}}}, {"then", list}, {"else", single}};
  defs["figure"] = object_of({{"value", "The figure.", {{"type", {"string", "boolean"}}}},
                              {"from", "The day from which it holds.", refer("date")},
                              {"source", "The source's key, a list of keys, or null.",
                               any_of({of_type("string"), names(), of_type("null")})}});
  defs["assumed"] = object_of({{"fact", "The fact that was not given.", of_type("string")},
                               {"value",
                                "What its default reads; of a list `[]`.",
                                {{"if", of_type("array")}, {"then", {{"maxItems", 0}}}, {"else", refer("reading")}}}});
}

}  // namespace

Json diagnostic_schema() {
  Json body = diagnostic();
  Json& defs = body["$defs"];
  add_diagnostic_parts(defs);
  defs["file"] = object_of({{"file", "The file's name.", of_type("string")},
                            {"digest", "SHA-256 of the file's bytes; null where it cannot be read.", or_null(digest())},
                            {"findings", "What was found in it.", list_of({{"$ref", "#"}})}});
  defs["report"] = object_of({{"format", "The version of this form.", format()},
                              {"files", "The files in the order they were checked.", list_of(refer("file"))},
                              {"errors", "How many errors there are.", count()},
                              {"warnings", "How many warnings there are.", count()},
                              {"notes", "How many notes there are.", count()}});
  return headed("diagnostic", "A finding of rfs",
                "One finding; `#/$defs/report` is all that `rfs check --format json` prints.", body);
}

Json outcome_schema() {
  const std::vector<Member> members = {
      {"format", "The version of this form.", format()},
      {"rules", "The programme's name.", of_type("string")},
      {"version", "The version of the rules, for people.", of_type("string")},
      {"digest", "SHA-256 of the rule file's bytes.", digest()},
      {"engine", "The version of rfs.", of_type("string")},
      {"as_of", "The day on which was decided.", refer("date")},
      {"currency", "The currency of all amounts; null where the rules have none.", or_null(matching("[A-Z]{3}"))},
      {"facts", "The facts that were given; null is unknown.", map_of(given())},
      {"decisions", "The decisions by name.", map_of(refer("decision"))},
      {"definitions", "The values of the definitions by name; empty where refused.", map_of(refer("definition"))},
      {"parameters", "The figures that were read, by how they are looked up.", map_of(refer("figure"))},
      {"assumed", "The defaults that were taken.", list_of(refer("assumed"))},
      {"errors", "Why the applicant was refused; else empty.", list_of(refer("diagnostic"))}};
  Json defs = Json::object();
  add_outcome_parts(defs);
  defs["diagnostic"] = diagnostic();
  add_diagnostic_parts(defs);
  // What can be told where the rules or the date cannot be read: no more than why.
  const std::vector<Member> unread = {members[0], members[4], members.back()};
  defs["outcome"] = object_of(members);
  defs["refusal"] = object_of(unread);
  defs["refusal"]["properties"]["errors"]["minItems"] = 1;
  const Json body = {{"type", "object"},
                     {"if", {{"required", {"rules"}}}},
                     {"then", refer("outcome")},
                     {"else", refer("refusal")},
                     {"$defs", std::move(defs)}};
  return headed("outcome", "An outcome of rfs", "What `rfs evaluate --format json` prints for one applicant.", body);
}

}  // namespace rfs_schema
