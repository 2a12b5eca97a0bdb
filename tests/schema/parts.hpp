#pragma once

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace rfs_schema {

using Json = nlohmann::ordered_json;

/// Parts of schemas that both the read and the written files use.
inline Json refer(std::string_view name) { return {{"$ref", "#/$defs/" + std::string(name)}}; }
inline Json of_type(std::string_view type) { return {{"type", type}}; }
inline Json matching(const std::string& pattern) { return {{"type", "string"}, {"pattern", "^(" + pattern + ")$"}}; }
inline Json any_of(Json alternatives) { return {{"anyOf", std::move(alternatives)}}; }
inline Json list_of(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }
inline Json map_of(Json values) { return {{"type", "object"}, {"additionalProperties", std::move(values)}}; }

template <class Words>
Json one_of_words(const Words& words) {
  Json list = Json::array();
  for (const auto& word : words) list.push_back(word);
  return {{"enum", std::move(list)}};
}

/// A schema with its name, version and a sentence; members of `body` follow.
inline Json headed(std::string_view name, std::string_view title, std::string_view about, const Json& body) {
  Json out = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"$id", "urn:rfs:schema:" + std::string(name) + ":1"},
              {"title", title},
              {"description", about}};
  out.update(body);
  return out;
}

/// A date; which years have a 29 February is left to `format` and to rfs.
inline Json date() {
  Json out = matching(
      "(?!0000)[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-"
      "9])"
      ")");
  out["format"] = "date";
  return out;
}

Json rules_schema();
Json tests_schema();
Json outcome_schema();
Json diagnostic_schema();

}  // namespace rfs_schema
