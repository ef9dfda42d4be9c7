#pragma once

#include <cstdint>

#include "analysis/essential_edges.h"
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

// The part of the search that starts at the root.
Preorder SearchFromRoot(const HeapGraph& graph, const EssentialEdges& essential);

// Numbers the nodes that are left.
void SearchTheRest(const HeapGraph& graph, const EssentialEdges& essential,
                   const Retainers& retainers, Preorder& preorder);

// The immediate dominators by node. Takes its memory from preorder.number and preorder.parent.
Column<uint32_t> FindDominators(const Retainers& retainers, Preorder& preorder);

// Retained sizes by node: its own shallow size and those of all nodes that it dominates. `order` is
// Preorder::node.
Column<uint64_t> SumRetained(const Column<uint32_t>& order, const Column<uint32_t>& dominators,
                             const SizeColumn& shallow_sizes);

// The dominator tree downwards.
struct TreeLinks {
  static constexpr uint32_t kNone = ~uint32_t{0};
  Column<uint32_t> first_child;   // by node
  Column<uint32_t> next_sibling;  // by node
};
TreeLinks LinkTree(const Column<uint32_t>& order, const Column<uint32_t>& dominators);

// Adds to each class the retained sizes of its outermost instances on every dominator path.
void SumRetainedByClass(NodeId root, const TreeLinks& links, const Analysis& analysis,
                        Classes& classes);

}  // namespace nodeheap
