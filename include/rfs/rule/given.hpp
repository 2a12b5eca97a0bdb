#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/codes.hpp"
#include "rfs/rule/type.hpp"
#include "rfs/value/interval.hpp"

namespace rfs::inline RFS_ABI::rule {

struct ListDomain;

/// How many items a list may have where its declaration does not say.
inline constexpr std::size_t kMaxItems = 10'000;

/// What values a fact (or a parameter's cell) may have.
struct Domain {
  Type type;
  value::Interval range;                   ///< numeric kinds: least and most value, both included
  std::size_t places = 0;                  ///< number, percent, money: decimals a given value may have, as written
  bool any_decimals = false;               ///< values may have any decimals (a definition fixed by a test)
  std::shared_ptr<const ListDomain> list;  ///< a list: what it may hold
};

/// What a list may hold.
struct ListDomain {
  struct Field {
    std::string name;  ///< empty where items are no records
    Domain domain;
    bool has_default = false;
  };
  std::size_t max_items = kMaxItems;
  std::vector<Field> fields;  ///< one of its own where items are no records
};

/// How many bytes a given text may take.
inline constexpr std::size_t kTextBytes = 4'096;

/// Returns the domain a type has where its declaration says nothing else (language.md section 2).
RFS_API Domain default_domain(const Type& type, std::string_view currency);

/// Returns the number that divides all values of a domain; nothing where there is none.
RFS_API value::Step step_of(const Domain& domain);

/// How a value was written: as a JSON string, number or bool, or as bare text (a CSV cell, a command-line option),
/// which may be any of them.
enum class Written : std::uint8_t { string, number, boolean, text };

/// A value that cannot be read: a code of 6xx, the words, the repair.
struct Problem {
  Code code = Code::unreadable_fact;
  std::string message;
  std::string help;
};

/// Reads a given value of a domain's type, in the text form of language.md section 2. `text` is the string's content,
/// the number's token or `true`/`false`. On success fills `value`; ranges and decimals are checked where `bounded`.
RFS_API std::optional<Problem> read_given(std::string_view text, Written written, const Domain& domain,
                                          const Choices& choices, std::string_view currency, bool bounded,
                                          Value& value);

/// Returns what is wrong with a list that has more items than its declaration accepts.
RFS_API Problem too_many_items(std::size_t most, std::size_t found);

/// Returns what is wrong with a record that has a field of this name; `suggest` looks for what was meant.
RFS_API Problem unknown_field(const ListDomain& list, std::string_view name, bool suggest);

/// Writes a value in the plain form of its type, which read_given takes back: `150.00`, `15%`, `2017-04-24`, `2
/// months`.
RFS_API std::string plain(const Value& value, const Type& type, const Choices& choices, std::string_view currency);

/// Writes a value as people write it: `$150.00`, `15%`, `24 April 2017`, `two months`.
RFS_API std::string spoken(const Value& value, const Type& type, const Choices& choices, std::string_view currency);

}  // namespace rfs::inline RFS_ABI::rule

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/rule/given.ipp"
#endif
