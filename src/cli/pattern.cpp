#include "pattern.hpp"

#include <regex.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace rfs_cli {

namespace {

constexpr std::size_t kMostBytes = 200;
constexpr std::size_t kMostRepeats = 1000;

/// Says what is refused before it is compiled: the C library would take it and its time with it.
std::string refused(std::string_view text) {
  if (text.size() > kMostBytes) return "expected at most " + std::to_string(kMostBytes) + " bytes";
  if (text.find('\0') != std::string_view::npos) return "expected a pattern without zero bytes";
  std::size_t repeats = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      if (text[i] >= '1' && text[i] <= '9') return "references to groups are not supported";
    } else if (text[i] == '{') {
      std::size_t most = 1;
      for (++i; i < text.size() && text[i] != '}'; ++i) {
        std::size_t number = 0;
        for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i)
          number = std::min<std::size_t>(number * 10 + static_cast<std::size_t>(text[i] - '0'), kMostRepeats + 1);
        most = std::max(most, number);
        if (i < text.size() && text[i] == '}') break;
      }
      repeats *= most;
      if (repeats > kMostRepeats) return "repetitions multiply beyond " + std::to_string(kMostRepeats);
    }
  }
  return {};
}

}  // namespace

struct Pattern::Compiled {
  Compiled() = default;
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;
  ~Compiled() {
    if (is_good) regfree(&regex);
  }

  regex_t regex{};
  bool is_good = false;
};

std::optional<Pattern> Pattern::parse(const std::string& text, std::string& problem) {
  problem = refused(text);
  if (!problem.empty()) return std::nullopt;
  auto compiled = std::make_shared<Compiled>();
  const int code = regcomp(&compiled->regex, text.c_str(), REG_EXTENDED | REG_NOSUB);
  compiled->is_good = code == 0;
  if (code == 0) return Pattern(std::move(compiled));
  char words[128];
  regerror(code, &compiled->regex, words, sizeof words);
  problem = words;
  if (!problem.empty() && problem.front() >= 'A' && problem.front() <= 'Z') {
    problem.front() = static_cast<char>(problem.front() - 'A' + 'a');
  }
  return std::nullopt;
}

bool Pattern::found_in(const std::string& text) const {
  return regexec(&compiled_->regex, text.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace rfs_cli
