#pragma once

#include <cstdint>

#include "analysis/string_facts.h"
#include "base/bitmap.h"
#include "nodeheap/graph.h"

namespace nodeheap {

// Which edges count for dominators, as far as the edge itself tells. All do, but
//   - weak ones, edges of a node to itself, and shortcuts from anywhere but the root;
//   - of the two edges to a WeakMap's value the one from the table, so that the key retains it.
// What else DevTools leaves out depends on who owns the two nodes: see Preorder.
// (DevTools: computeIsEssentialEdge.)
class EssentialEdges {
 public:
  EssentialEdges() = default;
  EssentialEdges(const HeapGraph& graph, const StringFacts& facts, unsigned threads);

  bool Has(uint32_t edge) const { return edges_.Has(edge); }

 private:
  Bitmap edges_;  // searches ask in any order: it stays in the cache, unlike the columns
};

}  // namespace nodeheap
