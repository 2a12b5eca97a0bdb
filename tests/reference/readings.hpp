#pragma once

#include <optional>

#include "reference.hpp"
#include "rfs/expr/tree.hpp"

namespace rfs::reference {

// What is done with readings of single values.

Reading from_to(Exact least, Exact most);
Reading of_truth(Bool3 truth);
Reading nothing();
Reading of_value(const Value& value, Kind kind);
bool known(const Reading& x, Kind kind);
/// Returns what is one of two readings.
Reading either(const Reading& a, const Reading& b);
std::int64_t whole(const Exact& x);
Bool3 compare(expr::Op op, Kind kind, const Reading& a, const Reading& b);
std::optional<Exact> common(const std::optional<Exact>& a, const std::optional<Exact>& b);

/// Whether an operator has to do with lists, records or what stands for an item.
inline bool is_of_lists(typed::Op op) { return op >= typed::Op::variable; }
/// Adds what a reading waits for; nothing where it is known.
void collect(const Reading& x, Needs& out);

}  // namespace rfs::reference
