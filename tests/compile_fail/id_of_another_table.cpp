// The place of a decision is no place of a fact.
// expect: conversion from|no viable conversion|no matching
#include <rfs/rfs.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] rfs::FactId fact = rfs::DecisionId(0);
#else
  [[maybe_unused]] rfs::FactId fact = rfs::FactId(0);
#endif
}
