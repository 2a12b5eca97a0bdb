#include "given.hpp"

#include <datetime.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "diagnostics.hpp"

namespace rfs_python {

namespace {

using rfs::rule::Written;

PyObject* decimal_type = nullptr;  ///< decimal.Decimal
PyObject* simplify = nullptr;      ///< rfs._values.simplify

/// The text of a str that Python keeps; nothing where it holds what is no Unicode text.
std::optional<std::string_view> utf8(PyObject* value) {
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(value, &size);
  if (text == nullptr) {
    if (!PyErr_ExceptionMatches(PyExc_UnicodeError)) throw py::error_already_set();
    PyErr_Clear();
    return std::nullopt;
  }
  return std::string_view(text, static_cast<std::size_t>(size));
}

/// Writes a date as facts take it.
std::array<char, 10> iso(PyObject* date) {
  std::array<char, 10> out{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0'};
  const auto write = [&](int number, std::size_t end) {
    for (; number > 0; number /= 10) out[--end] = static_cast<char>('0' + number % 10);
  };
  write(PyDateTime_GET_YEAR(date), 4);
  write(PyDateTime_GET_MONTH(date), 7);
  write(PyDateTime_GET_DAY(date), 10);
  return out;
}

bool at_midnight(PyObject* value) {
  return PyDateTime_DATE_GET_HOUR(value) == 0 && PyDateTime_DATE_GET_MINUTE(value) == 0 &&
         PyDateTime_DATE_GET_SECOND(value) == 0 && PyDateTime_DATE_GET_MICROSECOND(value) == 0;
}

/// The shortest decimal that reads back as the float.
std::string_view shortest(double value, std::array<char, 32>& into) {
  return {into.data(),
          static_cast<std::size_t>(std::to_chars(into.data(), into.data() + into.size(), value).ptr - into.data())};
}

/// One value on its way into a fact, or into a cell of a list.
struct Giving {
  rfs::Cell at;
  rfs::Floats floats;
  const rfs::Rules& rules;
  rfs::Facts& facts;
  std::vector<rfs::Cell>& rounded;
  const rfs::rule::Domain& domain;
  rfs::program::Given* cell = nullptr;  ///< none where the fact is no list

  void refuse(rfs::rule::Problem problem) const {
    facts.refuse(at.fact, std::move(problem), cell == nullptr ? std::string() : cell_name(rules, at));
  }
  void refuse(std::string message, std::string help) const {
    refuse({rfs::Code::unreadable_fact, std::move(message), std::move(help)});
  }

  void unknown() const {
    if (cell == nullptr)
      facts.set_unknown(at.fact);
    else
      cell->state = rfs::program::Given::State::unknown;
  }

  void text(std::string_view written, Written how) const {
    if (cell == nullptr) return facts.set(at.fact, written, how);
    auto wrong =
        rfs::rule::read_given(written, how, domain, rules.module().choices, rules.file().currency, true, cell->value);
    if (wrong) return refuse(std::move(*wrong));
    cell->state = rfs::program::Given::State::known;
  }

  void string(PyObject* value) const {
    const auto written = utf8(value);
    if (!written) return refuse("expected text, found half of a surrogate pair", "give valid Unicode");
    text(*written, Written::string);
  }

  void integer(PyObject* value) const {
    int overflow = 0;
    const long long small = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow == 0) {
      std::array<char, 24> digits;
      const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), small).ptr;
      return text({digits.data(), static_cast<std::size_t>(end - digits.data())}, Written::number);
    }
    const auto digits = py::reinterpret_steal<py::object>(PyObject_Str(value));
    if (!digits) {  // Python writes no more than some thousands of digits
      PyErr_Clear();
      return refuse("expected a value, found an int of too many digits", "");
    }
    text(*utf8(digits.ptr()), Written::number);
  }

  void day(PyObject* value, bool midnight) const {
    const std::array<char, 10> written = iso(value);
    const std::string shown(written.data(), written.size());
    if (domain.type.kind != rfs::Kind::date) {
      return refuse(
          "expected " + rfs::rule::type_text(domain.type, rules.module().choices) + ", found the date " + shown, "");
    }
    if (!midnight) {
      return refuse("expected a day, found a time of " + shown, "give its date(), or midnight without a zone");
    }
    text(shown, Written::string);
  }

