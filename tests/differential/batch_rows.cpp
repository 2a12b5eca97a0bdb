#include "batch_rows.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "generator.hpp"
#include "rfs/batch/batch.hpp"
#include "rfs/evaluate/bound.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/impl/batch/loops.hpp"
#include "rfs/impl/batch/stream.hpp"
#include "rfs/program/scaled.hpp"
#include "rfs/rfs.hpp"

namespace rfs::differential {

namespace {

// Of a program: most fill a part of one block, so that there are many programs; every fifth has three blocks,
// the last not full, which threads share.
constexpr std::size_t kFewRows = 3'000, kManyRows = 10'000;
static_assert(kFewRows < batch::kBlock && 2 * batch::kBlock < kManyRows && kManyRows < 3 * batch::kBlock);
using Counts = std::map<std::string, std::uint64_t>;

/// A fact's column: a few values, and for each row one of them, or none.
struct PooledFact {
  static constexpr std::int32_t kNull = -1;
  std::vector<Value> values;
  std::vector<std::string> texts;
  std::vector<std::int32_t> rows;
  bool decimals = false;  ///< laid out as numbers, not as a dictionary
  int scale = 0;
};

void give(const Rules& rules, Facts& facts, std::size_t index, const Value& value) {
  const rule::Fact& fact = rules.file().facts[index];
  const std::string& name = fact.name.text;
  const Exact& number = value.number;
  switch (fact.domain.type.kind) {
    case Kind::boolean:
      return facts.set(*rules.fact<bool>(name), !number.is_zero());
    case Kind::choice:
      return facts.set(*rules.fact<Word>(name), Word{static_cast<std::uint32_t>(*number.to_int64())});
    case Kind::date:
      return facts.set(*rules.fact<Date>(name), Date{static_cast<std::int32_t>(*number.to_int64())});
    case Kind::number:
      return facts.set(*rules.fact<Exact>(name), number);
    default:
      return facts.set(name, rule::plain(value, fact.domain.type, rules.module().choices, rules.file().currency));
  }
}

void export_column(const Rules& rules, std::size_t index, const PooledFact& fact, ArrowSchema& schema,
                   ArrowArray& array) {
  const std::size_t rows = fact.rows.size();
  std::vector<batch::Buffer> buffers(2);
  buffers[0] = batch::Buffer(rows / 8 + 1);
  std::int64_t nulls = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    if (fact.rows[i] == PooledFact::kNull) {
      ++nulls;
    } else {
      buffers[0].as<std::uint8_t>()[i / 8] |= static_cast<std::uint8_t>(1U << i % 8);
    }
  }
  const auto length = static_cast<std::int64_t>(rows);
  const std::string& name = rules.file().facts[index].name.text;
  if (nulls == 0) buffers[0] = batch::Buffer();
  if (fact.decimals) {
    buffers[1] = batch::Buffer(rows * sizeof(std::int64_t));
    for (std::size_t i = 0; i < rows; ++i) {
      const std::int32_t at = std::max(fact.rows[i], 0);
      const Exact units = fact.values[static_cast<std::size_t>(at)].number * Exact::power_of_ten(fact.scale);
      buffers[1].as<std::int64_t>()[i] = *units.to_int64();
    }
    batch::export_schema("d:18," + std::to_string(fact.scale) + ",64", name, ARROW_FLAG_NULLABLE, {}, nullptr, schema);
    return batch::export_array(length, nulls, std::move(buffers), {}, nullptr, array);
  }
  ArrowSchema texts{};
  ArrowArray words{};
  batch::export_schema("u", "", 0, {}, nullptr, texts);
  batch::export_texts(fact.texts, words);
  buffers[1] = batch::Buffer(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    buffers[1].as<std::int8_t>()[i] = static_cast<std::int8_t>(std::max(fact.rows[i], 0));
  }
  batch::export_schema("c", name, ARROW_FLAG_NULLABLE, {}, &texts, schema);
  batch::export_array(length, nulls, std::move(buffers), {}, &words, array);
}

/// A stream of one table, whose columns are moved out of it.
struct Table {
  std::vector<ArrowSchema> schemas;
  std::vector<ArrowArray> arrays;
  std::size_t rows = 0;
  bool given = false;

  ArrowArrayStream stream() {
    ArrowArrayStream out{};
    out.private_data = this;
    out.get_schema = [](ArrowArrayStream*, ArrowSchema*) { return 1; };
    out.get_next = [](ArrowArrayStream* self, ArrowArray* array) {
      auto& table = *static_cast<Table*>(self->private_data);
      *array = {};
      if (table.given) return 0;
      table.given = true;
      batch::export_array(static_cast<std::int64_t>(table.rows), 0, std::vector<batch::Buffer>(1),
                          std::move(table.arrays), nullptr, *array);
      return 0;
    };
    out.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
    out.release = [](ArrowArrayStream* self) { self->release = nullptr; };
    return out;
  }
};

bool bit(const void* bits, std::size_t at) {
  return (static_cast<const std::uint8_t*>(bits)[at / 8] >> at % 8 & 1) != 0;
}

/// Holds a value of a row to what evaluate found.
class Comparison {
 public:
  Comparison(const batch::ResultColumn& column, const ArrowArray& array) : column_(column), array_(array) {}

