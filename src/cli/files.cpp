#include "files.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "rfs/analyse/test_file.hpp"

namespace rfs_cli {

namespace {

namespace fs = std::filesystem;

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

void report(rfs::Code code, const std::string& path, std::string message, std::string help,
            rfs::Diagnostics& findings) {
  rfs::Diagnostic finding;
  finding.code = code;
  finding.path = path;
  finding.message = std::move(message);
  finding.help = std::move(help);
  findings.add(std::move(finding));
}

/// Whether what is found in a folder is taken for a file. Who reads a pipe may wait for ever; a link that leads nowhere
/// is reported where it is read.
bool is_listed(const fs::file_status& status) { return fs::is_regular_file(status) || !fs::exists(status); }

std::vector<std::string> below(const fs::path& folder, rfs::Diagnostics& findings) {
  std::vector<std::string> out;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::error_code ignored;
    if ((is_rule_file(name) || is_test_file(name)) && is_listed(at->status(ignored))) {
      out.push_back(at->path().lexically_normal().string());
    }
  }
  if (error)
    report(rfs::Code::unreadable_file, folder.string(), "cannot list `" + folder.string() + "`", "may it be read?",
           findings);
  std::sort(out.begin(), out.end());
  return out;
}

/// Reads the test files of a folder: from the name of the rule file that each names to its path.
std::multimap<std::string, std::string> tests_in(const std::string& folder) {
  std::multimap<std::string, std::string> out;
  std::error_code error, ignored;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    std::string path = at->path().lexically_normal().string();
    if (!is_test_file(path) || !is_listed(at->status(ignored))) continue;
    rfs::Diagnostics unreported;  // until the tests are run
    const auto tests = rfs::analyse::read_tests(path, {}, unreported);
    if (tests) out.emplace(tests->rules, std::move(path));
  }
  return out;
}

std::vector<std::string> listed(const std::vector<std::string>& paths, bool with_stdin, rfs::Diagnostics& findings) {
  std::vector<std::string> out;
  std::set<std::string> seen;
  const auto take = [&](std::string path) {
    if (seen.insert(path).second) out.push_back(std::move(path));
  };
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (with_stdin && path == "-") {
      take(path);
    } else if (!fs::exists(status)) {
      report(rfs::Code::unreadable_file, path, "there is no file or folder `" + path + "`", "", findings);
    } else if (!fs::is_directory(status)) {
      const std::string file = fs::path(path).lexically_normal().string();
      take(file == "-" ? path : file);  // `./-` is a file
    } else {
      std::vector<std::string> found = below(path, findings);
      if (found.empty()) {
        report(rfs::Code::no_rule_files, path, "there are no rule files in `" + path + "`",
               "their names end in `.rules.json`", findings);
      }
      for (std::string& file : found) take(std::move(file));
    }
  }
  return out;
}

}  // namespace

bool is_rule_file(std::string_view path) { return ends_with(path, ".rules.json"); }

bool is_test_file(std::string_view path) { return ends_with(path, ".tests.json"); }

std::vector<std::string> files_in(const std::vector<std::string>& paths, rfs::Diagnostics& findings) {
  return listed(paths, false, findings);
}

std::vector<std::string> files_or_stdin(const std::vector<std::string>& paths, rfs::Diagnostics& findings) {
  return listed(paths, true, findings);
}

std::vector<std::string> with_tests_beside(const std::vector<std::string>& files) {
  std::vector<std::string> out;
  std::set<std::string> seen;
  const auto take = [&](const std::string& path) {
    if (seen.insert(path).second) out.push_back(path);
  };
  std::map<std::string, std::multimap<std::string, std::string>> by_folder;
  for (const std::string& file : files) {
    take(file);
    if (is_test_file(file)) continue;
    const fs::path path(file);
    const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
    auto tests = by_folder.find(folder);
    if (tests == by_folder.end()) tests = by_folder.emplace(folder, tests_in(folder)).first;
    const auto [begin, end] = tests->second.equal_range(path.filename().string());
    std::set<std::string> beside;
    for (auto one = begin; one != end; ++one) beside.insert(one->second);
    for (const std::string& one : beside) take(one);
  }
  return out;
}

}  // namespace rfs_cli
