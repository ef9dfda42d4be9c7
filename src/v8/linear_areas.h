// Linear allocation areas: where V8 is about to allocate. [top, limit) holds no objects, and what
// it holds looks like objects that died. V8 keeps {start, top, limit} in the isolate, in its spaces
// and in the local heaps of threads (v8/src/heap/linear-allocation-area.h), so they are found by
// shape.
#pragma once

#include <vector>

#include "nodeheap/memory.h"
#include "v8/pages.h"

namespace nodeheap::v8 {

struct LinearArea {
  Address start = 0;
  Address top = 0;
  Address limit = 0;
  // It was found where V8 keeps them: in the isolate, a space, an allocator or an allocation
  // buffer. Others may be accidental, and count only where the memory at `top` is no object.
  bool certain = false;
  bool in_isolate = false;
};

// Non-empty areas, ascending by top. One top may have several that are not certain.
std::vector<LinearArea> FindLinearAreas(const MemorySource& memory, const Pages& pages,
                                        unsigned threads);

}  // namespace nodeheap::v8
