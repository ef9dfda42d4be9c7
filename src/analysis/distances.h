#pragma once

#include <cstdint>

#include "analysis/string_facts.h"
#include "nodeheap/analysis.h"

namespace nodeheap {

// True for a child of the root that counts as held by the program: all but V8's synthetic roots.
bool IsUserRoot(const HeapGraph& graph, const StringFacts& facts, NodeId node);
bool HasUserRoots(const HeapGraph& graph, const StringFacts& facts);

// Steps from the nearest user root, which has distance 1; from kSystemDistance on for nodes that
// only the root itself reaches; kNoDistance for the others. (DevTools: calculateDistances.)
Column<int32_t> FindDistances(const HeapGraph& graph, const StringFacts& facts);

}  // namespace nodeheap
