#pragma once

#include <algorithm>

#include "rfs/rule/type.hpp"

namespace rfs::inline RFS_ABI {

RFS_INLINE ChoiceId Choices::intern(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  for (std::size_t i = 0; i < sets_.size(); ++i) {
    if (sets_[ChoiceId(i)] == words) return ChoiceId(i);
  }
  return sets_.push(std::move(words));
}

RFS_INLINE std::int64_t Choices::index(ChoiceId id, std::string_view word) const noexcept {
  const auto& set = sets_[id];
  const auto at = std::lower_bound(set.begin(), set.end(), word);
  return at != set.end() && *at == word ? at - set.begin() : -1;
}

RFS_INLINE RecordId Records::intern(std::vector<RecordField> fields) {
  for (std::size_t i = 0; i < types_.size(); ++i) {
    if (types_[RecordId(i)] == fields) return RecordId(i);
  }
  return types_.push(std::move(fields));
}

RFS_INLINE std::int64_t Records::index(RecordId id, std::string_view name) const noexcept {
  const auto& all = types_[id];
  const auto at = std::find_if(all.begin(), all.end(), [&](const RecordField& field) { return field.name == name; });
  return at != all.end() ? at - all.begin() : -1;
}

namespace rule {

RFS_INLINE std::string type_text(const Type& type, const Choices& choices) {
  switch (type.kind) {
    case Kind::error:
      return "unknown";
    case Kind::boolean:
      return "bool";
    case Kind::number:
      if (type.flavour == Flavour::integer) return "integer";
      return type.flavour == Flavour::percent ? "percent" : "number";
    case Kind::money:
      return "money";
    case Kind::date:
      return "date";
    case Kind::months:
      return "months";
    case Kind::days:
      return "days";
    case Kind::text:
      return "text";
    case Kind::record:
      return "record";
    case Kind::list:
      return "list of " + (item_of(type).kind == Kind::record ? "records" : type_text(item_of(type), choices));
    case Kind::choice:
      break;
  }
  if (!type.choice.valid()) return "choice";
  const auto& words = choices.words(type.choice);
  std::string out = "choice of ";
  for (std::size_t i = 0; i < words.size() && i < 8; ++i) out += (i == 0 ? "" : ", ") + words[i];
  return words.size() > 8 ? out + ", …" : out;
}

RFS_INLINE bool is_word(std::string_view word) noexcept {
  if (word.empty() || word.size() > 64 || word.front() == ' ' || word.back() == ' ') return false;
  return std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || c == ' ';
  });
}

}  // namespace rule
}  // namespace rfs::inline RFS_ABI
