/// \file
/// The extension module `rfs._core`. What is called once for an applicant is written for CPython itself, the rest with
/// pybind11.
#include "given.hpp"
#include "outcome.hpp"
#include "python.hpp"
#include "rfs/config.hpp"
#include "rules.hpp"
#include "shelf.hpp"
#include "table.hpp"
#include "verbs.hpp"

PYBIND11_MODULE(_core, module) {
  module.doc() = "The compiled part of rfs.";
  module.attr("engine_version") = RFS_VERSION;
  rfs_python::prepare_given();
  rfs_python::bind_outcome(module);
  rfs_python::bind_rules(module);
  rfs_python::bind_shelf(module);
  rfs_python::bind_table(module);
  rfs_python::bind_verbs(module);
}
