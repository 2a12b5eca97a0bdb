#pragma once

#include <algorithm>
#include <map>

#include "rfs/impl/batch/list_plan.hpp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

/// Plans one program.
class ListPlanner {
 public:
  explicit ListPlanner(const program::Program& program)
      : program_(program),
        scaled_(program::scale(program, true)),
        fixed_(program.deciding, 0),
        done_(program.deciding, 0) {}

  std::shared_ptr<const ListPlan> run() {
    if (!scaled_.possible || program_.scopes.size() == 1) return nullptr;
    for (std::size_t i = 0; i < program_.deciding; ++i) {
      const program::NodeId id(i);
      const program::Node& n = program_.nodes[id];
      if (n.scope != program::kApplicant) continue;
      bool fixed = n.op != program::Op::fact && !program::is_aggregate(n.op);
      for (const program::NodeId operand : {n.a, n.b, n.c, n.d})
        fixed = fixed && (!operand.valid() || fixed_[operand.value] != 0);
      fixed_[i] = fixed ? 1 : 0;
      if (program::is_aggregate(n.op)) out_->aggregates.push_back(id);
    }
    for (std::size_t left = out_->aggregates.size(); left > 0;) {
      const std::size_t before = left;
      if (!plan_ready(left) || left == before) return nullptr;
    }
    finish();
    return std::move(out_);
  }

 private:
  using NodeId = program::NodeId;
  using ScopeId = program::ScopeId;
  using Op = program::Op;

  /// What an aggregate goes over, from the applicant's list to the groups of groups of it.
  [[nodiscard]] std::optional<std::vector<ScopeId>> tables_of(ScopeId scope) const {
    std::vector<ScopeId> out;
    while (true) {
      const program::Scope& of = program_.scopes[scope];
      if (of.parent != program::kApplicant) return std::nullopt;
      out.insert(out.begin(), scope);
      if (of.kind == program::Scope::Kind::fact) return out;
      if (of.kind != program::Scope::Kind::groups) return std::nullopt;
      scope = of.of;
    }
  }

  /// Returns what stands for a node among those of a list's items: a member is what its group's list has.
  [[nodiscard]] NodeId resolve(NodeId id) const {
    for (;;) {
      const program::Node& n = program_.nodes[id];
      if (n.op == Op::member && program_.scopes[n.scope].kind == program::Scope::Kind::members) {
        id = program_.operands[n.data][0];
      } else if (n.op == Op::present && program_.scopes[n.scope].kind == program::Scope::Kind::members) {
        id = program_.scopes[program_.scopes[n.scope].parent].presence;
      } else {
        return id;
      }
    }
  }

  /// Collects what some nodes of a table are computed from: nodes of the stage, and inputs, which are nodes of
  /// applicants and of groups. Returns false where that is more than columns take.
  bool closure(ScopeId table, const std::vector<NodeId>& wanted, std::vector<NodeId>& inside,
               std::vector<NodeId>& of_applicants, std::vector<NodeId>& of_groups) const {
    std::vector<char> seen(program_.nodes.size(), 0);
    std::vector<NodeId> open = wanted;
    while (!open.empty()) {
      const NodeId id = resolve(open.back());
      open.pop_back();
      if (id.value >= program_.deciding) return false;
      if (std::exchange(seen[id.value], 1) != 0) continue;
      const program::Node& n = program_.nodes[id];
      const bool at_applicant = n.scope == program::kApplicant;
      if (at_applicant && (table == program::kApplicant ? done_[id.value] != 0 || program::is_aggregate(n.op)
                                                        : fixed_[id.value] == 0)) {
        of_applicants.push_back(id);
        continue;
      }
      if (!at_applicant && program::is_aggregate(n.op)) {
        if (n.scope != table) return false;
        of_groups.push_back(id);
        continue;
      }
      const bool of_members = program_.scopes[n.scope].kind == program::Scope::Kind::members &&
                              program_.scopes[program_.scopes[n.scope].parent].of == table;
      if (!at_applicant && n.scope != table && !of_members) return false;
      inside.push_back(id);
      if (n.op == Op::key) continue;
      for (const NodeId operand : {n.a, n.b, n.c, n.d}) {
        if (operand.valid()) open.push_back(operand);
      }
    }
    std::sort(inside.begin(), inside.end());
    return true;
  }

