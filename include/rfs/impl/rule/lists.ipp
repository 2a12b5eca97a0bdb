#pragma once

#include <algorithm>

#include "rfs/impl/rule/reader.hpp"

namespace rfs::inline RFS_ABI::rule::detail {

/// Reads what an item or a field may be: a word for a type, or a declaration.
RFS_INLINE std::optional<Fact> Reader::item(json::NodeId declaration, std::string_view what) {
  const bool is_field = what == "a field";
  const json::Node& node = shape_.doc[declaration];
  Fact out;
  if (node.kind == json::Kind::string) {
    if (node.text == kListWord) {
      shape_.error(Code::unsupported_feature, node.span, "lists inside lists are not supported by this version",
                   "give the inner items a list of their own, with a field that says whose they are");
      return std::nullopt;
    }
    const auto named = named_type(node.text, node.span, {});
    if (!named) return std::nullopt;
    if (named->kind == Kind::choice) {
      shape_.error(Code::missing_key, node.span, "a choice lacks its options `of`",
                   "write `{ \"type\": \"choice\", \"of\": [\"a\", \"b\"] }`");
      return std::nullopt;
    }
    out.domain = default_domain(*named, out_.currency);
    return out;
  }
  if (node.kind != json::Kind::object) {
    shape_.error(Code::wrong_shape, node.span,
                 "expected the type of " + std::string(what) + ", found " + std::string(json::kind_text(node.kind)),
                 "write a type like `\"money\"`, or `{ \"type\": \"money\", \"max\": … }`");
    return std::nullopt;
  }
  if (!shape_.object(declaration, is_field ? std::span<const Key>(keys::field) : std::span<const Key>(keys::item),
                     what))
    return std::nullopt;
  const json::NodeId word = shape_.find(declaration, "type");
  if (word.valid() && shape_.doc[word].kind == json::Kind::string && shape_.doc[word].text == kListWord) {
    shape_.error(Code::unsupported_feature, shape_.doc[word].span,
                 "lists inside lists are not supported by this version",
                 "give the inner items a list of their own, with a field that says whose they are");
    return std::nullopt;
  }
  const auto declared = type(declaration, {});
  if (!declared) return std::nullopt;
  bool below = false, above = false;
  out.domain = domain(declaration, *declared, below, above);
  const json::NodeId absent = is_field ? shape_.find(declaration, "default") : json::NodeId();
  if (absent.valid()) default_of(absent, out);
  return out;
}

/// Reads `fields`, in their order.
RFS_INLINE void Reader::record_fields(json::NodeId id, Fact& fact) {
  const Shape::Step step(shape_, "fields");
  if (!shape_.expect(id, json::Kind::object)) return;
  std::vector<RecordField> types;
  auto list = std::make_shared<ListDomain>();
  for (const json::Member& member : shape_.doc[id].members) {
    const Shape::Step at(shape_, member.key.empty() ? "?" : std::string_view(member.key));
    if (!field_name(member)) continue;
    auto field = item(member.value, "a field");
    if (!field) field.emplace();  // its uses are no further mistakes
    field->name = {member.key, member.key_span};
    types.push_back({member.key, field->domain.type});
    list->fields.push_back({member.key, field->domain, field->has_default});
    fact.fields.push_back(std::move(*field));
  }
  if (types.empty() && shape_.doc[id].members.empty())
    shape_.error(Code::invalid_options, shape_.doc[id].span, "a record needs at least one field",
                 "write it like `\"amount\": \"money\"`");
  if (types.empty()) return;
  Type record;
  record.kind = Kind::record;
  record.record = out_.records.intern(std::move(types));
  fact.domain.type = list_of(record);
  fact.domain.list = std::move(list);
}

/// Reads `of`: the type of items that are no records.
RFS_INLINE void Reader::items(json::NodeId id, Fact& fact) {
  const Shape::Step step(shape_, "of");
  const auto one = item(id, "an item");
  if (!one) return;
  auto list = std::make_shared<ListDomain>();
  list->fields.push_back({{}, one->domain, false});
  fact.domain.type = list_of(one->domain.type);
  fact.domain.list = std::move(list);
}

RFS_INLINE std::optional<std::size_t> Reader::max_items(json::NodeId object) {
  const json::NodeId id = shape_.find(object, "max_items");
  if (!id.valid()) return std::nullopt;
  const Shape::Step step(shape_, "max_items");
  const json::Node& node = shape_.doc[id];
  const std::string most = std::to_string(kMostItems);
  if (node.kind != json::Kind::number || node.text.size() > most.size() ||
      node.text.find_first_not_of("0123456789") != std::string::npos || node.text == "0") {
    shape_.error(Code::invalid_range, node.span, "expected a whole number of items from 1 to " + most);
    return std::nullopt;
  }
  return std::stoul(node.text);
}

/// Reads a fact that is a list.
RFS_INLINE void Reader::list(json::NodeId object, Fact& fact) {
  const json::NodeId of = shape_.find(object, "of"), fields = shape_.find(object, "fields");
  if (of.valid() == fields.valid()) {
    const json::NodeId at = of.valid() ? of : shape_.find(object, "type");
    shape_.error(Code::missing_key, shape_.doc[at].span,
                 of.valid() ? "a list has either `of` or `fields`" : "a list lacks the type of its items",
                 "write `\"of\": \"money\"`, or `\"fields\": { \"amount\": \"money\" }` for records");
    return;
  }
  const json::NodeId absent = shape_.find(object, "default");
  if (absent.valid()) {
    fact.has_default = shape_.doc[absent].kind == json::Kind::array && shape_.doc[absent].items.empty();
    if (!fact.has_default)
      shape_.error(Code::invalid_value, shape_.doc[absent].span, "expected `[]`", "a list that is absent may be empty");
    fact.default_value.emplace();
  }
  for (const std::string_view key : {"min", "max", "places"}) {
    const json::NodeId id = shape_.find(object, key);
    if (id.valid())
      shape_.error(Code::unknown_key, shape_.doc[id].span, "a list has no `" + std::string(key) + "`",
                   "declare it of the items: `\"of\": { \"type\": \"money\", \"" + std::string(key) + "\": … }`");
  }
  if (of.valid())
    items(of, fact);
  else
    record_fields(fields, fact);
  const auto most = max_items(object);
  if (!most || !fact.domain.list) return;
  auto list = std::make_shared<ListDomain>(*fact.domain.list);
  list->max_items = *most;
  fact.domain.list = std::move(list);
}

}  // namespace rfs::inline RFS_ABI::rule::detail
