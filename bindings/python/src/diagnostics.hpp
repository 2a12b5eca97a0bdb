#pragma once

#include "python.hpp"
#include "rfs/diag/diagnostic.hpp"

namespace rfs_python {

/// Returns a list of rfs.Diagnostic.
py::list to_python(const rfs::Diagnostics& findings);

/// Throws rfs.RuleError with the findings.
[[noreturn]] void raise(const rfs::Diagnostics& findings);

}  // namespace rfs_python
