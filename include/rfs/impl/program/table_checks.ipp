#pragma once

#include <algorithm>
#include <set>

#include "rfs/impl/program/axis.hpp"
#include "rfs/impl/program/coverage.hpp"
#include "rfs/impl/program/lowerer.hpp"
#include "rfs/program/read.hpp"

namespace rfs::inline RFS_ABI::program::detail {

// Up to here tables are decided, and so far the tables of one file together, in words of pieces that are looked at.
inline constexpr std::size_t kMostRows = 200, kMostInputs = 6;
inline constexpr std::uint64_t kTableWork = 50'000'000;
// What splitting an axis into 64 pieces counts: a piece is made about as quickly as 16 words are looked at.
inline constexpr std::uint64_t kSplitWork = 1'024;

/// A decision table on days on which the figures that its cells name are the same.
struct Lowerer::Plane {
  std::vector<Axis> axes;
  Box space;
  std::vector<Box> rows;
  bool off_file = false;  ///< a cell names a figure that is not on file; its row covers nothing
};

/// Finds cases that no row covers, rows that contradict each other and rows that never count.
RFS_INLINE void Lowerer::check_table(typed::NodeId id) {
  const typed::DecisionTable& table = module_.tables[module_[id].data];
  for (const typed::NodeId operand : module_.operands(id)) {
    if (builder_.poisoned(lowered_[operand])) return;
  }
  const bool adds = table.hit == rule::Hit::collect_sum || table.hit == rule::Hit::collect_count;
  const bool must_cover = !table.otherwise.valid() && !adds;
  const bool may_contradict = table.hit == rule::Hit::unique || table.hit == rule::Hit::any;
  const Origin at = origin(id);
  const auto undecided = [&](const std::string& why) {
    if (must_cover) {
      builder_.report(Code::table_undecided, Severity::error, at, why + ": a case may not be covered",
                      "give it an `otherwise`, or split it into several tables");
    } else if (may_contradict) {
      builder_.report(Code::table_undecided, Severity::note, at, why + ": rows may overlap",
                      "of rows that overlap the first counts; split it into several tables to have it decided");
    }
  };
  if (table.rows.size() > kMostRows || table.inputs.size() > kMostInputs) {
    return undecided("a table of more than " + std::to_string(kMostRows) + " rows or " + std::to_string(kMostInputs) +
                     " inputs is not decided");
  }
  const std::vector<std::int64_t> days = days_of_figures(id);
  std::vector<bool> counts(table.rows.size(), false);
  bool has_gap = false, all_decided = true;
  std::set<std::pair<std::size_t, std::size_t>> contradicting;
  for (const std::int64_t day : days) {
    const Plane plane = plane_of(id, day);
    const std::string figures =
        days.size() > 1 ? " with the figures of " + Date{static_cast<std::int32_t>(day)}.text() : std::string();
    if (must_cover && !has_gap) {
      if (const auto point = coverage_.uncovered(plane.space, plane.rows)) {
        has_gap = true;
        builder_.report(Code::table_gap, Severity::error, at, "no row covers " + case_of(id, plane, *point) + figures,
                        plane.off_file
                            ? "a row covers nothing while a figure that its cells name is not on file: give the "
                              "table an `otherwise`"
                            : "add a row for it, or give the table an `otherwise`");
      }
    }
    if (may_contradict) contradictions(id, plane, figures, contradicting);
    if (coverage_.exhausted() && !has_gap) return undecided("what this table covers takes too long to find out");
    for (std::size_t i = 0; i < plane.rows.size() && all_decided; ++i) {
      const bool is_first = table.hit == rule::Hit::first;
      const std::span<const Box> above(plane.rows.data(), is_first ? i : 0);
      counts[i] = counts[i] || unused_rows_.uncovered(plane.rows[i], above).has_value();
      all_decided = !unused_rows_.exhausted();
    }
    if (has_gap && day != days.back()) return;  // the file is refused; other days have other rows
  }
  if (all_decided) report_unused(id, counts);
}

/// Returns the first day of each period in which the figures that a table's cells name are the same.
RFS_INLINE std::vector<std::int64_t> Lowerer::days_of_figures(typed::NodeId id) {
  const value::Interval& read = out_.ranges[day_.read_on].reading.interval;
  std::set<std::int64_t> days{*read.least.to_int64()};
  std::set<std::uint32_t> parameters;
  cell_nodes_.clear();
  std::set<NodeId> seen;
  std::vector<NodeId> open;
  for_each_end(id, [&](typed::NodeId end) { open.push_back(lowered_[end]); });
  while (!open.empty()) {
    const NodeId at = open.back();
    open.pop_back();
    if (!at.valid() || !seen.insert(at).second) continue;
    cell_nodes_.push_back(at);
    const Node& n = out_.nodes[at];
    if (n.op == Op::parameter || n.op == Op::brackets) parameters.insert(n.data);
    if (at == day_.read_on) continue;
    for (const NodeId operand : {n.a, n.b, n.c, n.d}) open.push_back(operand);
  }
  std::sort(cell_nodes_.begin(), cell_nodes_.end());
  for (const std::uint32_t parameter : parameters) {
    for (const typed::Period& period : module_.parameters[ParameterId(parameter)].periods) {
      if (read.least < period.from && read.most >= period.from) days.insert(period.from);
    }
  }
  return {days.begin(), days.end()};
}

/// Calls `visit` for every expression that a cell compares its input with.
template <class Visit>
void Lowerer::for_each_end(typed::NodeId id, Visit visit) const {
  for (const typed::DecisionTable::Row& row : module_.tables[module_[id].data].rows) {
    for (const typed::NodeId cell : row.cells) {
      if (!cell.valid()) continue;
      for (const typed::NodeId end : module_.operands(tests_of_cell(cell)).subspan(1)) visit(end);
    }
  }
}

/// Returns the tests of a cell, behind its `not`.
RFS_INLINE typed::NodeId Lowerer::tests_of_cell(typed::NodeId cell) const {
  return module_[cell].op == typed::Op::logical_not ? module_.operands(cell)[0] : cell;
}

/// Splits the inputs of a table where its cells begin and end on a day.
RFS_INLINE Lowerer::Plane Lowerer::plane_of(typed::NodeId id, std::int64_t day) {
  const typed::DecisionTable& table = module_.tables[module_[id].data];
  day_readings_.resize(out_.nodes.size());
  for (const NodeId node : cell_nodes_) {
    Reading& reading = day_readings_[node];
    if (node == day_.read_on)
      reading.interval = {day, day};
    else
      reading = read(out_, node, day_readings_, {{day, day}, {}});
  }
  Plane out;
  for (const typed::NodeId input : table.inputs) {
    const Node& n = out_.nodes[lowered_[input]];
    out.axes.emplace_back(n.kind, out_.ranges[lowered_[input]], n.words);
  }
  // By row and input what a cell holds for; nothing where a figure is not on file.
  std::vector<std::optional<std::vector<Run>>> runs;
  for (const typed::DecisionTable::Row& row : table.rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      runs.push_back(row.cells[i].valid() ? runs_of_cell(row.cells[i]) : std::vector<Run>{Run{}});
      if (runs.back()) out.axes[i].add(*runs.back());
    }
  }
  for (Axis& axis : out.axes) {
    axis.split();
    coverage_.take(kSplitWork * axis.all().words());
    out.space.push_back(axis.all());
  }
  std::size_t next = 0;
  for (const typed::DecisionTable::Row& row : table.rows) {
    Box box;
    for (std::size_t i = 0; i < row.cells.size(); ++i, ++next) {
      coverage_.take(out.space[i].words());
      const bool is_negated = row.cells[i].valid() && module_[row.cells[i]].op == typed::Op::logical_not;
      out.off_file = out.off_file || !runs[next];
      box.push_back(runs[next] ? out.axes[i].pieces_of(*runs[next], is_negated) : out.axes[i].pieces_of({}, false));
    }
    out.rows.push_back(std::move(box));
  }
  return out;
}

