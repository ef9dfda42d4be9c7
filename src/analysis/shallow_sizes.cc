#include "analysis/shallow_sizes.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "analysis/distances.h"
#include "base/bitmap.h"

namespace nodeheap {
namespace {

constexpr uint32_t kUnowned = std::numeric_limits<uint32_t>::max();
constexpr uint32_t kManyOwners = kUnowned - 1;

bool IsOwnable(const HeapGraph& graph, const StringFacts& facts, NodeId node) {
  switch (graph.type(node)) {
    case NodeType::kHidden:
    case NodeType::kArray:
      return true;
    case NodeType::kNative:
      return facts.kind(graph.name(node)) == StringKind::kExternalString;
    default:
      return false;
  }
}

// Lets ownership flow from each node that owns itself through ownable nodes. An ownable node's
// owner only ever changes from none to one to many, so each is passed at most twice.
class OwnershipFlow {
 public:
  OwnershipFlow(const HeapGraph& graph, const StringFacts& facts, Column<uint32_t>& owners)
      : columns_(graph.columns()), ownable_(graph.node_count()), owners_(owners) {
    for (uint32_t node = 0; node < graph.node_count(); ++node) {
      const bool ownable = IsOwnable(graph, facts, NodeId{node});
      owners_[node] = ownable ? kUnowned : node;
      if (ownable) ownable_.Add(node);
    }
  }

  void Run() {
    for (uint32_t node = 0; node < owners_.size(); ++node) {
      if (ownable_.Has(node)) continue;
      Pass(node);
      while (!worklist_.empty()) {
        const uint32_t owned = worklist_.back();
        worklist_.pop_back();
        Pass(owned);
      }
    }
  }

 private:
  void Pass(uint32_t node) {
    const uint32_t owner = owners_[node];
    const uint32_t end = columns_.first_edges[node + 1];
    for (uint32_t e = columns_.first_edges[node]; e < end; ++e) {
      const uint32_t target = columns_.edge_targets[e];
      if (!ownable_.Has(target)) continue;
      const uint32_t known = owners_[target];
      if (known == owner || known == kManyOwners) continue;
      if (EdgeType{columns_.edge_types[e]} == EdgeType::kWeak) continue;
      owners_[target] = known == kUnowned ? owner : kManyOwners;
      worklist_.push_back(target);
    }
  }

  const HeapGraph::Columns& columns_;
  Bitmap ownable_;
  Column<uint32_t>& owners_;
  std::vector<uint32_t> worklist_;
};

}  // namespace

SizeColumn FindShallowSizes(const HeapGraph& graph, const StringFacts& facts) {
  const HeapGraph::Columns& c = graph.columns();
  SizeColumn sizes(graph.node_count());
  for (uint32_t node = 0; node < graph.node_count(); ++node) sizes.Set(node, c.self_sizes[node]);
  // Without user roots the snapshot was taken with exposeInternals, to show what really is.
  if (!HasUserRoots(graph, facts)) return sizes;

  Column<uint32_t> owners(graph.node_count());
  OwnershipFlow(graph, facts, owners).Run();
  for (uint32_t node = 0; node < owners.size(); ++node) {
    const uint32_t owner = owners[node];
    if (owner == node || owner == kUnowned || owner == kManyOwners) continue;
    if (NodeType{c.node_types[owner]} == NodeType::kSynthetic || owner == Index(graph.root()))
      continue;
    sizes.Set(owner, sizes[owner] + sizes[node]);
    sizes.Set(node, 0);
  }
  return sizes;
}

}  // namespace nodeheap
