#pragma once

#include <cstdint>

#include "analysis/essential_edges.h"
#include "analysis/string_facts.h"
#include "nodeheap/analysis.h"
#include "nodeheap/column.h"
#include "nodeheap/graph.h"

namespace nodeheap {

// The nodes in the order in which a depth-first search from the root meets them, over essential
// edges. Numbers count from 1, the root's; 0 is no node. Behind the nodes that the root reaches
// come those that nothing essential points at, each with what it reaches, as if the root pointed at
// them; behind those, from `cut_off` on, the rest: cycles that nothing holds. Their edges do not
// count.
//
// Nodes that the program itself holds, as opposed to V8 or a debugger, are marked: those reachable
// over non-weak edges from the root's shortcuts (the global objects) and DOM trees. An edge from an
// unmarked node to a marked one does not count, unless it starts at the root.
// (DevTools: markPageOwnedNodes.)
struct Preorder {
  static constexpr uint32_t kOwned = 1U << 31;

  Column<uint32_t> number;  // by node; kOwned is added for nodes the program holds
  Column<uint32_t> node;    // by number
  Column<uint32_t> parent;  // by number: the parent in the search tree
  uint32_t last = 0;        // the highest number given so far
  uint32_t cut_off = 0;

  uint32_t NumberOf(uint32_t of_node) const { return number[of_node] & ~kOwned; }

  // True if the edge behind an entry of `target`'s retainers counts for dominators.
  bool Counts(uint32_t entry, uint32_t target) const {
    if ((entry & Retainers::kNotEssential) != 0) return false;
    constexpr uint32_t kRoot = 1;
    return (number[target] & kOwned) == 0 || (number[entry] & kOwned) != 0 ||
           number[entry] == kRoot;
  }
};

// The part of the search that starts at the root.
Preorder SearchFromRoot(const HeapGraph& graph, const StringFacts& facts,
                        const EssentialEdges& essential);

// Numbers the nodes that are left.
void SearchTheRest(const HeapGraph& graph, const StringFacts& facts,
                   const EssentialEdges& essential, const Retainers& retainers, Preorder& preorder);

// The immediate dominators: numbers by number; the root's is the root. Takes its memory from
// preorder.parent.
Column<uint32_t> FindDominators(const Retainers& retainers, Preorder& preorder);

// The same by node. Takes its memory from preorder.number.
Column<uint32_t> DominatorsByNode(const Column<uint32_t>& dominators, Preorder& preorder,
                                  unsigned threads);

}  // namespace nodeheap
