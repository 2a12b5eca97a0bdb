# Builds and installs the library and the command as shared, uses them, and lists what the library lets out. Not
# optimised, which is quicker to build, and more of what could be let out is there.
file(REMOVE_RECURSE ${WORK} ${WORK}.prefix)
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK} -G ${GENERATOR} -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON
    -DCMAKE_CXX_FLAGS_RELEASE=-O0
    -DRFS_BUILD_TESTS=OFF -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK} --parallel 1 COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --install ${WORK} --prefix ${WORK}.prefix
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${WORK}.prefix/bin/rfs check ${RULES} COMMAND_ERROR_IS_FATAL ANY)

file(GLOB_RECURSE library ${WORK}.prefix/lib*/librfs.so ${WORK}.prefix/lib*/librfs.dylib)
execute_process(COMMAND ${PYTHON} ${CMAKE_CURRENT_LIST_DIR}/exports.py ${library} ${SOURCE}/include/rfs
  COMMAND_ERROR_IS_FATAL ANY)

set(BY shared)
set(PREFIX ${WORK}.prefix)
set(WORK ${WORK}.consumer)
include(${CMAKE_CURRENT_LIST_DIR}/consume.cmake)