  void number(double value) const {
    if (!std::isfinite(value)) {
      return std::isnan(value) ? refuse("expected a value, found NaN", "give None where a value is not known")
                               : refuse("expected a value, found an infinite float", "");
    }
    std::array<char, 32> buffer;
    const std::string_view written = shortest(value, buffer);
    rfs::rule::FloatReading reading = rfs::rule::read_float(written, domain, floats);
    if (reading.problem) {
      if (reading.problem->help.empty())
        reading.problem->help = "round it, give it as a Decimal or a str, or say floats=\"nearest\"";
      return refuse(std::move(*reading.problem));
    }
    if (!reading.nearest) return text(written, Written::number);
    text(reading.nearest->text(), Written::number);
    rounded.push_back(at);
  }

  /// Gives a value of a type that Python itself has; false for another type.
  [[nodiscard]] bool plain(PyObject* value) const {
    if (PyUnicode_CheckExact(value)) {
      string(value);
    } else if (value == Py_None) {
      unknown();
    } else if (PyLong_CheckExact(value)) {
      integer(value);
    } else if (PyFloat_CheckExact(value)) {
      number(PyFloat_AS_DOUBLE(value));
    } else if (PyBool_Check(value)) {
      text(value == Py_True ? "true" : "false", Written::boolean);
    } else if (PyDate_CheckExact(value)) {
      day(value, true);
    } else if (PyDateTime_CheckExact(value)) {
      const bool no_zone = PyDateTime_DATE_GET_TZINFO(value) == Py_None;
      day(value, no_zone && at_midnight(value));
    } else if (Py_TYPE(value) == reinterpret_cast<PyTypeObject*>(decimal_type)) {
      const auto written = py::reinterpret_steal<py::object>(PyObject_Str(value));
      if (!written) throw py::error_already_set();
      text(*utf8(written.ptr()), Written::number);
    } else {
      return false;
    }
    return true;
  }

  /// Gives any value.
  void give(PyObject* value) const {
    if (plain(value)) return;
    const py::object simple = simplified(value);
    if (simple && !plain(simple.ptr())) refuse(std::string("expected a value, found a ") + Py_TYPE(value)->tp_name, "");
  }

  /// Returns what stands for the value in Python; nothing where that was refused.
  [[nodiscard]] py::object simplified(PyObject* value) const {
    auto simple = py::reinterpret_steal<py::object>(PyObject_CallOneArg(simplify, value));
    if (simple) return simple;
    if (!PyErr_ExceptionMatches(PyExc_ValueError)) throw py::error_already_set();
    const py::error_already_set why;
    refuse(py::str(why.value()), "");
    return {};
  }
};

/// A list on its way into a fact: a list or tuple of values, or of dicts for records.
class GivingList {
 public:
  explicit GivingList(const Giving& whole) : whole_(whole), domain_(*whole.domain.list) {}

  void give(PyObject* value) {
    if (PyList_Check(value) || PyTuple_Check(value)) return items(value);
    const py::object simple = whole_.simplified(value);
    if (!simple) return;
    if (simple.ptr() == Py_None) return whole_.unknown();
    whole_.refuse(std::string("expected a list, found a ") + Py_TYPE(value)->tp_name,
                  PyDict_Check(value) ? "a single item is a list of one" : "");
  }

 private:
  void items(PyObject* value) {
    // Reading a value may run code of Python's, which may change the list.
    const auto all = py::reinterpret_steal<py::tuple>(PySequence_Tuple(value));
    if (!all) throw py::error_already_set();
    if (all.size() > domain_.max_items) return whole_.facts.set_list(whole_.at.fact, {all.size(), 0, {}});
    list_.count = all.size();
    list_.width = domain_.fields.size();
    list_.cells.resize(list_.count * list_.width);
    const std::size_t problems = whole_.facts.problems().all().size();
    for (std::size_t i = 0; i < list_.count; ++i) item(i, all[i].ptr());
    if (whole_.facts.problems().all().size() == problems) whole_.facts.set_list(whole_.at.fact, std::move(list_));
  }

  [[nodiscard]] Giving cell(std::size_t item, std::size_t field) {
    return {{whole_.at.fact, item, field},
            whole_.floats,
            whole_.rules,
            whole_.facts,
            whole_.rounded,
            domain_.fields[field].domain,
            &list_.cells[item * list_.width + field]};
  }

