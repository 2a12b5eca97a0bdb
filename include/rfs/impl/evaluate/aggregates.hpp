#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/program/reading.hpp"
#include "rfs/value/calendar.hpp"
#include "rfs/value/interval.hpp"

namespace rfs::inline RFS_ABI::evaluate::detail {

// What aggregates make of the items of a list, one after the other: rows of language.md section 5. An item is there for
// certain or may be there, `count` times.

/// The hull of readings of one kind.
class Hull {
 public:
  void add(const program::Reading& one) {
    if (!out_) {
      out_ = one;
      return;
    }
    if (out_->truth != one.truth) out_->truth = Bool3::unknown;
    out_->words = out_->words.united(one.words);
    if (out_->text != nullptr && (one.text == nullptr || *out_->text != *one.text)) out_->text = nullptr;
    out_->interval = value::hull(out_->interval, one.interval);
  }
  [[nodiscard]] bool empty() const noexcept { return !out_; }
  [[nodiscard]] program::Reading get() && { return std::move(*out_); }

 private:
  std::optional<program::Reading> out_;
};

class Sum {
 public:
  void add(const value::Interval& x, bool certain, std::uint64_t count) {
    const Exact times(static_cast<std::int64_t>(count));
    const Exact none = 0;
    out_.least = out_.least + times * (certain ? x.least : std::min(x.least, none));
    out_.most = out_.most + times * (certain ? x.most : std::max(x.most, none));
  }
  [[nodiscard]] const value::Interval& get() const noexcept { return out_; }

 private:
  value::Interval out_{0, 0};
};

class Count {
 public:
  void add(bool certain, std::uint64_t count) {
    if (certain) least_ += count;
    most_ += count;
  }
  [[nodiscard]] bool any() const noexcept { return most_ > 0; }
  [[nodiscard]] bool any_certain() const noexcept { return least_ > 0; }
  [[nodiscard]] value::Interval get(bool at_least_one) const {
    const std::uint64_t least = at_least_one ? std::max<std::uint64_t>(least_, 1) : least_;
    return {static_cast<std::int64_t>(least), static_cast<std::int64_t>(std::max(least, most_))};
  }

 private:
  std::uint64_t least_ = 0, most_ = 0;
};

/// The least or the greatest of the items.
class Extreme {
 public:
  explicit Extreme(bool greatest) noexcept : greatest_(greatest) {}
  void add(const value::Interval& x, bool certain) {
    if (!all_) {
      all_ = certain_ = x;
      has_certain_ = certain;
      return;
    }
    all_ = value::hull(*all_, x);
    if (!certain) return;
    if (has_certain_) {
      certain_ = greatest_ ? value::max(certain_, x) : value::min(certain_, x);
    } else {
      certain_ = x;
      has_certain_ = true;
    }
  }
  [[nodiscard]] bool any() const noexcept { return all_.has_value(); }
  [[nodiscard]] value::Interval get() const {
    if (!has_certain_) return *all_;
    return greatest_ ? value::Interval{certain_.least, all_->most} : value::Interval{all_->least, certain_.most};
  }

 private:
  bool greatest_;
  bool has_certain_ = false;
  std::optional<value::Interval> all_;
  value::Interval certain_;
};

/// The mean: of the certain items, and of those that may be there as many as draw it to one side.
class Mean {
 public:
  void add(const value::Interval& x, bool certain, std::uint64_t count) {
    if (!certain) {
      possible_.push_back({x, count});
      return;
    }
    certain_ = value::add(certain_, x);
    ++count_;
  }
  [[nodiscard]] bool any() const noexcept { return count_ > 0 || !possible_.empty(); }
  [[nodiscard]] value::Interval get() { return {drawn(true), drawn(false)}; }

 private:
  struct Possible {
    value::Interval x;
    std::uint64_t count = 1;
  };
  Exact drawn(bool down) {
    const auto end = [&](const value::Interval& x) -> const Exact& { return down ? x.least : x.most; };
    std::sort(possible_.begin(), possible_.end(),
              [&](const Possible& a, const Possible& b) { return down ? end(a.x) < end(b.x) : end(b.x) < end(a.x); });
    Exact sum = end(certain_);
    Exact count(static_cast<std::int64_t>(count_));
    for (const Possible& one : possible_) {
      if (count.is_zero()) return end(one.x);  // one of them alone
      const bool draws = down ? end(one.x) * count < sum : end(one.x) * count > sum;
      if (!draws) break;
      const Exact times(static_cast<std::int64_t>(one.count));
      sum = sum + times * end(one.x);
      count = count + times;
    }
    return sum / count;
  }

