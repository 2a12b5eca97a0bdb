#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "rfs/impl/batch/list_kernel.hpp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

/// So many items are at work at a time: what is made of their groups should stay near.
inline constexpr std::int64_t kItemsAtWork = std::int64_t{1} << 18;

inline std::uint64_t mixed(std::uint64_t x) noexcept {
  x *= 0x9E3779B97F4A7C15;
  return x ^ x >> 32;
}

}  // namespace detail

RFS_INLINE void GroupIndex::clear() {
  constexpr std::uint32_t kMost = 0x7FFFFFFF;  // then numbers begin again
  end();
  base_ += static_cast<std::uint32_t>(keys_.size());
  if (base_ > kMost) {
    base_ = 0;
    std::fill(slots_.begin(), slots_.end(), Slot());
    std::fill(spare_.begin(), spare_.end(), Slot());
  }
  keys_.clear();
  first_ = 0;
}

/// Keeps what an applicant came to.
RFS_INLINE void GroupIndex::end() {
  if (most_ == 0) return;
  most_before_ = std::exchange(most_, 0);
  had_before_ = keys_.size() - first_;
}

RFS_INLINE void GroupIndex::begin(std::size_t most, std::uint64_t distinct) {
  constexpr std::uint64_t kInARow = 4096;  // keys whose slots stay in the first cache
  constexpr std::uint64_t kFirst = 512;    // groups to expect where nothing is known of them
  end();
  most_ = most;
  first_ = static_cast<std::uint32_t>(keys_.size());
  if (distinct <= kInARow) {
    bits_ = Bits::place;
    return set_size(std::bit_ceil(static_cast<std::size_t>(distinct) + 1));
  }
  bits_ = distinct <= std::uint64_t{1} << 32 ? Bits::key : Bits::hash;
  // The next applicant is likely to have as many groups of its items as the one before.
  const std::uint64_t likely = most_before_ == 0 ? kFirst : most_ * had_before_ / most_before_ * 9 / 8;
  set_size(std::bit_ceil(2 * std::clamp<std::uint64_t>(likely, 8, std::max<std::uint64_t>(most_, 8))));
}

/// Goes on with so many slots, a power of two.
RFS_INLINE void GroupIndex::set_size(std::size_t size) {
  if (slots_.size() < size) slots_ = std::vector<Slot>(size);
  mask_ = size - 1;
  shift_ = 64 - std::countr_zero(size);
  full_ = first_ + (bits_ == Bits::place ? size - 1 : size / 2);
}

template <GroupIndex::Bits kind>
std::uint32_t GroupIndex::bits_of(std::int64_t key) const noexcept {
  const auto bits = static_cast<std::uint64_t>(key);
  return static_cast<std::uint32_t>(kind == Bits::hash ? detail::mixed(bits) >> 32 : bits);
}

template <GroupIndex::Bits kind>
std::size_t GroupIndex::place(std::uint32_t bits) const noexcept {
  if constexpr (kind == Bits::place) return bits & mask_;
  // By its first bits, so that slots that stand together do so when there are more of them.
  return static_cast<std::size_t>(detail::mixed(bits) * 0xD6E8FEB86659FD93 >> shift_);
}

/// Takes twice the slots. Those that are taken go into them in their order, which caches are made for.
RFS_INLINE void GroupIndex::grow() {
  constexpr std::size_t kAtOnce = 256;
  const std::size_t before = mask_ + 1, size = 2 * before;
  const std::uint32_t taken = base_ + first_;
  if (spare_.size() < size) spare_ = std::vector<Slot>(size);
  slots_.swap(spare_);
  set_size(size);
  base_ += static_cast<std::uint32_t>(keys_.size());  // what the slots say is of before
  const auto moved = static_cast<std::uint32_t>(keys_.size());
  for (std::size_t begin = 0; begin < before; begin += kAtOnce) {
    Slot found[kAtOnce];
    std::size_t count = 0;
    for (std::size_t i = begin; i < std::min(before, begin + kAtOnce); ++i) {
      found[count] = spare_[i];
      count += spare_[i].number > taken ? 1 : 0;
    }
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t at = place<Bits::key>(found[i].bits);
      while (slots_[at].number > base_ + first_) at = (at + 1) & mask_;
      slots_[at] = {found[i].bits, found[i].number + moved};
    }
  }
}

