// The funding rule as loops over columns, as two programmers would write them. Words are their places in the lists of
// the rule file, dates days since 1970-01-01, money cents. Called from engines/by_hand.py.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace {

constexpr std::array<std::int64_t, 5> kCost = {20'000, 100'000, 1'000'000, 5'000'000, 15'000'000};
constexpr std::int8_t kThorough = 2;

std::chrono::sys_days two_months_after(std::int32_t day) {
  const std::chrono::year_month_day start{std::chrono::sys_days{std::chrono::days{day}}};
  const std::chrono::year_month_day end = start + std::chrono::months{2};
  return end.ok() ? std::chrono::sys_days{end} : std::chrono::sys_days{end.year() / end.month() / std::chrono::last};
}

}  // namespace

/// Decides `rows` applicants on the day `as_of`: the calendar for each row, branches where the rule has them.
extern "C" void peers_plain(std::int32_t as_of, std::size_t rows, const std::int8_t* office, const std::int32_t* since,
                            const std::int64_t* raised, const std::int8_t* plan, const std::int64_t* requested,
                            std::int8_t* eligible, std::int64_t* amount) {
  const std::chrono::sys_days today{std::chrono::days{as_of}};
  for (std::size_t i = 0; i < rows; ++i) {
    const std::int64_t cost = kCost[static_cast<std::size_t>(office[i])];
    const bool waited = today >= two_months_after(since[i]);
    const bool raised_enough = raised[i] * 100 >= 15 * cost;
    if (waited && (raised_enough || plan[i] == kThorough)) {
      eligible[i] = 1;
      amount[i] = std::min(requested[i], 15 * cost / 100);
    } else {
      eligible[i] = 0;
      amount[i] = 0;
    }
  }
}

/// The same, tuned: a table of dates around `as_of` gives the last day from which two months have passed, a table of
/// offices the share, and the loop has no branch.
extern "C" void peers_tuned(std::int32_t as_of, std::size_t rows, const std::int8_t* __restrict office,
                            const std::int32_t* __restrict since, const std::int64_t* __restrict raised,
                            const std::int8_t* __restrict plan, const std::int64_t* __restrict requested,
                            std::int8_t* __restrict eligible, std::int64_t* __restrict amount) {
  std::int32_t latest = as_of;
  while (two_months_after(latest) > std::chrono::sys_days{std::chrono::days{as_of}}) --latest;
  alignas(64) std::array<std::int64_t, 8> share{};
  for (std::size_t i = 0; i < kCost.size(); ++i) share[i] = 15 * kCost[i] / 100;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::int64_t most = share[static_cast<std::size_t>(office[i] & 7)];
    const bool decided = (since[i] <= latest) & ((raised[i] >= most) | (plan[i] == kThorough));
    eligible[i] = static_cast<std::int8_t>(decided);
    amount[i] = std::min(requested[i], most) & -static_cast<std::int64_t>(decided);
  }
}
