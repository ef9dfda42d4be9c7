#include "suspects/nesting.h"

namespace nodeheap::suspects {

Nesting::Nesting(const HeapView& heap, std::span<const NodeId> marked)
    : heap_(heap), places_(heap.graph().node_count()) {
  places_[Index(heap.graph().root())] = kOutside;
  uint32_t place = kFirst;
  for (const NodeId node : marked) places_[Index(node)] = place++;
}

uint32_t Nesting::PlaceOf(NodeId node) {
  passed_.clear();
  for (; places_[Index(node)] == kUnknown; node = heap_.Dominator(node)) passed_.push_back(node);
  const uint32_t place = places_[Index(node)];
  for (const NodeId each : passed_) places_[Index(each)] = place;
  return place;
}

std::vector<NodeId> MembersOf(std::span<const Suspect> suspects) {
  std::vector<NodeId> members;
  for (const Suspect& suspect : suspects)
    members.insert(members.end(), suspect.members.begin(), suspect.members.end());
  return members;
}

}  // namespace nodeheap::suspects
