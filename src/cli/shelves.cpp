#include "shelves.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>
#include <vector>

#include "rfs/analyse/allowances.hpp"
#include "rfs/evaluate/shelf.hpp"

namespace rfs_cli {

namespace {

std::string folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

}  // namespace

rfs::Diagnostics shelf_findings(const std::map<std::string, rfs::Rules>& checked, rfs::Date today) {
  std::set<std::string> folders;
  for (const auto& [path, rules] : checked) folders.insert(folder_of(path));
  rfs::Diagnostics out;
  for (const std::string& folder : folders) {
    const auto paths = rfs::rule_files_in(folder);
    const auto is_checked = [&](const std::string& path) { return checked.contains(path); };
    if (!paths || !std::all_of(paths->begin(), paths->end(), is_checked)) continue;
    std::map<std::string, std::vector<rfs::Rules>> shelves;  // by name
    for (const std::string& path : *paths) shelves[checked.at(path).file().rules].push_back(checked.at(path));
    for (auto& [name, files] : shelves) out.append(rfs::check_shelf(std::move(files)));
  }
  return rfs::analyse::allowed_on(out, today);
}

}  // namespace rfs_cli
