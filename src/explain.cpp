// Compiles the bodies of the explain room once.
#include "rfs/impl/explain/explanation.ipp"
#include "rfs/impl/explain/outcome_json.ipp"
#include "rfs/impl/explain/text.ipp"