/// Numbers a key that has no group.
template <GroupIndex::Bits kind>
std::uint32_t GroupIndex::add(std::int64_t key, std::uint32_t bits) {
  if (keys_.size() == full_) grow();
  std::size_t at = place<kind>(bits);
  while (slots_[at].number > base_ + first_) at = (at + 1) & mask_;
  keys_.push_back(key);
  slots_[at] = {bits, base_ + static_cast<std::uint32_t>(keys_.size())};
  return static_cast<std::uint32_t>(keys_.size() - 1);
}

template <GroupIndex::Bits kind>
void GroupIndex::find_all(const std::int64_t* keys, const std::uint8_t* there, std::size_t rows,
                          std::uint32_t* numbers) {
  constexpr std::size_t kAhead = 24;  // rows, while what they look at is fetched
  for (std::size_t row = 0; row < rows; ++row) {
    if (kind != Bits::place && row + kAhead < rows)
      __builtin_prefetch(slots_.data() + place<kind>(bits_of<kind>(keys[row + kAhead])));
    numbers[row] = kNone;
    if (there[row] == 0) continue;
    const std::uint32_t bits = bits_of<kind>(keys[row]);
    for (std::size_t at = place<kind>(bits);; at = (at + 1) & mask_) {
      const Slot slot = slots_[at];
      if (slot.number <= base_ + first_) {  // of nobody, or of an applicant before
        numbers[row] = add<kind>(keys[row], bits);
        break;
      }
      const std::uint32_t number = slot.number - base_ - 1;
      if (slot.bits != bits || (kind == Bits::hash && keys_[number] != keys[row])) continue;
      numbers[row] = number;
      break;
    }
  }
}

RFS_INLINE void GroupIndex::find(const std::int64_t* keys, const std::uint8_t* there, std::size_t rows,
                                 std::uint32_t* numbers) {
  switch (bits_) {
    case Bits::place:
      return find_all<Bits::place>(keys, there, rows, numbers);
    case Bits::key:
      return find_all<Bits::key>(keys, there, rows, numbers);
    case Bits::hash:
      return find_all<Bits::hash>(keys, there, rows, numbers);
  }
}

RFS_INLINE void PairSet::clear() {
  ++stamp_;
  count_ = 0;
  if (stamp_ != 0 && !entries_.empty()) return;
  entries_.assign(64, {});
  stamp_ = 1;
}

RFS_INLINE void PairSet::grow() {
  const std::vector<Entry> before = std::exchange(entries_, std::vector<Entry>(entries_.size() * 2));
  count_ = 0;
  for (const Entry& entry : before) {
    if (entry.stamp == stamp_) insert(entry.to, entry.value);
  }
}

RFS_INLINE bool PairSet::insert(std::uint32_t to, std::int64_t value) {
  if (2 * count_ >= entries_.size()) grow();
  const std::size_t mask = entries_.size() - 1;
  std::size_t at = detail::mixed(detail::mixed(static_cast<std::uint64_t>(value)) + to) & mask;
  for (;; at = (at + 1) & mask) {
    Entry& entry = entries_[at];
    if (entry.stamp != stamp_) {
      entry = {value, to, stamp_};
      ++count_;
      return true;
    }
    if (entry.to == to && entry.value == value) return false;
  }
}

