#include "calc_request.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

#include "rfs/diag/suggest.hpp"
#include "rfs/json/from_source.hpp"
#include "rfs/source/quote.hpp"

namespace rfs_cli {

namespace {

namespace json = rfs::json;

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\n");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\n") + 1 - begin));
}

std::string declaration_of(const std::string& type) { return "{\"type\":" + rfs::source::quote(type) + "}"; }

/// Returns where a JSON object at the beginning of a text ends, or npos.
std::size_t end_of_object(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_string) {
      if (text[i] == '\\')
        ++i;
      else
        in_string = text[i] != '"';
    } else if (text[i] == '"') {
      in_string = true;
    } else if (text[i] == '{') {
      ++depth;
    } else if (text[i] == '}' && --depth == 0) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

/// Reads a declaration that must be a JSON object.
bool is_object(const std::string& text, const std::string& at, std::vector<Refusal>& refusals) {
  rfs::Diagnostics findings;
  const auto file = std::make_shared<const rfs::source::File>(rfs::source::File{at, text});
  const auto document = json::from_source(file, {}, findings);
  for (const rfs::Diagnostic& finding : findings.all()) refusals.push_back({finding, at});
  return document && findings.empty();
}

/// Reads `x: money = 1.00`, `x: { "type": … }`, or `x = 1.00` for a fact that the rules declare.
void read_fact(const std::string& option, Request& out, std::vector<Refusal>& refusals) {
  const std::size_t equals = option.find('='), colon = option.find(':');
  if (colon == std::string::npos && equals == std::string::npos) {
    refusals.push_back(refusal_at("facts", rfs::Code::invalid_option,
                                  "expected a name and a type, found `" + option + "`",
                                  "write it like `x: money = 1.00`"));
    return;
  }
  if (colon == std::string::npos || equals < colon) {
    out.given.emplace_back(trimmed(option.substr(0, equals)), trimmed(option.substr(equals + 1)));
    return;
  }
  const std::string name = trimmed(option.substr(0, colon)), rest = trimmed(option.substr(colon + 1));
  std::size_t end = rest.find('=');
  if (!rest.empty() && rest.front() == '{') {
    end = end_of_object(rest);
    const std::string declaration = rest.substr(0, end);
    if (!is_object(declaration, "facts." + name, refusals)) return;
    out.facts.emplace_back(name, declaration);
  } else {
    out.facts.emplace_back(name, declaration_of(trimmed(rest.substr(0, end))));
  }
  const std::string value = end == std::string::npos ? std::string() : trimmed(rest.substr(end));
  if (value.empty()) return;
  if (value.front() != '=') {
    refusals.push_back(
        refusal_at("facts." + name, rfs::Code::invalid_option, "expected `=` and a value, found `" + value + "`"));
    return;
  }
  out.given.emplace_back(name, trimmed(value.substr(1)));
}

/// One line of --ndjson.
class Line {
 public:
  Line(const json::Document& document, Request& out, std::vector<Refusal>& refusals)
      : doc_(document), out_(out), refusals_(refusals) {}

  void read() {
    if (doc_[doc_.root].kind != json::Kind::object) return wrong("line", doc_.root, "an object");
    bool has_expression = false;
    for (const json::Member& member : doc_[doc_.root].members) {
      const std::string& key = member.key;
      if (key == "expr") {
        has_expression = true;
        if (const auto text = expression(member.value, key)) out_.expression = *text;
      } else if (key == "let") {
        let(member.value);
      } else if (key == "facts") {
        facts(member.value);
      } else if (key == "given") {
        if (doc_[member.value].kind == json::Kind::object)
          out_.given_json = member.value;
        else
          wrong(key, member.value, "an object");
      } else if (key == "month_end" || key == "currency" || key == "as_of") {
        std::string& to = key == "month_end" ? out_.month_end : key == "currency" ? out_.currency : out_.as_of;
        if (doc_[member.value].kind == json::Kind::string)
          to = doc_[member.value].text;
        else
          wrong(key, member.value, "a string");
      } else if (key != "note" && key.rfind("x-", 0) != 0) {
        const std::string near =
            rfs::diag::nearest(key, {"expr", "facts", "given", "let", "month_end", "currency", "as_of"});
        refusals_.push_back(refusal_at(key.empty() ? "line" : key, rfs::Code::unknown_key, "unknown key `" + key + "`",
                                       near.empty() ? "" : "did you mean `" + near + "`?"));
      }
    }
    if (!has_expression) refusals_.push_back(refusal_at("expr", rfs::Code::missing_key, "the line lacks its `expr`"));
  }

