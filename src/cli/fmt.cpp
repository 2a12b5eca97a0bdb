#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "diff.hpp"
#include "files.hpp"
#include "output.hpp"
#include "rfs/json/from_source.hpp"
#include "rfs/rule/from_json.hpp"
#include "rfs/rule/layout.hpp"
#include "verbs.hpp"
#include "write.hpp"

namespace rfs_cli {

namespace {

/// Errors of expressions; what an expression is that cannot be read, nobody knows.
bool is_syntax(const rfs::Diagnostic& finding) {
  return finding.severity == rfs::Severity::error && rfs::diag::code_text(finding.code).compare(0, 4, "RFS2") == 0;
}

/// Returns the canonical layout of a file, or nothing where its JSON or an expression cannot be read.
std::optional<std::string> laid_out(const std::string& path, const std::string& text, rfs::Diagnostics& findings) {
  const rfs::Limits limits;
  const auto document = rfs::json::from_source(std::make_shared<const rfs::source::File>(rfs::source::File{path, text}),
                                               limits, findings);
  if (!document || findings.has_errors()) return std::nullopt;
  const bool is_tests = is_test_file(path);
  if (!is_tests) {
    rfs::Diagnostics all;  // the others are for `check`
    rfs::rule::from_json(*document, limits, all);
    for (const rfs::Diagnostic& finding : all.all()) {
      if (is_syntax(finding)) findings.add(finding);
    }
    if (findings.has_errors()) return std::nullopt;
  }
  return is_tests ? rfs::rule::layout(*document, rfs::rule::keys::test_file, limits)
                  : rfs::rule::layout(*document, rfs::rule::keys::file, limits);
}

int format_file(const std::string& path, const FmtOptions& options, std::size_t& changed) {
  rfs::Diagnostics findings;
  const auto text = rfs::read_file(path, {}, findings);
  const auto wanted = text ? laid_out(path, *text, findings) : std::nullopt;
  if (!wanted) {
    report(findings);
    return Exit::invalid;
  }
  if (*wanted == *text) return Exit::done;
  ++changed;
  if (options.diff) {
    print(unified_diff(on_one_line(path), *text, *wanted));
    return Exit::not_passed;
  }
  if (options.check) {
    print(on_one_line(path) + "\n");
    return Exit::not_passed;
  }
  if (const auto problem = replace_file(path, *text, *wanted)) return usage_error(*problem);
  print(on_one_line(path) + "\n");
  return Exit::done;
}

}  // namespace

int run_fmt(const FmtOptions& options) {
  rfs::Diagnostics paths;
  const auto files = files_in(options.paths, paths);
  report(paths);
  int code = paths.has_errors() ? Exit::invalid : Exit::done;
  std::size_t changed = 0;
  for (const std::string& path : files) code = std::max(code, format_file(path, options, changed));
  finish(Exit::done);
  const bool would = options.check || options.diff;
  say(counted(files.size(), "file") + ", " + std::to_string(changed) +
      (would ? " would be laid out anew\n" : " laid out anew\n"));
  return finish(code);
}

}  // namespace rfs_cli
