// Checks generated programs against the reference and the laws of language.md section 5; see README.md.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>

#include "properties.hpp"

namespace {

using namespace rfs::differential;
using rfs::reference::Fault;

struct Options {
  std::uint64_t programs = 2000;
  std::uint64_t seed = 1;
  std::uint64_t seeds = 100;  // of applicants, for each file
  Fault fault = Fault::none;
  bool print = false;     // the generated text of one seed
  bool refusals = false;  // why files were refused
  std::vector<std::string> files;
};

std::optional<Fault> fault_of(const std::string& name) {
  if (name == "min_end") return Fault::min_end;
  if (name == "round_end") return Fault::round_end;
  if (name == "month_end") return Fault::month_end;
  if (name == "guard_step") return Fault::guard_step;
  if (name == "kleene_or") return Fault::kleene_or;
  if (name == "marginal") return Fault::marginal;
  if (name == "table_row") return Fault::table_row;
  if (name == "off_file") return Fault::off_file;
  if (name == "possible_sum") return Fault::possible_sum;
  if (name == "distinct_count") return Fault::distinct_count;
  return std::nullopt;
}

std::optional<Options> options_of(int count, char** words) {
  Options out;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const bool more = i + 1 < count;
    if (word == "--programs" && more)
      out.programs = std::strtoull(words[++i], nullptr, 10);
    else if (word == "--seed" && more)
      out.seed = std::strtoull(words[++i], nullptr, 10);
    else if (word == "--seeds" && more)
      out.seeds = std::strtoull(words[++i], nullptr, 10);
    else if (word == "--print")
      out.print = true;
    else if (word == "--refusals")
      out.refusals = true;
    else if (word == "--fault" && more) {
      const auto fault = fault_of(words[++i]);
      if (!fault) return std::nullopt;
      out.fault = *fault;
    } else if (word.rfind("--", 0) != 0)
      out.files.push_back(word);
    else
      return std::nullopt;
  }
  return out;
}

// Feeds files that people wrote all they can be fed: each is given the applicants of many seeds.
int check_files(const std::vector<std::string>& paths, std::uint64_t seed, std::uint64_t seeds) {
  Properties properties(Fault::none);
  int passed = 0, failed = 0;
  for (const std::string& path : paths) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    Finding found;
    for (std::uint64_t i = 0; i < seeds && found.kind == Finding::Kind::accepted; ++i) {
      found = properties.check(text.str(), seed + i);
    }
    const bool good = found.kind == Finding::Kind::accepted;
    ++(good ? passed : failed);
    if (!good) std::cout << path << ": " << found.law << " " << found.detail << "\n";
  }
  std::cout << "seed " << seed << ": " << properties.applicants << " applicants\n"
            << passed << " passed, " << failed << " failed\n";
  return failed == 0 && passed > 0 ? 0 : 1;
}

constexpr unsigned kWorkers = 2;
constexpr std::uint64_t kFullRun = 100'000;
constexpr std::uint64_t kOften = 500;

}  // namespace

int main(int count, char** words) {
  const auto read = options_of(count, words);
  if (!read) {
    std::cerr << "usage: rfs_properties [--programs N] [--seed S] [--fault "
                 "min_end|round_end|month_end|guard_step|kleene_or|marginal|table_row|off_file|"
                 "possible_sum|distinct_count] [--print] [--refusals] [--seeds N RULE FILES]\n";
    return 2;
  }
  const Options options = *read;
  if (!options.files.empty()) return check_files(options.files, options.seed, options.seeds);
  if (options.print) {
    std::cout << generate(options.seed, Lists::with).text();
    return 0;
  }
  std::atomic<std::uint64_t> next{0}, refused{0};
  std::atomic<bool> stop{false};
  std::mutex lock;
  Counts counts;
  std::uint64_t applicants = 0;
  bool failed = false;
  const auto work = [&] {
    Properties properties(options.fault);
    for (std::uint64_t i = next++; i < options.programs && !stop; i = next++) {
      const std::uint64_t seed = options.seed + i;
      const Draft draft = generate(seed, Lists::with);
      const Finding found = properties.check(draft, seed);
      if (found.kind == Finding::Kind::refused) {
        ++refused;
        if (options.refusals) {
          const std::lock_guard held(lock);
          std::cout << seed << ": " << found.detail;
        }
      }
      if (found.kind != Finding::Kind::failed) continue;
      stop = true;
      const std::lock_guard held(lock);
      if (failed) break;
      failed = true;
      if (options.fault != Fault::none) break;
      const Draft small = properties.shrink(draft, seed);
      const Finding again = properties.check(small, seed);
      std::cout << "FAILED for --seed " << seed << " --programs 1\nlaw: " << found.law << "\n" << found.detail << "\n";
      std::cout << "shrunk to:\n" << small.text() << again.law << ": " << again.detail << "\n";
    }
    const std::lock_guard held(lock);
    applicants += properties.applicants;
    for (const auto& [what, often] : properties.counts) counts[what] += often;
  };
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < kWorkers; ++i) workers.emplace_back(work);
  for (std::thread& worker : workers) worker.join();
  if (options.fault != Fault::none) {
    std::cout << (failed ? "the fault was found\n" : "THE FAULT WAS NOT FOUND\n");
    return failed ? 0 : 1;
  }
  if (failed) return 1;
  std::cout << "seed " << options.seed << ": " << options.programs << " programs, " << refused
            << " refused by the checker, " << applicants << " applicants\n";
  bool rare = false;
  for (const auto& [what, often] : counts) {
    const bool few = options.programs >= kFullRun && often < kOften;
    rare = rare || few;
    std::printf("%12llu  %s%s\n", static_cast<unsigned long long>(often), what.c_str(), few ? "  TOO FEW" : "");
  }
  const bool refusals = refused * 10 > options.programs * 4 && options.programs >= 100;
  if (refusals) std::cout << "TOO MANY REFUSED: the generator should make at least 60 % that pass\n";
  return rare || refusals ? 1 : 0;
}
