// An integer does not say whether it counts cents or dollars.
// expect: conversion from|no viable conversion
#include <rfs/value/money.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] rfs::Money money = 15000;
#else
  [[maybe_unused]] rfs::Money money = rfs::Money::units(15000);
#endif
}
