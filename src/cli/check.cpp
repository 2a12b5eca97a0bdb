#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "files.hpp"
#include "output.hpp"
#include "rfs/analyse/run_tests.hpp"
#include "rfs/analyse/test_file.hpp"
#include "rfs/source/quote.hpp"
#include "rfs/source/sha256.hpp"
#include "verbs.hpp"

namespace rfs_cli {

namespace {

struct Checked {
  std::string file;
  std::string digest;  ///< empty where the file cannot be read
  rfs::Diagnostics findings;
};

void digest(const std::string& text, Checked& out) { out.digest = "sha256:" + rfs::source::sha256(text); }

void check_rules(Checked& out) {
  const auto text = rfs::read_file(out.file, {}, out.findings);
  if (!text) return;
  digest(*text, out);
  const auto rules = rfs::parse(*text, out.file);
  if (!rules) {
    out.findings = rules.error();
    return;
  }
  out.findings = rules->findings();
  rfs::analyse::check_tests(*rules, rules->file().tests, out.findings);
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

std::string counted(std::size_t n, const std::string& what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

std::string json_text(const Checked& file) {
  return "{\"file\":" + rfs::source::quote(file.file) +
         ",\"digest\":" + (file.digest.empty() ? "null" : rfs::source::quote(file.digest)) +
         ",\"findings\":" + findings_json(file.findings) + "}";
}

}  // namespace

int run_check(const CheckOptions& options) {
  rfs::Diagnostics paths;
  const std::vector<std::string> files = files_in(options.paths, paths);
  const std::set<std::string> all(files.begin(), files.end());
  std::size_t errors = paths.count(rfs::Severity::error), warnings = 0, notes = 0;
  const bool human = options.format == Format::human;
  bool first = true;
  // A path that leads nowhere is listed like a file, so that readers of JSON see every error in one place.
  const auto write = [&](const std::string& text, const char* separator) {
    if (text.empty()) return;
    print((first ? "" : separator) + text);
    first = false;
  };
  if (human) {
    write(paths.render(color_on_stdout()), "\n");
  } else {
    print("{\"format\":1,\"files\":[");
    for (const rfs::Diagnostic& finding : paths.all()) {
      Checked nowhere{finding.path, {}, {}};
      nowhere.findings.add(finding);
      write(json_text(nowhere), ",");
    }
  }
  for (const std::string& path : files) {
    Checked file{path, {}, {}};
    if (is_test_file(path))
      check_tests(file, all);
    else
      check_rules(file);
    file.findings.sort();
    errors += file.findings.count(rfs::Severity::error);
    warnings += file.findings.count(rfs::Severity::warning);
    notes += file.findings.count(rfs::Severity::note);
    if (human)
      write(file.findings.render(color_on_stdout()), "\n");
    else
      write(json_text(file), ",");
  }
  if (human) {
    finish(Exit::done);
    say(counted(files.size(), "file") + " checked: " + counted(errors, "error") + ", " + counted(warnings, "warning") +
        ", " + counted(notes, "note") + "\n");
  } else {
    print("],\"errors\":" + std::to_string(errors) + ",\"warnings\":" + std::to_string(warnings) +
          ",\"notes\":" + std::to_string(notes) + "}\n");
  }
  return finish(errors != 0 ? Exit::invalid : Exit::done);
}

}  // namespace rfs_cli
