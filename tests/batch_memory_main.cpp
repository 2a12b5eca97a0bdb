// Counts what deciding about streams of tables holds beside the table that came in and the one that goes out. An
// executable of its own, because it replaces the global operator new.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "rfs/impl/batch/spare_memory.hpp"
#include "rfs/rfs.hpp"
#include "unit/batch/arrow_columns.hpp"

namespace {

std::atomic<std::size_t> held{0}, most_held{0};  // bytes

/// Gives memory with its size in front of it; `alignment` is a power of two.
void* allocate(std::size_t size, std::size_t alignment) {
  const std::size_t front = std::max(alignment, sizeof(std::max_align_t));
  void* const begin = std::aligned_alloc(front, (front + size + front - 1) / front * front);
  if (begin == nullptr) return nullptr;
  char* const memory = static_cast<char*>(begin) + front;
  reinterpret_cast<std::size_t*>(memory)[-1] = size;
  const std::size_t now = held += size;
  for (std::size_t most = most_held; most < now && !most_held.compare_exchange_weak(most, now);) {
  }
  return memory;
}

void release(void* memory, std::size_t alignment) {
  if (memory == nullptr) return;
  held -= static_cast<std::size_t*>(memory)[-1];
  std::free(static_cast<char*>(memory) - std::max(alignment, sizeof(std::max_align_t)));
}

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
  if (void* memory = allocate(size, alignment)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate_or_throw(size, 1); }
void* operator new(std::size_t size, std::align_val_t to) {
  return allocate_or_throw(size, static_cast<std::size_t>(to));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 1); }
void operator delete(void* memory) noexcept { release(memory, 1); }
void operator delete(void* memory, std::size_t) noexcept { release(memory, 1); }
void operator delete(void* memory, std::align_val_t to) noexcept { release(memory, static_cast<std::size_t>(to)); }
void operator delete(void* memory, std::size_t, std::align_val_t to) noexcept {
  release(memory, static_cast<std::size_t>(to));
}
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory, 1); }

namespace {

using namespace rfs;
using namespace rfs::batch_tests;

const char* funding_rules = nullptr;
constexpr std::size_t kMost = std::size_t{64} << 20;  // bytes

/// One table, again and again.
class Repeated {
 public:
  Repeated(std::vector<TestColumn> columns, int times) : columns_(std::move(columns)), left_(times) {
    rows_ = columns_.front().cells.size();
    arrays_.resize(columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      make_array(columns_[i], 0, rows_, arrays_[i]);
      columns_[i].cells = {};
    }
  }
  Repeated(const Repeated&) = delete;
  Repeated& operator=(const Repeated&) = delete;
  ~Repeated() {
    for (ArrowArray& array : arrays_) array.release(&array);
  }

  ArrowArrayStream stream() {
    ArrowArrayStream out{};
    out.private_data = this;
    out.get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
      const auto& columns = static_cast<Repeated*>(self->private_data)->columns_;
      std::vector<ArrowSchema> children(columns.size());
      for (std::size_t i = 0; i < children.size(); ++i) make_schema(columns[i], children[i]);
      rfs::batch::export_schema("+s", "", 0, std::move(children), nullptr, *schema);
      return 0;
    };
    out.get_next = [](ArrowArrayStream* self, ArrowArray* array) {
      auto& table = *static_cast<Repeated*>(self->private_data);
      *array = {};
      if (table.left_-- == 0) return 0;
      std::vector<ArrowArray> lent = table.arrays_;
      for (ArrowArray& column : lent) column.release = [](ArrowArray* lent_one) { lent_one->release = nullptr; };
      rfs::batch::export_array(static_cast<std::int64_t>(table.rows_), 0, std::vector<rfs::batch::Buffer>(1),
                               std::move(lent), nullptr, *array);
      return 0;
    };
    out.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
    out.release = [](ArrowArrayStream* self) { self->release = nullptr; };
    return out;
  }

 private:
  std::vector<TestColumn> columns_;
  std::vector<ArrowArray> arrays_;
  std::size_t rows_ = 0;
  int left_;
};

/// Columns of applicants of the funding rule: some know all, some do not, some are refused.
std::vector<TestColumn> applicants(std::size_t rows) {
  const char* const offices[] = {"pta", "school_board", "city_council", "state_house", "state_senate"};
  const char* const plans[] = {"none", "draft", "thorough"};
  TestColumn office{"office", "c", {}, "u"}, plan{"plan", "c", {}, "u"}, since{"on_ballot_since", "tdD", {}, ""},
      raised{"raised", "l", {}, ""}, requested{"requested", "l", {}, ""};
  for (std::size_t i = 0; i < rows; ++i) {
    office.cells.emplace_back(i % 11 == 0 ? "mayor" : offices[i % 5]);
    plan.cells.emplace_back(plans[i % 3]);
    since.cells.emplace_back("2017-0" + std::to_string(1 + i % 7) + "-1" + std::to_string(i % 9));
    raised.cells.emplace_back(i % 7 == 0 ? CellText() : CellText(std::to_string(i % 3000)));
    requested.cells.emplace_back(std::to_string(i % 1000));
  }
  return {office, plan, since, raised, requested};
}

