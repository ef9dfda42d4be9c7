#include "suspects/holders.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace nodeheap::suspects {
namespace {

// Bounds of what is looked at: as many nodes, as many steps up from each.
constexpr size_t kMaxAsked = 1000;
constexpr size_t kMaxSteps = 1000;

// The deepest node that dominates more than half of those asked; the root if there is none.
NodeId MostCommonAbove(const HeapView& heap, std::span<const NodeId> nodes) {
  const NodeId root = heap.graph().root();
  const size_t stride = (nodes.size() + kMaxAsked - 1) / kMaxAsked;
  const size_t asked = (nodes.size() + stride - 1) / stride;
  std::unordered_map<uint32_t, size_t> counts;
  for (size_t i = 0; i < nodes.size(); i += stride) {
    NodeId at = heap.Dominator(nodes[i]);
    for (size_t steps = 0; steps < kMaxSteps && at != root; ++steps, at = heap.Dominator(at))
      ++counts[Index(at)];
  }
  // All that dominate most do so to each other, and the deeper, the fewer.
  std::pair<size_t, NodeId> deepest(asked + 1, root);
  for (size_t i = 0; i < nodes.size(); i += stride) {
    NodeId at = heap.Dominator(nodes[i]);
    for (size_t steps = 0; steps < kMaxSteps && 2 * counts[Index(at)] <= asked; ++steps)
      at = heap.Dominator(at);
    if (2 * counts[Index(at)] > asked) deepest = std::min(deepest, {counts[Index(at)], at});
  }
  return deepest.second;
}

// The part of what `above` holds in which `node` lies; the root if it does not.
NodeId PartWith(const HeapView& heap, NodeId node, NodeId above) {
  const NodeId root = heap.graph().root();
  for (size_t steps = 0; steps < kMaxSteps && node != root; ++steps, node = heap.Dominator(node))
    if (heap.Dominator(node) == above) return node;
  return root;
}

}  // namespace

Holding HoldingOf(const HeapView& heap, std::span<const NodeId> nodes) {
  const NodeId above = MostCommonAbove(heap, nodes);
  const NodeId owner = heap.OwnerOf(above);
  Holding holding;
  holding.is_common = above != heap.graph().root() && !heap.IsScenery(owner);
  holding.holder = holding.is_common ? owner : heap.Usual(nodes);
  std::unordered_set<uint32_t> seen;
  for (const NodeId node : nodes) {
    const NodeId part = holding.is_common ? PartWith(heap, node, above) : node;
    if (part == heap.graph().root()) continue;
    ++holding.count;
    if (!seen.insert(Index(part)).second) continue;
    holding.parts.push_back(part);
    holding.retained_size += heap.Retained(part);
  }
  return holding;
}

}  // namespace nodeheap::suspects
