#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/program/program.hpp"
#include "rfs/program/scaled.hpp"

namespace rfs::inline RFS_ABI::batch {

/// What a stage reads, a column of 64-bit numbers each.
struct StageInput {
  enum class From : std::uint8_t {
    fact,     ///< of applicants: `index` is the FactId
    node,     ///< of applicants: what a stage before made of them; `index` is the NodeId
    field,    ///< of items: `index` is the field of the list fact
    key,      ///< of groups
    of_group  ///< of groups: what an aggregate made of their members; `index` is the NodeId
  } from = From::fact;
  std::uint32_t index = 0;
  friend bool operator==(const StageInput&, const StageInput&) = default;
};

/// What is made of the items of a stage: one value for each applicant, or for each group.
struct Accumulation {
  program::NodeId node;                   ///< the aggregate
  program::ScopeId into;                  ///< kApplicant, or groups
  std::size_t value = 0, there = 0;       ///< outputs of the stage
  std::optional<std::int64_t> otherwise;  ///< what it is where no item is there; nothing: some harmless value
};

/// Items of a stage are put in groups.
struct Grouping {
  program::ScopeId groups;
  std::size_t key = 0, there = 0;  ///< outputs of the stage
};

/// A part of a program with lists that runs over applicants, over the items of a list, or over groups: a program of its
/// own, whose facts are its inputs and whose definitions are its outputs.
struct Stage {
  program::ScopeId table = program::kApplicant;
  program::ScopeId list;   ///< the list that the table is made of
  std::uint32_t fact = 0;  ///< and its fact
  std::size_t round = 0;   ///< stages of one round read nothing of each other's but of groups
  program::Program program;
  program::Scaled scaled;
  std::vector<StageInput> inputs;        ///< by FactId
  std::vector<program::NodeId> outputs;  ///< by DefinitionId: the nodes of the whole program
  std::vector<Accumulation> accumulations;
  std::vector<Grouping> groupings;
};

/// A program with lists as stages, each of which reads what those before it made, and a last one without lists, in
/// which aggregates are facts behind those of the rules. Scaled; lists must be facts, or groups.
struct ListPlan {
  std::vector<Stage> stages;
  program::Program last;
  program::Scaled last_scaled;
  std::unordered_map<std::uint32_t, program::Op> operators;  ///< of each aggregate, by NodeId
  std::vector<program::NodeId> aggregates;  ///< of applicants, as the last stage has them behind the facts of the rules
};

/// Plans a program; null where it has lists that columns do not take, or values that do not fit.
RFS_API std::shared_ptr<const ListPlan> plan_lists(const program::Program& program);

}  // namespace rfs::inline RFS_ABI::batch
