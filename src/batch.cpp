// Compiles the bodies of the batch room once.
#include "rfs/impl/batch/list_kernel.ipp"
#include "rfs/impl/batch/list_plan.ipp"
#include "rfs/impl/batch/stream.ipp"
