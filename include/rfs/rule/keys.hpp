#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI::rule {

/// What stands under a key. The JSON Schema is written from it, and a test holds the reader to the schema.
enum class Holds : std::uint8_t {
  language,         ///< the number 1
  string,           ///< any string
  filled,           ///< a string that is not blank
  programme,        ///< words joined by `/`
  currency,         ///< a code of ISO 4217
  date,             ///< a date
  date_or_null,     ///< a date, or null for unknown
  name,             ///< the name of a parameter or condition
  bool_or_null,     ///< true, false, or null for unknown
  boolean,          ///< true or false
  word,             ///< one of the words beside the key
  sentence,         ///< a text with holes, or an object with one a language
  expression,       ///< an expression, or its lines
  citation,         ///< the key of a source, or a list of them
  rounding,         ///< `down to 0.01 USD`, or `none`
  options,          ///< the words of a choice
  items,            ///< the words of a choice, or the type of a list's items or their declaration keys::item
  item_type,        ///< the type of an item of a list, or of a field
  fields,           ///< by name: a type or keys::field
  count,            ///< how many items a list may have
  type,             ///< the type of a fact
  figure_type,      ///< the type of a parameter, or `schedule`
  divided,          ///< the options of a choice, or the ordered type that a schedule divides
  result_type,      ///< the type of what a schedule gives, or the options of a choice
  places,           ///< a whole number of decimals
  bound,            ///< a value of the type, as `min` or `max`
  fallback,         ///< a value of the type or an expression, as `default`
  keyed_by,         ///< one to three names
  lint_code,        ///< the code of a finding that may be allowed
  window,           ///< first and last day: keys::effective
  sources,          ///< by key: keys::source
  facts,            ///< by name: keys::fact
  parameters,       ///< by name: keys::parameter
  periods,          ///< a list of keys::period
  figures,          ///< a figure, a list of keys::bracket, or rows of these by key
  figure,           ///< one figure
  table,            ///< keys::table
  inputs,           ///< a list of expressions
  table_rows,       ///< a list of rows of cells, each a list or keys::table_row
  cells,            ///< a list of cells, each a text
  definitions,      ///< by name: an expression or keys::definition
  decisions,        ///< by name: keys::decision
  tests,            ///< a list of keys::test
  allowances,       ///< a list of keys::allowance
  given,            ///< facts of an applicant by name
  expected,         ///< expectations by name
  fixed,            ///< values of definitions by name
  status,           ///< the status of a decision
  expectation,      ///< a value, null, or bounds
  names,            ///< a list of names
  row_keys,         ///< a list of row keys
  missing_figures,  ///< a list of keys::missing_figure
  conditions,       ///< a list of keys::expected_condition
  later             ///< nothing yet
};

enum class Presence : std::uint8_t {
  optional,
  required,
  later,  ///< part of the language, not of this version
};

/// A key that an object of a rule file or test file may have. From these tables come the reader's findings of unknown
/// and missing keys, and the JSON Schema, whose `about` editors show.
struct Key {
  std::string_view name;
  Holds holds = Holds::later;
  std::string_view about = {};
  Presence presence = Presence::optional;
  std::span<const std::string_view> words = {};  ///< where it holds a word
};

/// The words that may stand under a key.
namespace words {
inline constexpr std::string_view month_end[] = {"clamp", "next_day"};
inline constexpr std::string_view given_by[] = {"applicant", "staff", "records"};
inline constexpr std::string_view can_change[] = {"any", "up", "down", "no"};
inline constexpr std::string_view beyond[] = {"clamp"};
inline constexpr std::string_view hit[] = {"unique",      "first",       "any",          "collect sum",
                                           "collect min", "collect max", "collect count"};
}  // namespace words

