#pragma once

#include <vector>

#include "analysis/interfaces.h"
#include "analysis/string_facts.h"
#include "nodeheap/analysis.h"

namespace nodeheap {

// True if DevTools puts "Detached " before the node's name. (DevTools: propagateDOMState.)
bool IsRenamedDetached(const HeapGraph& graph, const Column<uint8_t>& detachedness, NodeId node);

// The class of every node, without sizes. `interface_of_shape` as of MatchInterfaces().
// (DevTools: calculateObjectNames, classKeyInternal.)
Classes FindClasses(const HeapGraph& graph, const Shapes& shapes,
                    const std::vector<InterfaceDefinition>& definitions,
                    const std::vector<uint32_t>& interface_of_shape,
                    const Column<uint8_t>& detachedness);

// Fills in each class's instances, self size and smallest distance.
void SumClasses(const SizeColumn& shallow_sizes, const Column<int32_t>& distances,
                Classes& classes);

}  // namespace nodeheap
