// Rule files and facts come from strangers: whatever they hold, reading them ends soon, in a diagnostic or in rules. A
// quadratic step over inputs of this size takes minutes: the limit of the test `hostile` ends it.
#include <doctest/doctest.h>

#include <cstdint>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/evaluate/rules.hpp"

namespace {

using namespace rfs;

std::string funding() {
  std::string folder = __FILE__;
  folder.resize(folder.find("tests/unit"));
  std::ifstream in(folder + "rules/run-for-something/funding.rules.json", std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

std::string file(const std::string& body) {
  return "{\"rfs\":1,\"rules\":\"hostile\",\"currency\":\"USD\"," + body + "}";
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

/// Evaluates with nothing known and with one fact known, and asks for every reason.
void decide_all(const Rules& rules) {
  for (const bool with_fact : {false, true}) {
    Facts facts(rules);
    if (with_fact && !rules.file().facts.empty()) facts.set(rules.file().facts[0].name.text, "1");
    Outcome outcome(rules);
    rules.evaluate(facts, *Date::of(2020, 6, 15), outcome);
    outcome.read_texts();
    for (std::size_t i = 0; i < rules.file().decisions.size(); ++i) reasons(outcome, DecisionId(i));
    if (!outcome.refused()) figures_read(outcome);
  }
}

bool reports(const Diagnostics& findings, Code code) {
  for (const Diagnostic& finding : findings.all()) {
    if (finding.code == code) return true;
  }
  return false;
}

/// Reads a file, evaluates what is accepted, renders what is refused.
Diagnostics read(const std::string& text, const Limits& limits = {}) {
  const auto rules = parse(text, "hostile.rules.json", limits);
  const Diagnostics findings = rules ? rules->findings() : rules.error();
  if (rules)
    decide_all(*rules);
  else
    REQUIRE(findings.has_errors());
  CHECK(findings.empty() == findings.render().empty());
  return findings;
}

void accepts(const std::string& text, const Limits& limits = {}) {
  const Diagnostics findings = read(text, limits);
  INFO(findings.render().substr(0, 2000));
  CHECK_FALSE(findings.has_errors());
}

void refuses(const std::string& text, Code code, const Limits& limits = {}) {
  const Diagnostics findings = read(text, limits);
  INFO(findings.render().substr(0, 2000));
  CHECK(reports(findings, code));
  CHECK(findings.has_errors());
}

std::string definitions(const std::vector<std::string>& values) {
  std::string out = "\"definitions\":{";
  for (std::size_t i = 0; i < values.size(); ++i) {
    out += (i == 0 ? "\"d" : ",\"d") + std::to_string(i) + "\":\"" + values[i] + "\"";
  }
  return out + "}";
}

const char* const kFacts =
    R"("facts":{"n":{"type":"number"},"b":{"type":"bool"},"m":{"type":"money"},)"
    R"("w":{"type":"choice","of":["a","b"]},"d":{"type":"date"},"i":{"type":"integer","min":-5,"max":5}},)";

std::string with(const std::string& expression) {
  return file(std::string(kFacts) + "\"decisions\":{\"g\":{\"eligible\":\"" + expression + "\"}}");
}

}  // namespace

TEST_SUITE("hostile") {
  TEST_CASE("limits: each is passed by one and said by its code") {
    const std::string shortest = file("\"decisions\":{}");
    Limits limits;
    limits.file_bytes = shortest.size();
    accepts(shortest, limits);
    limits.file_bytes = shortest.size() - 1;
    refuses(shortest, Code::file_too_large, limits);
    refuses(std::string((std::size_t{16} << 20) + 1, ' '), Code::file_too_large);

    accepts(file("\"x-a\":" + repeated("[", 63) + repeated("]", 63)));
    refuses(file("\"x-a\":" + repeated("[", 64) + repeated("]", 64)), Code::json_too_deep);

    accepts(with(repeated("(", 120) + "b" + repeated(")", 120)));
    refuses(with(repeated("(", 129) + "b" + repeated(")", 129)), Code::expression_too_deep);

    accepts(with("b" + std::string((std::size_t{1} << 20) - 1, ' ')));
    refuses(with("b" + std::string(std::size_t{1} << 20, ' ')), Code::expression_too_long);

    accepts(with("b" + repeated(" or b", 40'000)));
    refuses(with("b" + repeated(" or b", 100'001)), Code::too_many_nodes);

    accepts(with("n < 1" + std::string(999, '0')));
    refuses(with("n < 1" + std::string(1'000, '0')), Code::number_too_long);
    refuses(file("\"x-a\":1" + std::string(1'000, '0')), Code::number_too_long);
  }

  TEST_CASE("nodes: the limit holds for the file, not for each expression") {
    std::vector<std::string> values(20, "b" + repeated(" or b", 9'000));
    refuses(file(std::string(kFacts) + definitions(values)), Code::too_many_nodes);
  }

  TEST_CASE("bytes: every prefix of a rule file") {
    const std::string text = funding();
    REQUIRE(text.size() > 1'000);
    for (std::size_t size = 0; size + 1 < text.size(); ++size) {
      const auto rules = parse(text.substr(0, size), "prefix");
      const bool whole = rules || size >= text.find_last_of('}');
      REQUIRE_MESSAGE((whole || rules.error().has_errors()), size);
      if (!rules && size % 16 == 0) REQUIRE_FALSE(rules.error().render().empty());
    }
  }

  TEST_CASE("bytes: single ones changed, deleted and inserted") {
    const std::string text = funding();
    std::mt19937_64 random(20'170'424);
    static constexpr std::string_view kBytes =
        "\"\\{}[]:,0'.-+*/()<>= \n\t\x00\x7f\x80\xc3\xff"
        "aeotfn@%$1";
    std::size_t accepted = 0;
    for (int i = 0; i < 3'000; ++i) {
      std::string changed = text;
      for (int edits = 1 + static_cast<int>(random() % 3); edits > 0; --edits) {
        const std::size_t at = random() % changed.size();
        const char byte = kBytes[random() % kBytes.size()];
        switch (random() % 3) {
          case 0:
            changed[at] = byte;
            break;
          case 1:
            changed.erase(at, 1 + random() % 4);
            break;
          default:
            changed.insert(at, 1, byte);
        }
      }
      const auto rules = parse(changed, "changed");
      if (rules) {
        ++accepted;
        decide_all(*rules);
      } else {
        REQUIRE(rules.error().has_errors());
        REQUIRE_FALSE(rules.error().render().empty());
      }
    }
    CHECK(accepted > 100);
    CHECK(accepted < 2'900);
  }

  TEST_CASE("currency: amounts of an unknown one are rounded to no end") {
    refuses("{\"rfs\":1,\"rules\":\"hostile\",\"currency\":\"UaD\",\"facts\":{\"x\":{\"type\":\"money\"}}," +
                definitions({"round_up(x)"}) + "}",
            Code::invalid_currency);
  }

  TEST_CASE("bytes: no encoding but UTF-8, and zero bytes") {
    refuses(file("\"title\":\"\xff\""), Code::not_utf8);
    refuses(file("\"title\":\"\xc3\x28\""), Code::not_utf8);
    refuses(file("\"title\":\"\xed\xa0\x80\""), Code::not_utf8);
    refuses(std::string("\xfe\xff\0{\0}", 6), Code::not_utf8);
    refuses(file("\"title\":\"a\"") + std::string(1, '\0'), Code::json_syntax);
    refuses(file(std::string("\"title\":\"a\0b\"", 13)), Code::json_bad_string);
    refuses(file("\"title\":\"\\ud800\""), Code::json_bad_string);
    refuses("\xef\xbb\xbf" + file("\"title\":\"a\""), Code::byte_order_mark);
    refuses("", Code::json_truncated);
    refuses("null", Code::wrong_shape);
    refuses("[]", Code::wrong_shape);
  }

  TEST_CASE("names: every quoted word of a rule file misspelt is said, by few findings") {
    const std::string text = funding();
    const std::size_t tests = text.find("\"tests\"");
    constexpr std::size_t kMostFor = 4;  // a wrong `effective` leaves four parameters without a value
    std::size_t words = 0, many = 0;
    for (std::size_t begin = text.find('"'); begin < tests; begin = text.find('"', begin)) {
      const std::size_t end = text.find('"', begin + 1);
      if (end - begin > 3 && end - begin < 40) {
        std::string changed = text;
        std::swap(changed[begin + 1], changed[begin + 2]);
        const auto rules = parse(changed, "misspelt");
        ++words;
        if (!rules && rules.error().count(Severity::error) > kMostFor) {
          ++many;
          MESSAGE(changed.substr(begin, end - begin + 1) << "\n" << rules.error().render());
        }
      }
      begin = end + 1;
    }
    CHECK(words > 150);
    CHECK(many == 0);
  }

  TEST_CASE("numbers: huge, tiny, and where bare numbers stand") {
    refuses(file("\"x-a\":1e999"), Code::json_number_range);
    refuses(file("\"facts\":{\"n\":{\"type\":\"number\",\"places\":99999999999999999999}}"), Code::invalid_range);
    refuses(file("\"facts\":{\"n\":{\"type\":\"number\",\"min\":\"1e30\",\"max\":\"-1e30\"}}"), Code::invalid_range);
    refuses(with("n < 1e31"), Code::malformed_number);
    accepts(with("n < 1e30"));
    refuses(with("d + 99999999999999999999 months > d"), Code::month_end_missing);
    refuses(with("d + 99999999999999999999 days > d"), Code::date_range);
    refuses(with("round_down(n, 99999999999) > 1"), Code::constant_needed);
    refuses(with("date(99999999999999999999, 1, 1) > d"), Code::date_range);
    refuses(with("at_least(99999999999999999999, [b]) and round_up(n, to: 0) > 1"), Code::step_not_positive);
    refuses(with("n / 0 > 1"), Code::divisor_zero);
    refuses(with("modulo(n, n) > 1"), Code::divisor_zero);
    refuses(with("n * " + std::string(999, '9') + " > 1"), Code::digits_limit);
  }

  TEST_CASE("numbers: squares sixty deep are refused by their digits") {
    std::vector<std::string> values{"n + 1"};
    for (int i = 1; i < 60; ++i) values.push_back("d" + std::to_string(i - 1) + " * d" + std::to_string(i - 1));
    refuses(file("\"facts\":{\"n\":{\"type\":\"number\"}}," + definitions(values)), Code::digits_limit);
    values[0] = "n / 7";
    refuses(file("\"facts\":{\"n\":{\"type\":\"number\"}}," + definitions(values)), Code::digits_limit);
    values[0] = "3";
    refuses(file(definitions(values)), Code::digits_limit);
  }

  TEST_CASE("texts: doubled sixty times, and as large as the limit allows") {
    for (const char* first : {"t", "'ab'"}) {
      std::string definitions = "\"d0\":\"" + std::string(first) + " + t\"";
      for (int i = 1; i <= 60; ++i) {
        const std::string before = "d" + std::to_string(i - 1);
        definitions += ",\"d" + std::to_string(i) + "\":\"" + before + " + " + before + "\"";
      }
      const auto rules =
          parse(file("\"facts\":{\"t\":{\"type\":\"text\"}},\"definitions\":{" + definitions + "}"), "hostile");
      REQUIRE_FALSE(rules);
      CHECK(reports(rules.error(), Code::texts_limit));
    }
    // A part that differs in its last letter only, looked for in a text of one letter.
    std::string definitions = "\"d0\":\"t + t\"";
    for (int i = 1; i <= 11; ++i) {
      const std::string before = "d" + std::to_string(i - 1);
      definitions += ",\"d" + std::to_string(i) + "\":\"" + before + " + " + before + "\"";
    }
    const auto rules = parse(file("\"facts\":{\"t\":{\"type\":\"text\"}},\"definitions\":{" + definitions +
                                  "},\"decisions\":{\"g\":{\"eligible\":\"contains(d11, d10 + 'b')\"}}"),
                             "hostile");
    REQUIRE(rules);
    Facts facts(*rules);
    facts.set("t", repeated("a", 4096));
    Outcome outcome(*rules);
    rules->evaluate(facts, *Date::of(2020, 6, 15), outcome);
    CHECK(outcome.status(DecisionId(0)) == Status::ineligible);
  }

  TEST_CASE("conditions: parts shared sixty deep are walked once") {
    for (const char* word : {" or ", " and "}) {
      std::vector<std::string> values{"b"};
      for (int i = 1; i < 60; ++i) {
        values.push_back("d" + std::to_string(i - 1) + word + "d" + std::to_string(i - 1));
      }
      accepts(file("\"facts\":{\"b\":{\"type\":\"bool\"}}," + definitions(values) +
                   ",\"decisions\":{\"g\":{\"eligible\":\"d59 and not(d59)\"}}"));
    }
    std::vector<std::string> branches{"b"};
    for (int i = 1; i < 60; ++i) {
      const std::string before = "d" + std::to_string(i - 1);
      branches.push_back("if " + before + " then not(" + before + ") else at_least(1, [" + before + ", b])");
    }
    accepts(file("\"facts\":{\"b\":{\"type\":\"bool\"}}," + definitions(branches) +
                 ",\"decisions\":{\"g\":{\"eligible\":\"d59\"}}"));
  }

  TEST_CASE("definitions: long chains and cycles") {
    std::vector<std::string> chain{"n"};
    for (int i = 1; i < 10'000; ++i) chain.push_back("d" + std::to_string(i - 1) + " + 1");
    accepts(file("\"facts\":{\"n\":{\"type\":\"number\"}}," + definitions(chain)));

    std::vector<std::string> backwards;
    for (int i = 0; i < 10'000; ++i) backwards.push_back("d" + std::to_string(i + 1) + " and b");
    backwards.push_back("b");
    accepts(file("\"facts\":{\"b\":{\"type\":\"bool\"}}," + definitions(backwards) +
                 ",\"decisions\":{\"g\":{\"eligible\":\"d0\"}}"));

    refuses(file(definitions({"d1", "d0"})), Code::cyclic_definition);
    refuses(file(definitions({"d0"})), Code::cyclic_definition);
    std::vector<std::string> circle;
    for (int i = 0; i < 10'000; ++i) circle.push_back("d" + std::to_string((i + 1) % 10'000));
    refuses(file(definitions(circle)), Code::cyclic_definition);
    refuses(
        file("\"facts\":{\"a\":{\"type\":\"number\",\"default\":\"c\"},\"c\":{\"type\":\"number\",\"default\":\"a\"}}"),
        Code::cyclic_definition);
  }

  TEST_CASE("on: long chains on dates, dates in dates, and what doubles with each") {
    const std::string day = "\"facts\":{\"d\":{\"type\":\"date\"}},\"month_end\":\"clamp\",";
    std::vector<std::string> chain{"as_of.year"};
    for (int i = 1; i < 90'000; ++i) chain.push_back("d" + std::to_string(i - 1));
    std::vector<std::string> on_dates = chain;
    for (const char* date : {"d", "@'2020-02-29'", "(as_of + 1 day)", "as_of"})
      on_dates.push_back("d89999 on " + std::string(date));
    accepts(file(day + definitions(on_dates)));

    const auto nested = [&](int count, const std::string& more) {
      std::vector<std::string> out{"as_of.year"};
      for (int i = 1; i <= count; ++i) {
        const std::string before = "d" + std::to_string(i - 1);
        out.push_back(before + " on (as_of - 1 day)" + (more.empty() ? "" : " + " + before + " on " + more));
      }
      return file(day + definitions(out));
    };
    accepts(nested(32, ""));
    refuses(nested(33, ""), Code::too_many_nodes);
    refuses(nested(30, "(as_of - 2 months)"), Code::too_many_nodes);

    // A guard over each, as deep as expressions may be, and dates in dates under them.
    std::vector<std::string> guarded{"as_of.year"};
    for (int i = 1; i < 30; ++i) {
      std::string inner = "d" + std::to_string(i - 1) + " on (as_of - 1 day)";
      for (int k = 0; k < 4; ++k) inner = "(if " + inner + " >= 1 then 5 else 2)";
      guarded.push_back(inner);
    }
    read(file(day + definitions(guarded)));

    refuses(file(day + definitions({"d1 on d", "d0 + 1"})), Code::cyclic_definition);
    refuses(file(day + definitions({"d0 on d"})), Code::cyclic_definition);
  }

  TEST_CASE("decisions: a chain in which each reads the one before") {
    std::string body =
        "\"facts\":{\"b\":{\"type\":\"bool\"}},\"decisions\":{\"g0\":{\"eligible\":\"b\",\"amount\":\"1\"}";
    for (int i = 1; i < 3'000; ++i) {
      const std::string before = "g" + std::to_string(i - 1);
      body += ",\"g" + std::to_string(i) + "\":{\"eligible\":\"" + before + ".eligible\",\"amount\":\"" + before +
              ".amount + 1\"}";
    }
    accepts(file(body + "}"));
  }

  TEST_CASE("expressions: wide ones") {
    accepts(with("n" + repeated(" + n", 49'000) + " > 0"));
    accepts(with("0" + repeated(" + 0.000001", 49'000) + " > n"));
    accepts(with("min(n" + repeated(", n + 1", 30'000) + ") > 0"));
    accepts(with("at_least(9, [b" + repeated(", n > 1", 20'000) + "])"));
    std::string in = "n in (0";
    for (int i = 1; i < 30'000; ++i) in += "," + std::to_string(i);
    accepts(with(in + ")"));
  }

  TEST_CASE("guards: chains of twenty thousand") {
    std::string guards = "n != 0";
    for (int i = 1; i < 20'000; ++i) guards += " and n != " + std::to_string(i);
    accepts(with(guards + " and 1 / n > 0"));

    std::string growing = "n > 0";
    for (int i = 1; i < 20'000; ++i) growing += " and n > " + std::to_string(i);
    accepts(with(growing + " and 1 / n > 0"));

    std::string dividing = "n > 0";
    for (int i = 1; i < 10'000; ++i) dividing += " and " + std::to_string(i) + " / n > 1";
    accepts(with(dividing));

    std::string nested = "b";
    for (int i = 1; i < 60; ++i) nested = "(n > " + std::to_string(i) + " and (n < 500 or " + nested + "))";
    accepts(with(nested));

    std::string branches = "n";
    for (int i = 1; i < 60; ++i) branches = "(if n > " + std::to_string(i) + " then n + 1 else " + branches + ")";
    accepts(with(branches + " > 3"));
  }

  TEST_CASE("guards: as many excluded words as options") {
    std::string of, guards, rows;
    for (int i = 0; i < 3'000; ++i) {
      const std::string word = "w" + std::to_string(i);
      of += (i == 0 ? "\"" : ",\"") + word + "\"";
      rows += (i == 0 ? "\"" : ",\"") + word + "\":\"1.00\"";
      if (i < 2'900) guards += "c != '" + word + "' and ";
    }
    accepts(file("\"facts\":{\"c\":{\"type\":\"choice\",\"of\":[" + of +
                 "]}},\"parameters\":{\"p\":{\"type\":\"money\",\"by\":[\"c\"]," +
                 "\"values\":[{\"from\":\"1900-01-01\",\"value\":{" + rows +
                 "}}]}},\"decisions\":{\"g\":{\"eligible\":\"" + guards + "p[c] > 0 USD\"}}"));
  }

  TEST_CASE("parameters: many rows, many periods, many keys") {
    std::string of, rows, values;
    for (int i = 0; i < 300; ++i) {
      of += (i == 0 ? "\"w" : ",\"w") + std::to_string(i) + "\"";
    }
    for (int i = 0; i < 300; ++i) {
      rows += (i == 0 ? "\"w" : ",\"w") + std::to_string(i) + "\":{";
      for (int j = 0; j < 60; ++j) rows += (j == 0 ? "\"" : ",\"") + std::to_string(j) + "\":\"1\"";
      rows += ",\"*\":\"2\"}";
    }
    accepts(file("\"facts\":{\"c\":{\"type\":\"choice\",\"of\":[" + of +
                 "]},\"i\":{\"type\":\"integer\"}},\"parameters\":{\"p\":{\"type\":" +
                 "\"number\",\"by\":[\"c\",\"i\"],\"values\":[{\"from\":\"1900-01-01\",\"value\":{" + rows + "}}]}}," +
                 definitions({"p[c, i]", "p['w1', i] + p[c, 3]"})));
    for (int i = 0; i < 20'000; ++i) {
      values += (i == 0 ? "{\"from\":\"" : ",{\"from\":\"") + Date{static_cast<std::int32_t>(-25'567 + i)}.text() +
                "\",\"value\":\"" + std::to_string(i) + "\"}";
    }
    accepts(file("\"parameters\":{\"p\":{\"type\":\"number\",\"values\":[" + values + "]}}," +
                 definitions({"p * 2", "p + 1"})));
  }

  TEST_CASE("findings: as many mistakes as fit are not as many pages") {
    std::string facts, uses, words;
    for (int i = 0; i < 100'000; ++i)
      facts += (i == 0 ? "\"f" : ",\"f") + std::to_string(i) + "\":{\"type\":\"nunber\"}";
    refuses(file("\"facts\":{" + facts + "}"), Code::unknown_type);
    for (int i = 0; i < 30'000; ++i) uses += (i == 0 ? "x" : " or x") + std::to_string(i);
    refuses(with(uses), Code::unknown_name);
    for (int i = 0; i < 30'000; ++i) words += (i == 0 ? "w = 'x" : " or w = 'x") + std::to_string(i) + "'";
    refuses(with(words), Code::unknown_word);
    std::string keys;
    for (int i = 0; i < 200'000; ++i) keys += ",\"k" + std::to_string(i) + "\":0";
    refuses(file("\"title\":\"a\"" + keys), Code::unknown_key);
    refuses(file("\"x-a\":{\"a\":1" + repeated(",\"a\":1", 200'000) + "}"), Code::duplicate_key);
    std::string names;
    for (int i = 0; i < 20'000; ++i) names += (i == 0 ? "\"f" : ",\"f") + std::to_string(i) + "\":{\"type\":\"bool\"}";
    std::string far = "b";
    for (int i = 0; i < 20'000; ++i) far += " or g" + std::to_string(i);
    refuses(file("\"facts\":{" + names + "},\"decisions\":{\"g\":{\"eligible\":\"" + far + "\"}}"), Code::unknown_name);
  }

  TEST_CASE("facts: as hostile as rule files") {
    const auto rules = parse(funding(), "funding");
    REQUIRE(rules);
    std::string unknown = "{\"x\":1", deep = "{\"raised\":" + repeated("[", 1'000'000), many;
    for (int i = 0; i < 200'000; ++i) unknown += ",\"x" + std::to_string(i) + "\":1";
    const std::string inputs[] = {unknown + "}",
                                  deep,
                                  "{\"raised\":1" + std::string(2'000, '0') + "}",
                                  "{\"raised\":\"1" + std::string(2'000'000, '0') + "\"}",
                                  "{\"raised\":\"1e999999999\"}",
                                  "{\"raised\":1e300}",
                                  "{\"raised\":-0}",
                                  "{\"on_ballot_since\":\"99999-01-01\"}",
                                  "{\"office\":\"" + std::string(1'000'000, 'a') + "\"}",
                                  "{\"office\":{\"office\":\"pta\"}}",
                                  "{\"\":null}",
                                  "\xff",
                                  ""};
    for (const std::string& input : inputs) {
      Facts facts(*rules);
      facts.read_json(input);
      Outcome outcome(*rules);
      rules->evaluate(facts, *Date::of(2020, 6, 15), outcome);
      CHECK(outcome.refused() != outcome.problems().render().empty());
      INFO(input.substr(0, 60));
      CHECK((outcome.refused() || input == "{\"raised\":-0}"));
    }
  }

  TEST_CASE("lists: a million items, known and not, and loops in loops") {
    const auto gifts = [](const std::string& most, const std::vector<std::string>& values) {
      return file("\"facts\":{\"l\":{\"type\":\"list\",\"max_items\":" + most +
                  ",\"fields\":{\"donor\":\"text\",\"amount\":{\"type\":\"money\",\"max\":\"9.00\"}}}}," +
                  definitions(values));
    };
    const std::string grouped = "sum(for g in group(l, by: donor, total: sum(amount)) return min(g.total, 5 USD))";
    Limits limits;
    limits.file_bytes = std::size_t{64} << 20;
    const auto rules = parse(gifts("1000000", {"count(l)", "sum(l.amount)", grouped}), "gifts");
    REQUIRE(rules);
    const auto decided = [&](const std::string& item, std::size_t items) {
      Facts facts(*rules);
      facts.read_json("{\"l\":[" + item + repeated("," + item, items - 1) + "]}", "facts", limits);
      Outcome outcome(*rules);
      rules->evaluate(facts, *Date::of(2020, 6, 15), outcome);
      return outcome;
    };
    const auto bounds = [&](const Outcome& outcome, std::uint32_t definition) {
      return outcome.reading(DefinitionId(definition)).interval;
    };
    const Outcome known = decided(R"({"donor":"a","amount":"0.01"})", 1'000'000);
    INFO(known.problems().render().substr(0, 400));
    REQUIRE_FALSE(known.refused());
    CHECK(bounds(known, 0) == value::Interval{1'000'000, 1'000'000});
    CHECK(bounds(known, 1) == value::Interval{10'000, 10'000});
    CHECK(bounds(known, 2) == value::Interval{5, 5});
    const Outcome open = decided(R"({"donor":null,"amount":"0.01"})", 1'000'000);
    REQUIRE_FALSE(open.refused());
    CHECK(bounds(open, 1) == value::Interval{10'000, 10'000});
    CHECK(bounds(open, 2).least <= Exact(5));
    CHECK(bounds(open, 2).most >= Exact(10'000));
    CHECK(decided("{}", 1'000'001).problems().all()[0].code == Code::fact_range);
    CHECK(decided(R"({"donor":[[{}]],"amount":{}})", 1'000).refused());
    CHECK(decided("0", 100'000).refused());
    // Each item goes over all items: refused where that may take too many steps.
    const std::string square = "sum(for a in l return count(l[amount > a.amount]))";
    refuses(gifts("1000000", {square}), Code::steps_limit);
    accepts(gifts("1000", {square}));
  }

  TEST_CASE("facts: every day and every number at the border") {
    const auto rules = parse(funding(), "funding");
    REQUIRE(rules);
    for (const std::int32_t day : {std::int32_t{-2'147'483'647}, std::int32_t{2'147'483'647}, std::int32_t{0},
                                   kFirstDate.days, kLastDate.days}) {
      Facts facts(*rules);
      facts.set("on_ballot_since", "2199-12-31");
      facts.set("raised", "999999999.99");
      Outcome outcome(*rules);
      rules->evaluate(facts, Date{day}, outcome);
      CHECK(outcome.refused());
      CHECK_FALSE(outcome.problems().render().empty());
    }
  }
}
