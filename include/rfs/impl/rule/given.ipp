#pragma once

#include "rfs/diag/suggest.hpp"
#include "rfs/rule/given.hpp"
#include "rfs/source/file.hpp"
#include "rfs/value/currency.hpp"
#include "rfs/value/date.hpp"
#include "rfs/value/text.hpp"

namespace rfs::inline RFS_ABI::rule {

namespace detail {

RFS_INLINE std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 60;
  if (text.size() <= kMost) return "`" + std::string(text) + "`";
  std::size_t cut = kMost;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return "`" + std::string(text.substr(0, cut)) + "…`";
}

RFS_INLINE Problem unreadable(const char* expected, std::string_view text, std::string help) {
  return {Code::unreadable_fact, std::string("expected ") + expected + ", found " + shown(text), std::move(help)};
}

RFS_INLINE std::optional<Problem> read_number(std::string_view text, const Domain& domain, std::string_view currency,
                                              Written written, std::size_t& places, Value& value) {
  const Type& type = domain.type;
  std::optional<value::Decimal> read;
  if (type.kind == Kind::money) {
    std::string_view amount = text;
    const bool has_code = written != Written::number && text.size() > 4 && text[text.size() - 4] == ' ';
    if (has_code) {
      const std::string_view code = text.substr(text.size() - 3);
      amount = text.substr(0, text.size() - 4);
      if (code != currency && value::minor_digits(code)) {
        return Problem{Code::fact_currency, "expected an amount in " + std::string(currency) + ", found " + shown(text),
                       "amounts are in the currency of the file"};
      }
      if (code != currency) amount = {};
    }
    read = value::read_decimal(amount);
    if (!read) {
      return unreadable("an amount of money", text,
                        "write it like `1000.00`: no currency sign, no thousands separator, no blanks");
    }
  } else if (type.flavour == Flavour::percent) {
    if (written == Written::number || value::read_decimal(text)) {
      return Problem{Code::ambiguous_percent, "expected a percentage, found " + shown(text),
                     "15 and 0.15 could both mean 15%: write it with its sign, like \"15%\""};
    }
    read = value::read_percent(text);
    if (!read) return unreadable("a percentage", text, "write it like `15%`");
  } else {
    read = value::read_decimal(text);
    if (!read) {
      return unreadable(type.flavour == Flavour::integer ? "a whole number" : "a number", text,
                        "write it like `1250` or `12.5`: no thousands separator, no blanks");
    }
    if (type.flavour == Flavour::integer && !read->value.is_integer()) {
      return unreadable("a whole number", text, "");
    }
  }
  places = read->places;
  value.number = read->value;
  return std::nullopt;
}

/// Writes a duration; a product of large factors may pass what the writers take.
RFS_INLINE std::string duration(const Exact& number, Kind kind, std::string (*months)(std::int64_t),
                                std::string (*days)(std::int64_t)) {
  const auto whole = number.to_int64();
  if (whole) return kind == Kind::months ? months(*whole) : days(*whole);
  return number.text() + (kind == Kind::months ? " months" : " days");
}

}  // namespace detail