  [[nodiscard]] bool same(std::size_t row, const Outcome& wanted) const {
    using Shows = batch::ResultColumn::Shows;
    const DecisionId id(column_.of);
    const bool valid = array_.buffers[0] == nullptr || bit(array_.buffers[0], row);
    switch (column_.shows) {
      case Shows::status:
        return valid && static_cast<const std::int8_t*>(array_.buffers[1])[row] == static_cast<int>(wanted.status(id));
      case Shows::amount:
      case Shows::least:
      case Shows::most: {
        const value::Interval bounds = *wanted.amount(id);
        if (column_.shows == Shows::amount && !bounds.known()) return !valid;
        return valid && is(row, column_.shows == Shows::most ? bounds.most : bounds.least);
      }
      case Shows::unmet_condition: {
        bool unmet = false;
        for (const std::uint32_t c : column_.conditions) unmet = unmet || wanted[id].unmet().contains(c);
        return valid && bit(array_.buffers[1], row) == unmet;
      }
      case Shows::condition:
        for (const std::uint32_t c : column_.conditions) {
          const Bool3 truth = wanted.truth(id, c);
          if (truth != Bool3::unknown) return valid && bit(array_.buffers[1], row) == (truth == Bool3::yes);
        }
        return !valid;
      case Shows::definition: {
        const program::Reading reading = wanted.reading(DefinitionId(column_.of));
        if (!reading.known(column_.type.kind)) return !valid;
        if (!valid) return false;
        if (column_.form == batch::Form::boolean) return bit(array_.buffers[1], row) == (reading.truth == Bool3::yes);
        if (column_.form == batch::Form::word) {
          return static_cast<std::size_t>(static_cast<const std::int32_t*>(array_.buffers[1])[row]) ==
                 reading.words.front();
        }
        return is(row, reading.interval.least);
      }
      default:
        return true;
    }
  }

  [[nodiscard]] const std::string& name() const { return column_.name; }

 private:
  [[nodiscard]] bool is(std::size_t row, const Exact& wanted) const {
    if (column_.form == batch::Form::day)
      return wanted == Exact(static_cast<const std::int32_t*>(array_.buffers[1])[row]);
    const batch::Int128 units = static_cast<const batch::Int128*>(array_.buffers[1])[row];
    const Exact half(std::int64_t{1} << 32);
    const auto part = [&](int shift) { return Exact(static_cast<std::int64_t>(units >> shift & 0xFFFFFFFF)); };
    const Exact whole = (Exact(static_cast<std::int64_t>(units >> 64)) * half + part(32)) * half + part(0);
    return wanted == whole * Exact::power_of_ten(-column_.scale);
  }

  const batch::ResultColumn& column_;
  const ArrowArray& array_;
};

/// Every evaluate::Op by its number.
constexpr std::array kInstructions{"copy",   "add",    "subtract", "multiply",   "minimum", "maximum",       "absolute",
                                   "modulo", "round",  "less",     "less_equal", "greater", "greater_equal", "equal",
                                   "both",   "either", "select",   "inside",     "cut",     "listed",        "word",
                                   "date",   "figure", "given",    "index",      "on_file"};
static_assert(kInstructions.size() == static_cast<std::size_t>(evaluate::Op::on_file) + 1, "name each, by its number");

/// One program and its applicants.
class RowCheck {
 public:
  RowCheck(const Rules& rules, std::uint64_t seed)
      : rules_(rules), random_(seed), made_(rules), rows_(seed % 5 == 0 ? kManyRows : kFewRows) {}

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }

