#include "rfs/analyse/test_file.hpp"

#include <doctest/doctest.h>

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace {

/// A folder of its own that goes away with its files.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "rfs_test_file_XXXXXX").string();
    path_ = std::string(mkdtemp(name.data())) + "/";
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + name) << text;
    return path_ + name;
  }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// Returns the codes of the findings for tests of the rules named, and the path found.
std::string found(const std::string& rules) {
  const Folder folder;
  folder.write("a.rules.json", "{}");
  const std::string path = folder.write("a.tests.json", R"({ "rfs": 1, "rules": )" + rules + R"(, "tests": [] })");
  rfs::Diagnostics findings;
  const auto tests = rfs::analyse::read_tests(path, {}, findings);
  REQUIRE(tests);
  const auto beside = rfs::analyse::rules_beside(path, *tests, findings);
  std::string out;
  for (const rfs::Diagnostic& finding : findings.all()) out += rfs::diag::code_text(finding.code) + " ";
  return out + (beside ? beside->substr(folder.path().size()) : "");
}

}  // namespace

TEST_CASE("a test file names the rule file beside it") {
  CHECK(found(R"("a.rules.json")") == "a.rules.json");
  CHECK(found(R"("b.rules.json")") == "RFS703 ");
}

TEST_CASE("a test file has no other folder read") {
  CHECK(found(R"("../a.rules.json")") == "RFS703 ");
  CHECK(found(R"("/a.rules.json")") == "RFS703 ");
  CHECK(found(R"("..")") == "RFS703 ");
  CHECK(found(R"("")") == "RFS703 ");
  CHECK(found(R"("a.rules.json\u0000x")") == "RFS703 ");
}

TEST_CASE("what is no test file is reported once") {
  CHECK(found("5") == "RFS103 ");
  rfs::Diagnostics findings;
  CHECK_FALSE(rfs::analyse::read_tests("/nowhere/a.tests.json", {}, findings));
  REQUIRE(findings.all().size() == 1);
  CHECK(findings.all()[0].code == rfs::Code::unreadable_file);
}
