#pragma once

#include <algorithm>

#include "rfs/impl/program/axis.hpp"
#include "rfs/value/interval.hpp"

namespace rfs::inline RFS_ABI::program::detail {

RFS_INLINE std::vector<Run> runs_of(expr::Op test, const Value& a, const Value& b) {
  using enum expr::Op;
  const Edge before{a, false}, behind{a, true};
  switch (test) {
    case not_equal:
      return {{std::nullopt, before}, {behind, std::nullopt}};
    case less:
      return {{std::nullopt, before}};
    case less_equal:
      return {{std::nullopt, behind}};
    case greater:
      return {{behind, std::nullopt}};
    case greater_equal:
      return {{before, std::nullopt}};
    case range_closed:
      return {{before, Edge{b, true}}};
    case range_open:
      return {{behind, Edge{b, false}}};
    case range_open_left:
      return {{behind, Edge{b, true}}};
    case range_open_right:
      return {{before, Edge{b, false}}};
    default:
      return {{before, behind}};
  }
}

RFS_INLINE Axis::Axis(Kind kind, const Range& range, std::size_t words) : kind_(kind) {
  const Reading& reading = range.reading;
  if (kind == Kind::text) {
    first_ = {};
  } else if (is_numeric(kind)) {
    if (range.step && !range.step->is_zero()) step_ = range.step;
    first_ = aligned({{reading.interval.least, {}}, false});
    last_ = aligned({{reading.interval.most, {}}, true});
  } else {
    step_ = Exact(1);
    last_ = Edge{{static_cast<std::int64_t>(kind == Kind::boolean ? 2 : words), {}}, false};
    words_ = reading.words;
    if (kind == Kind::boolean) {
      if (reading.truth != Bool3::yes) words_->insert(0);
      if (reading.truth != Bool3::no) words_->insert(1);
    }
  }
}

RFS_INLINE bool Axis::before(const Edge& a, const Edge& b) const {
  if (kind_ == Kind::text) return a.at.text < b.at.text || (a.at.text == b.at.text && a.behind < b.behind);
  return a.at.number < b.at.number || (a.at.number == b.at.number && a.behind < b.behind);
}

/// Edges between the same two values are the same edge: the one before the second value.
RFS_INLINE Edge Axis::aligned(Edge edge) const {
  if (!step_) return edge;
  return {{value::next_on_step(edge.at.number, step_, edge.behind), {}}, false};
}

RFS_INLINE void Axis::add(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    for (const auto* end : {&run.from, &run.to}) {
      if (!*end) continue;
      Edge edge = aligned(**end);
      if (before(first_, edge) && (!last_ || before(edge, *last_))) starts_.push_back(std::move(edge));
    }
  }
}

RFS_INLINE void Axis::split() {
  if (words_) {
    starts_.clear();
    for (std::int64_t word = 1; last_->at.number > word; ++word) starts_.push_back({{word, {}}, false});
  }
  starts_.push_back(first_);
  std::sort(starts_.begin(), starts_.end(), [&](const Edge& a, const Edge& b) { return before(a, b); });
  const auto same = [&](const Edge& a, const Edge& b) { return !before(a, b) && !before(b, a); };
  starts_.erase(std::unique(starts_.begin(), starts_.end(), same), starts_.end());
  all_ = Pieces(starts_.size());
  for (std::size_t i = 0; i < starts_.size(); ++i) {
    // No text stands between one and the same with the least letter behind it.
    const bool none = kind_ == Kind::text && i + 1 < starts_.size() && starts_[i].behind && !starts_[i + 1].behind &&
                      starts_[i + 1].at.text == starts_[i].at.text + '\0';
    if (!none && (!words_ || words_->contains(i))) all_.insert(i);
  }
}

RFS_INLINE std::size_t Axis::piece_at(const Edge& edge) const {
  const auto at = std::lower_bound(starts_.begin(), starts_.end(), aligned(edge),
                                   [&](const Edge& a, const Edge& b) { return before(a, b); });
  return static_cast<std::size_t>(at - starts_.begin());
}

RFS_INLINE Pieces Axis::pieces_of(const std::vector<Run>& runs, bool is_negated) const {
  Pieces out(starts_.size());
  for (const Run& run : runs) {
    const std::size_t from = run.from ? piece_at(*run.from) : 0;
    const std::size_t to = run.to ? piece_at(*run.to) : starts_.size();
    if (from < to) out.insert(from, to);
  }
  if (!is_negated) {
    out.keep(all_);
    return out;
  }
  Pieces rest = all_;
  rest.remove(out);
  return rest;
}

RFS_INLINE Value Axis::witness(std::size_t piece) const {
  const Edge& from = starts_[piece];
  if (!from.behind) return from.at;
  if (kind_ == Kind::text) return {{}, between(from.at.text, piece + 1)};
  const Edge& to = piece + 1 < starts_.size() ? starts_[piece + 1] : *last_;
  return to.behind ? to.at : Value{(from.at.number + to.at.number) / 2, {}};
}

/// Returns a text behind another one and before the piece that comes next.
RFS_INLINE std::string Axis::between(const std::string& after, std::size_t next) const {
  if (next < starts_.size() && starts_[next].behind) return starts_[next].at.text;
  for (const char letter : {'a', '0', ' ', '\1'}) {
    if (next == starts_.size() || after + letter < starts_[next].at.text) return after + letter;
  }
  return after + '\0';
}

}  // namespace rfs::inline RFS_ABI::program::detail
