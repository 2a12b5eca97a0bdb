// Compiles the bodies of the analyse room once.
#include "rfs/impl/analyse/allowances.ipp"
#include "rfs/impl/analyse/junit.ipp"
#include "rfs/impl/analyse/run_tests.ipp"
#include "rfs/impl/analyse/test_file.ipp"
