// Facts from JSON texts, read both ways: by Facts::read_json, which with simdjson has a quick way for plain texts, and
// through a document, which is how it reads all others. Both must give the same facts, and the same problems in the
// same words and places. Reads the files given, each text for each rule file, and texts made from a seed.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/json/from_source.hpp"
#include "rfs/rfs.hpp"

namespace {

using namespace std::string_view_literals;

/// Facts of all types, in this order or the other way round.
rfs::Rules made_rules(bool reversed) {
  std::vector<std::string> facts = {R"("flag": { "type": "bool" })",
                                    R"("ratio": { "type": "number", "min": "-10", "max": "10", "places": 4 })",
                                    R"("count": { "type": "integer", "min": "-5", "max": 100000 })",
                                    R"("share": { "type": "percent" })",
                                    R"("paid": { "type": "money" })",
                                    R"("since": { "type": "date" })",
                                    R"("term": { "type": "months" })",
                                    R"("notice": { "type": "days" })",
                                    R"("kind": { "type": "choice", "of": ["small", "large one", "x-2.b"] })",
                                    R"("remark": { "type": "text" })",
                                    R"("size": { "type": "number" })"};
  if (reversed) std::reverse(facts.begin(), facts.end());
  std::string text = R"({ "rfs": 1, "rules": "all-types", "currency": "KWD", "month_end": "clamp", "facts": {)";
  for (std::size_t i = 0; i < facts.size(); ++i) text += (i == 0 ? "" : ", ") + facts[i];
  text += R"(}, "decisions": { "grant": { "eligible": "flag and count > 0 and since + term <= as_of",
    "amount": "paid * share", "round": "down to 0.001 KWD" } } })";
  return *rfs::parse(text, "all-types.rules.json");
}

/// How one text was read.
struct Result {
  std::vector<rfs::program::Given> given;
  std::vector<std::string> problems;
  std::string outcome;
};

class Comparison {
 public:
  /// Reads a text both ways, for facts some of which are given before; returns whether nothing differs.
  bool agree(const rfs::Rules& rules, const std::string& text, const rfs::Limits& limits = {}, bool given = false) {
    rfs::Facts read(rules), general(rules);
    for (const rfs::rule::Fact& fact : rules.file().facts) {
      if (!given) break;
      read.set_unknown(fact.name.text);
      general.set_unknown(fact.name.text);
    }
    read.read_json(text, "applicant.json", limits);
    rfs::Diagnostics findings;
    auto file = std::make_shared<const rfs::source::File>(rfs::source::File{"applicant.json", text});
    const auto document = rfs::json::from_source(std::move(file), limits, findings, rfs::kFewerFacts);
    if (document) general.read_json(*document, document->root);

    const Result a = result(rules, read, {}), b = result(rules, general, findings);
    ++texts_;
    if (a.problems.empty()) ++taken_;
    for (const rfs::Diagnostic& finding : read.problems().all()) ++codes_[rfs::diag::code_text(finding.code)];
    const bool same = a.problems == b.problems && a.outcome == b.outcome &&
                      std::equal(a.given.begin(), a.given.end(), b.given.begin(), same_fact);
    if (!same) report(text, a, b);
    return same;
  }

  /// Says how many texts were taken and refused; fails where one kind is missing.
  [[nodiscard]] bool enough() const {
    std::cout << texts_ << " texts, " << taken_ << " without problems\n";
    for (const auto& [code, count] : codes_) std::cout << code << ' ' << count << '\n';
    return taken_ * 5 > texts_ && taken_ * 5 < texts_ * 4 && codes_.size() > 15;
  }

 private:
  static bool same_fact(const rfs::program::Given& a, const rfs::program::Given& b) {
    return a.state == b.state && (a.state != rfs::program::Given::State::known || a.value == b.value);
  }

  static Result result(const rfs::Rules& rules, const rfs::Facts& facts, const rfs::Diagnostics& before) {
    Result out;
    out.given.assign(facts.given().begin(), facts.given().end());
    for (const rfs::Diagnostics* problems : {&before, &facts.problems()}) {
      for (const rfs::Diagnostic& problem : problems->all()) out.problems.push_back(rfs::diag::render_json(problem));
    }
    if (out.problems.empty()) {
      rfs::Outcome outcome(rules);
      rules.evaluate(facts, *rfs::Date::of(2024, 2, 29), outcome);
      out.outcome = rfs::explain::outcome_json(outcome);
    }
    return out;
  }

