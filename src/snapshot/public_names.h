// The names of public_names.txt, one a line, by the build: cmake/NodeheapPublicNames.cmake.
#pragma once

#include <string_view>

namespace nodeheap {

extern const std::string_view kPublicNames;

}  // namespace nodeheap
