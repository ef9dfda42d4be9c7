// Where the numbers of the integer arrays go: one column per field.
#pragma once

#include <vector>

#include "nodeheap/graph.h"
#include "snapshot/integer_array.h"
#include "snapshot/meta.h"

namespace nodeheap {

// "nodes": fills the node columns. first_edges[n + 1] receives node n's edge count, to be summed up
// by FinishNodes().
class NodeSink : public IntegerSink {
 public:
  NodeSink(const NodeLayout& layout, uint64_t nodes, HeapGraph::Columns& columns);
  Result<void> Reserve(uint64_t total) override;
  Refusal Consume(uint64_t first, std::span<const uint64_t> values) override;

 private:
  const NodeLayout& layout_;
  HeapGraph::Columns& columns_;
  uint64_t expected_;
};

// "edges": fills the edge columns.
class EdgeSink : public IntegerSink {
 public:
  EdgeSink(const EdgeLayout& layout, uint32_t node_fields, uint64_t edges,
           HeapGraph::Columns& columns);
  Result<void> Reserve(uint64_t total) override;
  Refusal Consume(uint64_t first, std::span<const uint64_t> values) override;

 private:
  const EdgeLayout& layout_;
  uint32_t node_fields_;
  HeapGraph::Columns& columns_;
  uint64_t expected_;
};

// "locations", whose length no header tells.
class LocationSink : public IntegerSink {
 public:
  Result<void> Reserve(uint64_t total) override;
  Refusal Consume(uint64_t first, std::span<const uint64_t> values) override;
  std::vector<uint32_t> Take() { return std::move(values_); }

 private:
  std::vector<uint32_t> values_;
};

// Turns the edge counts of the first `nodes` nodes into first_edges. False if they exceed 32 bits.
bool SumEdgeCounts(HeapGraph::Columns& columns, uint64_t nodes);

// Fills located_nodes, located_at and locations. False if a location belongs to no node.
// REQUIRES: the node columns are filled.
bool StoreLocations(const SnapshotMeta& meta, const std::vector<uint32_t>& values,
                    HeapGraph::Columns& columns);

}  // namespace nodeheap
