#pragma once

#include <cstdint>

#include "nodeheap/graph.h"
#include "suspects/suspects.h"

namespace nodeheap::suspects {

// Of the kind, the class and the named part of the path. Left out is what differs from dump to
// dump: ids, sizes, positions, numbers within names, and V8's inner objects, of which each version
// has its own.
uint64_t FingerprintOf(const HeapGraph& graph, const Suspect& suspect);

}  // namespace nodeheap::suspects