RFS_INLINE Domain default_domain(const Type& type, std::string_view currency) {
  constexpr std::int64_t kBillion = 1'000'000'000;
  Domain domain;
  domain.type = type;
  switch (type.kind) {
    case Kind::money: {
      domain.places = static_cast<std::size_t>(value::minor_digits(currency).value_or(2));
      const Exact most = Exact::ratio(99'999'999'999, 100);
      domain.range = {0, value::previous_on_step(most, step_of(domain), false)};
      break;
    }
    case Kind::number:
      domain.places = type.flavour == Flavour::integer ? 0 : 6;
      domain.range = type.flavour == Flavour::percent ? value::Interval{0, 1} : value::Interval{-kBillion, kBillion};
      break;
    case Kind::date:
      domain.range = {Date::of(1900, 1, 1)->days, Date::of(2199, 12, 31)->days};
      break;
    case Kind::months:
      domain.range = {0, 1'200};
      break;
    case Kind::days:
      domain.range = {0, 73'050};
      break;
    default:
      break;
  }
  return domain;
}

RFS_INLINE value::Step step_of(const Domain& domain) {
  if (domain.any_decimals) return std::nullopt;
  switch (domain.type.kind) {
    case Kind::money:
      return Exact::power_of_ten(-static_cast<int>(domain.places));
    case Kind::number:
      return Exact::power_of_ten(-static_cast<int>(domain.places) - (domain.type.flavour == Flavour::percent ? 2 : 0));
    default:
      return Exact(1);
  }
}

RFS_INLINE std::optional<Problem> read_given(std::string_view text, Written written, const Domain& domain,
                                             const Choices& choices, std::string_view currency, bool bounded,
                                             Value& value) {
  const Type& type = domain.type;
  const bool is_string = written == Written::string || written == Written::text;
  std::size_t places = 0;
  switch (type.kind) {
    case Kind::boolean:
      if (written == Written::boolean || (written == Written::text && (text == "true" || text == "false"))) {
        value.number = text == "true" ? 1 : 0;
        return std::nullopt;
      }
      return detail::unreadable("true or false", text, "write `true` or `false`, without quotes in JSON");
    case Kind::choice: {
      const auto& words = choices.words(type.choice);
      const std::int64_t index = is_string ? choices.index(type.choice, text) : -1;
      if (index >= 0) {
        value.number = index;
        return std::nullopt;
      }
      const std::string near = diag::nearest(text, {words.begin(), words.end()});
      return Problem{
          Code::fact_word, "expected one of its options, found " + detail::shown(text),
          near.empty() ? "the options are " + type_text(type, choices).substr(10) : "did you mean `" + near + "`?"};
    }
    case Kind::text:
      if (!is_string) return detail::unreadable("a text", text, "write it in quotes");
      if (text.size() > kTextBytes) {
        return Problem{Code::fact_range, "expected at most 4,096 bytes of text, found " + std::to_string(text.size()),
                       ""};
      }
      if (source::find_invalid_utf8(text) != std::string_view::npos) {
        return Problem{Code::unreadable_fact, "expected a text in UTF-8, found other bytes", "save it as UTF-8"};
      }
      value.text = std::string(text);
      return std::nullopt;
    case Kind::date: {
      const auto date = is_string ? Date::parse(text) : std::nullopt;
      if (!date) return detail::unreadable("a date", text, "write it like `2017-04-24`");
      value.number = date->days;
      break;
    }
    case Kind::months: {
      const auto months = is_string ? value::read_months(text) : std::nullopt;
      if (!months)
        return detail::unreadable("a duration in months", text, "write it like `2 months`, `1 year` or `P2M`");
      value.number = *months;
      break;
    }
    case Kind::days: {
      const auto days = is_string ? value::read_days(text) : std::nullopt;
      if (!days) return detail::unreadable("a duration in days", text, "write it like `90 days` or `P90D`");
      value.number = *days;
      break;
    }
    default:
      if (written == Written::boolean) return detail::unreadable("a number", text, "");
      if (auto problem = detail::read_number(text, domain, currency, written, places, value)) return problem;
  }
  if (!bounded) return std::nullopt;
  if (!domain.any_decimals && places > domain.places) {
    return Problem{Code::fact_places,
                   "expected at most " + std::to_string(domain.places) + " decimals, found " + detail::shown(text),
                   "round it, or give the fact more `places`"};
  }
  if (value.number < domain.range.least || value.number > domain.range.most) {
    return Problem{Code::fact_range,
                   "expected a value from " + plain({domain.range.least, {}}, type, choices, currency) + " to " +
                       plain({domain.range.most, {}}, type, choices, currency) + ", found " + detail::shown(text),
                   "correct the value, or widen `min` and `max`"};
  }
  return std::nullopt;
}

RFS_INLINE Problem too_many_items(std::size_t most, std::size_t found) {
  return {Code::fact_range, "expected at most " + std::to_string(most) + " items, found " + std::to_string(found),
          "leave out what does not count, or give the list more `max_items`"};
}

RFS_INLINE Problem unknown_field(const ListDomain& list, std::string_view name, bool suggest) {
  std::vector<std::string_view> names;
  for (const ListDomain::Field& known : list.fields) names.push_back(known.name);
  const std::string near = suggest ? diag::nearest(name, names) : std::string();
  std::string all;
  for (const std::string_view known : names) all.append(all.empty() ? "" : ", ").append(known);
  return {Code::unknown_fact, "unknown field `" + std::string(name) + "`",
          near.empty() ? "the fields are " + all : "did you mean `" + near + "`?"};
}

RFS_INLINE std::string plain(const Value& value, const Type& type, const Choices& choices, std::string_view currency) {
  switch (type.kind) {
    case Kind::boolean:
      return value.number.is_zero() ? "false" : "true";
    case Kind::money:
      return value.number.text(static_cast<std::size_t>(value::minor_digits(currency).value_or(0)));
    case Kind::number:
      return type.flavour == Flavour::percent ? value::plain_percent(value.number) : value.number.text();
    case Kind::date:
      return Date{static_cast<std::int32_t>(*value.number.to_int64())}.text();
    case Kind::months:
    case Kind::days:
      return detail::duration(value.number, type.kind, value::plain_months, value::plain_days);
    case Kind::choice:
      return choices.words(type.choice)[static_cast<std::size_t>(*value.number.to_int64())];
    case Kind::text:
      return value.text;
    case Kind::list:
    case Kind::record:
    case Kind::error:
      break;
  }
  return {};
}

RFS_INLINE std::string spoken(const Value& value, const Type& type, const Choices& choices, std::string_view currency) {
  switch (type.kind) {
    case Kind::boolean:
      return value.number.is_zero() ? "no" : "yes";
    case Kind::money:
      return value::spoken_money(value.number, currency);
    case Kind::number:
      return type.flavour == Flavour::percent ? value::plain_percent(value.number) : value::spoken_number(value.number);
    case Kind::date:
      return value::spoken_date(Date{static_cast<std::int32_t>(*value.number.to_int64())});
    case Kind::months:
    case Kind::days:
      return detail::duration(value.number, type.kind, value::spoken_months, value::spoken_days);
    default:
      return plain(value, type, choices, currency);
  }
}

}  // namespace rfs::inline RFS_ABI::rule
