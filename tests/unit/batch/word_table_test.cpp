#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "rfs/impl/batch/target.hpp"

namespace {

using rfs::batch::WordTable;

TEST_CASE("word table: finds every word of a choice, and nothing else") {
  std::mt19937_64 random(20262);
  for (const std::size_t count : {1U, 2U, 5U, 17U, 256U, 3000U}) {
    std::vector<std::string> words;
    while (words.size() < count) {
      // Few letters and long beginnings that are alike, so that words share ends and sizes.
      std::string word(random() % 3 == 0 ? random() % 40 : random() % 10, 'a');
      for (std::size_t i = 0; i < word.size(); ++i) {
        if (random() % 3 == 0) word[i] = "ab\0_"[random() % 4];
      }
      word += std::to_string(random() % (10 * count));
      if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
    }
    const WordTable table(words);
    for (std::size_t i = 0; i < words.size(); ++i) {
      CHECK(table.find(words[i]) == static_cast<std::int64_t>(i));
      const std::string readable = words[i] + "house of";
      CHECK(table.find_readable({readable.data(), words[i].size()}) == static_cast<std::int64_t>(i));
      for (std::string other : {words[i] + "x", words[i].substr(1), words[i].substr(0, words[i].size() - 1),
                                words[i] + std::string(1, '\0'), std::string("z") + words[i].substr(1)}) {
        const auto at = std::find(words.begin(), words.end(), other);
        CHECK(table.find(other) == (at == words.end() ? -1 : at - words.begin()));
      }
      if (words[i].size() > 20) {
        std::string middle = words[i];
        middle[10] = '#';
        CHECK(table.find(middle) == -1);
      }
    }
  }
  const WordTable with_empty({"", "a"});
  CHECK(with_empty.find("") == 0);
  CHECK(with_empty.find("a") == 1);
  CHECK(WordTable({"a"}).find("") == -1);
  CHECK(WordTable({}).find("a") == -1);
}

}  // namespace
