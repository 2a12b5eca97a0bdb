#pragma once

#include <algorithm>

#include "rfs/impl/batch/kernel.hpp"
#include "rfs/impl/evaluate/step.hpp"

namespace rfs::inline RFS_ABI::batch {

RFS_INLINE Kernel::Kernel(const Binding& binding, std::shared_ptr<const evaluate::Bound> bound)
    : bound_(std::move(bound)) {
  find_tables();
  slots_.resize(bound_->slots.size());
  find_facts(binding);
  compile();
}

RFS_INLINE Kernel::Kernel(const std::vector<Has>& given, std::shared_ptr<const evaluate::Bound> bound)
    : bound_(std::move(bound)) {
  find_tables();
  slots_.resize(bound_->slots.size());
  for (std::uint32_t fact = 0; fact < given.size(); ++fact) {
    facts_.push_back(fact);
    given_.push_back(given[fact] == Has::nothing ? 0 : 1);
    if (given[fact] != Has::nothing) add_source(fact, fact, given[fact] == Has::bytes);
  }
  require({});
  compile();
}

/// Gives the holes of each table, and lookups that find nothing, another value of theirs.
RFS_INLINE void Kernel::find_tables() {
  tables_ = bound_->tables;
  narrow_tables_.resize(tables_.size());
  some_figure_.assign(bound_->scaled->parameters.size(), 0);
  const auto note = [&](std::uint32_t table) {
    if (table != evaluate::kNothing) table_at_[table];
  };
  for (const evaluate::Place& place : bound_->places) note(place.table);
  for (const evaluate::BoundDecision& decision : bound_->decisions) {
    note(decision.eligible.table);
    note(decision.amount.table);
  }
  for (const evaluate::Instruction& n : bound_->code) {
    note(n.table);
    if (n.op != evaluate::Op::figure) continue;
    const program::ScaledParameter& parameter = bound_->scaled->parameters[n.d];
    const auto on_file = std::find(parameter.null.begin(), parameter.null.end(), 0);
    if (on_file == parameter.null.end()) continue;
    some_figure_[n.d] = parameter.figures[static_cast<std::size_t>(on_file - parameter.null.begin())];
  }
  for (auto at = table_at_.begin(); at != table_at_.end(); ++at) {
    const std::size_t begin = at->first, end = std::next(at) == table_at_.end() ? tables_.size() : std::next(at)->first;
    const auto first = tables_.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = tables_.begin() + static_cast<std::ptrdiff_t>(end);
    const auto some = std::find_if(first, last, [](std::int64_t x) { return x != evaluate::detail::kMissing; });
    // Where none is on file no row is decided.
    std::replace(first, last, evaluate::detail::kMissing, some == last ? std::int64_t{0} : std::int64_t{*some});
    at->second.entries = end - begin;
    at->second.narrow = std::all_of(first, last, [](std::int64_t x) { return x >= 0 && x <= 255; });
    std::transform(first, last, narrow_tables_.begin() + static_cast<std::ptrdiff_t>(begin),
                   [](std::int64_t x) { return static_cast<std::uint8_t>(x); });
  }
}

RFS_INLINE void Kernel::find_facts(const Binding& binding) {
  const std::size_t facts = bound_->scaled->fact_units.size();
  given_.assign(facts, 0);
  for (std::size_t i = 0; i < binding.columns.size(); ++i) {
    const BoundColumn& column = binding.columns[i];
    facts_.push_back(column.fact.valid() ? column.fact.value : evaluate::kNothing);
    if (!column.fact.valid()) continue;
    const std::uint32_t fact = column.fact.value;
    given_[fact] = 1;
    const Target& target = column.decoder.target();
    const Exact& unit = bound_->scaled->fact_units[fact];
    usable_ = usable_ && (unit.is_zero() || (target.stepped && target.step == unit));
    if (unit.is_zero()) continue;
    add_source(i, fact, target.narrow);
  }
  // What lists were made into stands behind the columns that are bound.
  for (std::size_t fact = binding.facts; fact < facts; ++fact) {
    facts_.push_back(static_cast<std::uint32_t>(fact));
    given_[fact] = 1;
    add_source(facts_.size() - 1, static_cast<std::uint32_t>(fact), false);
  }
  require(binding.unknown);
}

RFS_INLINE void Kernel::add_source(std::size_t column, std::uint32_t fact, bool narrow) {
  sources_.push_back({column, fact, add_lanes(narrow), narrow});
  name(static_cast<std::uint32_t>(program::FactWords{given_.size()}.value(fact)), sources_.back().lanes);
}

/// Notes whether all facts that must be known have columns.
RFS_INLINE void Kernel::require(const std::vector<FactId>& unknown) {
  const std::size_t facts = given_.size();
  const program::FactWords words{facts};
  const auto has = [&](std::size_t word, std::size_t fact) { return (bound_->needed[word] >> fact % 64 & 1) != 0; };
  for (std::size_t i = 0; i < facts; ++i) {
    if (has(words.known(i), i) && given_[i] == 0) usable_ = false;
  }
  for (const FactId fact : unknown) {
    if (has(words.known(fact.value), fact.value) || has(words.not_unknown(fact.value), fact.value)) usable_ = false;
  }
}

RFS_INLINE void Kernel::compile() {
  for (const evaluate::Instruction& n : bound_->code) compile_step(n);
  for (const evaluate::BoundDecision& decision : bound_->decisions) {  // read more than once
    if (decision.eligible.table != evaluate::kNothing) look_up(decision.eligible.slot, decision.eligible.table);
  }
  std::size_t bytes = 0;  // of a row
  for (const char narrow : lane_narrow_) bytes += narrow != 0 ? 1 : sizeof(std::int64_t);
  rows_ = rows_within(kCachedLanes, bytes);
  if (rows_ * bytes > kMostLanes) usable_ = false;
  if (!usable_) return;
  room_.resize(rows_ * bytes / sizeof(std::int64_t));
  std::int64_t* next = room_.data();
  for (const char narrow : lane_narrow_) {
    own_.push_back(next);
    next += narrow != 0 ? rows_ / sizeof(std::int64_t) : rows_;
  }
  at_.assign(own_.begin(), own_.end());
  for (std::size_t i = 0; i < bound_->slots.size(); ++i) {
    const Slot& slot = slots_[i];
    if (!slot.constant) continue;
    const std::int64_t value = bound_->slots[i];
    if (slot.wide != evaluate::kNothing) std::fill_n(static_cast<std::int64_t*>(own_[slot.wide]), rows_, value);
    if (slot.narrow == evaluate::kNothing) continue;
    std::fill_n(static_cast<std::uint8_t*>(own_[slot.narrow]), rows_, static_cast<std::uint8_t>(value));
  }
}

RFS_INLINE Kernel::LaneId Kernel::add_lanes(bool narrow) {
  lane_narrow_.push_back(narrow ? 1 : 0);
  return static_cast<LaneId>(lane_narrow_.size() - 1);
}

RFS_INLINE void Kernel::name(std::uint32_t slot, LaneId lanes) {
  (lane_narrow_[lanes] != 0 ? slots_[slot].narrow : slots_[slot].wide) = lanes;
  slots_[slot].constant = false;
}

RFS_INLINE Kernel::LaneId Kernel::add_loop(Loop::Kind kind, LaneId a, bool narrow) {
  Step step;
  step.loop.kind = kind;
  step.a = a;
  step.b = step.c = step.d = a;
  step.out = add_lanes(narrow);
  steps_.push_back(step);
  return step.out;
}

/// Returns whether a slot can be read as bytes.
RFS_INLINE bool Kernel::is_narrow(std::uint32_t slot) const {
  if (!slots_[slot].constant) return slots_[slot].narrow != evaluate::kNothing;
  return bound_->slots[slot] >= 0 && bound_->slots[slot] <= 255;
}

RFS_INLINE Kernel::LaneId Kernel::wide(std::uint32_t slot) {
  Slot& of = slots_[slot];
  if (of.wide != evaluate::kNothing) return of.wide;
  return of.wide = of.constant ? add_lanes(false) : add_loop(Loop::Kind::widen, of.narrow, false);
}

RFS_INLINE Kernel::LaneId Kernel::narrow(std::uint32_t slot) {
  Slot& of = slots_[slot];
  if (of.narrow != evaluate::kNothing) return of.narrow;
  return of.narrow = of.constant ? add_lanes(true) : add_loop(Loop::Kind::narrow, of.wide, true);
}

RFS_INLINE Kernel::LaneId Kernel::look_up(std::uint32_t slot, std::uint32_t table) {
  const auto [at, fresh] = looked_up_.emplace(std::pair(slot, table), 0);
  if (!fresh) return at->second;
  const Table& of = table_at_.at(table);
  at->second = add_loop(of.narrow ? Loop::Kind::look_up_bytes : Loop::Kind::look_up, narrow(slot), of.narrow);
  Loop& loop = steps_.back().loop;
  loop.table = of.narrow ? static_cast<const void*>(narrow_tables_.data() + table) : tables_.data() + table;
  loop.entries = of.entries;
  return at->second;
}

/// Makes one instruction run over lanes.
RFS_INLINE void Kernel::compile_step(const evaluate::Instruction& n) {
  using evaluate::Op;
  std::uint32_t a = n.a;
  if (n.table != evaluate::kNothing && n.op != Op::on_file) {
    // What is looked up has a slot of its own from here on.
    const LaneId lanes = look_up(n.a, n.table);
    a = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
    name(a, lanes);
  }
  const auto same = [&](std::uint32_t slot) { name(n.out, is_narrow(slot) ? narrow(slot) : wide(slot)); };
  Step step;
  step.n = n;
  step.loop.op = n.op;
  step.loop.detail = n.detail;
  bool result = false;  // is of bytes
  const auto take = [&](bool bytes, bool third, bool fourth) {
    step.a = bytes ? narrow(a) : wide(a);
    step.b = bytes ? narrow(n.b) : wide(n.b);
    step.c = !third ? step.b : bytes ? narrow(n.c) : wide(n.c);
    step.d = !fourth ? step.b : wide(n.d);
    step.loop.kind = bytes ? Loop::Kind::step_bytes : Loop::Kind::step;
  };
  switch (n.op) {
    case Op::copy:
      return same(a);
    case Op::given:
      return same(given_[n.d] != 0 ? a : n.b);
    case Op::on_file:
      step.looped = false;
      step.a = step.b = step.c = step.d = narrow(n.a);
      step.out = step.a;
      steps_.push_back(step);
      return;
    case Op::both:
    case Op::either:
      take(true, false, false);
      result = true;
      break;
    case Op::index:
      take(true, true, false);
      step.loop.second = n.d & 0xFFFF;
      step.loop.third = n.d >> 16;
      result = true;
      break;
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
    case Op::equal:
      take(is_narrow(a) && is_narrow(n.b), false, false);
      result = true;
      break;
    case Op::select:
      result = is_narrow(n.b) && is_narrow(n.c);
      if (result) {
        take(true, true, false);
      } else {
        step.a = narrow(a);
        step.b = wide(n.b);
        step.c = step.d = wide(n.c);
        step.loop.kind = Loop::Kind::select;
      }
      break;
    case Op::inside:
      take(false, true, false);
      result = true;
      break;
    case Op::cut:
      take(false, true, true);
      break;
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::minimum:
    case Op::maximum:
    case Op::absolute:
      take(false, false, false);
      break;
    case Op::round:
      take(false, false, false);
      step.loop.kind = Loop::Kind::round;
      step.looped = false;  // where it does not
      break;
    case Op::modulo:
    case Op::listed:
    case Op::word:
    case Op::date:
    case Op::figure:
      take(false, true, false);
      step.looped = false;
      break;
  }
  step.out = add_lanes(result);
  name(n.out, step.out);
  steps_.push_back(step);
}

RFS_INLINE void Kernel::run(const Decoded& block, std::size_t first, std::size_t rows, std::uint8_t* decided) {
  const program::FactWords words{given_.size()};
  for (const Source& source : sources_) {
    const Column& column = block.columns[source.column];
    if (!source.narrow) {
      at_[source.lanes] = column.lanes + first;
    } else if (column.bytes != nullptr) {
      at_[source.lanes] = column.bytes + first;
    } else {
      Loop loop;
      loop.kind = Loop::Kind::narrow;
      loop.rows = rows;
      loop.a = column.lanes + first;
      loop.out = own_[source.lanes];
      run_loop(loop);
      at_[source.lanes] = loop.out;
    }
  }
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    const std::uint32_t fact = facts_[i];
    const Column& column = block.columns[i];
    if (column.complete) continue;
    if (fact != evaluate::kNothing) {
      if (bound_->scaled->fact_units[fact].is_zero()) continue;
      const std::int64_t needed = bound_->needed[words.known(fact)] | bound_->needed[words.not_unknown(fact)];
      if ((needed >> fact % 64 & 1) == 0) continue;
    }
    const Cell* const cells = column.cells.data() + first;
    for (std::size_t row = 0; row < rows; ++row) decided[row] &= cells[row] == Cell::known ? 1 : 0;
  }
  for (const Step& step : steps_) {
    if (!run_step(step, rows, decided)) return;
  }
}

