# Builds the outside project, finding rfs BY a way, and runs its programs.
file(REMOVE_RECURSE ${WORK})
if(BY STREQUAL "pkg-config")
  file(GLOB_RECURSE pc ${PREFIX}/*/rfs.pc)
  get_filename_component(folder ${pc} DIRECTORY)
  set(ENV{PKG_CONFIG_PATH} ${folder})
endif()
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${WORK} -G ${GENERATOR} -DCMAKE_BUILD_TYPE=Release
    -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}
    -DCMAKE_CXX_FLAGS_RELEASE=-O0  # it is quicker to build, and shows the same
    -DRFS_BY=${BY} -DRFS_SOURCE=${SOURCE} -DRULES=${RULES} -DCMAKE_PREFIX_PATH=${PREFIX}
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK} --parallel 1 COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${WORK} --output-on-failure --no-tests=error
  COMMAND_ERROR_IS_FATAL ANY)
