#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/impl/batch/columns.hpp"
#include "rfs/impl/batch/folds.hpp"
#include "rfs/impl/batch/group_index.hpp"
#include "rfs/impl/batch/kernel.hpp"
#include "rfs/impl/batch/list_plan.hpp"

namespace rfs::inline RFS_ABI::batch {

/// The items that the applicants of a block have of a list, those of one after those of the one before.
struct ListRows {
  /// Items of applicant i are numbers offsets[i] to offsets[i + 1].
  const std::int64_t* offsets = nullptr;
  const std::uint8_t* known = nullptr;  ///< of each applicant: 0 where the list is not known; null where all are
  std::vector<std::size_t> columns;     ///< of each field the column that read() gives it; any where it has none
  /// Reads items from number `first` on. Items of which something was refused are among the problems.
  std::function<void(std::int64_t first, std::size_t rows, Decoded& out)> read;
};

/// Makes the aggregates of a block of applicants: runs the stages of a plan that is bound to a day, over applicants,
/// items and groups, a few thousand rows at a time.
class ListKernel {
 public:
  /// `given` says of each fact what there is of it, `fields` of each field of each list.
  ListKernel(std::shared_ptr<const ListPlan> plan, std::int64_t day, const std::vector<Has>& given,
             const std::unordered_map<std::uint32_t, std::vector<Has>>& fields);

  [[nodiscard]] bool usable() const noexcept { return usable_; }
  /// Returns what breaks Arrow's rules in the items of the last run, or an empty text.
  [[nodiscard]] const std::string& corrupt() const noexcept { return corrupt_; }

  /// Makes the aggregates of `rows` applicants. `facts` are the columns of facts by FactId, or null, `lists` the lists
  /// by FactId. Clears `decided` of applicants of whom something is not known that counts.
  void run(const std::vector<const Column*>& facts, const std::unordered_map<std::uint32_t, ListRows>& lists,
           std::size_t rows, std::uint8_t* decided);

  /// Returns the aggregates of the last run, by their index in ListPlan::aggregates.
  [[nodiscard]] const std::vector<std::int64_t>& made(std::size_t aggregate) const;

 private:
  /// One value for each applicant, or for each group.
  struct Made {
    std::vector<std::int64_t> values;
    std::vector<std::uint8_t> any;  ///< whether an item was there, where that is asked
  };
  /// The groups of a stage's items, for the applicants at work.
  struct Groups {
    GroupIndex index;
    std::vector<std::int64_t> begin;  ///< of each applicant at work, and the end
    std::unordered_map<std::uint32_t, Made> made;
  };
  struct Bound {
    const Stage* stage = nullptr;
    std::shared_ptr<const evaluate::Bound> bound;
    std::unique_ptr<Kernel> kernel;
    std::uint32_t fact = 0;  ///< the list that the items come from
    bool first = false;      ///< over items, or applicants
    std::vector<PairSet> seen;
    std::vector<std::uint64_t> distinct;  ///< of each grouping, how many keys there may be
  };
  void run_applicants(Bound& at, const std::vector<const Column*>& facts, std::size_t rows, std::uint8_t* decided);
  void run_items(std::size_t first, const std::vector<const Column*>& facts, const ListRows& list, std::size_t rows,
                 std::uint8_t* decided);
  void run_rows(Bound& at, const std::vector<const Column*>& facts, const ListRows* list, std::size_t begin_applicant,
                std::size_t end_applicant, std::uint8_t* decided);
  bool fold(const Bound& at, const Accumulation& what, Made& made, std::size_t first);
  void accumulate(Bound& at, std::size_t accumulation, Made& made, std::size_t first, const std::uint32_t* to,
                  std::size_t rows);
  [[nodiscard]] static std::uint64_t distinct_keys(const Stage& stage, const Grouping& grouping);
  Made& made_of(const Accumulation& accumulation);

  std::shared_ptr<const ListPlan> plan_;
  bool usable_ = true;
  std::string corrupt_;
  std::vector<Bound> stages_;
  std::unordered_map<std::uint32_t, Made> applicants_;  ///< by NodeId: what stages made of applicants
  std::unordered_map<std::uint32_t, Groups> groups_;    ///< by ScopeId
  Decoded in_;
  Decoded items_;
  std::vector<std::vector<std::int64_t>> gathered_;  ///< what applicants have, for each of their rows
  Folds folds_;                                      ///< of the rows at work
  std::vector<std::uint8_t> row_decided_;
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> numbers_;  ///< by ScopeId: the group of each row
  std::vector<std::int64_t> room_;
  std::vector<std::uint8_t> byte_room_;
  std::vector<const std::int64_t*> values_;
  std::vector<const std::uint8_t*> truths_;
};

}  // namespace rfs::inline RFS_ABI::batch
