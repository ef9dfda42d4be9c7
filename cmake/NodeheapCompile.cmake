# How first-party code is compiled. Third-party headers come from imported targets, hence as system
# headers, and are not held to these warnings.

find_program(CCACHE ccache)
mark_as_advanced(CCACHE)
if(CCACHE AND PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# The instrumentation must reach every file of the library, or the fuzzer is blind there.
if(NODEHEAP_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()

function(nodeheap_compile_options target)
  target_compile_features(${target} PUBLIC cxx_std_23)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wdouble-promotion
    -Wold-style-cast -Wcast-align -Wcast-qual -Wformat=2 -Wimplicit-fallthrough
    -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi -Wundef
    # GCC 12 sees these where there are none: in joined std::strings, and in moved std::variants and
    # vectors that hold strings.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>
    # Naming some fields is how a declaration says that the others keep their defaults.
    $<$<CXX_COMPILER_ID:Clang>:-Wno-missing-designated-field-initializers>
    # GCC 12's std::stable_sort calls a function that its own headers deprecate.
    $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>
    # Every x86-64 processor since 2008 counts bits in one instruction; without it, a function is
    # called.
    $<$<AND:$<NOT:$<CONFIG:Debug>>,$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>>:-mpopcnt>
    $<$<BOOL:${NODEHEAP_WERROR}>:-Werror>)
endfunction()
