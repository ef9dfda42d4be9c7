// The committed cores, and what is known of their builds.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "memory/core_file.h"
#include "v8/layout.h"

namespace nodeheap::test {

// fixtures/cores/*.core.zst, sorted.
std::vector<std::filesystem::path> CorePaths();
std::filesystem::path CorePath(const std::string& name);  // "leaking_class-abort-node20"

// The layout of the build that the core was made by. Throws if no pack has it.
v8::Layout LayoutOf(const CoreFile& core);

}  // namespace nodeheap::test
