#pragma once

#include "rfs/impl/analyse/expectations.ipp"

namespace rfs::inline RFS_ABI::analyse::detail {

/// The fields of a list's items; one without a name where they are no records.
RFS_INLINE std::vector<RecordField> fields_of(const Type& list, const Records& records) {
  const Type item = item_of(list);
  return item.kind == Kind::record ? records.fields(item.record) : std::vector<RecordField>{{"", item}};
}

/// An item as an expectation that it meets; lists in it are left away.
RFS_INLINE std::string Expectations::json_text(const ListItem& found, const std::vector<RecordField>& fields) const {
  if (fields.front().name.empty()) return json_text(found.fields.front(), fields.front().type);
  std::string out;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].type.kind == Kind::list) continue;
    out +=
        (out.empty() ? "{ " : ", ") + json::quote(fields[i].name) + ": " + json_text(found.fields[i], fields[i].type);
  }
  return out.empty() ? "{}" : out + " }";
}

RFS_INLINE std::string Expectations::json_text(const std::vector<ListItem>& found,
                                               const std::vector<RecordField>& fields) const {
  std::string out = "[";
  for (const ListItem& item : found) out += (out.size() > 1 ? ", " : "") + json_text(item, fields);
  return out + "]";
}

RFS_INLINE void Expectations::field(json::NodeId id, const RecordField& declared, const program::Reading* found) {
  if (declared.type.kind == Kind::list)
    return wrong(id, "`" + declared.name + "` is a list: it cannot be expected inside an item",
                 "give it a definition of its own, like a count or a sum");
  value(id, declared.type, found != nullptr ? std::optional(*found) : std::nullopt);
}

/// An item: a value, or an object with some fields of a record.
RFS_INLINE void Expectations::item(json::NodeId id, const std::vector<RecordField>& fields, const ListItem* found) {
  const json::Node& node = shape_.doc[id];
  if (fields.front().name.empty())
    return field(id, fields.front(), found != nullptr ? &found->fields.front() : nullptr);
  if (node.kind != json::Kind::object) {
    return wrong(id, "expected an object with fields of a record, found " + std::string(json::kind_text(node.kind)),
                 "write it like `{ \"" + fields.front().name + "\": … }`");
  }
  for (const json::Member& member : node.members) {
    const rule::detail::Shape::Step step(shape_, step_name(member.key));
    const auto declared =
        std::find_if(fields.begin(), fields.end(), [&](const RecordField& field) { return field.name == member.key; });
    if (declared == fields.end()) {
      Names known;
      for (const RecordField& field : fields) known.push_back(field.name);
      unknown(member.key_span, member.key, "a field of the record", known);
      continue;
    }
    field(member.value, *declared,
          found != nullptr ? &found->fields[static_cast<std::size_t>(declared - fields.begin())] : nullptr);
  }
}

/// A list item by item. Only one whose items are all known to be there can be told so.
RFS_INLINE void Expectations::items(json::NodeId id, DefinitionId definition) {
  const Type& type = rules_.module().definitions[definition].type;
  const std::vector<json::NodeId>& expected = shape_.doc[id].items;
  if (item_of(type).kind == Kind::list)
    return wrong(id, "a list of lists cannot be expected item by item", "expect its count: a number");
  const std::vector<RecordField> fields = fields_of(type, rules_.module().records);
  std::vector<ListItem> found;
  if (compares()) {
    found = outcome_->items(definition);
    const bool certain = std::all_of(found.begin(), found.end(), [](const ListItem& item) { return item.certain; });
    if (!certain || found.size() != expected.size()) {
      const program::Reading count = outcome_->reading(definition);
      const Type counted = outcome_type(type);
      const std::string instead = certain ? json_text(found, fields) : json_text(count, counted);
      differs(id, std::to_string(expected.size()) + " items", text(count, counted), instead);
      found.clear();
    }
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const rule::detail::Shape::Step step(shape_, "[" + std::to_string(i) + "]");
    item(expected[i], fields, i < found.size() ? &found[i] : nullptr);
  }
}

}  // namespace rfs::inline RFS_ABI::analyse::detail
