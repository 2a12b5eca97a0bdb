#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rfs/diag/diagnostic.hpp"
#include "rfs/diag/result.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/json/document.hpp"
#include "rfs/value/date.hpp"

namespace rfs_cli {

/// What one calculation is asked for.
struct Request {
  using Named = std::pair<std::string, std::string>;

  std::string expression;
  std::vector<Named> let;    ///< name, expression
  std::vector<Named> facts;  ///< name, declaration as a JSON object
  std::vector<Named> given;  ///< name, value as text
  std::optional<rfs::json::Document> document;
  rfs::json::NodeId given_json;  ///< an object of the document
  std::string month_end, currency, as_of;
};

/// What came of it.
struct Answer {
  std::string type;                ///< JSON
  std::string value;               ///< JSON
  std::string spoken;              ///< as people write it
  std::optional<rfs::Date> today;  ///< the day that was taken because none was given, where one is read
};

/// What stands against it, and the piece of the request where: `expr:1:5`, `let.y:1:3`, `facts.x`, `as_of`.
struct Refusal {
  rfs::Diagnostic finding;
  std::string at;
};

/// Computes expressions, with the names of a rule file or without.
class Calculator {
 public:
  Calculator();
  /// Takes the names of a rule file; its text must be that of the rules.
  explicit Calculator(const rfs::Rules& rules);

  [[nodiscard]] rfs::Result<Answer, std::vector<Refusal>> calculate(const Request& request) const;

 private:
  rfs::json::Document base_;
  std::vector<std::string> names_;
  std::string currency_, month_end_;
};

}  // namespace rfs_cli