  /// Says whether what an aggregate needs of applicants can be had, collecting what a stage must make of it.
  bool ready(const std::vector<NodeId>& of_applicants, std::vector<NodeId>& to_make) const {
    std::vector<NodeId> open = of_applicants;
    std::vector<char> seen(program_.deciding, 0);
    while (!open.empty()) {
      const NodeId id = open.back();
      open.pop_back();
      if (std::exchange(seen[id.value], 1) != 0 || done_[id.value] != 0) continue;
      const program::Node& n = program_.nodes[id];
      if (program::is_aggregate(n.op)) return false;
      for (const NodeId operand : {n.a, n.b, n.c, n.d}) {
        if (operand.valid()) open.push_back(operand);
      }
    }
    for (const NodeId id : of_applicants) {
      if (done_[id.value] == 0 && !is_given(id)) to_make.push_back(id);
    }
    return true;
  }

  /// Whether a node is a fact as it stands in a column.
  [[nodiscard]] bool is_given(NodeId id) const {
    const program::Node& n = program_.nodes[id];
    return n.op == Op::fact && !n.a.valid() && scaled_.nodes[id.value].x == 1;
  }

  /// What an aggregate needs, table by table.
  struct Need {
    std::vector<ScopeId> tables;
    std::vector<NodeId> of_applicants;
    std::vector<std::vector<NodeId>> of_groups;  ///< for each table
  };

  std::optional<Need> need(NodeId aggregate) const {
    const program::Node& n = program_.nodes[aggregate];
    const auto tables = tables_of(program_.aggregates[n.data].scope);
    if (!tables || !supported(n)) return std::nullopt;
    Need out{*tables, {}, std::vector<std::vector<NodeId>>(tables->size())};
    std::vector<NodeId> wanted{n.a, n.b};
    for (std::size_t level = tables->size(); level-- > 0;) {
      std::vector<NodeId> inside;
      if (!closure((*tables)[level], wanted, inside, out.of_applicants, out.of_groups[level])) return std::nullopt;
      if (level == 0) break;
      const program::Scope& groups = program_.scopes[(*tables)[level]];
      wanted = {groups.presence, groups.key};
      for (const NodeId inner : out.of_groups[level]) {
        const program::Node& one = program_.nodes[inner];
        if (!supported(one) ||
            program_.scopes[program_.aggregates[one.data].scope].kind != program::Scope::Kind::members)
          return std::nullopt;
        wanted.push_back(one.a);
        wanted.push_back(one.b);
      }
    }
    return out;
  }

  [[nodiscard]] bool supported(const program::Node& n) const {
    switch (n.op) {
      case Op::sum_of:
      case Op::count_of:
      case Op::some_of:
        return true;
      case Op::count_unlike:
      case Op::least_of:
      case Op::most_of:
      case Op::first_of:
      case Op::last_of:
        return !n.c.valid() || program_.nodes[n.c].op == Op::constant;
      default:
        return false;
    }
  }

