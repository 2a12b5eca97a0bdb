#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rfs/expr/from_text.hpp"
#include "tree_text.hpp"

using namespace rfs;
using namespace rfs::expr;
using rfs::expr::Kind;  // not rfs::Kind, where both are declared

namespace {

/// Writes random sentences of the grammar that the documentation shows.
class Sentences {
 public:
  explicit Sentences(std::uint32_t seed) : random_(seed) {
    std::string text(grammar());
    // Two rules may share a line; words after a rule, beyond a wide gap, explain it.
    std::size_t begin = 0;
    std::string last;
    while (begin < text.size()) {
      const std::size_t end = text.find('\n', begin);
      std::string line = text.substr(begin, end - begin);
      begin = end + 1;
      std::size_t start = line.find(":=");
      start = start == std::string::npos ? line.find_first_not_of(' ') : start + 2;
      const std::size_t gap = line.find("     ", start);
      std::string more = gap == std::string::npos ? "" : line.substr(gap);
      line.resize(gap == std::string::npos ? line.size() : gap);
      add(line, last);
      if (more.find(":=") != std::string::npos) add(more, last);
    }
  }

  std::string make() {
    tokens_.clear();
    budget_ = 60;
    expand_rule("expr");
    std::string sentence;
    for (const std::string& token : tokens_) sentence += token + " ";
    return sentence;
  }
  [[nodiscard]] const std::map<std::string, std::string>& rules() const { return rules_; }
  [[nodiscard]] bool is_sound() const { return sound_; }

 private:
  void add(const std::string& line, std::string& last) {
    const std::size_t sign = line.find(":=");
    if (sign == std::string::npos) {
      // The second line of an annotation continues nothing.
      rules_[last] += line;
      return;
    }
    const std::size_t name = line.find_first_not_of(' ');
    last = line.substr(name, line.find(' ', name) - name);
    rules_[last] = line.substr(sign + 2);
  }
  std::size_t pick(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

  void expand_rule(const std::string& rule) {
    const std::string& body = rules_[rule];
    std::size_t position = 0;
    alternatives(body, position, true);
  }
  static void skip_blanks(const std::string& body, std::size_t& position) {
    while (position < body.size() && body[position] == ' ') ++position;
  }
  /// Reads alternatives up to `)` or the end; where they are live, writes one of them.
  void alternatives(const std::string& body, std::size_t& position, bool live) {
    // Count first, so that one is chosen evenly; past the budget the last, which is the shortest way down.
    std::size_t count = 1;
    int depth = 0;
    for (std::size_t i = position; i < body.size() && depth >= 0; ++i) {
      if (body[i] == '\'')
        i = body.find('\'', i + 1);
      else if (body[i] == '(')
        ++depth;
      else if (body[i] == ')')
        --depth;
      else if (body[i] == '|' && depth == 0)
        ++count;
    }
    const std::size_t chosen = budget_ > 0 ? pick(count) : plain_choice(body, count);
    for (std::size_t i = 0;; ++i) {
      sequence(body, position, live && i == chosen);
      if (position >= body.size() || body[position] != '|') return;
      ++position;
    }
  }
  /// Of primary the first (a number), else the last.
  static std::size_t plain_choice(const std::string& body, std::size_t count) {
    return body.find("number") != std::string::npos ? 0 : count - 1;
  }
  void sequence(const std::string& body, std::size_t& position, bool live) {
    for (;;) {
      skip_blanks(body, position);
      if (position >= body.size() || body[position] == '|' || body[position] == ')') return;
      const std::size_t start = position;
      item(body, position, false);
      const char repeat = position < body.size() ? body[position] : ' ';
      const std::size_t after = position + (repeat == '?' || repeat == '*' ? 1 : 0);
      std::size_t times = 1;
      if (repeat == '?') times = budget_ > 0 ? pick(2) : 0;
      if (repeat == '*') times = budget_ > 0 && pick(2) == 0 ? 1 + pick(2) : 0;
      for (std::size_t i = 0; live && i < times; ++i) {
        position = start;
        item(body, position, true);
      }
      position = after;
    }
  }
  void item(const std::string& body, std::size_t& position, bool live) {
    if (body[position] == '(') {
      ++position;
      alternatives(body, position, live);
      ++position;
      return;
    }
    if (body[position] == '\'') {
      const std::size_t end = body.find('\'', position + 1);
      if (live) tokens_.push_back(body.substr(position + 1, end - position - 1));
      position = end + 1;
      return;
    }
    const std::size_t end = body.find_first_of(" )?*|", position);
    const std::string word = body.substr(position, end - position);
    position = end == std::string::npos ? body.size() : end;
    if (word == "ISO") {
      position += std::string(" 4217 code").size();
      if (live) tokens_.emplace_back("USD");
    } else if (live) {
      --budget_;
      if (word == "name")
        tokens_.emplace_back(pick(2) == 0 ? "a" : "raised");
      else if (word == "number")
        tokens_.emplace_back(pick(2) == 0 ? "12" : "0.5");
      else if (word == "string")
        tokens_.emplace_back(!tokens_.empty() && tokens_.back() == "@" ? "'2017-04-24'" : "'x'");
      else if (rules_.count(word) != 0)
        expand_rule(word);
      else
        sound_ = false;
    }
  }

  std::map<std::string, std::string> rules_;
  std::mt19937 random_;
  std::vector<std::string> tokens_;
  int budget_ = 0;
  bool sound_ = true;
};

}  // namespace

TEST_CASE("the parser takes every sentence of the grammar") {
  const std::uint32_t seed = 4217;
  MESSAGE("seed ", seed);
  Sentences sentences(seed);
  CHECK(sentences.rules().size() == 15);
  std::size_t refused = 0;
  std::map<Kind, std::size_t> kinds;
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = sentences.make();
    CAPTURE(text);
    const Parsed parsed = from_text(text, Limits{});
    if (parsed.error && parsed.error->code == Code::on_needs_parentheses) {
      ++refused;
      continue;
    }
    REQUIRE_MESSAGE(!parsed.error, (parsed.error ? parsed.error->message : ""));
    REQUIRE(expr_test::broken_form(parsed.tree, text.size()) == "");
    for (const Node& n : parsed.tree.nodes) ++kinds[n.kind];
  }
  CHECK(sentences.is_sound());
  CHECK(refused < 1'000);
  for (auto kind = static_cast<int>(Kind::number); kind <= static_cast<int>(Kind::loop); ++kind) {
    CAPTURE(kind);
    CHECK(kinds[static_cast<Kind>(kind)] >= 500);
  }
}
