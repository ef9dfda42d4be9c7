# What `cmake --install` puts where.

include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/nodeheap)

install(TARGETS nodeheap EXPORT nodeheapTargets)
install(DIRECTORY include/nodeheap ${PROJECT_BINARY_DIR}/include/nodeheap TYPE INCLUDE
  FILES_MATCHING PATTERN *.h)
install(EXPORT nodeheapTargets NAMESPACE nodeheap:: DESTINATION ${package_dir})

configure_package_config_file(cmake/nodeheapConfig.cmake.in nodeheapConfig.cmake
  INSTALL_DESTINATION ${package_dir})
# Before 1.0 a minor version may break its callers.
write_basic_package_version_file(nodeheapConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/nodeheapConfig.cmake
  ${PROJECT_BINARY_DIR}/nodeheapConfigVersion.cmake
  cmake/FindLibElf.cmake
  DESTINATION ${package_dir})

install(TARGETS nodeheap_cli)

# The program prints its own manual and completions, so these cannot fall behind it.
function(nodeheap_emit file)
  add_custom_command(OUTPUT ${file} VERBATIM
    COMMAND nodeheap_cli ${ARGN} > ${file}
    DEPENDS nodeheap_cli)
endfunction()
nodeheap_emit(nodeheap.1 man)
nodeheap_emit(nodeheap.bash completion bash)
nodeheap_emit(nodeheap.zsh completion zsh)
add_custom_target(nodeheap_cli_files ALL DEPENDS nodeheap.1 nodeheap.bash nodeheap.zsh)

install(FILES ${PROJECT_BINARY_DIR}/nodeheap.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PROJECT_BINARY_DIR}/nodeheap.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME nodeheap)
install(FILES ${PROJECT_BINARY_DIR}/nodeheap.zsh
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _nodeheap)