  static void report(const std::string& text, const Result& read, const Result& general) {
    std::cout << "FAILED: read in two ways to different results:\n" << rfs::source::quote(text) << '\n';
    for (const Result* result : {&read, &general}) {
      std::cout << (result == &read ? "read_json:" : "through a document:") << '\n';
      for (const std::string& problem : result->problems) std::cout << "  " << problem << '\n';
      if (result->problems.empty()) std::cout << "  " << result->outcome << '\n';
    }
  }

  std::size_t texts_ = 0, taken_ = 0;
  std::map<std::string, std::size_t> codes_;
};

/// Returns the parts of a text between the signs `|`.
std::vector<std::string> listed(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('|', begin), text.size());
    out.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

/// Makes JSON texts of facts, and what is nearly that.
class Texts {
 public:
  explicit Texts(std::uint64_t seed) : random_(seed) {}

  std::string next() {
    std::string text = space() + "{" + space();
    const bool plain = chance(60);
    std::vector<std::size_t> order(std::size(kFacts));
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    if (chance(50)) std::shuffle(order.begin(), order.end(), random_);
    const std::size_t members = below(order.size() + 1);
    for (std::size_t i = 0; i < members; ++i) {
      const Fact& fact = kFacts[plain ? order[i] : below(order.size())];
      text +=
          (i == 0 ? "" : ",") + space() + (plain || chance(80) ? fact.key : one_of(kKeys)) + space() + ":" + space();
      text += (plain || chance(70) ? value(fact) : odd_value()) + space();
      if (!plain && chance(5)) text += one_of(kTails) + space();
    }
    text += "}" + space();
    if (chance(1)) text.insert(text.size() - 1, 65'530 - text.size() + below(12), ' ');  // the quick way ends at 65,536
    for (std::size_t changes = chance(30) ? 1 + below(3) : 0; changes > 0; --changes) change(text);
    return text;
  }

  rfs::Limits limits() {
    rfs::Limits limits;
    if (chance(3)) limits.file_bytes = below(200);
    if (chance(3)) limits.json_depth = below(3);
    if (chance(3)) limits.digits = below(8);
    return limits;
  }

  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  struct Fact {
    std::string key;
    std::vector<std::string> values;
  };

  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_); }
  const std::string& one_of(const std::vector<std::string>& list) { return list[below(list.size())]; }

  std::string space() { return chance(80) ? "" : one_of(chance(97) ? kSpaces : kNoSpaces); }

  std::string digits(std::size_t most) {
    std::string out(1 + below(most), '0');
    for (char& c : out) c = static_cast<char>('0' + below(10));
    return out;
  }

  std::string number() {
    std::string out = chance(20) ? "-" : "";
    out += chance(90) ? digits(chance(90) ? 4 : 400) : chance(50) ? "0" : "";
    if (chance(50)) out += "." + (chance(95) ? digits(chance(90) ? 3 : 40) : "");
    if (chance(10)) out += (chance(50) ? "e" : "E") + std::string(chance(30) ? "-" : chance(50) ? "+" : "") + digits(3);
    return out;
  }

  std::string value(const Fact& fact) { return chance(5) ? "null" : one_of(fact.values); }

  std::string odd_value() {
    switch (below(5)) {
      case 0:
        return number();
      case 1:
        return '"' + number() + (chance(20) ? "%" : chance(10) ? " KWD" : chance(10) ? " months" : "") + '"';
      case 2:
        return value(kFacts[below(std::size(kFacts))]);
      default:
        return one_of(kValues);
    }
  }

  void change(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    switch (below(6)) {
      case 0:
        text.erase(at, 1 + below(3));
        break;
      case 1:
        text.resize(at);
        break;
      case 2:
        text.insert(at, text.substr(below(text.size() + 1), below(20)));
        break;
      case 3:
        text += one_of(kPieces);
        break;
      default:
        text.insert(at, one_of(kPieces));
    }
  }

  inline static const Fact kFacts[] = {
      {"\"flag\"", listed("true|false")},
      {"\"ratio\"", listed(R"(0|-0|1.5|"-9.9999"|"1e1"|-10|10.0000|1E-4|"007"|0.50)")},
      {"\"count\"", listed(R"(0|7|100000|"12"|-5|12.0|1e2|"3.00")")},
      {"\"share\"", listed(R"("15%"|"0%"|"12.5%"|"100%"|"0.10%")")},
      {"\"paid\"", listed(R"("1000.000"|12|0.125|"3 KWD"|"12.50 KWD"|999999.999|100000000000000000e-17)")},
      {"\"since\"", listed(R"("2024-02-29"|"1900-01-01"|"2199-12-31")")},
      {"\"term\"", listed(R"("2 months"|"P1Y2M"|"1 year"|"100 years")")},
      {"\"notice\"", listed(R"("90 days"|"P90D"|"1 day")")},
      {"\"kind\"", listed(R"("small"|"large one"|"x-2.b")")},
      {"\"remark\"", listed(R"(""|"good"|"a \"quoted\" word"|"größer als {alles}: [1,2]"|"\u00e4\n"|"🙂")")},
      {"\"size\"", listed("1.25|123456.654321|999999999|1000000000.000000000|0.000001")}};
  inline static const std::vector<std::string> kKeys =
      listed("\"flg\"|\"\"|\"fl\\u0061g\"|flag|\"flag \"|\"größe\"|\"gr\xc3\xb6\xc3\x9f\"|\"a\tb\"|1");
  inline static const std::vector<std::string> kValues = listed(
      R"({}|[]|[1, 2]|{"flag": true}|nul|True|truefalse|nulll|NaN|Infinity|01|-|+1|1.|.5|1e|1 2|0x10|1_000|12abc|/**/ 1|)"
      R"(1"2"|"1"2|"a""b"|"a":1|"a" : "b"|1:2|"|'a'|"2023-02-29"|"2024-13-01"|"15"|0.15|"USD 3"|"3 USD"|"1,000.00"|)"
      R"("1 month "|"\ud800"|"\u0000"|"\x"|18446744073709551616|999999999999999999|9999999999999999999|)"
      R"(0.123456789012345678|1e400|-0.0|0e0|true|false|null|"true"|"null"|"smal"|"Small"||)"
      "\"\n\"|\"\x01\"|\"\x7f\"|\"\xff\"|\"\xed\xa0\x80\"|\"\xf4\x90\x80\x80\"|\"\xc0\xaf\"");
  inline static const std::vector<std::string> kTails =
      listed(R"(:1|: "small"|:|1| 1|"a"|x|{}|[1]|}|]|,|,,|}}|]}|:{"a":1})");
  inline static const std::vector<std::string> kSpaces = listed(" |\n|\t|\r\n|  \n\t ");
  inline static const std::vector<std::string> kNoSpaces = listed("\f|\v|\xc2\xa0|\xef\xbb\xbf|\x1a|\0"sv);
  inline static const std::vector<std::string> kPieces =
      listed(R"({|}|[|]|,|:|"|\|1|0|-|.|e| |null|true|a|\u00|"flag":true|,"count":1|{"flag":true}|//|)"
             "\xc3|\xbc|\xff|\n|\f|\x1a|\x01|\xef\xbb\xbf|\0"sv);

  std::mt19937_64 random_;
};

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const rfs::Rules made[] = {made_rules(false), made_rules(true)};
  std::vector<rfs::Rules> all(std::begin(made), std::end(made));
  std::vector<std::string> texts;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (ends_with(name, ".rules.json")) {
      if (auto rules = rfs::load(name)) all.push_back(*rules);
      continue;
    }
    std::ifstream in(name, std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  std::size_t failed = 0;
  Comparison files;
  for (const rfs::Rules& rules : all) {
    for (const std::string& text : texts) failed += files.agree(rules, text) ? 0 : 1;
  }
  std::cout << all.size() << " rule files, " << texts.size() << " files of facts\n";

  constexpr std::size_t kMade = 20'000, kMostShown = 10;
  Comparison compared;
  Texts source(2024);
  for (std::size_t i = 0; i < kMade && failed < kMostShown; ++i) {
    const std::string text = source.next();
    const rfs::Limits limits = source.limits();
    if (!compared.agree(made[i % 2], text, limits, source.chance(30))) ++failed;
  }
  const bool enough = failed > 0 || (all.size() > 2 && texts.size() > 1 && compared.enough());
  if (!enough) std::cout << "FAILED: the texts are too much alike\n";
  return failed == 0 && enough ? 0 : 1;
}