RFS_INLINE ListKernel::ListKernel(std::shared_ptr<const ListPlan> plan, std::int64_t day, const std::vector<Has>& given,
                                  const std::unordered_map<std::uint32_t, std::vector<Has>>& fields)
    : plan_(std::move(plan)) {
  for (const Stage& stage : plan_->stages) {
    Bound made;
    made.stage = &stage;
    made.fact = stage.fact;
    made.first = stage.table == program::kApplicant || stage.table == stage.list;
    made.bound = evaluate::bind(stage.program, stage.scaled, day);
    std::vector<Has> has;
    for (const StageInput& input : stage.inputs) {
      Has there = Has::steps;
      if (input.from == StageInput::From::fact) there = given[input.index];
      if (input.from == StageInput::From::field) {
        const auto of = fields.find(stage.fact);
        there = of != fields.end() ? of->second[input.index] : Has::other;
      }
      usable_ = usable_ && there != Has::other;
      has.push_back(there);
    }
    made.kernel = std::make_unique<Kernel>(has, made.bound);
    made.seen.resize(stage.accumulations.size());
    for (const Grouping& grouping : stage.groupings) made.distinct.push_back(distinct_keys(stage, grouping));
    usable_ = usable_ && made.kernel->usable() && (stage.table == program::kApplicant || fields.contains(stage.fact));
    stages_.push_back(std::move(made));
  }
}

RFS_INLINE const std::vector<std::int64_t>& ListKernel::made(std::size_t aggregate) const {
  return applicants_.at(plan_->aggregates[aggregate].value).values;
}

/// Returns how many keys there are between the least and the most.
RFS_INLINE std::uint64_t ListKernel::distinct_keys(const Stage& stage, const Grouping& grouping) {
  const program::NodeId key = stage.program.definitions[DefinitionId(grouping.key)];
  const program::Node& node = stage.program.nodes[key];
  if (node.kind == Kind::boolean) return 2;
  if (node.kind != Kind::number && node.kind != Kind::date) return std::numeric_limits<std::uint64_t>::max();
  const value::Interval& range = stage.program.ranges[key].reading.interval;
  const auto wide = ((range.most - range.least) / stage.scaled.units[key.value]).floor().to_int64();
  return wide && *wide >= 0 ? static_cast<std::uint64_t>(*wide) + 1 : std::numeric_limits<std::uint64_t>::max();
}

RFS_INLINE ListKernel::Made& ListKernel::made_of(const Accumulation& accumulation) {
  if (accumulation.into == program::kApplicant) return applicants_[accumulation.node.value];
  return groups_[accumulation.into.value].made[accumulation.node.value];
}

RFS_INLINE void ListKernel::run(const std::vector<const Column*>& facts,
                                const std::unordered_map<std::uint32_t, ListRows>& lists, std::size_t rows,
                                std::uint8_t* decided) {
  corrupt_.clear();
  for (Bound& at : stages_) {
    for (const Accumulation& accumulation : at.stage->accumulations) {
      if (accumulation.into != program::kApplicant) continue;
      Made& made = applicants_[accumulation.node.value];
      made.values.assign(rows, 0);
      made.any.assign(rows, 0);
    }
  }
  for (std::size_t i = 0; i < stages_.size() && corrupt_.empty(); ++i) {
    Bound& at = stages_[i];
    if (at.stage->table == program::kApplicant) {
      run_applicants(at, facts, rows, decided);
      continue;
    }
    if (at.stage->table != at.stage->list) continue;  // run with the list that it is made of
    run_items(i, facts, lists.at(at.fact), rows, decided);
  }
}

