#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "rfs/config.hpp"
#include "rfs/typed/tree.hpp"

namespace rfs::inline RFS_ABI::typed {

/// One function of the language, as the checker knows it and the reference shows it.
struct Function {
  std::string_view name;
  std::string_view feel;       ///< FEEL's name, empty where it has none
  std::string_view arguments;  ///< as the reference shows them
  std::string_view result;
  std::string_view reading;  ///< how the reading follows from the operands' readings
  std::size_t least_arguments;
  std::size_t most_arguments;
  Op op;
  bool of_lists = false;  ///< its first argument is a list; a function of the same name may take something else
};

inline constexpr std::size_t kAnyNumber = 1'000'000;

/// Every function of this version, by subject.
inline constexpr auto kFunctions = std::to_array<Function>({
    {"min", "min", "a, b, …: one ordered type but text", "that type", "end by end", 2, kAnyNumber, Op::minimum},
    {"max", "max", "a, b, …: one ordered type but text", "that type", "end by end", 2, kAnyNumber, Op::maximum},
    {"abs", "abs", "x: number, money, months, days", "the type of x", "hull of both ends, and 0 if inside", 1, 1,
     Op::absolute},
    {"modulo", "modulo", "dividend: number, divisor: number", "number, with the divisor's sign",
     "exact if both are known, else the range its divisor allows", 2, 2, Op::modulo},
    {"even", "even", "n: integer", "bool", "as modulo(n, 2) = 0", 1, 1, Op::even},
    {"odd", "odd", "n: integer", "bool", "as modulo(n, 2) = 1", 1, 1, Op::odd},
    {"round_up", "round up", "x: number, money; places or to: step", "the type of x", "from the ends", 1, 2, Op::round},
    {"round_down", "round down", "x: number, money; places or to: step", "the type of x", "from the ends", 1, 2,
     Op::round},
    {"round_half_up", "round half up", "x: number, money; places or to: step", "the type of x", "from the ends", 1, 2,
     Op::round},
    {"round_half_down", "round half down", "x: number, money; places or to: step", "the type of x", "from the ends", 1,
     2, Op::round},
    {"round_half_even", "decimal", "x: number, money; places or to: step", "the type of x", "from the ends", 1, 2,
     Op::round},
    {"floor", "floor", "x: number, money; places or to: step", "the type of x", "from the ends", 1, 2, Op::round},
    {"ceiling", "ceiling", "x: number, money; places or to: step", "the type of x", "from the ends", 1, 2, Op::round},
    {"not", "not", "condition: bool", "bool", "Kleene", 1, 1, Op::logical_not},
    {"at_least", "", "n: integer, conditions: [bool, …]", "bool", "counting", 2, 2, Op::at_least},
    {"all", "all", "conditions: [bool, …]", "bool", "as and", 1, 1, Op::all_of},
    {"any", "any", "conditions: [bool, …]", "bool", "as or", 1, 1, Op::any_of},
    {"date", "date", "year: integer, month and day: literals", "date", "from the ends", 3, 3, Op::make_date},
    {"months_between", "years and months duration", "from: date, to: date", "integer",
     "from the ends, each argument in its direction", 2, 2, Op::months_between},
    {"age", "", "born: date, at: date", "integer", "from the ends, each argument in its direction", 2, 2, Op::age},
    {"weekdays_between", "", "from: date, to: date", "integer", "from the ends, each argument in its direction", 2, 2,
     Op::weekdays_between},
    {"start_of_month", "", "d: date", "date", "from the ends", 1, 1, Op::start_of_month},
    {"end_of_month", "", "d: date", "date", "from the ends", 1, 1, Op::end_of_month},
    {"length", "string length", "text", "integer", "known if the text is, else its range", 1, 1, Op::length},
    {"upper", "upper case", "text", "text", "known if the text is", 1, 1, Op::upper},
    {"lower", "lower case", "text", "text", "known if the text is", 1, 1, Op::lower},
    {"starts_with", "starts with", "text, part: text", "bool", "known if both are", 2, 2, Op::starts_with},
    {"ends_with", "ends with", "text, part: text", "bool", "known if both are", 2, 2, Op::ends_with},
    {"contains", "contains", "text, part: text", "bool", "known if both are", 2, 2, Op::contains},
    {"substring", "substring", "text, start: integer from 1, count: integer from 0", "text", "known if all are", 2, 3,
     Op::substring},
    {"bracket", "", "schedule, x: what it is `of`", "what the schedule gives", "hull over the brackets met", 2, 2,
     Op::bracket},
    {"marginal", "", "schedule that gives a number, x: what it is `of`, but no text", "the number times x",
     "hull of both ends and the bracket starts between", 2, 2, Op::marginal},
    {"sum", "sum", "list: number, money, months, days", "the type of an item",
     "certain items, and what possible ones add or take", 1, 1, Op::sum_of, true},
    {"count", "count", "list", "integer", "certain items to certain and possible ones", 1, 1, Op::count_of, true},
    {"min", "min", "list: one ordered type but text; empty: that type", "that type",
     "from the least least to the least most of certain items", 1, 2, Op::least_of, true},
    {"max", "max", "list: one ordered type but text; empty: that type", "that type",
     "from the greatest least of certain items to the greatest most", 1, 2, Op::most_of, true},
    {"mean", "mean", "list: number, money; empty: that type", "the type of an item, no integer",
     "hull of what the completions give", 1, 2, Op::mean_of, true},
    {"first", "", "list; empty: an item", "an item", "hull of what the completions give", 1, 2, Op::first_of, true},
    {"last", "", "list; empty: an item", "an item", "hull of what the completions give", 1, 2, Op::last_of, true},
    {"all", "all", "list of bools", "bool", "as and", 1, 1, Op::all_in, true},
    {"any", "any", "list of bools", "bool", "as or", 1, 1, Op::any_in, true},
    {"at_least", "", "n: integer, list of bools", "bool", "counting", 2, 2, Op::at_least_in, true},
    {"contains", "list contains", "list, an item", "bool", "as or", 2, 2, Op::holds_item, true},
    {"index_of", "index of", "list, an item", "list of integers from 1", "as or", 2, 2, Op::index_of, true},
    {"distinct", "distinct values", "list, but of records", "the list, each value once",
     "known and unlike all before: certain", 1, 1, Op::distinct, true},
    {"reverse", "reverse", "list", "the list", "member by member", 1, 1, Op::reverse, true},
    {"append", "append", "list, items", "the list", "member by member", 2, kAnyNumber, Op::concatenate, true},
    {"concatenate", "concatenate", "lists of one type", "the list", "member by member", 2, kAnyNumber, Op::concatenate,
     true},
    {"flatten", "flatten", "list of lists", "the list", "member by member", 1, 1, Op::flatten, true},
    {"group", "", "list of records, by: field, name: aggregate, …", "list of records",
     "certain members form groups; others may be in any", 2, kAnyNumber, Op::group, true},
    {"weekdays_between", "", "from: date, to: date, except: list of dates", "integer",
     "from the ends, each argument in its direction", 3, 3, Op::weekdays_but},
});

/// Returns the name that an argument of a function may have; empty where none has one.
constexpr std::string_view named_argument(Op op) noexcept {
  if (op == Op::round) return "to";
  if (op == Op::weekdays_but) return "except";
  return op >= Op::least_of && op <= Op::last_of ? "empty" : "";
}

/// Whether a function takes conditions listed one by one.
constexpr bool takes_conditions(std::string_view function) noexcept {
  return function == "at_least" || function == "all" || function == "any";
}

/// Whether the first argument of a function is a schedule.
constexpr bool is_of_schedules(std::string_view function) noexcept {
  return function == "bracket" || function == "marginal";
}

}  // namespace rfs::inline RFS_ABI::typed