/// What is held and not only kept for the next results, in bytes.
std::size_t in_use() { return held - rfs::batch::SpareMemory::of_process().kept(); }

struct Found {
  std::size_t beside = 0;  ///< the most bytes that were held beside the tables
  std::size_t output = 0;  ///< bytes of the largest table of results
  BatchSummary summary;
};

Found decide(const Rules& rules, const std::vector<TestColumn>& columns, int times, const BatchOptions& options) {
  Repeated table(columns, times);
  ArrowArrayStream in = table.stream(), out{};
  Found found;
  const std::size_t before = in_use();
  const auto batch = rules.evaluate(&in, options, &out).value();
  for (;;) {
    most_held = held.load();
    ArrowArray results{};
    REQUIRE(out.get_next(&out, &results) == 0);
    if (results.release == nullptr) break;
    const std::size_t with_results = in_use();
    results.release(&results);
    const std::size_t output = with_results - in_use();
    found.output = std::max(found.output, output);
    found.beside = std::max(found.beside, most_held - output - before);
  }
  out.release(&out);
  found.summary = batch.summary();
  MESSAGE("held ", found.beside, " bytes beside tables of results of ", found.output, " bytes");
  return found;
}

BatchOptions everything() {
  BatchOptions out;
  out.as_of = *Date::of(2017, 6, 24);
  out.output = {true, true, true, true, true, true};
  out.threads = 4;
  return out;
}

/// Lanes are made for each node, so that long rules take fewer rows at a time. It comes first, before there is memory
/// kept of other results.
TEST_CASE("long rules") {
  constexpr int kDefinitions = 200;
  std::string facts, definitions;
  for (int i = 0; i < 7; ++i) {
    facts += std::string(i == 0 ? "" : ", ") + "\"x" + std::to_string(i) +
             R"(": { "type": "integer", "min": "0", "max": "100" })";
  }
  for (int i = 0; i < kDefinitions; ++i) {
    const std::string before = i == 0 ? "x0" : "d" + std::to_string(i - 1);
    definitions += std::string(i == 0 ? "" : ", ") + "\"d" + std::to_string(i) + "\": \"max(0, min(1000, " + before +
                   " + x" + std::to_string(i % 7) + " - " + std::to_string(i % 90) + "))\"";
  }
  const auto rules =
      parse(R"({ "rfs": 1, "rules": "long", "facts": { )" + facts + R"( }, "definitions": { )" + definitions +
                R"( }, "decisions": { "go": { "eligible": "d)" + std::to_string(kDefinitions - 1) + R"( > 50" } } })",
            "long");
  REQUIRE_MESSAGE(bool(rules), (rules ? "" : rules.error().render()));
  std::vector<TestColumn> columns;
  for (std::size_t i = 0; i < 7; ++i) {
    TestColumn column{"x" + std::to_string(i), "l", {}, ""};
    for (std::size_t row = 0; row < std::size_t{1} << 17; ++row) {
      column.cells.emplace_back(row % 11 == i ? CellText() : CellText(std::to_string((row * (i + 3)) % 101)));
    }
    columns.push_back(std::move(column));
  }
  BatchOptions options;
  options.as_of = *Date::of(2024, 1, 1);
  options.threads = 4;
  const Found found = decide(*rules, columns, 1, options);
  CHECK(found.summary.refused == 0);
  CHECK(found.beside < kMost / 2);
}

TEST_CASE("a stream of many tables") {
  constexpr std::size_t kRows = 1 << 16;
  const Rules funding = load(funding_rules).value();
  for (const SetForm sets : {SetForm::text, SetForm::list, SetForm::columns}) {
    BatchOptions options = everything();
    options.sets = sets;
    const Found found = decide(funding, applicants(kRows), 40, options);
    CHECK(found.summary.rows == 40 * kRows);
    CHECK(found.summary.refused > 0);
    CHECK(found.output * 40 > kMost);  // those of all would not pass
    CHECK(found.beside < kMost);
  }
}

TEST_CASE("a large table") {
  CHECK(decide(load(funding_rules).value(), applicants(1 << 20), 1, everything()).beside < kMost);
}

/// Each row has a long error: there is something to refuse in every column.
TEST_CASE("a large table of which nothing can be read") {
  constexpr std::size_t kRows = 1 << 18;
  std::vector<TestColumn> columns = applicants(0);
  for (TestColumn& column : columns) {
    column.format = "u";
    column.values.clear();
    column.cells.assign(kRows, "misspelt");
  }
  const Rules funding = load(funding_rules).value();
  for (const SetForm sets : {SetForm::text, SetForm::list}) {
    BatchOptions options = everything();
    options.sets = sets;
    const Found found = decide(funding, columns, 1, options);
    CHECK(found.summary.refused == kRows);
    CHECK(found.beside < kMost);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: rfs_batch_memory FUNDING_RULES\n", stderr);
    return 1;
  }
  funding_rules = argv[1];
  return doctest::Context().run();
}
