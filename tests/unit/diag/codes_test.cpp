#include "rfs/diag/codes.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string_view>

using rfs::Code;
namespace diag = rfs::diag;

TEST_CASE("a code is RFS and three digits") {
  CHECK(diag::code_text(Code::not_utf8) == "RFS001");
  CHECK(diag::code_text(Code::byte_order_mark) == "RFS010");
  CHECK(diag::code_text(Code::money_times_money) == "RFS401");
}

TEST_CASE("the catalogue is in order, without repeats, with a title for each") {
  std::set<std::string_view> titles;
  Code last{};
  for (const diag::CodeInfo& info : diag::kCodes) {
    CAPTURE(diag::code_text(info.code));
    CHECK(last < info.code);
    CHECK(info.code < Code{1000});
    CHECK_FALSE(info.title.empty());
    CHECK(info.title.back() != '.');
    CHECK(titles.insert(info.title).second);
    last = info.code;
  }
}

TEST_CASE("severities have their words") {
  CHECK(diag::severity_text(rfs::Severity::error) == "error");
  CHECK(diag::severity_text(rfs::Severity::warning) == "warning");
  CHECK(diag::severity_text(rfs::Severity::note) == "note");
}
