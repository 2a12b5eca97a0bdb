#pragma once

#include <algorithm>
#include <utility>

#include "rfs/evaluate/reasons.hpp"
#include "rfs/impl/batch/binding.ipp"
#include "rfs/impl/batch/decide.hpp"
#include "rfs/impl/batch/kernel.ipp"
#include "rfs/impl/batch/lane_results.ipp"
#include "rfs/impl/batch/read_lists.ipp"
#include "rfs/impl/batch/reading_results.ipp"
#include "rfs/impl/batch/row_facts.ipp"
#include "rfs/impl/batch/run_lists.ipp"

namespace rfs::inline RFS_ABI::batch {

RFS_INLINE Worker::Worker(const Rules& rules, const Binding& binding)
    : rules_(rules), binding_(binding), facts_(rules, binding), outcome_(rules) {
  if (binding.day) fixed_ = rules.on(*binding.day);
  decoded_.columns.resize(binding.columns.size());
  windows_.resize(binding.lists.size());
  const auto& decisions = rules.program().decisions;
  summary_.decisions.resize(decisions.size());
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    summary_.decisions[i].unmet.resize(decisions[DecisionId(i)].conditions.size());
  }
  summary_.assumed.resize(rules.file().facts.size());
  first_day_ = rules.program().effective.least.ceiling().to_int64().value_or(kFirstDate.days);
  last_day_ = rules.program().effective.most.floor().to_int64().value_or(kLastDate.days);
}

/// Reads a block's columns. Returns what breaks Arrow's rules.
RFS_INLINE std::string Worker::read(const Block& block, std::vector<ResultData>& results) {
  decoded_.problems.clear();
  decoded_.corrupt.clear();
  for (std::size_t i = 0; i < binding_.columns.size(); ++i) {
    const BoundColumn& bound = binding_.columns[i];
    bound.decoder.read(static_cast<std::int64_t>(block.first), block.rows, i, decoded_);
    if (!decoded_.corrupt.empty()) return decoded_.corrupt;
  }
  std::stable_sort(decoded_.problems.begin(), decoded_.problems.end(),
                   [](const CellProblem& a, const CellProblem& b) { return a.row < b.row; });
  next_problem_ = 0;
  results_ = &results;
  begin_ = block.at;
  first_ = block.first;
  rows_ = block.rows;
  block_ = block.number;
  for (ItemWindow& window : windows_) window.begin = window.end = 0;
  return {};
}

RFS_INLINE std::string Worker::decide(const Block& block, std::vector<ResultData>& results) {
  if (std::string wrong = read(block, results); !wrong.empty()) return wrong;
  const std::size_t rows = block.rows;
  for (std::size_t i = 0; i < binding_.columns.size(); ++i) {
    const FactId fact = binding_.columns[i].fact;
    if (fact.valid()) summary_.assumed[fact.value] += decoded_.columns[i].assumed.size();
  }
  Kernel* const lanes = kernel(rows);
  const bool readable = has_readings();
  By by[kBlock];
  std::fill_n(by, rows, lanes == nullptr ? By::nothing : By::kernel);
  for (const CellProblem& problem : decoded_.problems) by[problem.row] = By::evaluate;
  if (lanes != nullptr && binding_.has_lists()) run_lists(rows, by);
  for (std::size_t i = 0; lanes == nullptr && i < binding_.results.size(); ++i) {
    clear_results(binding_.results[i].form, begin_, rows, result(i));
  }
  const std::size_t most = std::min(lanes == nullptr ? kBlock : lanes->rows(), readable ? readings_->rows() : kBlock);
  for (std::size_t row = 0; row < rows; row += most) {
    const std::size_t count = std::min(most, rows - row);
    if (lanes != nullptr && decide_lanes(*lanes, row, count, by + row)) {
      decided_by_[static_cast<std::size_t>(By::kernel)] += count;
      write_lane_texts(*lanes, 0, count, begin_ + row);
      continue;
    }
    if (readable) decide_readings(row, count, by);
    write_others(lanes, row, count, by);
  }
  return take_corrupt();
}