  value::Interval certain_{0, 0};
  std::uint64_t count_ = 0;
  std::vector<Possible> possible_;
};

/// How many different values there are.
class Different {
 public:
  void add(const program::Reading& x, Kind kind, bool certain, std::uint64_t count) {
    any_certain_ = any_certain_ || certain;
    if (!x.known(kind)) {
      unknown_ += count;
      return;
    }
    std::string key = key_of(x, kind);
    if (certain) certain_.insert(key);
    all_.insert(std::move(key));
  }
  [[nodiscard]] value::Interval get() const {
    const std::uint64_t least = std::max<std::uint64_t>(certain_.size(), any_certain_ ? 1 : 0);
    return {static_cast<std::int64_t>(least), static_cast<std::int64_t>(all_.size() + unknown_)};
  }
  /// Returns what equal values have in common.
  static std::string key_of(const program::Reading& x, Kind kind) {
    if (kind == Kind::boolean) return x.truth == Bool3::yes ? "1" : "0";
    if (kind == Kind::choice) return std::to_string(x.words.front());
    if (kind == Kind::text) return *x.text;
    return x.interval.least.text();
  }

 private:
  bool any_certain_ = false;
  std::uint64_t unknown_ = 0;
  std::set<std::string> certain_, all_;
};

/// Whether values of one kind are equal.
inline Bool3 equal(const program::Reading& a, const program::Reading& b, Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return a.truth == Bool3::unknown || b.truth == Bool3::unknown ? Bool3::unknown : to_bool3(a.truth == b.truth);
    case Kind::choice:
      if (a.words.intersected(b.words).empty()) return Bool3::no;
      return a.words.size() == 1 && b.words.size() == 1 ? Bool3::yes : Bool3::unknown;
    case Kind::text:
      return a.text == nullptr || b.text == nullptr ? Bool3::unknown : to_bool3(*a.text == *b.text);
    default:
      return value::equal(a.interval, b.interval);
  }
}

/// All that values may have been so far: whether another may be one of them is told without comparing with each.
class Seen {
 public:
  explicit Seen(Kind kind) noexcept : kind_(kind) {}
  void add(const program::Reading& x) {
    any_ = true;
    if (kind_ == Kind::boolean) {
      if (x.truth != Bool3::no) yes_ = true;
      if (x.truth != Bool3::yes) no_ = true;
    } else if (kind_ == Kind::choice) {
      words_ = words_.united(x.words);
    } else if (kind_ == Kind::text) {
      if (x.text == nullptr)
        any_text_ = true;
      else
        texts_.insert(*x.text);
    } else {
      add(x.interval);
    }
  }
  [[nodiscard]] bool may_hold(const program::Reading& x) const {
    if (!any_) return false;
    if (kind_ == Kind::boolean) return (x.truth != Bool3::no && yes_) || (x.truth != Bool3::yes && no_);
    if (kind_ == Kind::choice) return !words_.intersected(x.words).empty();
    if (kind_ == Kind::text) return any_text_ || x.text == nullptr || texts_.contains(*x.text);
    auto above = intervals_.upper_bound(x.interval.most);  // begins behind x
    return above != intervals_.begin() && std::prev(above)->second >= x.interval.least;
  }

 private:
  void add(value::Interval x) {
    auto at = intervals_.upper_bound(x.least);
    if (at != intervals_.begin() && std::prev(at)->second >= x.least) --at;
    while (at != intervals_.end() && at->first <= x.most) {
      x = value::hull(x, {at->first, at->second});
      at = intervals_.erase(at);
    }
    intervals_.emplace(x.least, x.most);
  }

  Kind kind_;
  bool any_ = false, yes_ = false, no_ = false, any_text_ = false;
  program::WordSet words_;
  std::set<std::string> texts_;
  std::map<Exact, Exact> intervals_;  // apart from one another
};

/// Working days between two dates but for some: from the ends, each argument in its direction.
class Weekdays {
 public:
  Weekdays(const value::Interval& from, const value::Interval& to) : from_(from), to_(to) {}
  void add(const value::Interval& day, bool certain, std::uint64_t count) {
    if (!day.known()) {
      unknown_.push_back({day, count});
      return;
    }
    const std::int64_t number = *day.least.to_int64();
    if (value::weekday_of(number) > 5) return;
    if (certain) certain_.insert(number);
    all_.insert(number);
  }
  [[nodiscard]] value::Interval get() const {
    const auto inside = [](std::int64_t day, const Exact& after, const Exact& until) {
      return Exact(day) > after && Exact(day) <= until;
    };
    const auto between = [&](const Exact& from, const Exact& to) {
      return Exact(value::weekdays_between(*from.to_int64(), *to.to_int64()));
    };
    Exact least = between(from_.most, to_.least), most = between(from_.least, to_.most);
    if (least.sign() > 0) {
      std::int64_t lost = 0;
      for (const std::int64_t day : all_) lost += inside(day, from_.most, to_.least) ? 1 : 0;
      for (const auto& [day, count] : unknown_) {
        if (day.most > from_.most && day.least <= to_.least) lost += static_cast<std::int64_t>(count);
      }
      least = std::max<Exact>(least - Exact(lost), 0);
    }
    if (most.sign() > 0) {
      std::int64_t lost = 0;
      for (const std::int64_t day : certain_) lost += inside(day, from_.least, to_.most) ? 1 : 0;
      most = most - Exact(lost);
    }
    return {least, std::max(least, most)};
  }

 private:
  value::Interval from_, to_;
  std::set<std::int64_t> certain_, all_;
  std::vector<std::pair<value::Interval, std::uint64_t>> unknown_;
};

}  // namespace rfs::inline RFS_ABI::evaluate::detail
