// Oversized backing stores: arrays with room for many more elements than they have. Maps, Sets and
// dictionaries cannot be: V8 makes their tables smaller when a quarter is used.
#include <algorithm>
#include <iterator>
#include <unordered_set>

#include "suspects/evidence.h"
#include "suspects/waste.h"

namespace nodeheap::suspects {
namespace {

// FixedArray and FixedDoubleArray (v8/src/objects/fixed-array.h): map, length, elements.
constexpr uint64_t kHeader = 16;
constexpr uint64_t kElement = 8;
// More than V8 makes room for when it adds the first elements to an array.
constexpr uint64_t kLeastRoom = 64;
constexpr uint64_t kUsedAtMost = 10;  // of the room, the tenth part

bool MayBeStore(const HeapView& heap, NodeId node) {
  return heap.graph().type(node) == NodeType::kArray &&
         heap.graph().self_size(node) >= kHeader + kLeastRoom * kElement;
}

// For how many elements `owner` has room that nothing else refers to; 0 if there is none to speak
// of.
uint64_t RoomOf(const HeapView& heap, NodeId owner) {
  const auto store = heap.InternalTarget(owner, "elements");
  if (!store || !MayBeStore(heap, *store) || heap.Dominator(*store) != owner) return 0;
  return (heap.graph().self_size(*store) - kHeader) / kElement;
}

// 0 if too many elements are in use, or nobody knows.
uint64_t EmptyBytes(const HeapView& heap, const SuspectFacts& facts, NodeId owner) {
  const uint64_t room = RoomOf(heap, owner);
  const uint64_t most = room / kUsedAtMost;
  if (room == 0) return 0;
  const auto used = facts.count_elements(owner, most + 1);
  return used && *used <= most ? (room - *used) * kElement : 0;
}

uint64_t AllStores(const HeapView& heap) {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < heap.graph().node_count(); ++i)
    if (MayBeStore(heap, NodeId{i})) bytes += heap.graph().self_size(NodeId{i});
  return bytes;
}

}  // namespace

void FindOversized(const HeapView& heap, const SuspectFacts& facts,
                   std::vector<Suspect>& suspects) {
  if (!facts.count_elements || AllStores(heap) < heap.least_waste()) return;
  Waste waste(heap);
  std::unordered_set<uint32_t> owners;  // each is looked at once
  for (uint32_t i = 0; i < heap.graph().node_count(); ++i) {
    const NodeId owner = heap.Dominator(NodeId{i});
    if (!MayBeStore(heap, NodeId{i}) || heap.graph().type(owner) != NodeType::kObject ||
        heap.IsScenery(owner) || !owners.insert(Index(owner)).second)
      continue;
    const uint64_t empty = EmptyBytes(heap, facts, owner);
    if (empty != 0) waste.Add(owner, empty);
  }
  std::ranges::move(waste.Suspects(SuspectKind::kOversized, 1), std::back_inserter(suspects));
}

}  // namespace nodeheap::suspects
