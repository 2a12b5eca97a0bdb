#pragma once

#include "rfs/impl/rule/reader.hpp"

namespace rfs::inline RFS_ABI::rule::detail {

/// Reads the code of a finding that may be allowed: lint, and not what lint says of allowances.
RFS_INLINE std::optional<Code> Reader::lint_code(json::NodeId object) {
  static const std::vector<std::string> kLint = [] {
    std::vector<std::string> out;
    for (const diag::CodeInfo& info : diag::kCodes) {
      if (std::string text = diag::code_text(info.code); text.compare(0, 4, "RFS8") == 0)
        out.push_back(std::move(text));
    }
    return out;
  }();
  const auto text = shape_.one_of(object, "code", std::vector<std::string_view>(kLint.begin(), kLint.end()));
  if (!text) return std::nullopt;
  const Code code{static_cast<std::uint16_t>(std::stoi(text->substr(3)))};
  if (code != Code::allowance_unused && code != Code::allowance_ended) return code;
  const Shape::Step step(shape_, "code");
  shape_.error(Code::invalid_value, shape_.doc[shape_.find(object, "code")].span,
               "`" + *text + "` is a finding about allowances and cannot be allowed", "take the idle allowance away");
  return std::nullopt;
}

RFS_INLINE void Reader::allowances(json::NodeId id) {
  const Shape::Step step(shape_, "allow");
  if (!shape_.expect(id, json::Kind::array)) return;
  const auto& items = shape_.doc[id].items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Shape::Step item(shape_, "[" + std::to_string(i) + "]");
    if (!shape_.object(items[i], keys::allowance, "an allowance")) continue;
    Allowance out;
    out.span = shape_.doc[items[i]].span;
    out.path = shape_.path();
    const auto code = lint_code(items[i]);
    const auto at = shape_.string(items[i], "at"), reason = shape_.string(items[i], "reason");
    out.until = shape_.date(items[i], "until");
    if (out.until) out.until_span = shape_.doc[shape_.find(items[i], "until")].span;
    for (const std::string_view key : {"at", "reason"}) {
      const auto& text = key == "at" ? at : reason;
      if (!text || text->find_first_not_of(' ') != std::string::npos) continue;
      const Shape::Step in(shape_, key);
      shape_.error(Code::invalid_value, shape_.doc[shape_.find(items[i], key)].span,
                   key == "at" ? "expected a place in the file, found nothing" : "expected a reason, found nothing",
                   key == "at" ? "write it like `definitions.enough`" : "say why the finding is accepted");
    }
    if (!code || !at || !reason) continue;
    out.code = *code;
    out.at = *at;
    out.reason = *reason;
    out_.allowances.push_back(std::move(out));
  }
}

}  // namespace rfs::inline RFS_ABI::rule::detail