/// Returns the values for which the tests of a cell hold, with the figures of the day; nothing where one is not on
/// file.
RFS_INLINE std::optional<std::vector<Run>> Lowerer::runs_of_cell(typed::NodeId cell) const {
  const typed::NodeId tests = tests_of_cell(cell);
  const auto operands = module_.operands(tests);
  const Kind kind = module_[operands[0]].type.kind;
  std::vector<Run> out;
  std::size_t next = 1;
  const auto value = [&](typed::NodeId end) -> std::optional<Value> {
    const Reading& reading = day_readings_[lowered_[end]];
    if (!reading.known(kind)) return std::nullopt;
    if (kind == Kind::text) return Value{{}, *reading.text};
    if (kind == Kind::boolean) return Value{reading.truth == Bool3::yes ? 1 : 0, {}};
    if (kind == Kind::choice) return Value{static_cast<std::int64_t>(reading.words.front()), {}};
    return Value{reading.interval.least, {}};
  };
  for (const expr::Op op : module_.tests[module_[tests].data]) {
    const bool is_range = op >= expr::Op::range_closed && op <= expr::Op::range_open_right;
    const auto a = value(operands[next]), b = value(operands[next + (is_range ? 1 : 0)]);
    next += is_range ? 2 : 1;
    if (!a || !b) return std::nullopt;
    for (Run& run : runs_of(op, *a, *b)) out.push_back(std::move(run));
  }
  return out;
}

