#pragma once

#include "python.hpp"

namespace rfs_python {

/// Adds rfs._core.TableStream to the module.
void bind_table(py::module_& module);

}  // namespace rfs_python
