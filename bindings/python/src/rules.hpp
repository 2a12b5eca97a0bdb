#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "python.hpp"
#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/evaluate/rules.hpp"

namespace rfs_python {

/// One applicant: what was given, and what came of it.
struct Applicant {
  explicit Applicant(const rfs::Rules& rules) : facts(rules), outcome(rules), by_keyword(rules.file().facts.size()) {}

  rfs::Facts facts;
  rfs::Outcome outcome;
  std::vector<char> by_keyword;  ///< facts that the call names; one byte a fact
  std::vector<rfs::Cell>
      rounded;  ///< of facts and of cells of lists: floats that were rounded to what the fact can hold
};

/// The names of a decision as Python has them.
struct DecisionNames {
  py::str name;
  std::vector<py::str> conditions;
};

/// What rfs.Rules holds: the rules, the names as Python has them, and applicants to be used again.
class RulesObject {
 public:
  explicit RulesObject(rfs::Rules rules);

  [[nodiscard]] const rfs::Rules& rules() const noexcept { return rules_; }
  [[nodiscard]] const std::vector<DecisionNames>& decisions() const noexcept { return decisions_; }
  /// Returns the name of a fact.
  [[nodiscard]] const py::str& fact_name(rfs::FactId fact) const noexcept { return fact_names_[fact.value]; }

  /// Finds a fact by its name, a str. `place` says the how many-th name this is: callers mostly give the same names in
  /// the same order.
  [[nodiscard]] std::optional<rfs::FactId> find_fact(PyObject* name, std::size_t place);
  /// Finds a decision by its name, a str.
  [[nodiscard]] std::optional<rfs::DecisionId> find_decision(PyObject* name) const;

  /// Returns an applicant who has given nothing.
  [[nodiscard]] std::unique_ptr<Applicant> take();
  /// Takes an applicant back whom nobody needs any more.
  void give_back(std::unique_ptr<Applicant> applicant) noexcept;

 private:
  /// A name that was met at a place; held, so that no other str can come to lie at its address.
  struct Met {
    py::object name;
    rfs::FactId fact;
  };

  rfs::Rules rules_;
  std::vector<py::str> fact_names_;
  py::dict facts_;  ///< name to index
  std::vector<DecisionNames> decisions_;
  std::vector<Met> met_;
  std::vector<std::unique_ptr<Applicant>> idle_;
};

/// Adds rfs.Rules and what loads it to the module.
void bind_rules(py::module_& module);

}  // namespace rfs_python
