// A million applicants of the funding rule in columns: rfs beside a loop that a programmer would tune by hand for it.
// Both read the same columns (dictionary of words, date32, decimal64) and write a status and a decimal128 amount.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "rfs/rfs.hpp"

namespace {

constexpr std::size_t kRows = 1'000'000;
const rfs::Date kDay = *rfs::Date::of(2017, 6, 24);

/// Columns of applicants; `unknown` percent of the rows do not know what was raised.
struct Applicants {
  std::vector<std::int8_t> office, plan;
  std::vector<std::int32_t> since;
  std::vector<std::int64_t> raised, requested;
  std::vector<std::uint8_t> valid;

  explicit Applicants(unsigned unknown) {
    constexpr std::int64_t kCost[] = {20'000, 100'000, 1'000'000, 5'000'000, 15'000'000};
    std::mt19937 random(2017);
    valid.resize(kRows / 8 + 1);
    for (std::size_t i = 0; i < kRows; ++i) {
      office.push_back(static_cast<std::int8_t>(random() % 5));
      plan.push_back(static_cast<std::int8_t>(random() % 3));
      since.push_back(rfs::Date::of(2017, 1, 1)->days + static_cast<std::int32_t>(random() % 200));
      raised.push_back(static_cast<std::int64_t>(random() % static_cast<unsigned>(kCost[office.back()] / 3)));
      requested.push_back(static_cast<std::int64_t>(random() % 5'000'000));
      if (random() % 100 >= unknown) valid[i / 8] |= static_cast<std::uint8_t>(1U << i % 8);
    }
  }
};

/// An Arrow array over memory that outlives it.
struct Column {
  ArrowSchema schema{}, words{};
  ArrowArray array{}, dictionary{};
  const void* buffers[3] = {};
  const void* word_buffers[3] = {};
  std::vector<std::int32_t> offsets{0};
  std::string bytes;

  Column(const char* name, const char* format, const void* values, const std::vector<std::uint8_t>* valid = nullptr,
         const std::vector<std::string>& options = {}) {
    schema.format = format;
    schema.name = name;
    schema.flags = ARROW_FLAG_NULLABLE;
    schema.release = [](ArrowSchema* self) { self->release = nullptr; };
    array.length = kRows;
    array.null_count = valid == nullptr ? 0 : -1;
    array.n_buffers = 2;
    buffers[0] = valid == nullptr ? nullptr : valid->data();
    buffers[1] = values;
    array.buffers = buffers;
    array.release = [](ArrowArray* self) { self->release = nullptr; };
    if (options.empty()) return;
    for (const std::string& option : options) {
      bytes += option;
      offsets.push_back(static_cast<std::int32_t>(bytes.size()));
    }
    words = schema;
    words.format = "u";
    schema.dictionary = &words;
    word_buffers[1] = offsets.data();
    word_buffers[2] = bytes.data();
    dictionary = array;
    dictionary.length = static_cast<std::int64_t>(options.size());
    dictionary.null_count = 0;
    dictionary.n_buffers = 3;
    dictionary.buffers = word_buffers;
    array.dictionary = &dictionary;
  }
  Column(const Column&) = delete;
};

/// A stream of one table of such columns.
class Table {
 public:
  explicit Table(std::vector<Column*> columns) {
    for (Column* column : columns) {
      schemas_.push_back(&column->schema);
      arrays_.push_back(&column->array);
    }
  }
  ArrowArrayStream stream() {
    done_ = false;
    ArrowArrayStream out{};
    out.private_data = this;
    out.get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
      auto& table = *static_cast<Table*>(self->private_data);
      *schema = {};
      schema->format = "+s";
      schema->n_children = static_cast<std::int64_t>(table.schemas_.size());
      schema->children = table.schemas_.data();
      schema->release = [](ArrowSchema* held) { held->release = nullptr; };
      return 0;
    };
    out.get_next = [](ArrowArrayStream* self, ArrowArray* array) {
      auto& table = *static_cast<Table*>(self->private_data);
      *array = {};
      if (table.done_) return 0;
      table.done_ = true;
      array->length = kRows;
      array->n_children = static_cast<std::int64_t>(table.arrays_.size());
      array->children = table.arrays_.data();
      array->release = [](ArrowArray* held) { held->release = nullptr; };
      return 0;
    };
    out.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
    out.release = [](ArrowArrayStream* self) { self->release = nullptr; };
    return out;
  }

 private:
  std::vector<ArrowSchema*> schemas_;
  std::vector<ArrowArray*> arrays_;
  bool done_ = false;
};

#if defined(__x86_64__)
#define RFS_FOR_EACH_MACHINE __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define RFS_FOR_EACH_MACHINE
#endif