RFS_INLINE std::string Worker::take(const Block& block, const std::vector<bool>& own,
                                    std::vector<ResultData>& results) {
  if (std::string wrong = read(block, results); !wrong.empty()) return wrong;
  const std::size_t rows = block.rows;
  for (std::size_t i = 0; i < binding_.columns.size(); ++i) {
    const FactId fact = binding_.columns[i].fact;
    const auto& assumed = decoded_.columns[i].assumed;
    const auto is_own = [&](std::size_t row) { return own[row]; };
    if (fact.valid()) {
      summary_.assumed[fact.value] += static_cast<std::uint64_t>(std::count_if(assumed.begin(), assumed.end(), is_own));
    }
  }
  if (!binding_.has_lists())
    (void)kernel(rows);  // there is none for rows of several days, but it prepares the readings
  own_.assign(rows, By::nothing);
  for (std::size_t row = 0; row < rows; ++row) {
    if (!own[row]) own_[row] = By::evaluate;
  }
  for (const CellProblem& problem : decoded_.problems) own_[problem.row] = By::evaluate;
  return {};
}

RFS_INLINE std::size_t Worker::rows_at_a_time() const noexcept { return has_readings() ? readings_->rows() : kBlock; }

RFS_INLINE void Worker::run_own(std::size_t first, std::size_t rows) {
  next_reading_ = 0;
  if (has_readings()) decide_readings(first, rows, own_.data());
}

RFS_INLINE void Worker::write_own(std::size_t row) {
  ++decided_by_[static_cast<std::size_t>(own_[row])];
  if (own_[row] == By::readings) {
    while (by_readings_[next_reading_] != row) ++next_reading_;
    return write_reading_texts(next_reading_, begin_ + row);
  }
  decide_row(row);
  write_row(row);
  count_row();
}

/// Writes the texts of rows that lanes decided, and decides and writes the others, in order.
RFS_INLINE void Worker::write_others(const Kernel* lanes, std::size_t first, std::size_t rows, const By* by) {
  for (std::size_t row = first; row < first + rows; ++row) ++decided_by_[static_cast<std::size_t>(by[row])];
  std::size_t reading = 0;  // its lane
  for (std::size_t row = first; row < first + rows; ++row) {
    const std::size_t begin = row;
    while (row < first + rows && by[row] == By::kernel) ++row;
    if (row > begin) write_lane_texts(*lanes, begin - first, row - begin, begin_ + begin);
    if (row == first + rows) break;
    if (by[row] == By::readings) {
      while (by_readings_[reading] != row) ++reading;
      write_reading_texts(reading, begin_ + row);
      continue;
    }
    decide_row(row);
    write_row(row);
    count_row();
  }
}

RFS_INLINE void Worker::problem(const std::string& name, Code code, const std::string& message,
                                const std::string& help) {
  ++summary_.errors[code];
  if (!error_.empty()) error_ += "; ";
  error_ += diag::code_text(code) + ": ";
  if (!name.empty()) error_ += "`" + name + "`: ";
  error_ += message;
  if (!help.empty()) error_ += " (" + help + ")";
}

/// Collects what was wrong with a row's cells; returns whether anything was.
RFS_INLINE bool Worker::refuse_row(std::size_t row) {
  const auto& problems = decoded_.problems;
  while (next_problem_ < problems.size() && problems[next_problem_].row < row) ++next_problem_;
  for (; next_problem_ < problems.size() && problems[next_problem_].row == row; ++next_problem_) {
    const CellProblem& found = problems[next_problem_];
    const BoundColumn& column = binding_.columns[found.column];
    const Code code = column.fact.valid() ? found.problem.code : Code::invalid_as_of;
    problem(column.decoder.target().name, code, found.problem.message, found.problem.help);
  }
  if (binding_.has_lists()) read_lists(row);
  const bool has_day = binding_.day.has_value() || days().cell(row) != Cell::unknown;
  if (!has_day) problem("as_of", Code::invalid_as_of, "expected a date, found a null", "");
  return !error_.empty();
}

