# What `cmake --install` lays down: headers, library, command, and what CMake and pkg-config need to find them.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(RFS_CONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/rfs)

install(DIRECTORY include/rfs DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp" PATTERN "*.ipp")
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Two sets of targets, so that who links rfs::rfs is asked for neither Boost nor nlohmann/json.
install(TARGETS rfs_header_only EXPORT rfs-header-only)
install(EXPORT rfs-header-only FILE rfs-header-only-targets.cmake NAMESPACE rfs:: DESTINATION ${RFS_CONFIG_DIR})
if(TARGET rfs)
  if(RFS_SIMDJSON)
    install(FILES ${CMAKE_CURRENT_LIST_DIR}/rfs-simdjson.cmake DESTINATION ${RFS_CONFIG_DIR})
    # Who links the static library links what it uses.
    set(RFS_PC_REQUIRES "Requires: simdjson >= 3.0")
    if(BUILD_SHARED_LIBS)
      set(RFS_PC_REQUIRES "Requires.private: simdjson >= 3.0")
    endif()
  endif()
  install(TARGETS rfs EXPORT rfs)
  install(EXPORT rfs FILE rfs-targets.cmake NAMESPACE rfs:: DESTINATION ${RFS_CONFIG_DIR})

  # The prefix is told from where the file lies: an installed folder may be moved.
  file(RELATIVE_PATH RFS_PC_PREFIX ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
  configure_file(${CMAKE_CURRENT_LIST_DIR}/rfs.pc.in rfs.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/rfs.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
if(TARGET rfs_cli)
  install(TARGETS rfs_cli)
  if(BUILD_SHARED_LIBS AND UNIX AND NOT APPLE)
    file(RELATIVE_PATH RFS_FROM_BIN_TO_LIB ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
    set_target_properties(rfs_cli PROPERTIES INSTALL_RPATH "$ORIGIN/${RFS_FROM_BIN_TO_LIB}")
  endif()
endif()

# The header-only flavour is the same on every machine; a compiled library is not.
if(TARGET rfs)
  write_basic_package_version_file(rfs-config-version.cmake COMPATIBILITY SameMinorVersion)
else()
  write_basic_package_version_file(rfs-config-version.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
endif()
install(FILES
  ${CMAKE_CURRENT_LIST_DIR}/rfs-config.cmake ${CMAKE_CURRENT_LIST_DIR}/rfs-header-only.cmake
  ${PROJECT_BINARY_DIR}/rfs-config-version.cmake
  DESTINATION ${RFS_CONFIG_DIR})
