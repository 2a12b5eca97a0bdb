#include "rfs/diag/diagnostic.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using rfs::Diagnostic;
using rfs::Diagnostics;
using rfs::Severity;

namespace {

Diagnostic finding(std::string message, rfs::source::FilePtr file, std::uint32_t at,
                   Severity severity = Severity::error) {
  Diagnostic made;
  made.message = std::move(message);
  made.file = std::move(file);
  made.span = {at, at + 1};
  made.severity = severity;
  return made;
}

std::string messages(const Diagnostics& findings) {
  std::string out;
  for (const Diagnostic& item : findings.all()) out += item.message + ' ';
  return out;
}

}  // namespace

TEST_CASE("findings are ordered by file and place, equals as they came") {
  const auto a = std::make_shared<const rfs::source::File>(rfs::source::File{"a", "0123456789"});
  const auto b = std::make_shared<const rfs::source::File>(rfs::source::File{"b", "0123456789"});
  Diagnostics findings;
  findings.add(finding("b3", b, 3));
  findings.add(finding("a7", a, 7));
  findings.add(finding("b1", b, 1));
  findings.add(finding("a7again", a, 7));
  findings.add(finding("a2", a, 2));
  findings.add(finding("nowhere", nullptr, 9));
  findings.sort();
  CHECK(messages(findings) == "nowhere a2 a7 a7again b1 b3 ");
}

TEST_CASE("findings are counted by severity") {
  Diagnostics findings;
  CHECK(findings.empty());
  CHECK_FALSE(findings.has_errors());
  findings.add(finding("w", nullptr, 0, Severity::warning));
  findings.add(finding("n", nullptr, 0, Severity::note));
  CHECK_FALSE(findings.has_errors());
  findings.add(finding("e", nullptr, 0)).help = "mend it";
  CHECK(findings.has_errors());
  CHECK(findings.all().back().help == "mend it");
  CHECK(findings.count(Severity::warning) == 1);
  CHECK(findings.count(Severity::note) == 1);
}

TEST_CASE("findings may be appended, also to themselves") {
  Diagnostics one;
  one.add(finding("x", nullptr, 0));
  Diagnostics two;
  two.add(finding("y", nullptr, 0));
  two.append(one);
  two.append(two);
  CHECK(messages(two) == "y x y x ");
}

TEST_CASE("the place is that of the span's beginning") {
  const auto file = std::make_shared<const rfs::source::File>(rfs::source::File{"f", "a\nbc"});
  CHECK(finding("", file, 3).place() == rfs::source::Place{2, 2});
  CHECK(finding("", nullptr, 3).place() == rfs::source::Place{1, 1});
}

TEST_CASE("rendered findings are apart by an empty line") {
  Diagnostics findings;
  CHECK(findings.render().empty());
  findings.add(finding("x", nullptr, 0));
  findings.add(finding("y", nullptr, 0, Severity::note));
  CHECK(findings.render() == "error[RFS901]: x\n\nnote[RFS901]: y\n");
}
