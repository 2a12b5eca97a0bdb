#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/source/file.hpp"
#include "rfs/source/id.hpp"
#include "rfs/source/quote.hpp"

namespace rfs::inline RFS_ABI::json {

struct NodeTag;
using NodeId = Id<NodeTag>;

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

/// Returns the kind as people say it: `an object`, `a string`, `null`.
RFS_API std::string_view kind_text(Kind kind);

/// A member of an object, in the order of the file.
struct Member {
  std::string key;
  source::Span key_span;  ///< with the quotes
  NodeId value;
};

/// One JSON value with the exact bytes it was read from.
struct Node {
  Kind kind = Kind::null;
  source::Span span;  ///< strings with their quotes, containers with their brackets
  bool boolean = false;
  std::string text;             ///< string: decoded; number: the text as it stands in the file
  std::vector<NodeId> items;    ///< array
  std::vector<Member> members;  ///< object
};

/// A JSON text as values in place.
struct Document {
  source::FilePtr file;
  Table<NodeId, Node> nodes;
  NodeId root;

  [[nodiscard]] const Node& operator[](NodeId id) const noexcept { return nodes[id]; }

  /// Returns the value of an object's member, or an invalid id.
  [[nodiscard]] RFS_API NodeId find(NodeId object, std::string_view key) const;
};

/// Maps an offset in a decoded string to the offset in the file of the character it came from,
/// through the escapes. `string` is a string's span with its quotes; an offset at the decoded end
/// is the closing quote.
RFS_API std::uint32_t offset_in_file(std::string_view file_text, source::Span string, std::size_t decoded_offset);

/// A text as a JSON string; it stands in source/ because diagnostics are written as JSON too.
using source::quote;

}  // namespace rfs::inline RFS_ABI::json

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/json/document.ipp"
#endif