/// The loop by hand: what can be computed once is, there is no branch, and it is built for each set of instructions.
/// An amount is two words, the upper one 0: compilers make vectors of these, and none of 128-bit numbers.
RFS_FOR_EACH_MACHINE void decide_by_hand(const Applicants& a, std::int32_t latest, std::int8_t* __restrict status,
                                         std::int64_t* __restrict amount) {
  alignas(64) constexpr std::int64_t kThreshold[8] = {3'000, 15'000, 150'000, 750'000, 2'250'000};
  const std::int8_t* const office = a.office.data();
  const std::int8_t* const plan = a.plan.data();
  const std::int32_t* const since = a.since.data();
  const std::int64_t* const raised = a.raised.data();
  const std::int64_t* const requested = a.requested.data();
  for (std::size_t i = 0; i < kRows; ++i) {
    const std::int64_t share = kThreshold[office[i] & 7];
    const bool eligible = (since[i] <= latest) & ((raised[i] >= share) | (plan[i] == 2));
    status[i] = eligible ? 0 : 1;
    const std::int64_t least = requested[i] < share ? requested[i] : share;
    amount[2 * i] = least & -static_cast<std::int64_t>(eligible);
    amount[2 * i + 1] = 0;
  }
}

void batch_by_hand(benchmark::State& state) {
  const Applicants applicants(0);
  std::vector<std::int8_t> status(kRows);
  std::vector<std::int64_t> amount(2 * kRows);
  for (auto _ : state) {
    decide_by_hand(applicants, rfs::Date::of(2017, 4, 24)->days, status.data(), amount.data());
    benchmark::DoNotOptimize(status.data());
    benchmark::DoNotOptimize(amount.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kRows));
}
BENCHMARK(batch_by_hand)->Unit(benchmark::kMillisecond);

/// rfs over the same columns; the arguments: percent of rows with an unknown, threads.
void batch_rfs(benchmark::State& state) {
  const Applicants applicants(static_cast<unsigned>(state.range(0)));
  const auto rules = rfs::load(RFS_RULES "/run-for-something/funding.rules.json").value();
  Column office("office", "c", applicants.office.data(), nullptr,
                {"pta", "school_board", "city_council", "state_house", "state_senate"});
  Column plan("plan", "c", applicants.plan.data(), nullptr, {"none", "draft", "thorough"});
  Column since("on_ballot_since", "tdD", applicants.since.data());
  Column raised("raised", "d:18,2,64", applicants.raised.data(), &applicants.valid);
  Column requested("requested", "d:18,2,64", applicants.requested.data());
  Table table({&office, &since, &raised, &plan, &requested});
  rfs::BatchOptions options;
  options.as_of = kDay;
  options.threads = static_cast<unsigned>(state.range(1));
  const auto decide = [&](auto look) {
    ArrowArrayStream in = table.stream(), out{};
    if (!rules.evaluate(&in, options, &out)) return state.SkipWithError("refused");
    for (std::size_t row = 0; row < kRows;) {
      ArrowArray results{};
      if (out.get_next(&out, &results) != 0 || results.release == nullptr) return state.SkipWithError("failed");
      look(row, results);
      row += static_cast<std::size_t>(results.length);
      results.release(&results);
    }
    out.release(&out);
  };
  std::vector<std::int8_t> status(kRows);
  std::vector<std::int64_t> amount(2 * kRows);
  decide_by_hand(applicants, rfs::Date::of(2017, 4, 24)->days, status.data(), amount.data());
  decide([&](std::size_t row, const ArrowArray& results) {  // the two give the same answers
    if (state.range(0) != 0) return;
    const auto count = static_cast<std::size_t>(results.length);
    if (std::memcmp(status.data() + row, results.children[0]->buffers[1], count) != 0 ||
        std::memcmp(amount.data() + 2 * row, results.children[1]->buffers[1], 2 * count * sizeof(std::int64_t)) != 0) {
      state.SkipWithError("rfs and the loop by hand differ");
    }
  });
  for (auto _ : state) {
    decide([](std::size_t, const ArrowArray& results) { benchmark::DoNotOptimize(results.children[1]->buffers[1]); });
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kRows));
}
BENCHMARK(batch_rfs)->Args({0, 1})->Args({0, 2})->Args({30, 1})->Unit(benchmark::kMillisecond)->UseRealTime();

/// How much memory is copied by one thread and by two: where two copy no more, what waits for memory gains nothing by
/// the second.
void batch_memory(benchmark::State& state) {
  constexpr std::size_t kBytes = std::size_t{64} << 20;
  const std::vector<char> from(kBytes, 1);
  std::vector<char> to(kBytes, 2);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), kBytes);
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(kBytes) * state.iterations());
}
BENCHMARK(batch_memory)->ThreadRange(1, 2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
