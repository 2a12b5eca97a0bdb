#pragma once

#include <fstream>

#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/json/from_source.hpp"
#include "rfs/program/from_typed.hpp"
#include "rfs/rule/from_json.hpp"
#include "rfs/source/sha256.hpp"
#include "rfs/typed/from_rule.hpp"

namespace rfs::inline RFS_ABI {

namespace evaluate::detail {

/// Gives definitions the values of a test, read as values of their types with any decimals.
RFS_INLINE void fix(typed::Module& module, const Fixes& fixes, Diagnostics& findings) {
  if (fixes.document == nullptr) return;
  const json::Document& doc = *fixes.document;
  for (const json::Member& member : doc[fixes.object].members) {
    Diagnostic finding;
    finding.file = doc.file;
    finding.path = "fix." + member.key;
    finding.span = member.key_span;
    const auto& definitions = module.file->definitions;
    std::size_t index = 0;
    while (index < definitions.size() && definitions[index].name.text != member.key) ++index;
    if (index == definitions.size()) {
      finding.code = Code::unknown_expectation;
      finding.message = "`" + member.key + "` is not a definition";
      finding.help = "only definitions can be fixed; give facts under `facts`";
      findings.add(std::move(finding));
      continue;
    }
    typed::Definition& definition = module.definitions[DefinitionId(index)];
    const json::Node& node = doc[member.value];
    rule::Domain domain = rule::default_domain(definition.type, module.file->currency);
    domain.any_decimals = true;
    const bool is_number = node.kind == json::Kind::number, is_bool = node.kind == json::Kind::boolean;
    const rule::Written written = is_number ? rule::Written::number
                                  : is_bool ? rule::Written::boolean
                                            : rule::Written::string;
    const std::string text = is_bool ? (node.boolean ? "true" : "false") : node.text;
    Value value;
    std::optional<rule::Problem> problem;
    if (!is_number && !is_bool && node.kind != json::Kind::string) {
      problem = rule::Problem{Code::unreadable_fact,
                              "expected a value, found " + std::string(json::kind_text(node.kind)), ""};
    } else {
      problem = rule::read_given(text, written, domain, module.choices, module.file->currency, false, value);
    }
    if (problem) {
      finding.code = problem->code;
      finding.message = problem->message;
      finding.help = problem->help;
      finding.span = node.span;
      findings.add(std::move(finding));
      continue;
    }
    definition.fixed = std::move(value);
  }
}

}  // namespace evaluate::detail

RFS_INLINE Result<Rules, Diagnostics> Rules::check(std::shared_ptr<const rule::File> file, const Limits& limits,
                                                   const Fixes& fixes, Diagnostics findings) {
  auto data = std::make_shared<Data>();
  data->digest = "sha256:" + source::sha256(file->file->text);
  data->limits = limits;
  typed::Module module = typed::from_rule(std::move(file), findings);
  evaluate::detail::fix(module, fixes, findings);
  data->program = program::from_typed(std::make_shared<const typed::Module>(std::move(module)), limits, findings);
  findings.sort();
  if (findings.has_errors()) return findings;
  data->findings = std::move(findings);
  return Rules(std::move(data));
}

RFS_INLINE Result<Rules, Diagnostics> Rules::fixed(const Fixes& fixes) const {
  return check(data_->program.module->file, data_->limits, fixes, {});
}

RFS_INLINE Result<Rules, Diagnostics> parse(std::string_view text, std::string_view name, const Limits& limits) {
  Diagnostics findings;
  auto source = std::make_shared<const source::File>(source::File{std::string(name), std::string(text)});
  auto document = json::from_source(source, limits, findings);
  if (!document) return findings;
  auto file = std::make_shared<const rule::File>(rule::from_json(std::move(*document), limits, findings));
  return Rules::check(std::move(file), limits, {}, std::move(findings));
}

RFS_INLINE std::optional<std::string> read_file(const std::string& path, const Limits& limits, Diagnostics& findings) {
  const auto wrong = [&](Code code, std::string message, std::string help) {
    Diagnostic finding;
    finding.code = code;
    finding.message = std::move(message);
    finding.path = path;
    finding.help = std::move(help);
    findings.add(std::move(finding));
    return std::nullopt;
  };
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return wrong(Code::unreadable_file, "cannot read `" + path + "`", "is it there, a file, and may it be read?");
  std::string text;
  char block[1 << 16];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(in.gcount()));
    if (text.size() > limits.file_bytes) {
      return wrong(Code::file_too_large,
                   "`" + path + "` is larger than " + std::to_string(limits.file_bytes) + " bytes",
                   "split it into several files");
    }
  }
  if (in.bad() || (!in.eof() && text.empty()))
    return wrong(Code::unreadable_file, "cannot read `" + path + "`", "is it a file?");
  return text;
}

RFS_INLINE Result<Rules, Diagnostics> load(const std::string& path, const Limits& limits) {
  Diagnostics findings;
  const auto text = read_file(path, limits, findings);
  if (!text) return findings;
  return parse(*text, path, limits);
}

RFS_INLINE void Rules::evaluate(const Facts& facts, Date as_of, Outcome& out) const noexcept {
  out.as_of_ = as_of;
  out.given_.assign(facts.given().begin(), facts.given().end());
  out.problems_ = facts.problems();
  const value::Interval& effective = program().effective;
  if (Exact(as_of.days) < effective.least || Exact(as_of.days) > effective.most) {
    Diagnostic finding;
    finding.code = Code::as_of_range;
    finding.path = "as_of";
    finding.message = "these rules hold from " + Date{static_cast<std::int32_t>(*effective.least.to_int64())}.text() +
                      " to " + Date{static_cast<std::int32_t>(*effective.most.to_int64())}.text() + ", not on " +
                      as_of.text();
    finding.help = "evaluate on a day inside, or use the rules of that day";
    out.problems_.add(std::move(finding));
  }
  if (out.refused()) return;
  const std::size_t deciding = program().deciding;
  out.complete_ = out.known_values(0, deciding);
  if (!out.complete_) out.readings(0, deciding);
  out.read_ = deciding;
}

}  // namespace rfs::inline RFS_ABI
