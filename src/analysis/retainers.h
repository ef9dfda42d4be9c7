#pragma once

#include "analysis/essential_edges.h"
#include "nodeheap/analysis.h"

namespace nodeheap {

// Every edge turned round. Sources ascend within a node's range.
Retainers BuildRetainers(const HeapGraph& graph, const EssentialEdges& essential);

}  // namespace nodeheap