/// Computes what later stages need of applicants.
RFS_INLINE void ListKernel::run_applicants(Bound& at, const std::vector<const Column*>& facts, std::size_t rows,
                                           std::uint8_t* decided) {
  const Stage& stage = *at.stage;
  in_.columns.assign(stage.inputs.size(), {});
  for (std::size_t i = 0; i < stage.inputs.size(); ++i) {
    Column& column = in_.columns[i];
    column.complete = true;
    const StageInput& input = stage.inputs[i];
    if (input.from == StageInput::From::node) {
      column.lanes = applicants_.at(input.index).values.data();
      continue;
    }
    const Column* const from = facts[input.index];
    if (from == nullptr) continue;
    column.complete = from->complete;
    column.cells = from->cells;
    if (from->bytes == nullptr) {
      column.lanes = from->lanes;
      continue;
    }
    column.steps.assign(from->bytes, from->bytes + rows);
    column.lanes = column.steps.data();
  }
  for (const program::NodeId id : stage.outputs) applicants_[id.value].values.resize(rows);
  const std::size_t most = at.kernel->rows();
  room_.resize(most);
  for (std::size_t begin = 0; begin < rows; begin += most) {
    const std::size_t count = std::min(most, rows - begin);
    at.kernel->run(in_, begin, count, decided + begin);
    for (std::size_t i = 0; i < stage.outputs.size(); ++i) {
      const evaluate::Place place = at.bound->places[stage.program.definitions[DefinitionId(i)].value];
      const std::int64_t* const values = at.kernel->read(place, count, room_.data());
      std::copy_n(values, count,
                  applicants_[stage.outputs[i].value].values.begin() + static_cast<std::ptrdiff_t>(begin));
    }
  }
}

/// Runs a list's stages, some applicants at a time: over its items, then over their groups.
RFS_INLINE void ListKernel::run_items(std::size_t first, const std::vector<const Column*>& facts, const ListRows& list,
                                      std::size_t rows, std::uint8_t* decided) {
  const Stage& stage = *stages_[first].stage;
  if (list.known != nullptr) {
    for (std::size_t i = 0; i < rows; ++i) decided[i] &= list.known[i];
  }
  for (std::size_t begin = 0; begin < rows;) {
    std::size_t end = begin + 1;
    while (end < rows && list.offsets[end + 1] - list.offsets[begin] <= detail::kItemsAtWork) ++end;
    for (std::size_t i = first; i < stages_.size() && stages_[i].stage->round == stage.round && corrupt_.empty(); ++i) {
      Bound& at = stages_[i];
      if (at.stage->list != stage.list) continue;
      run_rows(at, facts, at.first ? &list : nullptr, begin, end, decided);
    }
    begin = end;
  }
}

/// Says of `count` rows, from `begin` on of the items of applicants from `begin_applicant` on, whose each is.
/// `applicant` is whose the row before was, and becomes whose the last one is.
RFS_INLINE void ListKernel::name_applicants(const ListRows& list, std::size_t begin_applicant, std::size_t begin,
                                            std::size_t count, std::size_t& applicant) {
  // So many rows are written at once whoever's they are, and what is too much is written over: most lists are shorter,
  // and then nothing hangs on where they end.
  constexpr std::size_t kAtOnce = 8;
  applicant_.resize(count + kAtOnce);
  const std::int64_t* const ends = list.offsets + begin_applicant + 1;
  const std::int64_t first = list.offsets[begin_applicant] + static_cast<std::int64_t>(begin);
  for (std::size_t row = 0;; ++applicant) {
    const std::size_t end =
        std::min(count, static_cast<std::size_t>(std::max<std::int64_t>(ends[applicant] - first, 0)));
    std::fill_n(applicant_.data() + row, kAtOnce, static_cast<std::uint32_t>(applicant));
    for (row += kAtOnce; row < end; ++row) applicant_[row] = static_cast<std::uint32_t>(applicant);
    row = end;
    if (row == count) break;
  }
}

