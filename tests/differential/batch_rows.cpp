#include "batch_rows.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "generator.hpp"
#include "list_programs.hpp"
#include "pooled_columns.hpp"
#include "pooled_lists.hpp"
#include "rfs/batch/batch.hpp"
#include "rfs/evaluate/bound.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/impl/batch/list_plan.hpp"
#include "rfs/impl/batch/loops.hpp"
#include "rfs/impl/batch/stream.hpp"
#include "rfs/program/scaled.hpp"
#include "rfs/rfs.hpp"

namespace rfs::differential {

namespace {

// Of a program: most fill a part of one block, so that there are many programs; every fifth has three blocks,
// the last not full, which threads share.
constexpr std::size_t kFewRows = 3'000, kManyRows = 10'000;
constexpr std::size_t kMostItems = 60'000;  // of all applicants of a program
constexpr std::uint64_t kListsOneIn = 24;   // programs with lists, which take longer
static_assert(kFewRows < batch::kBlock && 2 * batch::kBlock < kManyRows && kManyRows < 3 * batch::kBlock);

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
    if (wanted.refused() && column_.shows != Shows::status) return !valid;
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
    if (column_.form == batch::Form::whole)
      return wanted == Exact(static_cast<const std::int64_t*>(array_.buffers[1])[row]);
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

/// What the comparison is made to miss.
enum class Miss : std::uint8_t { nothing, last_item };

/// One program and its applicants.
class RowCheck {
 public:
  RowCheck(const Rules& rules, std::uint64_t seed, Miss miss)
      : rules_(rules), random_(seed), made_(rules), rows_(seed % 5 == 0 ? kManyRows : kFewRows), miss_(miss) {}

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }

  /// Returns what differed, or an empty text.
  std::string run(Counts& counts) {
    options_.output = {true, true, true, false, true, true};
    options_.sets = SetForm::columns;
    options_.threads = static_cast<unsigned>(random_.from_to(rows_ == kFewRows || random_.one_in(8) ? 1 : 2, 4));
    if (random_.one_in(4)) options_.null_lists = NullLists::empty;
    const std::size_t facts = rules_.file().facts.size();
    for (std::size_t i = 0; i < facts; ++i) fill(i);
    std::vector<Date> days{made_.day(random_)};
    if (random_.one_in(3)) {
      for (int i = 0; i < 5; ++i) days.push_back(made_.day(random_));
    }
    PooledTable table;
    table.rows = rows_;
    table.cut(random_);
    for (std::size_t i = 0; i < facts; ++i) {
      if (lists_[i] && !lists_[i]->is_child()) lists_[i]->add_to(table);
      if (pools_[i].rows.empty()) continue;
      const std::string& name = rules_.file().facts[i].name.text;
      pools_[i].export_to(name, table.schemas.emplace_back(), table.arrays.emplace_back());
    }
    if (std::string wrong = read_children(table); !wrong.empty()) return wrong;
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
    PooledColumn& column = pools_.emplace_back();
    std::optional<PooledList>& list = lists_.emplace_back();
    const FactId fact(index);
    const rule::Domain& domain = rules_.file().facts[index].domain;
    if (domain.type.kind == Kind::list) {
      list.emplace(rules_, fact, made_, rows_, kMostItems, random_, options_);
      return;
    }
    if (domain.type.kind == Kind::text) {
      options_.unknown.push_back(rules_.file().facts[index].name.text);
      return;
    }
    const std::int64_t count = random_.from_to(2, 40);
    for (std::int64_t i = 0; i < count; ++i) column.add(rules_, domain, made_.given(fact, random_).value);
    column.lay_out(domain, random_);
    const std::int64_t one_in = random_.pick({"", "", "x", "y"}).empty() ? 0 : random_.from_to(4, 30);
    for (std::size_t i = 0; i < rows_; ++i) {
      const bool null = one_in != 0 && random_.one_in(one_in);
      const auto last = static_cast<std::int64_t>(column.values.size()) - 1;
      column.rows.push_back(null ? PooledColumn::kNull : static_cast<std::int32_t>(random_.from_to(0, last)));
    }
  }

