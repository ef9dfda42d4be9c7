#pragma once

#include <cstdint>

#include "analysis/string_facts.h"
#include "base/bitmap.h"
#include "nodeheap/graph.h"

namespace nodeheap {

// Which edges count for dominators. All do, but
//   - weak ones, edges of a node to itself, and shortcuts from anywhere but the root;
//   - of the two edges to a WeakMap's value the one from the table, so that the key retains it;
//   - edges from objects that V8 or a debugger holds to objects that the program holds, unless they
//     start at the root.
// (DevTools: computeIsEssentialEdge, markPageOwnedNodes.)
class EssentialEdges {
 public:
  EssentialEdges(const HeapGraph& graph, const StringFacts& facts);

  bool Has(uint32_t source, uint32_t edge) const {
    const uint32_t target = columns_.edge_targets[edge];
    if (target == source) return false;
    if (program_owned_.Has(target) && !program_owned_.Has(source) && source != root_) return false;
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
  // Nodes reachable over non-weak edges from the root's shortcuts (the global objects) and DOM trees.
  Bitmap program_owned_;
};

}  // namespace nodeheap
