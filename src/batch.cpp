// Compiles the bodies of the batch room once.
#include "rfs/impl/batch/stream.ipp"
