#pragma once

#include <algorithm>

#include "rfs/rule/file.hpp"

namespace rfs::inline RFS_ABI::rule {

RFS_INLINE source::Span locate(const File& file, ExpressionId expression, source::Span span) {
  const Expression& e = file.expressions[expression];
  const auto offset = [&](std::size_t at, bool end) {
    // The end of a span belongs to the piece that holds its last byte.
    const std::size_t probe = end && at > 0 ? at - 1 : at;
    const auto after = std::upper_bound(e.parts.begin(), e.parts.end(), probe,
                                        [](std::size_t x, const Part& part) { return x < part.begin; });
    const Part& part = after == e.parts.begin() ? *after : *(after - 1);
    return json::offset_in_file(file.file->text, part.string, at - part.begin + part.offset);
  };
  if (e.parts.empty()) return {};
  const std::uint32_t begin = offset(span.begin, false);
  return {begin, span.end > span.begin ? offset(span.end, true) : begin};
}

}  // namespace rfs::inline RFS_ABI::rule
