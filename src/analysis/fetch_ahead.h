#pragma once

#include <cstdint>

#include "nodeheap/graph.h"

namespace nodeheap {

// A breadth-first search is bound by cache misses: on the node, where its edges are, and the edges.
// This fetches all for nodes further up the queue, of which [begin, end) is still to be searched.
// (Always inlined, since a function that only fetches has no effect in the eyes of the compiler.)
[[gnu::always_inline]] inline void FetchAhead(const HeapGraph::Columns& columns,
                                              const Column<uint32_t>& queue, uint32_t begin,
                                              uint32_t end) {
  constexpr uint32_t kAhead = 16;
  if (end - begin <= 2 * kAhead) return;
  __builtin_prefetch(&columns.first_edges[queue[begin + 2 * kAhead]]);
  const uint32_t node = queue[begin + kAhead];
  const uint32_t edge = columns.first_edges[node];
  __builtin_prefetch(&columns.node_types[node]);
  __builtin_prefetch(columns.edge_targets.data() + edge);
  __builtin_prefetch(columns.edge_types.data() + edge);
  __builtin_prefetch(columns.edge_names.data() + edge);
}

}  // namespace nodeheap
