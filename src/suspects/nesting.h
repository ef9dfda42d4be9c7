// Which nodes lie below others in the dominator tree, so that what hangs there is counted once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nodeheap/column.h"
#include "suspects/heap_view.h"
#include "suspects/suspects.h"

namespace nodeheap::suspects {

class Nesting {
 public:
  // The nodes of `marked` are those others may lie below.
  Nesting(const HeapView& heap, std::span<const NodeId> marked);

  // True if a marked node other than `node` dominates it.
  bool IsBelow(NodeId node) {
    return node != heap_.graph().root() && IsWithin(heap_.Dominator(node));
  }
  // The same, but a marked node is within itself.
  bool IsWithin(NodeId node);

 private:
  enum Place : uint8_t { kUnknown, kOutside, kInside };  // zero is what a column is filled with

  const HeapView& heap_;
  Column<Place> places_;  // by node: that of marked ones, and of all that were passed
  std::vector<NodeId> passed_;
};

// Those of all of them: what is within is a suspect already.
std::vector<NodeId> MembersOf(std::span<const Suspect> suspects);

}  // namespace nodeheap::suspects
