// The ids that V8 gave its objects when the process wrote a heap snapshot: they are the ids of the
// nodes in that file, so that a core taken later can be compared with it object by object.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>

#include "v8/runtime.h"

namespace nodeheap::v8 {

// Address -> id, of objects and of the memory outside the heap that snapshots tell of. Empty if the
// isolate never wrote a snapshot (HeapObjectsMap in v8/src/profiler/heap-snapshot-generator.h).
boost::unordered_flat_map<Address, uint32_t> FindObjectIds(const Runtime& runtime,
                                                           uint32_t isolate);

}  // namespace nodeheap::v8
