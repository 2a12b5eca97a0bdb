#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "rfs/config.hpp"

namespace rfs::inline RFS_ABI {

/// How much a finding weighs: an error refuses, a warning and a note do not.
enum class Severity : std::uint8_t { note, warning, error };

/// Every diagnostic of rfs. The number is the code that users see (RFS401); a number is never
/// reused: 119 and 510 are taken. docs/reference/diagnostics/ has a page for each.
enum class Code : std::uint16_t {
  // 0xx: JSON text
  not_utf8 = 1,
  json_syntax = 2,
  json_truncated = 3,
  duplicate_key = 4,
  json_too_deep = 5,
  file_too_large = 6,
  number_too_long = 7,
  json_bad_string = 8,
  json_number_range = 9,
  byte_order_mark = 10,
  // 1xx: File shape
  unknown_key = 101,
  missing_key = 102,
  wrong_shape = 103,
  unsupported_version = 104,
  invalid_name = 105,
  name_taken = 106,
  unknown_type = 107,
  unsupported_feature = 108,
  invalid_word = 109,
  invalid_options = 110,
  invalid_value = 111,
  invalid_range = 112,
  unknown_source = 113,
  invalid_currency = 114,
  month_end_missing = 115,
  unknown_option = 116,
  dates_out_of_order = 117,
  parameter_gap = 118,
  invalid_by = 120,
  unknown_row = 121,
  text_braces = 122,
  invalid_rounding = 123,
  rounding_missing = 124,
  // 2xx: Expression syntax
  unexpected_character = 201,
  expected_other = 202,
  unterminated_string = 203,
  chained_comparison = 204,
  on_needs_parentheses = 205,
  unknown_unit = 206,
  malformed_number = 207,
  expression_too_deep = 208,
  expression_too_long = 209,
  too_many_nodes = 210,
  invalid_date = 211,
  empty_expression = 212,
  // 3xx: Names
  unknown_name = 301,
  unknown_function = 302,
  cyclic_definition = 303,
  unknown_member = 304,
  unknown_word = 305,
  keys_missing = 306,
  wrong_key_count = 307,
  unknown_argument = 308,
  wrong_argument_count = 309,
  decision_as_value = 310,
  // 4xx: Types and units
  money_times_money = 401,
  days_against_months = 402,
  two_currencies = 403,
  operand_types = 404,
  expected_bool = 405,
  branch_types = 406,
  comparison_types = 407,
  not_ordered = 408,
  argument_type = 409,
  amount_type = 410,
  constant_needed = 411,
  text_too_fine = 412,
  months_times_fraction = 413,
  // 5xx: Logic and ranges
  divisor_zero = 501,
  date_range = 502,
  digits_limit = 503,
  lookup_missing = 504,
  amount_negative = 505,
  default_range = 506,
  always_true = 507,
  never_true = 508,
  step_not_positive = 509,
  rounding_idle = 511,
  substring_range = 512,
  texts_limit = 513,
  // 6xx: Applicant data
  unknown_fact = 601,
  unreadable_fact = 602,
  fact_range = 603,
  fact_places = 604,
  fact_word = 605,
  as_of_range = 606,
  facts_shape = 607,
  ambiguous_percent = 608,
  fact_currency = 609,
  invalid_as_of = 610,
  column_missing = 611,
  column_type = 612,
  column_name = 613,
  column_ignored = 614,
  // 7xx: Files and options
  unreadable_file = 701,
  no_rule_files = 702,
  tests_without_rules = 703,
  invalid_option = 704,
  unknown_expectation = 705,
  invalid_expectation = 706,
  // 8xx: Lint
  unnamed_condition = 801,
  hidden_titles = 802,
  met_text_missing = 803,
  unused_name = 804,
  allowance_unused = 805,
  allowance_ended = 806,
  // 9xx: Bugs of rfs
  internal_error = 901,
};

namespace diag {

/// One row of the catalogue of diagnostics.
struct CodeInfo {
  Code code;
  std::string_view title;  ///< what kind of mistake it is, in a few words
};

/// The catalogue, in the order of the codes.
inline constexpr auto kCodes = std::to_array<CodeInfo>({
    {Code::not_utf8, "text is not UTF-8"},
    {Code::json_syntax, "JSON syntax error"},
    {Code::json_truncated, "JSON ends too early"},
    {Code::duplicate_key, "duplicate key"},
    {Code::json_too_deep, "JSON nested too deep"},
    {Code::file_too_large, "file too large"},
    {Code::number_too_long, "number too long"},
    {Code::json_bad_string, "invalid character in a JSON string"},
    {Code::json_number_range, "bare number out of reach"},
    {Code::byte_order_mark, "byte-order mark"},
    {Code::unknown_key, "unknown key"},
    {Code::missing_key, "missing key"},
    {Code::wrong_shape, "wrong kind of JSON value"},
    {Code::unsupported_version, "unsupported version of the rule language"},
    {Code::invalid_name, "invalid name"},
    {Code::name_taken, "name used twice"},
    {Code::unknown_type, "unknown type"},
    {Code::unsupported_feature, "not supported by this version"},
    {Code::invalid_word, "invalid word"},
    {Code::invalid_options, "invalid options of a choice"},
    {Code::invalid_value, "value that its type cannot hold"},
    {Code::invalid_range, "invalid range"},
    {Code::unknown_source, "undeclared source"},
    {Code::invalid_currency, "missing or unknown currency"},
    {Code::month_end_missing, "month_end not declared"},
    {Code::unknown_option, "not one of the words allowed here"},
    {Code::dates_out_of_order, "dates out of order"},
    {Code::parameter_gap, "parameter without a value"},
    {Code::invalid_by, "parameter keyed by the wrong kind of name"},
    {Code::unknown_row, "row for a key that does not exist"},
    {Code::text_braces, "unbalanced braces in a text"},
    {Code::invalid_rounding, "invalid rounding"},
    {Code::rounding_missing, "amount of money without rounding"},
    {Code::unexpected_character, "unexpected character"},
    {Code::expected_other, "unexpected token"},
    {Code::unterminated_string, "unterminated string"},
    {Code::chained_comparison, "chained comparison"},
    {Code::on_needs_parentheses, "`on` needs parentheses"},
    {Code::unknown_unit, "unknown unit"},
    {Code::malformed_number, "malformed number"},
    {Code::expression_too_deep, "expression nested too deep"},
    {Code::expression_too_long, "expression too long"},
    {Code::too_many_nodes, "too many expression nodes"},
    {Code::invalid_date, "invalid date"},
    {Code::empty_expression, "empty expression"},
    {Code::unknown_name, "unknown name"},
    {Code::unknown_function, "unknown function"},
    {Code::cyclic_definition, "cyclic definition"},
    {Code::unknown_member, "unknown member"},
    {Code::unknown_word, "unknown word of a choice"},
    {Code::keys_missing, "parameter without its keys"},
    {Code::wrong_key_count, "wrong number of keys"},
    {Code::unknown_argument, "unknown argument"},
    {Code::wrong_argument_count, "wrong number of arguments"},
    {Code::decision_as_value, "decision used as a value"},
    {Code::money_times_money, "money times money"},
    {Code::days_against_months, "days against months"},
    {Code::two_currencies, "two currencies"},
    {Code::operand_types, "operands that do not fit"},
    {Code::expected_bool, "condition that is not a bool"},
    {Code::branch_types, "branches of different types"},
    {Code::comparison_types, "comparison of different types"},
    {Code::not_ordered, "type without an order"},
    {Code::argument_type, "argument of the wrong type"},
    {Code::amount_type, "amount of the wrong type"},
    {Code::constant_needed, "constant needed"},
    {Code::text_too_fine, "money finer than the minor unit in a text"},
    {Code::months_times_fraction, "duration times a fraction"},
    {Code::divisor_zero, "divisor may be zero"},
    {Code::date_range, "date may leave the calendar"},
    {Code::digits_limit, "number may grow past the digit limit"},
    {Code::lookup_missing, "lookup may find no row"},
    {Code::amount_negative, "amount may be negative"},
    {Code::default_range, "default outside the fact's range"},
    {Code::always_true, "condition is always true"},
    {Code::never_true, "condition is never true"},
    {Code::step_not_positive, "rounding step not positive"},
    {Code::rounding_idle, "rounding that changes nothing"},
    {Code::substring_range, "part of a text that begins before it"},
    {Code::texts_limit, "texts may take more than the limit"},
    {Code::unknown_fact, "unknown fact"},
    {Code::unreadable_fact, "fact that cannot be read"},
    {Code::fact_range, "fact outside its range"},
    {Code::fact_places, "fact with too many decimals"},
    {Code::fact_word, "fact that is not an option"},
    {Code::as_of_range, "date outside the rules' window"},
    {Code::facts_shape, "facts that are not an object"},
    {Code::ambiguous_percent, "percentage without its sign"},
    {Code::fact_currency, "fact in another currency"},
    {Code::invalid_as_of, "date of evaluation that cannot be read"},
    {Code::column_missing, "column that is missing"},
    {Code::column_type, "column of a type that cannot be read"},
    {Code::column_name, "column names that clash"},
    {Code::column_ignored, "column that is not read"},
    {Code::unreadable_file, "file that cannot be read"},
    {Code::no_rule_files, "no rule files found"},
    {Code::tests_without_rules, "tests without their rule file"},
    {Code::invalid_option, "invalid option"},
    {Code::unknown_expectation, "expectation of an unknown name"},
    {Code::invalid_expectation, "expectation that cannot be read"},
    {Code::unnamed_condition, "condition without a name"},
    {Code::hidden_titles, "title that hides titles"},
    {Code::met_text_missing, "unwanted condition without `met` text"},
    {Code::unused_name, "name that nothing reads"},
    {Code::allowance_unused, "allowance of nothing"},
    {Code::allowance_ended, "allowance that has ended"},
    {Code::internal_error, "internal error"},
});

/// Returns the code as users see it: `RFS401`.
RFS_API std::string code_text(Code code);

/// Returns the severity's word: `error`, `warning`, `note`.
RFS_API std::string_view severity_text(Severity severity);

}  // namespace diag
}  // namespace rfs::inline RFS_ABI

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/diag/codes.ipp"
#endif