  /// Returns what differed, or an empty text.
  std::string run(Counts& counts) {
    options_.output = {true, true, true, false, true, true};
    options_.sets = SetForm::columns;
    options_.threads = static_cast<unsigned>(random_.from_to(rows_ == kFewRows || random_.one_in(8) ? 1 : 2, 4));
    const std::size_t facts = rules_.file().facts.size();
    for (std::size_t i = 0; i < facts; ++i) fill(i);
    std::vector<Date> days{made_.day(random_)};
    if (random_.one_in(3)) {
      for (int i = 0; i < 5; ++i) days.push_back(made_.day(random_));
    }
    Table table;
    table.rows = rows_;
    for (std::size_t i = 0; i < facts; ++i) {
      if (pools_[i].rows.empty()) continue;
      table.schemas.emplace_back();
      table.arrays.emplace_back();
      export_column(rules_, i, pools_[i], table.schemas.back(), table.arrays.back());
    }
    std::vector<std::int32_t> day_of(rows_, days[0].days);
    options_.as_of = days[0];
    if (days.size() > 1) {
      for (std::int32_t& day : day_of) day = random_.pick(days).days;
      std::vector<batch::Buffer> buffers(2);
      buffers[1] = batch::Buffer(rows_ * sizeof(std::int32_t));
      std::memcpy(buffers[1].as<std::int32_t>(), day_of.data(), rows_ * sizeof(std::int32_t));
      table.schemas.emplace_back();
      table.arrays.emplace_back();
      batch::export_schema("tdD", "the day", 0, {}, nullptr, table.schemas.back());
      batch::export_array(static_cast<std::int64_t>(rows_), 0, std::move(buffers), {}, nullptr, table.arrays.back());
      options_.as_of = "the day";
    }
    return decide(table, day_of, counts);
  }

 private:
  void fill(std::size_t index) {
    PooledFact& fact = pools_.emplace_back();
    const rule::Domain& domain = rules_.file().facts[index].domain;
    if (domain.type.kind == Kind::text || domain.type.kind == Kind::list) {
      options_.unknown.push_back(rules_.file().facts[index].name.text);
      return;
    }
    const std::int64_t count = random_.from_to(2, 40);
    for (std::int64_t i = 0; i < count; ++i) {
      Value value = made_.given(FactId(index), random_).value;
      std::string text = rule::plain(value, domain.type, rules_.module().choices, rules_.file().currency);
      if (std::find(fact.texts.begin(), fact.texts.end(), text) != fact.texts.end()) continue;
      fact.values.push_back(std::move(value));
      fact.texts.push_back(std::move(text));
    }
    const bool number = domain.type.kind == Kind::money ||
                        (domain.type.kind == Kind::number && domain.type.flavour != Flavour::percent);
    fact.scale = static_cast<int>(domain.places);
    const Exact most = Exact::power_of_ten(18 - fact.scale);
    fact.decimals = number && random_.one_in(2) && domain.range.least > -most && domain.range.most < most;
    const std::int64_t one_in = random_.pick({"", "", "x", "y"}).empty() ? 0 : random_.from_to(4, 30);
    for (std::size_t i = 0; i < rows_; ++i) {
      const bool null = one_in != 0 && random_.one_in(one_in);
      const auto last = static_cast<std::int64_t>(fact.values.size()) - 1;
      fact.rows.push_back(null ? PooledFact::kNull : static_cast<std::int32_t>(random_.from_to(0, last)));
    }
  }

  std::string decide(Table& table, const std::vector<std::int32_t>& day_of, Counts& counts) {
    ArrowSchema schema{};
    batch::export_schema("+s", "", 0, std::move(table.schemas), nullptr, schema);
    auto binding = batch::bind_rules(rules_, options_, schema);
    if (!binding) return binding.error().render();
    batch::Stream stream({rules_}, options_, std::move(*binding), schema);
    schema.release(&schema);
    ArrowArrayStream in = table.stream();
    stream.open(&in);
    ArrowArray results{};
    if (stream.next(results) != 0) return stream.error();
    std::string wrong = compare(results, day_of);
    results.release(&results);
    count(stream, counts);
    return wrong;
  }

  std::string compare(const ArrowArray& results, const std::vector<std::int32_t>& day_of) {
    const std::vector<batch::ResultColumn> columns = batch::result_columns(rules_, options_);
    std::vector<Comparison> comparisons;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].form == batch::Form::text) continue;  // batch_main.cpp compares texts
      comparisons.emplace_back(columns[i], *results.children[i]);
    }
    std::map<std::int32_t, RulesOn> on;
    Facts facts(rules_);
    Outcome wanted(rules_);
    for (std::size_t row = 0; row < rows_; ++row) {
      for (std::size_t i = 0; i < pools_.size(); ++i) {
        const PooledFact& fact = pools_[i];
        if (fact.rows.empty() || fact.rows[row] == PooledFact::kNull) {
          facts.set_unknown(FactId(i));
        } else {
          give(rules_, facts, i, fact.values[static_cast<std::size_t>(fact.rows[row])]);
        }
      }
      auto day = on.find(day_of[row]);
      if (day == on.end()) day = on.emplace(day_of[row], rules_.on(Date{day_of[row]})).first;
      day->second.evaluate(facts, wanted);
      for (std::size_t i = 0; i < comparisons.size(); ++i) {
        if (!comparisons[i].same(row, wanted))
          return "`" + comparisons[i].name() + "` of row " + std::to_string(row) + " differs\n" +
                 rules_.file().file->text;
      }
    }
    return {};
  }

  /// Counts rows by what decided them, and what was computed there.
  void count(const batch::Stream& stream, Counts& counts) {
    const std::uint64_t kernel = stream.decided(batch::By::kernel), readings = stream.decided(batch::By::readings);
    counts["rows"] += rows_;
    if (rows_ > batch::kBlock && options_.threads > 1) counts["rows of two threads"] += rows_;
    counts["rows by kernel"] += kernel;
    counts["rows by readings"] += readings;
    const program::Scaled scaled = program::scale(rules_.program());
    std::array<bool, 64> operators{};
    for (const program::ScaledNode& n : scaled.nodes) operators[static_cast<std::size_t>(n.op)] = true;
    for (std::size_t i = 0; i < operators.size(); ++i) {
      if (operators[i]) counts["readings: operator " + std::to_string(i)] += readings;
    }
    if (kernel == 0) return;
    const Date* const day = std::get_if<Date>(&options_.as_of);
    if (day == nullptr) return;
    std::array<bool, 64> instructions{};
    const auto bound = evaluate::bind(rules_.program(), scaled, day->days);
    for (const evaluate::Instruction& n : bound->code) {
      instructions[static_cast<std::size_t>(n.op)] = true;
    }
    for (std::size_t i = 0; i < instructions.size(); ++i) {
      if (instructions[i]) counts[std::string("kernel: ") + kInstructions[i]] += kernel;
    }
  }

  const Rules& rules_;
  Random random_;
  Applicants made_;
  std::size_t rows_;
  BatchOptions options_;
  std::vector<PooledFact> pools_;
};

