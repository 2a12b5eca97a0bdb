// One decision of the funding rule: rfs beside the function that a programmer would write by hand for it. Both take
// applicants from one shuffled array and give status, amount and the set of unmet conditions, which are consumed.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "rfs/json/from_source.hpp"
#include "rfs/rfs.hpp"

namespace {

struct Applicant {
  int office = 0;
  std::int32_t on_ballot_since = 0;
  std::int64_t raised = 0, requested = 0;  // cents
  int plan = 0;                            // none, draft, thorough
};

constexpr std::array<const char*, 5> kOffices = {"pta", "school_board", "city_council", "state_house", "state_senate"};
constexpr std::array<const char*, 3> kPlans = {"none", "draft", "thorough"};
constexpr std::array<std::int64_t, 5> kCost = {20'000, 100'000, 1'000'000, 5'000'000, 15'000'000};  // cents

std::vector<Applicant> applicants() {
  std::mt19937 random(2017);
  std::vector<Applicant> out(4096);
  for (Applicant& a : out) {
    a.office = static_cast<int>(random() % 5);
    a.on_ballot_since = rfs::Date::of(2017, 1, 1)->days + static_cast<std::int32_t>(random() % 200);
    a.raised =
        static_cast<std::int64_t>(random() % static_cast<unsigned>(kCost[static_cast<std::size_t>(a.office)] / 3));
    a.requested = static_cast<std::int64_t>(random() % 5'000'000);
    a.plan = static_cast<int>(random() % 3);
  }
  std::shuffle(out.begin(), out.end(), random);
  return out;
}

struct Decided {
  bool eligible;
  std::int64_t amount;
  std::uint64_t unmet;
};

// As written by hand: exact, in cents and days, with the calendar's arithmetic done once for the day.
Decided by_hand(const Applicant& a, std::int32_t latest_start) {
  const std::int64_t cost = kCost[static_cast<std::size_t>(a.office)];
  const bool waited = a.on_ballot_since <= latest_start;
  const bool raised_enough = a.raised * 100 >= 15 * cost;
  const bool thorough = a.plan == 2;
  const bool eligible = waited && (raised_enough || thorough);
  const std::int64_t most = 15 * cost / 100;
  std::uint64_t unmet = 0;
  if (!eligible) {
    unmet = static_cast<std::uint64_t>(!waited);
    if (!raised_enough && !thorough) unmet |= 6;
  }
  return {eligible, eligible ? std::min(a.requested, most) : 0, unmet};
}

const rfs::Rules& rules() {
  static const rfs::Rules loaded = rfs::load(RFS_RULES "/run-for-something/funding.rules.json").value();
  return loaded;
}

std::vector<rfs::Facts> prepared() {
  const rfs::Rules& r = rules();
  const auto office = r.fact<rfs::Word>("office").value(), plan = r.fact<rfs::Word>("plan").value();
  const auto since = r.fact<rfs::Date>("on_ballot_since").value();
  const auto raised = r.fact<rfs::Money>("raised").value(), requested = r.fact<rfs::Money>("requested").value();
  std::vector<rfs::Facts> out;
  for (const Applicant& a : applicants()) {
    rfs::Facts facts(r);
    facts.set(office, r.word(office, kOffices[static_cast<std::size_t>(a.office)]).value());
    facts.set(plan, r.word(plan, kPlans[static_cast<std::size_t>(a.plan)]).value());
    facts.set(since, rfs::Date{a.on_ballot_since});
    facts.set(raised, rfs::Money::units(a.raised));
    facts.set(requested, rfs::Money::units(a.requested));
    out.push_back(std::move(facts));
  }
  return out;
}

const rfs::Date kDay = *rfs::Date::of(2017, 6, 24);
const std::int32_t kLatestStart = rfs::Date::of(2017, 4, 24)->days;

void decide_by_hand(benchmark::State& state) {
  const auto all = applicants();
  std::size_t i = 0;
  for (auto _ : state) {
    const Decided d = by_hand(all[i++ & 4095], kLatestStart);
    benchmark::DoNotOptimize(d);
  }
}
BENCHMARK(decide_by_hand);

void decide_rfs(benchmark::State& state) {
  const auto all = prepared();
  const auto hand = applicants();
  const rfs::RulesOn day = rules().on(kDay);
  const auto funding = rules().decision("funding").value();
  rfs::Outcome out(rules());
  for (std::size_t k = 0; k < all.size(); ++k) {  // the two give the same answers
    day.evaluate(all[k], out);
    const Decided d = by_hand(hand[k], kLatestStart);
    if ((out[funding].status() == rfs::Status::eligible) != d.eligible || out[funding].amount()->units() != d.amount ||
        out[funding].unmet().low_bits() != d.unmet) {
      state.SkipWithError("rfs and the function by hand differ");
      return;
    }
  }
  std::size_t i = 0;
  for (auto _ : state) {
    day.evaluate(all[i++ & 4095], out);
    const rfs::DecisionView view = out[funding];
    Decided d{view.status() == rfs::Status::eligible, view.least()->units(), view.unmet().low_bits()};
    benchmark::DoNotOptimize(d);
  }
}
BENCHMARK(decide_rfs);

constexpr const char* kBody =
    R"({"office":"school_board","on_ballot_since":"2017-04-24","raised":"149.99","plan":"draft","requested":"500.00"})";

void decide_rfs_from_json(benchmark::State& state) {
  const rfs::RulesOn day = rules().on(kDay);
  rfs::Facts facts(rules());
  rfs::Outcome out(rules());
  const std::string body = kBody;
  for (auto _ : state) {
    facts.clear();
    facts.read_json(body);
    day.evaluate(facts, out);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(decide_rfs_from_json);

// The same through a document, which is what read_json does without simdjson, and for texts that are not plain.
void decide_rfs_from_json_document(benchmark::State& state) {
  const rfs::RulesOn day = rules().on(kDay);
  rfs::Facts facts(rules());
  rfs::Outcome out(rules());
  const std::string body = kBody;
  for (auto _ : state) {
    facts.clear();
    rfs::Diagnostics findings;
    auto file = std::make_shared<const rfs::source::File>(rfs::source::File{"facts", body});
    const auto document = rfs::json::from_source(std::move(file), {}, findings);
    facts.read_json(*document, document->root);
    day.evaluate(facts, out);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(decide_rfs_from_json_document);

void decide_rfs_one_unknown(benchmark::State& state) {
  const rfs::RulesOn day = rules().on(kDay);
  rfs::Facts facts(rules());
  rfs::Outcome out(rules());
  facts.read_json(R"({"office":"school_board","on_ballot_since":"2017-04-24","raised":"149.99","requested":"500.00"})");
  for (auto _ : state) {
    day.evaluate(facts, out);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(decide_rfs_one_unknown);

void load_and_check(benchmark::State& state) {
  std::ifstream in(RFS_RULES "/run-for-something/funding.rules.json");
  std::ostringstream text;
  text << in.rdbuf();
  for (auto _ : state) benchmark::DoNotOptimize(rfs::parse(text.str(), "funding.rules.json"));
}
BENCHMARK(load_and_check);

void check_definitions(benchmark::State& state) {
  std::string definitions = "\"d0\": \"x + 1\"";
  for (std::int64_t i = 1; i < state.range(0); ++i) {
    definitions += ", \"d" + std::to_string(i) + "\": \"min(d" + std::to_string(i - 1) + " + 1, 100)\"";
  }
  const std::string text =
      R"({"rfs": 1, "rules": "many", "facts": {"x": {"type": "integer"}}, "definitions": {)" + definitions + "}}";
  for (auto _ : state) {
    if (!rfs::parse(text, "many")) state.SkipWithError("refused");
  }
  state.SetComplexityN(state.range(0));
}
BENCHMARK(check_definitions)->Arg(100)->Arg(1000)->Arg(10000)->Complexity(benchmark::oN)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
