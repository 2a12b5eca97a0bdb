#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <utility>

#include "rfs/config.hpp"
#include "rfs/program/program.hpp"

namespace rfs::inline RFS_ABI::program {

/// What the leaves of a program read.
struct Inputs {
  value::Interval as_of;         ///< one day when evaluating, all of `effective` when checking
  std::span<const Given> facts;  ///< one each, or empty: nothing is known (not even that defaults hold)
};

/// Computes the reading of a node from the readings of its operands: language.md section 5, row by row. The checker
/// calls it with nothing known to get ranges, the evaluator with an applicant's facts, so a reading lies in its range.
RFS_API Reading read(const Program& program, NodeId id, const Table<NodeId, Reading>& readings, const Inputs& inputs);

/// Returns the reading that is one known value.
RFS_API Reading reading_of(const Value& value, Kind kind);

/// Returns the reading of a fact of which nothing is known.
RFS_API Reading reading_of(const rule::Domain& domain, const Choices& choices);

/// Whether a list has an item at least, though perhaps none for certain: the members of a group, all of them. Presence
/// is the node that says which items of the scope the list has.
RFS_API bool is_whole_group(const Program& program, ScopeId scope, NodeId presence);

/// Cuts a reading to what a guard leaves of an expression with this step; returns whether anything is left.
RFS_API bool apply_cut(const Cut& cut, Kind kind, const value::Step& step, Reading& reading);

/// Whether a text begins with, ends with or contains a part, as the operator says.
RFS_API bool holds(Op op, std::string_view text, std::string_view part);

/// Returns a part of a text, from letter `start` on, counted from 1; all of the rest where there is no count.
RFS_API std::string_view substring(std::string_view text, const Exact& start, const Exact* count);

/// A figure that a lookup may find: its index, the period, and the keys that lead to it (indices of words, 0/1,
/// whole numbers). An index of kNoFigure is a key without a row.
struct Found {
  std::size_t figure = 0;
  std::size_t period = 0;
  std::vector<std::int64_t> keys;
};
inline constexpr std::size_t kNoFigure = static_cast<std::size_t>(-1);

/// Calls `visit` for every figure that a lookup may find on the days and with the keys of the readings. Days before the
/// first period are visited as kNoFigure in period kNoFigure; days off file of what is read `on` a date as the figure
/// that is not on file, in period kNoFigure.
RFS_API void for_each_figure(const Program& program, const Node& lookup, const value::Interval& days,
                             std::span<const Reading> keys, const std::function<void(const Found&)>& visit);

/// The days from `from` to before `until` on which a lookup `on` a date finds figures: inside `effective`, whose open
/// ends stay open, and from the parameter's first figure on.
struct OnFile {
  std::int64_t from = 0;
  std::int64_t until = 0;
};
RFS_API OnFile on_file(const Program& program, ParameterId parameter);

/// Returns which figures of a schedule's list count for an argument, as [first, second): of the brackets that it may be
/// in (Op::bracket), or that it may have a part in (Op::marginal).
RFS_API std::pair<std::size_t, std::size_t> figures_met(const typed::Parameter& schedule, std::size_t list,
                                                        const Reading& argument, Op op);

}  // namespace rfs::inline RFS_ABI::program

#ifdef RFS_HEADER_ONLY
#include "rfs/impl/program/read.ipp"
#endif
