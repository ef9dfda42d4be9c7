// Who keeps the memory of ArrayBuffers and Buffers alive.
#pragma once

#include "nodeheap/query.h"

namespace nodeheap {

// The nearest objects above the buffers in the dominator tree that are no buffers themselves, with
// the bytes that would go with each. Loads the graph.
Result<Table> BufferOwnersTable(const QueryInput& input);

}  // namespace nodeheap
