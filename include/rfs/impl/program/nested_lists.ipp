#pragma once

#include <algorithm>

#include "rfs/impl/program/lists.ipp"
#include "rfs/impl/program/lowerer.hpp"

namespace rfs::inline RFS_ABI::program::detail {

/// How many pairs of items an applicant may cost before a list inside a list is warned of: far more than the members of
/// a household give, and where what one applicant costs begins to be seen.
inline constexpr std::uint64_t kSilentPairs = 100'000;

/// Whether applicants say how many items a list has: numbers, and values that are written out, are as many as the file
/// says.
RFS_INLINE bool Lowerer::is_given(ScopeId id) const {
  const Scope& scope = out_.scopes[id];
  switch (scope.kind) {
    case Scope::Kind::fact:
      return true;
    case Scope::Kind::groups:
    case Scope::Kind::members:
      return is_given(scope.of);
    case Scope::Kind::joined:
    case Scope::Kind::reversed:
    case Scope::Kind::flattened:
      return std::any_of(scope.parts.begin(), scope.parts.end(), [&](ScopeId part) { return is_given(part); });
    default:
      return false;
  }
}

/// Warns of a list that is gone over again for each item of lists around it, where it is named, once a place.
RFS_INLINE void Lowerer::warn_nested(typed::NodeId id) {
  const Parts& list = list_at(id);
  if (builder_.poisoned(list.presence)) return;
  const Scope& inner = out_.scopes[list.scope];
  // The members of a group are gone over once for all groups together.
  if (inner.parent == said_around_ || inner.kind == Scope::Kind::members || !is_given(list.scope)) return;
  const std::uint64_t limit = builder_.limits().steps;
  std::uint64_t pairs = inner.most_count;
  std::vector<ScopeId> outer;
  // The members of all groups together are as many as the items: where they count, their groups do not.
  std::vector<ScopeId> counted;
  const auto count = [&](const Scope& scope) {
    const Scope& from = scope.kind == Scope::Kind::joined ? out_.scopes[scope.parts[0]] : scope;
    if (from.kind == Scope::Kind::members) counted.push_back(from.parent);
  };
  count(inner);
  for (ScopeId at = inner.parent; at != kApplicant; at = out_.scopes[at].parent) {
    const Scope& scope = out_.scopes[at];
    if (!is_given(at) || std::find(counted.begin(), counted.end(), at) != counted.end()) continue;
    outer.push_back(at);
    pairs = times(pairs, scope.most_count);
    count(scope);
  }
  if (outer.empty() || pairs <= kSilentPairs || !nested_said_.insert(id.value).second) return;
  const auto text = [&](typed::NodeId node) { return "`" + std::string(builder_.text_of(origin(node))) + "`"; };
  std::string around;
  std::vector<diag::Label> labels;
  for (const ScopeId scope : outer) {
    source::Span place;
    std::string name;
    const auto opened = std::find_if(at_work_.rbegin(), at_work_.rend(), [&](typed::NodeId binder) {
      return binder_scopes_[BinderId(module_[binder].data)] == scope;
    });
    if (opened != at_work_.rend()) {
      const typed::NodeId mention = module_.operands(*opened)[0];
      place = rule::locate(file_, module_[mention].expression, module_[mention].span);
      name = text(mention);
    } else if (out_.scopes[scope].kind == Scope::Kind::fact) {
      // The default of a field has no name for the list whose item takes it.
      place = file_.facts[out_.scopes[scope].data].name.span;
      name = "`" + file_.facts[out_.scopes[scope].data].name.text + "`";
    } else {
      continue;
    }
    around += (around.empty() ? "" : " and ") + name;
    labels.push_back({place, "for each of these"});
  }
  Diagnostic& finding =
      builder_.report(Code::nested_lists, Severity::warning, origin(id),
                      text(id) + " is gone over again for each item of " + around + ": " +
                          (pairs > limit ? "more than " + std::to_string(limit) : "up to " + std::to_string(pairs)) +
                          " pairs an applicant",
                      "`group` it once by what they share, and go over the groups, or declare a smaller `max_items`");
  finding.labels.insert(finding.labels.end(), labels.begin(), labels.end());
}

}  // namespace rfs::inline RFS_ABI::program::detail
