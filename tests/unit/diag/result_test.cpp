#include "rfs/diag/result.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace {
using NumberOrText = rfs::Result<int, std::string>;
}  // namespace

TEST_CASE("a result holds a value") {
  NumberOrText result(7);
  CHECK(result);
  CHECK(result.has_value());
  CHECK(result.value() == 7);
  *result = 8;
  const NumberOrText& same = result;
  CHECK(*same == 8);
  CHECK_THROWS_AS(static_cast<void>(result.error()), std::logic_error);
}

TEST_CASE("a result holds an error") {
  const NumberOrText result(std::string("no number"));
  CHECK_FALSE(result);
  CHECK(result.error() == "no number");
  CHECK_THROWS_AS(static_cast<void>(result.value()), std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(*result), std::logic_error);
}

TEST_CASE("a value that cannot be copied is moved out") {
  rfs::Result<std::unique_ptr<int>, std::string> result(std::make_unique<int>(3));
  CHECK(*std::move(result).value() == 3);
}
