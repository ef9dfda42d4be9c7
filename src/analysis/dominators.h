#pragma once

#include <cstdint>

#include "analysis/string_facts.h"
#include "nodeheap/analysis.h"
#include "nodeheap/column.h"
#include "nodeheap/graph.h"

namespace nodeheap {

// The nodes in the order in which a depth-first search from the root meets them, over essential
// edges. Numbers count from 1, the root's; 0 is no node. Behind the nodes that the root reaches come
// those that nothing essential points at, each with what it reaches, as if the root pointed at them;
// behind those, from `cut_off` on, the rest: cycles that nothing holds. Their edges do not count.
struct Preorder {
  Column<uint32_t> number;  // by node
  Column<uint32_t> node;    // by number
  Column<uint32_t> parent;  // by number: the parent in the search tree
  uint32_t last = 0;        // the highest number given so far
  uint32_t cut_off = 0;
};

// The part of the search that starts at the root. `page_owned` as of FindPageOwned().
Preorder SearchFromRoot(const HeapGraph& graph, const StringFacts& facts,
                        const Column<uint8_t>& page_owned);

// Numbers the nodes that are left.
void SearchTheRest(const HeapGraph& graph, const StringFacts& facts,
                   const Column<uint8_t>& page_owned, const Retainers& retainers,
                   Preorder& preorder);

// The immediate dominators, by and as preorder numbers. Takes its memory from preorder.parent.
Column<uint32_t> FindDominators(const HeapGraph& graph, const Column<uint8_t>& page_owned,
                                const Retainers& retainers, Preorder& preorder);

// Retained sizes by preorder number: each node's own and those of all that it dominates.
Column<uint64_t> SumRetained(const Preorder& preorder, const Column<uint32_t>& dominators,
                             const Column<uint64_t>& shallow_sizes);

// Adds to each class the retained sizes of its outermost instances on every dominator path.
// `dominators` and `retained` are by preorder number.
void SumRetainedByClass(const Preorder& preorder, const Column<uint32_t>& dominators,
                        const Column<uint64_t>& retained, const Column<uint64_t>& shallow_sizes,
                        Classes& classes);

}  // namespace nodeheap
