#include "rules.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "diagnostics.hpp"
#include "given.hpp"
#include "outcome.hpp"
#include "rfs/rule/type.hpp"

namespace rfs_python {

namespace {

constexpr std::size_t kMostIdle = 64;    ///< applicants kept for the next calls
constexpr std::size_t kMostPlaces = 64;  ///< places of names that are remembered

/// Programs that are this long run without the lock of the interpreter; shorter ones end sooner than it is handed over.
constexpr std::size_t kLongProgram = 1'000;

py::str interned(const std::string& text) {
  PyObject* made = PyUnicode_InternFromString(text.c_str());
  if (made == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(made);
}

// Names of arguments, interned: CPython hands over the same str.
PyObject* as_of_name = nullptr;
PyObject* floats_name = nullptr;
PyObject* lang_name = nullptr;

rfs::Floats read_floats(PyObject* value) {
  if (PyUnicode_Check(value)) {
    if (PyUnicode_CompareWithASCIIString(value, "exact") == 0) return rfs::Floats::exact;
    if (PyUnicode_CompareWithASCIIString(value, "nearest") == 0) return rfs::Floats::nearest;
  }
  throw py::value_error("floats is \"exact\" or \"nearest\", not " + std::string(py::str(py::repr(value))));
}

/// What a call of evaluate() gives, while it is read.
class Call {
 public:
  Call(RulesObject& object, PyObject* const* args, Py_ssize_t count, PyObject* names)
      : object_(object), args_(args), count_(count), names_(names) {
    if (count > 1) throw py::type_error("evaluate() takes one positional argument, the facts; name the others");
    const Py_ssize_t named = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
    for (Py_ssize_t i = 0; i < named; ++i) {
      PyObject* name = PyTuple_GET_ITEM(names, i);
      if (is(name, as_of_name)) as_of_ = args[count + i];
      if (is(name, floats_name)) floats_ = read_floats(args[count + i]);
    }
    if (as_of_ == nullptr) {
      throw py::type_error("evaluate() needs as_of, the day to decide on; for today, as_of=datetime.date.today()");
    }
  }

  [[nodiscard]] PyObject* as_of() const noexcept { return as_of_; }

  /// Gives the facts; those by keyword win, as those by option do on the command line.
  void give_facts(Applicant& applicant) {
    const Py_ssize_t named = names_ == nullptr ? 0 : PyTuple_GET_SIZE(names_);
    for (Py_ssize_t i = 0; i < named; ++i) {
      PyObject* name = PyTuple_GET_ITEM(names_, i);
      if (name == as_of_name || name == floats_name || is(name, as_of_name) || is(name, floats_name)) continue;
      give_fact(name, args_[count_ + i], applicant, true);
    }
    any_named_ = place_ != 0;
    if (count_ == 1) give_mapping(args_[0], applicant);
    if (any_named_) std::fill(applicant.by_keyword.begin(), applicant.by_keyword.end(), 0);
  }

 private:
  static bool is(PyObject* name, PyObject* wanted) { return name == wanted || PyUnicode_Compare(name, wanted) == 0; }

  void give_mapping(PyObject* facts, Applicant& applicant) {
    if (PyDict_CheckExact(facts)) {
      PyObject *name = nullptr, *value = nullptr;
      Py_ssize_t at = 0;
      while (PyDict_Next(facts, &at, &name, &value) != 0) {
        // Reading a value may run code of Python's, which may change the dict.
        const py::object held_name = py::reinterpret_borrow<py::object>(name);
        const py::object held_value = py::reinterpret_borrow<py::object>(value);
        give_fact(name, value, applicant, false);
      }
      return;
    }
    if (facts == Py_None) return;
    const auto items = py::reinterpret_steal<py::object>(PyMapping_Items(facts));
    if (!items) {
      if (!PyErr_ExceptionMatches(PyExc_AttributeError) && !PyErr_ExceptionMatches(PyExc_TypeError)) {
        throw py::error_already_set();
      }
      PyErr_Clear();
      throw py::type_error(std::string("facts are a dict of names and values: found a ") + Py_TYPE(facts)->tp_name);
    }
    for (const py::handle item : items) {
      const auto pair = py::cast<std::pair<py::object, py::object>>(item);
      give_fact(pair.first.ptr(), pair.second.ptr(), applicant, false);
    }
  }

  void give_fact(PyObject* name, PyObject* value, Applicant& applicant, bool by_keyword) {
    if (!PyUnicode_Check(name)) {
      throw py::type_error(std::string("names of facts are str: found a ") + Py_TYPE(name)->tp_name);
    }
    const auto fact = object_.find_fact(name, place_++);
    if (!fact) return applicant.facts.set(std::string(py::str(name)), "");  // keeps that there is no such fact
    if (by_keyword) {
      applicant.by_keyword[fact->value] = 1;
    } else if (any_named_ && applicant.by_keyword[fact->value] != 0) {
      return;
    }
    give(value, *fact, floats_, object_.rules(), applicant.facts, applicant.rounded);
  }

  RulesObject& object_;
  PyObject* const* args_;
  Py_ssize_t count_;
  PyObject* names_;
  PyObject* as_of_ = nullptr;
  rfs::Floats floats_ = rfs::Floats::exact;
  std::size_t place_ = 0;
  bool any_named_ = false;
};

/// Finds what an rfs.Rules holds. A call for each applicant has no time for pybind11's look-up by type; that `self` is
/// an rfs.Rules was checked by CPython, and nothing can inherit from it.
RulesObject& held_by(PyObject* self) {
  return *static_cast<RulesObject*>(reinterpret_cast<py::detail::instance*>(self)->simple_value_holder[0]);
}

PyObject* evaluate(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names) noexcept {
  try {
    RulesObject& object = held_by(self);
    Call call(object, args, count, names);
    const rfs::Date day = read_day(call.as_of());
    std::unique_ptr<Applicant> applicant = object.take();
    call.give_facts(*applicant);
    if (object.rules().program().nodes.size() < kLongProgram) {
      object.rules().evaluate(applicant->facts, day, applicant->outcome);
    } else {
      const py::gil_scoped_release released;
      object.rules().evaluate(applicant->facts, day, applicant->outcome);
    }
    return make_outcome(self, object, std::move(applicant));
  } catch (...) {
    return fail();
  }
}

constexpr const char* kEvaluateDoc =
    "evaluate($self, facts=None, /, *, as_of, floats='exact', **given)\n--\n\n"
    "Decide about one applicant on a day.\n\n"
    "Facts come in a dict, by keyword, or both: a keyword wins. A value is a str in the form that rule files have\n"
    "(\"150.00\", \"2017-04-24\", \"15%\", \"2 months\"), a bool, an int, a Decimal, a date, a datetime at midnight, a "
    "float by\n"
    "the rule below, an Enum with such a value, or a scalar of numpy or pandas. None, pandas.NA and pandas.NaT say "
    "that\n"
    "a fact is not known. An int of a money fact counts whole units of the currency, not cents.\n\n"
    "as_of is the day to decide on, a date or a str. No day is taken in its place.\n\n"
    "floats=\"exact\" takes a float where its shortest decimal has at most 15 digits and no more decimals than the "
    "fact\n"
    "takes; floats=\"nearest\" also takes one within a millionth of a step of the fact, as that step, and lists it "
    "under\n"
    "`assumed` in the outcome.\n\n"
    "A fact that breaks its declaration, or that the rules do not have, refuses the applicant: every decision is then\n"
    "\"refused\", and Outcome.problems says why. A day that cannot be read raises RuleError.";

/// Evaluates without the argument `lang`, and explains in that language.
PyObject* explain(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names) noexcept {
  try {
    std::vector<PyObject*> values(args, args + count);
    py::list left;
    py::dict in_language;
    for (Py_ssize_t i = 0; names != nullptr && i < PyTuple_GET_SIZE(names); ++i) {
      PyObject* name = PyTuple_GET_ITEM(names, i);
      if (PyUnicode_Compare(name, lang_name) == 0) {
        in_language[name] = py::handle(args[count + i]);
      } else {
        left.append(py::handle(name));
        values.push_back(args[count + i]);
      }
    }
    const auto outcome = py::reinterpret_steal<py::object>(evaluate(self, values.data(), count, py::tuple(left).ptr()));
    if (!outcome) throw py::error_already_set();
    return outcome.attr("explain")(**in_language).release().ptr();
  } catch (...) {
    return fail();
  }
}

constexpr const char* kExplainDoc =
    "explain($self, facts=None, /, *, as_of, floats='exact', lang='', **given)\n--\n\n"
    "Decide about one applicant on a day and tell why: evaluate(...).explain(lang=lang).";

PyMethodDef evaluate_method = {"evaluate", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(evaluate)),
                               METH_FASTCALL | METH_KEYWORDS, kEvaluateDoc};
PyMethodDef explain_method = {"explain", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(explain)),
                              METH_FASTCALL | METH_KEYWORDS, kExplainDoc};

/// The result of loading, or RuleError.
std::unique_ptr<RulesObject> loaded(rfs::Result<rfs::Rules, rfs::Diagnostics> result) {
  if (!result) raise(result.error());
  return std::make_unique<RulesObject>(*result);
}

std::unique_ptr<RulesObject> load(const std::string& path) {
  return loaded([&] {
    const py::gil_scoped_release released;
    return rfs::load(path);
  }());
}

std::unique_ptr<RulesObject> loads(const std::string& text, const std::string& name) {
  return loaded([&] {
    const py::gil_scoped_release released;
    return rfs::parse(text, name);
  }());
}

py::dict list_fields(const RulesObject& object) {
  py::dict out;
  for (const rfs::rule::Fact& fact : object.rules().file().facts) {
    if (fact.domain.type.kind != rfs::Kind::list) continue;
    py::list fields;
    for (const rfs::rule::Fact& field : fact.fields) fields.append(field.name.text);
    out[py::str(fact.name.text)] = std::move(fields);
  }
  return out;
}

py::dict fact_types(const RulesObject& object) {
  py::dict out;
  for (const rfs::rule::Fact& fact : object.rules().file().facts) {
    out[py::str(fact.name.text)] = rfs::rule::type_text(fact.domain.type, object.rules().module().choices);
  }
  return out;
}

py::tuple decision_names(const RulesObject& object) {
  py::tuple out(object.decisions().size());
  for (std::size_t i = 0; i < object.decisions().size(); ++i) out[i] = object.decisions()[i].name;
  return out;
}

}  // namespace

