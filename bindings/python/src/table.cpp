#include "table.hpp"

#include <pybind11/stl.h>

#include <array>
#include <cerrno>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "diagnostics.hpp"
#include "given.hpp"
#include "rfs/batch/batch.hpp"
#include "rfs/batch/child_lists.hpp"
#include "rules.hpp"
#include "shelf.hpp"

namespace rfs_python {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;
using Counts = py::dict;

constexpr const char* kStreamName = "arrow_array_stream";

/// A day, or the name of the column that has days. A str that is a date is one.
std::variant<std::string, rfs::Date> read_as_of(const py::object& value) {
  if (!py::isinstance<py::str>(value)) return read_day(value.ptr());
  auto text = value.cast<std::string>();
  if (const auto day = rfs::Date::parse(text)) return *day;
  return text;
}

/// Finds the place of a word among those that an option takes. Throws ValueError that lists them.
template <std::size_t N>
std::size_t word_of(const char* option, const std::string& word, const std::array<const char*, N>& words) {
  std::string all;
  for (std::size_t i = 0; i < N; ++i) {
    if (word == words[i]) return i;
    all += std::string(i == 0 ? "" : i + 1 == N ? " or " : ", ") + "\"" + words[i] + "\"";
  }
  throw py::value_error(std::string(option) + " is " + all + ", not \"" + word + "\"");
}

rfs::BatchOutput read_output(const std::vector<std::string>& names) {
  using Flag = bool rfs::BatchOutput::*;
  constexpr std::array<const char*, 6> kWords = {"least", "most", "unmet", "needed", "conditions", "definitions"};
  constexpr std::array<Flag, 6> kFlags = {&rfs::BatchOutput::least,      &rfs::BatchOutput::most,
                                          &rfs::BatchOutput::unmet,      &rfs::BatchOutput::needed,
                                          &rfs::BatchOutput::conditions, &rfs::BatchOutput::definitions};
  rfs::BatchOutput out;
  for (const std::string& name : names) out.*kFlags[word_of("a name in output", name, kWords)] = true;
  return out;
}

/// The results of a table: asked for batch by batch by whoever reads the stream, or all beforehand.
class Results {
 public:
  Results() = default;
  Results(const Results&) = delete;
  Results& operator=(const Results&) = delete;
  ~Results() {
    for (ArrowArray& batch : pulled_) batch.release(&batch);
    if (stream_.release != nullptr) stream_.release(&stream_);
    // Whoever reads a stream may let go of it on a thread of its own.
    const py::gil_scoped_acquire held;
    progress_ = {};
  }

  /// Decides by rfs.Rules, or by the files of a shelf.
  rfs::Batch bind(const py::object& rules, ArrowArrayStream* in, const rfs::BatchOptions& options,
                  py::object progress) {
    const auto* const shelf = py::isinstance<ShelfObject>(rules) ? &rules.cast<ShelfObject&>() : nullptr;
    const auto* const file = shelf == nullptr ? &rules.cast<RulesObject&>() : nullptr;
    auto bound = [&] {
      const py::gil_scoped_release released;
      return shelf == nullptr ? file->rules().evaluate(in, options, &stream_)
                              : shelf->shelf().evaluate(in, options, &stream_);
    }();
    if (!bound) raise(bound.error());
    batch_ = *bound;
    if (!progress.is_none()) progress_ = std::move(progress);
    return *bound;
  }

  /// Decides all that is left. Throws what Python threw meanwhile, and ValueError where the applicants cannot be read.
  void pull() {
    for (;;) {
      ArrowArray batch{};
      const int number = decide(batch);
      if (raised_) std::rethrow_exception(raised_);
      if (number == ENOMEM) throw std::bad_alloc();
      if (number != 0) {
        const rfs::Diagnostics errors = batch_->errors();
        if (!errors.empty()) raise(errors);
        throw py::value_error(error_);
      }
      if (batch.release == nullptr) break;
      pulled_.push_back(batch);
    }
    all_pulled_ = true;
  }

  int schema(ArrowSchema& out) { return stream_.get_schema(&stream_, &out); }
  int next(ArrowArray& out) {
    if (!all_pulled_) return decide(out);
    out = {};
    if (pulled_.empty()) return 0;
    out = pulled_.front();
    pulled_.pop_front();
    return 0;
  }
  [[nodiscard]] const char* error() const { return error_.empty() ? nullptr : error_.c_str(); }