/// Reports pairs of rows that both hold somewhere, and for `any` do not give the same; one pair for each row.
RFS_INLINE void Lowerer::contradictions(typed::NodeId id, const Plane& plane, const std::string& figures,
                                        std::set<std::pair<std::size_t, std::size_t>>& known) {
  const typed::DecisionTable& table = module_.tables[module_[id].data];
  const bool is_any = table.hit == rule::Hit::any;
  const rule::DecisionTable& written = *file_.definitions[table.definition.value].table;
  std::uint64_t look = 0;
  for (const Pieces& axis : plane.space) look += axis.words();
  for (std::size_t second = 1; second < plane.rows.size(); ++second) {
    const auto reported = known.lower_bound({second, 0});
    if (reported != known.end() && reported->first == second) continue;
    for (std::size_t first = 0; first < second; ++first) {
      if (!coverage_.take(look)) return;
      if (is_any && lowered_[table.rows[first].result] == lowered_[table.rows[second].result]) continue;
      const auto point = shared_point(plane.rows[first], plane.rows[second]);
      if (!point) continue;
      known.insert({second, first});
      const std::string rows = "rows " + std::to_string(first + 1) + " and " + std::to_string(second + 1);
      Diagnostic& finding = builder_.report(
          Code::table_overlap, Severity::error, origin(id),
          rows + (is_any ? " differ, and both hold for " : " both hold for ") + case_of(id, plane, *point) + figures,
          is_any ? "let them give the same, or let one exclude the other"
                 : "let one exclude the other, or say that the first counts: `\"hit\": \"first\"`");
      finding.span = written.rows[second].span;
      finding.labels.push_back({written.rows[first].span, "row " + std::to_string(first + 1)});
      if (!is_any) finding.fixes.push_back({"let the first count", {{written.hit_span, "\"first\""}}});
      break;
    }
  }
}

/// Warns of rows whose cells never hold, or hold only where a row above them does.
RFS_INLINE void Lowerer::report_unused(typed::NodeId id, const std::vector<bool>& counts) {
  const typed::DecisionTable& table = module_.tables[module_[id].data];
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i]) continue;
    Diagnostic& finding = builder_.report(
        Code::table_row_unused, Severity::warning, origin(id), "row " + std::to_string(i + 1) + " never counts",
        table.hit == rule::Hit::first ? "the rows above it hold wherever it would, or its inputs never have such "
                                        "values: move it up, or delete it"
                                      : "its inputs never have such values: mend its cells, or delete it");
    finding.span = file_.definitions[table.definition.value].table->rows[i].span;
  }
}

/// Writes a case as people would: `office = 'pta', raised = 1000.00`.
RFS_INLINE std::string Lowerer::case_of(typed::NodeId id, const Plane& plane, const Point& point) const {
  constexpr std::size_t kMostName = 60;
  const typed::DecisionTable& table = module_.tables[module_[id].data];
  std::string out;
  for (std::size_t i = 0; i < table.inputs.size(); ++i) {
    const Type& type = module_[table.inputs[i]].type;
    const std::string value = rule::plain(plane.axes[i].witness(point[i]), type, module_.choices, file_.currency);
    const bool is_word = type.kind == Kind::choice || type.kind == Kind::text;
    const std::string_view name = builder_.text_of(origin(table.inputs[i]));
    out += (i == 0 ? "" : ", ") + (name.size() > kMostName ? "input " + std::to_string(i + 1) : std::string(name));
    out += is_word ? " = '" + value + "'" : " = " + value;
  }
  return out;
}

}  // namespace rfs::inline RFS_ABI::program::detail
