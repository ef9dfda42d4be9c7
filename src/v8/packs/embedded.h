// The packs of this folder as they are, by the build: cmake/NodeheapPacks.cmake.
#pragma once

#include <span>
#include <string_view>

namespace nodeheap::v8 {

extern const std::span<const std::string_view> kEmbeddedPacks;

}  // namespace nodeheap::v8
