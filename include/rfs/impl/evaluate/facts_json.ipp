#pragma once

#include "rfs/evaluate/facts.hpp"

#ifdef RFS_SIMDJSON
#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <vector>
#endif

namespace rfs::inline RFS_ABI {

#ifdef RFS_SIMDJSON

namespace evaluate::detail {

/// What a thread keeps from text to text, so that reading one allocates nothing.
struct FlatReader {
  static constexpr std::size_t kMostBytes = std::size_t{64} << 10;  // bounds what an idle thread holds

  FlatReader() : text(kMostBytes + simdjson::SIMDJSON_PADDING) {}

  simdjson::ondemand::parser parser;
  std::vector<char> text;
  std::vector<program::Given> read;  ///< one for each fact; absent: not in this text
};

/// Returns whether a token is a number of JSON without exponent, so short that the general reader takes it too.
RFS_INLINE bool is_short_number(std::string_view token, const Limits& limits) noexcept {
  constexpr std::size_t kMost = 18;
  if (token.size() > std::min(kMost, limits.digits)) return false;
  const auto digits = [&token] {
    const std::size_t end = std::min(token.find_first_not_of("0123456789"), token.size());
    const std::string_view taken = token.substr(0, end);
    token.remove_prefix(end);
    return taken;
  };
  if (token.substr(0, 1) == "-") token.remove_prefix(1);
  const std::string_view whole = digits();
  if (whole.empty() || (whole.size() > 1 && whole[0] == '0')) return false;
  if (token.empty()) return true;
  if (token[0] != '.') return false;
  token.remove_prefix(1);
  return !digits().empty() && token.empty();
}

/// Returns what stands from `begin`, behind a quote, to the next quote; there is one before `end`.
RFS_INLINE std::string_view quoted(const char* begin, const char* end) noexcept {
  const void* quote = std::memchr(begin, '"', static_cast<std::size_t>(end - begin));
  return {begin, static_cast<std::size_t>(static_cast<const char*>(quote) - begin)};
}

}  // namespace evaluate::detail

RFS_INLINE bool Facts::read_flat_json(std::string_view text, const Limits& limits) {
  using evaluate::detail::FlatReader;
  if (text.size() > std::min(limits.file_bytes, FlatReader::kMostBytes) || limits.json_depth == 0) return false;
  if (text.find('\\') != std::string_view::npos) return false;  // so that a string ends at the next quote
  if (text.substr(0, 1) == "\xEF") return false;                // a byte-order mark, which later simdjson passes over
  thread_local FlatReader reader;
  char* const begin = reader.text.data();
  char* const end = std::copy(text.begin(), text.end(), begin);
  std::memset(end, 0, simdjson::SIMDJSON_PADDING);

  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  if (reader.parser.iterate(begin, text.size(), reader.text.size()).get(document) != simdjson::SUCCESS ||
      document.get_object().get(object) != simdjson::SUCCESS) {
    return false;
  }
  const auto& facts = rules_.file().facts;
  reader.read.resize(facts.size());
  for (program::Given& given : reader.read) given.state = program::Given::State::absent;
  std::size_t index = 0;
  for (auto next : object) {
    simdjson::ondemand::field field;
    if (std::move(next).get(field) != simdjson::SUCCESS) return false;
    const std::string_view name = evaluate::detail::quoted(field.key().raw(), end);
    // Texts mostly hold the facts in one order, that of the file.
    const rule::Fact* fact = index < facts.size() && facts[index].name.text == name ? &facts[index] : find(name, index);
    if (fact == nullptr) return false;
    program::Given& given = reader.read[index++];
    if (given.state != program::Given::State::absent) return false;

    simdjson::ondemand::value& value = field.value();
    std::string_view token = value.raw_json_token();
    token = token.substr(0, token.find_last_not_of(" \t\n\r") + 1);
    rule::Written written = rule::Written::string;
    if (token.front() == '"') {
      simdjson::ondemand::raw_json_string string;
      if (value.get_raw_json_string().get(string) != simdjson::SUCCESS) return false;
      token = evaluate::detail::quoted(string.raw(), end);
    } else if (token == "null") {
      given.state = program::Given::State::unknown;
      continue;
    } else if (token == "true" || token == "false") {
      written = rule::Written::boolean;
    } else if (evaluate::detail::is_short_number(token, limits)) {
      written = rule::Written::number;
    } else {
      return false;
    }
    Value read;
    if (rule::read_given(token, written, fact->domain, rules_.module().choices, rules_.file().currency, true, read)) {
      return false;
    }
    given.state = program::Given::State::known;
    given.value = std::move(read);
  }
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) return false;  // text behind the object
  for (std::size_t i = 0; i < facts.size(); ++i) {
    program::Given& given = reader.read[i];
    if (given.state == program::Given::State::known) give(i, std::move(given.value));
    if (given.state == program::Given::State::unknown) mark(i, program::Given::State::unknown);
  }
  return true;
}

#else

RFS_INLINE bool Facts::read_flat_json(std::string_view /*text*/, const Limits& /*limits*/) { return false; }

#endif

}  // namespace rfs::inline RFS_ABI
