# Sets CLI11_INCLUDE_DIR to the headers of a release of CLI11, which PyPI does not have. The hash says that what was
# downloaded is that release, wherever it came from. Where it cannot be had, the variable is not set, and a warning says
# what follows.
set(RFS_CLI11_URL https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.4.2.tar.gz
  CACHE STRING "Where the release of CLI11 for a wheel's rfs command is downloaded from")
set(RFS_CLI11_ARCHIVE ${CMAKE_BINARY_DIR}/CLI11-2.4.2.tar.gz)

# A network that does not answer holds the build for no longer than this.
file(DOWNLOAD ${RFS_CLI11_URL} ${RFS_CLI11_ARCHIVE} STATUS RFS_CLI11_STATUS TIMEOUT 60 INACTIVITY_TIMEOUT 15)
list(POP_FRONT RFS_CLI11_STATUS RFS_CLI11_FAILED)
if(NOT RFS_CLI11_FAILED)
  file(SHA256 ${RFS_CLI11_ARCHIVE} RFS_CLI11_HASH)
  if(NOT RFS_CLI11_HASH STREQUAL f2d893a65c3b1324c50d4e682c0cdc021dd0477ae2c048544f39eed6654b699a)
    set(RFS_CLI11_FAILED TRUE)
    set(RFS_CLI11_STATUS "this is not the release 2.4.2, its SHA-256 is ${RFS_CLI11_HASH}")
  endif()
endif()
if(RFS_CLI11_FAILED)
  message(WARNING "the wheel will not carry the rfs command: CLI11 is not installed, and ${RFS_CLI11_URL} gave: "
    "${RFS_CLI11_STATUS}. Install libcli11-dev (apt) or cli11 (Homebrew), or name a copy of the archive with "
    "RFS_CLI11_URL, and build again")
else()
  file(ARCHIVE_EXTRACT INPUT ${RFS_CLI11_ARCHIVE} DESTINATION ${CMAKE_BINARY_DIR})
  set(CLI11_INCLUDE_DIR ${CMAKE_BINARY_DIR}/CLI11-2.4.2/include CACHE PATH "The headers of CLI11" FORCE)
endif()
