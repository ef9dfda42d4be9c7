#pragma once

#include "analysis/string_facts.h"
#include "nodeheap/analysis.h"

namespace nodeheap {

// Every edge turned round. Sources ascend within a node's range.
Retainers BuildRetainers(const HeapGraph& graph, const StringFacts& facts);

}  // namespace nodeheap
