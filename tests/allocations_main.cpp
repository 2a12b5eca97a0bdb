// Counts what deciding with reused facts and outcomes allocates: nothing, for a program whose values fit 64 bits. An
// executable of its own, because it replaces the global operator new.
#include <cstdlib>
#include <iostream>
#include <new>

#include "rfs/evaluate/outcome.hpp"

namespace {

thread_local bool counting = false;
thread_local std::size_t allocations = 0;

void* allocate(std::size_t size) {
  if (counting) ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}

}  // namespace

void* operator new(std::size_t size) {
  if (void* memory = allocate(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
// Not inlined: GCC would see memory freed that, for all it knows, another operator new gave.
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

int main(int argc, char** argv) {
  using namespace rfs;
  if (argc != 2) {
    std::cerr << "usage: rfs_allocations FUNDING_RULES\n";
    return 1;
  }
  const auto rules = load(argv[1]);
  if (!rules) {
    std::cerr << rules.error().render();
    return 3;
  }
  const auto funding = rules->decision("funding").value();
  const auto raised = rules->fact<Money>("raised").value();
  const auto since = rules->fact<Date>("on_ballot_since").value();
  const auto plan = rules->fact<Word>("plan").value();
  const Word thorough = rules->word(plan, "thorough").value(), none = rules->word(plan, "none").value();
  Facts facts(*rules);
  Outcome out(*rules);
  facts.set("office", "school_board");
  facts.set("requested", "500.00");
  const Date day = *Date::of(2017, 6, 24);
  const RulesOn on = rules->on(day);
  const auto decide = [&](int i, bool bound) {
    facts.set(raised, Money::units(14950 + i));
    facts.set(since, Date{day.days - 61 + i % 2});
    facts.set(plan, i % 3 == 0 ? thorough : none);
    if (bound) {
      on.evaluate(facts, out);
    } else {
      rules->evaluate(facts, day, out);
    }
    const DecisionView view = out[funding];
    std::int64_t sum =
        view.least()->units() + view.most()->units() + static_cast<std::int64_t>(view.unmet().low_bits());
    if (view.status() == Status::eligible) sum += view.amount()->units();
    return sum;
  };
  // With simdjson the JSON text of an applicant is read without an allocation as well.
  const auto read = [&] {
#ifdef RFS_SIMDJSON
    facts.clear();
    facts.read_json(R"({"office": "school_board", "requested": 500.00, "raised": "149.5", "plan": null})");
#endif
  };
  // The first decisions fill the buffers; the second of a day binds it.
  read();
  std::int64_t sum = decide(0, false) + decide(0, false) + decide(0, true);
  counting = true;
  for (int i = 0; i < 200; ++i) {
    read();
    sum += decide(i, i % 2 == 0);
  }
  counting = false;
  // The counter counts: a string longer than any small buffer.
  const std::size_t found = allocations;
  counting = true;
  const std::string probe(static_cast<std::size_t>(1000 + argc), 'x');
  counting = false;
  const bool counts = allocations > found && probe.size() > 1000;
  std::cout << "allocations in 200 decisions: " << found << (counts ? "" : ", AND THE COUNTER DOES NOT COUNT") << "\n";
  const bool passed = found == 0 && counts && sum > 0;
  std::cout << (passed ? "1 passed, 0 failed\n" : "0 passed, 1 failed\n");
  return passed ? 0 : 1;
}
