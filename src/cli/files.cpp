#include "files.hpp"

#include <algorithm>
#include <filesystem>
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

std::vector<std::string> below(const fs::path& folder, rfs::Diagnostics& findings) {
  std::vector<std::string> out;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::error_code ignored;
    if ((ends_with(name, ".rules.json") || is_test_file(name)) && !at->is_directory(ignored)) {
      out.push_back(at->path().lexically_normal().string());
    }
  }
  if (error)
    report(rfs::Code::unreadable_file, folder.string(), "cannot list `" + folder.string() + "`", "may it be read?",
           findings);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

bool is_test_file(std::string_view path) { return ends_with(path, ".tests.json"); }

std::vector<std::string> files_in(const std::vector<std::string>& paths, rfs::Diagnostics& findings) {
  std::vector<std::string> out;
  std::set<std::string> seen;
  const auto take = [&](std::string path) {
    if (seen.insert(path).second) out.push_back(std::move(path));
  };
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
      report(rfs::Code::unreadable_file, path, "there is no file or folder `" + path + "`", "", findings);
    } else if (!fs::is_directory(status)) {
      take(fs::path(path).lexically_normal().string());
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

std::vector<std::string> tests_beside(const std::string& rules) {
  std::vector<std::string> out;
  const fs::path file(rules);
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  std::error_code error;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    std::string path = at->path().lexically_normal().string();
    if (!is_test_file(path)) continue;
    rfs::Diagnostics ignored;  // reported when the tests are run
    const auto tests = rfs::analyse::read_tests(path, {}, ignored);
    if (tests && tests->rules == file.filename().string()) out.push_back(std::move(path));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace rfs_cli
