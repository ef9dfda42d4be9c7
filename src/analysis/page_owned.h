#pragma once

#include <cstdint>

#include "analysis/string_facts.h"
#include "nodeheap/column.h"
#include "nodeheap/graph.h"

namespace nodeheap {

// Which nodes the program itself holds, as opposed to V8 or a debugger: those reachable over
// non-weak edges from the root's shortcuts (the global objects) and DOM trees. 1 for such a node.
// An edge from another node to such a one does not count for dominators, unless it starts at the
// root. (DevTools: markPageOwnedNodes.)
Column<uint8_t> FindPageOwned(const HeapGraph& graph, const StringFacts& facts);

}  // namespace nodeheap
