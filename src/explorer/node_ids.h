// The ids of nodes: V8's own where it gave them (a heap snapshot was taken in the process), so that
// the graph can be compared with that snapshot; all others follow.
#pragma once

#include <cstdint>
#include <span>

#include "explorer/native_memory.h"
#include "nodeheap/address_column.h"
#include "nodeheap/column.h"

namespace nodeheap::explorer {

// Of the synthetic nodes, which come first, the objects at `addresses`, and `natives`. V8
// numbers each isolate on its own: the ids of `isolate` count. New ids are odd but for memory
// outside the heap. Empty if V8 gave none: then the place of a node is as good (see
// HeapGraph::Columns).
Column<uint32_t> NumberNodes(const v8::Runtime& runtime, uint32_t isolate, uint32_t synthetic_nodes,
                             const AddressColumn& addresses, std::span<const NativeMemory> natives);

}  // namespace nodeheap::explorer
