#pragma once

#include "rfs/impl/program/lowerer.hpp"

namespace rfs::inline RFS_ABI::program::detail {

/// Says what is legal but likely not meant: conditions that are settled, unnamed or hide their parts.
RFS_INLINE void Lowerer::lint() {
  const auto settled = [&](NodeId node, typed::NodeId root, const char* what) {
    if (!root.valid() || builder_.poisoned(node) || out_.nodes[node].op == Op::constant) return;
    const Bool3 truth = out_.ranges[node].reading.truth;
    if (truth == Bool3::unknown) return;
    const bool yes = truth == Bool3::yes;
    builder_.report(yes ? Code::always_true : Code::never_true, Severity::warning, origin(root),
                    std::string(what) + (yes ? " is always true" : " is never true"),
                    "within the declared ranges of facts and parameters nothing can change it");
  };
  const auto structural = [&](typed::NodeId at) {
    const typed::Op op = module_[at].op;
    return op == typed::Op::logical_and || op == typed::Op::logical_or || op == typed::Op::logical_not ||
           op == typed::Op::conditional || op == typed::Op::at_least;
  };
  for (std::size_t i = 0; i < module_.definitions.size(); ++i) {
    const typed::Definition& definition = module_.definitions[DefinitionId(i)];
    if (definition.type.kind != Kind::boolean || definition.fixed) continue;
    settled(out_.definitions[DefinitionId(i)], definition.root, "this condition");
    if (!file_.definitions[i].words.any() || !structural(definition.root)) continue;
    for (std::uint32_t n = module_[definition.root].begin.value; n < definition.root.value; ++n) {
      const typed::Node& part = module_[typed::NodeId(n)];
      const bool titled = (part.op == typed::Op::definition && file_.definitions[part.data].words.any() &&
                           module_.definitions[DefinitionId(part.data)].type.kind == Kind::boolean) ||
                          (part.op == typed::Op::fact && file_.facts[part.data].words.any());
      if (!titled) continue;
      const std::string& name =
          part.op == typed::Op::definition ? file_.definitions[part.data].name.text : file_.facts[part.data].name.text;
      builder_.report(
          Code::hidden_titles, Severity::warning, origin(typed::NodeId(n)),
          "the texts of `" + name + "` are never shown: `" + file_.definitions[i].name.text + "` has texts of its own",
          "take the title, `met` and `unmet` of `" + file_.definitions[i].name.text + "` away, or those of its parts");
      break;
    }
  }
  for (std::size_t i = 0; i < module_.decisions.size(); ++i) {
    const Decision& decision = out_.decisions[DecisionId(i)];
    settled(decision.eligible, module_.decisions[DecisionId(i)].eligible, "eligibility");
    for (const Condition& condition : decision.conditions) {
      if (condition.kind == Condition::Kind::unnamed) {
        if (!condition.typed.valid() || module_[condition.typed].op == typed::Op::literal) continue;
        builder_.report(Code::unnamed_condition, Severity::note, origin(condition.typed), "this condition has no name",
                        "make it a definition with a title, so that people can read why");
        continue;
      }
      if (condition.wanted) continue;
      const rule::Words& words = condition.kind == Condition::Kind::fact ? file_.facts[condition.index].words
                                 : condition.kind == Condition::Kind::definition
                                     ? file_.definitions[condition.index].words
                                     : file_.decisions[condition.index].words;
      if (words.met.valid()) continue;
      const rule::Name& name = condition.kind == Condition::Kind::fact         ? file_.facts[condition.index].name
                               : condition.kind == Condition::Kind::definition ? file_.definitions[condition.index].name
                                                                               : file_.decisions[condition.index].name;
      Diagnostic& finding =
          builder_.report(Code::met_text_missing, Severity::warning, {},
                          "`" + name.text + "` must not hold, and has no `met` text to say so when it does",
                          "give it a `met` sentence: why an applicant is ineligible");
      finding.span = name.span;
      finding.path = (condition.kind == Condition::Kind::fact         ? "facts."
                      : condition.kind == Condition::Kind::definition ? "definitions."
                                                                      : "decisions.") +
                     name.text;
    }
  }
}

}  // namespace rfs::inline RFS_ABI::program::detail
