#pragma once

#include <algorithm>
#include <fstream>

#include "rfs/diag/suggest.hpp"
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
    if (definition.type.kind == Kind::list) {
      problem = rule::Problem{Code::unsupported_feature, "lists cannot be fixed in this version",
                              "give its items under `facts`, or fix what is computed from it"};
    } else if (!is_number && !is_bool && node.kind != json::Kind::string) {
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

/// Marks what the file allows, and reports allowances of nothing. Gaps between files are findings of a shelf alone.
RFS_INLINE void allow(const rule::File& file, bool gaps, Diagnostics& findings) {
  std::vector<const rule::Allowance*> unused;
  for (const rule::Allowance& allowance : file.allowances) {
    if ((allowance.code == Code::window_gap) != gaps) continue;
    const std::string until = allowance.until ? allowance.until->text() : std::string();
    if (!findings.allow(allowance.code, allowance.at, allowance.reason, until)) unused.push_back(&allowance);
  }
  for (const rule::Allowance* allowance : unused) {
    Diagnostic finding;
    finding.code = Code::allowance_unused;
    finding.severity = Severity::warning;
    finding.file = file.file;
    finding.span = allowance->span;
    finding.path = allowance->path;
    finding.message = "there is no " + diag::code_text(allowance->code) + " at `" + allowance->at + "` to allow";
    finding.help = "take the allowance away";
    findings.add(std::move(finding));
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
  // Where the file has errors, lint may not have seen all of it.
  if (fixes.document == nullptr && !findings.has_errors()) {
    evaluate::detail::allow(*data->program.module->file, false, findings);
  }
  findings.sort();
  if (findings.has_errors()) return findings;
  data->scaled = program::scale(data->program);
  const auto& facts = data->program.module->file->facts;
  for (std::size_t i = 0; i < facts.size(); ++i) data->facts_by_name.emplace_back(i);
  std::sort(data->facts_by_name.begin(), data->facts_by_name.end(),
            [&](FactId a, FactId b) { return facts[a.value].name.text < facts[b.value].name.text; });
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

RFS_INLINE std::optional<std::string> read_file(const std::string& path, const Limits& limits, Diagnostics& findings,
                                                std::string_view if_too_large) {
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
                   std::string(if_too_large));
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
  const bool again = out.last_day_ == as_of.days;
  out.last_day_ = as_of.days;
  bool bound = out.bound_ != nullptr && out.bound_->day == as_of.days;
  if (!bound && again && scaled().possible && hold_on(as_of)) {  // binding pays from the second applicant of a day on
    out.bind(evaluate::bind(program(), scaled(), as_of.days));
    bound = true;
  }
  if (bound) return out.decide_bound(facts);
  decide(facts, as_of, out);
}

RFS_INLINE bool Rules::hold_on(Date day) const {
  const value::Interval& effective = program().effective;
  return Exact(day.days) >= effective.least && Exact(day.days) <= effective.most;
}

RFS_INLINE RulesOn Rules::on(Date as_of) const {
  RulesOn out(*this, as_of);
  if (scaled().possible && hold_on(as_of)) out.bound_ = evaluate::bind(program(), scaled(), as_of.days);
  return out;
}

RFS_INLINE void RulesOn::evaluate(const Facts& facts, Outcome& out) const noexcept {
  if (out.bound_ == bound_ && bound_ != nullptr) return out.decide_bound(facts);
  begin(facts, out);
}

/// Decides the first applicant of an outcome that was used for another day, if for any.
[[gnu::noinline]] RFS_INLINE void RulesOn::begin(const Facts& facts, Outcome& out) const noexcept {
  if (bound_ == nullptr) return rules_.decide(facts, as_of_, out);
  out.bind(bound_);
  out.decide_bound(facts);
}

RFS_INLINE void Rules::decide(const Facts& facts, Date as_of, Outcome& out) const {
  out.as_of_ = as_of;
  out.keep(facts);
  const bool outside = !hold_on(as_of);
  if (outside || !facts.problems().empty()) {
    out.form_ = Outcome::Form::refused;
    out.problems_ = facts.problems();
    if (!outside) return;
    const value::Interval& effective = program().effective;
    Diagnostic finding;
    finding.code = Code::as_of_range;
    finding.path = "as_of";
    finding.message = "these rules hold from " + Date{static_cast<std::int32_t>(*effective.least.to_int64())}.text() +
                      " to " + Date{static_cast<std::int32_t>(*effective.most.to_int64())}.text() + ", not on " +
                      as_of.text();
    finding.help = "evaluate on a day inside, or use the rules of that day";
    out.problems_.add(std::move(finding));
    return;
  }
  if (!out.problems_.empty()) out.problems_ = {};
  const std::size_t deciding = program().deciding;
  out.read_ = deciding;
  if (program().scopes.size() == 1 && out.known_values(0, deciding)) {
    out.form_ = Outcome::Form::exact;
  } else {
    out.form_ = Outcome::Form::bounds;
    out.readings(0, deciding);
  }
  out.find_unmet();
}

RFS_INLINE Result<FactId, Diagnostic> Rules::find_fact(std::string_view name, Kind kind, bool whole) const {
  Diagnostic finding;
  finding.path = std::string(name);
  std::vector<std::string_view> names;
  const auto& facts = file().facts;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    names.push_back(facts[i].name.text);
    if (facts[i].name.text != name) continue;
    const Type& type = facts[i].domain.type;
    if (type.kind == kind && (kind != Kind::number || !whole || type.flavour == Flavour::integer)) return FactId(i);
    finding.code = Code::argument_type;
    finding.message = "`" + std::string(name) + "` is " + rule::type_text(type, module().choices) +
                      ", which this C++ type does not hold";
    return finding;
  }
  const std::string near = diag::nearest(name, names);
  finding.code = Code::unknown_fact;
  finding.message = "unknown fact `" + std::string(name) + "`";
  finding.help = near.empty() ? "the rules declare no such fact" : "did you mean `" + near + "`?";
  return finding;
}

RFS_INLINE Result<DecisionId, Diagnostic> Rules::decision(std::string_view name) const {
  std::vector<std::string_view> names;
  const auto& decisions = file().decisions;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    if (decisions[i].name.text == name) return DecisionId(i);
    names.push_back(decisions[i].name.text);
  }
  Diagnostic finding;
  finding.path = std::string(name);
  const std::string near = diag::nearest(name, names);
  finding.code = Code::unknown_name;
  finding.message = "unknown decision `" + std::string(name) + "`";
  finding.help = near.empty() ? "the rules have no such decision" : "did you mean `" + near + "`?";
  return finding;
}

RFS_INLINE Result<Word, Diagnostic> Rules::word(FactOf<Word> fact, std::string_view option) const {
  Diagnostic finding;
  finding.path = std::string(option);
  if (!fact.id().valid()) {
    finding.code = Code::unknown_fact;
    finding.message = "an empty handle names no fact";
    return finding;
  }
  const rule::Domain& domain = module().facts[fact.id()].domain;
  Value value;
  if (auto problem = rule::read_given(option, rule::Written::string, domain, module().choices, {}, true, value)) {
    finding.code = problem->code;
    finding.message = std::move(problem->message);
    finding.help = std::move(problem->help);
    return finding;
  }
  return Word{static_cast<std::uint32_t>(*value.number.to_int64())};
}

}  // namespace rfs::inline RFS_ABI
