// What V8 itself says which objects there are: to write a heap snapshot, it gives every object an
// id and remembers it in an array (HeapObjectsMap in v8/src/profiler/heap-snapshot-generator.h). A
// core taken right after a snapshot has the array in its memory.
#pragma once

#include <cstdint>
#include <vector>

#include "nodeheap/memory.h"
#include "v8/pages.h"

namespace nodeheap::v8 {

struct IdentifiedObject {
  Address address = 0;
  uint32_t size = 0;  // bytes; 0 for read-only objects of V8 13 and later
};

// The objects on V8's pages, in the order of their ids; empty if no snapshot was written.
std::vector<IdentifiedObject> FindIdMap(const MemorySource& memory, const Pages& pages);

}  // namespace nodeheap::v8
