// Contexts of the vm module that pile up: each has a global object and all of JavaScript's built-in
// objects, and lives as long as one function or object that was made in it.
#include <algorithm>
#include <vector>

#include "suspects/evidence.h"
#include "suspects/holders.h"
#include "suspects/nesting.h"

namespace nodeheap::suspects {
namespace {

constexpr size_t kLeastContexts = 10;

// That of the main thread or of a worker, or one in which code is running: roots hold it.
bool IsInUse(const HeapView& heap, NodeId context) {
  return std::ranges::any_of(heap.analysis().retainers.Sources(context), [&](uint32_t entry) {
    return (entry & Retainers::kNotEssential) == 0 &&
           heap.graph().type(Retainers::Source(entry)) == NodeType::kSynthetic;
  });
}

}  // namespace

void FindVmContexts(const HeapView& heap, std::vector<Suspect>& suspects) {
  std::vector<NodeId> contexts;
  heap.ForEachNamed("system / NativeContext", [&](NodeId node) {
    if (!IsInUse(heap, node)) contexts.push_back(node);
  });
  if (contexts.size() < kLeastContexts) return;
  Nesting nesting(heap, MembersOf(suspects));
  std::erase_if(contexts, [&](NodeId context) { return nesting.IsWithin(context); });
  if (contexts.size() < kLeastContexts) return;
  Holding holding = HoldingOf(heap, contexts);
  if (holding.retained_size < heap.least()) return;
  const NodeId sample = heap.Usual(contexts);
  suspects.push_back({.kind = SuspectKind::kVmContexts,
                      .holder = holding.holder,
                      .sample = sample,
                      .class_name = heap.graph().strings().Get(heap.graph().name(sample)),
                      .count = holding.count,
                      .retained_size = holding.retained_size,
                      .members = std::move(holding.parts)});
}

}  // namespace nodeheap::suspects
