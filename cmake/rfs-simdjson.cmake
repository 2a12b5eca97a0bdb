# rfs::rfs was built to read JSON with simdjson. Installed only then.
include(CMakeFindDependencyMacro)
find_dependency(simdjson)
