#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "files.hpp"
#include "output.hpp"
#include "rfs/analyse/allowances.hpp"
#include "rfs/analyse/run_tests.hpp"
#include "rfs/analyse/test_file.hpp"
#include "rfs/diag/github.hpp"
#include "rfs/diag/sarif.hpp"
#include "rfs/source/quote.hpp"
#include "rfs/source/sha256.hpp"
#include "shelves.hpp"
#include "verbs.hpp"

namespace rfs_cli {

namespace {

struct Checked {
  std::string file;
  std::string digest;  ///< empty where the file cannot be read
  rfs::Diagnostics findings;
};

void digest(const std::string& text, Checked& out) { out.digest = "sha256:" + rfs::source::sha256(text); }

/// Rules without errors are added to `all`, by their paths.
void check_rules(Checked& out, std::map<std::string, rfs::Rules>& all) {
  const auto text = read_input(out.file, {}, out.findings);
  const bool in_folder = out.file != "-";
  out.file = input_name(out.file);
  if (!text) return;
  digest(*text, out);
  const auto rules = rfs::parse(*text, out.file);
  if (!rules) {
    out.findings = rules.error();
    return;
  }
  out.findings = rfs::analyse::findings_on(*rules, today());
  rfs::analyse::check_tests(*rules, rules->file().tests, out.findings);
  if (in_folder) all.emplace(out.file, *rules);
}

/// `checked` are the files of this run: what is wrong with those is reported once, with them.
void check_tests(Checked& out, const std::set<std::string>& checked) {
  const auto tests = rfs::analyse::read_tests(out.file, {}, out.findings);
  if (!tests) return;
  digest(tests->document.file->text, out);
  const auto path = rfs::analyse::rules_beside(out.file, *tests, out.findings);
  if (!path) return;
  const auto rules = rfs::load(*path);
  if (rules) {
    rfs::analyse::check_tests(*rules, *tests, out.findings);
  } else if (!checked.contains(*path)) {
    out.findings.append(rules.error());
  }
}

/// Adds what is wrong between files to the files that it stands in.
void add_shelf_findings(const rfs::Diagnostics& findings, std::vector<Checked>& checked) {
  for (const rfs::Diagnostic& finding : findings.all()) {
    for (Checked& file : checked) {
      if (file.file == finding.file->name) file.findings.add(finding);
    }
  }
}

std::string json_text(const Checked& file) {
  return "{\"file\":" + rfs::source::quote(file.file) +
         ",\"digest\":" + (file.digest.empty() ? "null" : rfs::source::quote(file.digest)) +
         ",\"findings\":" + findings_json(file.findings) + "}";
}

/// Findings that are not allowed.
rfs::Diagnostics open_ones(const rfs::Diagnostics& findings) {
  rfs::Diagnostics out;
  for (const rfs::Diagnostic& finding : findings.all()) {
    if (finding.allowed.empty()) out.add(finding);
  }
  return out;
}

/// Writes what is found, file by file, in one of the formats, and counts it.
class Report {
 public:
  explicit Report(Listing format) : format_(format) {
    if (format_ == Listing::json) print("{\"format\":1,\"files\":[");
  }

  void add(const Checked& file) {
    for (const rfs::Diagnostic& finding : file.findings.all()) allowed_ += finding.allowed.empty() ? 0 : 1;
    for (const rfs::Severity severity : {rfs::Severity::note, rfs::Severity::warning, rfs::Severity::error})
      counts_[static_cast<std::size_t>(severity)] += file.findings.count(severity);
    switch (format_) {
      case Listing::human:
        write(open_ones(file.findings).render(color_on_stdout()), "\n");
        break;
      case Listing::json:
        write(json_text(file), ",");
        break;
      case Listing::github:
        for (const rfs::Diagnostic& finding : file.findings.all()) {
          if (finding.allowed.empty()) print(rfs::diag::github(finding));
        }
        break;
      case Listing::sarif:
        all_.insert(all_.end(), file.findings.all().begin(), file.findings.all().end());
        break;
    }
  }

  void end(std::size_t files) {
    if (format_ == Listing::sarif) print(rfs::diag::sarif(all_));
    if (format_ == Listing::json) {
      print("],\"errors\":" + std::to_string(count(rfs::Severity::error)) +
            ",\"warnings\":" + std::to_string(count(rfs::Severity::warning)) +
            ",\"notes\":" + std::to_string(count(rfs::Severity::note)) + "}\n");
      return;
    }
    finish(Exit::done);
    say(counted(files, "file") + " checked: " + counted(count(rfs::Severity::error), "error") + ", " +
        counted(count(rfs::Severity::warning), "warning") + ", " + counted(count(rfs::Severity::note), "note") +
        (allowed_ == 0 ? "" : ", " + std::to_string(allowed_) + " allowed") + "\n");
  }

  [[nodiscard]] std::size_t count(rfs::Severity severity) const { return counts_[static_cast<std::size_t>(severity)]; }

  [[nodiscard]] bool has(rfs::Severity least) const {
    for (auto at = static_cast<std::size_t>(least); at < counts_.size(); ++at) {
      if (counts_[at] != 0) return true;
    }
    return false;
  }

 private:
  void write(const std::string& text, const char* separator) {
    if (text.empty()) return;
    print((is_first_ ? "" : separator) + text);
    is_first_ = false;
  }

  Listing format_;
  bool is_first_ = true;
  std::array<std::size_t, 3> counts_{};  ///< by severity
  std::size_t allowed_ = 0;
  std::vector<rfs::Diagnostic> all_;  ///< for a format that is written at the end
};

}  // namespace

int run_check(const CheckOptions& options) {
  rfs::Diagnostics paths;
  const std::vector<std::string> files = files_or_stdin(options.paths, paths);
  const std::set<std::string> all(files.begin(), files.end());
  Report report(options.format);
  // A path that leads nowhere is listed like a file, so that readers of JSON see every error in one place.
  for (const rfs::Diagnostic& finding : paths.all()) {
    Checked nowhere{finding.path, {}, {}};
    nowhere.findings.add(finding);
    report.add(nowhere);
  }
  std::vector<Checked> checked;
  std::map<std::string, rfs::Rules> rules;
  for (const std::string& path : files) {
    Checked& file = checked.emplace_back(Checked{path, {}, {}});
    if (is_test_file(path))
      check_tests(file, all);
    else
      check_rules(file, rules);
  }
  add_shelf_findings(shelf_findings(rules, today()), checked);
  for (Checked& file : checked) {
    file.findings.sort();
    report.add(file);
  }
  report.end(files.size());
  return finish(report.has(options.fail_level) ? Exit::invalid : Exit::done);
}

}  // namespace rfs_cli
