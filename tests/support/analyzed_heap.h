// AnalyzedHeap: what all analyses say of a built heap, asked by the builder's keys.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nodeheap/analysis.h"
#include "support/snapshot_builder.h"

namespace nodeheap::test {

class AnalyzedHeap {
 public:
  // Throws if the heap does not load.
  explicit AnalyzedHeap(const SnapshotBuilder& builder);

  const HeapGraph& graph() const { return graph_; }
  const Analysis& analysis() const { return analysis_; }
  NodeId Node(const std::string& key) const { return NodeId{builder_.Position(key)}; }
  const std::string& Key(uint32_t node) const { return builder_.Key(node); }
  std::vector<std::string> Keys(const std::vector<NodeId>& nodes) const;

  int32_t Distance(const std::string& key) const { return analysis_.distances[At(key)]; }
  uint64_t Shallow(const std::string& key) const { return analysis_.shallow_sizes[At(key)]; }
  uint64_t Retained(const std::string& key) const { return analysis_.retained_sizes[At(key)]; }
  std::string Dominator(const std::string& key) const { return Key(analysis_.dominators[At(key)]); }
  std::string ClassOf(const std::string& key) const { return InfoOf(key).name; }
  const ClassInfo& InfoOf(const std::string& key) const {
    return analysis_.classes.infos[analysis_.classes.of_node[At(key)]];
  }
  std::string Name(const std::string& key) const {
    return DisplayName(graph_, analysis_, Node(key));
  }

 private:
  uint32_t At(const std::string& key) const { return builder_.Position(key); }

  SnapshotBuilder builder_;
  HeapGraph graph_;
  Analysis analysis_;
};

// All analyses of `graph`, on one thread.
Analysis AnalyzeAll(const HeapGraph& graph);

// These, never cancelled.
std::vector<DuplicateString> DuplicatesOf(const HeapGraph& graph, const Analysis& analysis);
std::vector<ClassDiff> DiffOf(const HeapGraph& before, const Analysis& before_analysis,
                              const HeapGraph& after, const Analysis& after_analysis);

// The columns of a graph of nameless objects, for heaps too large for a builder: edges[i] leads
// from node i, the root being node 0. Sizes are 1.
HeapGraph GraphOf(const std::vector<std::vector<uint32_t>>& edges);

}  // namespace nodeheap::test
