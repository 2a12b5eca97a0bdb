#include "shelf.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "diagnostics.hpp"
#include "given.hpp"
#include "rules.hpp"

namespace rfs_python {

namespace {

/// Puts files together, each an rfs.Rules.
std::unique_ptr<ShelfObject> shelf_of(const py::list& files) {
  std::vector<rfs::Rules> rules;
  for (const py::handle file : files) rules.push_back(file.cast<RulesObject&>().rules());
  if (rules.empty()) throw py::value_error("a shelf has at least one file");
  auto shelf = rfs::Shelf::of(std::move(rules));
  if (!shelf) raise(shelf.error());
  return std::make_unique<ShelfObject>(*std::move(shelf));
}

std::unique_ptr<ShelfObject> load_folder(const std::string& path) {
  auto shelf = [&] {
    const py::gil_scoped_release released;
    return rfs::load_folder(path);
  }();
  if (!shelf) raise(shelf.error());
  return std::make_unique<ShelfObject>(*std::move(shelf));
}

/// Returns the first and the last day of each file as text.
py::list windows(const ShelfObject& object) {
  py::list out;
  for (const rfs::Window& window : object.shelf().windows()) {
    out.append(py::make_tuple(window.first.text(), window.last.text()));
  }
  return out;
}

}  // namespace

ShelfObject::ShelfObject(rfs::Shelf shelf) : shelf_(std::move(shelf)), files_(shelf_.files().size()) {
  for (std::size_t i = 0; i < shelf_.files().size(); ++i) {
    files_[i] = py::cast(std::make_unique<RulesObject>(shelf_.files()[i]));
  }
}

py::object ShelfObject::at(const py::object& as_of) const {
  const rfs::Date day = read_day(as_of.ptr());
  const std::vector<rfs::Window> windows = shelf_.windows();
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (day >= windows[i].first && day <= windows[i].last) return files_[i];
  }
  rfs::Diagnostics findings;
  findings.add(shelf_.at(day).error());
  raise(findings);
}

void bind_shelf(py::module_& module) {
  py::options options;
  options.disable_function_signatures();
  py::class_<ShelfObject>(module, "Shelf", py::is_final(), "The files of a shelf.")
      .def_property_readonly("files", &ShelfObject::files, "The files, in the order of their days.")
      .def_property_readonly("windows", windows, "The first and the last day of each file.")
      .def_property_readonly(
          "findings", [](const ShelfObject& object) { return to_python(object.shelf().findings()); },
          "What the checker said of the files and what lies between them.")
      .def("at", &ShelfObject::at, "Return the file in force on a day.");
  module.def("shelf", shelf_of, "Put loaded files together.");
  module.def("load_folder", load_folder, "Load the rule files of a folder by its path.");
}

}  // namespace rfs_python
