#pragma once

#include <algorithm>

#include "rfs/impl/batch/kernel.hpp"
#include "rfs/impl/batch/loops.hpp"
#include "rfs/impl/evaluate/step.hpp"

namespace rfs::inline RFS_ABI::batch {

RFS_INLINE Kernel::Kernel(const Binding& binding, std::shared_ptr<const evaluate::Bound> bound)
    : bound_(std::move(bound)) {
  const std::size_t facts = bound_->scaled->fact_units.size();
  const program::FactWords words{facts};
  first_value_ = static_cast<std::uint32_t>(words.value(0));
  given_.assign(facts, 0);
  for (const BoundColumn& column : binding.columns) {
    facts_.push_back(column.fact.valid() ? column.fact.value : evaluate::kNothing);
    if (!column.fact.valid()) continue;
    given_[column.fact.value] = 1;
    const Target& target = column.decoder.target();
    const Exact& unit = bound_->scaled->fact_units[column.fact.value];
    usable_ = usable_ && (unit.is_zero() || (target.stepped && target.step == unit));
  }
  const auto has = [&](std::size_t word, std::size_t fact) { return (bound_->needed[word] >> fact % 64 & 1) != 0; };
  for (std::size_t i = 0; i < facts; ++i) {
    if (has(words.known(i), i) && given_[i] == 0) usable_ = false;
  }
  for (const FactId fact : binding.unknown) {
    if (has(words.known(fact.value), fact.value) || has(words.not_unknown(fact.value), fact.value)) usable_ = false;
  }
  fill_tables();
  lanes_.resize(bound_->slots.size() * kLanes);
  for (std::size_t slot = 0; slot < bound_->slots.size(); ++slot) {
    std::int64_t* const lanes = lanes_.data() + slot * kLanes;
    std::fill_n(lanes, kLanes, bound_->slots[slot]);
    sources_.push_back(lanes);
  }
}

/// Gives the holes of each table, and lookups that find nothing, another value of theirs.
RFS_INLINE void Kernel::fill_tables() {
  tables_ = bound_->tables;
  some_figure_.assign(bound_->scaled->parameters.size(), 0);
  std::vector<std::uint32_t> begins{static_cast<std::uint32_t>(tables_.size())};
  const auto note = [&](std::uint32_t table) {
    if (table != evaluate::kNothing) begins.push_back(table);
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
  std::sort(begins.begin(), begins.end());
  for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
    const auto first = tables_.begin() + begins[i], last = tables_.begin() + begins[i + 1];
    const auto some = std::find_if(first, last, [](std::int64_t x) { return x != evaluate::detail::kMissing; });
    if (some != last) std::replace(first, last, evaluate::detail::kMissing, std::int64_t{*some});
  }
}

RFS_INLINE void Kernel::run(const Decoded& block, std::size_t first, std::size_t rows, std::uint8_t* decided) {
  const program::FactWords words{given_.size()};
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    const std::uint32_t fact = facts_[i];
    const Column& column = block.columns[i];
    if (fact != evaluate::kNothing) {
      if (bound_->scaled->fact_units[fact].is_zero()) continue;
      sources_[first_value_ + fact] = column.steps.data() + first;
      const std::int64_t needed = bound_->needed[words.known(fact)] | bound_->needed[words.not_unknown(fact)];
      if ((needed >> fact % 64 & 1) == 0) continue;
    }
    if (column.complete) continue;
    const Cell* const cells = column.cells.data() + first;
    for (std::size_t row = 0; row < rows; ++row) decided[row] &= cells[row] == Cell::known ? 1 : 0;
  }
  for (const evaluate::Instruction& n : bound_->code) {
    if (!step(n, rows, decided)) return;
  }
}

RFS_INLINE void Kernel::read(evaluate::Place place, std::size_t rows, std::int64_t* out) const noexcept {
  const std::int64_t* const from = sources_[place.slot];
  if (place.table == evaluate::kNothing) {
    std::copy_n(from, rows, out);
    return;
  }
  Loop loop;
  loop.kind = Loop::Kind::look_up;
  loop.rows = rows;
  loop.a = from;
  loop.table = tables_.data() + place.table;
  loop.out = out;
  run_loop(loop);
}

/// Computes one instruction in all lanes; evaluate::detail::step defines what each does. Returns false where none is
/// left to decide.
RFS_INLINE bool Kernel::step(const evaluate::Instruction& n, std::size_t rows, std::uint8_t* decided) noexcept {
  using evaluate::Op;
  const evaluate::Bound& on = *bound_;
  std::int64_t looked_up[kLanes];
  const std::int64_t* a = sources_[n.a];
  if (n.table != evaluate::kNothing && n.op != Op::on_file) {
    read({n.a, n.table}, rows, looked_up);
    a = looked_up;
  }
  const std::int64_t* const b = sources_[n.b];
  const std::int64_t* const c = sources_[n.c];
  std::int64_t* const out = lanes_.data() + (sources_[n.out] - lanes_.data());
  const auto each = [&](auto compute) {
    for (std::size_t row = 0; row < rows; ++row) out[row] = compute(row);
    return true;
  };
  switch (n.op) {
    case Op::modulo:
      return each([&](std::size_t i) { return evaluate::detail::modulo(a[i], b[i]); });
    case Op::round:
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
    case Op::figure:
      for (std::size_t i = 0; i < rows; ++i) {
        out[i] = evaluate::detail::figure_at(n, {a[i], b[i], c[i]}, on);
        if (out[i] != evaluate::detail::kMissing) continue;
        decided[i] = 0;
        out[i] = some_figure_[n.d];
      }
      return std::find(decided, decided + rows, 1) != decided + rows;
    case Op::given: {
      const std::int64_t* const from = given_[n.d] != 0 ? a : b;
      return each([&](std::size_t i) { return from[i]; });
    }
    case Op::on_file: {
      const std::int64_t* const table = on.tables.data() + n.table;
      const std::int64_t* const entry = sources_[n.a];
      for (std::size_t i = 0; i < rows; ++i) decided[i] &= table[entry[i]] != evaluate::detail::kMissing ? 1 : 0;
      return std::find(decided, decided + rows, 1) != decided + rows;
    }
    default: {
      Loop loop;
      loop.op = n.op;
      loop.detail = n.detail;
      loop.rows = rows;
      loop.a = a;
      loop.b = b;
      loop.c = c;
      loop.out = out;
      if (n.op == Op::cut) loop.d = sources_[n.d];
      loop.second = n.d & 0xFFFF;
      loop.third = n.d >> 16;
      return run_loop(loop) != 0;
    }
  }
  return true;
}

}  // namespace rfs::inline RFS_ABI::batch
