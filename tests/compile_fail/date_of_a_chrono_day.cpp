// The day may lie outside the calendar; that is looked at first.
// expect: conversion from|no viable conversion
#include <rfs/value/chrono.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] rfs::Date date = rfs::to_date(std::chrono::sys_days{});
#else
  [[maybe_unused]] std::optional<rfs::Date> date = rfs::to_date(std::chrono::sys_days{});
#endif
}
