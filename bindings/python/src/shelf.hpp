#pragma once

#include "python.hpp"
#include "rfs/evaluate/shelf.hpp"

namespace rfs_python {

/// What rfs.Shelf holds: the files of a shelf, and the same as rfs.Rules.
class ShelfObject {
 public:
  explicit ShelfObject(rfs::Shelf shelf);

  [[nodiscard]] const rfs::Shelf& shelf() const noexcept { return shelf_; }
  /// Returns the files as rfs.Rules, in the order of their days.
  [[nodiscard]] const py::tuple& files() const noexcept { return files_; }
  /// Returns the file in force on a day. Throws rfs.RuleError where there is none.
  [[nodiscard]] py::object at(const py::object& as_of) const;

 private:
  rfs::Shelf shelf_;
  py::tuple files_;
};

/// Adds what rfs.Shelf is made of to the module.
void bind_shelf(py::module_& module);

}  // namespace rfs_python
