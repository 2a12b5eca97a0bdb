#include "outcome.hpp"

#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "diagnostics.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/explain/explanation.hpp"
#include "rfs/explain/outcome_json.hpp"
#include "rfs/explain/text.hpp"
#include "rfs/explain/tree.hpp"

namespace rfs_python {

namespace {

/// An rfs.Outcome. It is made for each applicant, so it is a plain type of CPython's.
struct OutcomeObject {
  PyObject_HEAD PyObject* rules;  ///< the rfs.Rules, which holds the object
  RulesObject* object;
  Applicant* applicant;  ///< owned; goes back to the object

  [[nodiscard]] rfs::Outcome& outcome() const { return applicant->outcome; }
};

/// An rfs.Decision: a part of an outcome.
struct DecisionObject {
  PyObject_HEAD OutcomeObject* outcome;  ///< owned
  rfs::DecisionId id;

  [[nodiscard]] rfs::DecisionView view() const { return std::as_const(outcome->outcome())[id]; }
  [[nodiscard]] const DecisionNames& names() const { return outcome->object->decisions()[id.value]; }
};

PyTypeObject* outcome_type = nullptr;
PyTypeObject* decision_type = nullptr;
PyObject* decimal_type = nullptr;            ///< decimal.Decimal
std::array<PyObject*, 4> status_names = {};  ///< by rfs::Status

OutcomeObject* as_outcome(PyObject* self) { return reinterpret_cast<OutcomeObject*>(self); }
DecisionObject* as_decision(PyObject* self) { return reinterpret_cast<DecisionObject*>(self); }

/// Makes a function for CPython of one that may throw and returns an object.
template <py::object (*function)(PyObject*)>
PyObject* getter(PyObject* self, void* /*unused*/) noexcept {
  try {
    return function(self).release().ptr();
  } catch (...) {
    return fail();
  }
}
template <py::object (*function)(PyObject*)>
PyObject* method(PyObject* self, PyObject* /*unused*/) noexcept {
  return getter<function>(self, nullptr);
}

/// Calls a function of the package with `self`.
py::object call(const char* module, const char* name, PyObject* self) {
  return py::module_::import(module).attr(name)(py::handle(self));
}

// Numbers.

py::object to_decimal(std::string_view text) {
  const auto digits = py::reinterpret_steal<py::object>(to_str(text));
  if (!digits) throw py::error_already_set();
  PyObject* out = PyObject_CallOneArg(decimal_type, digits.ptr());
  if (out == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(out);
}

/// Writes an amount in units of a power of ten, like `-150.00`.
py::object to_decimal(rfs::Money money) {
  std::array<char, 32> text;
  char* end = text.data() + text.size();
  char* at = end;
  const std::int64_t units = money.units();
  auto left = units < 0 ? 0 - static_cast<std::uint64_t>(units) : static_cast<std::uint64_t>(units);
  for (int written = 0; left != 0 || written <= money.places(); ++written) {
    if (written == money.places() && written != 0) *--at = '.';
    *--at = static_cast<char>('0' + left % 10);
    left /= 10;
  }
  if (units < 0) *--at = '-';
  return to_decimal(std::string_view(at, static_cast<std::size_t>(end - at)));
}

/// An amount that was asked for lately. To make a Decimal costs as much as half a decision, and amounts repeat: caps,
/// 0.
struct KnownDecimal {
  std::int64_t units = 0;
  int places = 0;
  PyObject* decimal = nullptr;
};
std::array<KnownDecimal, 512> known_decimals;

py::object known_decimal(rfs::Money money) {
  const auto hash = static_cast<std::uint64_t>(money.units()) * 0x9E3779B97F4A7C15U;
  KnownDecimal& known = known_decimals[hash >> 55];
  if (known.decimal == nullptr || known.units != money.units() || known.places != money.places()) {
    PyObject* made = to_decimal(money).release().ptr();
    Py_XDECREF(std::exchange(known.decimal, made));
    known.units = money.units();
    known.places = money.places();
  }
  return py::reinterpret_borrow<py::object>(known.decimal);
}

/// An amount that cannot be written in minor units is a Decimal too where its decimals end, else a Fraction.
py::object to_number(const rfs::Exact& value) {
  if (value.decimals()) return to_decimal(value.text());
  return py::module_::import("fractions").attr("Fraction")(value.text());
}

py::object amount(std::optional<rfs::Money> money, std::optional<rfs::Exact> exact) {
  if (money) return known_decimal(*money);
  if (exact) return to_number(*exact);
  return py::none();
}

// Decision.

py::object decision_name(PyObject* self) { return as_decision(self)->names().name; }

py::object decision_status(PyObject* self) {
  const auto status = static_cast<std::size_t>(as_decision(self)->view().status());
  return py::reinterpret_borrow<py::object>(status_names[status]);
}

py::object decision_least(PyObject* self) {
  const rfs::DecisionView view = as_decision(self)->view();
  const auto money = view.least();
  return amount(money, money ? std::nullopt : view.exact_least());
}

py::object decision_most(PyObject* self) {
  const rfs::DecisionView view = as_decision(self)->view();
  const auto money = view.most();
  return amount(money, money ? std::nullopt : view.exact_most());
}

py::object decision_amount(PyObject* self) {
  const rfs::DecisionView view = as_decision(self)->view();
  if (const auto money = view.amount()) return known_decimal(*money);
  const auto least = view.exact_least();
  return least && least == view.exact_most() ? to_number(*least) : py::none();
}

py::object decision_unmet(PyObject* self) {
  const rfs::ConditionSet unmet = as_decision(self)->view().unmet();
  const std::vector<py::str>& names = as_decision(self)->names().conditions;
  py::tuple out(unmet.size());
  std::size_t at = 0;
  for (std::size_t i = 0; i < names.size() && at < out.size(); ++i) {
    if (!unmet.contains(i)) continue;
    PyTuple_SET_ITEM(out.ptr(), static_cast<Py_ssize_t>(at++), py::object(names[i]).release().ptr());
  }
  return out;
}

rfs::Reasons reasons(PyObject* self) {
  return rfs::reasons(as_decision(self)->outcome->outcome(), as_decision(self)->id);
}

py::object condition_names(PyObject* self, const std::vector<std::uint32_t>& conditions) {
  py::tuple out(conditions.size());
  for (std::size_t i = 0; i < conditions.size(); ++i) out[i] = as_decision(self)->names().conditions[conditions[i]];
  return out;
}

py::object decision_met(PyObject* self) { return condition_names(self, reasons(self).met); }

py::object decision_undetermined(PyObject* self) { return condition_names(self, reasons(self).undetermined); }

py::object decision_needed(PyObject* self) {
  const std::vector<std::string> needed =
      rfs::needed_names(as_decision(self)->outcome->outcome().rules(), reasons(self));
  py::tuple out(needed.size());
  for (std::size_t i = 0; i < needed.size(); ++i) out[i] = py::str(needed[i]);
  return out;
}

py::object decision_conditions(PyObject* self) {
  const DecisionObject& decision = *as_decision(self);
  rfs::Outcome& outcome = decision.outcome->outcome();
  const py::object condition = py::module_::import("rfs._conditions").attr("Condition");
  const auto& lines = outcome.rules().program().decisions[decision.id].conditions;
  py::tuple out(outcome.refused() ? 0 : lines.size());
  if (!outcome.refused()) outcome.read_texts();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const rfs::Bool3 is = outcome.truth(decision.id, i);
    out[i] = condition(decision.names().conditions[i], lines[i].wanted,
                       is == rfs::Bool3::unknown ? py::object(py::none()) : py::bool_(is == rfs::Bool3::yes),
                       rfs::explain::condition_text(outcome, decision.id, i));
  }
  return out;
}

int decision_truth(PyObject* self) noexcept {
  const rfs::Status status = as_decision(self)->view().status();
  if (status == rfs::Status::eligible || status == rfs::Status::ineligible) return status == rfs::Status::eligible;
  try {
    const std::string name(as_decision(self)->names().name);
    const std::string is(rfs::status_text(status));
    PyErr_SetString(PyExc_ValueError, ("`" + name + "` is " + is + ", neither yes nor no: ask for its status").c_str());
  } catch (...) {
    fail();
  }
  return -1;
}

py::object decision_repr(PyObject* self) { return call("rfs._show", "decision_text", self); }
py::object decision_html(PyObject* self) { return call("rfs._show", "decision_html", self); }

void decision_dealloc(PyObject* self) noexcept {
  Py_DECREF(reinterpret_cast<PyObject*>(as_decision(self)->outcome));
  PyObject_Free(self);
  Py_DECREF(decision_type);
}

// Outcome.

py::object decision_at(PyObject* self, rfs::DecisionId id) {
  DecisionObject* out = PyObject_New(DecisionObject, decision_type);
  if (out == nullptr) throw py::error_already_set();
  Py_INCREF(self);
  out->outcome = as_outcome(self);
  out->id = id;
  return py::reinterpret_steal<py::object>(reinterpret_cast<PyObject*>(out));
}

PyObject* outcome_item(PyObject* self, PyObject* name) noexcept {
  try {
    const auto id = PyUnicode_Check(name) ? as_outcome(self)->object->find_decision(name) : std::nullopt;
    if (id) return decision_at(self, *id).release().ptr();
    const py::object why = py::module_::import("rfs._show").attr("no_decision")(py::handle(self), py::handle(name));
    throw py::key_error(std::string(py::str(why)));
  } catch (...) {
    return fail();
  }
}

Py_ssize_t outcome_length(PyObject* self) noexcept {
  return static_cast<Py_ssize_t>(as_outcome(self)->object->decisions().size());
}

py::object outcome_iterator(PyObject* self) {
  py::list names;
  for (const DecisionNames& decision : as_outcome(self)->object->decisions()) names.append(decision.name);
  return py::iter(names);
}

int outcome_contains(PyObject* self, PyObject* name) noexcept {
  return PyUnicode_Check(name) && as_outcome(self)->object->find_decision(name) ? 1 : 0;
}

py::object outcome_rules(PyObject* self) { return py::reinterpret_borrow<py::object>(as_outcome(self)->rules); }
py::object outcome_refused(PyObject* self) { return py::bool_(as_outcome(self)->outcome().refused()); }
py::object outcome_problems(PyObject* self) { return to_python(as_outcome(self)->outcome().problems()); }

py::object outcome_as_of(PyObject* self) {
  const rfs::Date day = as_outcome(self)->outcome().as_of();
  return py::module_::import("datetime").attr("date")(day.year(), day.month(), day.day());
}

/// The facts that were rounded, as the outcome lists what was assumed.
py::object outcome_rounded(PyObject* self) {
  const rfs::Outcome& outcome = as_outcome(self)->outcome();
  const std::vector<rfs::program::Given> all = outcome.given();
  py::list out;
  for (const rfs::Cell& cell : as_outcome(self)->applicant->rounded) {
    const rfs::rule::File& file = outcome.rules().file();
    const rfs::rule::Domain& domain = file.facts[cell.fact.value].domain;
    const rfs::program::Given& given = all[cell.fact.value];
    if (given.state != rfs::program::Given::State::known) continue;
    const bool is_list = given.list != nullptr;
    const rfs::Value& value = is_list ? given.list->at(cell.item, cell.field).value : given.value;
    const rfs::Type& type = is_list ? domain.list->fields[cell.field].domain.type : domain.type;
    py::dict one;
    one["fact"] =
        is_list ? py::str(rfs::cell_name(outcome.rules(), cell)) : as_outcome(self)->object->fact_name(cell.fact);
    one["value"] = rfs::rule::plain(value, type, outcome.rules().module().choices, file.currency);
    out.append(one);
  }
  return out;
}

py::object outcome_json(PyObject* self) { return py::str(rfs::explain::outcome_json(as_outcome(self)->outcome())); }

py::object outcome_summary(PyObject* self) { return py::str(rfs::explain::summary(as_outcome(self)->outcome())); }

py::object outcome_repr(PyObject* self) { return call("rfs._show", "outcome_text", self); }
py::object outcome_html(PyObject* self) { return call("rfs._show", "outcome_html", self); }
py::object outcome_to_dict(PyObject* self) { return call("rfs._show", "outcome_dict", self); }
py::object outcome_to_json(PyObject* self) { return call("rfs._show", "outcome_json", self); }

PyObject* outcome_explain(PyObject* self, PyObject* args, PyObject* names) noexcept {
  try {
    static const char* const keywords[] = {"lang", nullptr};
    const char* language = "";
    if (PyArg_ParseTupleAndKeywords(args, names, "|$s:explain", const_cast<char**>(keywords), &language) == 0) {
      throw py::error_already_set();
    }
    rfs::Outcome& outcome = as_outcome(self)->outcome();
    if (*language != '\0' && !rfs::explain::speaks(outcome.rules(), language)) {
      throw py::value_error("no text of the rule file is in the language `" + std::string(language) + "`");
    }
    const rfs::explain::Explanation explanation = rfs::explain::explain(outcome, language);
    return py::module_::import("rfs._explanation")
        .attr("Explanation")(explanation.text(), explanation.markdown(), explanation.json())
        .release()
        .ptr();
  } catch (...) {
    return fail();
  }
}

void outcome_dealloc(PyObject* self) noexcept {
  OutcomeObject* outcome = as_outcome(self);
  outcome->object->give_back(std::unique_ptr<Applicant>(outcome->applicant));
  Py_DECREF(outcome->rules);
  PyObject_Free(self);
  Py_DECREF(outcome_type);
}

// Their descriptions for CPython.

PyGetSetDef decision_fields[] = {
    {"name", getter<decision_name>, nullptr, "The name of the decision.", nullptr},
    {"status", getter<decision_status>, nullptr, "\"eligible\", \"ineligible\", \"undetermined\" or \"refused\".",
     nullptr},
    {"amount", getter<decision_amount>, nullptr,
     "What is granted, exactly: a Decimal, or a Fraction where the decimals never end. None while it is not known, "
     "and\n"
     "where the decision grants no amount.",
     nullptr},
    {"least", getter<decision_least>, nullptr, "The least that amount can come to be, or None.", nullptr},
    {"most", getter<decision_most>, nullptr, "The most that amount can come to be, or None.", nullptr},
    {"unmet", getter<decision_unmet>, nullptr, "Names of the conditions because of which it is ineligible.", nullptr},
    {"met", getter<decision_met>, nullptr, "Names of the conditions because of which it is eligible.", nullptr},
    {"undetermined", getter<decision_undetermined>, nullptr, "Names of the conditions that leave it open.", nullptr},
    {"needed", getter<decision_needed>, nullptr,
     "Names of the facts that can still decide it, and of cells of lists: gifts[2].state.", nullptr},
    {"conditions", getter<decision_conditions>, nullptr, "Every rfs.Condition, as the file lists them.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

PyMethodDef decision_methods[] = {
    {"_repr_html_", method<decision_html>, METH_NOARGS, "_repr_html_($self)\n--\n\nReturn it as HTML, for notebooks."},
    {nullptr, nullptr, 0, nullptr}};

PyObject* decision_repr_slot(PyObject* self) noexcept { return getter<decision_repr>(self, nullptr); }

PyType_Slot decision_slots[] = {
    {Py_tp_doc, const_cast<char*>("One decision of an outcome. Its truth is whether it is eligible; of one that is "
                                  "undetermined or refused it raises ValueError.")},
    {Py_tp_dealloc, reinterpret_cast<void*>(decision_dealloc)},
    {Py_tp_repr, reinterpret_cast<void*>(decision_repr_slot)},
    {Py_nb_bool, reinterpret_cast<void*>(decision_truth)},
    {Py_tp_getset, decision_fields},
    {Py_tp_methods, decision_methods},
    {0, nullptr}};

PyType_Spec decision_spec = {"rfs.Decision", sizeof(DecisionObject), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, decision_slots};

PyGetSetDef outcome_fields[] = {
    {"rules", getter<outcome_rules>, nullptr, "The Rules that decided.", nullptr},
    {"as_of", getter<outcome_as_of>, nullptr, "The day that was decided on, a date.", nullptr},
    {"refused", getter<outcome_refused>, nullptr, "Whether the applicant was refused, because of what was given.",
     nullptr},
    {"problems", getter<outcome_problems>, nullptr, "Why the applicant was refused: a list of rfs.Diagnostic.",
     nullptr},
    {"_rounded", getter<outcome_rounded>, nullptr, nullptr, nullptr},
    {"_json", getter<outcome_json>, nullptr, nullptr, nullptr},
    {"_summary", getter<outcome_summary>, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

PyMethodDef outcome_methods[] = {
    {"explain", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(outcome_explain)),
     METH_VARARGS | METH_KEYWORDS,
     "explain($self, *, lang='')\n--\n\nTell why, in the rule file's texts of a language (default: their first)."},
    {"to_dict", method<outcome_to_dict>, METH_NOARGS, "to_dict($self)\n--\n\nReturn what json() writes, as a dict."},
    {"json", method<outcome_to_json>, METH_NOARGS,
     "json($self)\n--\n\nWrite it as `rfs evaluate --format json` does, in one line."},
    {"_repr_html_", method<outcome_html>, METH_NOARGS, "_repr_html_($self)\n--\n\nReturn it as HTML, for notebooks."},
    {nullptr, nullptr, 0, nullptr}};

PyObject* outcome_repr_slot(PyObject* self) noexcept { return getter<outcome_repr>(self, nullptr); }
PyObject* outcome_iterator_slot(PyObject* self) noexcept { return getter<outcome_iterator>(self, nullptr); }

PyType_Slot outcome_slots[] = {
    {Py_tp_doc, const_cast<char*>("What came of one applicant: a Decision by its name, as in out[\"funding\"]; going "
                                  "through it gives the names.")},
    {Py_tp_dealloc, reinterpret_cast<void*>(outcome_dealloc)},
    {Py_tp_repr, reinterpret_cast<void*>(outcome_repr_slot)},
    {Py_tp_iter, reinterpret_cast<void*>(outcome_iterator_slot)},
    {Py_mp_subscript, reinterpret_cast<void*>(outcome_item)},
    {Py_mp_length, reinterpret_cast<void*>(outcome_length)},
    {Py_sq_contains, reinterpret_cast<void*>(outcome_contains)},
    {Py_tp_getset, outcome_fields},
    {Py_tp_methods, outcome_methods},
    {0, nullptr}};

PyType_Spec outcome_spec = {"rfs.Outcome", sizeof(OutcomeObject), 0,
                            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, outcome_slots};

PyTypeObject* add_type(py::module_& module, PyType_Spec& spec, const char* name) {
  const auto type = py::reinterpret_steal<py::object>(PyType_FromSpec(&spec));
  if (!type) throw py::error_already_set();
  module.attr(name) = type;
  return reinterpret_cast<PyTypeObject*>(type.inc_ref().ptr());
}

}  // namespace

PyObject* make_outcome(PyObject* rules, RulesObject& object, std::unique_ptr<Applicant> applicant) {
  OutcomeObject* out = PyObject_New(OutcomeObject, outcome_type);
  if (out == nullptr) throw py::error_already_set();
  Py_INCREF(rules);
  out->rules = rules;
  out->object = &object;
  out->applicant = applicant.release();
  return reinterpret_cast<PyObject*>(out);
}

void bind_outcome(py::module_& module) {
  decimal_type = py::module_::import("decimal").attr("Decimal").cast<py::object>().release().ptr();
  for (std::size_t i = 0; i < status_names.size(); ++i) {
    const std::string text(rfs::status_text(static_cast<rfs::Status>(i)));
    status_names[i] = PyUnicode_InternFromString(text.c_str());
    if (status_names[i] == nullptr) throw py::error_already_set();
  }
  outcome_type = add_type(module, outcome_spec, "Outcome");
  decision_type = add_type(module, decision_spec, "Decision");
}

}  // namespace rfs_python