 private:
  /// Decides a batch without the lock of the interpreter, whether the caller holds it or not.
  int decide(ArrowArray& out) {
    int number = 0;
    {
      std::optional<py::gil_scoped_release> released;
      if (PyGILState_Check() != 0) released.emplace();
      number = stream_.get_next(&stream_, &out);
    }
    if (number != 0) {
      const char* const why = stream_.get_last_error(&stream_);
      error_ = why == nullptr ? "the table cannot be read" : why;
      return number;
    }
    const bool at_end = out.release == nullptr;
    const py::gil_scoped_acquire held;
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (progress_) progress_(at_end ? py::object(py::none()) : py::int_(batch_->summary().rows));
    } catch (const py::error_already_set& error) {
      if (!at_end) out.release(&out);
      error_ = error.what();
      raised_ = std::current_exception();
      return ECANCELED;
    }
    return 0;
  }

  ArrowArrayStream stream_{};
  std::optional<rfs::Batch> batch_;
  py::object progress_;
  bool all_pulled_ = false;
  std::deque<ArrowArray> pulled_;
  std::string error_;
  std::exception_ptr raised_;  ///< what Python threw
};

std::shared_ptr<Results>& results_of(ArrowArrayStream* self) {
  return *static_cast<std::shared_ptr<Results>*>(self->private_data);
}

/// Makes a capsule of results, as the Arrow PyCapsule interface has it.
py::object to_capsule(std::shared_ptr<Results> results) {
  auto stream = std::make_unique<ArrowArrayStream>();
  stream->get_schema = [](ArrowArrayStream* self, ArrowSchema* out) { return results_of(self)->schema(*out); };
  stream->get_next = [](ArrowArrayStream* self, ArrowArray* out) {
    try {
      return results_of(self)->next(*out);
    } catch (...) {
      return ENOMEM;
    }
  };
  stream->get_last_error = [](ArrowArrayStream* self) { return results_of(self)->error(); };
  stream->release = [](ArrowArrayStream* self) {
    delete &results_of(self);
    self->release = nullptr;
  };
  stream->private_data = new std::shared_ptr<Results>(std::move(results));
  const auto let_go = [](PyObject* capsule) {
    auto* const held = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, kStreamName));
    if (held->release != nullptr) held->release(held);
    delete held;
  };
  PyObject* const capsule = PyCapsule_New(stream.get(), kStreamName, let_go);
  if (capsule == nullptr) throw py::error_already_set();
  (void)stream.release();
  return py::reinterpret_steal<py::object>(capsule);
}

/// Finds the stream in what an `__arrow_c_stream__` returned.
ArrowArrayStream* stream_in(const py::object& capsule) {
  auto* const stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule.ptr(), kStreamName));
  if (stream == nullptr) {
    PyErr_Clear();
    throw py::type_error("__arrow_c_stream__ returned no capsule of a stream");
  }
  if (stream->release == nullptr) throw py::value_error("the stream of the table was read before");
  return stream;
}

/// A table on its way through the rules.
class TableStream {
 public:
  TableStream(const py::object& rules, const py::object& capsule, const rfs::BatchOptions& options, py::object progress)
      : results_(std::make_shared<Results>()),
        batch_(results_->bind(rules, stream_in(capsule), options, std::move(progress))) {}

  void pull() {
    if (!results_) throw py::value_error("the results were read before");
    results_->pull();
  }

  py::object capsule(const py::object& /*requested_schema*/) {
    if (!results_) throw py::value_error("the results were read before");
    return to_capsule(std::exchange(results_, nullptr));
  }

  [[nodiscard]] py::list notes() const { return to_python(batch_.notes()); }
  [[nodiscard]] py::dict summary() const;

 private:
  std::shared_ptr<Results> results_;  ///< null once they are handed over
  rfs::Batch batch_;
};

py::dict TableStream::summary() const {
  const auto add = [](Counts& counts, const std::string& name, std::uint64_t count) {
    const py::str key(name);
    counts[key] = py::int_(counts.contains(key) ? counts[key].cast<std::uint64_t>() + count : count);
  };
  const auto of = [](Counts& counts, const std::string& name) {
    const py::str key(name);
    if (!counts.contains(key)) counts[key] = Counts();
    return counts[key].cast<Counts>();
  };
  Counts statuses, unmet, errors, assumed;
  for (std::size_t file = 0; file < batch_.files().size(); ++file) {  // what has one name in several files is added up
    const rfs::Rules& rules = batch_.files()[file];
    const rfs::BatchSummary summary = batch_.summary(file);
    for (std::size_t i = 0; i < summary.decisions.size(); ++i) {
      const std::string& name = rules.file().decisions[i].name.text;
      const auto& conditions = rules.program().decisions[rfs::DecisionId(i)].conditions;
      Counts of_status = of(statuses, name), of_condition = of(unmet, name);
      for (std::size_t s = 0; s < summary.decisions[i].statuses.size(); ++s) {
        add(of_status, std::string(rfs::status_text(static_cast<rfs::Status>(s))), summary.decisions[i].statuses[s]);
      }
      for (std::size_t c = 0; c < conditions.size(); ++c) {
        add(of_condition, conditions[c].name, summary.decisions[i].unmet[c]);
      }
    }
    for (std::size_t i = 0; i < summary.assumed.size(); ++i) {
      if (summary.assumed[i] != 0) add(assumed, rules.file().facts[i].name.text, summary.assumed[i]);
    }
  }
  const rfs::BatchSummary all = batch_.summary();
  for (const auto& [code, count] : all.errors) add(errors, rfs::diag::code_text(code), count);
  py::dict out;
  out["rows"] = all.rows;
  out["refused"] = all.refused;
  out["statuses"] = statuses;
  out["unmet"] = unmet;
  out["errors"] = errors;
  out["assumed"] = assumed;
  return out;
}

