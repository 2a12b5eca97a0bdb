// Compiles the bodies of the rule room once.
#include "rfs/impl/rule/file.ipp"
#include "rfs/impl/rule/floats.ipp"
#include "rfs/impl/rule/from_json.ipp"
#include "rfs/impl/rule/given.ipp"
#include "rfs/impl/rule/layout.ipp"
#include "rfs/impl/rule/type.ipp"
