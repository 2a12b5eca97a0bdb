// Compiles the bodies of the typed room once.
#include "rfs/impl/typed/from_rule.ipp"
