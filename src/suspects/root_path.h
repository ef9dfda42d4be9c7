// A shortest path from the root that is the same in every dump where the same objects have the same
// names: from step to step the one whose names come first. From what runs at the moment, such as
// stacks, it leads only if nothing else does.
#pragma once

#include <vector>

#include "nodeheap/analysis.h"
#include "nodeheap/graph.h"

namespace nodeheap::suspects {

// Empty if nothing leads to `node`.
std::vector<EdgeId> FindRootPath(const HeapGraph& graph, const Analysis& analysis, NodeId node);

}  // namespace nodeheap::suspects
