// Two graphs of the same heap: what V8 wrote, and what nodeheap made of a core taken right after.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nodeheap/graph.h"

namespace nodeheap::fidelity {

struct GraphPair {
  const HeapGraph& snapshot;
  const HeapGraph& core;
  // By node of the snapshot: the node of the core with the same id; kNone: there is none.
  std::vector<uint32_t> partner;
  uint32_t last_id = 0;  // of the snapshot; what has a later one was allocated afterwards

  static constexpr uint32_t kNone = ~uint32_t{0};
  std::optional<NodeId> PartnerOf(NodeId node) const {
    const uint32_t index = partner[Index(node)];
    return index == kNone ? std::nullopt : std::optional(NodeId{index});
  }
  // True for what is only in the core since it was made after the snapshot.
  bool IsLater(NodeId in_core) const { return static_cast<uint64_t>(core.id(in_core)) > last_id; }
};

GraphPair Join(const HeapGraph& snapshot, const HeapGraph& core);

// True for the objects of Node's own native code, which only that can name: no part of V8's heap.
bool IsEmbedderNode(const HeapGraph& graph, NodeId node);

// Differences of one kind, sorted into classes: how often each, and the id of one example.
class Tally {
 public:
  void Add(std::string difference, ObjectId example);
  // The `most` commonest, a line each.
  std::string Text(size_t most) const;

 private:
  struct Count {
    uint64_t count = 0;
    ObjectId example{0};
  };
  std::map<std::string, Count> counts_;
};

}  // namespace nodeheap::fidelity
