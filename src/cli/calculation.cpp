#include "calculation.hpp"

#include <algorithm>
#include <memory>
#include <set>

#include "calc_request.hpp"
#include "output.hpp"
#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/explain/outcome_json.hpp"
#include "rfs/explain/text.hpp"
#include "rfs/expr/from_text.hpp"
#include "rfs/json/from_source.hpp"
#include "rfs/source/quote.hpp"
#include "rfs/value/currency.hpp"

namespace rfs_cli {

namespace {

using rfs::source::quote;
using rfs::source::Span;

constexpr std::size_t kMostRefusals = 100;  ///< nobody reads more

/// A piece of a request and where it stands in the rule file made of it.
struct Piece {
  std::string at;
  std::string source;
  bool is_expression = false;  ///< stands in the file as a JSON string, else as it is
  Span span;                   ///< the member in the file, from its name on
  Span value;
};

/// The rule file that says what a request asks for: a base with members added to its objects.
class Synthesis {
 public:
  explicit Synthesis(const rfs::json::Document& base) : base_(base) {}

  /// Adds a member to an object of the base; `section` is empty for the file itself.
  void add(std::string_view section, const std::string& name, Piece piece) {
    members_.push_back({section, name, std::move(piece)});
  }

  const std::string& write() {
    const std::string& base = base_.file->text;
    const rfs::json::NodeId root = base_.root;
    // Where the objects end, from the first to the last: sections that the base lacks stand at the end of the file.
    std::vector<std::pair<std::uint32_t, std::string_view>> ends;
    for (const std::string_view section : {"facts", "definitions"}) {
      const rfs::json::NodeId object = base_.find(root, section);
      if (object.valid()) ends.emplace_back(base_[object].span.end - 1, section);
    }
    std::sort(ends.begin(), ends.end());
    std::uint32_t copied = 0;
    for (const auto& [end, section] : ends) {
      text_.append(base, copied, end - copied);
      copied = end;
      write_members(section, base_[base_.find(root, section)].members.empty());
    }
    const std::uint32_t end = base_[root].span.end - 1;
    text_.append(base, copied, end - copied);
    for (const std::string_view section : {"facts", "definitions"}) {
      if (base_.find(root, section).valid()) continue;
      text_ += ",\"" + std::string(section) + "\":{";
      write_members(section, true);
      text_ += '}';
    }
    write_members("", false);
    text_.append(base, end, std::string::npos);
    return text_;
  }

  /// Moves a finding from the file to the piece of the request that it is about.
  [[nodiscard]] Refusal relocate(rfs::Diagnostic finding) const {
    const Member* member = nullptr;
    for (const Member& one : members_) {
      if (inside(finding.span.begin, one.piece)) member = &one;
    }
    if (finding.file == nullptr || member == nullptr) {
      finding.file = nullptr;
      return {finding, finding.path};
    }
    const Piece& piece = member->piece;
    const auto move = [&](Span span) { return Span{offset(span.begin, piece), offset(span.end, piece)}; };
    auto source = std::make_shared<const rfs::source::File>(rfs::source::File{piece.at, piece.source});
    std::vector<rfs::diag::Label> labels;
    for (const rfs::diag::Label& label : finding.labels) {
      // Where a name was declared is a place in a file that nobody has.
      const std::string words = label.text.substr(0, label.text.find(", declared at "));
      if (inside(label.span.begin, piece)) labels.push_back({move(label.span), words});
    }
    finding.labels = std::move(labels);
    finding.fixes.clear();  // they edit the file, which nobody has
    finding.span = move(finding.span);
    finding.file = source;
    finding.path.clear();
    if (finding.code == rfs::Code::invalid_currency) finding.help = "say which with `currency`, like `--currency USD`";
    if (finding.code == rfs::Code::month_end_missing) {
      finding.help =
          "give `month_end`, like `--month-end clamp` (31 January + 1 month is the last day of February), or "
          "`next_day` (1 March)";
    }
    if (!piece.is_expression) return {std::move(finding), piece.at};
    const auto place = finding.place();
    return {std::move(finding), piece.at + ":" + std::to_string(place.line) + ":" + std::to_string(place.column)};
  }

 private:
  struct Member {
    std::string_view section;
    std::string name;
    Piece piece;
  };

