#pragma once

#include <span>
#include <string_view>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI::rule {

/// A key that an object of a rule file may have. From these tables come the reader's unknown-key findings.
struct Key {
  std::string_view name;
  bool required = false;
  bool later = false;  ///< part of the language, not of this version
};

namespace keys {
inline constexpr Key file[] = {{"rfs", true},  {"rules", true}, {"version"},   {"title"},   {"currency"},
                               {"month_end"},  {"effective"},   {"read_on"},   {"sources"}, {"facts"},
                               {"parameters"}, {"definitions"}, {"decisions"}, {"tests"},   {"allow", false, true}};
inline constexpr Key effective[] = {{"from"}, {"until"}};
inline constexpr Key source[] = {{"title", true}, {"url"}, {"published"}, {"retrieved"}};
inline constexpr Key fact[] = {{"type", true},
                               {"of"},
                               {"min"},
                               {"max"},
                               {"places"},
                               {"default"},
                               {"ask"},
                               {"given_by"},
                               {"can_change"},
                               {"title"},
                               {"met"},
                               {"unmet"},
                               {"max_items", false, true},
                               {"fields", false, true}};
inline constexpr Key parameter[] = {{"type", true}, {"of"},     {"by"},     {"values", true}, {"min"},
                                    {"max"},        {"places"}, {"beyond"}, {"title"},        {"gives", false, true}};
inline constexpr Key period[] = {{"from", true}, {"until"}, {"value", true}, {"source"}};
inline constexpr Key cell[] = {{"value", true}, {"source"}};
inline constexpr Key definition[] = {{"value", true}, {"title"},  {"met"},
                                     {"unmet"},       {"source"}, {"table", false, true}};
inline constexpr Key decision[] = {{"eligible", true}, {"amount"}, {"round"}, {"title"}, {"met"},
                                   {"unmet"},          {"source"}};
inline constexpr Key test[] = {{"name", true}, {"as_of", true}, {"facts", true}, {"expect", true}, {"fix"}};
inline constexpr Key test_file[] = {{"rfs", true}, {"rules", true}, {"tests", true}};
}  // namespace keys

}  // namespace rfs::inline RFS_ABI::rule