/// Refuses a row of a day on which no file of the shelf holds, whatever its facts: no file says which it takes.
RFS_INLINE bool Worker::refuse_day(std::size_t row) {
  if (!binding_.shelf || days().cell(row) != Cell::known) return false;
  const std::int64_t day = days().step(row);
  if (day >= first_day_ && day <= last_day_) return false;
  const Diagnostic none = binding_.shelf->at(Date{static_cast<std::int32_t>(day)}).error();
  problem("", none.code, none.message, none.help);
  return true;
}

RFS_INLINE const RulesOn& Worker::on(std::int32_t day) {
  if (fixed_) return *fixed_;
  const auto found = days_.find(day);
  if (found != days_.end()) return found->second;
  constexpr std::size_t kMostDays = 4096;  // what is bound to a day takes some kilobytes
  if (days_.size() == kMostDays) days_.clear();
  return days_.emplace(day, rules_.on(Date{day})).first->second;
}

RFS_INLINE void Worker::decide_row(std::size_t row) {
  error_.clear();
  decided_ = false;
  if (refuse_day(row) || refuse_row(row)) return;
  const std::int32_t day = binding_.day ? binding_.day->days : static_cast<std::int32_t>(days().step(row));
  facts_.fill(decoded_, row);
  on(day).evaluate(facts_.facts(), outcome_);
  decided_ = !outcome_.refused();
  for (const Diagnostic& finding : outcome_.problems().all()) {
    problem("", finding.code, finding.message, finding.help);
  }
}

RFS_INLINE void Worker::count_row() {
  ++summary_.rows;
  if (!decided_) ++summary_.refused;
  for (std::size_t i = 0; i < summary_.decisions.size(); ++i) {
    DecisionCounts& counts = summary_.decisions[i];
    const Status status = decided_ ? outcome_.status(DecisionId(i)) : Status::refused;
    ++counts.statuses[static_cast<std::size_t>(status)];
    if (status != Status::ineligible) continue;
    const ConditionSet unmet = outcome_[DecisionId(i)].unmet();
    for (std::size_t c = 0; c < counts.unmet.size(); ++c) counts.unmet[c] += unmet.contains(c) ? 1 : 0;
  }
}

RFS_INLINE void Worker::write_row(std::size_t row) {
  for (std::size_t i = 0; i < binding_.results.size(); ++i) {
    const ResultColumn& column = binding_.results[i];
    ResultData& data = result(i);
    write(column, begin_ + row, data);
    if (!data.texts.empty()) end_text(column, data.texts[block_]);
  }
}

RFS_INLINE void Worker::end_text(const ResultColumn& column, Texts& texts) {
  if (column.form == Form::text) texts.end(1);
  if (column.form == Form::list) texts.lists.push_back(texts.ends.size());
}

RFS_INLINE void Worker::write_set(const ResultColumn& column, std::size_t row,
                                  const std::vector<std::string_view>& names, ResultData& data) {
  Texts& texts = data.texts[block_];
  data.set_valid(row);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (column.form == Form::text && i > 0) texts.bytes += "; ";
    texts.bytes += names[i];
    if (column.form == Form::list) texts.ends.push_back(texts.bytes.size());
  }
}

/// Writes a value as a decimal; returns false where it is none of the column's.
RFS_INLINE bool Worker::write_number(const ResultColumn& column, std::size_t row, const Exact& value,
                                     ResultData& data) {
  const Exact units = value * Exact::power_of_ten(column.scale);
  if (!units.is_integer()) return false;
  Int128 whole = 0;
  if (const auto small = units.to_int64()) {
    whole = *small;
  } else {
    const std::string digits = units.abs().numerator();
    if (digits.size() > 38) return false;
    for (const char digit : digits) whole = whole * 10 + (digit - '0');
    if (units.sign() < 0) whole = -whole;
  }
  data.values.as<Int128>()[row] = whole;
  data.set_valid(row);
  return true;
}