  /// Plans all aggregates that can be made now.
  bool plan_ready(std::size_t& left) {
    struct Wanted {
      std::vector<NodeId> aggregates;                               ///< of applicants, over this table
      std::vector<std::pair<ScopeId, std::vector<NodeId>>> groups;  ///< of it, and what is asked of each
    };
    std::vector<NodeId> to_make, made;
    std::map<std::pair<std::size_t, ScopeId>, Wanted> tables;  // by depth, so that groups come after what they are of
    for (const NodeId aggregate : out_->aggregates) {
      if (done_[aggregate.value] != 0) continue;
      const auto needed = need(aggregate);
      if (!needed) return false;
      if (!ready(needed->of_applicants, to_make)) continue;
      made.push_back(aggregate);
      const std::size_t depth = needed->tables.size();
      tables[{depth - 1, needed->tables.back()}].aggregates.push_back(aggregate);
      for (std::size_t level = 1; level < depth; ++level) {
        auto& groups = tables[{level - 1, needed->tables[level - 1]}].groups;
        auto at =
            std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == needed->tables[level]; });
        if (at == groups.end()) at = groups.insert(at, {needed->tables[level], {}});
        at->second.insert(at->second.end(), needed->of_groups[level].begin(), needed->of_groups[level].end());
      }
    }
    std::sort(to_make.begin(), to_make.end());
    to_make.erase(std::unique(to_make.begin(), to_make.end()), to_make.end());
    if (!to_make.empty() && !add_stage(program::kApplicant, to_make, {}, {})) return false;
    for (const NodeId id : to_make) done_[id.value] = 1;
    for (auto& [key, wanted] : tables) {
      for (auto& [groups, inner] : wanted.groups) {
        std::sort(inner.begin(), inner.end());
        inner.erase(std::unique(inner.begin(), inner.end()), inner.end());
      }
      if (!add_stage(key.second, {}, wanted.aggregates, wanted.groups)) return false;
    }
    for (const NodeId id : made) done_[id.value] = 1;
    left -= made.size();
    ++round_;
    return true;
  }

  bool add_stage(ScopeId table, std::vector<NodeId> outputs, const std::vector<NodeId>& aggregates,
                 const std::vector<std::pair<ScopeId, std::vector<NodeId>>>& groups) {
    Stage stage;
    stage.table = table;
    stage.round = round_;
    if (table != program::kApplicant) {
      stage.list = tables_of(table)->front();
      stage.fact = program_.scopes[stage.list].data;
    }
    const auto output = [&](NodeId id) {
      id = resolve(id);
      const auto at = std::find(outputs.begin(), outputs.end(), id);
      if (at != outputs.end()) return static_cast<std::size_t>(at - outputs.begin());
      outputs.push_back(id);
      return outputs.size() - 1;
    };
    const auto accumulate = [&](NodeId id, ScopeId into) {
      const program::Node& n = program_.nodes[id];
      out_->operators[id.value] = n.op;
      Accumulation made{id, into, output(n.a), output(n.b), std::nullopt};
      if (n.c.valid()) {
        const Exact times = scaled_.units[n.c.value] / scaled_.units[id.value];
        made.otherwise = (Exact(scaled_.nodes[n.c.value].x) * times).to_int64();
      }
      stage.accumulations.push_back(made);
    };
    for (const auto& [of, inner] : groups) {
      const program::Scope& scope = program_.scopes[of];
      stage.groupings.push_back({of, output(scope.key), output(scope.presence)});
      for (const NodeId id : inner) accumulate(id, of);
    }
    for (const NodeId id : aggregates) accumulate(id, program::kApplicant);
    std::vector<NodeId> inside, of_applicants, of_groups;
    if (!closure(table, outputs, inside, of_applicants, of_groups)) return false;
    build(stage, outputs, inside, of_applicants, of_groups);
    out_->stages.push_back(std::move(stage));
    return true;
  }

  /// Makes the program of a stage: inputs first, then the nodes in their order.
  void build(Stage& stage, const std::vector<NodeId>& outputs, const std::vector<NodeId>& inside,
             const std::vector<NodeId>& of_applicants, const std::vector<NodeId>& of_groups) {
    program::Program& to = stage.program;
    to.module = program_.module;
    to.constants = program_.constants;
    to.cuts = program_.cuts;
    to.scopes.push({});
    for (const program::Parameter& parameter : program_.parameters) to.parameters.push(parameter);
    to.effective = program_.effective;
    stage.scaled.possible = true;
    stage.scaled.parameters = scaled_.parameters;
    std::unordered_map<std::uint32_t, NodeId> at;
    const auto add = [&](NodeId of, program::Node node, program::ScaledNode scaled) {
      node.scope = program::kApplicant;
      at[of.value] = to.nodes.push(node);
      to.ranges.push(program_.ranges[of]);
      stage.scaled.nodes.push_back(scaled);
      stage.scaled.units.push_back(scaled_.units[of.value]);
    };
    const auto input = [&](NodeId of, StageInput::From from, std::uint32_t index, std::int64_t times) {
      program::Node node;
      node.op = Op::fact;
      node.kind = program_.nodes[of].kind;
      node.words = program_.nodes[of].words;
      node.data = static_cast<std::uint32_t>(stage.inputs.size());
      program::ScaledNode scaled;
      scaled.op = Op::fact;
      scaled.data = node.data;
      scaled.x = times;
      stage.inputs.push_back({from, index});
      stage.scaled.fact_units.push_back(scaled_.units[of.value] / Exact(times));
      add(of, node, scaled);
    };
    for (const NodeId of : of_applicants) {
      if (is_given(of) && done_[of.value] == 0)
        input(of, StageInput::From::fact, program_.nodes[of].data, 1);
      else
        input(of, StageInput::From::node, of.value, 1);
    }
    for (const NodeId of : of_groups) input(of, StageInput::From::of_group, of.value, 1);
    const auto constant = [&](NodeId of, std::int64_t value) {
      program::Node node;
      node.kind = program_.nodes[of].kind;
      program::ScaledNode scaled;
      scaled.x = value;
      add(of, node, scaled);
    };
    const auto mapped = [&](NodeId operand) { return operand.valid() ? at.at(resolve(operand).value) : operand; };
    for (const NodeId of : inside) {
      program::Node node = program_.nodes[of];
      program::ScaledNode scaled = scaled_.nodes[of.value];
      if (node.op == Op::present) {
        constant(of, 1);
        continue;
      }
      if (node.op == Op::key) {
        input(of, StageInput::From::key, 0, 1);
        continue;
      }
      for (NodeId* const operand : {&node.a, &node.b, &node.c, &node.d}) *operand = mapped(*operand);
      for (NodeId* const operand : {&scaled.a, &scaled.b, &scaled.c}) *operand = mapped(*operand);
      if (node.op == Op::item || node.op == Op::fact) {
        stage.inputs.push_back({node.op == Op::item ? StageInput::From::field : StageInput::From::fact, node.data});
        stage.scaled.fact_units.push_back(scaled_.units[of.value] / Exact(scaled.x));
        node.op = scaled.op = Op::fact;
        node.data = scaled.data = static_cast<std::uint32_t>(stage.inputs.size() - 1);
      }
      add(of, node, scaled);
    }
    to.deciding = to.nodes.size();
    to.read_on = at.contains(program_.read_on.value) ? at.at(program_.read_on.value) : NodeId{};
    for (const NodeId of : outputs) to.definitions.push(at.at(of.value));
    stage.outputs = outputs;
  }

  /// Makes the last stage: the program itself, in which aggregates are given.
  void finish() {
    program::Program& to = out_->last;
    to.module = program_.module;
    to.nodes = program_.nodes;
    to.origins = program_.origins;
    to.ranges = program_.ranges;
    to.constants = program_.constants;
    to.cuts = program_.cuts;
    to.scopes.push({});
    to.parameters = program_.parameters;
    to.definitions = program_.definitions;
    to.decisions = program_.decisions;
    to.read_on = program_.read_on;
    to.deciding = program_.deciding;
    to.effective = program_.effective;
    out_->last_scaled = scaled_;
    auto next = static_cast<std::uint32_t>(scaled_.fact_units.size());
    for (std::size_t i = 0; i < program_.deciding; ++i) {
      program::Node& node = to.nodes[NodeId(i)];
      program::ScaledNode& scaled = out_->last_scaled.nodes[i];
      if (node.scope != program::kApplicant) {
        node = {};
        scaled = {};
        scaled.x = 0;
      } else if (program::is_aggregate(node.op)) {
        node.op = scaled.op = Op::fact;
        node.a = node.b = node.c = node.d = {};
        scaled.a = scaled.b = scaled.c = {};
        scaled.x = scaled.y = scaled.z = 1;
        node.data = scaled.data = next++;
        out_->last_scaled.fact_units.push_back(scaled_.units[i]);
      }
    }
  }

  const program::Program& program_;
  program::Scaled scaled_;
  std::vector<char> fixed_;  ///< nodes of applicants that follow from the day alone
  std::size_t round_ = 0;
  std::vector<char> done_;  ///< nodes of applicants that a stage made
  std::shared_ptr<ListPlan> out_ = std::make_shared<ListPlan>();
};

}  // namespace detail

RFS_INLINE std::shared_ptr<const ListPlan> plan_lists(const program::Program& program) {
  return detail::ListPlanner(program).run();
}

}  // namespace rfs::inline RFS_ABI::batch
