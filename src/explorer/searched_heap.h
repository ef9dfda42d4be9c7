// What the searches of a heap share that go without its graph, and the references of one node.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "explorer/edges.h"
#include "explorer/ephemerons.h"
#include "explorer/reference_extractor.h"
#include "explorer/root_groups.h"
#include "explorer/shared_state.h"
#include "nodeheap/progress.h"

namespace nodeheap::explorer {

struct SearchedHeap {
  const SharedState& state;
  const Ephemerons& ephemerons;
  const std::vector<References>& of_groups;  // by node of the group
  StringPool& pool;
  unsigned threads;
  const Progress& progress;

  bool IsObject(uint32_t node) const {
    return node - state.numbers.first() < state.numbers.count();
  }
};

// Not thread-safe: each thread has its own.
class NodeReferences {
 public:
  explicit NodeReferences(const SearchedHeap& heap)
      : heap_(heap), extractor_(heap.state, heap.pool) {}

  // The references and labels of a group of roots or of an object, in the order of the graph, but
  // for those that it has as the key or table of weak collections. Valid until the next call.
  const References& WithoutPairs(uint32_t node) {
    if (node < heap_.of_groups.size()) return heap_.of_groups[node];
    Extract(node);
    return found_;
  }
  // All of them.
  const References& Of(uint32_t node) {
    if (heap_.ephemerons.Of(node).empty()) return WithoutPairs(node);
    Extract(node);
    heap_.ephemerons.AddEdges(node, 0, heap_.pool, found_.edges);
    return found_;
  }

 private:
  void Extract(uint32_t node) {
    found_.Clear();
    extractor_.Extract(heap_.state.numbers.ObjectOf(node), found_);
  }

  const SearchedHeap& heap_;
  ReferenceExtractor extractor_;
  References found_;
};

using ReferencesByThread = std::vector<std::unique_ptr<NodeReferences>>;

}  // namespace nodeheap::explorer