RFS_INLINE const std::int64_t* Kernel::read(evaluate::Place place, std::size_t rows,
                                            std::int64_t* room) const noexcept {
  const Slot& slot = slots_[place.slot];
  Loop loop;
  loop.rows = rows;
  loop.out = room;
  if (place.table != evaluate::kNothing) {
    std::uint8_t entries[kBlock];
    loop.kind = Loop::Kind::look_up;
    loop.a = read_bytes({place.slot, evaluate::kNothing}, rows, entries);
    loop.table = tables_.data() + place.table;
    loop.entries = table_at_.at(place.table).entries;
    run_loop(loop);
    return room;
  }
  if (slot.wide != evaluate::kNothing) return static_cast<const std::int64_t*>(at_[slot.wide]);
  if (slot.constant) {
    std::fill_n(room, rows, bound_->slots[place.slot]);
    return room;
  }
  loop.kind = Loop::Kind::widen;
  loop.a = at_[slot.narrow];
  run_loop(loop);
  return room;
}

RFS_INLINE const std::uint8_t* Kernel::read_bytes(evaluate::Place place, std::size_t rows,
                                                  std::uint8_t* room) const noexcept {
  const Slot& slot = slots_[place.slot];
  Loop loop;
  loop.rows = rows;
  loop.out = room;
  if (place.table != evaluate::kNothing) {
    const auto made = looked_up_.find({place.slot, place.table});
    if (made != looked_up_.end() && lane_narrow_[made->second] != 0) {
      return static_cast<const std::uint8_t*>(at_[made->second]);
    }
    std::uint8_t entries[kBlock];
    loop.kind = Loop::Kind::look_up_bytes;
    loop.a = read_bytes({place.slot, evaluate::kNothing}, rows, entries);
    loop.table = narrow_tables_.data() + place.table;
    loop.entries = table_at_.at(place.table).entries;
    run_loop(loop);
    return room;
  }
  if (slot.narrow != evaluate::kNothing) return static_cast<const std::uint8_t*>(at_[slot.narrow]);
  if (slot.constant) {
    std::fill_n(room, rows, static_cast<std::uint8_t>(bound_->slots[place.slot]));
    return room;
  }
  loop.kind = Loop::Kind::narrow;
  loop.a = at_[slot.wide];
  run_loop(loop);
  return room;
}

