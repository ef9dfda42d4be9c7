// Oversized backing stores: arrays with room for many more elements than they have. Maps, Sets and
// dictionaries cannot be: V8 makes their tables smaller when a quarter is used.
#include <algorithm>
#include <iterator>
#include <optional>
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

struct Store {
  uint64_t bytes = 0;
  uint64_t visible = 0;      // elements that the graph has
  bool has_objects = false;  // among them
  uint64_t room() const { return (bytes - kHeader) / kElement; }
};

bool IsObject(NodeType type) {
  return type == NodeType::kObject || type == NodeType::kClosure || type == NodeType::kString ||
         type == NodeType::kConsString || type == NodeType::kSlicedString;
}

bool MayBeStore(const HeapView& heap, NodeId node) {
  return heap.graph().type(node) == NodeType::kArray &&
         heap.graph().self_size(node) >= kHeader + kLeastRoom * kElement;
}

// Of what `owner` alone has for its elements.
std::optional<Store> StoreOf(const HeapView& heap, NodeId owner) {
  const HeapGraph& graph = heap.graph();
  Store store;
  for (uint32_t e = graph.first_edge(owner); e < graph.end_edge(owner); ++e) {
    const EdgeId edge{e};
    const NodeId target = graph.target(edge);
    if (graph.type(edge) == EdgeType::kElement) {
      ++store.visible;
      store.has_objects |= IsObject(graph.type(target));
    } else if (graph.type(edge) == EdgeType::kInternal && MayBeStore(heap, target) &&
               heap.Dominator(target) == owner &&
               graph.strings().Escaped(StringId{graph.name_or_index(edge)}) == "elements") {
      store.bytes = graph.self_size(target);
    }
  }
  return store.bytes == 0 ? std::nullopt : std::optional(store);
}

// nullopt if too many elements are in use, or nobody knows: a graph has no numbers, so an array
// without any object may be full of them.
std::optional<uint64_t> EmptyBytes(const SuspectFacts& facts, NodeId owner, const Store& store) {
  const uint64_t most = store.room() / kUsedAtMost;
  if (store.visible > most) return std::nullopt;
  std::optional<uint64_t> used;
  if (facts.count_elements) {
    used = facts.count_elements(owner, most + 1);
  } else if (store.has_objects) {
    used = store.visible;
  }
  if (!used || *used > most) return std::nullopt;
  return (store.room() - *used) * kElement;
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
  if (AllStores(heap) < heap.least_waste()) return;
  Waste waste(heap);
  std::unordered_set<uint32_t> owners;  // each is looked at once
  for (uint32_t i = 0; i < heap.graph().node_count(); ++i) {
    const NodeId owner = heap.Dominator(NodeId{i});
    if (!MayBeStore(heap, NodeId{i}) || heap.graph().type(owner) != NodeType::kObject ||
        heap.IsScenery(owner) || !owners.insert(Index(owner)).second)
      continue;
    const auto store = StoreOf(heap, owner);
    const auto empty = store ? EmptyBytes(facts, owner, *store) : std::nullopt;
    if (empty) waste.Add(owner, *empty);
  }
  std::ranges::move(waste.Suspects(SuspectKind::kOversized, 1), std::back_inserter(suspects));
}

}  // namespace nodeheap::suspects
