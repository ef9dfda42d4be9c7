// Makes a consistent graph of a file that ends early.
#pragma once

#include "memory/input.h"
#include "nodeheap/graph.h"
#include "snapshot/meta.h"

namespace nodeheap {

// What was read whole before the input ended.
struct ReadSoFar {
  uint64_t nodes = 0;
  uint64_t edges = 0;
  Column<uint64_t> strings;  // where they start in the input
};

// Drops the records that are not there, gives names that are not there a placeholder, and enters
// the loss in columns.health. Afterwards the edge counts in first_edges are still to be summed up.
void KeepWhatIsWhole(const Input& input, const SnapshotMeta& meta, ReadSoFar read,
                     HeapGraph::Columns& columns);

// Lets no node own edges that are not there. REQUIRES: first_edges is summed up.
void ClipEdges(uint64_t edges, HeapGraph::Columns& columns);

}  // namespace nodeheap
