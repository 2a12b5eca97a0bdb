#pragma once

#include <string>
#include <vector>

#include "rfs/diag/codes.hpp"

namespace rfs_cli {

/// What the process returns (surfaces.md section 3): of several files the highest.
enum Exit : int { done = 0, failed = 1, not_passed = 2, invalid = 3, undetermined = 4 };

enum class Format { human, json, markdown };

/// How `check` writes findings.
enum class Listing { human, json, github, sarif };

struct CheckOptions {
  std::vector<std::string> paths;  ///< files and folders
  Listing format = Listing::human;
  rfs::Severity fail_level = rfs::Severity::error;
};
struct TestOptions {
  std::vector<std::string> paths;
  Format format = Format::human;
  std::string run;    ///< a pattern of names; empty: all
  std::string junit;  ///< a file; empty: no report
  bool update = false;
  bool fail_on_empty = false;
};
struct FmtOptions {
  std::vector<std::string> paths;
  bool check = false;
  bool diff = false;
};
struct NewOptions {
  std::string file = "starter.rules.json";
};
/// One applicant: for `evaluate` and `explain`.
struct ApplicantOptions {
  std::string rules;
  std::string facts;             ///< a file, `-` for standard input, or empty
  std::vector<std::string> set;  ///< `name=value`
  std::string as_of;             ///< empty: today, which is then printed
  Format format = Format::human;
  std::string language;  ///< of the rule file's texts; empty: the first of each
  bool fail_ineligible = false;
  bool fail_undetermined = false;
};
struct CalcOptions {
  std::string expression;
  std::string rules;
  std::vector<std::string> facts;  ///< `x: money = 1.00`
  std::vector<std::string> let;    ///< `y = x * 2`
  std::string month_end, currency, as_of;
  bool ndjson = false;
  Format format = Format::human;
};

/// What `batch` was given, as it was written.
struct BatchWords {
  std::string rules;
  std::string input = "-";           ///< a file, or `-` for standard input
  std::string as_of;                 ///< a day, or the name of a column
  std::vector<std::string> map;      ///< `fact=column`
  std::vector<std::string> unknown;  ///< names, each with commas between several
  std::string key;                   ///< the column of the applicants' keys
  std::vector<std::string> list;     ///< `fact=file` or `fact=file:key`
  std::string orphans;               ///< `refuse` or `ignore`
  std::vector<std::string>
      output;            ///< names, with commas between several, of what is written besides status and amount
  std::string from, to;  ///< `ndjson` or `csv`; empty: by the name of the input, and as the input
  unsigned threads = 0;  ///< 0: as many as the machine has
  bool fail_refused = false;
};

int run_check(const CheckOptions& options);
int run_test(const TestOptions& options);
int run_fmt(const FmtOptions& options);
int run_new(const NewOptions& options);
int run_evaluate(const ApplicantOptions& options);
int run_explain(const ApplicantOptions& options);
int run_batch(const BatchWords& words);
int run_calc(const CalcOptions& options);

}  // namespace rfs_cli
