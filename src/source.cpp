#include "rfs/impl/source/file.ipp"
#include "rfs/impl/source/quote.ipp"
#include "rfs/impl/source/sha256.ipp"