  void write_members(std::string_view section, bool is_empty) {
    for (Member& member : members_) {
      if (member.section != section) continue;
      Piece& piece = member.piece;
      if (!is_empty) text_ += ',';
      is_empty = false;
      piece.span.begin = static_cast<std::uint32_t>(text_.size());
      text_ += quote(member.name) + ":";
      piece.value.begin = static_cast<std::uint32_t>(text_.size());
      text_ += piece.is_expression ? quote(piece.source) : piece.source;
      piece.value.end = piece.span.end = static_cast<std::uint32_t>(text_.size());
    }
  }

  static bool inside(std::uint32_t at, const Piece& piece) { return at >= piece.span.begin && at < piece.span.end; }

  /// Returns the offset in the piece's own text.
  [[nodiscard]] std::uint32_t offset(std::uint32_t at, const Piece& piece) const {
    const auto size = static_cast<std::uint32_t>(piece.source.size());
    if (at <= piece.value.begin) return 0;
    if (!piece.is_expression) return std::min(at - piece.value.begin, size);
    std::uint32_t low = 0, high = size;
    while (low < high) {
      const std::uint32_t middle = low + (high - low) / 2;
      if (rfs::json::offset_in_file(text_, piece.value, middle) < at)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }

  const rfs::json::Document& base_;
  std::vector<Member> members_;
  std::string text_;
};

/// Returns the currency that the first amount of an expression is in.
std::string currency_in(const std::string& expression) {
  const rfs::expr::Parsed parsed = rfs::expr::from_text(expression, {});
  for (const rfs::expr::Node& node : parsed.tree.nodes) {
    if (node.kind == rfs::expr::Kind::number && rfs::value::minor_digits(node.text)) return node.text;
  }
  return {};
}

/// Where nobody says which currency amounts are in, those of the request say it.
std::string currency_of(const Request& request) {
  std::string found = currency_in(request.expression);
  for (auto let = request.let.begin(); found.empty() && let != request.let.end(); ++let)
    found = currency_in(let->second);
  for (auto given = request.given.begin(); found.empty() && given != request.given.end(); ++given) {
    const std::string& value = given->second;
    if (value.size() > 4 && value[value.size() - 4] == ' ' &&
        rfs::value::minor_digits(value.substr(value.size() - 3))) {
      found = value.substr(value.size() - 3);
    }
  }
  return found;
}

/// A name for the expression that nothing in the request or the base can mean.
std::string result_name(const Request& request, const std::string& base) {
  std::string name;
  for (std::size_t n = 0;; ++n) {
    name = "calculated_expression_" + std::to_string(n);
    bool taken = base.find(name) != std::string::npos || request.expression.find(name) != std::string::npos;
    for (const auto* list : {&request.let, &request.facts}) {
      for (const auto& [key, text] : *list) {
        taken = taken || key.find(name) != std::string::npos || text.find(name) != std::string::npos;
      }
    }
    if (!taken) return name;
  }
}

std::string type_json(const rfs::Type& type, const rfs::typed::Module& module) {
  switch (type.kind) {
    case rfs::Kind::boolean:
      return "\"bool\"";
    case rfs::Kind::number:
      if (type.flavour == rfs::Flavour::integer) return "\"integer\"";
      return type.flavour == rfs::Flavour::percent ? "\"percent\"" : "\"number\"";
    case rfs::Kind::money:
      return "\"money\"";
    case rfs::Kind::date:
      return "\"date\"";
    case rfs::Kind::months:
      return "\"months\"";
    case rfs::Kind::days:
      return "\"days\"";
    case rfs::Kind::text:
      return "\"text\"";
    case rfs::Kind::choice: {
      std::string out = "{\"type\":\"choice\",\"of\":[";
      const auto& words = module.choices.words(type.choice);
      for (std::size_t i = 0; i < words.size(); ++i) out += (i == 0 ? "" : ",") + quote(words[i]);
      return out + "]}";
    }
    case rfs::Kind::list: {
      const rfs::Type item = rfs::item_of(type);
      if (item.kind != rfs::Kind::record) return "{\"type\":\"list\",\"of\":" + type_json(item, module) + "}";
      std::string out;
      for (const rfs::RecordField& field : module.records.fields(item.record)) {
        if (field.type.kind == rfs::Kind::list) continue;  // its values are left away too
        out += (out.empty() ? "" : ",") + quote(field.name) + ":" + type_json(field.type, module);
      }
      return "{\"type\":\"list\",\"fields\":{" + out + "}}";
    }
    case rfs::Kind::record:
    case rfs::Kind::error:
      break;
  }
  return "null";
}

/// Returns whether a definition reads the day of evaluation.
bool reads_as_of(const rfs::program::Program& program, rfs::DefinitionId definition) {
  using rfs::program::Op;
  std::vector<rfs::program::NodeId> open{program.definitions[definition]};
  std::vector<rfs::program::ScopeId> lists;
  const auto shown = program.definition_lists.find(definition.value);
  if (shown != program.definition_lists.end())
    open.insert(open.end(), shown->second.fields.begin(), shown->second.fields.end());
  std::vector<char> seen(program.nodes.size(), 0), seen_lists(program.scopes.size(), 0);
  while (!open.empty()) {
    const rfs::program::NodeId id = open.back();
    open.pop_back();
    if (!id.valid() || seen[id.value] != 0) continue;
    seen[id.value] = 1;
    const rfs::program::Node& node = program[id];
    if (node.op == Op::as_of) return true;
    open.insert(open.end(), {node.a, node.b, node.c, node.d});
    if (node.op == Op::listed || node.op == Op::member)
      open.insert(open.end(), program.operands[node.data].begin(), program.operands[node.data].end());
    // What says which items there are is read with them.
    lists.push_back(node.scope);
    if (rfs::program::is_aggregate(node.op))
      lists.insert(lists.end(), {program.aggregates[node.data].scope, program.aggregates[node.data].second});
    while (!lists.empty()) {
      const rfs::program::ScopeId scope = lists.back();
      lists.pop_back();
      if (!scope.valid() || seen_lists[scope.value] != 0) continue;
      seen_lists[scope.value] = 1;
      const rfs::program::Scope& list = program.scopes[scope];
      open.insert(open.end(), {list.presence, list.key});
      lists.insert(lists.end(), {list.parent, list.of});
      lists.insert(lists.end(), list.parts.begin(), list.parts.end());
    }
  }
  return false;
}

/// Returns the day to evaluate on. Where none is given and none is read, any day on which the rules hold will do.
rfs::Date day_of(const Request& request, const rfs::program::Program& program, rfs::DefinitionId definition,
                 bool& is_today) {
  if (const auto given = rfs::Date::parse(request.as_of)) return *given;
  is_today = reads_as_of(program, definition);
  if (is_today) return today();
  return rfs::Date{static_cast<std::int32_t>(program.effective.least.to_int64().value_or(0))};
}

rfs::json::Document read_base(const std::string& text) {
  rfs::Diagnostics none;
  rfs::Limits limits;
  limits.file_bytes = text.size();
  return rfs::json::from_source(std::make_shared<const rfs::source::File>(rfs::source::File{"base", text}), limits,
                                none)
      .value_or(rfs::json::Document{});
}

}  // namespace

Calculator::Calculator() : base_(read_base("{\"rfs\":1,\"rules\":\"calc\"}")) {}

Calculator::Calculator(const rfs::Rules& rules)
    : base_(read_base(rules.file().file->text)), currency_(rules.file().currency) {
  const rfs::rule::File& file = rules.file();
  const auto take = [&](const auto& declared) {
    for (const auto& one : declared) names_.push_back(one.name.text);
  };
  take(file.facts);
  take(file.parameters);
  take(file.definitions);
  take(file.decisions);
  if (file.month_end) month_end_ = *file.month_end == rfs::MonthEnd::clamp ? "clamp" : "next_day";
}

rfs::Result<Answer, std::vector<Refusal>> Calculator::calculate(const Request& request) const {
  std::vector<Refusal> refusals;
  std::set<std::string> names(names_.begin(), names_.end());
  const auto check_names = [&](const std::vector<Request::Named>& list, const std::string& what) {
    for (const auto& [name, ignored] : list) {
      if (!rfs::expr::is_name(name) || name == "as_of") {
        refusals.push_back(refusal_at(
            what + name, rfs::Code::invalid_name, "`" + name + "` cannot be a name",
            "a name begins with a small letter and has small letters, digits and `_`; it is no word of the language"));
      } else if (!names.insert(name).second) {
        refusals.push_back(refusal_at(what + name, rfs::Code::name_taken, "`" + name + "` is declared twice",
                                      "facts, `let` and the rules share one namespace"));
      }
    }
  };
  check_names(request.facts, "facts.");
  check_names(request.let, "let.");
  Synthesis synthesis(base_);
  const auto header = [&](const std::string& key, const std::string& asked, const std::string& base) {
    if (key == "currency" && !asked.empty() && !rfs::value::minor_digits(asked)) {
      refusals.push_back(refusal_at(key, rfs::Code::invalid_currency,
                                    "`" + asked + "` is not a currency code of ISO 4217",
                                    "write it like `USD` or `EUR`"));
    } else if (key == "month_end" && !asked.empty() && asked != "clamp" && asked != "next_day") {
      refusals.push_back(
          refusal_at(key, rfs::Code::unknown_option, "expected one of `clamp`, `next_day`, found `" + asked + "`"));
    } else if (!base.empty() && !asked.empty() && asked != base) {
      refusals.push_back(refusal_at(key, rfs::Code::invalid_option,
                                    "the rules say `" + base + "`, found `" + asked + "`", "leave it away"));
    } else if (base.empty() && !asked.empty()) {
      synthesis.add("", key, {key, quote(asked), false, {}, {}});
    }
  };
  header("currency", request.currency.empty() && currency_.empty() ? currency_of(request) : request.currency,
         currency_);
  header("month_end", request.month_end, month_end_);
  if (!request.as_of.empty() && !rfs::Date::parse(request.as_of)) {
    refusals.push_back(refusal_at("as_of", rfs::Code::invalid_as_of, "expected a date, found `" + request.as_of + "`",
                                  "write it like `2017-06-24`"));
  }
  if (!refusals.empty()) return refusals;

  for (const auto& [name, declaration] : request.facts)
    synthesis.add("facts", name, {"facts." + name, declaration, false, {}, {}});
  for (const auto& [name, expression] : request.let)
    synthesis.add("definitions", name, {"let." + name, expression, true, {}, {}});
  const std::string result = result_name(request, base_.file->text);
  synthesis.add("definitions", result, {"expr", request.expression, true, {}, {}});
  rfs::Limits limits;
  const std::string& text = synthesis.write();
  limits.file_bytes = std::max(limits.file_bytes, text.size());
  const auto rules = rfs::parse(text, "calc", limits);
  if (!rules) {
    for (const rfs::Diagnostic& finding : rules.error().all()) {
      if (refusals.size() == kMostRefusals) break;
      if (finding.severity == rfs::Severity::error) refusals.push_back(synthesis.relocate(finding));
    }
    return refusals;
  }

  const auto& definitions = rules->file().definitions;
  const auto at =
      std::find_if(definitions.begin(), definitions.end(), [&](const auto& one) { return one.name.text == result; });
  const rfs::DefinitionId id(static_cast<std::size_t>(at - definitions.begin()));
  rfs::Facts facts(*rules);
  for (const auto& [name, value] : request.given) facts.set(name, value);
  if (request.document && request.given_json.valid()) facts.read_json(*request.document, request.given_json);
  rfs::Outcome outcome(*rules);
  bool is_today = false;
  const rfs::Date day = day_of(request, rules->program(), id, is_today);
  rules->evaluate(facts, day, outcome);
  if (outcome.refused()) {
    for (const rfs::Diagnostic& problem : outcome.problems().all()) {
      const bool is_date = problem.code == rfs::Code::as_of_range;
      refusals.push_back({problem, is_date ? "as_of" : "given." + problem.path});
    }
    return refusals;
  }
  const rfs::Type& type = rules->module().definitions[id].type;
  const auto on_day = is_today ? std::optional(day) : std::nullopt;
  if (type.kind == rfs::Kind::list)
    return Answer{type_json(type, rules->module()), rfs::explain::items_json(outcome, id),
                  rfs::explain::spoken_items(outcome, id), on_day};
  const rfs::program::Reading reading = outcome.reading(id);
  return Answer{type_json(type, rules->module()), rfs::explain::reading_json(reading, type, *rules),
                rfs::explain::spoken(reading, type, *rules), on_day};
}

}  // namespace rfs_cli
