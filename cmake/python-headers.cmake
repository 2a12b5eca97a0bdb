# Boost and nlohmann/json as PyPI has them: pip installs them for the build alone, so that a machine needs a compiler and
# nothing else. Neither brings a CMake configuration along.
find_path(RFS_JSON_INCLUDE_DIR nlohmann/json.hpp
  HINTS ${CMAKE_PREFIX_PATH} PATH_SUFFIXES nlohmann_json/include REQUIRED)
find_path(RFS_BOOST_INCLUDE_DIR boost/multiprecision/cpp_int.hpp
  HINTS ${CMAKE_PREFIX_PATH} PATH_SUFFIXES libboost_headers/include REQUIRED)
add_library(nlohmann_json::nlohmann_json INTERFACE IMPORTED)
target_include_directories(nlohmann_json::nlohmann_json SYSTEM INTERFACE ${RFS_JSON_INCLUDE_DIR})
add_library(Boost::headers INTERFACE IMPORTED)
target_include_directories(Boost::headers SYSTEM INTERFACE ${RFS_BOOST_INCLUDE_DIR})

find_path(CLI11_INCLUDE_DIR CLI/CLI.hpp)
if(NOT CLI11_INCLUDE_DIR)
  include(cmake/python-cli11.cmake)
endif()
if(NOT CLI11_INCLUDE_DIR)
  set(RFS_BUILD_CLI OFF)
endif()
