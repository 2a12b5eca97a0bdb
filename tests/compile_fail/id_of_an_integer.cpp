// An index says which table it is of.
// expect: conversion from|no viable conversion
#include <rfs/rfs.hpp>

void use() {
#ifdef WRONG
  [[maybe_unused]] rfs::DecisionId decision = std::size_t{3};
#else
  [[maybe_unused]] rfs::DecisionId decision{std::size_t{3}};
#endif
}
