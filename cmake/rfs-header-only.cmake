# rfs::header_only, and the headers it compiles.
include(CMakeFindDependencyMacro)
find_dependency(nlohmann_json 3.11)
find_dependency(Boost 1.74)
include("${CMAKE_CURRENT_LIST_DIR}/rfs-header-only-targets.cmake")
set(rfs_header_only_FOUND TRUE)
