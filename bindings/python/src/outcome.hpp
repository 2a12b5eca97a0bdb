#pragma once

#include <memory>

#include "python.hpp"
#include "rules.hpp"

namespace rfs_python {

/// Makes an rfs.Outcome of an applicant who was decided; `rules` is the rfs.Rules that `object` belongs to.
PyObject* make_outcome(PyObject* rules, RulesObject& object, std::unique_ptr<Applicant> applicant);

/// Adds rfs.Outcome and rfs.Decision to the module.
void bind_outcome(py::module_& module);

}  // namespace rfs_python