/// Runs one stage over all rows of some applicants.
RFS_INLINE void ListKernel::run_rows(Bound& at, const std::vector<const Column*>& facts, const ListRows* list,
                                     std::size_t begin_applicant, std::size_t end_applicant, std::uint8_t* decided) {
  const Stage& stage = *at.stage;
  const std::size_t applicants = end_applicant - begin_applicant;
  const Groups* const table = list == nullptr ? &groups_.at(stage.table.value) : nullptr;
  const auto begin_of = [&](std::size_t applicant) {
    return list != nullptr
               ? static_cast<std::size_t>(list->offsets[begin_applicant + applicant] - list->offsets[begin_applicant])
               : table->begin[applicant];
  };
  const std::size_t rows = begin_of(applicants);
  for (const Grouping& grouping : stage.groupings) {
    Groups& groups = groups_[grouping.groups.value];
    groups.index.clear();
    groups.applicant.clear();
    groups.begin.assign(1, 0);
    for (const Accumulation& accumulation : stage.accumulations) {
      if (accumulation.into != grouping.groups) continue;
      groups.made[accumulation.node.value].values.clear();
      groups.made[accumulation.node.value].any.clear();
    }
  }
  for (PairSet& seen : at.seen) seen.clear();
  const std::size_t most = at.kernel->rows();
  in_.columns.assign(stage.inputs.size(), {});
  gathered_.resize(std::max(gathered_.size(), stage.inputs.size()));
  room_.resize(most * stage.outputs.size());
  byte_room_.resize(most * stage.outputs.size());
  values_.resize(stage.outputs.size());
  truths_.resize(stage.outputs.size());
  std::size_t applicant = 0;  // of the row at work
  for (std::size_t begin = 0; begin < rows; begin += most) {
    const std::size_t count = std::min(most, rows - begin);
    if (list != nullptr) {
      name_applicants(*list, begin_applicant, begin, count, applicant);
      list->read(list->offsets[begin_applicant] + static_cast<std::int64_t>(begin), count, items_);
      if (!items_.corrupt.empty()) {
        corrupt_ = items_.corrupt;
        return;
      }
      // What is refused, or taken for the nearest step, is said row by row.
      for (const CellProblem& problem : items_.problems) decided[begin_applicant + applicant_[problem.row]] = 0;
      for (const Column& column : items_.columns) {
        for (const std::size_t row : column.assumed) decided[begin_applicant + applicant_[row]] = 0;
      }
    }
    const std::uint32_t* const of = list != nullptr ? applicant_.data() : table->applicant.data() + begin;
    for (std::size_t i = 0; i < stage.inputs.size(); ++i) {
      const StageInput& input = stage.inputs[i];
      Column& column = in_.columns[i];
      column.complete = true;
      const auto gather = [&](const auto* from) {
        std::vector<std::int64_t>& lanes = gathered_[i];
        lanes.resize(count);
        for (std::size_t row = 0; row < count; ++row)
          lanes[row] = static_cast<std::int64_t>(from[begin_applicant + of[row]]);
        column.lanes = lanes.data();
      };
      switch (input.from) {
        case StageInput::From::field: {
          if (list->columns[input.index] >= items_.columns.size()) break;
          const Column& field = items_.columns[list->columns[input.index]];
          column.complete = field.complete;
          if (!field.complete) column.cells = field.cells;
          column.bytes = field.bytes;
          column.lanes = field.lanes;
          break;
        }
        case StageInput::From::fact: {
          const Column* const fact = facts[input.index];
          if (fact == nullptr) break;
          if (fact->bytes != nullptr)
            gather(fact->bytes);
          else
            gather(fact->lanes);
          // Where it is not known, the applicant is not decided here.
          for (std::size_t row = 0; row < count && !fact->complete; ++row) {
            if (fact->cells[begin_applicant + of[row]] != Cell::known) decided[begin_applicant + of[row]] = 0;
          }
          break;
        }
        case StageInput::From::node:
          gather(applicants_.at(input.index).values.data());
          break;
        case StageInput::From::key:
          column.lanes = table->index.keys().data() + begin;
          break;
        case StageInput::From::of_group:
          column.lanes = table->made.at(input.index).values.data() + begin;
          break;
      }
    }
    row_decided_.assign(count, 1);
    at.kernel->run(in_, 0, count, row_decided_.data());
    if (std::memchr(row_decided_.data(), 0, count) != nullptr) {
      for (std::size_t row = 0; row < count; ++row) decided[begin_applicant + of[row]] &= row_decided_[row];
    }
    for (std::size_t i = 0; i < stage.outputs.size(); ++i) {
      const program::NodeId node = stage.program.definitions[DefinitionId(i)];
      const evaluate::Place place = at.bound->places[node.value];
      if (stage.program.nodes[node].kind == Kind::boolean) {
        truths_[i] = at.kernel->read_bytes(place, count, byte_room_.data() + i * most);
        values_[i] = nullptr;
      } else {
        values_[i] = at.kernel->read(place, count, room_.data() + i * most);
      }
    }
    for (std::size_t i = 0; i < stage.groupings.size(); ++i) {
      const Grouping& grouping = stage.groupings[i];
      Groups& groups = groups_[grouping.groups.value];
      std::vector<std::uint32_t>& numbers = numbers_[grouping.groups.value];
      numbers.resize(count);
      const std::uint8_t* const there = truths_[grouping.there];
      const std::int64_t* keys = values_[grouping.key];
      if (keys == nullptr) {
        std::int64_t* const wide = room_.data() + grouping.key * most;
        std::copy_n(truths_[grouping.key], count, wide);
        keys = wide;
      }
      for (std::size_t row = 0; row < count;) {
        while (groups.begin.size() <= of[row] + 1) {  // the next applicant begins
          const std::size_t next = groups.begin.size() - 1;
          groups.begin.back() = groups.index.size();
          groups.begin.push_back(groups.index.size());
          groups.index.begin(begin_of(next + 1) - begin_of(next), at.distinct[i]);
        }
        const std::size_t end = std::min(count, begin_of(of[row] + 1) - begin);
        groups.index.find(keys + row, there + row, end - row, numbers.data() + row);
        groups.applicant.resize(groups.index.size(), of[row]);
        row = end;
      }
    }
    for (std::size_t i = 0; i < stage.accumulations.size(); ++i) {
      const Accumulation& accumulation = stage.accumulations[i];
      Made& made = made_of(accumulation);
      if (accumulation.into == program::kApplicant) {
        accumulate(at, i, made, begin_applicant, of, count);
        continue;
      }
      const std::size_t size = groups_[accumulation.into.value].index.size();
      made.values.resize(size, 0);
      made.any.resize(size, 0);
      accumulate(at, i, made, 0, numbers_[accumulation.into.value].data(), count);
    }
  }
  for (std::size_t i = 0; i < stage.accumulations.size(); ++i) {
    const Accumulation& accumulation = stage.accumulations[i];
    if (!accumulation.otherwise) continue;
    Made& made = made_of(accumulation);
    const bool of_applicants = accumulation.into == program::kApplicant;
    const std::size_t first = of_applicants ? begin_applicant : 0,
                      end = of_applicants ? end_applicant : made.any.size();
    for (std::size_t to = first; to < end; ++to) {
      if (made.any[to] == 0) made.values[to] = *accumulation.otherwise;
    }
  }
  for (const Grouping& grouping : stage.groupings) {
    Groups& groups = groups_[grouping.groups.value];
    groups.begin.back() = groups.index.size();
    groups.begin.resize(applicants + 1, groups.index.size());  // those behind the last item have none
  }
}

