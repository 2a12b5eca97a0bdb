#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "rfs/batch/summary.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/impl/batch/binding.hpp"
#include "rfs/impl/batch/blocks.hpp"
#include "rfs/impl/batch/columns.hpp"
#include "rfs/impl/batch/kernel.hpp"
#include "rfs/impl/batch/list_kernel.hpp"
#include "rfs/impl/batch/readings.hpp"
#include "rfs/impl/batch/results.hpp"
#include "rfs/impl/batch/row_facts.hpp"

namespace rfs::inline RFS_ABI::batch {

/// What decides a row: the kernel, readings, or evaluate, where nothing else did; evaluate alone of refused cells.
enum class By : std::uint8_t { nothing, kernel, readings, evaluate };

/// Decides blocks of applicants, one thread's share: reads the block's columns, runs the kernel over the rows of which
/// all is known, reads what it can of those of which not all is, gives the others to evaluate, and writes results.
class Worker {
 public:
  Worker(const Rules& rules, const Binding& binding);

  /// Decides the applicants of a block. Returns what breaks Arrow's rules, or an empty text.
  std::string decide(const Block& block, std::vector<ResultData>& results);

  /// The same in parts, for a block of which other workers decide other rows. take() reads the block's columns; `own`
  /// marks the rows of this worker. run_own() decides of these what lanes can, at most rows_at_a_time() rows; then
  /// write_own() decides and writes each that is its own, in order.
  std::string take(const Block& block, const std::vector<bool>& own, std::vector<ResultData>& results);
  [[nodiscard]] std::size_t rows_at_a_time() const noexcept;
  void run_own(std::size_t first, std::size_t rows);
  void write_own(std::size_t row);
  /// Returns what write_own() met that breaks Arrow's rules, or an empty text.
  [[nodiscard]] std::string take_corrupt() { return std::exchange(corrupt_, {}); }

  /// What this worker decided so far.
  [[nodiscard]] const BatchSummary& summary() const noexcept { return summary_; }
  /// How many rows what decided so far.
  [[nodiscard]] std::uint64_t decided(By by) const noexcept { return decided_by_[static_cast<std::size_t>(by)]; }

  /// Returns the node that a column shows, where it shows one.
  [[nodiscard]] static program::NodeId node_of(const program::Program& program, const ResultColumn& column);
  /// Ends a row's text or list.
  static void end_text(const ResultColumn& column, Texts& texts);

 private:
  std::string read(const Block& block, std::vector<ResultData>& results);
  [[nodiscard]] ResultData& result(std::size_t index) noexcept { return (*results_)[binding_.places[index]]; }
  /// Returns the column of days, where there is one.
  [[nodiscard]] const Column& days() const noexcept { return decoded_.columns[binding_.columns.size() - 1]; }
  [[nodiscard]] bool has_readings() const noexcept {
    return !binding_.has_lists() && readings_ && whole_ && readings_->usable();
  }
  void decide_row(std::size_t row);
  [[nodiscard]] bool refuse_day(std::size_t row);
  [[nodiscard]] bool refuse_row(std::size_t row);
  void read_lists(std::size_t row);
  Kernel* list_kernel(std::int32_t day);
  [[nodiscard]] bool has_list_kernel() const noexcept { return lists_ && lists_->usable(); }
  void run_lists(std::size_t rows, By* by);
  void read_list(std::int64_t row, const ListColumn& column, ItemWindow& window);
  void take_list(FactId fact);
  void problem(const std::string& name, Code code, const std::string& message, const std::string& help);
  const RulesOn& on(std::int32_t day);

