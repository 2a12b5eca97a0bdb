// A number is not a day until somebody says so.
// expect: conversion from|no viable conversion
#include <rfs/value/date.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] rfs::Date date = 17280;
#else
  [[maybe_unused]] rfs::Date date = rfs::Date{17280};
#endif
}
