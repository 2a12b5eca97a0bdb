#include "diagnostics.hpp"

#include "rfs/diag/render.hpp"

namespace rfs_python {

py::list to_python(const rfs::Diagnostics& findings) {
  const py::object read = py::module_::import("rfs._diagnostics").attr("Diagnostic").attr("_of");
  py::list out;
  for (const rfs::Diagnostic& finding : findings.all()) {
    // The name of a file may hold bytes that are no text.
    const auto json = py::reinterpret_steal<py::object>(to_str(rfs::diag::render_json(finding)));
    const auto rendered = py::reinterpret_steal<py::object>(to_str(rfs::diag::render(finding)));
    if (!json || !rendered) throw py::error_already_set();
    out.append(read(json, rendered));
  }
  return out;
}

void raise(const rfs::Diagnostics& findings) {
  const py::object type = py::module_::import("rfs._diagnostics").attr("RuleError");
  PyErr_SetObject(type.ptr(), type(to_python(findings)).ptr());
  throw py::error_already_set();
}

}  // namespace rfs_python