RulesObject::RulesObject(rfs::Rules rules) : rules_(std::move(rules)) {
  idle_.reserve(kMostIdle);  // so that giving back never fails
  for (const rfs::rule::Fact& fact : rules_.file().facts) {
    facts_[interned(fact.name.text)] = fact_names_.size();
    fact_names_.push_back(interned(fact.name.text));
  }
  for (std::size_t i = 0; i < rules_.file().decisions.size(); ++i) {
    DecisionNames names{interned(rules_.file().decisions[i].name.text), {}};
    for (const rfs::program::Condition& condition : rules_.program().decisions[rfs::DecisionId(i)].conditions) {
      names.conditions.push_back(interned(condition.name));
    }
    decisions_.push_back(std::move(names));
  }
}

std::optional<rfs::FactId> RulesObject::find_fact(PyObject* name, std::size_t place) {
  if (place < met_.size() && met_[place].name.ptr() == name) return met_[place].fact;
  PyObject* index = PyDict_GetItemWithError(facts_.ptr(), name);
  if (index == nullptr) {
    if (PyErr_Occurred() != nullptr) throw py::error_already_set();
    return std::nullopt;
  }
  const rfs::FactId fact(PyLong_AsSize_t(index));
  if (place < kMostPlaces) {
    if (met_.size() <= place) met_.resize(place + 1);
    met_[place] = {py::reinterpret_borrow<py::object>(name), fact};
  }
  return fact;
}

