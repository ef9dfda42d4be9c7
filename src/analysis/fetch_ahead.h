#pragma once

#include <cstdint>

#include "nodeheap/graph.h"

namespace nodeheap {

// A breadth-first search is bound by cache misses: on where a node's edges are, and on the edges.
// This fetches both for nodes further up the queue, of which [begin, end) is still to be searched.
// (Always inlined, since a function that only fetches has no effect in the eyes of the compiler.)
[[gnu::always_inline]] inline void FetchAhead(const HeapGraph::Columns& columns,
                                              const Column<uint32_t>& queue, uint32_t begin,
                                              uint32_t end) {
  constexpr uint32_t kAhead = 8;
  if (end - begin <= 2 * kAhead) return;
  __builtin_prefetch(&columns.first_edges[queue[begin + 2 * kAhead]]);
  const uint32_t edge = columns.first_edges[queue[begin + kAhead]];
  __builtin_prefetch(columns.edge_targets.data() + edge);
  __builtin_prefetch(columns.edge_types.data() + edge);
}

}  // namespace nodeheap