namespace keys {
using enum Presence;

inline constexpr Key file[] = {
    {"$schema", Holds::string, "The JSON Schema that editors check this file with; rfs does not read it."},
    {"rfs", Holds::language, "The version of the rule language: 1.", required},
    {"rules", Holds::programme, "The programme's name: words joined by `/`, like `run-for-something/funding`.",
     required},
    {"version", Holds::string, "The version of these rules, for people; outcomes repeat it."},
    {"title", Holds::sentence, "The programme's name as people read it."},
    {"currency", Holds::currency, "The ISO 4217 code of the one currency of the file; needed where there is money."},
    {"month_end", Holds::word,
     "Where a date plus months falls on a day that the month lacks: `clamp` takes its last day, `next_day` the first "
     "of "
     "the next.",
     optional, words::month_end},
    {"effective", Holds::window, "The days on which these rules hold."},
    {"read_on", Holds::expression, "A date: figures are read on that day instead of on `as_of`."},
    {"sources", Holds::sources, "Where figures and rules come from, by a key of your own."},
    {"facts", Holds::facts, "What is asked of an applicant, by name."},
    {"parameters", Holds::parameters, "Figures and the days from which they hold, by name."},
    {"definitions", Holds::definitions, "Named values; one whose value is a bool can be a condition of a decision."},
    {"decisions", Holds::decisions, "Who is eligible, and for how much, by name."},
    {"tests", Holds::tests, "Applicants, each with the outcome it must have; `rfs test` runs them."},
    {"allow", Holds::allowances, "Findings that are accepted, each with its reason."}};

inline constexpr Key effective[] = {{"from", Holds::date, "The first day on which the rules hold."},
                                    {"until", Holds::date, "The first day on which the rules no longer hold."}};

inline constexpr Key source[] = {{"title", Holds::string, "What the source is called.", required},
                                 {"url", Holds::string, "Where it can be read."},
                                 {"published", Holds::date, "The day on which it was published."},
                                 {"retrieved", Holds::date, "The day on which it was read."}};

inline constexpr Key fact[] = {
    {"type", Holds::type, "What kind of value is asked for.", required},
    {"of", Holds::items, "The words of a choice; the type of a list's items, or its declaration."},
    {"fields", Holds::fields, "The fields of a list of records, by name: a type, or a declaration."},
    {"max_items", Holds::count, "How many items a list may have; 10,000 where the key is absent."},
    {"min", Holds::bound, "The least value that is accepted."},
    {"max", Holds::bound, "The greatest value that is accepted."},
    {"places", Holds::places, "How many decimals a given value may have."},
    {"default", Holds::fallback, "The value where the fact is absent: a value, an expression, `least` or `most`."},
    {"ask", Holds::sentence, "The question that is put to the applicant."},
    {"given_by", Holds::word, "Who answers: `applicant` (where the key is absent), `staff` or `records`.", optional,
     words::given_by},
    {"can_change", Holds::word,
     "How the applicant could change it: `any` (where the key is absent), `up`, `down` or `no`; advice obeys it.",
     optional, words::can_change},
    {"title", Holds::sentence, "The condition as people read it; for a bool fact."},
    {"met", Holds::sentence, "The sentence for when the condition is true; for a bool fact."},
    {"unmet", Holds::sentence, "The sentence for when the condition is false; for a bool fact."}};

// What an item of a list is declared as, where it is more than a type.
inline constexpr Key item[] = {{"type", Holds::item_type, "What kind of value an item is.", required},
                               {"of", Holds::options, "The words of a choice."},
                               {"min", Holds::bound, "The least value that is accepted."},
                               {"max", Holds::bound, "The greatest value that is accepted."},
                               {"places", Holds::places, "How many decimals a given value may have."}};
inline constexpr Key field[] = {
    {"type", Holds::item_type, "What kind of value the field holds.", required},
    {"of", Holds::options, "The words of a choice."},
    {"min", Holds::bound, "The least value that is accepted."},
    {"max", Holds::bound, "The greatest value that is accepted."},
    {"places", Holds::places, "How many decimals a given value may have."},
    {"default", Holds::fallback, "The value where the field is absent: a value, an expression, `least` or `most`."}};

inline constexpr Key parameter[] = {
    {"type", Holds::figure_type, "What kind of value the figures are, or `schedule`.", required},
    {"of", Holds::divided, "The words of a choice; the ordered type that a schedule's brackets divide."},
    {"gives", Holds::result_type, "The type of a schedule's figures, or the words of a choice."},
    {"by", Holds::keyed_by,
     "One to three facts or definitions of type choice, bool or integer that figures are kept by."},
    {"values", Holds::periods, "The figures in the order of the days from which they hold.", required},
    {"min", Holds::bound, "The least value that a figure may have, also one that is not on file."},
    {"max", Holds::bound, "The greatest value that a figure may have, also one that is not on file."},
    {"places", Holds::places, "How many decimals a figure may have."},
    {"beyond", Holds::word, "`clamp`: an integer key without a row takes the nearest row.", optional, words::beyond},
    {"title", Holds::sentence, "The figure's name as people read it."}};

inline constexpr Key period[] = {
    {"from", Holds::date, "The first day on which the figure holds; it holds until the next one's.", required},
    {"until", Holds::date, "The first day on which the figure no longer holds, where none follows at once."},
    {"value", Holds::figures,
     "The figure, a constant expression, a schedule's list of brackets, null where it is not on file, or rows by key.",
     required},
    {"source", Holds::citation, "The source of the figure: a key of `sources`, or a list of keys."}};

inline constexpr Key cell[] = {
    {"value", Holds::figure, "The figure, a constant expression, or null where it is not on file.", required},
    {"source", Holds::citation, "The source of the figure: a key of `sources`, or a list of keys."}};

inline constexpr Key bracket[] = {
    {"from", Holds::bound, "Where the bracket begins; it reaches to where the next one begins.", required},
    {"value", Holds::figure, "The figure, a constant expression, or null where it is not on file.", required},
    {"source", Holds::citation, "The source of the figure: a key of `sources`, or a list of keys."}};

inline constexpr Key definition[] = {
    {"value", Holds::expression, "The expression."},
    {"table", Holds::table, "A decision table, in place of the expression."},
    {"title", Holds::sentence, "The condition as people read it."},
    {"met", Holds::sentence, "The sentence for when the condition is true."},
    {"unmet", Holds::sentence, "The sentence for when the condition is false; it says what to do."},
    {"source", Holds::citation, "Where the rule comes from: a key of `sources`, or a list of keys."}};

inline constexpr Key table[] = {
    {"hit", Holds::word,
     "Which rows count: the only one that holds (`unique`), the `first`, `any`, or all of them together (`collect …`).",
     required, words::hit},
    {"inputs", Holds::inputs, "The expressions that the cells of a row test, in their order.", required},
    {"gives", Holds::result_type, "The type of what the table gives, or the words of a choice.", required},
    {"rows", Holds::table_rows, "The rows: a cell for each input, then what the row gives.", required},
    {"otherwise", Holds::expression, "What the table gives where no row holds."}};

inline constexpr Key table_row[] = {
    {"row", Holds::cells, "A cell for each input, then what the row gives.", required},
    {"source", Holds::citation, "Where the row comes from: a key of `sources`, or a list of keys."}};

inline constexpr Key decision[] = {
    {"eligible", Holds::expression, "The condition under which an applicant is eligible.", required},
    {"amount", Holds::expression, "What is granted: money or a number, never below 0."},
    {"round", Holds::rounding, "How the amount is rounded, like `down to 0.01 USD`; `none` where it is not a payment."},
    {"title", Holds::sentence, "The decision as people read it."},
    {"met", Holds::sentence, "The sentence for when the applicant is eligible."},
    {"unmet", Holds::sentence, "The sentence for when the applicant is not eligible."},
    {"source", Holds::citation, "Where the rule comes from: a key of `sources`, or a list of keys."}};

inline constexpr Key allowance[] = {{"code", Holds::lint_code, "The code of the finding, like `RFS804`.", required},
                                    {"at", Holds::filled, "Where it is found, like `definitions.enough`.", required},
                                    {"reason", Holds::filled, "Why it is accepted.", required},
                                    {"until", Holds::date, "The first day on which it is no longer accepted."}};

inline constexpr Key test[] = {
    {"name", Holds::string, "What is tested, in words.", required},
    {"as_of", Holds::date, "The day on which is decided.", required},
    {"facts", Holds::given, "The applicant's facts by name; null is unknown.", required},
    {"expect", Holds::expected, "What must come out: parts of decisions, values of definitions, or an error.",
     required},
    {"fix", Holds::fixed, "Values that definitions have in this test only."}};

inline constexpr Key test_file[] = {
    {"$schema", Holds::string, "The JSON Schema that editors check this file with; rfs does not read it."},
    {"rfs", Holds::language, "The version of the rule language: 1.", required},
    {"rules", Holds::string, "The name of the rule file beside this one.", required},
    {"tests", Holds::tests, "Applicants, each with the outcome it must have; `rfs test` runs them.", required}};

// What a test may expect.
inline constexpr Key expected_decision[] = {
    {"status", Holds::status, "`eligible`, `ineligible`, `undetermined` or `refused`."},
    {"amount", Holds::expectation, "The amount after rounding; null for unknown."},
    {"least", Holds::expectation, "The least that the amount can be."},
    {"most", Holds::expectation, "The most that the amount can be."},
    {"met", Holds::names, "The conditions because of which the applicant is eligible."},
    {"unmet", Holds::names, "The conditions because of which the applicant is not eligible."},
    {"undetermined", Holds::names, "The unknown conditions that still matter."},
    {"needed", Holds::names, "The facts that could still change the status or the amount."},
    {"missing", Holds::missing_figures, "The figures that are not on file and matter."},
    {"conditions", Holds::conditions, "All conditions of the decision, in order."}};
inline constexpr Key bounds[] = {{"least", Holds::expectation, "The least that the value can be."},
                                 {"most", Holds::expectation, "The most that the value can be."}};
inline constexpr Key missing_figure[] = {{"parameter", Holds::name, "The parameter."},
                                         {"key", Holds::row_keys, "The keys of its row, in the order of `by`."},
                                         {"date", Holds::date_or_null, "The day it is read on; null for unknown."}};
inline constexpr Key expected_condition[] = {
    {"name", Holds::name, "The condition."},
    {"wanted", Holds::boolean, "Whether the condition speaks for the applicant."},
    {"is", Holds::bool_or_null, "Whether it is true; null for unknown."},
    {"text", Holds::later, "The condition's text.", later}};
}  // namespace keys

}  // namespace rfs::inline RFS_ABI::rule