std::optional<rfs::DecisionId> RulesObject::find_decision(PyObject* name) const {
  for (std::size_t i = 0; i < decisions_.size(); ++i) {
    if (decisions_[i].name.ptr() == name) return rfs::DecisionId(i);
  }
  for (std::size_t i = 0; i < decisions_.size(); ++i) {
    if (PyUnicode_Compare(decisions_[i].name.ptr(), name) == 0) return rfs::DecisionId(i);
  }
  return std::nullopt;
}

std::unique_ptr<Applicant> RulesObject::take() {
  if (idle_.empty()) return std::make_unique<Applicant>(rules_);
  std::unique_ptr<Applicant> out = std::move(idle_.back());
  idle_.pop_back();
  out->facts.clear();
  out->rounded.clear();
  return out;
}

void RulesObject::give_back(std::unique_ptr<Applicant> applicant) noexcept {
  if (idle_.size() < kMostIdle) idle_.push_back(std::move(applicant));
}

void bind_rules(py::module_& module) {
  as_of_name = interned("as_of").release().ptr();
  floats_name = interned("floats").release().ptr();
  lang_name = interned("lang").release().ptr();
  py::options options;
  options.disable_function_signatures();
  py::class_<RulesObject> rules(module, "Rules", py::is_final(),
                                "A checked rule file. Immutable; any number of threads may use one. Made by load() and "
                                "loads(); it can be pickled.");
  rules.attr("__module__") = "rfs";
  rules.def_property_readonly(
      "name", [](const RulesObject& object) { return object.rules().file().rules; },
      "What the file is called, like \"run-for-something/funding\".");
  rules.def_property_readonly(
      "version", [](const RulesObject& object) { return object.rules().file().version; }, "The version of the file.");
  rules.def_property_readonly(
      "digest", [](const RulesObject& object) { return object.rules().digest(); },
      "\"sha256:\" and the digest of the file's bytes.");
  rules.def_property_readonly("facts", fact_types, "What an applicant can give: the type of each fact by its name.");
  rules.def_property_readonly("_lists", list_fields,
                              "The fields of each fact that is a list; none of items that are values.");
  rules.def_property_readonly("decisions", decision_names, "The names of the decisions, as the file lists them.");
  rules.def_property_readonly(
      "findings", [](const RulesObject& object) { return to_python(object.rules().findings()); },
      "What the checker said of the file: warnings and notes.");
  rules.def_property_readonly(
      "source", [](const RulesObject& object) { return py::bytes(object.rules().file().file->text); },
      "The bytes of the file.");
  rules.def_property_readonly(
      "path",
      [](const RulesObject& object) {
        return py::reinterpret_steal<py::object>(to_str(object.rules().file().file->name));
      },
      "The path that was loaded, or the name that loads() was given.");
  for (PyMethodDef* method : {&evaluate_method, &explain_method}) {
    const auto made =
        py::reinterpret_steal<py::object>(PyDescr_NewMethod(reinterpret_cast<PyTypeObject*>(rules.ptr()), method));
    if (!made) throw py::error_already_set();
    rules.attr(method->ml_name) = made;
  }
  rules.def("__reduce__", [](const RulesObject& object) {
    const rfs::source::File& file = *object.rules().file().file;
    return py::make_tuple(py::module_::import("rfs").attr("loads"), py::make_tuple(py::bytes(file.text), file.name));
  });
  rules.def("__repr__", [](py::object self) { return py::module_::import("rfs._show").attr("rules_text")(self); });
  rules.def("_repr_html_", [](py::object self) { return py::module_::import("rfs._show").attr("rules_html")(self); });
  module.def("load", load, "Load a rule file by its path, a str.");
  module.def("loads", loads, "Load the text of a rule file, which has a name.");
}

}  // namespace rfs_python
