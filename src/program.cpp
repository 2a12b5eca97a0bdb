// Compiles the bodies of the program room once.
#include "rfs/impl/program/from_typed.ipp"
#include "rfs/impl/program/read.ipp"
#include "rfs/impl/program/reading.ipp"
#include "rfs/impl/program/scaled.ipp"
