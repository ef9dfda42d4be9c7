// The path that keeps a node alive, by way of the name that the program gave it.
#pragma once

#include <cstddef>
#include <vector>

#include "nodeheap/analysis.h"
#include "nodeheap/graph.h"

namespace nodeheap::suspects {

// A path from the root. From `named` on, or from the beginning if nothing has a name, it is the
// same in every dump where the same objects have the same names: it starts with the variable or
// property of the global object that is nearest to the node. How that is reached may differ: the
// root is often that of a stack or a timer that is there by chance.
struct NamedPath {
  std::vector<EdgeId> edges;  // empty if nothing leads to the node
  size_t named = 0;
};

NamedPath FindNamedPath(const HeapGraph& graph, const Analysis& analysis, NodeId node);

}  // namespace nodeheap::suspects
