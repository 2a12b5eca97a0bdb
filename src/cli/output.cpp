#include "output.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>

namespace rfs_cli {

namespace {

[[noreturn]] void end_unwritten() {
  const int why = errno;
  // Whoever read has seen enough; `rfs … | head` is no failure.
  if (why == EPIPE) std::_Exit(0);
  say("rfs: cannot write to standard output: " + std::string(std::strerror(why)) + "\n");
  std::_Exit(1);
}

bool wants_color(int descriptor) {
  const char* refused = std::getenv("NO_COLOR");
  return (refused == nullptr || *refused == '\0') && isatty(descriptor) != 0;
}

rfs::Diagnostics at_least(const rfs::Diagnostics& findings, rfs::Severity least) {
  rfs::Diagnostics out;
  for (const rfs::Diagnostic& finding : findings.all()) {
    if (finding.severity >= least) out.add(finding);
  }
  return out;
}

}  // namespace

void print(std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) end_unwritten();
}

void say(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

std::string on_one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return text;
}

std::string counted(std::size_t n, const std::string& what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

int usage_error(const std::string& message) {
  say("rfs: " + on_one_line(message) + "\n");
  return 1;
}

int finish(int code) {
  errno = 0;
  if (std::fflush(stdout) != 0) end_unwritten();
  return code;
}

bool color_on_stderr() { return wants_color(STDERR_FILENO); }
bool color_on_stdout() { return wants_color(STDOUT_FILENO); }

void report(const rfs::Diagnostics& findings, rfs::Severity least) {
  // What is written so far comes first where both go to one terminal.
  finish(0);
  say(at_least(findings, least).render(color_on_stderr()));
}

std::string findings_json(const rfs::Diagnostics& findings, rfs::Severity least) {
  const rfs::Diagnostics listed = at_least(findings, least);
  std::string out = "[";
  for (const rfs::Diagnostic& finding : listed.all()) {
    if (out.size() > 1) out += ',';
    out += rfs::diag::render_json(finding);
  }
  return out + ']';
}

std::optional<std::string> read_input(const std::string& path, const rfs::Limits& limits, rfs::Diagnostics& findings,
                                      std::string_view if_too_large) {
  if (path != "-") return rfs::read_file(path, limits, findings, if_too_large);
  rfs::Diagnostic finding;
  finding.path = input_name(path);
  std::string text;
  char block[1 << 16];
  for (std::size_t n = 0; (n = std::fread(block, 1, sizeof block, stdin)) > 0;) {
    text.append(block, n);
    if (text.size() <= limits.file_bytes) continue;
    finding.code = rfs::Code::file_too_large;
    finding.message = "standard input is larger than " + std::to_string(limits.file_bytes) + " bytes";
    finding.help = if_too_large;
    findings.add(std::move(finding));
    return std::nullopt;
  }
  if (std::ferror(stdin) == 0) return text;
  finding.code = rfs::Code::unreadable_file;
  finding.message = "cannot read standard input";
  findings.add(std::move(finding));
  return std::nullopt;
}

std::string input_name(const std::string& path) { return path == "-" ? "<stdin>" : path; }

rfs::Result<rfs::Rules, rfs::Diagnostics> load_rules(const std::string& path) {
  rfs::Diagnostics findings;
  const auto text = read_input(path, {}, findings);
  if (!text) return findings;
  return rfs::parse(*text, input_name(path));
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

rfs::Result<rfs::Rules, rfs::Diagnostics> load_rules_on(const std::string& path, rfs::Date as_of) {
  if (!is_folder(path)) return load_rules(path);
  const auto shelf = rfs::load_folder(path);
  if (!shelf) return shelf.error();
  auto rules = shelf->at(as_of);
  if (rules) return std::move(*rules);
  rfs::Diagnostics findings;
  findings.add(rules.error());
  return findings;
}

rfs::Date today() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return rfs::Date::of(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday).value_or(rfs::Date{});
}

}  // namespace rfs_cli
