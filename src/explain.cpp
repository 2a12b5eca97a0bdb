// Compiles the bodies of the explain room once.
#include "rfs/impl/explain/explanation.ipp"
#include "rfs/impl/explain/outcome_json.ipp"
#include "rfs/impl/explain/text.ipp"
#include "rfs/impl/explain/tree.ipp"
#include "rfs/impl/explain/tree_json.ipp"
#include "rfs/impl/explain/tree_markdown.ipp"
#include "rfs/impl/explain/tree_text.ipp"
