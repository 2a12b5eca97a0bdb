# Installs the build into PREFIX, moves it, and looks at what is there.
file(REMOVE_RECURSE ${PREFIX} ${PREFIX}.first)
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${PREFIX}.first OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${PREFIX}.first ${PREFIX})  # an installed folder may be moved

execute_process(COMMAND ${PREFIX}/bin/rfs check ${RULES} COMMAND_ERROR_IS_FATAL ANY)

file(GLOB_RECURSE configs ${PREFIX}/lib*/*.cmake ${PREFIX}/lib*/*.pc)
list(LENGTH configs count)
if(count LESS 6)
  message(FATAL_ERROR "expected the package files of CMake and pkg-config below ${PREFIX}, found ${configs}")
endif()
foreach(config IN LISTS configs)
  file(READ ${config} text)
  if(text MATCHES "${SOURCE}")
    message(FATAL_ERROR "${config} names the source folder")
  endif()
  if(NOT config MATCHES "header-only" AND text MATCHES "[Bb]oost|nlohmann")
    message(FATAL_ERROR "${config} names ${CMAKE_MATCH_0}: rfs::rfs is used without it")
  endif()
endforeach()

file(GLOB_RECURSE headers RELATIVE ${SOURCE}/include ${SOURCE}/include/*.hpp ${SOURCE}/include/*.ipp)
foreach(header IN LISTS headers)
  if(NOT EXISTS ${PREFIX}/include/${header})
    message(FATAL_ERROR "${header} is not installed")
  endif()
endforeach()
