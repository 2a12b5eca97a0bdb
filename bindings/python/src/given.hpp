#pragma once

#include <vector>

#include "python.hpp"
#include "rfs/batch/options.hpp"
#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/reasons.hpp"

namespace rfs_python {

/// Gives a fact the value of a Python object. What cannot be read is kept as a problem of the facts; a fact that was
/// rounded, or a cell of a list, is added to `rounded`. Throws only what Python threw.
void give(PyObject* value, rfs::FactId fact, rfs::Floats floats, const rfs::Rules& rules, rfs::Facts& facts,
          std::vector<rfs::Cell>& rounded);

/// Reads a day from a str, a date, or a datetime at midnight. Throws rfs.RuleError where there is none, TypeError for
/// another type.
rfs::Date read_day(PyObject* value);

/// Looks up the types of Python that are told apart; once, when the module is loaded.
void prepare_given();

}  // namespace rfs_python
