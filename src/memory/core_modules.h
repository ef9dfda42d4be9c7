// The executables and libraries that a process had mapped.
#pragma once

#include <span>
#include <vector>

#include "memory/core_file.h"
#include "memory/core_notes.h"

namespace nodeheap {

// `mapped` is all memory the process had, `notes` are those of `core`.
std::vector<CoreFile::Module> FindModules(const MemorySource& core, const CoreNotes& notes,
                                          std::span<const MemoryRegion> mapped);

}  // namespace nodeheap