/// A child table as Python gives it: the list, its stream, its column of keys, and whether NaN says unknown in it.
using Child = std::tuple<std::string, py::object, std::string, bool>;

/// Reads child tables whole, by rfs.Rules or by a shelf.
rfs::ChildLists read_lists(const py::object& rules, const std::vector<Child>& lists, const rfs::BatchOptions& options) {
  const auto* const shelf = py::isinstance<ShelfObject>(rules) ? &rules.cast<ShelfObject&>() : nullptr;
  const auto* const file = shelf == nullptr ? &rules.cast<RulesObject&>() : nullptr;
  std::vector<rfs::ChildTable> tables;
  for (const auto& [fact, capsule, key, nan] : lists) {
    tables.push_back({fact, stream_in(capsule), key, nan ? rfs::NotANumber::unknown : rfs::NotANumber::error});
  }
  auto read = [&] {
    const py::gil_scoped_release released;
    return shelf == nullptr ? file->rules().read_lists(tables, options) : shelf->shelf().read_lists(tables, options);
  }();
  if (!read) raise(read.error());
  return std::move(*read);
}

std::unique_ptr<TableStream> evaluate_table(const py::object& rules, const py::object& capsule, const py::object& as_of,
                                            const Pairs& columns, const std::vector<std::string>& unknown,
                                            const std::string& key, const std::vector<Child>& lists,
                                            const std::string& orphans, const std::string& null_lists,
                                            const std::string& floats, bool nan_is_unknown,
                                            const std::vector<std::string>& output, const std::string& unmet,
                                            bool append, unsigned threads, py::object progress) {
  rfs::BatchOptions options;
  options.as_of = read_as_of(as_of);
  options.columns = columns;
  options.key = key;
  options.orphans = static_cast<rfs::Orphans>(word_of("orphans", orphans, std::array{"refuse", "ignore"}));
  options.null_lists = static_cast<rfs::NullLists>(word_of("null_lists", null_lists, std::array{"unknown", "empty"}));
  options.unknown = unknown;
  options.floats = static_cast<rfs::Floats>(word_of("floats", floats, std::array{"exact", "nearest"}));
  options.nan = nan_is_unknown ? rfs::NotANumber::unknown : rfs::NotANumber::error;
  options.output = read_output(output);
  options.sets = static_cast<rfs::SetForm>(word_of("unmet", unmet, std::array{"text", "list", "columns"}));
  options.append = append;
  options.threads = threads;
  if (!lists.empty()) options.lists = read_lists(rules, lists, options);
  return std::make_unique<TableStream>(rules, capsule, options, std::move(progress));
}

}  // namespace

void bind_table(py::module_& module) {
  py::options options;
  options.disable_function_signatures();
  py::class_<TableStream>(module, "TableStream", py::is_final(),
                          "The results of a table as a stream of Arrow, which can be read once.")
      .def("pull", &TableStream::pull, "Decide all rows now; the stream then has them ready.")
      .def_property_readonly("notes", &TableStream::notes, "What was noticed when the columns were found.")
      .def("summary", &TableStream::summary, "Return the counts of what was decided so far.")
      .def("__arrow_c_stream__", &TableStream::capsule, py::arg("requested_schema") = py::none(),
           "Return the stream, as the Arrow PyCapsule interface has it. Types are not converted.");
  module.def("evaluate_table", evaluate_table, py::arg("rules"), py::arg("capsule"), py::arg("as_of"),
             py::arg("columns"), py::arg("unknown"), py::arg("key"), py::arg("lists"), py::arg("orphans"),
             py::arg("null_lists"), py::arg("floats"), py::arg("nan_is_unknown"), py::arg("output"), py::arg("unmet"),
             py::arg("append"), py::arg("threads"), py::arg("progress"),
             "Find the columns of a table and begin to decide its rows.");
}

}  // namespace rfs_python