batch::RunLoop sound = nullptr;  // what a faulty loop falls back on

/// Runs `<` as `<=`, in the lanes alone.
std::int64_t less_as_less_equal(const batch::Loop& loop) noexcept {
  batch::Loop wrong = loop;
  if (loop.kind == batch::Loop::Kind::step && loop.op == evaluate::Op::less) wrong.op = evaluate::Op::less_equal;
  return sound(wrong);
}

}  // namespace

bool check_rows(std::uint64_t rows, std::uint64_t seed, std::string_view fault) {
  Counts counts;
  std::vector<std::string> differed;
  std::mutex mutex;
  std::atomic<std::uint64_t> next_seed{seed};
  std::vector<batch::LoopBuild> builds = batch::loop_builds();
  if (fault.empty()) {
    for (const char* const name : {"x86-64", "avx2", "avx512", "neon"}) {
      const auto has = [&](const batch::LoopBuild& build) { return build.name == name; };
      if (std::none_of(builds.begin(), builds.end(), has)) std::printf("not on this machine: %s\n", name);
    }
  } else {
    sound = builds.back().run;
    builds = {{"fault", &less_as_less_equal}};
  }
  for (const batch::LoopBuild& build : builds) {
    batch::force_loops(build.run);
    std::atomic<std::uint64_t> left{rows / builds.size() + 1};
    const auto work = [&] {
      Counts own;
      while (left != 0) {
        const std::uint64_t at = next_seed++;
        const auto parsed = parse(generate(at).text(), "generated");
        if (!parsed || !program::scale(parsed->program()).possible) continue;
        RowCheck check(*parsed, at);
        const std::string wrong = check.run(own);
        own["rows on " + std::string(build.name)] += check.rows();
        std::uint64_t some = left;
        while (!left.compare_exchange_weak(some, some - std::min<std::uint64_t>(some, check.rows()))) {
        }
        if (wrong.empty()) continue;
        const std::lock_guard lock(mutex);
        differed.push_back("seed " + std::to_string(at) + " on " + std::string(build.name) + ": " + wrong);
      }
      const std::lock_guard lock(mutex);
      for (const auto& [what, count] : own) counts[what] += count;
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) threads.emplace_back(work);
    for (std::thread& thread : threads) thread.join();
  }
  batch::force_loops(batch::loop_builds().back().run);
  for (const auto& [what, count] : counts) {
    std::printf("  %-32s %llu\n", what.c_str(), static_cast<unsigned long long>(count));
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(differed.size(), 5); ++i) std::printf("%s\n", differed[i].c_str());
  if (!fault.empty()) return !differed.empty();
  bool enough = true;
  const auto least = [&](const std::string& what, std::uint64_t wanted) {
    if (counts[what] >= wanted) return;
    std::printf("too few: %s\n", what.c_str());
    enough = false;
  };
  least("rows by kernel", rows / 10);
  least("rows by readings", rows / 10);
  least("rows of two threads", rows / 10);
  // Words are looked up in tables up to 256 of them; tests/unit/evaluate/bound_test.cpp has a choice of 300.
  const auto never = [](std::string_view name) { return name == "listed" || name == "word"; };
  for (const std::string name : kInstructions) {
    if (rows >= 1'000'000 && !never(name)) least("kernel: " + name, rows / 10'000);
  }
  return enough && differed.empty();
}

}  // namespace rfs::differential
