// Which nodes lie below others in the dominator tree, so that what hangs there is counted once.
#pragma once

#include <cstdint>
#include <optional>
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
  bool IsWithin(NodeId node) { return PlaceOf(node) != kOutside; }
  // The innermost node that `node` is within, as its position in `marked`.
  std::optional<size_t> Around(NodeId node) {
    const uint32_t place = PlaceOf(node);
    return place == kOutside ? std::nullopt : std::optional<size_t>(place - kFirst);
  }

 private:
  // Within a marked node is kFirst and its position. Zero is what a column is filled with.
  enum Place : uint32_t { kUnknown, kOutside, kFirst };

  uint32_t PlaceOf(NodeId node);

  const HeapView& heap_;
  Column<uint32_t> places_;  // by node: that of marked ones, and of all that were passed
  std::vector<NodeId> passed_;
};

// Those of all of them: what is within is a suspect already.
std::vector<NodeId> MembersOf(std::span<const Suspect> suspects);

}  // namespace nodeheap::suspects
