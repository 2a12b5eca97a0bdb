#include "rfs/impl/json/document.ipp"
#include "rfs/impl/json/from_source.ipp"
