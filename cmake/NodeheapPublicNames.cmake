# Compiles src/snapshot/public_names.txt into the library, as the text it is.
set(public_names ${PROJECT_SOURCE_DIR}/src/snapshot/public_names.txt)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${public_names})
file(READ ${public_names} NODEHEAP_PUBLIC_NAMES)
configure_file(cmake/public_names.cc.in public_names.cc @ONLY)
target_sources(nodeheap PRIVATE ${PROJECT_BINARY_DIR}/public_names.cc)
# The standard asks compilers to take 64 KiB; those that can build nodeheap take any length.
set_source_files_properties(${PROJECT_BINARY_DIR}/public_names.cc PROPERTIES
  COMPILE_OPTIONS -Wno-overlength-strings)