RFS_INLINE bool Kernel::always(evaluate::Place place) const noexcept {
  return place.table == evaluate::kNothing && slots_[place.slot].constant && bound_->slots[place.slot] == 1;
}

RFS_INLINE std::int64_t Kernel::read_one(evaluate::Place place, std::size_t row) const noexcept {
  const Slot& slot = slots_[place.slot];
  const std::int64_t value = slot.wide != evaluate::kNothing ? static_cast<const std::int64_t*>(at_[slot.wide])[row]
                             : slot.constant                 ? bound_->slots[place.slot]
                                                             : static_cast<const std::uint8_t*>(at_[slot.narrow])[row];
  return place.table == evaluate::kNothing ? value : tables_[static_cast<std::size_t>(place.table + value)];
}

RFS_INLINE std::size_t Kernel::unmet_sets(const evaluate::BoundDecision& decision) const noexcept {
  std::size_t end = bound_->unmet.size();
  for (const evaluate::BoundDecision& other : bound_->decisions) {
    const evaluate::Place& unmet = other.unmet;
    if (unmet.table != evaluate::kNothing && unmet.table > decision.unmet.table)
      end = std::min<std::size_t>(end, unmet.table);
  }
  return end - decision.unmet.table;
}

/// Computes one instruction in all lanes; evaluate::detail::step defines what each does. Returns false where none is
/// left to decide.
RFS_INLINE bool Kernel::run_step(const Step& step, std::size_t rows, std::uint8_t* decided) const noexcept {
  using evaluate::Op;
  const evaluate::Instruction& n = step.n;
  const evaluate::Bound& on = *bound_;
  void* const out = own_[step.out];
  Loop loop = step.loop;
  loop.rows = rows;
  loop.a = at_[step.a];
  loop.b = at_[step.b];
  loop.c = at_[step.c];
  loop.d = at_[step.d];
  loop.out = out;
  if (step.looped) {
    run_loop(loop);
    return true;
  }
  const auto left = [&] { return std::find(decided, decided + rows, 1) != decided + rows; };
  if (n.op == Op::on_file) {
    const std::int64_t* const table = on.tables.data() + n.table;
    const auto* const entry = static_cast<const std::uint8_t*>(at_[step.a]);
    for (std::size_t i = 0; i < rows; ++i) decided[i] &= table[entry[i]] != evaluate::detail::kMissing ? 1 : 0;
    return left();
  }
  const auto* const a = static_cast<const std::int64_t*>(at_[step.a]);
  const auto* const b = static_cast<const std::int64_t*>(at_[step.b]);
  const auto* const c = static_cast<const std::int64_t*>(at_[step.c]);
  auto* const result = static_cast<std::int64_t*>(out);
  const auto each = [&](auto compute) {
    for (std::size_t row = 0; row < rows; ++row) result[row] = compute(row);
    return true;
  };
  switch (n.op) {
    case Op::modulo:
      return each([&](std::size_t i) { return evaluate::detail::modulo(a[i], b[i]); });
    case Op::round:
      if (run_loop(loop) != 0) return true;
      return each(
          [&](std::size_t i) { return evaluate::detail::rounded(a[i], b[i], static_cast<Rounding>(n.detail)); });
    case Op::listed:
      return each([&](std::size_t i) { return std::int64_t{evaluate::detail::listed(n, a[i], on)}; });
    case Op::word:
      return each([&](std::size_t i) { return evaluate::detail::listed(n, a[i], on) ? a[i] : b[i]; });
    case Op::date: {
      const MonthEnd month_end = on.program->module->file->month_end.value_or(MonthEnd::clamp);
      return each([&](std::size_t i) { return evaluate::detail::date_step(n, a[i], b[i], month_end); });
    }
    default:  // Op::figure
      for (std::size_t i = 0; i < rows; ++i) {
        result[i] = evaluate::detail::figure_at(n, {a[i], b[i], c[i]}, on);
        if (result[i] != evaluate::detail::kMissing) continue;
        decided[i] = 0;
        result[i] = some_figure_[n.d];
      }
      return left();
  }
}

}  // namespace rfs::inline RFS_ABI::batch
