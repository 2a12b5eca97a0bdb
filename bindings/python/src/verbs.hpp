#pragma once

#include "python.hpp"

namespace rfs_python {

/// Adds what the functions check(), test() and calc() of the package call.
void bind_verbs(py::module_& module);

}  // namespace rfs_python