  /// Reads the lists that stand in tables of their own, and gives applicants keys; returns what is wrong.
  std::string read_children(PooledTable& table) {
    std::vector<std::int64_t> keys(rows_);
    constexpr std::size_t kPrime = 10'007;
    static_assert(kManyRows < kPrime);
    for (std::size_t i = 0; i < rows_; ++i) keys[i] = static_cast<std::int64_t>(i * 7'919 % kPrime) - 50;
    std::vector<std::unique_ptr<PooledTable>> items;
    std::vector<ArrowArrayStream> streams;
    std::vector<ChildTable> children;
    streams.reserve(lists_.size());
    for (std::size_t i = 0; i < lists_.size(); ++i) {
      if (!lists_[i] || !lists_[i]->is_child()) continue;
      items.push_back(std::make_unique<PooledTable>());
      lists_[i]->fill(*items.back(), keys, random_);
      streams.push_back(items.back()->stream());
      children.push_back({rules_.file().facts[i].name.text, &streams.back(), "whose"});
    }
    if (children.empty()) return {};
    const auto read = rules_.read_lists(children, options_);
    if (!read) return read.error().render();
    options_.lists = *read;
    options_.key = "the key";
    std::vector<batch::Buffer> buffers(2);
    buffers[1] = batch::Buffer(rows_ * sizeof(std::int64_t));
    std::memcpy(buffers[1].as<std::int64_t>(), keys.data(), rows_ * sizeof(std::int64_t));
    batch::export_schema("l", "the key", 0, {}, nullptr, table.schemas.emplace_back());
    batch::export_array(static_cast<std::int64_t>(rows_), 0, std::move(buffers), {}, nullptr,
                        table.arrays.emplace_back());
    return {};
  }

  std::string decide(PooledTable& table, const std::vector<std::int32_t>& day_of, Counts& counts) {
    ArrowSchema schema = table.schema();
    auto binding = batch::bind_rules(rules_, options_, schema);
    if (!binding) {
      schema.release(&schema);
      return binding.error().render() + rules_.file().file->text;
    }
    batch::Stream stream({rules_}, options_, std::move(*binding), schema);
    schema.release(&schema);
    ArrowArrayStream in = table.stream();
    stream.open(&in);
    std::string wrong;
    for (std::size_t row = 0; wrong.empty();) {
      ArrowArray results{};
      if (stream.next(results) != 0) return stream.error();
      if (results.release == nullptr) {
        if (row != rows_) wrong = std::to_string(row) + " rows of " + std::to_string(rows_);
        break;
      }
      wrong = compare(results, row, day_of);
      row += static_cast<std::size_t>(results.length);
      results.release(&results);
    }
    count(stream, counts);
    return wrong;
  }

  /// Compares a batch of results, of applicants from number `first` on.
  std::string compare(const ArrowArray& results, std::size_t first, const std::vector<std::int32_t>& day_of) {
    const std::vector<batch::ResultColumn> columns = batch::result_columns(rules_, options_);
    std::vector<Comparison> comparisons;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].form == batch::Form::text) continue;  // batch_main.cpp compares texts
      comparisons.emplace_back(columns[i], *results.children[i]);
    }
    std::map<std::int32_t, RulesOn> on;
    Facts facts(rules_);
    Outcome wanted(rules_);
    for (std::size_t at = 0; at < static_cast<std::size_t>(results.length); ++at) {
      const std::size_t row = first + at;
      facts.clear();
      for (std::size_t i = 0; i < pools_.size(); ++i) {
        const PooledColumn& fact = pools_[i];
        if (lists_[i]) {
          lists_[i]->give(row, miss_ == Miss::last_item, facts);
        } else if (fact.rows.empty() || fact.rows[row] == PooledColumn::kNull) {
          facts.set_unknown(FactId(i));
        } else {
          give(rules_, facts, i, fact.values[static_cast<std::size_t>(fact.rows[row])]);
        }
      }
      auto day = on.find(day_of[row]);
      if (day == on.end()) day = on.emplace(day_of[row], rules_.on(Date{day_of[row]})).first;
      day->second.evaluate(facts, wanted);
      for (std::size_t i = 0; i < comparisons.size(); ++i) {
        if (!comparisons[i].same(at, wanted))
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
    for (const auto& list : lists_) {
      if (list) list->count(counts);
    }
    if (rules_.program().scopes.size() > 1) return count_stages(kernel, counts);
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

  /// Counts what stages made of lists, by what they made it of.
  void count_stages(std::uint64_t kernel, Counts& counts) {
    using program::Op;
    const program::Program& program = rules_.program();
    const auto plan = batch::plan_lists(program);
    ++counts[plan ? "lists: programs by stages" : "lists: programs that have no stages"];
    counts["lists: rows"] += rows_;
    if (kernel == 0 || !plan) return;
    counts["lists: rows by stages"] += kernel;
    if (rows_ > batch::kBlock && options_.threads > 1) counts["lists: rows by stages of two threads"] += kernel;
    std::set<std::string> made;
    for (const batch::Stage& stage : plan->stages) {
      std::size_t depth = 0;  // groups of groups of …
      for (program::ScopeId of = stage.table; of != stage.list && of != program::kApplicant; of = program.scopes[of].of)
        ++depth;
      const std::string over = depth == 0 ? "items" : depth == 1 ? "groups" : "groups of groups";
      if (stage.table == program::kApplicant) made.insert("lists: applicants between stages");
      if (stage.round > 0) made.insert("lists: a second round");
      for (const batch::Accumulation& one : stage.accumulations) {
        const program::Node& n = program.nodes[one.node];
        made.insert("lists: " + std::string(kMade.at(plan->operators.at(one.node.value))) + " of " + over);
        if (one.into != program::kApplicant) made.insert("lists: of a group's members, which are " + over);
        if (program.nodes[n.b].op != Op::present) made.insert("lists: filtered " + over);
      }
    }
    if (rules_.file().file->text.find("(every ") != std::string::npos) made.insert("lists: every");
    for (const std::string& what : made) counts[what] += kernel;
  }

  inline static const std::map<program::Op, const char*> kMade{
      {program::Op::sum_of, "sum"},   {program::Op::count_of, "count"}, {program::Op::count_unlike, "distinct"},
      {program::Op::least_of, "min"}, {program::Op::most_of, "max"},    {program::Op::first_of, "first"},
      {program::Op::last_of, "last"}, {program::Op::some_of, "some"}};

  const Rules& rules_;
  Random random_;
  Applicants made_;
  std::size_t rows_;
  Miss miss_;
  BatchOptions options_;
  std::vector<PooledColumn> pools_;
  std::vector<std::optional<PooledList>> lists_;  ///< of facts that are lists
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
  const Miss miss = fault == "last_item" ? Miss::last_item : Miss::nothing;
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
  } else if (fault == "less") {
    sound = builds.back().run;
    builds = {{"fault", &less_as_less_equal}};
  } else {
    builds = {builds.back()};
  }
  for (const batch::LoopBuild& build : builds) {
    batch::force_loops(build.run);
    std::atomic<std::uint64_t> left{rows / builds.size() + 1};
    const auto work = [&] {
      Counts own;
      while (left != 0) {
        const std::uint64_t at = next_seed++;
        const bool lists = at % kListsOneIn == 0 || miss != Miss::nothing;
        const auto parsed = parse(lists ? list_program(at) : generate(at).text(), "generated");
        if (!parsed || (!lists && !program::scale(parsed->program()).possible)) continue;
        RowCheck check(*parsed, at, miss);
        const std::string wrong = check.run(own);
        own["rows on " + std::string(build.name)] += check.rows();
        // Rows of lists come on top of those that are asked for, of which readings must decide their share.
        const std::uint64_t asked_for = lists && miss == Miss::nothing ? 0 : check.rows();
        std::uint64_t some = left;
        while (!left.compare_exchange_weak(some, some - std::min(some, asked_for))) {
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
    std::printf("  %-50s %llu\n", what.c_str(), static_cast<unsigned long long>(count));
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
  if (rows >= 5'000'000) {
    least("lists: rows by stages", rows / 50);
    least("lists: rows by stages of two threads", rows / 200);
    for (const char* const what : {"applicants between stages", "a second round", "every", "filtered items",
                                   "filtered groups", "filtered groups of groups",
                                   "of a group's members, which are items", "of a group's members, which are groups"})
      least(std::string("lists: ") + what, rows / 2'000);
    for (const char* const what : {"sum", "count", "distinct", "min", "max", "first", "last", "some"}) {
      for (const char* const of : {" of items", " of groups", " of groups of groups"})
        least(std::string("lists: ") + what + of, rows / 50'000);
    }
    for (const char* const what :
         {"lists", "large lists", "lists of one size", "lists in child tables", "lists of values"})
      least(what, rows / 500);
    least("lists of more than 1000 items", rows / 200'000);
  }
  // Words are looked up in tables up to 256 of them; tests/unit/evaluate/bound_test.cpp has a choice of 300.
  const auto never = [](std::string_view name) { return name == "listed" || name == "word"; };
  for (const std::string name : kInstructions) {
    if (rows >= 1'000'000 && !never(name)) least("kernel: " + name, rows / 10'000);
  }
  return enough && differed.empty();
}

}  // namespace rfs::differential