/// Adds the rows at work to what is made of them: row i to the applicant or group `first` + to[i].
RFS_INLINE void ListKernel::accumulate(Bound& at, std::size_t accumulation, Made& made, std::size_t first,
                                       const std::uint32_t* to, std::size_t rows) {
  using program::Op;
  if (rows == 0) return;
  const Accumulation& what = at.stage->accumulations[accumulation];
  const std::uint8_t* const there = truths_[what.there];
  const std::int64_t* const value = values_[what.value];
  const std::uint8_t* const truth = truths_[what.value];
  std::int64_t* const out = made.values.data() + first;
  std::uint8_t* const any = made.any.data() + first;
  // Calls `add` for every item that is there.
  const auto each = [&](auto add) {
    for (std::size_t row = 0; row < rows; ++row) {
      if (there[row] != 0) add(row, to[row]);
    }
  };
  const auto of = [&](std::size_t row) { return value != nullptr ? value[row] : std::int64_t{truth[row]}; };
  // Rows of one applicant stand together. Lists are mostly short and no machine foresees where they end: nothing here
  // branches on whose a row is or on whether it is there. `item` is `none` of a row that is not.
  const bool of_applicants = what.into == program::kApplicant;
  const auto choose = [](bool take_a, std::int64_t a, std::int64_t b) {
    const std::int64_t mask = -std::int64_t{take_a};
    return (a & mask) | (b & ~mask);
  };
  const auto fold = [&](std::int64_t none, auto item, auto add) {
    std::uint32_t k = to[0];
    std::int64_t made_of_k = out[k];
    for (std::size_t row = 0; row < rows; ++row) {
      made_of_k = add(choose(to[row] == k, made_of_k, none), item(row));
      k = to[row];
      out[k] = made_of_k;
    }
  };
  constexpr std::size_t kLong = 32;  // items: then sums in vector registers are worth the end that nobody foresaw
  const bool long_lists = of_applicants && rows / (std::size_t{to[rows - 1]} - to[0] + 1) >= kLong;
  const auto add_up = [&](auto item) {
    if (!long_lists) return fold(0, item, [](std::int64_t x, std::int64_t y) { return x + y; });
    for (std::size_t row = 0; row < rows;) {
      const std::uint32_t k = to[row];
      std::int64_t sum = 0;
      for (; row < rows && to[row] == k; ++row) sum += item(row);
      out[k] += sum;
    }
  };
  const auto extreme = [&](std::int64_t none, auto better) {
    std::uint32_t k = to[0];
    bool any_of_k = any[k] != 0;
    std::int64_t best = choose(any_of_k, out[k], none);
    for (std::size_t row = 0; row < rows; ++row) {
      const bool same = to[row] == k, is_there = there[row] != 0;
      const std::int64_t before = choose(same, best, none), x = choose(is_there, value[row], none);
      best = better(x, before) ? x : before;
      any_of_k = (any_of_k & same) | is_there;
      k = to[row];
      out[k] = choose(any_of_k, best, 0);
      any[k] = any_of_k ? 1 : 0;
    }
  };
  switch (plan_->operators.at(what.node.value)) {
    case Op::sum_of:
      if (!of_applicants) return each([&](std::size_t row, std::uint32_t k) { out[k] += value[row]; });
      return add_up([&](std::size_t row) { return value[row] & -std::int64_t{there[row]}; });
    case Op::count_of:
      if (!of_applicants) return each([&](std::size_t, std::uint32_t k) { ++out[k]; });
      return add_up([&](std::size_t row) { return std::int64_t{there[row]}; });
    case Op::some_of:
      if (!of_applicants) return each([&](std::size_t row, std::uint32_t k) { out[k] |= of(row); });
      return fold(
          0, [&](std::size_t row) { return of(row) & std::int64_t{there[row]}; },
          [](std::int64_t x, std::int64_t y) { return x | y; });
    case Op::count_unlike:
      return each(
          [&](std::size_t row, std::uint32_t k) { out[k] += at.seen[accumulation].insert(k, of(row)) ? 1 : 0; });
    case Op::least_of:
    case Op::most_of: {
      const bool most = plan_->operators.at(what.node.value) == Op::most_of;
      if (of_applicants) {
        if (most) return extreme(INT64_MIN, [](std::int64_t x, std::int64_t y) { return x > y; });
        return extreme(INT64_MAX, [](std::int64_t x, std::int64_t y) { return x < y; });
      }
      return each([&](std::size_t row, std::uint32_t k) {
        const std::int64_t x = value[row];
        if (any[k] == 0 || (most ? x > out[k] : x < out[k])) out[k] = x;
        any[k] = 1;
      });
    }
    case Op::first_of:
      return each([&](std::size_t row, std::uint32_t k) {
        if (any[k] == 0) out[k] = of(row);
        any[k] = 1;
      });
    default:  // last_of
      return each([&](std::size_t row, std::uint32_t k) {
        out[k] = of(row);
        any[k] = 1;
      });
  }
}

}  // namespace rfs::inline RFS_ABI::batch
