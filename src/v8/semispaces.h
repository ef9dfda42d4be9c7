// The young generation: two semispaces, of which V8 uses one at a time (v8/src/heap/new-spaces.h).
// What the other one holds is stale, and so is the unused part of the one in use.
#pragma once

#include <vector>

#include "nodeheap/memory.h"
#include "v8/linear_areas.h"
#include "v8/pages.h"

namespace nodeheap::v8 {

struct YoungGeneration {
  std::vector<bool> stale;  // by page: there are no objects on it
  // Heaps that were stopped while their young objects were being moved, so that some of them are
  // still on the pages they came from.
  std::vector<Address> moving;
};

// Extends the areas that V8 allocates in to all that is unused behind them.
YoungGeneration ExamineYoungGeneration(const MemorySource& memory, const Pages& pages,
                                       const Version& version, std::vector<LinearArea>& areas);

}  // namespace nodeheap::v8