  void item(std::size_t i, PyObject* value) {
    if (domain_.fields.front().name.empty()) return cell(i, 0).give(value);
    const auto refuse = [&](rfs::rule::Problem problem) {
      const std::string name = whole_.rules.file().facts[whole_.at.fact.value].name.text;
      whole_.facts.refuse(whole_.at.fact, std::move(problem), name + "[" + std::to_string(i + 1) + "]");
    };
    if (!PyDict_Check(value)) {
      const py::object simple = whole_.simplified(value);
      if (simple && simple.ptr() == Py_None) {
        for (std::size_t f = 0; f < list_.width; ++f) cell(i, f).unknown();
      } else if (simple) {
        refuse({rfs::Code::unreadable_fact, std::string("expected a dict, found a ") + Py_TYPE(value)->tp_name,
                "give its fields by name, like {\"" + domain_.fields.front().name + "\": …}"});
      }
      return;
    }
    const auto fields = py::reinterpret_steal<py::dict>(PyDict_Copy(value));
    if (!fields) throw py::error_already_set();
    for (const auto& [key, given] : fields) {
      const auto name = PyUnicode_Check(key.ptr()) ? utf8(key.ptr()) : std::nullopt;
      if (!name) {
        throw py::type_error(std::string("names of fields are str: found a ") + Py_TYPE(key.ptr())->tp_name);
      }
      const auto field = std::find_if(domain_.fields.begin(), domain_.fields.end(),
                                      [&](const auto& known) { return known.name == *name; });
      if (field == domain_.fields.end())
        refuse(rfs::rule::unknown_field(domain_, *name, !whole_.facts.problems().full()));
      else
        cell(i, static_cast<std::size_t>(field - domain_.fields.begin())).give(given.ptr());
    }
  }

  const Giving& whole_;
  const rfs::rule::ListDomain& domain_;
  rfs::program::GivenList list_;
};

/// Throws what tells that an `as_of` is no date.
[[noreturn]] void no_day(std::string_view found) {
  rfs::Diagnostic finding;
  finding.code = rfs::Code::invalid_as_of;
  finding.path = "as_of";
  finding.message = "expected a date, found `" + std::string(found) + "`";
  finding.help = "write it like `2017-06-24`";
  rfs::Diagnostics findings;
  findings.add(std::move(finding));
  raise(findings);
}

std::optional<rfs::Date> plain_day(PyObject* value) {
  if (PyUnicode_CheckExact(value)) {
    const auto text = utf8(value);
    const auto date = rfs::Date::parse(text.value_or(""));
    if (!date) no_day(text.value_or("?"));
    return date;
  }
  const bool is_time = PyDateTime_CheckExact(value);
  if (!is_time && !PyDate_CheckExact(value)) return std::nullopt;
  if (is_time && (PyDateTime_DATE_GET_TZINFO(value) != Py_None || !at_midnight(value))) {
    throw py::value_error("as_of is a day: expected midnight without a zone, found a time; give its date()");
  }
  return rfs::Date::of(PyDateTime_GET_YEAR(value), PyDateTime_GET_MONTH(value), PyDateTime_GET_DAY(value));
}

}  // namespace

void give(PyObject* value, rfs::FactId fact, rfs::Floats floats, const rfs::Rules& rules, rfs::Facts& facts,
          std::vector<rfs::Cell>& rounded) {
  const Giving giving{{fact, 0, 0}, floats, rules, facts, rounded, rules.file().facts[fact.value].domain};
  if (giving.domain.type.kind == rfs::Kind::list)
    GivingList(giving).give(value);
  else
    giving.give(value);
}

rfs::Date read_day(PyObject* value) {
  if (const auto day = plain_day(value)) return *day;
  const auto simple = py::reinterpret_steal<py::object>(PyObject_CallOneArg(simplify, value));
  if (!simple) throw py::error_already_set();
  if (const auto day = plain_day(simple.ptr())) return *day;
  throw py::type_error(std::string("as_of is a day, like datetime.date(2017, 6, 24) or \"2017-06-24\": found a ") +
                       Py_TYPE(value)->tp_name);
}

void prepare_given() {
  PyDateTime_IMPORT;
  if (PyDateTimeAPI == nullptr) throw py::error_already_set();
  decimal_type = py::module_::import("decimal").attr("Decimal").cast<py::object>().release().ptr();
  simplify = py::module_::import("rfs._values").attr("simplify").cast<py::object>().release().ptr();
}

}  // namespace rfs_python