 private:
  void wrong(const std::string& at, json::NodeId id, const std::string& expected) {
    refusals_.push_back(refusal_at(at, rfs::Code::wrong_shape,
                                   "expected " + expected + ", found " + std::string(json::kind_text(doc_[id].kind))));
  }

  /// Reads a string, or an array of strings as its lines.
  std::optional<std::string> expression(json::NodeId id, const std::string& at) {
    const json::Node& node = doc_[id];
    if (node.kind == json::Kind::string) return node.text;
    const bool lines = node.kind == json::Kind::array && !node.items.empty() &&
                       std::all_of(node.items.begin(), node.items.end(),
                                   [&](json::NodeId item) { return doc_[item].kind == json::Kind::string; });
    if (!lines) {
      wrong(at, id, "an expression in quotes");
      return std::nullopt;
    }
    std::string out;
    for (std::size_t i = 0; i < node.items.size(); ++i) out += (i == 0 ? "" : "\n") + doc_[node.items[i]].text;
    return out;
  }

  void let(json::NodeId id) {
    if (doc_[id].kind != json::Kind::object) return wrong("let", id, "an object");
    for (const json::Member& member : doc_[id].members) {
      if (const auto text = expression(member.value, "let." + member.key)) out_.let.emplace_back(member.key, *text);
    }
  }

  void facts(json::NodeId id) {
    if (doc_[id].kind != json::Kind::object) return wrong("facts", id, "an object");
    for (const json::Member& member : doc_[id].members) {
      const json::Node& node = doc_[member.value];
      if (node.kind == json::Kind::string) {
        out_.facts.emplace_back(member.key, declaration_of(node.text));
      } else if (node.kind == json::Kind::object) {
        out_.facts.emplace_back(member.key, doc_.file->text.substr(node.span.begin, node.span.end - node.span.begin));
      } else {
        wrong("facts." + member.key, member.value, "a type or a declaration");
      }
    }
  }

  const json::Document& doc_;
  Request& out_;
  std::vector<Refusal>& refusals_;
};

}  // namespace

Refusal refusal_at(std::string at, rfs::Code code, std::string message, std::string help) {
  rfs::Diagnostic finding;
  finding.code = code;
  finding.path = at;
  finding.message = std::move(message);
  finding.help = std::move(help);
  return {std::move(finding), std::move(at)};
}

Request read_request(const CalcOptions& options, std::vector<Refusal>& refusals) {
  Request out;
  out.expression = options.expression;
  out.month_end = options.month_end;
  out.currency = options.currency;
  out.as_of = options.as_of;
  const auto is_utf8 = [&](const std::string& text, const std::string& at) {
    if (rfs::source::find_invalid_utf8(text) == std::string_view::npos) return true;
    refusals.push_back(refusal_at(at, rfs::Code::not_utf8, "expected text in UTF-8, found other bytes"));
    return false;
  };
  is_utf8(out.expression, "expr");
  is_utf8(out.month_end + out.currency + out.as_of, "options");
  for (const std::string& fact : options.facts) {
    if (is_utf8(fact, "facts")) read_fact(fact, out, refusals);
  }
  for (const std::string& let : options.let) {
    const std::size_t equals = let.find('=');
    if (!is_utf8(let, "let")) continue;
    if (equals == std::string::npos) {
      refusals.push_back(refusal_at("let", rfs::Code::invalid_option,
                                    "expected a name and an expression, found `" + let + "`",
                                    "write it like `y = x * 2`"));
    } else {
      out.let.emplace_back(trimmed(let.substr(0, equals)), trimmed(let.substr(equals + 1)));
    }
  }
  return out;
}

Request read_request(const std::string& line, const Request& options, std::vector<Refusal>& refusals) {
  Request out = options;
  rfs::Limits limits;
  limits.file_bytes = kMostOfLine;
  rfs::Diagnostics findings;
  auto document =
      json::from_source(std::make_shared<const rfs::source::File>(rfs::source::File{"line", line}), limits, findings);
  for (const rfs::Diagnostic& finding : findings.all()) {
    const auto place = finding.place();
    refusals.push_back({finding, "line:" + std::to_string(place.line) + ":" + std::to_string(place.column)});
  }
  if (!document) return out;
  Line(*document, out, refusals).read();
  out.document = std::move(document);
  return out;
}

}  // namespace rfs_cli
