#pragma once

#include <cstdint>

#include "analysis/string_facts.h"
#include "nodeheap/column.h"
#include "nodeheap/graph.h"

namespace nodeheap {

// Whether native objects (DOM nodes; in Node, handles and the like) are attached (1), detached (2)
// or unknown (0), after letting native objects inherit it. Empty if nothing is known of any node.
// (DevTools: initDetachednessAndClassIndex, propagateDOMState.)
Column<uint8_t> PropagateDetachedness(const HeapGraph& graph, const StringFacts& facts);

}  // namespace nodeheap
