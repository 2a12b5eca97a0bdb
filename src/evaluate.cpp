// Compiles the bodies of the evaluate room once.
#include "rfs/impl/evaluate/bound.ipp"
#include "rfs/impl/evaluate/facts.ipp"
#include "rfs/impl/evaluate/facts_json.ipp"
#include "rfs/impl/evaluate/known_values.ipp"
#include "rfs/impl/evaluate/outcome.ipp"
#include "rfs/impl/evaluate/reasons.ipp"
#include "rfs/impl/evaluate/rules.ipp"
#include "rfs/impl/evaluate/scaled_values.ipp"