  Kernel* kernel(std::size_t rows);
  void prepare(const evaluate::Bound& bound);
  void decide_readings(std::size_t first, std::size_t rows, By* by);
  [[nodiscard]] Status reading_status(const program::Decision& decision, std::size_t lane) const noexcept;
  [[nodiscard]] std::uint64_t find_unmet(const program::Decision& decision, std::size_t lane);
  void write_readings(std::size_t index, const std::uint8_t* decided, ResultData& data);
  void write_reading_texts(std::size_t lane, std::size_t row);
  bool decide_lanes(Kernel& kernel, std::size_t first, std::size_t rows, By* by);
  void write_others(const Kernel* lanes, std::size_t first, std::size_t rows, const By* by);
  void count_unmet(const Kernel& kernel, const evaluate::BoundDecision& decision, std::size_t rows,
                   const std::uint8_t* decided, DecisionCounts& counts);
  void write_lanes(const Kernel& kernel, const ResultColumn& column, std::size_t begin, std::size_t rows,
                   ResultData& data) const;
  void write_lane_truths(const Kernel& kernel, const ResultColumn& column, std::size_t begin, std::size_t rows,
                         const std::uint8_t* decided, ResultData& data) const;
  void write_lane_texts(const Kernel& kernel, std::size_t lane, std::size_t rows, std::size_t row);
  void write_lane_text(const Kernel& kernel, const ResultColumn& column, std::size_t lane, std::size_t row,
                       ResultData& data);

  void write_row(std::size_t row);
  void write(const ResultColumn& column, std::size_t row, ResultData& data);
  bool write_reading(const ResultColumn& column, std::size_t row, const program::Reading& reading, ResultData& data);
  bool write_number(const ResultColumn& column, std::size_t row, const Exact& value, ResultData& data);
  void write_amount(const ResultColumn& column, std::size_t row, ResultData& data);
  void write_names(const ResultColumn& column, std::size_t row, std::uint64_t unmet, ResultData& data);
  void write_set(const ResultColumn& column, std::size_t row, const std::vector<std::string_view>& names,
                 ResultData& data);
  void count_row();

  Rules rules_;
  const Binding& binding_;
  std::optional<RulesOn> fixed_;
  std::unordered_map<std::int32_t, RulesOn> days_;
  std::vector<std::uint32_t> sets_;  ///< how often each set of unmet conditions occurred
  std::optional<Kernel> kernel_;     ///< of kernel_day_
  std::int32_t kernel_day_ = 0;
  std::optional<ReadingLanes> readings_;
  std::vector<std::uint16_t> by_readings_;     ///< of the rows last run
  std::vector<By> own_;                        ///< of a block with other workers: what decides the rows of this one
  std::size_t next_reading_ = 0;               ///< in by_readings_, of these
  std::vector<Bool3> marks_;                   ///< room for a walk
  std::int64_t first_day_ = 0, last_day_ = 0;  ///< on which the rules hold
  std::vector<std::int64_t> factors_;          ///< of each decimal result, its units in one of its node's
  std::vector<char> narrow_;                   ///< of each decimal result, whether its values fit 64 bits
  bool whole_ = false;                         ///< all factors are
  RowFacts facts_;
  Outcome outcome_;
  bool decided_ = false;  ///< whether the row at hand was decided, or refused with error_
  std::string error_;
  Decoded decoded_;
  std::size_t next_problem_ = 0;
  std::size_t rows_ = 0;                  ///< of the block at hand
  std::shared_ptr<const ListPlan> plan_;  ///< of rules with lists; null where columns do not take them
  bool planned_ = false;
  std::optional<ListKernel> lists_;  ///< of kernel_day_
  std::vector<ListRows> list_rows_;  ///< of each column of lists, then of each child table
  std::vector<std::uint8_t> decided_lists_;
  std::vector<ItemWindow> windows_;  ///< of each column of lists
  ListBeing list_;                   ///< the row's, one after the other
  std::string corrupt_;              ///< not empty: items break Arrow's rules
  std::vector<ResultData>* results_ = nullptr;
  std::size_t block_ = 0;  ///< number of the block at hand, among the results
  std::size_t begin_ = 0;  ///< its first row there
  std::size_t first_ = 0;  ///< its first row in the table
  std::vector<std::string> needed_;
  std::vector<std::string_view> names_;
  std::array<std::uint64_t, 4> decided_by_{};
  BatchSummary summary_;
};

}  // namespace rfs::inline RFS_ABI::batch