/// Writes what is known of a value; returns false where the column cannot hold it.
RFS_INLINE bool Worker::write_reading(const ResultColumn& column, std::size_t row, const program::Reading& reading,
                                      ResultData& data) {
  if (!reading.known(column.type.kind)) return true;
  const auto small = [&](std::int64_t value) {
    data.values.as<std::int32_t>()[row] = static_cast<std::int32_t>(value);
  };
  switch (column.form) {
    case Form::boolean:
      if (reading.truth == Bool3::yes) data.set_bit(row);
      break;
    case Form::word:
      small(static_cast<std::int64_t>(reading.words.front()));
      break;
    case Form::day:
      small(*reading.interval.least.to_int64());
      break;
    case Form::whole:
      data.values.as<std::int64_t>()[row] = *reading.interval.least.to_int64();
      break;
    case Form::decimal:
      return write_number(column, row, reading.interval.least, data);
    default: {
      const bool word = column.type.kind == Kind::choice;
      const Exact value = word ? Exact(static_cast<std::int64_t>(reading.words.front())) : reading.interval.least;
      data.texts[block_].bytes +=
          column.type.kind == Kind::text
              ? *reading.text
              : rule::plain({value, {}}, column.type, rules_.module().choices, rules_.file().currency);
    }
  }
  data.set_valid(row);
  return true;
}

RFS_INLINE void Worker::write_amount(const ResultColumn& column, std::size_t row, ResultData& data) {
  using Shows = ResultColumn::Shows;
  const DecisionId id(column.of);
  const DecisionView view = outcome_[id];
  if (column.form == Form::decimal && column.type.kind == Kind::money) {
    const auto money = column.shows == Shows::amount  ? view.amount()
                       : column.shows == Shows::least ? view.least()
                                                      : view.most();
    if (money && money->places() == column.scale) {
      data.values.as<Int128>()[row] = money->units();
      return data.set_valid(row);
    }
  }
  const auto bounds = outcome_.amount(id);
  if (!bounds || (column.shows == Shows::amount && !bounds->known())) return;
  program::Reading end;
  const Exact& value = column.shows == Shows::most ? bounds->most : bounds->least;
  end.interval = {value, value};
  if (!write_reading(column, row, end, data)) {
    problem(column.name, Code::internal_error, "a value has more decimals than were proven", "");
  }
}

RFS_INLINE void Worker::write(const ResultColumn& column, std::size_t row, ResultData& data) {
  using Shows = ResultColumn::Shows;
  const DecisionId id(column.of);
  if (column.shows == Shows::error) {
    if (error_.empty()) return;
    data.texts[block_].bytes += error_;
    return data.set_valid(row);
  }
  if (column.shows == Shows::status) {
    const Status status = decided_ ? outcome_.status(id) : Status::refused;
    data.values.as<std::int8_t>()[row] = static_cast<std::int8_t>(status);
    return data.set_valid(row);
  }
  if (!decided_) return;
  names_.clear();
  switch (column.shows) {
    case Shows::amount:
    case Shows::least:
    case Shows::most:
      return write_amount(column, row, data);
    case Shows::unmet: {
      const auto& conditions = rules_.program().decisions[id].conditions;
      const ConditionSet unmet = outcome_[id].unmet();
      for (std::size_t c = 0; c < conditions.size(); ++c) {
        if (unmet.contains(c)) names_.push_back(conditions[c].name);
      }
      return write_set(column, row, names_, data);
    }
    case Shows::unmet_condition:
      for (const std::uint32_t c : column.conditions) {
        if (outcome_[id].unmet().contains(c)) data.set_bit(row);
      }
      return data.set_valid(row);
    case Shows::needed:
      needed_ = needed_names(rules_, reasons(outcome_, id));
      names_.assign(needed_.begin(), needed_.end());
      return write_set(column, row, names_, data);
    case Shows::condition:
      for (const std::uint32_t c : column.conditions) {
        const Bool3 truth = outcome_.truth(id, c);
        if (truth == Bool3::yes) data.set_bit(row);
        if (truth != Bool3::unknown) return data.set_valid(row);
      }
      return;
    case Shows::definition:
      if (!write_reading(column, row, outcome_.reading(DefinitionId(column.of)), data)) {
        problem(column.name, Code::internal_error, "a value has more decimals than were proven", "");
      }
      return;
    case Shows::status:
    case Shows::error:
      return;
  }
}

}  // namespace rfs::inline RFS_ABI::batch
