#pragma once

#include <cstdint>

#include "analysis/string_facts.h"
#include "nodeheap/graph.h"

namespace nodeheap {

// Which edges count for dominators, as far as the edge itself tells. All do, but
//   - weak ones, edges of a node to itself, and shortcuts from anywhere but the root;
//   - of the two edges to a WeakMap's value the one from the table, so that the key retains it.
// What else DevTools leaves out depends on who owns the two nodes: see Preorder.
// (DevTools: computeIsEssentialEdge.)
class EssentialEdges {
 public:
  EssentialEdges(const HeapGraph& graph, const StringFacts& facts)
      : columns_(graph.columns()), facts_(facts), root_(Index(graph.root())) {}

  bool Has(uint32_t source, uint32_t edge) const {
    if (columns_.edge_targets[edge] == source) return false;
    switch (EdgeType{columns_.edge_types[edge]}) {
      case EdgeType::kWeak:
        return false;
      case EdgeType::kShortcut:
        return source == root_;
      case EdgeType::kInternal:
        return !IsTableOfPair(source, edge);
      default:
        return true;
    }
  }

 private:
  bool IsTableOfPair(uint32_t source, uint32_t edge) const {
    const uint32_t name = columns_.edge_names[edge];
    return facts_.kind(name) == StringKind::kEphemeron &&
           facts_.ephemeron(name).table_id == columns_.node_ids[source];
  }

  const HeapGraph::Columns& columns_;
  const StringFacts& facts_;
  const uint32_t root_;
};

}  // namespace nodeheap
